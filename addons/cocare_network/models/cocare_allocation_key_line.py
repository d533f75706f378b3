from odoo import api, fields, models
from odoo.exceptions import ValidationError


class CocareAllocationKeyLine(models.Model):
    """What a key says of one firm: its fixed percentage, its solidarity coefficient."""

    _name = "cocare.allocation.key.line"
    _inherit = "cocare.allocation.key.detail.mixin"
    _description = "Firm in an allocation key"
    _order = "version_id, company_id"

    company_id = fields.Many2one(
        "res.company",
        string="Firm",
        required=True,
        index=True,
        domain="[('cocare_network_id', '=', network_id)]",
    )
    percent = fields.Float(
        string="%", digits=(6, 3), help="Its part, where percentages are fixed."
    )
    coefficient = fields.Float(
        string="Solidarity",
        digits=(6, 3),
        default=1,
        help="What the weight of the firm is multiplied by, as the network decided: "
        "below 1 it pays less, above 1 more, and the others bear the difference.",
    )

    _percent_in_range = models.Constraint(
        "CHECK (percent IS NULL OR percent >= 0 AND percent <= 100)",
        "A percentage is between 0 and 100.",
    )
    _coefficient_in_range = models.Constraint(
        "CHECK (coefficient IS NULL OR coefficient >= 0 AND coefficient <= 100)",
        "A solidarity coefficient is between 0 and 100.",
    )
    _firm_unique = models.UniqueIndex(
        "(version_id, company_id)", "A firm has one line in a key."
    )

    @api.constrains("company_id")
    def _check_member(self):
        for line in self.sudo():
            if line.company_id.cocare_network_id != line.version_id.network_id:
                raise ValidationError(
                    self.env._(
                        "%(firm)s is no firm of the network of this key.",
                        firm=line.company_id.name,
                    )
                )
