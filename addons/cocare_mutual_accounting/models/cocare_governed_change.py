from odoo import api, fields, models


class CocareGovernedChange(models.Model):
    _inherit = "cocare.governed.change"

    cocare_simulation_id = fields.Many2one(
        "cocare.key.simulation",
        string="Simulation",
        compute="_compute_cocare_simulation_id",
        help="What each firm would have paid, as it is or was shown before the vote.",
    )

    @api.depends("state", "res_model", "res_id")
    def _compute_cocare_simulation_id(self):
        Simulation = self.env["cocare.key.simulation"]
        self.cocare_simulation_id = False
        for change in self:
            if change.res_model == "cocare.allocation.key.version":
                change.cocare_simulation_id = Simulation.search(
                    [
                        ("version_id", "=", change.res_id),
                        (
                            "change_id",
                            "=",
                            change.state != "proposed" and change.id,
                        ),
                    ]
                )

    def action_open_simulation(self):
        """Open what each firm would have paid under the proposed key."""
        self.ensure_one()
        return self.cocare_simulation_id.action_open()

    def _cocare_decide(self, adopted, decision_ref, decided_on):
        shown = {change: change.cocare_simulation_id for change in self}
        result = super()._cocare_decide(adopted, decision_ref, decided_on)
        for change, simulation in shown.items():
            simulation._keep_for(change)
        return result
