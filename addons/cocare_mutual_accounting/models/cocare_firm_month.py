from odoo import api, fields, models
from odoo.tools import SQL


class CocareFirmMonth(models.Model):
    """What a firm's dashboard shows for a month, from the months of its accounts.

    Both parts are grouped by firm before they meet, so that asking for one firm reads
    what is of that firm only.

    A worker-member reads this and not the ledger: it holds sums of their own firm and
    nothing else. Read only; the rule on ``company_id`` applies as to any model.
    """

    _name = "cocare.firm.month"
    _description = "Month of a firm"
    _auto = False
    _order = "month desc, company_id"
    _depends = {
        "account.account": ["account_type", "code_store"],
        "account.move.line": [
            "account_id",
            "company_id",
            "credit",
            "date",
            "debit",
            "parent_state",
        ],
        "cocare.allocation.run": ["date_to", "state"],
        "cocare.allocation.share": [
            "alone_cost",
            "company_id",
            "credited",
            "gain",
            "has_reference",
            "invoiced",
            "run_id",
        ],
    }

    id = fields.Id()
    company_id = fields.Many2one("res.company", string="Firm", readonly=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    month = fields.Date(readonly=True)
    cash = fields.Monetary(
        readonly=True,
        aggregator=None,
        help="Bank and cash accounts at the end of the month.",
    )
    turnover = fields.Monetary(readonly=True, help="Accounts 70 of the month.")
    network_cost = fields.Monetary(
        string="Cost of sharing",
        readonly=True,
        help="Shared services invoiced for the month, before tax.",
    )
    alone_cost = fields.Monetary(
        string="Standing alone",
        readonly=True,
        help="What the same services would have cost standing alone.",
    )
    gain = fields.Monetary(readonly=True)
    booked = fields.Boolean(readonly=True, help="The books have entries of the month.")
    traded = fields.Boolean(
        readonly=True, help="Income or expenses of the month are in the books."
    )
    shared = fields.Boolean(readonly=True, help="The costs of the month are shared.")
    referenced = fields.Boolean(
        readonly=True, help="What a service costs standing alone is known."
    )

    @property
    def _table_query(self):
        return SQL(
            """
            SELECT company_id::bigint * 1000000
                       + EXTRACT(YEAR FROM month)::bigint * 100
                       + EXTRACT(MONTH FROM month)::bigint AS id,
                   company_id,
                   month,
                   SUM(COALESCE(SUM(cash_change), 0)) OVER (
                       PARTITION BY company_id ORDER BY month
                   ) AS cash,
                   COALESCE(SUM(turnover), 0) AS turnover,
                   COALESCE(SUM(network_cost), 0) AS network_cost,
                   COALESCE(SUM(alone_cost), 0) AS alone_cost,
                   COALESCE(SUM(gain), 0) AS gain,
                   BOOL_OR(booked) AS booked,
                   BOOL_OR(traded) AS traded,
                   BOOL_OR(shared) AS shared,
                   BOOL_OR(referenced) AS referenced
              FROM (
                SELECT book.company_id,
                       book.month,
                       SUM(book.balance) FILTER (
                           WHERE account.account_type = 'asset_cash'
                       ) AS cash_change,
                       -SUM(book.balance) FILTER (
                           WHERE account.code_store->>book.company_id::text LIKE '70%%'
                       ) AS turnover,
                       NULL::numeric AS network_cost,
                       NULL::numeric AS alone_cost,
                       NULL::numeric AS gain,
                       SUM(book.items) > 0 AS booked,
                       COALESCE(SUM(book.items) FILTER (
                           WHERE account.account_type LIKE 'income%%'
                           OR account.account_type LIKE 'expense%%'
                       ), 0) > 0 AS traded,
                       FALSE AS shared,
                       FALSE AS referenced
                  FROM cocare_book_month book
                  JOIN account_account account ON account.id = book.account_id
                 GROUP BY 1, 2
                HAVING SUM(book.items) > 0
                 UNION ALL
                SELECT share.company_id,
                       date_trunc('month', run.date_to)::date,
                       NULL,
                       NULL,
                       SUM(share.invoiced - COALESCE(share.credited, 0)),
                       SUM(share.alone_cost),
                       SUM(share.gain),
                       FALSE,
                       FALSE,
                       TRUE,
                       BOOL_OR(share.has_reference)
                  FROM cocare_allocation_share share
                  JOIN cocare_allocation_run run ON run.id = share.run_id
                 WHERE run.state = 'posted'
                   -- of no service: what was advanced for the firm
                   AND share.service_id IS NOT NULL
                 GROUP BY 1, 2
              ) part
             GROUP BY company_id, month
            """
        )

    @api.model
    def _latest(self, companies, until):
        """First day of the last month that firms have figures for, None without any.

        :param date until: no later than this
        """
        return (
            self.search(
                [("company_id", "in", companies.ids), ("month", "<=", until)],
                order="month desc",
                limit=1,
            ).month
            or None
        )
