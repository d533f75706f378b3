import re

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..french_calendar import Holiday, WorkingDays

POSTCODE = re.compile(r"\d{5}")


class CocarePublicHoliday(models.Model):
    """A holiday of every year, with its source: what a due date moves over."""

    _name = "cocare.public.holiday"
    _inherit = "cocare.dated.parameter.mixin"
    _description = "Public holiday"
    _order = "month, day, easter_offset, id"

    name = fields.Char(required=True, translate=True)
    kind = fields.Selection(
        [("fixed", "A day of the year"), ("easter", "Counted from Easter Sunday")],
        required=True,
        default="fixed",
    )
    month = fields.Integer(aggregator=None)
    day = fields.Integer(aggregator=None)
    easter_offset = fields.Integer(
        string="Days after Easter",
        aggregator=None,
        help="Before Easter Sunday when it is negative.",
    )
    departments = fields.Char(
        string="Départements", help="Codes, as in 57, 67, 68. Empty: everywhere."
    )
    by_commune = fields.Boolean(
        string="In some communes only",
        help="It is a holiday where one of the postcodes is, and nowhere else.",
    )
    postcodes = fields.Text(help="Of the communes where it is a holiday.")

    @api.constrains("kind", "month", "day")
    def _check_day(self):
        for holiday in self.filtered(lambda h: h.kind == "fixed"):
            try:
                holiday._rule().on(2028)
            except ValueError:
                raise ValidationError(
                    self.env._(
                        "“%(holiday)s”: there is no day %(day)s of month %(month)s.",
                        holiday=holiday.name,
                        day=holiday.day,
                        month=holiday.month,
                    )
                ) from None

    def _rule(self):
        """The holiday as ``french_calendar`` wants it."""
        self.ensure_one()
        return Holiday(
            month=self.month,
            day=self.day,
            easter=self.easter_offset if self.kind == "easter" else None,
            departments=self._codes(self.departments),
            postcodes=(
                frozenset(POSTCODE.findall(self.postcodes or ""))
                if self.by_commune
                else None
            ),
            valid_from=self.valid_from,
            valid_until=self._last_day(),
        )

    @api.model
    def _calendars(self, postcodes):
        """The working days of places, in one query.

        :param postcodes: iterable of texts
        :return: ``{postcode: french_calendar.WorkingDays}``
        """
        rules = [holiday._rule() for holiday in self.sudo().search([])]
        return {code: WorkingDays(rules, code) for code in set(postcodes)}
