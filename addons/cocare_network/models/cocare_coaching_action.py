from odoo import fields, models


class CocareCoachingAction(models.Model):
    """What somebody took on in a coaching meeting."""

    _name = "cocare.coaching.action"
    _inherit = "cocare.guarded.mixin"
    _description = "Action of a coaching meeting"
    _order = "done_on desc, date_due, id"

    meeting_id = fields.Many2one(
        "cocare.coaching.meeting", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(
        related="meeting_id.company_id", string="Firm", store=True, index=True
    )
    network_id = fields.Many2one(
        related="meeting_id.network_id", store=True, index=True
    )
    name = fields.Char(string="What", required=True)
    who = fields.Char()
    date_due = fields.Date(string="Before")
    done_on = fields.Date(string="Done on")
