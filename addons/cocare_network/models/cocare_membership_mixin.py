from odoo import fields, models


class CocareMembershipMixin(models.AbstractModel):
    """A part of a membership's file: who may see it is who may see the membership.

    The firm and the network are stored on each part, because record rules that walk
    to the parent are slow and easy to get wrong.
    """

    _name = "cocare.membership.mixin"
    _inherit = "cocare.guarded.mixin"
    _description = "Part of a membership's file"
    _check_company_auto = True

    membership_id = fields.Many2one(
        "cocare.membership", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(
        related="membership_id.company_id", string="Firm", store=True, index=True
    )
    network_id = fields.Many2one(
        related="membership_id.network_id", store=True, index=True
    )
