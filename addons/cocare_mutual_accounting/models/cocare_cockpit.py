from collections import defaultdict

from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL
from odoo.tools.misc import format_date, formatLang

from .cocare_cockpit_reason import CODES

#: which of two reasons of the same day comes first
RANKS = {code: rank for rank, (code, _words) in enumerate(CODES)}
LEVELS = {"late": 0, "soon": 1, "later": 2}
#: columns of the reasons that the page needs
READ = [
    *("company_id", "user_id", "month", "code", "subject", "other_company_id"),
    *("item_count", "amount", "since", "due"),
]


class CocareCockpit(models.AbstractModel):
    """The page of an accountant of several firms: what remains to be done in each.

    It holds nothing: the reasons come from ``cocare.cockpit.reason``, the figures from
    ``cocare.book.month``, all with the rights of who looks.
    """

    _name = "cocare.cockpit"
    _description = "Cockpit of the accountants"

    @api.model
    def board(self, domain, months=4, by="month"):
        """The firms of the user, month by month or reason by reason.

        :param domain: which reasons to show, on ``cocare.cockpit.reason``
        :param months: months to show one by one, the current one included (1 to 12);
            the reasons of earlier months are put together
        :param by: ``month``, or ``code`` to have a column for each kind of reason, of
            all months
        :return: a dictionary of plain values: ``months``, the first being ``before``;
            ``codes``, the kinds of reasons; ``firms``, each with its reasons, the most
            pressing one first
        """
        today = fields.Date.context_today(self)
        this_month = today.replace(day=1)
        months = min(max(int(months), 1), 12)
        first = this_month - relativedelta(months=months - 1)
        Reason = self.env["cocare.cockpit.reason"]
        shown = Domain("month", ">=", first) | Domain("code", "!=", "month")
        # All at once: the view is worked out each time it is read.
        reasons = Reason.search_fetch(Domain(domain) & shown, READ)
        by_firm = reasons.grouped("company_id")
        firms = reasons.company_id
        assignments = {
            firm: mine._on(today)
            for firm, mine in self.env["cocare.firm.accountant"]._of(firms).items()
        }
        figures = self._figures(firms, today)
        words = Reason._fields["code"]._description_selection(self.env)
        return {
            "months": [
                {"key": "before", "name": self.env._("Before"), "over": False},
                *(
                    self._month(first + relativedelta(months=index), this_month)
                    for index in range(months)
                ),
            ],
            "codes": [{"key": code, "name": name} for code, name in words],
            "firms": [
                {
                    "id": firm.id,
                    "name": firm.name,
                    "user": by_firm[firm].user_id.name or "",
                    "locks": self._locks(firm),
                    "figures": figures.get(firm.id, {}),
                    "states": {
                        fields.Date.to_string(reason.month): reason.subject
                        for reason in by_firm[firm]
                        if reason.code == "month"
                    },
                    "reasons": self._reasons(by_firm[firm], first, by),
                    **self._assignment(assignments.get(firm)),
                }
                for firm in firms
            ],
        }

    def _month(self, day, this_month):
        return {
            "key": fields.Date.to_string(day),
            "name": format_date(self.env, day, date_format="MMM y"),
            "over": day < this_month,
        }

    def _assignment(self, assignment):
        """Who stands in, and the record that says it."""
        return {
            "assignment": assignment.id if assignment else False,
            "backup": (assignment and assignment.backup_id.name) or "",
        }

    def _reasons(self, reasons, first, by):
        """The reasons of a firm as the page takes them, one a column and subject."""
        columns = defaultdict(self.env["cocare.cockpit.reason"].browse)
        for reason in reasons:
            if reason.code != "month":
                month = "before" if reason.month < first else str(reason.month)
                column = reason.code if by == "code" else month
                columns[
                    column, reason.code, reason.subject, reason.other_company_id
                ] |= reason
        plain = [
            self._plain(column, found) for (column, *_key), found in columns.items()
        ]
        # What is late is told by its kind: a return before a customer who does not pay.
        return sorted(
            plain,
            key=lambda one: (LEVELS[one["level"]], RANKS[one["code"]], one["due"]),
        )

    def _plain(self, column, reasons):
        one, months = reasons[0], reasons.mapped("month")
        if len(reasons) > 1:
            one = reasons.new(
                {
                    "company_id": one.company_id.id,
                    "code": one.code,
                    "subject": one.subject,
                    "other_company_id": one.other_company_id.id,
                    "item_count": sum(reasons.mapped("item_count")),
                    "amount": sum(reasons.mapped("amount")),
                    "since": min(filter(None, reasons.mapped("since")), default=False),
                    "due": min(reasons.mapped("due")),
                }
            )
        return {
            "id": reasons[0].id,
            "column": column,
            "code": one.code,
            "subject": one.subject,
            "other": one.other_company_id.id,
            "first": column != "before" and fields.Date.to_string(min(months)),
            "last": fields.Date.to_string(max(months)),
            "name": one.name,
            "delay": one.delay or "",
            "level": one.level,
            "due": fields.Date.to_string(one.due),
        }

    def _locks(self, firm):
        """The lock dates of a firm in words, the furthest first."""
        return [
            {"name": name, "day": format_date(self.env, day)}
            for name, day in (
                (self.env._("Hard lock"), firm.hard_lock_date),
                (self.env._("Fiscal year"), firm.fiscalyear_lock_date),
                (self.env._("VAT"), firm.tax_lock_date),
            )
            if day
        ]

    @api.model
    def _figures(self, firms, today):
        """What the books of each firm say, from the months of its accounts.

        :return: ``{company id: {"turnover", "before", "result", "cash": words}}``; the
            turnover and the result are of the calendar year so far, ``before`` is the
            turnover of the same months a year ago
        """
        if not firms or not self.env["cocare.book.month"].has_access("read"):
            return {}
        self.env["account.move.line"].flush_model()
        year = today.replace(month=1, day=1)
        rows = self.env.execute_query(
            SQL(
                """
                SELECT company_id,
                       -SUM(balance) FILTER (
                           WHERE code LIKE '70%%' AND month >= %(year)s
                       ),
                       -SUM(balance) FILTER (
                           WHERE code LIKE '70%%'
                             AND month BETWEEN %(last_year)s AND %(last_month)s
                       ),
                       -SUM(balance) FILTER (
                           WHERE code ~ '^[67]' AND month >= %(year)s
                       ),
                       SUM(balance) FILTER (WHERE account_type = 'asset_cash')
                  FROM (
                    SELECT book.company_id, book.month, book.balance,
                           account.account_type,
                           account.code_store->>book.company_id::text AS code
                      FROM cocare_book_month book
                      JOIN account_account account ON account.id = book.account_id
                     WHERE book.company_id IN %(firms)s
                       AND book.month <= %(today)s
                  ) book
                 GROUP BY company_id
                """,
                firms=tuple(firms.ids),
                year=year,
                last_year=year - relativedelta(years=1),
                last_month=today - relativedelta(years=1),
                today=today,
            )
        )
        currencies = {firm.id: firm.currency_id for firm in firms}
        names = ("turnover", "before", "result", "cash")
        return {
            company: {
                name: formatLang(
                    self.env, float(amount or 0), currency_obj=currencies[company]
                )
                for name, amount in zip(names, amounts, strict=True)
            }
            for company, *amounts in rows
        }
