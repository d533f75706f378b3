import re
from datetime import date

from odoo import fields, http
from odoo.http import request

from odoo.addons.portal.controllers.portal import CustomerPortal

FIRST_MONTH = date(2000, 1, 1)


class FirmPortal(CustomerPortal):
    """Pages of a worker-member. Every read is made with the member's own rights."""

    @http.route(
        ["/my/firm", "/my/firm/<int:company_id>"],
        type="http",
        auth="user",
        website=True,
        readonly=True,
    )
    def firm_dashboard(self, company_id=None, month=None, **kwargs):
        firms = self._firms()
        firm = self._firm(company_id or firms[:1].id)
        this_month = fields.Date.context_today(firm).replace(day=1)
        shown = self._parse_month(month) or firm._cocare_latest_month()
        shown = min(shown, this_month)
        values = {
            **self._prepare_portal_layout_values(),
            **firm._cocare_dashboard(shown),
            "page_name": "firm",
            "departure": firm.cocare_left_on
            and request.env["cocare.departure"].search(
                [("company_id", "=", firm.id), ("state", "=", "done")]
            ),
            "firm": firm,
            "firms": firms,
            "month": shown,
            "previous_month": fields.Date.subtract(shown, months=1),
            "next_month": fields.Date.add(shown, months=1)
            if shown < this_month
            else None,
        }
        return request.render("cocare_network.portal_firm", values)

    @http.route(
        "/my/firm/<int:company_id>/archive", type="http", auth="user", readonly=True
    )
    def firm_archive(self, company_id):
        """The books and documents that a firm was handed when it left."""
        firm = self._firm(company_id)
        departure = request.env["cocare.departure"].search(
            [("company_id", "=", firm.id), ("state", "=", "done")]
        )
        if not departure:
            raise request.not_found()
        # Read as superuser: a portal account reads no document, and this one is of a
        # departure that the member may read.
        archive = departure.sudo().archive_id
        stream = request.env["ir.binary"]._get_stream_from(archive)
        return stream.get_response(as_attachment=True)

    def _firms(self):
        """The member's firms, none for who is no member."""
        user = request.env.user
        if not user.has_group("cocare_network.group_worker_member"):
            return request.env["res.company"]
        return request.env["res.company"].search(
            [
                ("id", "in", user.company_ids.ids),
                ("cocare_network_id", "!=", False),
            ]
        )

    def _firm(self, company_id):
        """One of the member's firms, alone ticked: figures of two firms never mix.

        :raise NotFound: the same answer whether the firm exists or not
        """
        firm = self._firms().filtered(lambda c: c.id == company_id)
        if not firm:
            raise request.not_found()
        request.update_context(allowed_company_ids=firm.ids)
        return firm.with_context(allowed_company_ids=firm.ids)

    def _parse_month(self, text):
        """``"2026-10"`` → first day of the month; None when it is no such thing."""
        match = re.fullmatch(r"(\d{4})-(\d{2})", text or "")
        if not match:
            return None
        year, month = map(int, match.groups())
        if not 1 <= month <= 12 or year < FIRST_MONTH.year:
            return None
        return date(year, month, 1)
