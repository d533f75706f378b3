from odoo import fields, models
from odoo.exceptions import UserError


class CocareMembership(models.Model):
    """Where a file came from."""

    _inherit = "cocare.membership"

    lead_id = fields.Many2one(
        "crm.lead", readonly=True, copy=False, index=False, ondelete="set null"
    )

    _one_per_lead = models.UniqueIndex(
        "(lead_id) WHERE lead_id IS NOT NULL", "This lead has an application already."
    )

    def write(self, vals):
        if "lead_id" in vals:
            raise UserError(self.env._("An application stays with its lead."))
        return super().write(vals)
