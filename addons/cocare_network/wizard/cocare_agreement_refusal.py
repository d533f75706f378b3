from odoo import api, fields, models


class CocareAgreementRefusal(models.TransientModel):
    """Who says no to a proposal, when they said so, and why."""

    _name = "cocare.agreement.refusal"
    _description = "Refusal or withdrawal of a proposal"

    agreement_id = fields.Many2one("cocare.agreement", required=True, readonly=True)
    side = fields.Selection(
        [("firm", "The firm refuses it"), ("operator", "The operator takes it back")],
        required=True,
        default="firm",
    )
    said_on = fields.Date(
        string="Said on", required=True, default=fields.Date.context_today
    )
    said_by = fields.Char(
        string="Said by",
        compute="_compute_said_by",
        store=True,
        readonly=False,
        required=True,
    )
    reason = fields.Text(required=True)

    @api.depends("side")
    def _compute_said_by(self):
        """Who writes it down speaks for the operator, not for the firm."""
        for wizard in self:
            wizard.said_by = wizard.side == "operator" and self.env.user.name

    def action_confirm(self):
        self.ensure_one()
        self.agreement_id._check_office()
        self.agreement_id._close_proposal(
            "refused" if self.side == "firm" else "withdrawn",
            self.said_by,
            self.said_on,
            self.reason,
        )
        return {"type": "ir.actions.act_window_close"}
