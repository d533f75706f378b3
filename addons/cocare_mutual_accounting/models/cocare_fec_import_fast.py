import re
from array import array
from collections import Counter, defaultdict, namedtuple
from decimal import Decimal

from odoo import models
from odoo.tools import SQL

from ..copy_rows import Rows
from .cocare_fec_import_books import TRADE, Targets, Uncovered
from .cocare_fec_import_probe import AUTHOR

_NUMBERED = re.compile(r"(.*?)([0-9]{0,9})([^0-9]*)", re.DOTALL)

#: the balance of a line is left open in accounts of these types as well
LIQUID = ("asset_cash", "liability_credit_card")
ZERO = Decimal()
#: ids taken at a time
RESERVED = 10_000

# Nothing is read of the database while rows go into it.
Account = namedtuple("Account", "id account_type kept_open")
Journal = namedtuple("Journal", "id type")
Partner = namedtuple("Partner", "id")

# A partial wherever a debit and a credit overlap, when those of a group are put end to
# end in the order in which the ORM takes them.
LETTER = """
    WITH item AS (
        SELECT id, full_reconcile_id, company_id, currency_id, date, balance,
               abs(balance) AS amount,
               coalesce(date_maturity, date) AS due,
               CASE WHEN min(partner_id) OVER (PARTITION BY full_reconcile_id)
                      != max(partner_id) OVER (PARTITION BY full_reconcile_id)
                    THEN coalesce(partner_id, 0) END AS party
          FROM account_move_line
         WHERE full_reconcile_id = ANY(%(fulls)s)
    ), placed AS (
        SELECT *, sum(amount) OVER (
                   PARTITION BY full_reconcile_id, balance > 0
                   ORDER BY party, due, balance, id
               ) AS high
          FROM item
    )
    INSERT INTO account_partial_reconcile (
        debit_move_id, credit_move_id, full_reconcile_id, company_id,
        debit_currency_id, credit_currency_id, amount, debit_amount_currency,
        credit_amount_currency, max_date,
        create_uid, create_date, write_uid, write_date
    )
    SELECT debit.id, credit.id, debit.full_reconcile_id, credit.company_id,
           debit.currency_id, credit.currency_id, part, part, part,
           greatest(debit.date, credit.date),
           %(user)s, %(now)s, %(user)s, %(now)s
      FROM placed debit
      JOIN placed credit
        ON credit.full_reconcile_id = debit.full_reconcile_id
       AND debit.balance > 0
       AND credit.balance < 0
       AND debit.high - debit.amount < credit.high
       AND credit.high - credit.amount < debit.high
     CROSS JOIN LATERAL (
        SELECT least(debit.high, credit.high)
             - greatest(debit.high - debit.amount, credit.high - credit.amount) AS part
     ) overlap
     ORDER BY debit.full_reconcile_id, debit.high, credit.high
"""


