from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command


class CocareCoachingMeeting(models.Model):
    """A meeting of a coach with a firm: its goal, what came out, what is next.

    With a coaching service chosen its hours are a usage of that service, like any
    other activity that is shared.
    """

    _name = "cocare.coaching.meeting"
    _inherit = ["cocare.membership.mixin", "cocare.usage.mixin"]
    _description = "Coaching meeting"
    _order = "date desc, id desc"

    name = fields.Char(string="Goal", required=True)
    date = fields.Date(required=True, index=True, default=fields.Date.context_today)
    duration = fields.Float(string="Hours", digits=(5, 2))
    user_id = fields.Many2one(
        "res.users", string="Coach", required=True, default=lambda self: self.env.user
    )
    present = fields.Char(string="Who was there")
    minutes = fields.Html(string="What came out", sanitize_style=True)
    private_note = fields.Text(
        string="Notes of the coach",
        groups="cocare_network.group_facilitator",
        help="The firm does not see them.",
    )
    action_ids = fields.One2many("cocare.coaching.action", "meeting_id")
    next_date = fields.Date(string="Next meeting")
    service_id = fields.Many2one(
        "cocare.service",
        ondelete="restrict",
        domain="[('network_id', '=', network_id), ('family', '=', 'coaching'),"
        " ('meter', '=', 'manual')]",
        help="The hours are shared by the key of this service.",
    )
    open_action_ids = fields.Many2many(
        "cocare.coaching.action",
        string="Still open from earlier meetings",
        compute="_compute_open_action_ids",
        # found through the file of the firm, which its members do not read
        compute_sudo=True,
    )

    _duration_of_a_day = models.Constraint(
        "CHECK (duration >= 0 AND duration <= 24)", "A meeting lasts a day at most."
    )
    _next_after = models.Constraint(
        "CHECK (next_date IS NULL OR next_date > date)",
        "The next meeting comes after this one.",
    )

    @api.depends("membership_id", "date")
    def _compute_open_action_ids(self):
        for meeting in self:
            earlier = meeting.membership_id.meeting_ids.filtered(
                lambda m, n=meeting: m.date < (n.date or fields.Date.today())
            )
            meeting.open_action_ids = [
                Command.set(earlier.action_ids.filtered(lambda a: not a.done_on).ids)
            ]

    @api.constrains("service_id", "membership_id")
    def _check_service(self):
        for meeting in self.sudo().filtered("service_id"):
            if meeting.service_id.network_id != meeting.network_id:
                raise UserError(
                    self.env._(
                        "“%(service)s” is a service of another network.",
                        service=meeting.service_id.name,
                    )
                )
            if not meeting.company_id:
                raise UserError(
                    self.env._(
                        "%(name)s has no company yet: its hours cannot be shared.",
                        name=meeting.membership_id.name,
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        meetings = super().create(vals_list)
        meetings._cocare_sync_usages()
        for meeting in meetings.filtered("next_date"):
            meeting._plan_next()
        return meetings

    def write(self, vals):
        result = super().write(vals)
        self._cocare_sync_usages()
        if "next_date" in vals:
            for meeting in self.filtered("next_date"):
                meeting._plan_next()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_without_usage(self):
        if self.filtered("cocare_usage_count"):
            raise UserError(
                self.env._(
                    "A meeting whose hours were recorded is not deleted: set them "
                    "to 0, which leaves a correction."
                )
            )

    def _cocare_usages(self):
        self.ensure_one()
        if not self.service_id or not self.duration:
            return []
        return [
            {
                "company_id": self.company_id.id,
                "service_id": self.service_id.id,
                "date": self.date,
                "quantity": self.duration,
                "name": self.name,
            }
        ]

    def _plan_next(self):
        """Put the next meeting on the coach's list."""
        self.membership_id.sudo().activity_schedule(
            "mail.mail_activity_data_meeting",
            date_deadline=self.next_date,
            summary=self.env._("Coaching: after “%(goal)s”", goal=self.name),
            user_id=self.user_id.id,
        )
