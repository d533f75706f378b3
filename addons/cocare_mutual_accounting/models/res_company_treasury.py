from collections import defaultdict

from odoo import fields, models
from odoo.exceptions import AccessError
from odoo.tools import SQL

from .. import treasury
from ..allocation import from_cents, to_cents
from ..bars import bars

#: months shown before this one, and from this one on
PAST, FUTURE = 6, 7
#: the chart, in the units of its drawing
WIDTH, HEIGHT = 340, 110
#: who may be told the treasury of a firm that they have ticked
GROUPS = (
    "cocare_network.group_worker_member",
    "cocare_network.group_facilitator",
    "cocare_mutual_accounting.group_accountant",
)
OPEN_KINDS = ("asset_receivable", "liability_payable")


class ResCompany(models.Model):
    """The treasury of a firm: what it has, what is known to come, what it expects."""

    _inherit = "res.company"  # pylint: disable=consider-merging-classes-inherited

    def _cocare_treasury(self):
        """What the page of the treasury shows.

        Sums are read as superuser, for one firm that the reader has ticked: a
        worker-member reads no ledger. Forecast lines are read with their own rights.

        :return: dict with ``measures``, ``left_out`` and ``elsewhere`` (accounts of
            third parties and of cash that no line takes; the sum of the others),
            ``cash``, ``past`` and ``months`` (lists by month), ``lowest`` (the month in
            which least is left), ``chart``
        :raise AccessError: the firm is not ticked, or not for the reader
        """
        self.ensure_one()
        self._check_treasury_reader()
        today = fields.Date.context_today(self)
        this_month = today.replace(day=1)
        grid = self.env["cocare.treasury.measure"]._of(
            self.sudo().cocare_network_id, today
        )
        first = fields.Date.subtract(this_month, months=PAST)
        by_month = self._treasury_balances(first)
        past, balances = [], {}
        for month in self._months(this_month, -PAST, 1):
            for code, cents in by_month.get(month, {}).items():
                balances[code] = balances.get(code, 0) + cents
            amounts, left_out = treasury.measure(
                [(line, line._rule()) for line in grid], balances
            )
            cash = sum(cents for line, cents in amounts.items() if line.is_cash)
            past.append({"month": month, "left": from_cents(cash)})
        months = self._treasury_months(this_month, cash)
        return {
            "measures": [
                {
                    "line": line.with_env(self.env),
                    "name": line.with_context(lang=self.env.lang).name,
                    "amount": from_cents(amounts[line]),
                    "is_total": line.is_total,
                }
                for line in grid
            ],
            **self._treasury_left_out(left_out),
            "cash": from_cents(cash),
            "past": past[:-1],
            "months": months,
            "lowest": min(months, key=lambda month: month["left"]),
            "chart": self._treasury_chart(past[:-1], months),
        }

    def _check_treasury_reader(self):
        user = self.env.user
        if self.env.su:
            return
        if self not in self.env.companies or not any(map(user.has_group, GROUPS)):
            raise AccessError(
                self.env._("The treasury of this firm is not for you, or not ticked.")
            )

    def _months(self, this_month, first, last):
        return [fields.Date.add(this_month, months=rank) for rank in range(first, last)]

    def _treasury_balances(self, first_month):
        """Cents of each account by month; what was before is in the first one's.

        :return: ``{month: {code: cents}}``
        """
        self.env.flush_all()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT GREATEST(book.month, %(first)s) AS month,
                       COALESCE(account.code_store->>%(company)s, ''),
                       SUM(book.balance)
                  FROM cocare_book_month book
                  JOIN account_account account ON account.id = book.account_id
                 WHERE book.company_id = %(id)s
                 GROUP BY 1, 2
                """,
                first=first_month,
                company=str(self.id),
                id=self.id,
            )
        )
        balances = defaultdict(dict)
        for month, code, balance in rows:
            balances[month][code] = to_cents(balance)
        return balances

    def _treasury_left_out(self, left_out):
        """Accounts of classes 4 and 5 that no line takes, and the sum of the others."""
        names = dict(
            self.env["account.account"]
            .sudo()
            .with_company(self)
            .search([("company_ids", "in", self.ids), ("code", "in", list(left_out))])
            .mapped(lambda account: (account.code, account.name))
        )
        near = {code: c for code, c in left_out.items() if code.startswith(("4", "5"))}
        return {
            "left_out": [
                {"code": code, "name": names.get(code, ""), "amount": from_cents(cents)}
                for code, cents in sorted(near.items())
            ],
            "elsewhere": from_cents(sum(left_out.values()) - sum(near.values())),
        }

    def _treasury_months(self, this_month, cash):
        """What comes and goes from this month on, and what is left.

        :param int cash: cents there are
        :return: list of dicts: ``month``, ``comes``, ``goes``, ``left``, ``parts``
        """
        lines = self.env["cocare.forecast.line"].search([("company_id", "=", self.id)])
        known = self._treasury_open_items(this_month)
        self._treasury_obligations(this_month, known)
        parts_of = {}
        for month in self._months(this_month, 0, FUTURE):
            parts_of[month] = known[month] + [
                {"name": line.name, "cents": line._cents(), "line": line}
                for line in lines
                if line._falls_in(month)
            ]
        projected = treasury.project(
            cash, [[part["cents"] for part in parts] for parts in parts_of.values()]
        )
        return [
            {
                "month": month,
                "comes": from_cents(comes),
                "goes": from_cents(goes),
                "left": from_cents(left),
                "parts": [
                    {**part, "amount": from_cents(part["cents"])} for part in parts
                ],
            }
            for (month, parts), (comes, goes, left) in zip(
                parts_of.items(), projected, strict=True
            )
        ]

    def _treasury_open_items(self, this_month):
        """Invoices and bills that are open, in the month they are due, late ones now.

        Sums, and no name of a customer or supplier.

        :return: ``{month: [{"name", "cents"}]}``
        """
        self.env.flush_all()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT GREATEST(%(month)s, date_trunc(
                           'month', COALESCE(line.date_maturity, line.date)
                       )::date),
                       COALESCE(line.date_maturity, line.date) < %(month)s,
                       account.account_type,
                       SUM(line.amount_residual)
                  FROM account_move_line line
                  JOIN account_account account ON account.id = line.account_id
                 WHERE line.company_id = %(id)s
                   AND line.parent_state = 'posted'
                   AND line.reconciled IS NOT TRUE
                   AND line.amount_residual != 0
                   AND account.account_type IN %(kinds)s
                 GROUP BY 1, 2, 3
                 ORDER BY 1, 2 DESC, 3
                """,
                month=this_month,
                id=self.id,
                kinds=OPEN_KINDS,
            )
        )
        known = defaultdict(list)
        for month, late, kind, residual in rows:
            known[month].append(
                {"name": self._open_label(kind, late), "cents": to_cents(residual)}
            )
        return known

    def _open_label(self, kind, late):
        if kind == "asset_receivable":
            if late:
                return self.env._("Customers' invoices, late")
            return self.env._("Customers' invoices due")
        if late:
            return self.env._("Bills to pay, late")
        return self.env._("Bills to pay")

    def _treasury_obligations(self, this_month, known):
        """Add what has to be paid to the authorities.

        A credit is carried forward, not paid out: a refund is a line of the forecast.
        What was filed is paid on its day: it is no more expected once that is over.
        """
        today = fields.Date.context_today(self)
        obligations = (
            self.env["cocare.obligation"]
            .sudo()
            .search(
                [
                    ("company_id", "=", self.id),
                    ("amount", ">", 0),
                    "|",
                    ("is_open", "=", True),
                    "&",
                    ("state", "=", "filed"),
                    ("due_date", ">=", today),
                ],
                order="due_date, id",
            )
        )
        for obligation in obligations:
            month = max(this_month, obligation.due_date.replace(day=1))
            known[month].append(
                {
                    "name": f"{obligation.form}, {obligation.period}",
                    "cents": -to_cents(obligation.amount),
                }
            )

    def _treasury_chart(self, past, months):
        """Bars of what is left at the end of each month, with their months."""
        shown = [*past, *months]
        chart = bars([(month["left"],) for month in shown], WIDTH, HEIGHT)
        for group, month in zip(chart["groups"], shown, strict=True):
            group["month"] = month["month"]
            group["is_forecast"] = month in months
            group["is_short"] = month["left"] < 0
        return {**chart, "width": WIDTH, "height": HEIGHT}
