import logging
from collections import defaultdict, namedtuple
from decimal import Decimal

from odoo import models
from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tools import split_every

_logger = logging.getLogger(__name__)

#: entries created and posted at a time
BATCH = 200
TRADE = ("asset_receivable", "liability_payable")
#: nothing here weakens a check: no tax line to compute, no follower, no log note
FAST = {
    "skip_invoice_sync": True,
    "skip_account_move_synchronization": True,
    "tracking_disable": True,
    "mail_create_nosubscribe": True,
    "mail_create_nolog": True,
    "mail_notrack": True,
}

#: what takes each code of the file: {code: record}
Targets = namedtuple("Targets", "accounts journals partners")


class Uncovered(Exception):  # noqa: N818, told in the log
    """Something that only Odoo's own way does right; ``str()`` says what."""


# pylint: disable=consider-merging-classes-inherited
class CocareFecImport(models.Model):
    """Write what a ledger file says: masters by the ORM, entries by either way."""

    _inherit = "cocare.fec.import"

    def _import_plan(self, plan):
        """Write accounts, journals, partners, entries and lettering."""
        self.ensure_one()
        self = self.with_company(self.company_id).with_context(**FAST)  # noqa: PLW0642
        targets = Targets(
            accounts := self._create_accounts(plan),
            self._create_journals(plan, accounts),
            self._create_partners(plan),
        )
        try:
            with self.env.cr.savepoint():
                self._write_set_based(plan, targets)
            way = "set-based"
        except Uncovered as reason:
            _logger.info("%s: by the ORM, %s", self.filename, reason)
            self._write_by_orm(plan, targets)
            way = "ORM"
        self._check_trial_balance(plan, accounts)
        _logger.info(
            "%s: %d entries taken over for company %d (%s)",
            *(self.filename, plan.entry_count, self.company_id.id, way),
        )

    def _write_by_orm(self, plan, targets):
        """Odoo's own way: for what the set-based one does not cover, and its oracle."""
        currencies = self._currencies()
        booked, waiting = defaultdict(list), defaultdict(list)
        for entries in split_every(BATCH, plan.entries):
            moves = self.env["account.move"].create(
                [
                    self._prepare_move_vals(entry, plan, targets, currencies)
                    for entry in entries
                ]
            )
            final = zip(moves, entries, strict=True)
            moves.browse(move.id for move, entry in final if entry.valid_date)._post(
                soft=False
            )
            for move, entry in zip(moves, entries, strict=True):
                lines = zip(move.line_ids.sorted("id"), entry.lines, strict=True)
                for item, line in lines:
                    if key := plan.letters.key_of(line):
                        booked[key].append(item.id)
                    elif group := plan.letters.waiting_of(line):
                        waiting[group.name, group.letter_date].append(item.id)
            self.env.invalidate_all()
        self._letter(
            (plan.letters.balanced[key].letter_date, ids) for key, ids in booked.items()
        )
        # last of all: posting some lines of a letter would match them by themselves
        for (letter, day), ids in waiting.items():
            lines = self.env["account.move.line"].browse(ids)
            lines.write({"cocare_fec_letter": letter, "cocare_fec_letter_date": day})

    def _create_accounts(self, plan):
        """Return {code of the file: account}; open the lettered ones to lettering."""
        chart = self._chart()
        items = plan.written_accounts()
        new = [item for item in items if item.code not in chart]
        created = self.env["account.account"].create(
            [
                {
                    "code": item.code,
                    "name": item.label,
                    "account_type": item.kind,
                    "reconcile": item.reconcile,
                    "company_ids": [Command.set(self.company_id.ids)],
                }
                for item in new
            ]
        )
        chart.update(zip((item.code for item in new), created, strict=True))
        for item in items:
            if item.reconcile and not chart[item.code].reconcile:
                chart[item.code].reconcile = True
        return {item.file_code: chart[item.code] for item in items}

    def _create_journals(self, plan, accounts):
        """Return {code of the file: journal}."""
        journals = {journal.id: journal for journal in self._journals()}
        items = plan.written_journals()
        new = [item for item in items if not item.existing]
        created = self.env["account.journal"].create(
            [self._prepare_journal_vals(item, accounts) for item in new]
        )
        result = dict(zip((item.file_code for item in new), created, strict=True))
        for item in items:
            if item.existing:
                journal = result[item.file_code] = journals[item.existing]
                journal.cocare_fec_code = journal.cocare_fec_code or item.file_code
        return result

    def _prepare_journal_vals(self, item, accounts):
        bank_account = accounts[item.bank_account].id if item.bank_account else False
        return {
            "code": item.code,
            "name": item.label,
            "type": item.kind,
            "cocare_fec_code": item.file_code,
            "company_id": self.company_id.id,
            "default_account_id": bank_account,
        }

    def _create_partners(self, plan):
        """Return {auxiliary number: partner}, each one of this firm only, and keep
        who is who for the next exercises.

        A partner without company would be seen by all the firms.
        """
        labels, contacts = plan.written_partners(), self.env["res.partner"]
        partners = {
            number: contacts.browse(plan.contacts[number])
            for number in labels
            if plan.contacts[number]
        }
        new = [number for number in labels if number not in partners]
        created = contacts.create(
            [
                {
                    "name": labels[number] or number,
                    "ref": number,
                    "company_id": self.company_id.id,
                }
                for number in new
            ]
        )
        partners.update(zip(new, created, strict=True))
        self.env["cocare.fec.mapping"]._keep_partners(self, plan, partners)
        return partners

    def _prepare_move_vals(self, entry, plan, targets, currencies):
        return {
            "move_type": "entry",
            "journal_id": targets.journals[entry.journal].id,
            "date": entry.date,
            "name": plan.name(entry),
            "ref": entry.piece,
            "invoice_date_due": entry.date,
            "cocare_fec_valid_date": entry.valid_date,
            "cocare_fec_piece_date": entry.piece_date,
            "cocare_fec_key": self._key_of(entry),
            "cocare_fec_import_id": self.id,
            "line_ids": [
                Command.create(
                    self._prepare_line_vals(line, entry.date, targets, currencies)
                )
                for line in entry.lines
            ],
        }

    def _prepare_line_vals(self, line, day, targets, currencies):
        """A FEC tells no due date: what is owed is due from the date of its entry."""
        account = targets.accounts[line.account]
        partner = targets.partners.get(line.partner)
        values = {
            "account_id": account.id,
            "partner_id": partner and partner.id,
            "name": line.label,
            "balance": float(line.balance),
            "date_maturity": account.account_type in TRADE and day,
            "tax_ids": [Command.clear()],
        }
        currency = currencies.get(line.currency)
        if currency and currency != self.currency_id:
            # files sign it or not: it goes the way of the amount in euros
            sign = -1 if line.balance < 0 else 1
            values["currency_id"] = currency.id
            values["amount_currency"] = sign * float(abs(line.currency_amount))
        return values

    def _letter(self, groups):
        """Match the lines of each group.

        :param groups: (date of the letter or None, ids of lines)

        Rates differ from a day to the next: what is open in the other currency then is
        left as the file has it, without an entry of our own.
        """
        lines = self.env["account.move.line"].with_context(no_exchange_difference=True)
        for some in split_every(BATCH, groups):
            lines._reconcile_plan([lines.browse(sorted(ids)) for _day, ids in some])
            for day, ids in some:
                lines.browse(ids[0]).full_reconcile_id.cocare_fec_letter_date = day

    def _check_trial_balance(self, plan, accounts):
        """The books equal what was to write, account by account, before any commit."""
        expected = defaultdict(Decimal)
        for code, balance in plan.balances().items():
            expected[accounts[code]] += balance
        found = dict(
            self.env["account.move.line"]._read_group(
                [
                    ("move_id.cocare_fec_import_id", "=", self.id),
                    ("parent_state", "in", ("posted", "draft")),
                ],
                ["account_id"],
                ["balance:sum"],
            )
        )
        wrong = [
            account.display_name
            for account in expected.keys() | found.keys()
            if self.currency_id.compare_amounts(
                float(expected.get(account, 0)), found.get(account, 0)
            )
        ]
        if wrong:
            raise UserError(
                self.env._(
                    "The books do not equal the file for these accounts; nothing was "
                    "written: %(accounts)s.",
                    accounts=", ".join(sorted(wrong)),
                )
            )
