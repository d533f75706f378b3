from odoo import models


class CrmLead(models.Model):
    _inherit = "crm.lead"

    def iap_enrich(self, *, batch_size=50):
        """Leave leads as they are: the domain of an e-mail tells who asked for what."""
        return

    def _compute_show_enrich_button(self):
        self.show_enrich_button = False
