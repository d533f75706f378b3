from odoo import api, fields, models


class CocareTreasury(models.TransientModel):
    """The treasury of a firm for the shared office, as the firm sees it on its page."""

    _name = "cocare.treasury"
    _description = "Treasury of a firm"

    company_id = fields.Many2one(
        "res.company",
        string="Firm",
        required=True,
        default=lambda self: self.env.company,
        domain=lambda self: [("id", "in", self.env.companies.ids)],
    )
    body = fields.Html(compute="_compute_body", sanitize=False)

    @api.depends("company_id")
    def _compute_display_name(self):
        for view in self:
            view.display_name = view.company_id.name

    @api.depends("company_id")
    @api.depends_context("lang", "allowed_company_ids")
    def _compute_body(self):
        for view in self:
            firm = view.company_id
            view.body = firm and self.env["ir.qweb"]._render(
                "cocare_mutual_accounting.treasury_body",
                {"firm": firm, "is_office": True, **firm._cocare_treasury()},
            )

    def action_open_lines(self):
        """The lines of the forecast of the firm, to add and change."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "cocare_mutual_accounting.cocare_forecast_line_action"
        )
        return {
            **action,
            "domain": [("company_id", "=", self.company_id.id)],
            "context": {"default_company_id": self.company_id.id},
        }
