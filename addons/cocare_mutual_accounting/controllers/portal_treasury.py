from odoo import fields, http
from odoo.exceptions import UserError
from odoo.http import request

from odoo.addons.cocare_network.controllers.portal import FirmPortal

from ..models.cocare_forecast_line import TYPED


class TreasuryPortal(FirmPortal):
    """The treasury of a worker-member's firm, and what they expect to come and to go.

    What a member writes goes through named methods of the forecast line.
    """

    @http.route(
        ["/my/treasury", "/my/treasury/<int:company_id>"],
        type="http",
        auth="user",
        website=True,
        readonly=True,
    )
    def treasury(self, company_id=None, **kwargs):
        return self._treasury_page(self._firm(company_id or self._firms()[:1].id))

    @http.route(
        "/my/treasury/<int:company_id>/add",
        type="http",
        auth="user",
        methods=["POST"],
        website=True,
    )
    def add_forecast(self, company_id, **form):
        firm = self._firm(company_id)
        Line = request.env["cocare.forecast.line"]
        return self._do_forecast(firm, lambda: Line._add_as_firm(firm, form), form)

    @http.route(
        "/my/treasury/<int:company_id>/<int:line_id>/change",
        type="http",
        auth="user",
        methods=["POST"],
        website=True,
    )
    def change_forecast(self, company_id, line_id, **form):
        firm = self._firm(company_id)
        line = self._forecast(firm, line_id)
        return self._do_forecast(
            firm, lambda: line._change_as_firm(form), {**form, "line_id": line.id}
        )

    @http.route(
        "/my/treasury/<int:company_id>/<int:line_id>/remove",
        type="http",
        auth="user",
        methods=["POST"],
        website=True,
    )
    def remove_forecast(self, company_id, line_id, **kwargs):
        firm = self._firm(company_id)
        line = self._forecast(firm, line_id)
        return self._do_forecast(firm, line._remove_as_firm, {})

    def _do_forecast(self, firm, step, form):
        """Do it and show the page; with the reason, and what was typed, if refused."""
        try:
            with request.env.cr.savepoint():
                step()
        except UserError as refused:
            typed = {name: form[name] for name in (*TYPED, "line_id") if name in form}
            return self._treasury_page(firm, refused.args[0], typed)
        return request.redirect(f"/my/treasury/{firm.id}#forecast")

    def _treasury_page(self, firm, error=None, typed=None):
        """The page of a firm; what was typed in is not lost when it is refused."""
        Line = request.env["cocare.forecast.line"]
        return request.render(
            "cocare_mutual_accounting.portal_treasury",
            {
                **self._prepare_portal_layout_values(),
                **firm._cocare_treasury(),
                "page_name": "treasury",
                "firm": firm,
                "firms": self._firms(),
                "lines": Line.search([("company_id", "=", firm.id)]),
                "kinds": Line._fields["kind"]._description_selection(request.env),
                "this_month": f"{fields.Date.context_today(firm):%Y-%m}",
                "error": error,
                "typed": typed or {},
            },
        )

    def _forecast(self, firm, line_id):
        """A line of the firm's forecast.

        :raise NotFound: the same answer whether it exists or not
        """
        line = request.env["cocare.forecast.line"].search(
            [("id", "=", line_id), ("company_id", "=", firm.id)]
        )
        if not line:
            raise request.not_found()
        return line
