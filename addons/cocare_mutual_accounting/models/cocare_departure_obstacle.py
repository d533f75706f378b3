from odoo import fields, models


class CocareDepartureObstacle(models.Model):
    _inherit = "cocare.departure.obstacle"

    kind = fields.Selection(
        selection_add=[("money", "Money"), ("books", "Books")],
        ondelete={"money": "cascade", "books": "cascade"},
    )
