from odoo import api, fields, models
from odoo.exceptions import UserError


class CocareAgreementSignature(models.Model):
    """A side signed an agreement: who, when, from where, and the document. Never
    changed. It is made by ``cocare.agreement``."""

    _name = "cocare.agreement.signature"
    _description = "Signature of an agreement"
    _order = "signed_at, id"

    agreement_id = fields.Many2one(
        "cocare.agreement", required=True, index=True, ondelete="restrict"
    )
    company_id = fields.Many2one(
        related="agreement_id.company_id", store=True, index=True
    )
    side = fields.Selection([("firm", "Firm"), ("operator", "Operator")], required=True)
    channel = fields.Selection(
        [("portal", "On the portal"), ("office", "In Odoo"), ("paper", "On paper")],
        required=True,
    )
    signatory = fields.Char(string="Signed by", required=True)
    user_id = fields.Many2one("res.users", string="Account", required=True)
    signed_at = fields.Datetime(string="When (UTC)", required=True)
    ip_address = fields.Char(string="IP address")
    image = fields.Binary(string="Drawing", attachment=True)
    document_id = fields.Many2one(
        "ir.attachment", string="Document as signed", ondelete="restrict"
    )
    sha256 = fields.Char(string="SHA-256")

    _once = models.UniqueIndex(
        "(agreement_id, side)", "This side signed the agreement already."
    )

    @api.depends("signatory", "side")
    def _compute_display_name(self):
        sides = dict(self._fields["side"]._description_selection(self.env))
        for signature in self:
            signature.display_name = (
                f"{sides.get(signature.side)}: {signature.signatory}"
            )

    def write(self, vals):
        # The document is made once the signature is in it.
        if set(vals) - {"document_id", "sha256"} or self.filtered("document_id"):
            raise UserError(self.env._("A signature is not rewritten."))
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        if not self.env.su:
            raise UserError(self.env._("A signature is not deleted."))
