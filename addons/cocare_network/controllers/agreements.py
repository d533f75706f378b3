import re

from odoo import http
from odoo.exceptions import UserError
from odoo.http import request

from .portal import FirmPortal

#: states of what a firm has, or waits for
OPEN = ("draft", "proposed", "signed")


class AgreementPortal(FirmPortal):
    """Services and agreements of a worker-member's firms, read with their own rights.

    What a member does (ask, sign, refuse, end) is a named method of the agreement.
    """

    @http.route(
        ["/my/services", "/my/firm/<int:company_id>/services"],
        type="http",
        auth="user",
        website=True,
        readonly=True,
    )
    def services(self, company_id=None, error=None, **kwargs):
        firms = self._firms()
        firm = self._firm(company_id or firms[:1].id)
        services = request.env["cocare.service"].search(
            [("network_id", "=", firm.cocare_network_id.id)]
        )
        agreements = request.env["cocare.agreement"].search(
            [("company_id", "=", firm.id), ("state", "in", OPEN)]
        )
        families = dict(services._fields["family"]._description_selection(request.env))
        return request.render(
            "cocare_network.portal_services",
            {
                **self._prepare_portal_layout_values(),
                "page_name": "services",
                "firm": firm,
                "firms": firms,
                "families": [
                    (families[family], theirs)
                    for family, theirs in services.grouped("family").items()
                ],
                "agreement_of": agreements.grouped("service_id"),
                "error": error,
            },
        )

    @http.route(
        "/my/firm/<int:company_id>/services/<int:service_id>/request",
        type="http",
        auth="user",
        methods=["POST"],
        website=True,
    )
    def request_service(self, company_id, service_id, volume="", note="", **kwargs):
        firm = self._firm(company_id)
        service = request.env["cocare.service"].search(
            [
                ("id", "=", service_id),
                ("network_id", "=", firm.cocare_network_id.id),
            ]
        )
        if not service:
            raise request.not_found()
        try:
            with request.env.cr.savepoint():
                agreement = request.env["cocare.agreement"]._request(
                    service, firm, self._parse_number(volume), note.strip()
                )
        except UserError as refused:
            return self.services(company_id, error=refused.args[0])
        return request.redirect(f"/my/agreements/{agreement.id}")

    @http.route("/my/agreements", type="http", auth="user", website=True, readonly=True)
    def agreements(self, **kwargs):
        firms = self._firms()
        if not firms:
            raise request.not_found()
        agreements = request.env["cocare.agreement"].search(
            [("company_id", "in", firms.ids)], order="date_start desc, id desc"
        )
        waiting = agreements.filtered(lambda a: a.state == "proposed")
        running = agreements.filtered(lambda a: a.state in ("draft", "signed"))
        return request.render(
            "cocare_network.portal_agreements",
            {
                **self._prepare_portal_layout_values(),
                "page_name": "agreements",
                "firms": firms,
                "waiting": waiting,
                "running": running,
                "past": agreements - waiting - running,
            },
        )

    @http.route(
        "/my/agreements/<int:agreement_id>",
        type="http",
        auth="user",
        website=True,
        readonly=True,
    )
    def agreement(self, agreement_id, error=None, **kwargs):
        agreement = self._agreement(agreement_id)
        return request.render(
            "cocare_network.portal_agreement",
            {
                **self._prepare_portal_layout_values(),
                "page_name": "agreements",
                "agreement": agreement,
                "firm": agreement.company_id,
                "last_day": agreement.state == "signed"
                and agreement._last_day_from_today(),
                "error": error,
            },
        )

    @http.route(
        "/my/agreements/<int:agreement_id>/pdf",
        type="http",
        auth="user",
        readonly=True,
    )
    def agreement_pdf(self, agreement_id):
        return self._pdf(self._agreement(agreement_id))

    @http.route(
        "/cocare/agreement/<int:agreement_id>/pdf",
        type="http",
        auth="user",
        readonly=True,
    )
    def office_agreement_pdf(self, agreement_id):
        """The same document for the staff, by their own rights."""
        agreement = request.env["cocare.agreement"].browse(agreement_id).exists()
        if not agreement.has_access("read"):
            raise request.not_found()
        return self._pdf(agreement)

    @http.route(
        "/my/agreements/<int:agreement_id>/sign/<string:text_sha256>",
        type="jsonrpc",
        auth="user",
        website=True,
    )
    def sign_agreement(self, agreement_id, text_sha256, name=None, signature=None):
        agreement = self._agreement(agreement_id)
        try:
            with request.env.cr.savepoint():
                agreement._sign_as_firm(
                    name, signature, text_sha256, request.httprequest.remote_addr
                )
        except UserError as refused:
            return {"error": refused.args[0]}
        return {"force_refresh": True, "redirect_url": self._url(agreement)}

    @http.route(
        "/my/agreements/<int:agreement_id>/refuse",
        type="http",
        auth="user",
        methods=["POST"],
        website=True,
    )
    def refuse_agreement(self, agreement_id, reason="", **kwargs):
        agreement = self._agreement(agreement_id)
        return self._do(agreement, lambda: agreement._refuse(reason))

    @http.route(
        "/my/agreements/<int:agreement_id>/terminate",
        type="http",
        auth="user",
        methods=["POST"],
        website=True,
    )
    def terminate_agreement(self, agreement_id, reason="", **kwargs):
        agreement = self._agreement(agreement_id)
        return self._do(agreement, lambda: agreement._terminate_as_firm(reason))

    def _do(self, agreement, step):
        """Make a step and show the agreement; with the reason when it is refused."""
        try:
            with request.env.cr.savepoint():
                step()
        except UserError as refused:
            return self.agreement(agreement.id, error=refused.args[0])
        return request.redirect(self._url(agreement))

    def _url(self, agreement):
        return f"/my/agreements/{agreement.id}"

    def _agreement(self, agreement_id):
        """An agreement of one of the member's firms.

        :raise NotFound: the same answer whether it exists or not
        """
        agreement = request.env["cocare.agreement"].search(
            [("id", "=", agreement_id), ("company_id", "in", self._firms().ids)]
        )
        if not agreement:
            raise request.not_found()
        return agreement

    def _pdf(self, agreement):
        return request.make_response(
            agreement._document(),
            [
                ("Content-Type", "application/pdf"),
                (
                    "Content-Disposition",
                    http.content_disposition(agreement._file_name(), "inline"),
                ),
                ("X-Content-Type-Options", "nosniff"),
            ],
        )

    def _parse_number(self, text):
        """``"12,5"`` → 12.5; 0 when it is no number."""
        clean = re.sub(r"\s", "", text).replace(",", ".")
        return float(clean) if re.fullmatch(r"\d{1,9}(\.\d+)?", clean) else 0
