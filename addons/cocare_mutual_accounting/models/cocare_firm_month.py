from odoo import api, fields, models
from odoo.tools import SQL


class CocareFirmMonth(models.Model):
    """What a firm's dashboard shows for a month, straight from the books.

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
            "balance",
            "company_id",
            "date",
            "parent_state",
        ],
        "cocare.allocation.run": ["date_from", "state"],
        "cocare.allocation.share": [
            "alone_cost",
            "company_id",
            "gain",
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

    @property
    def _table_query(self):
        return SQL(
            """
            WITH movement AS (
                SELECT line.company_id,
                       date_trunc('month', line.date)::date AS month,
                       SUM(line.balance) FILTER (
                           WHERE account.account_type = 'asset_cash'
                       ) AS cash_change,
                       -SUM(line.balance) FILTER (
                           WHERE account.code_store->>line.company_id::text LIKE '70%%'
                       ) AS turnover
                  FROM account_move_line line
                  JOIN account_account account ON account.id = line.account_id
                 WHERE line.parent_state = 'posted'
                 GROUP BY 1, 2
            ), shared AS (
                SELECT share.company_id,
                       run.date_from AS month,
                       SUM(share.invoiced) AS network_cost,
                       SUM(share.alone_cost) AS alone_cost,
                       SUM(share.gain) AS gain
                  FROM cocare_allocation_share share
                  JOIN cocare_allocation_run run ON run.id = share.run_id
                 WHERE run.state = 'posted'
                 GROUP BY 1, 2
            )
            SELECT company_id::bigint * 1000000
                       + EXTRACT(YEAR FROM month)::bigint * 100
                       + EXTRACT(MONTH FROM month)::bigint AS id,
                   company_id,
                   month,
                   COALESCE(SUM(cash_change) OVER (
                       PARTITION BY company_id ORDER BY month
                   ), 0) AS cash,
                   COALESCE(turnover, 0) AS turnover,
                   COALESCE(network_cost, 0) AS network_cost,
                   COALESCE(alone_cost, 0) AS alone_cost,
                   COALESCE(gain, 0) AS gain
              FROM movement
              FULL JOIN shared USING (company_id, month)
            """
        )

    @api.model
    def _at(self, company, month):
        """The figures of a firm for a month; cash carries on from the last one.

        :param date month: first day of the month
        :return: dict of amounts in the firm's currency
        """
        last = self._last(company, month)
        names = ("turnover", "network_cost", "alone_cost", "gain")
        current = last if last.month == month else self.browse()
        return {
            "cash": last.cash,
            **{name: current[name] for name in names},
        }

    @api.model
    def _latest(self, company, until):
        """First day of the last month the firm has figures for, None if it has none.

        :param date until: no later than this
        """
        return self._last(company, until).month or None

    def _last(self, company, until):
        return self.search(
            [("company_id", "=", company.id), ("month", "<=", until)],
            order="month desc",
            limit=1,
        )
