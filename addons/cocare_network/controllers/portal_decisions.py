from odoo import http
from odoo.http import request

from .portal import FirmPortal


class DecisionPortal(FirmPortal):
    """What waits for a decision of the network, as a worker-member reads it."""

    @http.route(
        ["/my/decisions", "/my/decisions/<int:company_id>"],
        type="http",
        auth="user",
        website=True,
        readonly=True,
    )
    def decisions(self, company_id=None, **kwargs):
        firms = self._firms()
        firm = self._firm(company_id or firms[:1].id)
        values = {
            **self._prepare_portal_layout_values(),
            "page_name": "decisions",
            "firm": firm,
            "firms": firms,
            "changes": request.env["cocare.governed.change"].search(
                [
                    ("network_id", "=", firm.cocare_network_id.id),
                    ("state", "in", ("proposed", "adopted")),
                ]
            ),
        }
        return request.render("cocare_network.portal_decisions", values)
