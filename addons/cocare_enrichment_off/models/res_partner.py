from odoo import api, models


class ResPartner(models.Model):
    _inherit = "res.partner"

    @api.model
    def autocomplete_by_vat(self, vat, query_country_id, timeout=15):
        """Nothing: Odoo falls back on VIES, which would be told the number"""
        return []

    @api.model
    def _get_view(self, view_id=None, view_type="form", **options):
        arch, view = super()._get_view(view_id, view_type, **options)
        self._cocare_without_autocomplete(arch)
        return arch, view

    @api.model
    def _cocare_without_autocomplete(self, arch):
        """A name is typed as any text: the widget asks while one is typing."""
        for node in arch.xpath("//field[@widget='field_partner_autocomplete']"):
            del node.attrib["widget"]
