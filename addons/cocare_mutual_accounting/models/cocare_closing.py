from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools.misc import format_date

from ..closing_checks import latest_day
from .cocare_closing_rule import KINDS

STATES = [("open", "In progress"), ("closed", "Closed"), ("final", "Closed for good")]


class CocareClosing(models.Model):
    """The closing of a month, a quarter or a year in the books of a firm.

    Its steps come from the checklist (``cocare.closing.rule``), see
    ``cocare_closing_generation.py``; what the steps find, ``cocare_closing_step*.py``;
    what closing locks, ``cocare_closing_locks.py``.

    What a step found is as old as its evaluation says, and is found again before the
    closing: no result that was good once closes anything.
    """

    _name = "cocare.closing"
    _inherit = ["cocare.guarded.mixin", "mail.thread"]
    _description = "Closing of a period"
    _order = "date_to desc, kind, company_id, id"

    company_id = fields.Many2one(
        "res.company", string="Firm", required=True, index=True, readonly=True
    )
    kind = fields.Selection(KINDS, string="Closing", required=True, readonly=True)
    date_from = fields.Date(string="First day", required=True, readonly=True)
    date_to = fields.Date(string="Last day", required=True, readonly=True, index=True)
    period = fields.Char(compute="_compute_period")
    state = fields.Selection(
        STATES,
        required=True,
        default="open",
        readonly=True,
        index=True,
        tracking=True,
        group_expand=True,
    )
    step_ids = fields.One2many("cocare.closing.step", "closing_id", string="Steps")
    steps_open = fields.Integer(
        string="Steps left", compute="_compute_steps_open", store=True, aggregator=None
    )
    steps_count = fields.Integer(
        string="Number of steps",
        compute="_compute_steps_open",
        store=True,
        aggregator=None,
    )
    evaluated_on = fields.Datetime(string="Checked on", readonly=True)
    closed_on = fields.Datetime(readonly=True)
    closed_by_id = fields.Many2one("res.users", readonly=True)
    locks = fields.Text(
        string="What is locked",
        readonly=True,
        help="Lock dates that this closing set.",
    )
    latest_on = fields.Date(
        string="To be closed until",
        compute="_compute_latest_on",
        store=True,
        help="Entries are final at the end of the period that follows, at the latest "
        "(art. 921-4 PCG).",
    )
    is_late = fields.Boolean(compute="_compute_is_late", search="_search_is_late")
    balances = fields.Json(
        readonly=True,
        copy=False,
        export_string_translation=False,
        help="Cents by account when the year was closed: what the next one opens with.",
    )
    appropriation_move_id = fields.Many2one(
        "account.move",
        string="Appropriation of the result",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
    )

    _once = models.UniqueIndex(
        "(company_id, kind, date_from, date_to)",
        "This closing of the firm exists already.",
    )
    _in_order = models.Constraint(
        "CHECK (date_to >= date_from)", "A period ends after it begins."
    )
    _closed_on_a_day = models.Constraint(
        "CHECK (state = 'open' OR closed_on IS NOT NULL)",
        "What is closed was closed on a day.",
    )

    @api.depends("kind", "date_from", "date_to")
    @api.depends_context("lang")
    def _compute_period(self):
        patterns = {"month": "MMMM yyyy", "quarter": "QQQ yyyy", "year": "yyyy"}
        for closing in self:
            first, last = closing.date_from, closing.date_to
            if not (first and last):
                closing.period = False
            elif closing.kind == "year" and (last.month, last.day) != (12, 31):
                closing.period = " – ".join(
                    format_date(self.env, day) for day in (first, last)
                )
            else:
                closing.period = format_date(
                    self.env, first, date_format=patterns[closing.kind]
                )

    @api.depends("company_id", "period")
    def _compute_display_name(self):
        for closing in self:
            firm = closing.sudo().company_id.name
            parts = (firm, closing.period)
            closing.display_name = ", ".join(part for part in parts if part)

    @api.depends("step_ids.is_open")
    def _compute_steps_open(self):
        for closing in self:
            closing.steps_count = len(closing.step_ids)
            closing.steps_open = len(closing.step_ids.filtered("is_open"))

    @api.depends("kind", "date_to")
    def _compute_latest_on(self):
        for closing in self:
            closing.latest_on = latest_day(closing.kind, closing.date_to)

    @api.depends("state", "latest_on")
    def _compute_is_late(self):
        today = fields.Date.context_today(self)
        for closing in self:
            closing.is_late = closing.state == "open" and closing.latest_on < today

    def _search_is_late(self, operator, value):
        if operator != "in":
            return NotImplemented
        today = fields.Date.context_today(self)
        late = fields.Domain("state", "=", "open")
        late &= fields.Domain("latest_on", "<", today)
        return late if True in value else ~late

    def write(self, vals):
        # The form offers nothing but the steps; a remote call could send the rest.
        given = {name for name in vals if not name.startswith("message_")}
        if not self.env.su and given - {"step_ids"}:
            raise UserError(self.env._("A closing is closed by its buttons."))
        return super().write(vals)

    def _settle(self, values):
        """The only way states and results are written; at once, to serialise clicks.

        Runs as superuser: who takes a step was checked by ``_check_step``.
        """
        self.sudo().write(values)
        self.flush_recordset()

    def _check_step(self, *states):
        """Check who takes a step, and from where.

        :param states: those it may be in
        :raise UserError: one of them is in another state
        """
        self.check_access("write")
        if not self.env.su and not self.env.user.has_group(
            "cocare_mutual_accounting.group_accountant"
        ):
            raise AccessError(self.env._("An accountant closes periods."))
        other = self.filtered(lambda closing: closing.state not in states)[:1]
        if other:
            names = dict(self._fields["state"]._description_selection(self.env))
            raise UserError(
                self.env._(
                    "“%(closing)s” is in state “%(state)s”: this was already done, or "
                    "comes later.",
                    closing=other.display_name,
                    state=names[other.state],
                )
            )

    # Buttons

    def action_evaluate(self):
        """Look at the books again."""
        self._check_step("open")
        self._evaluate()
        return True

    def action_close(self):
        """Check again, then close and lock; all of them or none.

        :raise UserError: what is left to do, of the first one that may not be closed
        """
        self._check_step("open")
        self._evaluate()
        for closing in self.sorted(lambda c: (c.date_to, c.kind != "month", c.id)):
            closing._close()
        return True

    def action_final(self):
        """Lock a closed year for good: Odoo's hard lock date never goes back.

        :raise UserError: it is no year, is not closed, or a step is open again
        """
        self._check_step("closed")
        for closing in self.sorted("date_to"):
            closing._close_for_good()
        return True

    def action_reopen(self):
        """Ask why, and until when."""
        self._check_step("closed")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Open again"),
            "res_model": "cocare.closing.reopen",
            "view_mode": "form",
            "target": "new",
            "context": {"default_closing_ids": self.ids},
        }

    def _close(self):
        """Close one whose steps were evaluated just now."""
        self.ensure_one()
        self._check_may_close()
        self._settle(
            {
                "state": "closed",
                "closed_on": fields.Datetime.now(),
                "closed_by_id": self.env.user.id,
                "balances": self.kind == "year" and self._balances_to_note(),
                "locks": self._lock(),
            }
        )

    def _check_may_close(self):
        """:raise UserError: the period is not over, or something is left to do"""
        self.ensure_one()
        if self.date_to >= fields.Date.context_today(self):
            raise UserError(
                self.env._("“%(closing)s” is not over yet.", closing=self.display_name)
            )
        if not self.step_ids:
            raise UserError(
                self.env._(
                    "“%(closing)s” has no step: make its checklist first.",
                    closing=self.display_name,
                )
            )
        left = self.step_ids.filtered("is_open")
        if left:
            raise UserError(
                self.env._(
                    "“%(closing)s” is not in order:\n%(steps)s",
                    closing=self.display_name,
                    steps="\n".join(step._in_words() for step in left),
                )
            )
        before = self._open_before()
        if before:
            raise UserError(
                self.env._(
                    "Close “%(before)s” before “%(closing)s”: its locks hold for what "
                    "comes before.",
                    before=before.display_name,
                    closing=self.display_name,
                )
            )

    def _eve(self):
        """The day before the period."""
        self.ensure_one()
        return fields.Date.subtract(self.date_from, days=1)

    def _evaluate(self):
        """Evaluate all steps, in a constant number of queries."""
        self.step_ids._evaluate()
        self._settle({"evaluated_on": fields.Datetime.now()})

    def _open_before(self):
        """The first closing of the firm that has to be closed before this one."""
        domain = [("company_id", "=", self.company_id.id), ("state", "=", "open")]
        domain += (
            [("kind", "=", self.kind), ("date_to", "<", self.date_to)]
            if self.kind != "year"
            else [("id", "!=", self.id), ("date_to", "<=", self.date_to)]
        )
        return self.search(domain, order="date_to, id", limit=1)
