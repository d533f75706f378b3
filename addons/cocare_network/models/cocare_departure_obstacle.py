from odoo import fields, models


class CocareDepartureObstacle(models.Model):
    """Something that remains to be settled before a firm may leave."""

    _name = "cocare.departure.obstacle"
    _description = "Obstacle to a departure"
    _order = "kind, id"

    departure_id = fields.Many2one(
        "cocare.departure", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(
        related="departure_id.company_id", string="Firm", store=True, index=True
    )
    kind = fields.Selection(
        [
            ("task", "To do"),
            ("agreement", "Agreement"),
            ("usage", "Usage"),
        ],
        required=True,
    )
    name = fields.Char(string="What remains", required=True)
    res_model = fields.Char(string="Model", required=True)
    res_id = fields.Many2oneReference(
        string="Record", model_field="res_model", required=True
    )

    def action_open(self):
        """Open what has to be settled."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": self.res_model,
            "res_id": self.res_id,
            "view_mode": "form",
        }
