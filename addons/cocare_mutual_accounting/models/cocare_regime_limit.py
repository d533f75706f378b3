from odoo import api, fields, models
from odoo.tools import SQL

from ..allocation import to_cents
from ..obligation_dates import standing

MEASURES = [
    ("turnover_goods", "Turnover, goods"),
    ("turnover_services", "Turnover, services"),
    ("turnover", "Turnover"),
    ("vat", "VAT of the year"),
]


class CocareRegimeLimit(models.Model):
    """Up to which figure a firm may be under a regime, from a day to a day."""

    _name = "cocare.regime.limit"
    _inherit = "cocare.dated.parameter.mixin"
    _description = "Limit of a regime"
    _order = "regime_id, measure, valid_from desc"

    regime_id = fields.Many2one(
        "cocare.regime", required=True, index=True, ondelete="cascade"
    )
    measure = fields.Selection(MEASURES, string="What is measured", required=True)
    currency_id = fields.Many2one(
        "res.currency", required=True, default=lambda self: self.env.ref("base.EUR")
    )
    entry = fields.Monetary(string="Up to", required=True)
    leaving = fields.Monetary(
        string="Left at once above", help="Within the year. Zero: the same amount."
    )

    def _standing(self, cents):
        """Where a figure stands beside the limit, see ``obligation_dates.standing``."""
        self.ensure_one()
        return standing(cents, to_cents(self.entry), to_cents(self.leaving))

    @api.model
    def _figures_query(self, firms, first, last):
        """What limits are about, by firm and calendar year.

        Turnover is account 70, of goods 701 to 703 and 707; VAT is that of the returns
        of the year, before credits.

        :param SQL firms: ids of the firms it is about, a list or a query
        :param date first, last: first day of the first year, last day of the last one
        :return: ``SQL`` with the columns ``company_id, year, measure, amount``
        """
        return SQL(
            """
            SELECT book.company_id,
                   EXTRACT(YEAR FROM book.month)::int AS year,
                   figure.measure,
                   SUM(figure.amount) AS amount
              FROM cocare_book_month book
              JOIN account_account account
                ON account.id = book.account_id
               AND account.code_store->>book.company_id::text LIKE '70%%'
             CROSS JOIN LATERAL (
                SELECT account.code_store->>book.company_id::text
                       SIMILAR TO '(701|702|703|707)%%' AS goods
             ) kind
             CROSS JOIN LATERAL (VALUES
                ('turnover', -book.balance),
                ('turnover_goods', CASE WHEN goods THEN -book.balance ELSE 0 END),
                ('turnover_services', CASE WHEN goods THEN 0 ELSE -book.balance END)
             ) figure (measure, amount)
             WHERE book.company_id IN (%(firms)s)
               AND book.month BETWEEN %(first)s AND %(last)s
             GROUP BY 1, 2, 3
             UNION ALL
            SELECT obligation.company_id,
                   EXTRACT(YEAR FROM obligation.date_to)::int,
                   'vat',
                   SUM(obligation.base_amount)
              FROM cocare_obligation obligation
              JOIN cocare_obligation_rule rule
                ON rule.id = obligation.rule_id AND rule.amount_from = 'vat'
             WHERE obligation.company_id IN (%(firms)s)
               AND obligation.amount_origin != 'unknown'
               AND obligation.date_to BETWEEN %(first)s AND %(last)s
             GROUP BY 1, 2
            """,
            firms=firms,
            first=first,
            last=last,
        )
