import base64
import hashlib
import io
from datetime import date, datetime

from psycopg2 import IntegrityError
from pypdf import PdfReader

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command
from odoo.tests import Form, freeze_time, tagged
from odoo.tools import mute_logger

from .agreement_common import AgreementCommon


def text_of(content):
    pages = PdfReader(io.BytesIO(content)).pages
    return " ".join(" ".join(page.extract_text().split()) for page in pages)


@tagged("post_install", "-at_install")
class TestAgreement(AgreementCommon):
    """draft → proposed → signed → ended, with what freezes on the way."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.startClassPatcher(freeze_time("2025-07-15 10:30:00"))

    def _in_force(self, agreement):
        return agreement in agreement._in_force(date(2025, 8, 1), date(2025, 8, 31))

    def test_in_force_once_signed_only(self):
        agreement = self._draft()
        self.assertFalse(self._in_force(agreement))
        agreement.action_propose()
        self.assertFalse(self._in_force(agreement))
        self._sign(agreement)
        self.assertEqual(agreement.state, "signed")
        self.assertTrue(self._in_force(agreement))
        self.assertEqual(
            self.storage._firms(date(2025, 8, 1), date(2025, 8, 31)), self.firm_a
        )

    def test_old_agreements_stay_in_force(self):
        agreement = self._draft().sudo()
        agreement.flush_recordset()
        self.env.cr.execute(
            "ALTER TABLE cocare_agreement ALTER COLUMN state DROP NOT NULL"
        )
        self.env.cr.execute(
            "UPDATE cocare_agreement SET state = NULL WHERE id = %s", (agreement.id,)
        )
        agreement._init_column("state")
        agreement.invalidate_recordset()
        self.assertEqual(agreement.state, "signed")

    def test_references_follow(self):
        first, second = self._draft(), self._draft(self.firm_b)
        self.assertRegex(first.reference, r"^CONV/\d{4}/\d{4}$")
        self.assertNotEqual(first.reference, second.reference)

    def test_expected_cost_to_the_cent(self):
        agreement = self._draft()
        self.assertEqual(agreement.expected_month, 333.5)
        self.assertEqual(agreement.expected_year, 4002)
        agreement.volume = 0.333
        # 0.333 × 0.95 + 20 = 20.31635; twelve times it, 243.7962
        self.assertEqual(agreement.expected_month, 20.32)
        self.assertEqual(agreement.expected_year, 243.8)

    def test_price_and_key_of_the_day_it_was_proposed(self):
        agreement = self._proposed()
        self._adopt(self._tariff(date(2025, 7, 20), 9, 9))
        self.assertEqual(agreement.tariff_id, self.tariff)
        self.assertEqual(agreement.expected_month, 333.5)
        self.assertEqual(
            agreement.key_text,
            "Pallet-days: Equal shares, from 01/07/2025. "
            "Adopted by: General meeting of June 2025",
        )

    def test_clauses_are_sanitised_and_frozen(self):
        agreement = self._proposed()
        self.assertIn("<b>étiquette</b>", agreement.clauses)
        self.assertNotIn("script", agreement.clauses)
        self.storage.clauses = "<p>Others</p>"
        self.assertIn("étiquette", agreement.clauses)
        self.assertIn("Others", self._draft(self.firm_b).clauses)

    def test_text_does_not_change_once_proposed(self):
        agreement = self._proposed()
        for vals in (
            {"clauses": "<p>x</p>"},
            {"volume": 1},
            {"date_start": date(2025, 9, 1)},
            {"note": "x"},
            {"key_id": False},
        ):
            with self.assertRaisesRegex(UserError, "does not change any more"):
                agreement.write(vals)
        agreement.user_id = self.recorder
        agreement.action_back_to_draft()
        agreement.volume = 1
        with self.assertRaisesRegex(UserError, "not deleted"):
            self._proposed(self.firm_b).unlink()

    def test_nobody_writes_a_step(self):
        agreement = self._draft()
        for vals in (
            {"state": "signed"},
            {"text_sha256": "0"},
            {"notified_on": date(2025, 1, 1)},
            {"reference": "X"},
        ):
            with self.assertRaisesRegex(UserError, "step by step"):
                agreement.write(vals)
        with self.assertRaisesRegex(UserError, "step by step"):
            self._draft(state="signed")
        reader, member = self.readers[self.firm_a], self.members[self.firm_a]
        agreement.action_propose()
        for user in (reader, member):
            with self.assertRaises(AccessError):
                agreement.with_user(user).action_back_to_draft()
            with self.assertRaises(AccessError):
                self._close_proposal(agreement.with_user(user), "operator")

    def test_steps_in_their_order(self):
        agreement = self._draft()
        for step in ("action_countersign", "action_amend"):
            with self.assertRaisesRegex(UserError, agreement.reference):
                getattr(agreement, step)()
        with self.assertRaisesRegex(UserError, agreement.reference):
            self._close_proposal(agreement, "operator")
        agreement.action_propose()
        with self.assertRaisesRegex(UserError, "Waits for the firm"):
            agreement.action_propose()
        self._close_proposal(agreement, "operator")
        self.assertEqual(agreement.state, "withdrawn")
        with self.assertRaisesRegex(UserError, "Withdrawn"):
            self._sign(agreement)

    def test_refused_with_a_reason(self):
        agreement = self._proposed().with_user(self.members[self.firm_a])
        with self.assertRaisesRegex(UserError, "Say why"):
            agreement._refuse("  ")
        agreement._refuse("Too early for us")
        self.assertEqual(agreement.state, "refused")
        self.assertEqual(agreement.refusal_reason, "Too early for us")
        self.assertFalse(self._in_force(agreement.sudo()))
        self.assertIn("Too early for us", agreement.sudo().message_ids[0].body)

    def _close_proposal(self, agreement, side, **values):
        """Say no in the back-office, as the button of a side has it."""
        action = {
            "firm": agreement.action_record_refusal,
            "operator": agreement.action_withdraw,
        }[side]()
        wizard = Form(
            self.env[action["res_model"]]
            .with_user(agreement.env.user)
            .with_context(**action["context"])
        )
        wizard.reason = "The shed is full"
        for name, value in values.items():
            wizard[name] = value
        return wizard.save().action_confirm()

    def test_the_office_records_a_refusal(self):
        """The firm said so on the phone: who, when and why are kept."""
        agreement = self._proposed()
        with self.assertRaisesRegex(AssertionError, "said_by is a required field"):
            self._close_proposal(agreement, "firm")
        with self.assertRaisesRegex(UserError, "future"):
            self._close_proposal(
                agreement, "firm", said_by="Zoé Müller", said_on=date(2125, 1, 1)
            )
        self._close_proposal(
            agreement, "firm", said_by="Zoé Müller", said_on=date(2025, 7, 9)
        )
        self.assertEqual(agreement.state, "refused")
        self.assertEqual(agreement.refusal_reason, "The shed is full")
        with self.assertRaisesRegex(UserError, "Refused"):
            self._sign(agreement)

    def test_the_office_takes_a_proposal_back(self):
        agreement = self._proposed()
        self._close_proposal(agreement, "operator")
        self.assertEqual(agreement.state, "withdrawn")
        self.assertEqual(agreement.withdrawal_reason, "The shed is full")
        self.assertFalse(agreement.refusal_reason)

    def test_what_was_said_outlives_the_next_proposal(self):
        agreement = self._proposed()
        self._close_proposal(
            agreement, "firm", said_by="Zoé Müller", said_on=date(2025, 7, 9)
        )
        agreement.action_back_to_draft()
        agreement.action_propose()
        self._close_proposal(agreement, "operator")
        agreement.action_back_to_draft()
        self.assertFalse(agreement.refusal_reason or agreement.withdrawal_reason)
        history = " ".join(agreement.message_ids.mapped("body"))
        self.assertIn("Refused by Zoé Müller on 07/09/2025: The shed is full", history)
        self.assertIn(f"Withdrawn by {self.facilitator.name}", history)

    # Signatures

    def test_signature_is_kept_with_its_document(self):
        agreement = self._proposed()
        signature = self._sign(agreement).sudo()
        self.assertEqual(signature.signatory, "Zoé Müller")
        self.assertEqual(signature.user_id, self.members[self.firm_a])
        self.assertEqual(signature.signed_at, datetime(2025, 7, 15, 10, 30))
        self.assertEqual(signature.ip_address, "192.0.2.7")
        content = signature.document_id.raw
        self.assertEqual(signature.sha256, hashlib.sha256(content).hexdigest())
        self.assertIn("Zoé Müller", text_of(content))
        agreement.action_countersign()
        self.assertEqual(signature.document_id.raw, content)
        both = agreement.operator_signature_id.sudo()
        self.assertEqual(both.signatory, self.facilitator.name)
        self.assertIn(self.facilitator.name, text_of(both.document_id.raw))
        self.assertEqual(agreement._document(), both.document_id.raw)

    def test_signing_twice_is_signing_once(self):
        agreement = self._proposed()
        first = self._sign(agreement)
        self.assertEqual(self._sign(agreement), first)
        agreement.action_countersign()
        agreement.action_countersign()
        self.assertEqual(len(agreement.signature_ids), 2)
        self.assertEqual(
            self.env["ir.attachment"].search_count(
                [("res_model", "=", "cocare.agreement"), ("res_id", "=", agreement.id)]
            ),
            2,
        )
        with (
            self.assertRaises(IntegrityError),
            self.env.cr.savepoint(),
            mute_logger("odoo.sql_db"),
        ):
            first.sudo().copy()

    def test_signature_is_not_rewritten(self):
        signature = self._sign(self._proposed()).sudo()
        for vals in ({"signatory": "Other"}, {"sha256": "0"}):
            with self.assertRaisesRegex(UserError, "not rewritten"):
                signature.write(vals)
        for call in ("write", "create", "unlink"):
            record = signature.with_user(self.facilitator)
            with self.assertRaises(UserError):
                getattr(record, call)(*([] if call == "unlink" else [{"side": "firm"}]))

    def test_who_signs_signs_what_they_read(self):
        agreement = self._proposed()
        read = agreement.text_sha256
        agreement.action_back_to_draft()
        agreement.volume = 9999
        agreement.action_propose()
        member = agreement.with_user(self.members[self.firm_a])
        with self.assertRaisesRegex(UserError, "text changed"):
            member._sign_as_firm("Zoé", self.drawing, read)

    def test_who_may_sign_and_with_what(self):
        agreement = self._proposed()
        digest = agreement.text_sha256
        for user in (self.members[self.firm_b], self.readers[self.firm_a]):
            with self.assertRaises(AccessError):
                agreement.with_user(user)._sign_as_firm("Me", self.drawing, digest)
        member = agreement.with_user(self.members[self.firm_a])
        nothing = base64.b64encode(b"no picture").decode()
        for name, image in (
            (" ", self.drawing),
            ("Me", ""),
            ("Me", "é"),
            ("Me", nothing),
        ):
            with self.assertRaisesRegex(UserError, "draw your signature"):
                member._sign_as_firm(name, image, digest)
        self.assertEqual(agreement.state, "proposed")

    def test_signed_on_paper(self):
        agreement = self._proposed()
        action = agreement.action_sign_on_paper()
        Wizard = self.env["cocare.agreement.paper"].with_user(self.facilitator)
        Wizard = Wizard.with_context(**action["context"])
        values = {"signatory": "Zoé Müller", "signed_on": date(2025, 7, 14)}
        with self.assertRaisesRegex(UserError, "is a PDF"):
            Wizard.create(
                {**values, "document": base64.b64encode(b"text")}
            ).action_confirm()
        scan = agreement._document()
        Wizard.create({**values, "document": base64.b64encode(scan)}).action_confirm()
        self.assertEqual(agreement.state, "signed")
        self.assertEqual(agreement.firm_signature_id.channel, "paper")
        self.assertEqual(agreement._document(), scan)

    def test_document_says_it_all(self):
        self.firm_a.write(
            {
                "company_registry": "00220262000015",
                "street": "3 rue de l'Église",
                "zip": "67600",
                "city": "Sélestat",
            }
        )
        agreement = self._proposed(
            duration=12, renewal=6, note="Deux travées < 3 m\net un quai"
        )
        text = text_of(agreement._document())
        for fact in (
            agreement.reference,
            "Operator",
            "Firm A",
            "00220262000015",
            "3 rue de l'Église",
            "67600 Sélestat",
            "Entrepôt",
            "Palettes à Sélestat",
            "330",
            "08/01/2025",
            "12 months",
            "By 6 months at a time",
            "3 months, by either side, to the end of a month",
            "0.95 € per unit + 20.00 € a month",
            "333.50 € a month, 4,002.00 € a year",
            "General meeting of June 2025",
            "The real cost of the service",
            "Pallet-days: Equal shares",
            "étiquette",
            "Pas d'œufs",
            "Rien > 2 m",
            "Deux travées < 3 m et un quai",
            "Page 1",
        ):
            self.assertIn(fact, text.replace("\u00a0", " "))

    # Who may subscribe

    def test_conditions_say_why(self):
        self._only_for(
            {"kind": "legal_form", "legal_form": "gaec"},
            {"kind": "legal_form", "legal_form": "earl"},
            {"kind": "vat_status", "vat_status": "taxable"},
        )
        self.firm_a.cocare_legal_form = "earl"
        self._draft()
        self.firm_b.cocare_legal_form = "sas"
        with self.assertRaises(ValidationError) as refused:
            self._draft(self.firm_b)
        self.assertEqual(
            str(refused.exception),
            "Firm B cannot take “Entrepôt”:\n"
            "– Legal form: this service is for GAEC, EARL.",
        )
        self.firm_b.cocare_vat_status = "franchise"
        self.assertEqual(len(self.storage._subscription_obstacles(self.firm_b)), 2)

    def test_conditions_on_the_file_of_the_firm(self):
        sector = self.env["cocare.sector"].create({"name": "Vegetables"})
        self._only_for(
            {"kind": "stage", "stage": "trial"},
            {"kind": "sector", "sector_id": sector.id},
        )
        self.assertEqual(
            self.storage._subscription_obstacles(self.firm_a),
            [
                "Sector: this service is for Vegetables.",
                "Stage: this service is for On trial.",
            ],
        )
        file = self.env["cocare.membership"].create(
            {
                "name": "Firm A",
                "network_id": self.network.id,
                "sector_ids": [Command.link(sector.id)],
            }
        )
        file.task_ids.unlink()
        for stage in ("application", "review", "trial"):
            file._step(stage, "they fit")
            file.task_ids.unlink()
        file.cocare_pending_change_id._cocare_decide(
            True, "Assembly", date(2025, 6, 30)
        )
        file._link_company(self.firm_a)
        member = self.members[self.firm_a]
        service = self.storage.with_user(member)
        self.assertFalse(service._subscription_obstacles(self.firm_a.with_user(member)))

    def test_a_condition_says_what_it_asks(self):
        with self.assertRaisesRegex(ValidationError, "choose the VAT status"):
            self._only_for({"kind": "vat_status", "stage": "member"})

    def test_asked_for_by_a_member(self):
        member = self.members[self.firm_a]
        Agreement = self.env["cocare.agreement"].with_user(member)
        service, firm = self.storage.with_user(member), self.firm_a.with_user(member)
        agreement = Agreement._request(service, firm, 12.5, "From autumn on")
        self.assertEqual(agreement.state, "draft")
        self.assertEqual(agreement.volume, 12.5)
        self.assertEqual(agreement.requested_by_id, member)
        self.assertIn("étiquette", agreement.clauses)
        again = Agreement._request(service, firm, 1, "")
        self.assertEqual(again, agreement)
        self.assertEqual(Agreement.search([("state", "=", "draft")]), agreement)
        with self.assertRaises(AccessError):
            Agreement._request(service, self.firm_b.with_user(member), 1, "")
        self._draft(self.firm_b)
        other = self.env["cocare.agreement"].with_user(self.members[self.firm_b])
        self.assertFalse(other.search([("state", "=", "draft")]))

    # Changing and ending

    def test_amendment_replaces_from_its_date(self):
        agreement = self._signed()
        other = self._draft(date_start=date(2025, 9, 1))
        with self.assertRaisesRegex(UserError, f"already has.*{agreement.reference}"):
            other.action_propose()
        action = agreement.action_amend()
        amended = agreement.browse(action["res_id"])
        self.assertEqual(amended.date_start, date(2025, 9, 1))
        self.assertEqual(amended.clauses, agreement.clauses)
        amended.volume = 500
        amended.action_propose()
        self.assertFalse(agreement.date_end)
        self._sign(amended)
        self.assertEqual(agreement.date_end, date(2025, 8, 31))
        self.assertEqual(agreement.volume, 330)
        in_force = agreement._in_force(date(2025, 9, 1), date(2025, 9, 30))
        self.assertEqual(in_force & (agreement | amended), amended)
        with self.assertRaises(ValidationError):
            self._draft(self.firm_b, replaces_id=agreement.id)

    def test_dates_of_a_term(self):
        fixed = self._draft(duration=12)
        self.assertEqual(fixed.date_end, date(2026, 7, 31))
        self.assertFalse(fixed.notice_deadline)
        tacit = self._draft(self.firm_b, duration=12, renewal=12)
        self.assertFalse(tacit.date_end)
        self.assertEqual(tacit.term_end, date(2026, 7, 31))
        self.assertEqual(tacit.notice_deadline, date(2026, 4, 30))
        with freeze_time("2026-08-01"):
            tacit.invalidate_recordset()
            self.assertEqual(tacit.term_end, date(2027, 7, 31))

    def test_firm_gives_notice(self):
        agreement = self._signed()
        member = agreement.with_user(self.members[self.firm_a])
        with self.assertRaisesRegex(UserError, "Say why"):
            member._terminate_as_firm("")
        member._terminate_as_firm("We build our own")
        self.assertEqual(agreement.date_end, date(2025, 10, 31))
        self.assertEqual(agreement.notice_side, "firm")
        self.assertEqual(agreement.notified_on, date(2025, 7, 15))
        self.assertEqual(agreement.notice_by, self.members[self.firm_a].name)
        with self.assertRaisesRegex(UserError, "ends on 10/31/2025 anyway"):
            member._terminate_as_firm("Again")
        with self.assertRaises(AccessError):
            agreement.with_user(self.members[self.firm_b])._terminate_as_firm("x")

    def _terminate(self, agreement, **values):
        action = agreement.action_terminate()
        return (
            self.env["cocare.agreement.termination"]
            .with_user(self.facilitator)
            .with_context(**action["context"])
            .create({"notified_by": "Zoé", "reason": "They said so", **values})
        )

    def test_earlier_only_if_both_agree(self):
        agreement = self._signed()
        early = date(2025, 8, 31)
        wizard = self._terminate(agreement, side="operator", early=early)
        self.assertEqual(wizard.last_day, date(2025, 10, 31))
        with self.assertRaisesRegex(UserError, "lasts until 10/31/2025"):
            wizard.action_confirm()
        wizard.agreed_by = "Zoé for Firm A, the board for the operator"
        wizard.action_confirm()
        self.assertEqual(agreement.date_end, early)
        self.assertEqual(agreement.notice_side, "operator")
        self.assertEqual(agreement.early_agreed_by, wizard.agreed_by)

    def test_notice_is_of_a_day_that_was(self):
        agreement = self._signed()
        with self.assertRaisesRegex(UserError, "in the future"):
            self._terminate(agreement, notified_on=date(2025, 7, 16)).action_confirm()

    def test_notice_of_a_term(self):
        agreement = self._signed(duration=12, renewal=12)
        self._terminate(agreement, notified_on=date(2025, 7, 10)).action_confirm()
        self.assertEqual(agreement.date_end, date(2026, 7, 31))

    def test_the_follower_is_reminded_once_a_term(self):
        agreement = self._signed(duration=12, renewal=12)
        agreement.sudo().activity_ids.unlink()
        for day, count in (
            ("2026-03-15", 0),
            ("2026-03-20", 1),
            ("2026-03-21", 1),
            ("2026-05-02", 1),
            ("2027-04-01", 2),
        ):
            with freeze_time(day):
                self.env.invalidate_all()
                self.env["cocare.agreement"]._cron_follow()
                self.assertEqual(len(agreement.activity_ids), count, day)
        activity = agreement.activity_ids.sorted("id")[0]
        self.assertEqual(activity.user_id, self.facilitator)
        self.assertEqual(activity.date_deadline, date(2026, 4, 30))

    def test_what_is_over_ends_and_stays_in_its_months(self):
        agreement = self._signed(duration=12)
        for day, state in (("2026-07-31", "signed"), ("2026-08-01", "ended")):
            with freeze_time(day):
                self.env["cocare.agreement"]._cron_follow()
            self.assertEqual(agreement.state, state)
        self.assertTrue(self._in_force(agreement))

    def test_signatures_stay_with_their_firm(self):
        agreement = self._signed()
        for user in (self.members[self.firm_b], self.readers[self.firm_b]):
            for record in (agreement, agreement.signature_ids):
                with self.assertRaises(AccessError):
                    record.with_user(user).read(["display_name"])
            with self.assertRaises(AccessError):
                agreement.with_user(user)._document()
            self.assertFalse(
                self.env["cocare.agreement.signature"].with_user(user).search([])
            )
