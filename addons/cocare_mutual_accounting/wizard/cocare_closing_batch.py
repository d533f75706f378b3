from odoo import api, fields, models

from ..models.cocare_closing_outcome import ACTIONS
from ..models.cocare_closing_rule import KINDS


class CocareClosingBatch(models.TransientModel):
    """Make, check or close a period of many firms at once, and keep a report."""

    _name = "cocare.closing.batch"
    _description = "Closings of many firms"

    action = fields.Selection(ACTIONS, string="What", required=True, default="close")
    kind = fields.Selection(KINDS, string="Closing", required=True, default="month")
    day = fields.Date(
        string="Period with the day",
        required=True,
        default=lambda self: fields.Date.subtract(
            fields.Date.context_today(self).replace(day=1), days=1
        ),
    )
    company_ids = fields.Many2many(
        "res.company",
        string="Firms",
        required=True,
        default=lambda self: self._default_companies(),
        domain=lambda self: [("id", "in", self.env.companies.ids)],
    )

    @api.model
    def _default_companies(self):
        """The firms that were selected, else those that are ticked."""
        active = self.env["res.company"]
        if self.env.context.get("active_model") == "res.company":
            active = active.browse(self.env.context.get("active_ids"))
        return (active or self.env.companies).filtered("cocare_network_id")

    def action_run(self):
        """Do it, and open what became of each firm."""
        self.ensure_one()
        companies = self.company_ids & self.env.companies
        closings = self.env["cocare.closing"].search(
            [
                ("company_id", "in", companies.ids),
                ("kind", "=", self.kind),
                ("date_from", "<=", self.day),
                ("date_to", ">=", self.day),
            ]
        )
        if self.action == "generate":
            return closings._together(self.action, companies)
        return closings._together(self.action, companies, closings[:1].period or "")
