from odoo import fields, models


class CocareConsentWithdrawal(models.TransientModel):
    """A person withdraws a consent, and somebody of the firm writes it down."""

    _name = "cocare.consent.withdrawal"
    _description = "Withdraw a consent"

    consent_id = fields.Many2one("cocare.consent", required=True, readonly=True)
    partner_id = fields.Many2one(related="consent_id.partner_id")
    why = fields.Char(string="How they said it", required=True)

    def action_withdraw(self):
        self.ensure_one()
        self.consent_id._withdraw(self.why)
