from collections import namedtuple

from odoo import api, fields, models
from odoo.tools import SQL

from ..allocation import from_cents, to_cents
from ..obligation_dates import instalment, to_euro

#: cents of accounts 445 of a period: collected, deductible (of which on fixed assets),
#: credit of the periods before, instalments paid
Vat = namedtuple("Vat", "collected deductible assets carried advances")


class CocareObligation(models.Model):
    """How much an obligation is: read in the books, a part of a base, or typed in."""

    _inherit = "cocare.obligation"

    @api.depends("amount_from", "date_from", "date_to", "company_id")
    @api.depends_context("lang")
    def _compute_books_text(self):
        of_books = self._of_vat()
        vat_by_record = of_books._vat_of_books()
        for record in self:
            vat = vat_by_record.get(record)
            record.books_text = vat and record._vat_sentence(vat)

    def _vat_sentence(self, vat):
        """The VAT of the books in words, to the cent."""
        self.ensure_one()
        texts = {
            name: self.currency_id.format(from_cents(cents))
            for name, cents in vat._asdict().items()
        }
        sentence = self.env._(
            "Collected %(collected)s, deductible %(deductible)s, credit carried "
            "forward %(carried)s, instalments paid %(advances)s.",
            **{name: texts[name] for name in texts if name != "assets"},
        )
        return f"{sentence}\n" + self.env._(
            "The return rounds each of its lines to the euro: it may differ by a few."
        )

    def _of_vat(self):
        """Those whose amount is the VAT of a period that is over."""
        today = fields.Date.context_today(self)
        return self.filtered(
            lambda record: record.rule_id.amount_from == "vat"
            and record.date_to
            and record.date_to < today
        )

    def _read_amounts(self):
        """Read what nobody typed in, of those that are open."""
        mine = self.filtered("is_open")
        mine._read_books()
        mine._read_bases()

    def _read_books(self):
        """VAT of a period: to the euro, less the credit and the instalments."""
        for record, vat in self._of_vat()._vat_of_books().items():
            base = to_euro(vat.collected - vat.deductible + vat.assets)
            due = vat.collected - vat.deductible - vat.carried - vat.advances
            values = {}
            if not record.base_by_hand and to_cents(record.base_amount) != base:
                values["base_amount"] = from_cents(base)
            if record.amount_origin != "typed":
                values |= {"amount": from_cents(to_euro(due)), "amount_origin": "books"}
            record._change(values)

    def _vat_of_books(self):
        """VAT of the period of each, in the firm's posted entries, in one query.

        Collected is 4457 and deductible 4456; what is due only once it is paid (44574,
        44564) is not there yet. Entries that settle VAT (4455, 44567) or open the year
        (equity) are no operations. The credit is 44567 on the day before.

        :return: ``{obligation: Vat}``, those whose books have any
        """
        if not self.ids:
            return {}
        self.env.flush_all()
        self.env.cr.execute(
            SQL(
                """
                WITH item AS (
                    SELECT obligation.id, line.date, line.move_id,
                           line.date >= obligation.date_from AS within,
                           account.code_store->>(obligation.company_id::text) AS code,
                           line.balance
                      FROM cocare_obligation obligation
                      JOIN account_move_line line
                        ON line.company_id = obligation.company_id
                       AND line.parent_state = 'posted'
                       AND line.date <= obligation.date_to
                      JOIN account_account account ON account.id = line.account_id
                     WHERE obligation.id IN %(ids)s
                       AND account.code_store->>(obligation.company_id::text)
                           LIKE '445%%'
                ), operation AS (
                    SELECT item.*, settles, within AND NOT settles
                           AND code NOT LIKE '44564%%' AND code NOT LIKE '44567%%'
                           AND code NOT LIKE '44574%%' AS counts
                      FROM item
                     CROSS JOIN LATERAL (
                         SELECT EXISTS (
                             SELECT 1
                               FROM account_move_line other
                               JOIN account_account account
                                 ON account.id = other.account_id
                              WHERE other.move_id = item.move_id
                                AND (account.account_type IN
                                     ('equity', 'equity_unaffected')
                                 OR account.code_store->>(other.company_id::text)
                                    SIMILAR TO '(4455|44567)%%')
                         ) AS settles
                     ) entry
                )
                SELECT id,
                       SUM(-balance) FILTER (WHERE counts AND code LIKE '4457%%'),
                       SUM(balance) FILTER (WHERE counts AND code LIKE '4456%%'),
                       SUM(balance) FILTER (WHERE counts AND code LIKE '44562%%'),
                       SUM(balance) FILTER (WHERE NOT within AND code LIKE '44567%%'),
                       SUM(balance) FILTER (WHERE code LIKE '44581%%'
                           AND NOT (within AND settles AND balance < 0))
                  FROM operation
                 GROUP BY id
                HAVING bool_or(counts)
                """,
                ids=tuple(self.ids),
            )
        )
        return {
            self.browse(id_): Vat(*(to_cents(amount or 0) for amount in amounts))
            for id_, *amounts in self.env.cr.fetchall()
        }

    def _read_bases(self):
        """Instalments: a part of what was due before, or not due below a minimum."""
        parts = self.filtered(lambda record: record.rule_id.amount_from == "base")
        before = parts._bases()
        for record in parts:
            base = to_cents(record.base_amount)
            if not record.base_by_hand:
                source = before.get(record)
                if source is None:
                    continue
                base = to_cents(source.base_amount)
            rule = record.rule_id
            cents = instalment(base, round(rule.rate * 100), to_cents(rule.minimum))
            values = {"base_amount": from_cents(base)}
            if record.amount_origin != "typed":
                values |= {"amount": from_cents(cents or 0), "amount_origin": "base"}
            if cents is None and record.state == "todo":
                values |= {
                    "state": "not_due",
                    "not_due_reason": record.env._(
                        "The base is below %(minimum)s (%(where)s).",
                        minimum=rule.currency_id.format(rule.minimum),
                        where=rule.source,
                    ),
                }
            record._change(values)

    def _bases(self):
        """The obligation that the base of each is taken from, in one query.

        The last one whose base is known and whose period was over when this one is due;
        before its own period, when it is about one that is over too.

        :return: ``{obligation: obligation}``, those that have one
        """
        sources = self.search(
            [
                ("company_id", "in", self.company_id.ids),
                ("code", "in", self.rule_id.filtered("base_code").mapped("base_code")),
                "|",
                ("base_amount", "!=", 0),
                ("state", "in", ("filed", "paid")),
            ],
            order="date_to desc",
        )
        found = {}
        for record in self:
            source = sources.filtered(
                lambda s, r=record: s.company_id == r.company_id
                and s.code == r.rule_id.base_code
                and s.date_to < (r.due_date if r.rule_id.from_start else r.date_from)
            )[:1]
            if source:
                found[record] = source
        return found

    def _change(self, values):
        """Write what is not so already."""
        self.ensure_one()
        changed = {name: value for name, value in values.items() if self[name] != value}
        if changed:
            self._settle(changed)
