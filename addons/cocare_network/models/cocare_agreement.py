from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Domain
from odoo.tools import SQL

from .. import agreement_term, expected_cost

#: states of what was agreed on: its dates say when it is in force
AGREED = ("signed", "ended")

#: what the two agree on; free in a draft, frozen from the proposal on
TERMS = {
    "company_id",
    "service_id",
    "date_start",
    "date_end",
    "duration",
    "renewal",
    "notice",
    "notice_month_end",
    "volume",
    "key_id",
    "clauses",
    "note",
    "replaces_id",
}

#: what the steps write, and nobody else
STEPS = {
    "state",
    "reference",
    "tariff_id",
    "key_text",
    "proposed_on",
    "text_sha256",
    "requested_by_id",
    "refusal_reason",
    "withdrawal_reason",
    "notified_on",
    "notice_side",
    "notice_by",
    "notice_reason",
    "early_agreed_by",
    "reminded_for",
}


class CocareAgreement(models.Model):
    """A firm takes a service from a date to a date: who takes part in its cost.

    draft → proposed → signed (in force on its dates) → ended; or refused, or
    withdrawn. A proposal freezes what it says: price, key and clauses are those of
    that day. What was signed never changes: an amendment is another agreement, which
    replaces this one from a date.
    """

    _name = "cocare.agreement"
    _inherit = ["cocare.guarded.mixin", "mail.thread", "mail.activity.mixin"]
    _description = "Service agreement"
    _order = "company_id, service_id, date_start desc"
    _check_company_auto = True

    reference = fields.Char(readonly=True, copy=False, index=True)
    state = fields.Selection(
        [
            ("draft", "Draft"),
            ("proposed", "Waits for the firm"),
            ("signed", "Signed"),
            ("ended", "Ended"),
            ("refused", "Refused"),
            ("withdrawn", "Withdrawn"),
        ],
        required=True,
        default="draft",
        readonly=True,
        copy=False,
        index=True,
        tracking=True,
    )
    company_id = fields.Many2one(
        "res.company", string="Firm", required=True, index=True
    )
    network_id = fields.Many2one(related="company_id.cocare_network_id", store=True)
    service_id = fields.Many2one(
        "cocare.service",
        required=True,
        index=True,
        ondelete="restrict",
        domain="[('network_id', '=', network_id)]",
    )
    family = fields.Selection(related="service_id.family")
    uom_id = fields.Many2one(related="service_id.uom_id")
    currency_id = fields.Many2one(related="network_id.currency_id")
    user_id = fields.Many2one(
        "res.users",
        string="Followed by",
        default=lambda self: self.env.user,
        domain="[('share', '=', False)]",
        copy=False,
    )
    date_start = fields.Date(required=True, default=fields.Date.context_today)
    date_end = fields.Date(
        compute="_compute_date_end",
        store=True,
        readonly=False,
        copy=False,
        help="Empty: until one of the two ends it.",
    )
    duration = fields.Integer(
        string="Months of the term", help="0: without a term, until notice is given."
    )
    renewal = fields.Integer(
        string="Months of a renewal",
        help="At the end of the term it goes on for so many months, unless notice was "
        "given. 0: it ends with its term.",
    )
    notice = fields.Integer(string="Months of notice", default=3)
    notice_month_end = fields.Boolean(string="Notice ends with a month", default=True)
    term_end = fields.Date(string="End of this term", compute="_compute_term")
    notice_deadline = fields.Date(
        string="Notice before",
        compute="_compute_term",
        help="The last day on which notice keeps it from being renewed.",
    )
    volume = fields.Float(
        string="Expected use a month", digits=(12, 3), help="In the service's unit."
    )
    key_id = fields.Many2one(
        "cocare.allocation.key",
        compute="_compute_key_id",
        store=True,
        readonly=False,
        precompute=True,
        ondelete="restrict",
        domain="[('network_id', '=', network_id)]",
        help="Shares the cost. Where the cost pool of the service says it, this is it.",
    )
    key_text = fields.Char(
        string="Key when proposed",
        readonly=True,
        copy=False,
        help="The version in force and the decision that adopted it.",
    )
    tariff_id = fields.Many2one(
        "cocare.tariff.version",
        string="Tariff when proposed",
        readonly=True,
        copy=False,
        ondelete="restrict",
    )
    price_text = fields.Char(string="Announced price", compute="_compute_expected")
    expected_month = fields.Monetary(
        string="Expected cost a month",
        compute="_compute_expected",
        help="Expected use at the announced price. What is recharged is the real cost.",
    )
    expected_year = fields.Monetary(
        string="Expected cost a year", compute="_compute_expected"
    )
    clauses = fields.Html(
        compute="_compute_clauses",
        store=True,
        readonly=False,
        precompute=True,
        sanitize_style=True,
    )
    note = fields.Text(string="What is particular")
    requested_by_id = fields.Many2one(
        "res.users", string="Asked for by", readonly=True, copy=False
    )
    proposed_on = fields.Date(readonly=True, copy=False)
    text_sha256 = fields.Char(string="SHA-256 of the terms", readonly=True, copy=False)
    signature_ids = fields.One2many("cocare.agreement.signature", "agreement_id")
    firm_signature_id = fields.Many2one(
        "cocare.agreement.signature", compute="_compute_signatures"
    )
    operator_signature_id = fields.Many2one(
        "cocare.agreement.signature", compute="_compute_signatures"
    )
    refusal_reason = fields.Text(readonly=True, copy=False)
    withdrawal_reason = fields.Text(readonly=True, copy=False)
    replaces_id = fields.Many2one(
        "cocare.agreement",
        string="Replaces",
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
        domain="[('company_id', '=', company_id), ('service_id', '=', service_id),"
        " ('state', '=', 'signed')]",
    )
    notified_on = fields.Date(string="Notice given on", readonly=True, copy=False)
    notice_side = fields.Selection(
        [("firm", "The firm"), ("operator", "The operator")],
        string="Ended by",
        readonly=True,
        copy=False,
    )
    notice_by = fields.Char(string="Notice given by", readonly=True, copy=False)
    notice_reason = fields.Text(readonly=True, copy=False)
    early_agreed_by = fields.Char(
        string="Agreed to end earlier",
        readonly=True,
        copy=False,
        help="Who agreed, for both sides, that it ends before the notice is over.",
    )
    reminded_for = fields.Date(readonly=True, copy=False)

    _dates_in_order = models.Constraint(
        "CHECK (date_end IS NULL OR date_end >= date_start)",
        "An agreement cannot end before it starts.",
    )
    _once_a_day = models.UniqueIndex(
        "(company_id, service_id, date_start) WHERE state IN ('signed', 'ended')",
        "This firm already has an agreement for this service from that day.",
    )
    _counts_not_negative = models.Constraint(
        "CHECK (COALESCE(duration, 0) BETWEEN 0 AND 600"
        " AND COALESCE(renewal, 0) BETWEEN 0 AND 600"
        " AND COALESCE(notice, 0) BETWEEN 0 AND 60 AND COALESCE(volume, 0) >= 0)",
        "Months and use are not negative, and notice is of 60 months at most.",
    )

    def _init_column(self, column_name):
        """What was in force before agreements were signed stays so."""
        if column_name == "state":
            self.env.cr.execute(
                SQL("UPDATE cocare_agreement SET state = 'signed' WHERE state IS NULL")
            )
            return None
        return super()._init_column(column_name)

    @api.depends("company_id", "service_id", "reference")
    def _compute_display_name(self):
        for agreement in self:
            agreement.display_name = self.env._(
                "%(firm)s: %(service)s",
                firm=agreement.company_id.name,
                service=agreement.service_id.name,
            )

    @api.depends("date_start", "duration", "renewal")
    def _compute_date_end(self):
        for agreement in self:
            if agreement.duration and agreement.date_start and not agreement.renewal:
                agreement.date_end = agreement_term.end_of_period(
                    agreement.date_start, agreement.duration
                )
            elif agreement.duration and not agreement.notified_on:
                agreement.date_end = False
            else:
                agreement.date_end = agreement.date_end

    @api.depends(
        "date_start", "date_end", "duration", "renewal", "notice", "notice_month_end"
    )
    def _compute_term(self):
        today = fields.Date.context_today(self)
        for agreement in self:
            end = agreement.date_end or (
                agreement.date_start
                and agreement_term.term_end(
                    agreement.date_start, agreement.duration, agreement.renewal, today
                )
            )
            agreement.term_end = end
            agreement.notice_deadline = (
                end
                and agreement.renewal
                and not agreement.date_end
                and agreement_term.notice_deadline(
                    end, agreement.notice, agreement.notice_month_end
                )
            )

    @api.depends("service_id", "date_start")
    def _compute_key_id(self):
        for agreement in self:
            if agreement.state != "draft":
                agreement.key_id = agreement.key_id
                continue
            day = agreement.date_start or fields.Date.context_today(self)
            shared_by = agreement.service_id and agreement.service_id._shared_by(day)
            agreement.key_id = shared_by or agreement.key_id

    @api.depends("service_id")
    def _compute_clauses(self):
        for agreement in self:
            if agreement.state == "draft":
                agreement.clauses = agreement.service_id.clauses
            else:
                agreement.clauses = agreement.clauses

    @api.depends("tariff_id", "service_id", "date_start", "volume")
    @api.depends_context("lang")
    def _compute_expected(self):
        for agreement in self:
            tariff = agreement._tariff()
            facts = agreement.volume, tariff.unit_price, tariff.monthly_price
            agreement.price_text = tariff and tariff._price_text()
            agreement.expected_month = expected_cost.of_month(*facts)
            agreement.expected_year = expected_cost.of_year(*facts)

    @api.depends("signature_ids.side")
    def _compute_signatures(self):
        for agreement in self:
            sides = agreement.signature_ids.grouped("side")
            empty = self.env["cocare.agreement.signature"]
            agreement.firm_signature_id = sides.get("firm", empty)
            agreement.operator_signature_id = sides.get("operator", empty)

    @api.constrains("company_id", "service_id")
    def _check_same_network(self):
        for agreement in self.sudo():
            if (
                agreement.service_id.network_id
                != agreement.company_id.cocare_network_id
            ):
                raise ValidationError(
                    self.env._(
                        "“%(service)s” is no service of the network of %(firm)s.",
                        service=agreement.service_id.name,
                        firm=agreement.company_id.name,
                    )
                )

    @api.constrains("replaces_id", "company_id", "service_id", "date_start")
    def _check_replaces(self):
        for agreement in self.filtered("replaces_id"):
            old = agreement.replaces_id
            if (old.company_id, old.service_id) != (
                agreement.company_id,
                agreement.service_id,
            ) or old.date_start >= agreement.date_start:
                raise ValidationError(
                    self.env._(
                        "%(reference)s is replaced by a later agreement of the same "
                        "firm for the same service.",
                        reference=old.reference,
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            self.browse()._check_written(vals)
        agreements = super().create(
            [{**vals, "reference": self._next_reference()} for vals in vals_list]
        )
        agreements.filtered(lambda a: a.state == "draft")._check_may_subscribe()
        return agreements

    def write(self, vals):
        self._check_written(vals)
        result = super().write(vals)
        if {"company_id", "service_id"} & set(vals):
            self._check_may_subscribe()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_drafts(self):
        if not self.env.su and self.filtered(lambda a: a.state != "draft"):
            raise UserError(
                self.env._("What was proposed is withdrawn or ended, not deleted.")
            )

    def _next_reference(self):
        """Runs as superuser: a member who asks for a service reads no sequence."""
        return self.env["ir.sequence"].sudo().next_by_code("cocare.agreement")

    def _check_written(self, vals):
        """Refuse what the form does not offer; a remote call could still send it.

        :raise UserError: it changes what was proposed, or what only a step changes
        """
        if self.env.su:
            return
        if STEPS & set(vals):
            raise UserError(
                self.env._("An agreement goes step by step, with its buttons.")
            )
        frozen = self.filtered(lambda a: a.state != "draft")[:1]
        if frozen and TERMS & set(vals):
            raise UserError(
                self.env._(
                    "%(reference)s was proposed: its text does not change any more. "
                    "Withdraw it, or amend it once it is signed.",
                    reference=frozen.reference,
                )
            )

    def _check_may_subscribe(self):
        """Refuse a firm that may not take the service, saying exactly why."""
        for agreement in self:
            obstacles = agreement.service_id._subscription_obstacles(
                agreement.company_id
            )
            if obstacles:
                raise ValidationError(
                    self.env._(
                        "%(firm)s cannot take “%(service)s”:\n%(reasons)s",
                        firm=agreement.company_id.name,
                        service=agreement.service_id.name,
                        reasons="\n".join(f"– {text}" for text in obstacles),
                    )
                )

    def _check_state(self, *states):
        """Refuse a step that comes too early or too late.

        :raise UserError: naming the agreement and where it stands
        """
        self.ensure_one()
        if self.state not in states:
            labels = dict(self._fields["state"]._description_selection(self.env))
            raise UserError(
                self.env._(
                    "%(reference)s, %(agreement)s: this is not possible any more, or "
                    "not yet (%(state)s).",
                    reference=self.reference,
                    agreement=self.display_name,
                    state=labels[self.state],
                )
            )

    def _check_office(self):
        """Runs the business of the operator: facilitators, on what they may write."""
        if not self.env.su and not self.env.user.has_group(
            "cocare_network.group_facilitator"
        ):
            raise AccessError(self.env._("Only a facilitator can do this."))
        self.check_access("write")

    def _tariff(self):
        """The tariff of the agreement: of the day it was proposed, else in force when
        it starts."""
        self.ensure_one()
        if self.tariff_id or self.state != "draft":
            return self.tariff_id
        day = self.date_start or fields.Date.context_today(self)
        return self.service_id._tariff_at(day)

    @api.model
    def _in_force(self, date_from, date_to, services=None, companies=None):
        """Agreements in force on at least one day of the period: signed ones."""
        domain = (
            Domain("state", "in", AGREED)
            & Domain("date_start", "<=", date_to)
            & (Domain("date_end", "=", False) | Domain("date_end", ">=", date_from))
        )
        if services is not None:
            domain &= Domain("service_id", "in", services.ids)
        if companies is not None:
            domain &= Domain("company_id", "in", companies.ids)
        return self.search(domain)
