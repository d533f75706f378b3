from odoo import http
from odoo.http import request

from odoo.addons.cocare_network.controllers.portal import FirmPortal


class DeadlinesPortal(FirmPortal):
    """What a worker-member's firm has to file and to pay, and what was filed."""

    @http.route(
        ["/my/deadlines", "/my/deadlines/<int:company_id>"],
        type="http",
        auth="user",
        website=True,
        readonly=True,
    )
    def firm_deadlines(self, company_id=None, **kwargs):
        firm = self._firm(company_id or self._firms()[:1].id)
        return request.render(
            "cocare_mutual_accounting.portal_deadlines",
            {
                **self._prepare_portal_layout_values(),
                "page_name": "deadlines",
                "firm": firm,
                "firms": self._firms(),
                "deadlines": firm._cocare_deadlines(),
            },
        )
