from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..obligation_dates import DueRule, Period, due_date, periods


class CocareObligationRule(models.Model):
    """What a regime makes firms do: which form, how often, until when, how much.

    When the law changes, the rule gets a last day and another one takes over; both have
    the same code, by which an obligation is found again.
    """

    _name = "cocare.obligation.rule"
    _inherit = "cocare.dated.parameter.mixin"
    _description = "Rule of an obligation"
    _order = "regime_id, sequence, id"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    code = fields.Char(
        required=True, help="One and the same obligation has one code for ever."
    )
    form = fields.Char(required=True, help="The form, as accountants call it.")
    regime_id = fields.Many2one(
        "cocare.regime", required=True, index=True, ondelete="cascade"
    )
    frequency = fields.Selection(
        [
            ("month", "Every month"),
            ("quarter", "Every quarter"),
            ("calendar_year", "Every calendar year"),
            ("fiscal_year", "Every fiscal year"),
            ("once", "Once"),
        ],
        required=True,
        default="month",
    )
    fiscal_year = fields.Selection(
        [
            ("any", "Any firm"),
            ("calendar", "Fiscal year ends on 31 December"),
            ("other", "Fiscal year ends on another day"),
        ],
        string="For",
        required=True,
        default="any",
    )
    how = fields.Selection(
        [
            ("table", "On the firm's due day"),
            ("day", "On a day of the month"),
            ("span", "After so many months, to the day"),
        ],
        string="Due",
        required=True,
        default="table",
    )
    months = fields.Integer(
        default=1,
        aggregator=None,
        help="Counted from the month of the period's last day, or of its first one.",
    )
    day = fields.Integer(aggregator=None, help="31: the last day of the month.")
    from_start = fields.Boolean(string="Counted from the first day of the period")
    working_days = fields.Integer(
        string="Working days after",
        aggregator=None,
        help="2: on the second working day after that day.",
    )
    moves = fields.Boolean(string="Moves to the next working day", default=True)
    once_on = fields.Date(string="On")
    amount_from = fields.Selection(
        [
            ("none", "Nothing to pay"),
            ("typed", "Typed in"),
            ("vat", "VAT of the books"),
            ("base", "A part of what was due before"),
        ],
        string="Amount",
        required=True,
        default="none",
    )
    rate = fields.Float(string="Part (%)", digits=(5, 2), aggregator=None)
    base_code = fields.Char(
        string="Of the obligation", help="Code of the one whose base is taken."
    )
    currency_id = fields.Many2one(
        "res.currency", required=True, default=lambda self: self.env.ref("base.EUR")
    )
    minimum = fields.Monetary(
        string="Not due below", help="When the base is below this amount."
    )

    _part = models.Constraint(
        "CHECK (rate BETWEEN 0 AND 100)", "A percentage is between 0 and 100."
    )

    @api.constrains("frequency", "once_on", "how", "day", "amount_from", "rate")
    def _check_complete(self):
        for rule in self:
            if (
                (rule.frequency == "once" and not rule.once_on)
                or (rule.how == "day" and not 1 <= rule.day <= 31)
                or (rule.amount_from == "base" and not rule.rate)
            ):
                raise ValidationError(
                    self.env._(
                        "“%(rule)s”: say on which day it is due, and which part of "
                        "the base it is.",
                        rule=rule.name,
                    )
                )

    @api.depends("name", "form")
    def _compute_display_name(self):
        for rule in self:
            rule.display_name = f"{rule.form}, {rule.name}"

    def _due_rule(self):
        """The rule as ``obligation_dates`` wants it."""
        self.ensure_one()
        return DueRule(
            frequency=self.frequency,
            how=self.how,
            months=self.months,
            day=self.day,
            from_start=self.from_start,
            working_days=self.working_days,
            moves=self.moves,
        )

    def _periods(self, year_end, first, last):
        """The whole periods that the rule may be about between two days."""
        self.ensure_one()
        if self.frequency == "once":
            return [Period(self.once_on, self.once_on)]
        return periods(self.frequency, year_end, first, last)

    def _keep(self, period, first, last, table_day):
        """The part of a period that is declared: within the regime and the rule.

        A regime that ends within a period leaves a shorter one. What is counted from
        the first day is about a year as a whole: it is due or not, on its day.

        :param date first, last: of the firm's regime
        :param int table_day: what the table says of the firm
        :return: ``obligation_dates.Period``, None when there is nothing to declare
        """
        self.ensure_one()
        first, last = max(first, self.valid_from), min(last, self._last_day())
        if not self.from_start:
            return period.clip(first, last)
        day = due_date(self._due_rule(), period, table_day)
        return period if first <= day <= last else None

    def _is_for(self, year_end):
        """Tell whether the rule is for firms whose fiscal year ends on a day.

        :param tuple year_end: month and day
        """
        self.ensure_one()
        kind = "calendar" if year_end == (12, 31) else "other"
        return self.fiscal_year in ("any", kind)
