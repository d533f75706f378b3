from odoo import api, fields, models
from odoo.tools import format_duration


class CocareCockpit(models.AbstractModel):
    _inherit = "cocare.cockpit"

    @api.model
    def _figures(self, firms, today):
        """Adds ``time``, what everybody spent on the firm this month: hours:minutes."""
        figures = super()._figures(firms, today)
        spent = self.env["cocare.time.entry"]._read_group(
            [
                ("company_id", "in", firms.ids),
                ("date", ">=", today.replace(day=1)),
                ("date", "<=", fields.Date.end_of(today, "month")),
            ],
            ["company_id"],
            ["hours:sum"],
        )
        for firm, hours in spent:
            figures.setdefault(firm.id, {})["time"] = format_duration(hours)
        return figures
