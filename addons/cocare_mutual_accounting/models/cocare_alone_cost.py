from odoo import fields, models

from ..allocation import to_cents


class CocareAloneCost(models.Model):
    """What one firm would pay for a service if it stood alone, from a date on."""

    _name = "cocare.alone.cost"
    _description = "Reference cost of standing alone"
    _order = "service_id, valid_from desc"

    service_id = fields.Many2one(
        "cocare.service", required=True, index=True, ondelete="cascade"
    )
    network_id = fields.Many2one(
        related="service_id.network_id", store=True, index=True
    )
    currency_id = fields.Many2one(related="network_id.currency_id")
    valid_from = fields.Date(required=True)
    monthly_amount = fields.Monetary(help="Fixed part, a month, before tax.")
    unit_price = fields.Monetary(
        help="Price of one more unit of the service, before tax."
    )
    source = fields.Char(
        required=True, help="Where the figure comes from: quote, survey, price list."
    )

    _valid_from_unique = models.UniqueIndex(
        "(service_id, valid_from)",
        "This service already has a reference cost from that day.",
    )

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
