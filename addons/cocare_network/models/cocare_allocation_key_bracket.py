from odoo import fields, models


class CocareAllocationKeyBracket(models.Model):
    """At which rate a slice of what a part of a key measures counts, and from where."""

    _name = "cocare.allocation.key.bracket"
    _inherit = "cocare.allocation.key.detail.mixin"
    _description = "Progressive bracket of a key"
    _order = "part_id, start"

    part_id = fields.Many2one(
        "cocare.allocation.key.part", required=True, index=True, ondelete="cascade"
    )
    version_id = fields.Many2one(
        related="part_id.version_id", store=True, index=True, required=False
    )
    start = fields.Float(
        string="Starts at",
        digits=(16, 2),
        help="Where the bracket starts, in what the part measures, a month. What is "
        "below the first one counts for nothing.",
    )
    rate = fields.Float(string="Rate, %", digits=(6, 3), required=True)

    _start_positive = models.Constraint(
        "CHECK (start IS NULL OR start >= 0)", "A bracket starts at 0 or above."
    )
    _rate_in_range = models.Constraint(
        "CHECK (rate >= 0 AND rate <= 100)",
        "The rate of a bracket is between 0 and 100 %.",
    )
    _start_unique = models.UniqueIndex(
        "(part_id, COALESCE(start, 0))", "Two brackets start at the same amount."
    )
