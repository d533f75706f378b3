import base64
import hashlib
import io
import json

from PIL import Image, UnidentifiedImageError

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Domain
from odoo.http import request
from odoo.tools import SQL
from odoo.tools.misc import format_date

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
    "notified_on",
    "notice_side",
    "notice_by",
    "notice_reason",
    "early_agreed_by",
    "reminded_for",
}

#: days before a deadline on which the follower is reminded
REMIND_BEFORE = 45


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
    unit_name = fields.Char(related="service_id.unit_name")
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

    # Asking and proposing

    @api.model
    def _request(self, service, company, volume, note):
        """A worker-member asks for a service: a draft that a facilitator completes.

        Runs as superuser once the member was found to work for the firm: members
        write no agreement.

        :return: the ``cocare.agreement``; the open one when it was asked for before
        """
        company._check_member()
        service.check_access("read")
        waiting = self.sudo().search(
            [
                ("company_id", "=", company.id),
                ("service_id", "=", service.id),
                ("state", "in", ("draft", "proposed")),
            ],
            limit=1,
        )
        if waiting:
            return waiting.with_env(self.env)
        membership = company.sudo().cocare_membership_ids[:1]
        agreement = self.sudo().create(
            {
                "company_id": company.id,
                "service_id": service.id,
                "volume": volume,
                "note": note,
                "requested_by_id": self.env.uid,
                "user_id": membership.user_id.id,
            }
        )
        agreement._plan(
            fields.Date.context_today(self),
            self.env._(
                "Complete and propose what %(firm)s asked for", firm=company.name
            ),
        )
        return agreement.with_env(self.env)

    def action_propose(self):
        """Freeze the text and send it to the people of the firm."""
        for agreement in self:
            agreement._check_office()
            agreement._check_state("draft")
            agreement._check_may_subscribe()
            agreement._check_key()
            agreement._check_no_overlap()
            agreement._propose()

    def _propose(self):
        """Runs as superuser: the steps write what nobody types; rights were checked."""
        agreement = self.sudo()
        agreement.write(
            {
                "state": "proposed",
                "proposed_on": fields.Date.context_today(self),
                "tariff_id": agreement._tariff().id,
                "key_text": agreement._key_text(),
            }
        )
        agreement.text_sha256 = agreement._digest()
        agreement._notify_firm(
            lambda a: a.env._(
                "%(agreement)s: please read and sign", agreement=a.display_name
            )
        )

    def action_withdraw(self):
        """Take a proposal back."""
        for agreement in self:
            agreement._check_office()
            agreement._check_state("proposed")
            agreement.sudo().state = "withdrawn"

    def action_back_to_draft(self):
        """Work on what was refused or withdrawn; it is proposed again afterwards."""
        for agreement in self:
            agreement._check_office()
            agreement._check_state("proposed", "refused", "withdrawn")
            agreement.sudo().write(
                {
                    "state": "draft",
                    "tariff_id": False,
                    "key_text": False,
                    "proposed_on": False,
                    "text_sha256": False,
                    "refusal_reason": False,
                }
            )

    def _check_key(self):
        """The key is the one that shares the cost, where something says which."""
        shared_by = self.service_id._shared_by(self.date_start)
        if shared_by and shared_by != self.key_id:
            raise UserError(
                self.env._(
                    "The cost of “%(service)s” is shared by the key “%(key)s”: the "
                    "agreement has to say so.",
                    service=self.service_id.name,
                    key=shared_by.name,
                )
            )

    def _check_no_overlap(self):
        others = self._in_force(
            self.date_start,
            self.date_end or fields.Date.to_date("9999-12-31"),
            services=self.service_id,
            companies=self.company_id,
        )
        other = (others - self - self.replaces_id)[:1]
        if other:
            raise UserError(
                self.env._(
                    "%(firm)s already has agreement %(reference)s for “%(service)s” "
                    "at that time: amend it, or end it before.",
                    firm=self.company_id.name,
                    reference=other.reference,
                    service=self.service_id.name,
                )
            )

    def _key_text(self):
        """The key as the agreement states it: the version in force, who adopted it."""
        if not self.key_id:
            return False
        version = self.key_id._adopted_versions(self.date_start)[:1]
        if not version:
            return self.key_id.name
        return self.env._(
            "%(version)s. Adopted by: %(decision)s",
            version=version.display_name,
            decision=version.decision_ref,
        )

    def _digest(self):
        """SHA-256 of what the two agree on: whoever signs signs what they read."""
        terms = {name: str(self[name] or "") for name in TERMS | {"key_text"}}
        terms |= {"tariff": self.tariff_id.id, "reference": self.reference}
        text = json.dumps(terms, sort_keys=True, ensure_ascii=False)
        return hashlib.sha256(text.encode()).hexdigest()

    def _notify_firm(self, subject):
        """Write to the people of the firm, each in their language.

        :param subject: what makes the subject, from the agreement in a language
        """
        members = self.env.ref("cocare_network.group_worker_member").sudo()
        users = members.all_user_ids.filtered(
            lambda user: self.company_id in user.company_ids
        )
        for lang, theirs in users.grouped("lang").items():
            agreement = self.with_context(lang=lang)
            agreement.message_notify(
                partner_ids=theirs.partner_id.ids,
                subject=subject(agreement),
                body=agreement.env._(
                    "The agreement %(reference)s is on your page “Our agreements”: "
                    "%(link)s",
                    reference=self.reference,
                    link=f"{self.get_base_url()}/my/agreements/{self.id}",
                ),
            )

    def _plan(self, deadline, summary):
        """Put something on the follower's list.

        Runs as superuser: members and jobs give tasks to the office.
        """
        agreement = self.sudo().with_context(mail_activity_quick_update=True)
        follower = agreement.user_id or agreement.network_id._office_users()[:1]
        agreement.activity_schedule(
            "mail.mail_activity_data_todo",
            date_deadline=deadline,
            summary=summary,
            user_id=follower.id,
        )

    # Signing

    def _sign_as_firm(self, signatory, image, text_sha256, ip_address=None):
        """A person of the firm signs on the portal; the agreement is in force.

        Signing again changes nothing. Runs as superuser once the person was found to
        work for the firm: members write no agreement.

        :param str signatory: the name they signed with
        :param image: the drawing, in base 64
        :param str text_sha256: of the terms they read
        :return: the ``cocare.agreement.signature``
        """
        self.ensure_one()
        self.check_access("read")
        self.company_id._check_member()
        if self.firm_signature_id:
            return self.firm_signature_id
        self._check_state("proposed")
        if text_sha256 != self.text_sha256:
            raise UserError(
                self.env._("The text changed meanwhile: read it again before signing.")
            )
        if not (signatory or "").strip() or not self._is_drawing(image):
            raise UserError(self.env._("Write your name and draw your signature."))
        return self.sudo()._sign("firm", "portal", signatory, image, ip_address)

    def _is_drawing(self, image):
        """Whether a text is a picture in base 64."""
        try:
            Image.open(io.BytesIO(base64.b64decode(image or "", validate=True)))
        except (ValueError, UnidentifiedImageError):
            return False
        return True

    def action_countersign(self):
        """Sign for the operator what the firm signed."""
        for agreement in self:
            agreement._check_office()
            agreement._check_state(*AGREED)
            if not agreement.operator_signature_id:
                agreement.sudo()._sign(
                    "operator",
                    "office",
                    self.env.user.name,
                    ip_address=request.httprequest.remote_addr if request else None,
                )

    def action_sign_on_paper(self):
        """Ask for the document that was signed on paper."""
        self.ensure_one()
        return self._open_wizard("cocare.agreement.paper")

    def _sign(
        self,
        side,
        channel,
        signatory,
        image=False,
        ip_address=None,
        document=None,
        signed_at=None,
    ):
        """Store a signature, and the document as it now is with its SHA-256.

        :param str side: ``firm`` or ``operator``
        :param str channel: ``portal``, ``office`` or ``paper``
        :param document: bytes of what was signed on paper; made here otherwise
        :param signed_at: when, in UTC; now when left out
        :return: the ``cocare.agreement.signature``
        """
        self.ensure_one()
        if side == "firm":
            self._check_state("proposed")
            self._check_no_overlap()
            # Written first: who signs at the same moment is retried, and told.
            self.state = "signed"
            self.flush_recordset(["state"])
            self._replace_old()
        signature = self.env["cocare.agreement.signature"].create(
            {
                "agreement_id": self.id,
                "side": side,
                "channel": channel,
                "signatory": signatory.strip(),
                "user_id": self.env.uid,
                "signed_at": signed_at or fields.Datetime.now(),
                "ip_address": ip_address,
                "image": image,
            }
        )
        content = document or self.env["cocare.agreement.document"]._pdf(self)
        attachment = self.env["ir.attachment"].create(
            {
                "name": self._file_name(side),
                "raw": content,
                "mimetype": "application/pdf",
                "res_model": self._name,
                "res_id": self.id,
            }
        )
        signature.write(
            {
                "document_id": attachment.id,
                "sha256": hashlib.sha256(content).hexdigest(),
            }
        )
        if side == "firm" and self.user_id:
            self._plan(
                fields.Date.context_today(self),
                self.env._("Countersign %(reference)s", reference=self.reference),
            )
        return signature

    def _file_name(self, side=""):
        reference = (self.reference or "").replace("/", "-")
        return f"{reference}{side and '-' + side}.pdf"

    def _document(self):
        """The document to read: as it was signed last, else as it is proposed.

        Runs as superuser once the agreement may be read: a portal account reads no
        document, and the page says who the two sides are.

        :return: bytes of a PDF
        """
        self.ensure_one()
        self.check_access("read")
        agreement = self.sudo()
        signed = agreement.signature_ids.document_id[-1:]
        return signed.raw or self.env["cocare.agreement.document"].sudo()._pdf(
            agreement
        )

    def action_download(self):
        """Read the document."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_url",
            "url": f"/cocare/agreement/{self.id}/pdf",
            "target": "new",
        }

    def _refuse(self, reason):
        """The firm says no, and why.

        Runs as superuser once the person was found to work for the firm.
        """
        self.ensure_one()
        self.check_access("read")
        self.company_id._check_member()
        self._check_state("proposed")
        if not (reason or "").strip():
            raise UserError(self.env._("Say why the firm refuses."))
        self.sudo().write({"state": "refused", "refusal_reason": reason.strip()})
        self._plan(
            fields.Date.context_today(self),
            self.env._("%(firm)s refused", firm=self.company_id.name),
        )

    # Changing and ending

    def action_amend(self):
        """Write the agreement that will replace this one; renewing is the same."""
        self.ensure_one()
        self._check_office()
        self._check_state("signed")
        today = fields.Date.context_today(self)
        eve = self.date_end or agreement_term.month_end(max(today, self.date_start))
        amended = self.copy(
            {
                "date_start": fields.Date.add(eve, days=1),
                "replaces_id": self.id,
                "user_id": self.env.uid,
            }
        )
        return {
            "type": "ir.actions.act_window",
            "res_model": self._name,
            "res_id": amended.id,
            "view_mode": "form",
        }

    def _replace_old(self):
        """What this one replaces ends the day before, if not sooner."""
        old = self.replaces_id
        eve = fields.Date.subtract(self.date_start, days=1)
        if old and (not old.date_end or old.date_end > eve):
            old.date_end = eve

    def action_terminate(self):
        """Ask who ends it, when they said so, and why."""
        self.ensure_one()
        return self._open_wizard("cocare.agreement.termination")

    def _last_day(self, notified):
        """The last day when notice is given on a day; see ``agreement_term``."""
        self.ensure_one()
        return agreement_term.last_day(
            self.date_start,
            self.duration,
            self.renewal,
            notified,
            self.notice,
            self.notice_month_end,
        )

    def _last_day_from_today(self):
        """The last day when the firm gives notice today."""
        return self._last_day(fields.Date.context_today(self))

    def _terminate_as_firm(self, reason):
        """The firm gives notice on the portal, today; the last day follows from it.

        Runs as superuser once the person was found to work for the firm.
        """
        self.ensure_one()
        self.check_access("read")
        self.company_id._check_member()
        if not (reason or "").strip():
            raise UserError(self.env._("Say why the firm ends it."))
        today = fields.Date.context_today(self)
        self.sudo()._terminate("firm", today, self.env.user.name, reason.strip())
        self._plan(
            today,
            self.env._("%(firm)s gave notice", firm=self.company_id.name),
        )

    def _terminate(self, side, notified, by, reason, early=None, agreed_by=None):
        """Write the end of an agreement.

        :param str side: ``firm`` or ``operator``
        :param date notified: when they said so
        :param str by: who
        :param date early: a last day before the end of the notice…
        :param str agreed_by: … and who agreed to it, for both sides
        """
        self.ensure_one()
        self._check_state("signed")
        today = fields.Date.context_today(self)
        if notified > today:
            raise UserError(self.env._("A notice is not given in the future."))
        last = self._last_day(notified)
        if early and early < last:
            if not (agreed_by or "").strip():
                raise UserError(
                    self.env._(
                        "The notice lasts until %(date)s: it ends earlier only if both "
                        "agree; say who did.",
                        date=format_date(self.env, last),
                    )
                )
            last = early
        else:
            agreed_by = False
        if self.date_end and self.date_end <= last:
            raise UserError(
                self.env._(
                    "%(reference)s ends on %(date)s anyway.",
                    reference=self.reference,
                    date=format_date(self.env, self.date_end),
                )
            )
        self.sudo().write(
            {
                "notified_on": notified,
                "notice_side": side,
                "notice_by": by,
                "notice_reason": reason,
                "early_agreed_by": agreed_by,
                "date_end": last,
            }
        )
        self.sudo()._notify_firm(
            lambda a: a.env._(
                "%(agreement)s ends on %(date)s",
                agreement=a.display_name,
                date=format_date(a.env, a.date_end),
            )
        )

    def _open_wizard(self, model):
        return {
            "type": "ir.actions.act_window",
            "name": self.display_name,
            "res_model": model,
            "view_mode": "form",
            "target": "new",
            "context": {"default_agreement_id": self.id},
        }

    @api.model
    def _cron_follow(self):
        """End what is over; tell the followers what is renewed or ends soon."""
        today = fields.Date.context_today(self)
        signed = self.search(
            [("state", "=", "signed"), ("company_id.cocare_left_on", "=", False)]
        )
        over = signed.filtered(lambda a: a.date_end and a.date_end < today)
        over.write({"state": "ended"})
        soon = fields.Date.add(today, days=REMIND_BEFORE)
        for agreement in signed - over:
            deadline = agreement.notice_deadline or (
                not agreement.notified_on and agreement.date_end
            )
            if deadline and today <= deadline <= soon:
                agreement._remind(deadline)

    def _remind(self, deadline):
        """Once for each term."""
        self.ensure_one()
        if self.reminded_for == deadline:
            return
        self.reminded_for = deadline
        text = (
            self.env._("%(reference)s is renewed unless notice is given by %(date)s")
            if self.notice_deadline
            else self.env._("%(reference)s ends on %(date)s: renew it?")
        )
        date = format_date(self.env, deadline)
        self._plan(deadline, text % {"reference": self.reference, "date": date})
