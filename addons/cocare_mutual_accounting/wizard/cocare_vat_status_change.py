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
    valid_from = fields.Date(
        string="From", required=True, default=fields.Date.context_today
    )
    recovery_percent = fields.Integer(
        string="VAT recovered (%)",
        help="The deduction coefficient of the year (ann. II art. 206 CGI).",
    )
    source = fields.Char(
        required=True, help="Letter of the tax office, option, threshold."
    )

    def action_change(self):
        """Note the status from its day on; the user must have the firm among theirs."""
        self.ensure_one()
        self.company_id.check_access("read")
        mixed = self.cocare_vat_status == "mixed"
        self.env["cocare.vat.period"]._record(
            self.company_id,
            {
                "valid_from": self.valid_from,
                "status": self.cocare_vat_status,
                "recovery_percent": self.recovery_percent if mixed else 0,
                "source": self.source,
            },
        )
        return {"type": "ir.actions.act_window_close"}
