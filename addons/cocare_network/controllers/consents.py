from odoo import fields, http
from odoo.exceptions import AccessError
from odoo.http import content_disposition, request

from odoo.addons.portal.controllers.portal import CustomerPortal


class ConsentsPortal(CustomerPortal):
    """What a person let firms do with their particulars: see, withdraw, take along."""

    @http.route("/my/consents", type="http", auth="user", website=True, readonly=True)
    def consents(self, **kwargs):
        # The firms are in the rules for those who work there; here it is the person.
        mine = [("partner_id", "=", request.env.user.partner_id.id)]
        return request.render(
            "cocare_network.portal_consents",
            {
                **self._prepare_portal_layout_values(),
                "page_name": "consents",
                "consents": request.env["cocare.consent"].search(mine),
                "disclosures": request.env["cocare.disclosure"].search(mine, limit=50),
            },
        )

    @http.route(
        "/my/consents/<int:consent_id>/withdraw",
        type="http",
        auth="user",
        methods=["POST"],
        website=True,
    )
    def withdraw(self, consent_id, **kwargs):
        """One click, as it was given."""
        consent = request.env["cocare.consent"].search(
            [
                ("id", "=", consent_id),
                ("partner_id", "=", request.env.user.partner_id.id),
            ]
        )
        if not consent:
            raise request.not_found()
        consent._withdraw(request.env._("Withdrawn on their page"))
        return request.redirect("/my/consents")

    @http.route("/my/consents/data", type="http", auth="user", readonly=True)
    def my_data(self):
        """What the network holds of the person who asks."""
        return self._archive(request.env.user.partner_id)

    @http.route(
        "/cocare/person/<int:partner_id>/data", type="http", auth="user", readonly=True
    )
    def data_of(self, partner_id):
        """The same for a person without an account, by the firm whose contact they are.

        Not by a firm that has them by a consent: it would read more than it was given.
        """
        partner = request.env["res.partner"].search([("id", "=", partner_id)])
        if not partner or not request.env.user.has_group(
            "cocare_network.group_network_reader"
        ):
            raise request.not_found()
        if partner.company_id not in request.env.companies:
            raise AccessError(
                request.env._(
                    "%(person)s is the contact of another firm: it answers them.",
                    person=partner.name,
                )
            )
        return self._archive(partner)

    def _archive(self, partner):
        name = request.env["ir.http"]._slugify(partner.name)
        today = fields.Date.context_today(partner)
        return request.make_response(
            partner._cocare_person_archive(),
            [
                ("Content-Type", "application/zip"),
                ("Content-Disposition", content_disposition(f"{name}-{today}.zip")),
                ("Cache-Control", "no-store"),
            ],
        )
