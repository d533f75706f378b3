from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools.misc import format_date, formatLang

from ..allocation import to_cents


class CocareAloneCost(models.Model):
    """What one firm would pay for a service if it stood alone, from a date on.

    The gain of sharing is measured against it, so the network decides it.
    """

    _name = "cocare.alone.cost"
    _inherit = "cocare.version.mixin"
    _description = "Reference cost of standing alone"
    _order = "service_id, valid_from desc"

    service_id = fields.Many2one(
        "cocare.service", required=True, index=True, ondelete="cascade"
    )
    network_id = fields.Many2one(
        related="service_id.network_id", store=True, index=True
    )
    currency_id = fields.Many2one(related="network_id.currency_id")
    monthly_amount = fields.Monetary(help="Fixed part, a month, before tax.")
    unit_price = fields.Monetary(
        help="Price of one more unit of the service, before tax."
    )
    source = fields.Char(
        required=True, help="Where the figure comes from: quote, survey, price list."
    )

    _valid_from_unique = models.UniqueIndex(
        "(service_id, valid_from) WHERE state = 'adopted'",
        "This service already has a reference cost from that day.",
    )

    @api.depends("service_id", "valid_from", "monthly_amount", "unit_price")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for reference in self:
            day = reference.valid_from
            reference.display_name = self.env._(
                "%(service)s alone: %(fixed)s a month and %(price)s a unit, from "
                "%(date)s",
                service=reference.service_id.name,
                fixed=formatLang(self.env, reference.monthly_amount),
                price=formatLang(self.env, reference.unit_price),
                date=day and format_date(self.env, day),
            )

    def _check_complete(self):
        result = super()._check_complete()
        for reference in self:
            if not to_cents(reference.monthly_amount + reference.unit_price):
                raise UserError(
                    self.env._(
                        "“%(service)s”: write what it would cost alone.",
                        service=reference.service_id.name,
                    )
                )
        return result

    def _amount(self, quantity):
        """Cents a firm alone would pay for one month and a quantity.

        :param float quantity: in the service's unit, at most three decimals
        :rtype: int
        """
        self.ensure_one()
        thousandths = round(quantity * 1000)
        variable = to_cents(self.unit_price) * thousandths
        # Half up, in integers.
        return to_cents(self.monthly_amount) + (variable + 500) // 1000
