from odoo import api, fields, models

from ..models.res_company import VAT_STATUSES


class CocareFirmOnboarding(models.TransientModel):
    _inherit = "cocare.firm.onboarding"

    cocare_vat_status = fields.Selection(
        VAT_STATUSES,
        string="VAT status",
        required=True,
        compute="_compute_cocare_vat_status",
        store=True,
        readonly=False,
        precompute=True,
        help="A taxable firm recovers the VAT of what it is recharged; "
        "for the others it is part of the cost.",
    )

    @api.depends("vat")
    def _compute_cocare_vat_status(self):
        for wizard in self:
            # Without a number, rather than deduct a VAT that nobody gives back.
            wizard.cocare_vat_status = "taxable" if wizard.vat else "non_taxable"

    def _prepare_company_values(self):
        return {
            **super()._prepare_company_values(),
            "cocare_vat_status": self.cocare_vat_status,
        }
