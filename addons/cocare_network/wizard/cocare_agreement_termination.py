from odoo import api, fields, models


class CocareAgreementTermination(models.TransientModel):
    """Who ends an agreement, when they said so, why, and the last day that follows."""

    _name = "cocare.agreement.termination"
    _description = "End of an agreement"

    agreement_id = fields.Many2one("cocare.agreement", required=True, readonly=True)
    side = fields.Selection(
        [("firm", "The firm"), ("operator", "The operator")],
        string="Ended by",
        required=True,
        default="firm",
    )
    notified_on = fields.Date(
        string="Notice given on", required=True, default=fields.Date.context_today
    )
    notified_by = fields.Char(string="Notice given by", required=True)
    reason = fields.Text(required=True)
    last_day = fields.Date(string="Last day, with notice", compute="_compute_last_day")
    early = fields.Date(
        string="Last day agreed on", help="Earlier than the notice, if both agree."
    )
    agreed_by = fields.Char(
        string="Agreed by", help="Who agreed to end it earlier, for both sides."
    )

    @api.depends("agreement_id", "notified_on")
    def _compute_last_day(self):
        for wizard in self:
            wizard.last_day = wizard.notified_on and wizard.agreement_id._last_day(
                wizard.notified_on
            )

    def action_confirm(self):
        self.ensure_one()
        self.agreement_id._check_office()
        self.agreement_id._terminate(
            self.side,
            self.notified_on,
            self.notified_by,
            self.reason,
            self.early,
            self.agreed_by,
        )
        return {"type": "ir.actions.act_window_close"}
