from odoo import http
from odoo.http import request

from odoo.addons.web.controllers.home import Home


class SharedOfficeHome(Home):
    """The shared office keeps several firms at once: it starts with all of them ticked.

    Odoo's web client starts with one company; a register of the network would look
    empty until the others are ticked in the company switcher. Unticking stays possible.
    """

    @http.route()
    def web_client(self, s_action=None, **kw):
        response = super().web_client(s_action=s_action, **kw)
        user = request.env.user
        if user and user.has_group("cocare_network.group_network_reader"):
            firms = [user.company_id.id, *(user.company_ids - user.company_id).ids]
            if not self._ticked() or not self._ticked() <= set(firms):
                response.set_cookie("cids", "-".join(map(str, firms)))
        return response

    @http.route(
        "/cocare/firm/<int:company_id>", type="http", auth="user", methods=["GET"]
    )
    def open_firm(self, company_id):
        """Tick a company of the user beside the others, and open it."""
        if company_id not in request.env.user.company_ids.ids:
            raise request.not_found()
        action = request.env.ref("cocare_network.res_company_action_firms")
        response = request.redirect(f"/odoo/action-{action.id}/{company_id}")
        ticked = [request.env.company.id, *(self._ticked() | {company_id})]
        response.set_cookie("cids", "-".join(map(str, dict.fromkeys(ticked))))
        return response

    def _ticked(self):
        ids = request.cookies.get("cids", "").split("-")
        return {int(company_id) for company_id in ids if company_id.isdigit()}