# pylint: disable=consider-merging-classes-inherited
class CocareFecImport(models.Model):
    """Write the entries of a ledger file set by set.

    The ORM first writes some entries of each type of journal, which are rolled back.
    What it wrote in the columns that nothing of the file drives goes into all rows, so
    that columns of other modules come right; what it wrote in the others has to be what
    this file makes of the same entries. Wherever they differ, or something is met that
    is known to go otherwise, :class:`Uncovered` is raised and the ORM writes it all.
    ``tests/test_fec_fast.py`` compares every stored column of both ways.
    """

    _inherit = "cocare.fec.import"

    def _write_set_based(self, plan, targets):
        self._check_covered(plan, targets)
        self.env.flush_all()
        records, targets = targets, _plain(targets)
        probe = self._probe(plan, records, targets)
        moves = self._reserve("account.move", plan.entry_count)
        lines = self._reserve("account.move.line", self._line_count(plan))
        keys = plan.letters.balanced
        fulls = dict(
            zip(keys, self._reserve("account.full.reconcile", len(keys)), strict=True)
        )
        gaps, filled = self._gaps(plan, targets)
        self._copy("account.move", self._move_rows(plan, targets, probe, moves, gaps))
        self._copy_fulls(plan, fulls)
        rows = self._line_rows(plan, targets, probe, moves, lines, fulls)
        self._copy("account.move.line", rows)
        author = dict(zip(AUTHOR, self._author(), strict=True))
        params = {"user": author["create_uid"], "now": author["create_date"]}
        self.env.cr.execute(LETTER, {**params, "fulls": list(fulls.values())})
        self._fill_gaps(filled)
        self.env.invalidate_all(flush=False)
        self.env["account.move"]._get_sequence_cache().clear()
        self._raise_ranks(plan, records)

    def _check_covered(self, plan, targets):
        """Refuse what is known to be written otherwise than by these columns."""
        if any(problem.code == "currency" for problem in plan.ledger.problems):
            raise Uncovered("foreign currency")
        if self.env["account.analytic.distribution.model"].sudo().search_count([]):
            raise Uncovered("models of analytic distribution")
        for journal in targets.journals.values():
            if journal.restrict_mode_hash_table or not journal.active:
                raise Uncovered(f"journal {journal.code}: hashed or archived")
            if journal.currency_id and journal.currency_id != self.currency_id:
                raise Uncovered(f"journal {journal.code}: its own currency")
        for account in targets.accounts.values():
            if account.account_type == "off_balance" or account.currency_id:
                raise Uncovered(f"account {account.code}: off balance, or a currency")

    def _move_values(self, entry, plan, targets):
        """Columns of a move that the file drives: {column: value}."""
        name = plan.name(entry)
        prefix, number = _split(name)
        total = sum((max(line.balance, ZERO) for line in entry.lines), ZERO)
        return {
            "name": name,
            "sequence_prefix": prefix,
            "sequence_number": number,
            "made_sequence_gap": False,
            "journal_id": targets.journals[entry.journal].id,
            "date": entry.date,
            "ref": entry.piece,
            "invoice_date_due": entry.date,
            "amount_total": total,
            "amount_total_signed": total,
            "amount_total_in_currency_signed": total,
            "cocare_fec_valid_date": entry.valid_date,
            "cocare_fec_piece_date": entry.piece_date,
            "cocare_fec_key": self._key_of(entry),
        }

    def _line_values(self, line, entry, name, targets, full, group=None):
        """Columns of a line that the file drives.

        :param full: id of what it is matched by, or None
        :param group: the ``fec_letters.Group`` that it waits for, or None
        """
        account, balance = targets.accounts[line.account], line.balance
        partner = targets.partners.get(line.partner)
        residual = balance if account.kept_open and not full else ZERO
        return {
            "move_name": name,
            "journal_id": targets.journals[entry.journal].id,
            "date": entry.date,
            "ref": entry.piece,
            "account_id": account.id,
            "partner_id": partner and partner.id,
            "name": line.label,
            "debit": max(balance, ZERO),
            "credit": max(-balance, ZERO),
            "balance": balance,
            "amount_currency": balance,
            "price_subtotal": balance,
            "price_total": balance,
            "amount_residual": residual,
            "amount_residual_currency": residual,
            "reconciled": account.kept_open and not residual,
            "full_reconcile_id": full,
            "matching_number": full and str(full),
            "cocare_fec_letter": group and group.name,
            "cocare_fec_letter_date": group and group.letter_date,
            "date_maturity": entry.date if account.account_type in TRADE else None,
        }

    def _move_rows(self, plan, targets, probe, ids, gaps):
        """Yield {column: value} of the moves."""
        author = dict(zip(AUTHOR, self._author(), strict=True))
        for move_id, entry in zip(ids, plan.entries, strict=True):
            kind = self._kind(entry, targets)
            values = self._move_values(entry, plan, targets)
            values["made_sequence_gap"] = gaps(values, final=kind[1])
            yield {**probe[kind][0], **author, **values, "id": move_id}

    def _line_rows(self, plan, targets, probe, moves, lines, fulls):
        """Yield {column: value} of the lines."""
        author = dict(zip(AUTHOR, self._author(), strict=True))
        line_ids = iter(lines)
        for move_id, entry in zip(moves, plan.entries, strict=True):
            name = plan.name(entry)
            same = {**probe[self._kind(entry, targets)][1], **author}
            for line in entry.lines:
                full = fulls.get(plan.letters.key_of(line))
                group = plan.letters.waiting_of(line)
                yield {
                    **same,
                    **self._line_values(line, entry, name, targets, full, group),
                    **{"id": next(line_ids), "move_id": move_id},
                }

    def _gaps(self, plan, targets):
        """Return ``values of a move, final → whether the number before is missing``,
        and the ids of entries of the books that no longer miss it.

        Of a draft, the ORM says so of number 1 as well.
        """
        numbers, filled = defaultdict(set), []
        for entry in plan.entries:
            prefix, number = _split(plan.name(entry))
            numbers[targets.journals[entry.journal].id, prefix].add(number)
        for (journal_id, prefix), known in numbers.items():
            self.env.cr.execute(
                """
                SELECT id, sequence_number, made_sequence_gap AND state = 'posted'
                  FROM account_move WHERE journal_id = %s AND sequence_prefix = %s
                """,
                [journal_id, prefix],
            )
            rows = self.env.cr.fetchall()
            filled += [
                move_id for move_id, number, gap in rows if gap and number - 1 in known
            ]
            known.update(number for _id, number, _gap in rows)

        def gap(values, final):
            number = values["sequence_number"]
            series = values["journal_id"], values["sequence_prefix"]
            return number > (1 if final else 0) and number - 1 not in numbers[series]

        return gap, filled

    # Writing

    def _reserve(self, model, count):
        """Take new ids, in order: eight bytes each."""
        ids = array("q")
        while len(ids) < count:
            self.env.cr.execute(
                "SELECT nextval(pg_get_serial_sequence(%s, 'id'))"
                " FROM generate_series(1, %s)",
                [self.env[model]._table, min(RESERVED, count - len(ids))],
            )
            ids.extend(sorted(row[0] for row in self.env.cr.fetchall()))
        return ids

    def _line_count(self, plan):
        if not plan.left_out:
            return plan.ledger.line_count
        return sum(len(entry.lines) for entry in plan.entries)

    def _author(self):
        now = self.env.cr.now().replace(tzinfo=None)
        return self.env.uid, now, self.env.uid, now

    def _copy(self, model, rows):
        """Write rows; a column that one does not have is null."""
        table = self.env[model]._table
        columns = [name for name, _field in self._columns(self.env[model])]
        self.env.cr.copy_expert(
            SQL(
                "COPY %s (%s) FROM STDIN",
                SQL.identifier(table),
                SQL(", ").join(map(SQL.identifier, columns)),
            ).code,
            Rows([row.get(column) for column in columns] for row in rows),
        )

    def _copy_fulls(self, plan, fulls):
        author = dict(zip(AUTHOR, self._author(), strict=True))
        self._copy(
            "account.full.reconcile",
            (
                {
                    "id": full,
                    "cocare_fec_letter_date": plan.letters.balanced[key].letter_date,
                    **author,
                }
                for key, full in fulls.items()
            ),
        )

    def _fill_gaps(self, ids):
        self.env.cr.execute(
            "UPDATE account_move SET made_sequence_gap = FALSE WHERE id = ANY(%s)",
            [ids],
        )

    def _raise_ranks(self, plan, targets):
        """Who is owed by an entry, or owes, is a customer or supplier once more."""
        counts = {kind: Counter() for kind in TRADE}
        for entry in plan.entries:
            if not entry.valid_date:
                continue
            for kind, partner in {
                (targets.accounts[line.account].account_type, line.partner)
                for line in entry.lines
                if line.partner
            }:
                if kind in counts:
                    counts[kind][partner] += 1
        fields = ("customer_rank", "supplier_rank")
        for field, kind in zip(fields, TRADE, strict=True):
            for count, numbers in _by_count(counts[kind]).items():
                partners = self.env["res.partner"].browse(
                    targets.partners[number].id for number in numbers
                )
                partners |= partners.commercial_partner_id
                partners._increase_rank(field, count)


def _plain(targets):
    """The same as :class:`Targets` of plain values."""
    return Targets(
        {
            code: Account(
                *(account.id, account.account_type),
                account.reconcile or account.account_type in LIQUID,
            )
            for code, account in targets.accounts.items()
        },
        {code: Journal(item.id, item.type) for code, item in targets.journals.items()},
        {code: Partner(item.id) for code, item in targets.partners.items()},
    )


def _split(name):
    """Prefix and number of a name, as ``sequence.mixin`` stores them."""
    prefix, number, _suffix = _NUMBERED.fullmatch(name).groups()
    return prefix, int(number or 0)


def _by_count(counts):
    numbers = defaultdict(list)
    for number, count in counts.items():
        numbers[count].append(number)
    return numbers
