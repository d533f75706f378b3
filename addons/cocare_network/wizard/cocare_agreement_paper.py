import base64

from odoo import fields, models
from odoo.exceptions import UserError


class CocareAgreementPaper(models.TransientModel):
    """Keep the document that a firm signed on paper."""

    _name = "cocare.agreement.paper"
    _description = "Agreement signed on paper"

    agreement_id = fields.Many2one("cocare.agreement", required=True, readonly=True)
    signatory = fields.Char(string="Signed by", required=True)
    signed_on = fields.Date(required=True, default=fields.Date.context_today)
    document = fields.Binary(string="Signed document (PDF)", required=True)

    def action_confirm(self):
        """Runs as superuser once rights were checked: nobody types a signature."""
        self.ensure_one()
        self.agreement_id._check_office()
        content = base64.b64decode(self.document)
        if not content.startswith(b"%PDF-"):
            raise UserError(self.env._("The signed document is a PDF."))
        self.agreement_id.sudo()._sign(
            "firm",
            "paper",
            self.signatory,
            document=content,
            signed_at=fields.Datetime.to_datetime(self.signed_on),
        )
        return {"type": "ir.actions.act_window_close"}
