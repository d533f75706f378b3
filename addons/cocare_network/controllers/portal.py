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
        firms = request.env["res.company"].search(
            [
                ("id", "in", request.env.user.company_ids.ids),
                ("cocare_network_id", "!=", False),
            ]
        )
        firm = firms.filtered(lambda c: c.id == company_id) if company_id else firms[:1]
        if not firm or not request.env.user.has_group(
            "cocare_network.group_worker_member"
        ):
            # The same answer whether the firm exists or not.
            raise request.not_found()
        # Only this firm is ticked: its figures never mix with another firm's.
        firm = firm.with_context(allowed_company_ids=firm.ids)
        this_month = fields.Date.context_today(firm).replace(day=1)
        shown = self._parse_month(month) or firm._cocare_latest_month()
        shown = min(shown, this_month)
        values = {
            **self._prepare_portal_layout_values(),
            **firm._cocare_dashboard(shown),
            "page_name": "firm",
            "firm": firm,
            "firms": firms,
            "month": shown,
            "previous_month": fields.Date.subtract(shown, months=1),
            "next_month": fields.Date.add(shown, months=1)
            if shown < this_month
            else None,
        }
        return request.render("cocare_network.portal_firm", values)

    def _parse_month(self, text):
        """``"2026-10"`` → first day of the month; None when it is no such thing."""
        match = re.fullmatch(r"(\d{4})-(\d{2})", text or "")
        if not match:
            return None
        year, month = map(int, match.groups())
        if not 1 <= month <= 12 or year < FIRST_MONTH.year:
            return None
        return date(year, month, 1)
