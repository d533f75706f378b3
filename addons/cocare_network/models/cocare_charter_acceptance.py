from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError


class CocareCharterAcceptance(models.Model):
    """A member accepted a version of the charter: who, when, how. Never changed."""

    _name = "cocare.charter.acceptance"
    _inherit = ["cocare.membership.mixin", "cocare.evidence.mixin"]
    _description = "Acceptance of the charter"
    _order = "id desc"

    version_id = fields.Many2one(
        "cocare.charter.version", required=True, index=True, ondelete="restrict"
    )
    accepted_on = fields.Date(required=True, default=fields.Date.context_today)
    signatory = fields.Char(string="Accepted by", required=True)
    user_id = fields.Many2one(
        "res.users",
        string="Recorded by",
        required=True,
        readonly=True,
        default=lambda self: self.env.user,
    )
    channel = fields.Selection(
        [("portal", "On the portal"), ("paper", "On paper")],
        required=True,
        default="paper",
    )
    evidence_ids = fields.Many2many(string="Signed document")

    _once = models.UniqueIndex(
        "(membership_id, version_id)",
        "This version of the charter was accepted already.",
    )

    @api.constrains("version_id", "membership_id", "channel", "evidence_ids")
    def _check_acceptance(self):
        for acceptance in self.sudo():
            version = acceptance.version_id
            if version.network_id != acceptance.network_id:
                raise ValidationError(
                    self.env._("This is the charter of another network.")
                )
            if version.state != "adopted":
                raise ValidationError(
                    self.env._(
                        "“%(version)s” was not adopted yet.",
                        version=version.display_name,
                    )
                )
            if acceptance.channel == "paper" and not acceptance.evidence_ids:
                raise ValidationError(
                    self.env._("Attach the signed document of an acceptance on paper.")
                )

    def write(self, vals):
        if set(vals) - {"company_id", "network_id"}:
            raise UserError(self.env._("An acceptance is not rewritten."))
        return super().write(vals)
