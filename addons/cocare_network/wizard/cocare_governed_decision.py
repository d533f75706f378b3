from odoo import fields, models


class CocareGovernedDecision(models.TransientModel):
    """Record what the network decided of the changes proposed to it."""

    _name = "cocare.governed.decision"
    _description = "Record a decision"

    change_ids = fields.Many2many(
        "cocare.governed.change", string="Proposed changes", required=True
    )
    outcome = fields.Selection(
        [("adopted", "Adopted"), ("refused", "Refused")],
        required=True,
        default="adopted",
    )
    decision_ref = fields.Char(string="Decision", required=True)
    decided_on = fields.Date(
        string="Day of the decision", required=True, default=fields.Date.context_today
    )

    def action_record(self):
        self.ensure_one()
        self.change_ids._cocare_decide(
            self.outcome == "adopted", self.decision_ref, self.decided_on
        )
        return {"type": "ir.actions.act_window_close"}
