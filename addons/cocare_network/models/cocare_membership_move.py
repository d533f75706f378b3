from odoo import api, fields, models
from odoo.exceptions import UserError

from .. import membership_path


class CocareMembershipMove(models.Model):
    """One step of a membership: from where to where, when, who and why."""

    _name = "cocare.membership.move"
    _inherit = "cocare.membership.mixin"
    _description = "Step of a membership"
    _order = "id desc"

    from_stage = fields.Selection(membership_path.STAGES, readonly=True)
    to_stage = fields.Selection(membership_path.STAGES, required=True, readonly=True)
    user_id = fields.Many2one("res.users", string="Who", required=True, readonly=True)
    reason = fields.Char(string="Why", readonly=True)
    change_id = fields.Many2one(
        "cocare.governed.change", string="Decision", readonly=True
    )

    def write(self, vals):
        # The firm comes later than the first steps; it is the only thing that does.
        if set(vals) - {"company_id", "network_id"}:
            raise UserError(self.env._("The history of a membership is not rewritten."))
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(self.env._("The history of a membership is not rewritten."))
