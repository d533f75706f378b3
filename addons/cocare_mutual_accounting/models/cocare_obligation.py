from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain
from odoo.tools.misc import format_date

from ..obligation_dates import Period

STATES = [
    ("todo", "To do"),
    ("doing", "In progress"),
    ("filed", "Filed"),
    ("paid", "Paid"),
    ("not_due", "Not due"),
]
OPEN = ("todo", "doing")
SETTLED = ("filed", "paid")
#: what people write while it is open; the rest is of the generation and the buttons
FREE = {
    "amount",
    "base_amount",
    "evidence_ids",
    "not_due_reason",
    "note",
    "user_id",
}
#: what may still be written once it was filed
ALWAYS = {"evidence_ids", "note"}


class CocareObligation(models.Model):
    """What a firm has to file or to do by a day: who does it, what proves it.

    Obligations come from the regimes of firms (``cocare.firm.regime``) and the rules
    of those (``cocare.obligation.rule``), see ``cocare_obligation_generation.py``. What
    was done keeps its dates, its amount and its receipt, whatever the rules become.
    """

    _name = "cocare.obligation"
    _inherit = ["cocare.guarded.mixin", "cocare.evidence.mixin", "mail.thread"]
    _description = "Obligation"
    _order = "is_open desc, due_date, company_id, id"

    company_id = fields.Many2one(
        "res.company", string="Firm", required=True, index=True, readonly=True
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    rule_id = fields.Many2one(
        "cocare.obligation.rule",
        required=True,
        index=True,
        readonly=True,
        ondelete="restrict",
    )
    rule_source = fields.Char(related="rule_id.source", string="Source of the rule")
    amount_from = fields.Selection(related="rule_id.amount_from")
    code = fields.Char(required=True, readonly=True)
    form = fields.Char(required=True, readonly=True)
    date_from = fields.Date(string="First day", required=True, readonly=True)
    date_to = fields.Date(string="Last day", required=True, readonly=True)
    period = fields.Char(compute="_compute_period")
    nominal_date = fields.Date(
        string="Before it moves",
        required=True,
        readonly=True,
        help="The day that the rule says, which may be no working day.",
    )
    due_date = fields.Date(string="Due", required=True, readonly=True, index=True)
    due_day_id = fields.Many2one(
        "cocare.due.day", string="Due day", readonly=True, ondelete="restrict"
    )
    is_certain = fields.Boolean(string="Due day is certain", readonly=True)
    due_text = fields.Text(string="Why this day", compute="_compute_due_text")
    user_id = fields.Many2one(
        "res.users",
        string="Accountant",
        index="btree_not_null",
        domain="[('id', 'in', accountant_ids)]",
        tracking=True,
    )
    user_by_hand = fields.Boolean(readonly=True, export_string_translation=False)
    accountant_ids = fields.Many2many(
        "res.users", string="Who may do it", compute="_compute_accountant_ids"
    )
    state = fields.Selection(
        STATES,
        required=True,
        default="todo",
        readonly=True,
        index=True,
        tracking=True,
        group_expand=True,
    )
    is_open = fields.Boolean(compute="_compute_is_open", store=True)
    is_late = fields.Boolean(
        string="Late", compute="_compute_late", search="_search_is_late"
    )
    days_late = fields.Integer(
        compute="_compute_late", help="Until it was filed, or until today."
    )
    amount = fields.Monetary(
        string="Amount due", tracking=True, help="A credit is negative."
    )
    base_amount = fields.Monetary(
        string="Base", help="Tax of the year that the instalments are a part of."
    )
    has_base = fields.Boolean(compute="_compute_has_base")
    amount_origin = fields.Selection(
        [
            ("unknown", "Not known yet"),
            ("books", "Read in the books"),
            ("base", "Part of the base"),
            ("typed", "Typed in"),
        ],
        string="Where it comes from",
        required=True,
        default="unknown",
        readonly=True,
    )
    base_by_hand = fields.Boolean(readonly=True, export_string_translation=False)
    books_text = fields.Text(string="In the books", compute="_compute_books_text")
    not_due_reason = fields.Char(string="Why it is not due")
    superseded = fields.Boolean(
        readonly=True,
        help="The regimes of the firm do not ask for it any more.",
    )
    filed_on = fields.Date(readonly=True)
    filed_by_id = fields.Many2one("res.users", readonly=True)
    paid_on = fields.Date(readonly=True)
    note = fields.Text()

    _once = models.UniqueIndex(
        "(company_id, code, date_from, date_to)",
        "This obligation of the firm exists for this period.",
    )
    _in_order = models.Constraint(
        "CHECK (date_to >= date_from)", "A period ends after it begins."
    )
    _filed_on_a_day = models.Constraint(
        "CHECK (state NOT IN ('filed', 'paid') OR filed_on IS NOT NULL)",
        "What is filed was filed on a day.",
    )

    @api.depends("date_from", "date_to")
    @api.depends_context("lang")
    def _compute_period(self):
        patterns = {"month": "MMMM yyyy", "quarter": "QQQ yyyy", "year": "yyyy"}
        for record in self:
            if not (record.date_from and record.date_to):
                record.period = False
                continue
            shape = Period(record.date_from, record.date_to).shape()
            if shape in patterns:
                record.period = format_date(
                    self.env, record.date_from, date_format=patterns[shape]
                )
            elif record.date_from == record.date_to:
                record.period = format_date(self.env, record.date_to)
            else:
                record.period = " – ".join(
                    format_date(self.env, day)
                    for day in (record.date_from, record.date_to)
                )

    @api.depends("company_id", "form", "period")
    def _compute_display_name(self):
        for record in self:
            firm = record.sudo().company_id.name
            parts = (record.form, firm, record.period)
            record.display_name = ", ".join(part for part in parts if part)

    @api.depends("code", "amount_from")
    def _compute_has_base(self):
        Rule = self.env["cocare.obligation.rule"]
        parts = Rule.search([("base_code", "in", self.mapped("code"))])
        bases = set(parts.mapped("base_code"))
        for record in self:
            record.has_base = record.amount_from == "base" or record.code in bases

    @api.depends("company_id")
    def _compute_accountant_ids(self):
        for company, theirs in self.grouped("company_id").items():
            theirs.accountant_ids = company._cocare_accountants()

    @api.depends("state")
    def _compute_is_open(self):
        for record in self:
            record.is_open = record.state in OPEN

    @api.depends("state", "due_date", "filed_on")
    def _compute_late(self):
        today = fields.Date.context_today(self)
        for record in self:
            done = today if record.state in OPEN else record.filed_on
            late = (done - record.due_date).days if done and record.due_date else 0
            record.days_late = max(late, 0)
            record.is_late = record.state in OPEN and late > 0

    def _search_is_late(self, operator, value):
        if operator != "in":
            return NotImplemented
        today = fields.Date.context_today(self)
        late = Domain("is_open", "=", True) & Domain("due_date", "<", today)
        return late if True in value else ~late

    @api.depends("due_date", "nominal_date", "due_day_id", "is_certain", "rule_id")
    @api.depends_context("lang")
    def _compute_due_text(self):
        for record in self:
            record.due_text = "\n".join(record._due_sentences())

    def _due_sentences(self):
        """Why it is due on that day, one sentence a fact."""
        self.ensure_one()
        if not self.due_date:
            return
        if self.due_day_id:
            yield self.env._(
                "Table of due days, %(line)s (%(where)s).",
                line=self.due_day_id.display_name,
                where=self.due_day_id.source,
            )
        elif self.rule_id.how == "table" and self.is_certain:
            yield self.env._("Due day that the tax account of the firm shows.")
        if not self.is_certain:
            yield self.env._(
                "Legal form, postcode or SIRET are missing, or the family name counts: "
                "the earliest day is taken. Look at the tax account of the firm."
            )
        if self.rule_id.working_days:
            yield self.env._(
                "Working days counted after %(day)s: %(count)s.",
                day=format_date(self.env, self.nominal_date),
                count=self.rule_id.working_days,
            )
        elif self.due_date != self.nominal_date:
            yield self.env._(
                "%(day)s is no working day where the firm is: moved to the next one.",
                day=format_date(
                    self.env, self.nominal_date, date_format="EEEE d MMMM yyyy"
                ),
            )

    def _as_told(self):
        """What the people of its firm are told of it, see ``_cocare_deadlines``."""
        self.ensure_one()
        is_known = self.amount_origin != "unknown" and self.amount_from != "none"
        return {
            "form": self.form,
            "name": self.rule_id.name,
            "period": self.period,
            "due": self.due_date,
            "late": self.days_late,
            "amount": self.amount if is_known else None,
            "filed_on": self.filed_on,
            "paid_on": self.paid_on,
        }

    def write(self, vals):
        if not self.env.su:
            self._check_writable(vals)
        vals = dict(vals)
        if "user_id" in vals:
            vals["user_by_hand"] = bool(vals["user_id"])
        if "amount" in vals:
            vals["amount_origin"] = "typed"
        if "base_amount" in vals:
            vals["base_by_hand"] = True
        receipts = {record: record.evidence_ids for record in self}
        result = super().write(vals)
        for record, before in receipts.items():
            if record.state in SETTLED and before - record.evidence_ids:
                raise UserError(
                    self.env._(
                        "“%(obligation)s” was filed: its receipt stays.",
                        obligation=record.display_name,
                    )
                )
        if "base_amount" in vals:
            self._read_amounts()
        return result

    def _check_writable(self, vals):
        """Refuse what the form does not offer; a remote call could still send it."""
        given = vals.keys() - {name for name in vals if name.startswith("message_")}
        if given - FREE:
            raise UserError(
                self.env._("Dates and state of an obligation are not typed in.")
            )
        done = self.filtered(lambda record: not record.is_open)[:1]
        if done and given - ALWAYS:
            raise UserError(
                self.env._(
                    "“%(obligation)s” is settled: open it again to change it.",
                    obligation=done.display_name,
                )
            )

    def _settle(self, values):
        """The only way dates and states are written.

        Not by ``write``, which takes what it is given for typed in by somebody.
        """
        return super().write(values)

    # Steps

    def _step_to(self, values):
        """Settle at once, so that clicks are serialised."""
        self._settle(values)
        self.flush_recordset()
        return True

    def action_start(self):
        """Somebody is at it."""
        self._step(("todo",))
        return self._step_to({"state": "doing"})

    def action_file(self):
        """It was filed: the receipt is there.

        :raise UserError: no receipt is attached, or it is not open
        """
        self._step(OPEN)
        for record in self:
            if not record.evidence_ids:
                raise UserError(
                    self.env._(
                        "“%(obligation)s”: attach the receipt that proves it.",
                        obligation=record.display_name,
                    )
                )
        return self._step_to(
            {
                "state": "filed",
                "filed_on": fields.Date.context_today(self),
                "filed_by_id": self.env.user.id,
                "not_due_reason": False,
            }
        )

    def action_pay(self):
        """What was due is paid."""
        self._step(("filed",))
        return self._step_to(
            {"state": "paid", "paid_on": fields.Date.context_today(self)}
        )

    def action_not_due(self):
        """There is nothing to file, for a reason.

        :raise UserError: no reason is written, or it is not open
        """
        self._step(OPEN)
        for record in self:
            if not (record.not_due_reason or "").strip():
                raise UserError(
                    self.env._(
                        "“%(obligation)s”: write why it is not due.",
                        obligation=record.display_name,
                    )
                )
        return self._step_to({"state": "not_due"})

    def action_reopen(self):
        """It was not settled after all; receipts stay where they are."""
        self._step((*SETTLED, "not_due"))
        return self._step_to(
            {
                "state": "doing",
                "filed_on": False,
                "filed_by_id": False,
                "paid_on": False,
                "superseded": False,
            }
        )

    def action_read_amounts(self):
        """Read the amounts again; what was typed in goes."""
        self._step(OPEN)
        self._settle({"amount_origin": "unknown", "base_by_hand": False})
        self._read_amounts()
        return True

    def action_take(self):
        """Do it in the accountant's place."""
        self._step(OPEN)
        return self._step_to({"user_id": self.env.user.id, "user_by_hand": True})

    def action_hand_over(self):
        """Give it to the backup of the firm.

        :raise UserError: the firm has no backup
        """
        self._step(OPEN)
        assignments = self.env["cocare.firm.accountant"]._of(self.company_id)
        for record in self:
            mine = assignments.get(record.company_id)
            backup = mine and mine._on(record.due_date).backup_id
            if not backup:
                raise UserError(
                    self.env._(
                        "%(firm)s has no backup: say who, in the accountants of firms.",
                        firm=record.company_id.name,
                    )
                )
            record._settle({"user_id": backup.id, "user_by_hand": True})
        return True

    def _step(self, states):
        """Check who takes a step, and from where.

        :param states: those it may be in
        """
        self.check_access("write")
        if not self.env.su and not self.env.user.has_group(
            "cocare_mutual_accounting.group_accountant"
        ):
            raise AccessError(self.env._("An accountant settles obligations."))
        other = self.filtered(lambda record: record.state not in states)[:1]
        if other:
            names = dict(self._fields["state"]._description_selection(self.env))
            raise UserError(
                self.env._(
                    "“%(obligation)s” is in the state: %(state)s.",
                    obligation=other.display_name,
                    state=names[other.state],
                )
            )
