from odoo import models


class IrHttp(models.AbstractModel):
    _inherit = "ir.http"

    def session_info(self):
        """Without the request to enrich the company, which the web client would obey"""
        info = super().session_info()
        info.pop("iap_company_enrich", None)
        return info
