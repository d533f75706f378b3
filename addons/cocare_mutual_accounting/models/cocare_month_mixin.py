from odoo import fields, models
from odoo.exceptions import UserError
from odoo.tools.misc import format_date


class CocareMonthMixin(models.AbstractModel):
    """What a network does for a month, step by step: share its cost, clear its debts.

    The model has a ``state``; nobody types it, ``_set_state`` is the only way on.
    """

    _name = "cocare.month.mixin"
    _description = "Done for a month, step by step"

    network_id = fields.Many2one(
        "cocare.network",
        required=True,
        index=True,
        ondelete="restrict",
        default=lambda self: self.env["cocare.network"].search([], limit=1),
    )
    operator_id = fields.Many2one(
        related="network_id.operator_id", store=True, index=True
    )
    currency_id = fields.Many2one(related="operator_id.currency_id")
    date_from = fields.Date(
        string="Month",
        required=True,
        default=lambda self: fields.Date.subtract(
            fields.Date.context_today(self).replace(day=1), months=1
        ),
    )

    _whole_month = models.Constraint(
        "CHECK (date_from = date_trunc('month', date_from)::date)",
        "A month is named by its first day.",
    )

    def _set_state(self, state):
        """The only way a record moves on; at once, so that clicks are serialised.

        What the model refuses to be typed in is not asked again.
        """
        result = super().write({"state": state})
        self.flush_recordset(["state"])
        return result

    def _check_state(self, *allowed):
        """:raise UserError: the record is in another state"""
        self.ensure_one()
        if self.state not in allowed:
            states = dict(self._fields["state"]._description_selection(self.env))
            raise UserError(
                self.env._(
                    "%(record)s is in state “%(state)s”: this was already done, or "
                    "comes later.",
                    record=self.display_name,
                    state=states[self.state],
                )
            )

    def _check_over(self):
        """:raise UserError: the month is not over"""
        self.ensure_one()
        if self.date_to >= fields.Date.context_today(self):
            raise UserError(
                self.env._(
                    "%(month)s is not over yet.", month=self._month_name(self.date_from)
                )
            )

    def _month_name(self, month):
        return format_date(self.env, month, date_format="MMMM yyyy")
