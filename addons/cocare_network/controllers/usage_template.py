from odoo import fields, http
from odoo.http import content_disposition, request

from ..usage_csv import write


class UsageTemplate(http.Controller):
    """The file to fill in with readings, for those of the shared office."""

    @http.route(
        "/cocare/usages/template",
        type="http",
        auth="user",
        methods=["GET"],
        readonly=True,
    )
    def template(self):
        """A line for every firm and service with an agreement in force this month."""
        if not request.env.user.has_group("cocare_network.group_network_reader"):
            raise request.not_found()
        env = request.env
        today = fields.Date.context_today(env.user)
        month = today.replace(day=1)
        last = fields.Date.end_of(month, "month")
        allowed = env.user.company_ids.ids
        agreements = env["cocare.agreement"].with_context(allowed_company_ids=allowed)
        rows = sorted(
            {
                (agreement.service_id.code, agreement.company_id.name)
                for agreement in agreements._in_force(month, last)
                if agreement.service_id.meter == "manual"
            }
        )
        content = write(
            [
                env._("Firm"),
                env._("Service"),
                env._("Date"),
                env._("Quantity"),
                env._("Description"),
            ],
            [[firm, code, last.strftime("%d/%m/%Y"), "", ""] for code, firm in rows],
        )
        name = env._("readings-%(month)s.csv", month=month.strftime("%Y-%m"))
        return request.make_response(
            content,
            [
                ("Content-Type", "text/csv; charset=utf-8"),
                ("Content-Disposition", content_disposition(name)),
            ],
        )
