from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools.misc import formatLang

from ..allocation import to_cents

#: days an arbitrator has to answer
ANSWER_WITHIN = 7

#: what a discussion writes on its record
MAILS = {
    "activity_ids",
    "message_follower_ids",
    "message_ids",
    "message_main_attachment_id",
}


class CocareContest(models.Model):
    """A line of a run that a firm contests, and what was decided, by whom and why."""

    _name = "cocare.contest"
    _inherit = ["mail.thread", "mail.activity.mixin", "cocare.guarded.mixin"]
    _description = "Contested line"
    _order = "id desc"

    share_id = fields.Many2one(
        "cocare.allocation.share",
        string="Line",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
    )
    run_id = fields.Many2one(related="share_id.run_id", store=True, index=True)
    service_id = fields.Many2one(related="share_id.service_id", store=True)
    operator_id = fields.Many2one(
        related="share_id.operator_id", store=True, index=True
    )
    company_id = fields.Many2one(
        related="share_id.company_id", store=True, index=True, string="Firm"
    )
    kind = fields.Selection(related="share_id.kind")
    currency_id = fields.Many2one(related="company_id.currency_id")
    comment = fields.Text(string="What is contested", required=True, readonly=True)
    contested_by_id = fields.Many2one("res.users", string="Contested by", readonly=True)
    answer_by = fields.Date(string="To answer by", required=True, readonly=True)
    arbitrator_id = fields.Many2one("res.users", required=True, readonly=True)
    state = fields.Selection(
        [
            ("open", "To arbitrate"),
            ("upheld", "Upheld"),
            ("rejected", "Rejected"),
            ("withdrawn", "Withdrawn"),
        ],
        required=True,
        default="open",
        readonly=True,
        tracking=True,
    )
    basis = fields.Selection(
        [
            ("readings", "What is recorded now"),
            ("amount", "An amount decided"),
        ],
        string="Decide by",
        required=True,
        default="readings",
        help="Correct the readings first: the line is computed again from them.",
    )
    answer = fields.Text(help="The reasons, as the firm reads them.")
    amount_before = fields.Monetary(readonly=True)
    amount_after = fields.Monetary(string="Amount after")
    measured_before = fields.Char(string="Measured, as sent", readonly=True)
    measured_after = fields.Char(string="Measured now", readonly=True)
    answered_on = fields.Datetime(readonly=True)

    _open_once = models.UniqueIndex(
        "(share_id) WHERE state = 'open'", "This line is contested already."
    )

    @api.depends("share_id")
    def _compute_display_name(self):
        for contest in self:
            contest.display_name = self.env._(
                "%(firm)s, %(service)s, %(run)s",
                firm=contest.sudo().company_id.name,
                service=contest.sudo().share_id.display_name,
                run=contest.sudo().run_id.display_name,
            )

    def write(self, vals):
        # The form offers the arbitrator these until they decide, and nothing else.
        decided = {"basis", "answer", "amount_after"}
        if not self.env.su and vals.keys() & (set(self._fields) - MAILS - decided):
            raise UserError(self.env._("A contested line is decided by its buttons."))
        if not self.env.su and vals.keys() & decided:
            self._check_arbitrator()
        return super().write(vals)

    @api.model
    def _open(self, share, comment):
        """A contested line, and a task for the arbitrator.

        :param share: ``cocare.allocation.share``, as superuser
        """
        contest = self.create(
            {
                "share_id": share.id,
                "comment": comment,
                "contested_by_id": self.env.uid,
                "answer_by": fields.Date.add(
                    fields.Date.context_today(self), days=ANSWER_WITHIN
                ),
                "arbitrator_id": share.run_id.arbitrator_id.id,
                "amount_before": share.invoiced,
                "measured_before": share._values_text(share._frozen_values()),
            }
        )
        contest.activity_schedule(
            "mail.mail_activity_data_todo",
            date_deadline=contest.answer_by,
            summary=contest.env._(
                "%(firm)s contests “%(service)s”",
                firm=share.company_id.name,
                service=share.display_name,
            ),
            user_id=contest.arbitrator_id.id,
        )
        return contest

    def action_open_readings(self):
        """Open what the line was made from, each with the record to correct."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "cocare_network.cocare_usage_action"
        )
        readings = self.share_id._readings()
        return {**action, "domain": [("id", "in", readings.ids)], "context": {}}

    def action_uphold(self):
        """Change the line: by what is recorded now, or to the amount decided."""
        for contest in self:
            contest._check_arbitrator()
            contest._check_reasoned()
            known = contest.sudo()
            share = known.share_id
            if contest.basis == "readings":
                known.measured_after, cents = share._remeasured()
            else:
                cents = to_cents(contest.amount_after)
            if cents == to_cents(share.invoiced):
                raise UserError(
                    self.env._(
                        "Nothing changes: the line stays at %(amount)s. Correct the "
                        "readings it is made from, decide an amount, or reject.",
                        amount=formatLang(self.env, share.invoiced),
                    )
                )
            share._settle(cents)
            known.amount_after = share.invoiced
            contest._close("upheld")
        return True

    def action_reject(self):
        """Leave the line as it was sent."""
        for contest in self:
            contest._check_arbitrator()
            contest._check_reasoned()
            contest.sudo().amount_after = contest.amount_before
            contest._close("rejected")
        return True

    def _withdraw_as_firm(self):
        """A worker-member takes back what their firm contested: the line is accepted.

        Runs as superuser once the member was found to work for the firm.
        """
        self.ensure_one()
        self.check_access("read")
        self.company_id._check_member()
        self.sudo()._check_open()
        self.sudo()._close("withdrawn")

    def _close(self, state):
        """Runs as superuser: steps write what nobody types; callers check rights."""
        contest = self.sudo()
        contest.write({"state": state, "answered_on": fields.Datetime.now()})
        contest.share_id._review("accepted" if state == "withdrawn" else "settled")
        contest.activity_ids.action_done()
        if state != "withdrawn":
            contest._notify_answer()

    def _check_open(self):
        self.ensure_one()
        if self.state != "open" or self.run_id.state != "sent":
            raise UserError(self.env._("This was decided already."))

    def _check_arbitrator(self):
        self.check_access("write")
        self.sudo()._check_open()
        if self.env.user != self.sudo().arbitrator_id and not self.env.su:
            raise AccessError(
                self.env._(
                    "%(arbitrator)s arbitrates this line, nobody else.",
                    arbitrator=self.sudo().arbitrator_id.name,
                )
            )

    def _check_reasoned(self):
        if not (self.answer or "").strip():
            raise UserError(self.env._("Write the reasons the firm will read."))

    def _notify_answer(self):
        """Tell the firm what was decided."""
        recharge = self.run_id.recharge_ids.filtered(
            lambda r: r.company_id == self.company_id
        )
        recharge._notify_firm(
            lambda r: r.env._(
                "%(service)s: what you contested was decided",
                service=self.with_env(r.env).share_id.display_name,
            ),
            lambda r: r.env._("The decision is on your page: %(link)s", link=r._link()),
        )
