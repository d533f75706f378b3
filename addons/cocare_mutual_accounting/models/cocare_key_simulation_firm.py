from odoo import fields, models
from odoo.tools import SQL


class CocareKeySimulationFirm(models.Model):
    """The totals of a firm over the months of a simulation. Read only."""

    _name = "cocare.key.simulation.firm"
    _description = "Simulated total of a firm"
    _auto = False
    _order = "simulation_id desc, difference desc, company_id"
    _depends = {
        "cocare.key.simulation.line": [
            "actual",
            "company_id",
            "difference",
            "operator_id",
            "simulated",
            "simulation_id",
        ],
    }

    id = fields.Id()
    simulation_id = fields.Many2one("cocare.key.simulation", readonly=True)
    operator_id = fields.Many2one("res.company", readonly=True)
    company_id = fields.Many2one("res.company", string="Firm", readonly=True)
    currency_id = fields.Many2one(related="operator_id.currency_id")
    actual = fields.Monetary(string="Invoiced", readonly=True)
    simulated = fields.Monetary(string="Under the new key", readonly=True)
    difference = fields.Monetary(readonly=True)
    percent = fields.Float(
        string="Difference, %",
        digits=(16, 1),
        readonly=True,
        aggregator=None,
        help="Of what was invoiced; empty when nothing was.",
    )

    @property
    def _table_query(self):
        return SQL(
            """
            SELECT MIN(id) AS id,
                   simulation_id,
                   operator_id,
                   company_id,
                   SUM(actual) AS actual,
                   SUM(simulated) AS simulated,
                   SUM(difference) AS difference,
                   100 * SUM(difference) / NULLIF(SUM(actual), 0) AS percent
              FROM cocare_key_simulation_line
             GROUP BY simulation_id, operator_id, company_id
            """
        )
