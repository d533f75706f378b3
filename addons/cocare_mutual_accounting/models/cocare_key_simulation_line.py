from odoo import api, fields, models

from ..allocation import from_cents, to_cents


class CocareKeySimulationLine(models.Model):
    """What one firm paid for a service in a month, and would have paid."""

    _name = "cocare.key.simulation.line"
    _description = "Simulated month of a firm"
    _order = "simulation_id desc, month, company_id, id"

    simulation_id = fields.Many2one(
        "cocare.key.simulation", required=True, index=True, ondelete="cascade"
    )
    operator_id = fields.Many2one(
        related="simulation_id.operator_id", store=True, index=True
    )
    company_id = fields.Many2one(
        "res.company", string="Firm", required=True, index=True
    )
    currency_id = fields.Many2one(related="operator_id.currency_id")
    service_id = fields.Many2one("cocare.service", required=True, ondelete="restrict")
    month = fields.Date(required=True)
    actual = fields.Monetary(string="Invoiced", help="Before tax, as it was.")
    simulated = fields.Monetary(
        string="Under the new key", help="Before tax, as it would have been."
    )
    difference = fields.Monetary(
        compute="_compute_difference",
        store=True,
        help="More (or less, when negative) than what was invoiced.",
    )

    _once = models.UniqueIndex(
        "(simulation_id, company_id, service_id, month)",
        "A month of a firm and service is simulated once.",
    )

    @api.depends("actual", "simulated")
    def _compute_difference(self):
        for line in self:
            line.difference = from_cents(
                to_cents(line.simulated) - to_cents(line.actual)
            )
