from odoo import api, fields, models

from .. import membership_path


class CocareMembershipStep(models.TransientModel):
    """Ask why before a membership makes a step, or before it is put to a decision."""

    _name = "cocare.membership.step"
    _description = "Step of a membership"

    membership_id = fields.Many2one("cocare.membership", required=True, readonly=True)
    stage = fields.Selection(related="membership_id.stage", string="Now")
    target = fields.Selection(membership_path.STAGES, string="Next", required=True)
    decided = fields.Boolean(compute="_compute_decided")
    reason = fields.Text(string="Why", required=True)
    effective_date = fields.Date(
        string="Takes effect on", help="Empty: from the day of the decision."
    )

    @api.depends("membership_id", "target")
    def _compute_decided(self):
        for step in self:
            step.decided = bool(step.target) and membership_path.needs_decision(
                step.membership_id.stage, step.target
            )

    def action_confirm(self):
        self.ensure_one()
        self.membership_id._step(
            self.target, self.reason, self.decided and self.effective_date
        )
        return {"type": "ir.actions.act_window_close"}
