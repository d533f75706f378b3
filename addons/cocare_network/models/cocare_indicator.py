from datetime import date
from decimal import Decimal

from odoo import api, fields, models
from odoo.exceptions import AccessError

FAMILIES = [
    ("money", "Money and activity"),
    ("sharing", "What sharing costs and saves"),
    ("work", "Work"),
    ("network", "Life in the network"),
]

#: what a dashboard says of an indicator, read at once
SHOWN = [
    "code",
    "source",
    "name",
    "family",
    "unit",
    "better",
    "explanation",
    "portal_link",
    "action_id",
]


class CocareIndicator(models.Model):
    """One figure of a firm that dashboards show month by month.

    The registry of the dashboards: an addon adds an indicator with one record, in its
    data, and one method, ``_series_<source>``, that reads it for several firms and
    months at once. Indicators read from the same rows share a source.
    """

    _name = "cocare.indicator"
    _description = "Indicator"
    _order = "sequence, id"

    code = fields.Char(required=True, readonly=True)
    source = fields.Char(
        required=True, readonly=True, help="The method that reads it: _series_<source>."
    )
    name = fields.Char(required=True, translate=True)
    family = fields.Selection(FAMILIES, required=True)
    unit = fields.Selection(
        [
            ("money", "Money"),
            ("hours", "Hours"),
            ("quantity", "Quantity"),
            ("percent", "Percent"),
            ("count", "Count"),
        ],
        required=True,
    )
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    better = fields.Selection(
        [
            ("higher", "When it is higher"),
            ("lower", "When it is lower"),
            ("neither", "Neither"),
        ],
        string="Good news",
        required=True,
        default="neither",
    )
    timing = fields.Selection(
        [("month", "Over the month"), ("instant", "At the end of the month")],
        required=True,
    )
    explanation = fields.Text(
        required=True, translate=True, help="What it is and where it comes from."
    )
    portal_link = fields.Char(
        help="Where a member finds the detail; %(firm)s stands for the firm."
    )
    action_id = fields.Many2one(
        "ir.actions.act_window",
        string="Detail",
        ondelete="set null",
        help="Where the shared office finds the detail.",
    )

    _code_unique = models.UniqueIndex("(code)", "This code is already used.")

    @api.model
    def _shown(self):
        """The indicators of a dashboard, in their order, with all that it says."""
        return self.search_fetch([], SHOWN)

    def _series(self, companies, months):
        """Read these indicators, with the rights of who asks.

        :param companies: ``res.company``, within those ticked
        :param list months: first days of months, oldest first
        :return: ``{indicator: {(company, month): Decimal}}``; what is not known yet is
            left out
        :raise AccessError: one of the firms is not ticked
        """
        if not self.env.su and companies - self.env.companies:
            raise AccessError(self.env._("These are figures of another firm."))
        series = {}
        for source, indicators in self.grouped("source").items():
            figures = getattr(indicators, f"_series_{source}")(companies, months)
            for indicator in indicators:
                series[indicator] = figures.get(indicator.code, {})
        return series

    @api.model
    def _days(self, months):
        """The days that an indicator read at a moment is read on.

        :return: ``{month: its last day, today when it is not over}``
        """
        today = fields.Date.context_today(self)
        return {
            month: min(fields.Date.end_of(month, "month"), today) for month in months
        }

    def _series_agreements(self, companies, months):
        """Agreements in force, from the day the firm is in the network on."""
        days = self._days(months)
        agreements = self.env["cocare.agreement"]._in_force(
            days[months[0]], days[months[-1]], companies=companies
        )
        return {
            "agreements": {
                (company, month): Decimal(
                    sum(
                        agreement.company_id == company
                        and _on(day, agreement.date_start, agreement.date_end)
                        for agreement in agreements
                    )
                )
                for company in companies
                for month, day in days.items()
                if company.cocare_joined_on and company.cocare_joined_on <= day
            }
        }

    def _series_coaching(self, companies, months):
        """Hours of the coaching services that are counted in hours; none is a figure
        for a firm that takes one of them."""
        end = fields.Date.end_of(months[-1], "month")
        hour = self.env.ref("uom.product_uom_hour")
        used = {
            (company, month): Decimal(str(round(hours, 3)))
            for company, month, hours in self.env["cocare.usage"]._read_group(
                [
                    ("company_id", "in", companies.ids),
                    ("family", "=", "coaching"),
                    ("service_id.uom_id", "=", hour.id),
                    ("date", ">=", months[0]),
                    ("date", "<=", end),
                ],
                ["company_id", "date:month"],
                ["quantity:sum"],
            )
        }
        taken = {
            (agreement.company_id, month): Decimal(0)
            for agreement in self.env["cocare.agreement"]
            ._in_force(months[0], end, companies=companies)
            .filtered(lambda a: a.service_id.family == "coaching")
            for month in months
            if agreement.date_start <= fields.Date.end_of(month, "month")
            and (agreement.date_end or date.max) >= month
        }
        return {"coaching_hours": taken | used}

    def _series_work(self, companies, months):
        """People at work and their hours, once somebody was entered for the firm."""
        days = self._days(months)
        workers = self.env["cocare.worker"].search_fetch(
            [
                ("company_id", "in", companies.ids),
                ("date_start", "<=", days[months[-1]]),
            ],
            ["company_id", "date_start", "date_end", "weekly_hours"],
        )
        people, hours = {}, {}
        for company, theirs in workers.grouped("company_id").items():
            first = min(theirs.mapped("date_start"))
            for month, day in days.items():
                if first <= day:
                    there = [w for w in theirs if _on(day, w.date_start, w.date_end)]
                    people[company, month] = Decimal(len(there))
                    hours[company, month] = sum(
                        (Decimal(f"{w.weekly_hours:.2f}") for w in there), Decimal(0)
                    )
        return {"people": people, "weekly_hours": hours}

    def _series_decisions(self, companies, months):
        """What waited for a decision of the network, since the firm is in it.

        Runs as superuser: members read how many there are and not what they say, which
        may be about an applicant.
        """
        days = self._days(months)
        changes = (
            self.env["cocare.governed.change"]
            .sudo()
            .search_fetch(
                [
                    ("network_id", "in", companies.cocare_network_id.ids),
                    ("state", "!=", "withdrawn"),
                    "|",
                    ("decided_on", "=", False),
                    ("decided_on", ">", days[months[0]]),
                ],
                ["network_id", "create_date", "decided_on"],
            )
        )
        return {
            "decisions": {
                (company, month): Decimal(
                    sum(
                        change.network_id == company.cocare_network_id
                        and change.create_date.date() <= day
                        and (change.decided_on or date.max) > day
                        for change in changes
                    )
                )
                for company in companies
                for month, day in days.items()
                if company.cocare_joined_on and company.cocare_joined_on <= day
            }
        }

    def _series_tasks(self, companies, months):
        """Tasks of the firm's file that were late, once it has a file with tasks.

        Runs as superuser: members read how many there are; the tasks themselves hold
        the notes of the shared office.
        """
        days = self._days(months)
        tasks = (
            self.env["cocare.membership.task"]
            .sudo()
            .search_fetch(
                [
                    ("company_id", "in", companies.ids),
                    ("membership_id.active", "=", True),
                ],
                ["company_id", "create_date", "date_due", "done_on"],
            )
        )
        late = {}
        for company, theirs in tasks.grouped("company_id").items():
            company = company.with_env(self.env)
            first = min(theirs.mapped("create_date")).date()
            for month, day in days.items():
                if first <= day:
                    late[company, month] = Decimal(
                        sum(
                            task.date_due < day and (task.done_on or date.max) > day
                            for task in theirs
                        )
                    )
        return {"late_tasks": late}


def _on(day, start, end):
    """Whether a day is within a period; without an end it lasts."""
    return start <= day and (not end or end >= day)
