from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import SQL
from odoo.tools.misc import format_datetime

from ..allocation import from_cents
from ..closing_checks import Result
from .cocare_closing_step_messages import IN_ORDER, NOT_IN_ORDER, WITHOUT_AMOUNT

#: what people write; the rest is of the checks and the buttons
FREE = {"note", "evidence_ids"}


class CocareClosingStep(models.Model):
    """A step of a closing: what the books say of it, or who signed for it.

    A step with a check is in order or not, and nobody says so but the books. A step
    without one is signed. Either may be waived, with a reason.

    A signature, or a waiver, is for the figures that were shown: when an evaluation
    finds others, it lapses and the step is open again, with who had signed what. One
    that shows no figures (a meeting that was held) stays until it is taken back.
    Closing a period asks for an evaluation, so none outlives its figures.
    """

    _name = "cocare.closing.step"
    _inherit = ["cocare.guarded.mixin", "cocare.evidence.mixin"]
    _description = "Step of a closing"
    _order = "closing_id, sequence, id"

    closing_id = fields.Many2one(
        "cocare.closing", required=True, index=True, readonly=True, ondelete="cascade"
    )
    company_id = fields.Many2one(
        related="closing_id.company_id", store=True, index=True, precompute=True
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    rule_id = fields.Many2one(
        "cocare.closing.rule",
        string="Step",
        required=True,
        index=True,
        readonly=True,
        ondelete="restrict",
    )
    sequence = fields.Integer(related="rule_id.sequence", store=True)
    check = fields.Selection(related="rule_id.check")
    evidence_required = fields.Boolean(related="rule_id.evidence_required")
    description = fields.Text(related="rule_id.description")
    source = fields.Char(related="rule_id.source")
    state = fields.Selection(
        [
            ("todo", "To do"),
            ("failed", "Not in order"),
            ("ok", "In order"),
            ("signed", "Signed"),
            ("waived", "Waived"),
        ],
        required=True,
        default="todo",
        readonly=True,
    )
    is_open = fields.Boolean(compute="_compute_is_open", store=True)
    figures = fields.Json(readonly=True, export_string_translation=False)
    count = fields.Integer(compute="_compute_figures", aggregator=None)
    amount = fields.Monetary(compute="_compute_figures", aggregator=None)
    result = fields.Text(string="In the books", compute="_compute_result")
    evaluated_on = fields.Datetime(string="Checked on", readonly=True)
    done_on = fields.Datetime(string="On", readonly=True)
    done_by_id = fields.Many2one("res.users", string="By", readonly=True)
    has_lapsed = fields.Boolean(
        readonly=True, help="It was signed or waived for other figures."
    )
    note = fields.Char(help="What was done, or why it is waived.")

    _once = models.UniqueIndex(
        "(closing_id, rule_id)", "This step of the closing exists already."
    )
    _done_by_somebody = models.Constraint(
        "CHECK (state NOT IN ('signed', 'waived') OR done_by_id IS NOT NULL)",
        "What is signed was signed by somebody.",
    )

    @api.depends("closing_id", "rule_id")
    def _compute_display_name(self):
        for step in self:
            step.display_name = f"{step.closing_id.display_name}, {step.rule_id.name}"

    @api.depends("state")
    def _compute_is_open(self):
        for step in self:
            step.is_open = step.state in ("todo", "failed")

    @api.depends("figures")
    def _compute_figures(self):
        for step in self:
            figures = step.figures or {}
            step.count = figures.get("count", 0)
            step.amount = from_cents(figures.get("amount", 0))

    @api.depends("figures", "state", "has_lapsed", "check", "done_on", "done_by_id")
    @api.depends_context("lang")
    def _compute_result(self):
        for step in self:
            step.result = "\n".join(step._sentences()) or False

    def _sentences(self):
        """What the books say, in the reader's language: one line a fact."""
        self.ensure_one()
        if self.has_lapsed:
            yield self.env._(
                "%(who)s had signed for other figures on %(day)s: look again.",
                who=self.done_by_id.sudo().name,
                day=format_datetime(self.env, self.done_on, dt_format="short"),
            )
        elif self.state in ("signed", "waived"):
            yield self.env._(
                "%(who)s, %(day)s",
                who=self.done_by_id.sudo().name,
                day=format_datetime(self.env, self.done_on, dt_format="short"),
            )
        if not self.figures:
            return
        figures = self.figures
        if self.check:
            messages = IN_ORDER if figures["ok"] else NOT_IN_ORDER
            yield str(messages[self.check]) % {
                "count": figures["count"],
                "amount": self._money(figures["amount"]),
            }
        elif not figures["lines"] and self.rule_id.accounts:
            yield self.env._(
                "Nothing on accounts %(accounts)s.", accounts=self.rule_id.accounts
            )
        for label, cents in figures["lines"]:
            told = WITHOUT_AMOUNT.get(self.check)
            if cents is not None:
                told = self._money(cents)
            yield f"{label}: {told}" if told else label
        more = figures["count"] - len(figures["lines"])
        if figures["lines"] and more > 0:
            yield self.env._("and %(count)s more", count=more)

    def _money(self, cents):
        return self.currency_id.format(from_cents(cents))

    def _in_words(self):
        """The step and what is wrong with it, for a refusal."""
        self.ensure_one()
        told = self.result or self.env._("to be signed")
        return "- {}: {}".format(self.rule_id.name, told.replace("\n", "; "))

    def write(self, vals):
        if not self.env.su:
            if vals.keys() - FREE:
                raise UserError(
                    self.env._(
                        "A step is checked or signed, its state is not typed in."
                    )
                )
            self._check_closing_open()
        return super().write(vals)

    def _check_closing_open(self):
        closed = self.closing_id.filtered(lambda c: c.state != "open")[:1]
        if closed:
            raise UserError(
                self.env._(
                    "“%(closing)s” is closed: open it again to change its steps.",
                    closing=closed.display_name,
                )
            )

    def _settle(self, values):
        """The only way states are written; at once, to serialise clicks.

        Runs as superuser: who takes a step was checked by ``_check_step``.
        """
        self.sudo().write(values)
        self.flush_recordset()

    def _check_step(self, states):
        """Check who takes a step, and from where.

        :param states: those it may be in
        """
        self.check_access("write")
        if not self.env.su and not self.env.user.has_group(
            "cocare_mutual_accounting.group_accountant"
        ):
            raise AccessError(self.env._("An accountant closes periods."))
        self._check_closing_open()
        other = self.filtered(lambda step: step.state not in states)[:1]
        if other:
            names = dict(self._fields["state"]._description_selection(self.env))
            raise UserError(
                self.env._(
                    "“%(step)s” is in state “%(state)s”: this was already done.",
                    step=other.display_name,
                    state=names[other.state],
                )
            )

    # Buttons

    def action_evaluate(self):
        """Look at the books again, for these steps."""
        self.check_access("write")
        self._check_closing_open()
        self._evaluate()
        return True

    def action_sign(self):
        """Sign for what the books show now.

        :raise UserError: it checks itself, or the evidence it wants is missing
        """
        self._check_step(("todo", "ok", "failed"))
        for step in self:
            if step.check:
                raise UserError(
                    self.env._(
                        "“%(step)s” is checked in the books: put them in order, or "
                        "waive it with a reason.",
                        step=step.rule_id.name,
                    )
                )
            if step.evidence_required and not step.evidence_ids:
                raise UserError(
                    self.env._(
                        "“%(step)s”: attach the document that proves it.",
                        step=step.rule_id.name,
                    )
                )
        self._evaluate()
        self._done("signed")
        return True

    def action_waive(self):
        """Do without the step, for the reason that is noted.

        :raise UserError: no reason is written
        """
        self._check_step(("todo", "failed"))
        for step in self:
            if not (step.note or "").strip():
                raise UserError(
                    self.env._(
                        "“%(step)s”: write why it is waived.", step=step.rule_id.name
                    )
                )
        self._evaluate()
        self.filtered("is_open")._done("waived")
        return True

    def action_take_back(self):
        """Take a signature or a waiver back."""
        self._check_step(("signed", "waived"))
        self._settle(
            {
                "state": "todo",
                "done_on": False,
                "done_by_id": False,
                "has_lapsed": False,
            }
        )
        self._evaluate()
        return True

    def _done(self, state):
        self._settle(
            {
                "state": state,
                "done_on": fields.Datetime.now(),
                "done_by_id": self.env.user.id,
                "has_lapsed": False,
            }
        )

    def action_open(self):
        """Open the records that the step is about."""
        self.ensure_one()
        model, domain = self._records()
        return {
            "type": "ir.actions.act_window",
            "name": self.rule_id.name,
            "res_model": model,
            "view_mode": "list,form",
            "domain": domain,
            "context": {
                "create": False,
                "allowed_company_ids": self.company_id.ids
                if model == "account.account"
                else self.env.companies.ids,
            },
        }

    # Evaluation

    def _evaluate(self):
        """Find again what the books say of the steps, many firms at once.

        A constant number of queries, whatever the number of steps. Runs as superuser:
        the caller checked that the user keeps the firms; a step tells of another firm
        only what ``_check_mirrors`` says.
        """
        steps = self.sudo()
        if not steps:
            return
        books = steps.closing_id._books()
        found = {}
        for check, theirs in steps.grouped("check").items():
            if check:
                found |= getattr(theirs, f"_check_{check}")(books)
            else:
                found |= theirs._show(books)
        now = fields.Datetime.now()
        for step in steps:
            step.write(step._evaluated(found[step], now))
        steps.flush_recordset()

    def _evaluated(self, result, now):
        """What an evaluation writes on a step.

        :param Result result: what was found
        :param datetime now: when
        """
        self.ensure_one()
        figures = {"ok": result.ok, **result.figures()}
        values = {"evaluated_on": now}
        if figures != self.figures:
            values["figures"] = figures
        if self.state in ("signed", "waived") and self.figures == figures:
            return values
        state = "todo"
        if self.check:
            state = "ok" if result.ok else "failed"
        if state != self.state:
            values["state"] = state
        if self.state in ("signed", "waived"):
            values["has_lapsed"] = state != "ok"
        elif state == "ok" and self.has_lapsed:
            values["has_lapsed"] = False
        return values

    def _show(self, books):
        """The balances that a step without a check is signed for."""
        return {
            step: Result(True)
            if not step.rule_id._prefixes()
            else step._shown(books[step.closing_id])
            for step in self
        }

    @api.model
    def _insert(self, pairs):
        """Write new steps in one statement; those that are there stay.

        :param pairs: (id of a closing, id of a rule)
        """
        if not pairs:
            return
        self.env.flush_all()
        self.env.cr.execute(
            SQL(
                """
                INSERT INTO cocare_closing_step (
                    closing_id, company_id, rule_id, sequence, state, is_open,
                    create_uid, create_date, write_uid, write_date
                )
                SELECT closing.id, closing.company_id, rule.id, rule.sequence, 'todo',
                       true, %(uid)s, %(now)s, %(uid)s, %(now)s
                  FROM (VALUES %(pairs)s) wanted (closing_id, rule_id)
                  JOIN cocare_closing closing ON closing.id = wanted.closing_id
                  JOIN cocare_closing_rule rule ON rule.id = wanted.rule_id
                ON CONFLICT DO NOTHING RETURNING closing_id
                """,
                uid=self.env.uid,
                now=self.env.cr.now(),
                pairs=SQL(", ").join(SQL("%s", pair) for pair in sorted(pairs)),
            )
        )
        closings = self.env["cocare.closing"].browse(
            {id_ for (id_,) in self.env.cr.fetchall()}
        )
        self.env.invalidate_all(flush=False)
        self.env.add_to_compute(closings._fields["steps_open"], closings)
        self.env.add_to_compute(closings._fields["steps_count"], closings)
        closings.flush_recordset()
