from odoo import fields, models


class CocareAllocationKeyDiscount(models.Model):
    """A step of the start-up discount: so much less until a month of membership."""

    _name = "cocare.allocation.key.discount"
    _inherit = "cocare.allocation.key.detail.mixin"
    _description = "Start-up discount of a key"
    _order = "version_id, until_month"

    until_month = fields.Integer(
        string="Until month",
        required=True,
        default=12,
        help="Of membership: the month in which a firm joins is its month 1.",
    )
    percent = fields.Float(
        string="Discount, %",
        digits=(6, 3),
        required=True,
        help="By how much less the weight of the firm counts. The others bear it.",
    )

    _month_positive = models.Constraint(
        "CHECK (until_month > 0)", "A discount lasts one month at least."
    )
    _percent_in_range = models.Constraint(
        "CHECK (percent > 0 AND percent <= 100)",
        "A discount is above 0 and at most 100 %.",
    )
    _month_unique = models.UniqueIndex(
        "(version_id, until_month)", "Two discounts end with the same month."
    )
