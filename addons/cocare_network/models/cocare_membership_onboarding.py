from odoo import api, models

from .. import registration_numbers as numbers
from .res_company import HAS_VAT_NUMBER


class CocareMembership(models.Model):
    """The numbers of the file are checked while it is written."""

    _name = "cocare.membership"
    _inherit = ["cocare.membership", "cocare.registration.mixin"]

    @api.depends("company_registry", "network_id", "company_id")
    def _compute_cocare_registry_note(self):
        return super()._compute_cocare_registry_note()

    @api.depends("vat_status")
    def _compute_cocare_vat_note(self):
        return super()._compute_cocare_vat_note()

    def action_complete_firm(self):
        """Compare the firm's set-up with that of a new firm, and add what it lacks."""
        return self.company_id.action_cocare_complete()

    def _cocare_in_france(self):
        return self.partner_id.country_id.code in (False, "FR")

    def _cocare_wants_vat(self):
        return self.vat_status in HAS_VAT_NUMBER

    def _cocare_twin_note(self):
        siren = numbers.siren_of(self.company_registry)
        twin = self.network_id._firm_of_siren(siren, self.company_id)
        return self.network_id._told_twin(twin)[0] if twin else False
