from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL
from odoo.tools.misc import format_date, formatLang


class CocareCockpit(models.AbstractModel):
    """The page of a mutualised accountant: firms × months, with what remains to be done.

    It holds nothing: the reasons come from ``cocare.cockpit.reason``, the figures from
    ``cocare.book.month``, all with the rights of who looks.
    """

    _name = "cocare.cockpit"
    _description = "Cockpit of the accountants"

    @api.model
    def board(self, domain, months=4):
        """The firms of the user, month by month.

        :param domain: which reasons to show, on ``cocare.cockpit.reason``
        :param months: months to show one by one, the current one included (1 to 12);
            the reasons of earlier months are put together
        :return: a dictionary of plain values: ``today``; ``months``, the first being
            ``{"key": "before"}``; ``codes`` of what may be shown, with their words;
            ``firms``, each with its reasons
        """
        today = fields.Date.context_today(self)
        months = min(max(int(months), 1), 12)
        first = today.replace(day=1) - relativedelta(months=months - 1)
        Reason = self.env["cocare.cockpit.reason"]
        shown = Domain("month", ">=", first) | Domain("code", "!=", "month")
        reasons = Reason.search(Domain(domain) & shown)
        firms = reasons.company_id.sorted(lambda firm: (firm.name or "", firm.id))
        figures = self._figures(firms, today)
        by_firm = reasons.grouped("company_id")
        backups = {
            firm: mine._on(today)
            for firm, mine in self.env["cocare.firm.accountant"]._of(firms).items()
        }
        words = dict(Reason._fields["code"]._description_selection(self.env))
        return {
            "today": fields.Date.to_string(today),
            "months": [{"key": "before", "name": self.env._("Before")}]
            + [
                self._month(first + relativedelta(months=index))
                for index in range(months)
            ],
            "codes": [
                {"key": code, "name": words[code]} for code in words if code != "month"
            ],
            "firms": [
                {
                    "id": firm.id,
                    "name": firm.name,
                    "user": by_firm[firm].user_id.name or "",
                    "assignment": backups[firm].id if firm in backups else False,
                    "backup": firm in backups and backups[firm].backup_id.name or "",
                    "locks": self._locks(firm),
                    "figures": figures.get(firm.id, {}),
                    "states": {
                        fields.Date.to_string(reason.month): reason.subject
                        for reason in by_firm[firm]
                        if reason.code == "month"
                    },
                    "reasons": [
                        self._plain(reason, first)
                        for reason in by_firm[firm]
                        if reason.code != "month"
                    ],
                }
                for firm in firms
            ],
        }

    def _month(self, day):
        return {
            "key": fields.Date.to_string(day),
            "name": format_date(self.env, day, date_format="MMM y"),
        }

    def _plain(self, reason, first):
        """A reason as the page takes it."""
        month = fields.Date.to_string(reason.month)
        return {
            "id": reason.id,
            "month": month,
            "column": month if reason.month >= first else "before",
            "code": reason.code,
            "subject": reason.subject,
            "other": reason.other_company_id.id,
            "name": reason.name,
            "delay": reason.delay or "",
            "level": reason.level,
            "due": fields.Date.to_string(reason.due),
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
                       -SUM(balance) FILTER (WHERE code LIKE '70%%' AND month >= %(year)s),
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
