import base64
import hashlib
import io
import json

from PIL import Image, UnidentifiedImageError

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.http import request
from odoo.tools.misc import format_date

from .. import agreement_term
from .cocare_agreement import AGREED, TERMS

#: days before a deadline on which the follower is reminded
REMIND_BEFORE = 45


class CocareAgreement(models.Model):
    """What happens to an agreement: asked for, proposed, signed, changed, ended.

    What it says is in ``cocare_agreement.py``.
    """

    _inherit = "cocare.agreement"

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

    def action_record_refusal(self):
        """Ask who of the firm refused, elsewhere than on the portal, and why."""
        self.ensure_one()
        return self._open_wizard("cocare.agreement.refusal", default_side="firm")

    def action_withdraw(self):
        """Ask why the proposal is taken back."""
        self.ensure_one()
        return self._open_wizard("cocare.agreement.refusal", default_side="operator")

    def _close_proposal(self, state, by, said_on, reason):
        """Write that a proposal came to nothing; what was said stays in the history,
        also when the agreement goes back to draft.

        Runs as superuser: the steps write what nobody types; callers check rights.

        :param str state: ``refused`` or ``withdrawn``
        :param str by: who said so, for the firm or for the operator
        """
        self._check_state("proposed")
        reason = (reason or "").strip()
        if not reason:
            raise UserError(self.env._("Say why."))
        if said_on > fields.Date.context_today(self):
            raise UserError(self.env._("What was said is not of the future."))
        agreement = self.sudo()
        refused = state == "refused"
        told = {
            "who": by,
            "date": format_date(self.env, said_on),
            "reason": reason,
        }
        agreement.write(
            {
                "state": state,
                "refusal_reason" if refused else "withdrawal_reason": reason,
            }
        )
        agreement.message_post(
            body=self.env._("Refused by %(who)s on %(date)s: %(reason)s", **told)
            if refused
            else self.env._("Withdrawn by %(who)s on %(date)s: %(reason)s", **told)
        )

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
                    "withdrawal_reason": False,
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
            version=version._in_words(self.company_id),
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
        users = self.company_id._cocare_members()
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
        today = fields.Date.context_today(self)
        self._close_proposal("refused", self.env.user.name, today, reason)
        self._plan(today, self.env._("%(firm)s refused", firm=self.company_id.name))

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

    def _open_wizard(self, model, **defaults):
        return {
            "type": "ir.actions.act_window",
            "name": self.display_name,
            "res_model": model,
            "view_mode": "form",
            "target": "new",
            "context": {"default_agreement_id": self.id, **defaults},
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
