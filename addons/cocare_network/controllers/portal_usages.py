from functools import partial

from babel.numbers import format_decimal

from odoo import fields, http
from odoo.http import request
from odoo.tools.misc import babel_locale_parse, get_lang

from .portal import FirmPortal


class UsagePortal(FirmPortal):
    """What a firm used, month by month. Every read is made with the member's rights."""

    @http.route(
        ["/my/usages", "/my/usages/<int:company_id>"],
        type="http",
        auth="user",
        website=True,
        readonly=True,
    )
    def firm_usages(self, company_id=None, month=None, **kwargs):
        firms = self._firms()
        firm = self._firm(company_id or firms[:1].id)
        this_month = fields.Date.context_today(firm).replace(day=1)
        shown = min(self._parse_month(month) or this_month, this_month)
        before = fields.Date.subtract(shown, months=1)
        Month = request.env["cocare.usage.month"]
        lines = Month.search(
            [("company_id", "=", firm.id), ("month", "=", shown)]
        ).sorted(lambda line: line.service_id.name)
        past = Month.search([("company_id", "=", firm.id), ("month", "=", before)])
        usages = {
            line: request.env["cocare.usage"].search(
                line._usage_domain(), order="date, id"
            )
            for line in lines
        }
        values = {
            **self._prepare_portal_layout_values(),
            "page_name": "usages",
            "firm": firm,
            "firms": firms,
            "month": shown,
            "previous_month": before,
            "next_month": fields.Date.add(shown, months=1)
            if shown < this_month
            else None,
            "lines": lines,
            "usages": usages,
            # 282 and not 282,000, which some would read as thousands.
            "number": partial(
                format_decimal,
                format="#,##0.###",
                locale=babel_locale_parse(get_lang(request.env).code),
            ),
            "past": {line.service_id: line.quantity for line in past},
        }
        return request.render("cocare_network.portal_usages", values)
