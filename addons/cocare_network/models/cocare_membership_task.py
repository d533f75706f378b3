from odoo import api, fields, models
from odoo.exceptions import UserError

from .. import membership_path

#: days between two reminders of a late task
REMIND_EVERY = 7


class CocareMembershipTask(models.Model):
    """Something to do for a member in a stage, by somebody, before a day."""

    _name = "cocare.membership.task"
    _inherit = ["cocare.membership.mixin", "cocare.evidence.mixin"]
    _description = "Task of a membership"
    _order = "done_on desc, date_due, sequence, id"

    sequence = fields.Integer(default=10)
    stage = fields.Selection(membership_path.STAGES, required=True)
    name = fields.Char(string="What", required=True)
    required = fields.Boolean(default=True)
    needs_evidence = fields.Boolean(string="Evidence needed")
    user_id = fields.Many2one("res.users", string="Who", required=True, index=True)
    date_due = fields.Date(string="Before", required=True)
    note = fields.Char()
    done_on = fields.Date(readonly=True)
    done_by_id = fields.Many2one("res.users", string="Done by", readonly=True)
    late = fields.Boolean(compute="_compute_late", search="_search_late")
    reminded_on = fields.Date(readonly=True)
    activity_id = fields.Many2one(
        "mail.activity", readonly=True, ondelete="set null", index="btree_not_null"
    )

    def _compute_late(self):
        today = fields.Date.context_today(self)
        for task in self:
            task.late = not task.done_on and task.date_due < today

    def _search_late(self, operator, value):
        if operator != "in":
            return NotImplemented
        today = fields.Date.context_today(self)
        late = [("done_on", "=", False), ("date_due", "<", today)]
        return late if True in value else ["!", "&", *late]

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            self._check_not_ticked(vals)
        tasks = super().create(vals_list)
        for task in tasks:
            task._plan_activity()
        return tasks

    def write(self, vals):
        self._check_not_ticked(vals)
        done = self.filtered("done_on")
        if done and set(vals) - {"note", "company_id", "done_on", "done_by_id"}:
            raise UserError(self.env._("What was done stays as it was: open it again."))
        result = super().write(vals)
        if {"user_id", "date_due"} & set(vals):
            for task in self:
                task.activity_id.sudo().write(
                    {"user_id": task.user_id.id, "date_deadline": task.date_due}
                )
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_open(self):
        if self.filtered(lambda t: t.done_on and t.membership_id.exists()):
            raise UserError(self.env._("What was done is not deleted."))

    def action_done(self):
        """Tick the task, with its evidence when it needs one."""
        for task in self.filtered(lambda t: not t.done_on):
            task.check_access("write")
            if task.needs_evidence and not task.evidence_ids:
                raise UserError(
                    self.env._(
                        "“%(task)s” needs a document: attach it first.", task=task.name
                    )
                )
            task._set_done(fields.Date.context_today(self), self.env.user)
            task.activity_id.sudo().action_feedback(feedback=task.note)

    def action_reopen(self):
        """Take the tick back."""
        for task in self.filtered("done_on"):
            task.check_access("write")
            task._set_done(False, self.env["res.users"])
            task._plan_activity()

    def _set_done(self, day, user):
        """Runs as superuser: only the buttons tick a task, and they checked rights."""
        self.sudo().write({"done_on": day, "done_by_id": user.id})

    def _check_not_ticked(self, vals):
        if {"done_on", "done_by_id", "reminded_on"} & set(vals) and not self.env.su:
            raise UserError(self.env._("A task is ticked with its button."))

    def _plan_activity(self):
        """Tell the owner, on the member's file.

        Runs as superuser: whoever opens a stage gives tasks to colleagues.
        """
        membership = self.membership_id.sudo().with_context(
            mail_activity_quick_update=True
        )
        activity = membership.activity_schedule(
            "mail.mail_activity_data_todo",
            date_deadline=self.date_due,
            summary=self.name,
            user_id=self.user_id.id,
        )
        self.sudo().activity_id = activity

    @api.model
    def _cron_remind(self):
        """Remind the owners of late tasks, once a week."""
        today = fields.Date.context_today(self)
        last = fields.Date.subtract(today, days=REMIND_EVERY)
        late = self.search(
            [
                ("late", "=", True),
                ("membership_id.active", "=", True),
                "|",
                ("reminded_on", "=", False),
                ("reminded_on", "<=", last),
            ]
        )
        for user, tasks in late.grouped("user_id").items():
            for membership, theirs in tasks.grouped("membership_id").items():
                membership._remind(user, theirs)
        late.write({"reminded_on": today})
