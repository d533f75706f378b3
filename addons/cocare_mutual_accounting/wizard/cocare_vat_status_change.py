from odoo import fields, models

from odoo.addons.cocare_network.models.res_company import VAT_STATUSES


class CocareVatStatusChange(models.TransientModel):
    """An accountant sets the VAT status of a firm they keep: only administrators may
    write companies."""

    _name = "cocare.vat.status.change"
    _description = "Change the VAT status of a firm"

    company_id = fields.Many2one(
        "res.company",
        string="Firm",
        required=True,
        readonly=True,
        default=lambda self: self.env.context.get("active_id"),
    )
    cocare_vat_status = fields.Selection(
        VAT_STATUSES, string="VAT status", required=True
    )

    def action_change(self):
        """Write the status; the user must have the firm among theirs."""
        self.ensure_one()
        self.company_id.check_access("read")
        self.company_id.sudo().cocare_vat_status = self.cocare_vat_status
        return {"type": "ir.actions.act_window_close"}
