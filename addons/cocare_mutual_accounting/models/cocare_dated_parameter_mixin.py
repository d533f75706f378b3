import re
from datetime import date

from odoo import api, fields, models

CODE = re.compile(r"\w+")


class CocareDatedParameterMixin(models.AbstractModel):
    """Something that the law says, from a day to a day, with where it says so.

    Accountants change them: a law that changes is another record, from its day on, and
    the last day of the record that it replaces.
    """

    _name = "cocare.dated.parameter.mixin"
    _description = "Dated parameter with its source"

    valid_from = fields.Date(required=True, default=date(2000, 1, 1))
    valid_until = fields.Date(help="Last day. Empty: until another one is known.")
    source = fields.Char(
        required=True, help="Article of law, doctrine, letter: where it is written."
    )

    _dates_in_order = models.Constraint(
        "CHECK (valid_until IS NULL OR valid_until >= valid_from)",
        "The last day is not before the first one.",
    )

    def _last_day(self):
        """The last day it is in force, that of the calendar when none is known."""
        self.ensure_one()
        return self.valid_until or date.max

    @api.model
    def _codes(self, text):
        """The codes written in a text, whatever separates them.

        :rtype: frozenset of str
        """
        return frozenset(CODE.findall((text or "").upper()))
