from decimal import Decimal

from odoo import fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from .. import key_formula


class CocareAllocationKeyPart(models.Model):
    """What can be shared by from the books of the firms, and the part worked out."""

    _inherit = "cocare.allocation.key.part"

    method = fields.Selection(
        selection_add=[
            ("turnover", "Turnover of the month"),
            ("margin", "Margin of the month"),
            ("invoices", "Customer invoices of the month"),
            ("entries", "Journal entries of the month"),
        ],
        ondelete=dict.fromkeys(
            ("turnover", "margin", "invoices", "entries"), "cascade"
        ),
    )

    def _is_private(self):
        books = ("turnover", "margin", "invoices", "entries")
        return self.method in books or super()._is_private()

    def _formula(self, values):
        """The part with what it measured, as the arithmetic wants it.

        :param values: ``{firm: Decimal}``, see ``_values``
        :return: ``key_formula.Part``
        """
        self.ensure_one()
        return key_formula.Part(
            Decimal(str(self.percent)),
            values,
            [
                (Decimal(str(bracket.start)), Decimal(str(bracket.rate)))
                for bracket in self.bracket_ids
            ],
        )

    def _values_turnover(self, companies, date_from, date_to):
        """Turnover posted in the period: accounts 70."""
        return self._posted(companies, date_from, date_to, ("70%",))

    def _values_margin(self, companies, date_from, date_to):
        """Turnover less purchases: accounts 70 and 60, with the change in stock of
        goods and supplies (603) and discounts received (609)."""
        return self._posted(companies, date_from, date_to, ("70%", "60%"))

    def _values_invoices(self, companies, date_from, date_to):
        """Customer invoices posted in the period, without credit notes.

        In a ledger that was taken over they are entries of a sales journal.
        """
        sales = Domain("move_type", "in", ("out_invoice", "out_receipt"))
        taken_over = Domain("move_type", "=", "entry") & Domain(
            "journal_id.type", "=", "sale"
        )
        return self.env["account.move"]._cocare_count(
            companies, date_from, date_to, sales | taken_over
        )

    def _values_entries(self, companies, date_from, date_to):
        """Journal entries posted in the period."""
        return self.env["account.move"]._cocare_count(companies, date_from, date_to)

    def _posted(self, companies, date_from, date_to, codes):
        """Credit less debit of accounts over a period; a negative sum counts as 0.

        Without the recharges themselves: the operator's would feed the key that makes
        them.

        :param codes: patterns of account codes, as SQL ``LIKE`` knows them
        :return: ``{company: Decimal}``, only of the firms that have such items
        """
        lines = self.env["account.move.line"]
        lines.flush_model(["account_id", "balance", "company_id", "date"])
        self.env["account.move"].flush_model(["cocare_recharge_id", "state"])
        self.env.cr.execute(
            SQL(
                """
                SELECT line.company_id, -SUM(line.balance)
                  FROM account_move_line line
                  JOIN account_move move ON move.id = line.move_id
                  JOIN account_account account ON account.id = line.account_id
                 WHERE move.state = 'posted'
                   AND move.cocare_recharge_id IS NULL
                   AND line.company_id IN %(companies)s
                   AND line.date BETWEEN %(date_from)s AND %(date_to)s
                   AND account.code_store->>line.company_id::text LIKE ANY(%(codes)s)
                 GROUP BY 1
                """,
                companies=tuple(companies.ids) or (0,),
                date_from=date_from,
                date_to=date_to,
                codes=list(codes),
            )
        )
        return {
            companies.browse(company_id): max(amount, 0)
            for company_id, amount in self.env.cr.fetchall()
        }
