from odoo import api, fields, models
from odoo.exceptions import UserError


class CocareConsentPurpose(models.Model):
    """What a person's particulars are used for: deliver, write, keep the books…

    Shared by all networks, like a dictionary: who consents to a delivery consents to
    nothing else.
    """

    _name = "cocare.consent.purpose"
    _description = "Purpose of a consent"
    _order = "sequence, name"

    sequence = fields.Integer(default=10)
    code = fields.Char(required=True)
    name = fields.Char(required=True, translate=True)
    description = fields.Text(translate=True)
    active = fields.Boolean(default=True)
    owner_needs_consent = fields.Boolean(
        string="Even with one's own contacts",
        help="The firm of a contact needs a consent too, as for a newsletter "
        "(art. L34-5 CPCE).",
    )

    _code_unique = models.UniqueIndex("(code)", "This purpose exists already.")

    def write(self, vals):
        if {"code", "owner_needs_consent"} & set(vals):
            self._check_not_used()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_not_used(self):
        self._check_not_used()

    def _check_not_used(self):
        """Runs as superuser: the consents may be of other firms."""
        texts = self.env["cocare.consent.text"].sudo()
        if any(texts.search([("purpose_id", "in", self.ids)]).mapped("used")):
            raise UserError(
                self.env._("A purpose that somebody consented to does not change.")
            )

    @api.model
    def _of_code(self, code):
        """The purpose of a code.

        :raise UserError: there is none
        """
        purpose = self.search([("code", "=", code)])
        if not purpose:
            raise UserError(self.env._("There is no purpose “%(code)s”.", code=code))
        return purpose
