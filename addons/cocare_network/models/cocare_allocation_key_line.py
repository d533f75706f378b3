from odoo import api, fields, models
from odoo.exceptions import ValidationError


class CocareAllocationKeyLine(models.Model):
    """The fixed percentage of one firm."""

    _name = "cocare.allocation.key.line"
    _description = "Percentage of an allocation key"
    _order = "version_id, company_id"

    version_id = fields.Many2one(
        "cocare.allocation.key.version", required=True, index=True, ondelete="cascade"
    )
    network_id = fields.Many2one(
        related="version_id.network_id", store=True, index=True
    )
    company_id = fields.Many2one(
        "res.company",
        string="Firm",
        required=True,
        index=True,
        domain="[('cocare_network_id', '=', network_id)]",
    )
    percent = fields.Float(string="%", digits=(6, 3), required=True)

    _percent_in_range = models.Constraint(
        "CHECK (percent > 0 AND percent <= 100)",
        "A percentage is above 0 and at most 100.",
    )
    _firm_unique = models.UniqueIndex(
        "(version_id, company_id)", "A firm has one percentage in a key."
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

    @api.model_create_multi
    def create(self, vals_list):
        lines = super().create(vals_list)
        lines.version_id._check_draft()
        return lines

    def write(self, vals):
        self.version_id._check_draft()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_draft_only(self):
        self.version_id._check_draft()
