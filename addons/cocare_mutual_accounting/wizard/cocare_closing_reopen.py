from odoo import fields, models
from odoo.exceptions import UserError


class CocareClosingReopen(models.TransientModel):
    """Open closed periods again: why, until when, for whom."""

    _name = "cocare.closing.reopen"
    _description = "Open a closed period again"

    closing_ids = fields.Many2many("cocare.closing", required=True)
    reason = fields.Char(required=True, help="Kept in the history of the firm's locks.")
    until = fields.Datetime(
        string="Locks are lifted until",
        required=True,
        default=lambda self: fields.Datetime.add(fields.Datetime.now(), days=1),
    )
    everyone = fields.Boolean(
        string="For all who keep the firm", help="Otherwise for you alone."
    )
    with_vat = fields.Boolean(
        string="Also for VAT that was declared",
        help="The return then has to be corrected.",
    )

    def action_reopen(self):
        """Open them again, the latest first."""
        self.ensure_one()
        if not self.reason.strip():
            raise UserError(self.env._("Write why it is opened again."))
        if self.until <= fields.Datetime.now():
            raise UserError(self.env._("Locks are lifted until a later moment."))
        self.closing_ids._check_step("closed")
        order = self.closing_ids.sorted(
            lambda c: (c.kind == "year", c.date_to), reverse=True
        )
        for closing in order:
            closing._reopen(self.reason, self.until, self.everyone, self.with_vat)
        return {"type": "ir.actions.act_window_close"}
