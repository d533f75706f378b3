import base64
from datetime import date

from psycopg2 import IntegrityError

from odoo import fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command
from odoo.tests import Form, freeze_time, tagged
from odoo.tools import mute_logger

from .. import membership_path
from .common import CocareCommon

DECISION = True, "Assembly of 3 June, resolution 4", date(2025, 6, 3)


class MembershipCommon(CocareCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["cocare.checklist.item"].search([]).active = False

    def _apply(self, kind="firm", **values):
        """A new file, opened by the facilitator."""
        return (
            self.env["cocare.membership"]
            .with_user(self.facilitator)
            .create(
                {
                    "name": f"A new {kind}",
                    "kind": kind,
                    "network_id": self.network.id,
                    "supporter_type": kind == "supporter" and "company",
                    **values,
                }
            )
        )

    def _walk(self, membership, *stages):
        for stage in stages:
            membership._step(stage, f"towards {stage}")
            change = membership.cocare_pending_change_id
            if change:
                change.with_user(self.recorder)._cocare_decide(*DECISION)

    def _task(self, membership, **values):
        return self.env["cocare.membership.task"].create(
            {
                "membership_id": membership.id,
                "stage": membership.stage,
                "name": "Statutes received",
                "user_id": self.facilitator.id,
                "date_due": date(2025, 7, 10),
                **values,
            }
        )


@tagged("post_install", "-at_install")
class TestMembership(MembershipCommon):
    """From the first contact to leaving, each step with who and why."""

    def test_whole_path_of_a_firm(self):
        file = self._apply()
        self._walk(file, "application", "review", "trial")
        file._link_company(self.firm_a)
        self._walk(file, "member", "leaving", "member")
        self.assertEqual(file.stage, "member")
        moves = file.move_ids.sorted("id")
        self.assertEqual(
            moves.mapped("to_stage"),
            [
                "contact",
                "application",
                "review",
                "trial",
                "member",
                "leaving",
                "member",
            ],
        )
        self.assertEqual(moves[3].reason, "towards trial")
        self.assertEqual(moves[3].change_id.decision_ref, DECISION[1])
        self.assertEqual(moves[1].user_id, self.facilitator)
        self.assertFalse(moves[1].change_id)
        self.assertFalse(moves[-1].change_id, "who stays is no new member")
        self.assertEqual(moves.company_id, self.firm_a)

    def test_people_and_supporters_have_no_trial(self):
        for kind in ("person", "supporter"):
            file = self._apply(kind)
            self._walk(file, "application", "review")
            with self.assertRaisesRegex(UserError, "does not follow"):
                file._step("trial", "no")
            self._walk(file, "member", "leaving", "left")
            self.assertEqual(file.stage, "left")

    def test_only_the_steps_of_the_path(self):
        stages = [stage for stage, _label in membership_path.STAGES]
        for target in stages:
            file = self._apply()
            if target in membership_path.next_stages("firm", "contact"):
                file._step(target, "because")
                self.assertEqual(file.stage, target)
            else:
                with self.assertRaises(UserError):
                    file._step(target, "because")

    def test_the_network_decides_admissions(self):
        file = self._apply()
        self._walk(file, "application", "review")
        file._step("trial", "they fit")
        change = file.cocare_pending_change_id
        self.assertEqual(file.stage, "review")
        self.assertEqual(change.reason, "they fit")
        self.assertIn("Under review → On trial", change.description)
        with self.assertRaisesRegex(UserError, "waits for a decision"):
            file._step("closed", "changed our mind")
        change.with_user(self.recorder)._cocare_decide(False, *DECISION[1:])
        self.assertEqual(file.stage, "review")
        file._step("closed", "refused by the assembly")
        self.assertEqual(file.stage, "closed")

    def test_a_proposal_is_taken_back_on_the_file(self):
        file = self._apply()
        self._walk(file, "application", "review")
        file._step("trial", "they fit")
        self.assertIn("On trial", file.cocare_pending_description)
        file.with_user(self.facilitator).action_withdraw()
        self.assertFalse(file.cocare_pending_change_id)
        file._step("closed", "changed our mind")
        self.assertEqual(file.stage, "closed")

    def test_decided_step_is_made_on_its_date(self):
        file = self._apply()
        self._walk(file, "application", "review")
        file._step("trial", "they fit", date(2025, 8, 1))
        change = file.cocare_pending_change_id.with_user(self.recorder)
        with freeze_time("2025-07-31 12:00:00"):
            change._cocare_decide(*DECISION)
            self.env["cocare.governed.change"]._cron_apply_due()
            self.assertEqual((change.state, file.stage), ("adopted", "review"))
        with freeze_time("2025-08-01 12:00:00"):
            for _again in range(2):
                self.env["cocare.governed.change"]._cron_apply_due()
            self.assertEqual((change.state, file.stage), ("applied", "trial"))
            self.assertEqual(change.applied_on, date(2025, 8, 1))
            self.assertEqual(len(file.move_ids), 4)

    def test_nobody_jumps_the_path(self):
        file = self._apply()
        for vals in (
            {"stage": "member"},
            {"company_id": self.firm_a.id},
            {"stage_since": date(2020, 1, 1)},
        ):
            with self.assertRaises(AccessError), self.env.cr.savepoint():
                file.write(vals)
            with self.assertRaises(AccessError), self.env.cr.savepoint():
                self._apply(**vals)
        for move in (file.move_ids[0], file.sudo().move_ids[0]):
            with self.assertRaises(UserError):
                move.write({"reason": "another"})
            with self.assertRaises(UserError):
                move.unlink()
        reader = self.readers[self.firm_a]
        with self.assertRaises(AccessError):
            file.with_user(reader)._step("application", "mine")

    def test_firm_needs_its_company_to_be_a_member(self):
        file = self._apply()
        self._walk(file, "application", "review", "trial")
        with self.assertRaisesRegex(UserError, "bring the firm in first"):
            file._step("member", "well done")

    def test_bringing_the_firm_in_from_its_file(self):
        file = self._apply(
            legal_form="association_alsace_moselle", email="hello@new.example"
        )
        contact = file.partner_id
        self.assertEqual(contact.company_id, self.operator)
        self._walk(file, "application", "review", "trial")
        action = file.action_bring_in()
        wizard = Form(
            self.env["cocare.firm.onboarding"]
            .with_user(self.facilitator)
            .with_context(**action["context"])
        ).save()
        wizard.action_create_firm()
        company = file.company_id.sudo()
        self.assertEqual(company.name, "A new firm")
        self.assertEqual(company.email, "hello@new.example")
        self.assertEqual(company.cocare_legal_form, "association_alsace_moselle")
        self.assertEqual(company.cocare_network_id, self.network)
        self.assertEqual(file.partner_id, company.partner_id)
        self.assertFalse(contact.active)

    def test_one_file_per_firm(self):
        self._apply().sudo()._link_company(self.firm_a)
        with (
            mute_logger("odoo.sql_db"),
            self.assertRaisesRegex(IntegrityError, "one_per_company"),
            self.env.cr.savepoint(),
        ):
            self._apply().sudo()._link_company(self.firm_a)

    def test_firm_of_another_network(self):
        outside = self.env["res.company"].create({"name": "Outside"})
        with self.assertRaises(ValidationError):
            self._apply().sudo()._link_company(outside)

    def test_deleting_is_for_first_contacts(self):
        file = self._apply()
        file.unlink()
        file = self._apply()
        self._walk(file, "application")
        with self.assertRaises(UserError):
            file.unlink()

    def test_contributions(self):
        file = self._apply("supporter")
        Contribution = self.env["cocare.contribution"].with_user(self.facilitator)
        with self.assertRaisesRegex(ValidationError, "estimated"):
            Contribution.create(
                {
                    "membership_id": file.id,
                    "name": "A van",
                    "nature": "kind",
                    "amount": 8000,
                }
            )
        Contribution.create(
            [
                {
                    "membership_id": file.id,
                    "name": "A van",
                    "nature": "kind",
                    "amount": 8000,
                    "estimated_by": "Quotation of a garage",
                    "received_on": date(2025, 7, 3),
                    "beneficiary_id": self.firm_a.id,
                },
                {"membership_id": file.id, "name": "A grant", "amount": 500},
            ]
        )
        self.assertEqual(file.contributed, 8000)

    def test_hours_of_working_people(self):
        file = self._apply()
        file.sudo()._link_company(self.firm_a)
        Worker = self.env["cocare.worker"].with_user(self.facilitator)
        Worker.create(
            [
                {
                    "membership_id": file.id,
                    "name": "Jo",
                    "weekly_hours": 35,
                    "date_start": date(2025, 1, 1),
                    "date_end": date(2025, 7, 31),
                },
                {
                    "membership_id": file.id,
                    "name": "Sam",
                    "weekly_hours": 17.5,
                    "date_start": date(2025, 7, 1),
                },
            ]
        )
        Worker.create(
            [
                {"membership_id": file.id, "name": "Al", "weekly_hours": hours, **more}
                for hours, more in (
                    (48, {"date_start": date(2025, 8, 1)}),
                    (35, {"date_start": date(2025, 1, 1), "status": "volunteer"}),
                )
            ]
        )

        def equivalents(month):
            last = fields.Date.end_of(month, "month")
            found = Worker.sudo()._full_time_equivalents(self.firms, month, last)
            return {firm: round(float(number), 3) for firm, number in found.items()}

        self.assertEqual(equivalents(date(2024, 12, 1)), {})
        self.assertEqual(equivalents(date(2025, 6, 1)), {self.firm_a: 1})
        self.assertEqual(equivalents(date(2025, 7, 1)), {self.firm_a: 1.5})
        # Jo left; nobody counts for more than one.
        self.assertEqual(equivalents(date(2025, 8, 1)), {self.firm_a: 1.5})
        half_of_july = Worker._full_time_equivalents(
            self.firms, date(2025, 7, 17), date(2025, 8, 15)
        )
        self.assertEqual(float(half_of_july[self.firm_a]), 0.5 + 0.5 + 0.5)


@tagged("post_install", "-at_install")
class TestChecklist(MembershipCommon):
    """What is to do in a step, by whom, with which proof."""

    def test_network_starts_with_a_checklist(self):
        other = self.env["res.company"].create({"name": "Other operator"})
        network = self.env["cocare.network"].create(
            {"name": "Other", "operator_id": other.id}
        )
        items = self.env["cocare.checklist.item"].search(
            [("network_id", "=", network.id)]
        )
        stages = {"application", "review", "trial", "member", "leaving"}
        self.assertEqual(set(items.mapped("stage")), stages)

    def test_tasks_are_given_out_on_entering(self):
        self.env["cocare.checklist.item"].create(
            [
                {
                    "network_id": self.network.id,
                    "stage": "application",
                    "kind": kind,
                    "name": f"For {kind}",
                    "days": 10,
                }
                for kind in (False, "firm", "person")
            ]
        )
        file = self._apply()
        with freeze_time("2025-07-01 12:00:00"):
            file._step("application", "they wrote")
        self.assertEqual(set(file.task_ids.mapped("name")), {"For False", "For firm"})
        task = file.task_ids[0]
        self.assertEqual(task.date_due, date(2025, 7, 11))
        self.assertEqual(task.user_id, self.facilitator)
        self.assertEqual(task.activity_id.user_id, self.facilitator)
        self.assertEqual(task.activity_id.date_deadline, date(2025, 7, 11))

    def test_step_names_what_is_left_to_do(self):
        file = self._apply()
        self._task(file, name="Read the books")
        self._task(file, name="Nice to have", required=False)
        with self.assertRaisesRegex(UserError, "– Read the books$"):
            file._step("application", "now")
        file._step("closed", "they gave up")

    def test_evidence(self):
        file = self._apply()
        task = self._task(file, needs_evidence=True).with_user(self.facilitator)
        with self.assertRaisesRegex(UserError, "attach it first"):
            task.action_done()
        document = (
            self.env["ir.attachment"]
            .with_user(self.facilitator)
            .create({"name": "statutes.pdf", "datas": base64.b64encode(b"statutes")})
        )
        task.evidence_ids = [Command.link(document.id)]
        self.assertEqual((document.res_model, document.res_id), (task._name, task.id))
        activity = task.activity_id
        task.action_done()
        self.assertEqual(task.done_by_id, self.facilitator)
        self.assertTrue(task.done_on)
        self.assertFalse(activity.exists().filtered("active"))
        with self.assertRaisesRegex(UserError, "stays as it was"):
            task.name = "Something else"
        with self.assertRaises(UserError):
            task.unlink()
        task.action_reopen()
        self.assertFalse(task.done_on)
        self.assertTrue(task.activity_id)

    def test_colleague_reads_the_evidence(self):
        file = self._apply()
        task = self._task(file).with_user(self.facilitator)
        task.evidence_ids = [
            Command.create({"name": "statutes.txt", "raw": b"statutes"})
        ]
        colleague = self._new_user(
            "colleague", "cocare_network.group_network_reader", self.operator
        )
        stranger = self.readers[self.firm_a]
        self.assertEqual(task.evidence_ids.with_user(colleague).raw, b"statutes")
        with self.assertRaises(AccessError):
            task.evidence_ids.with_user(stranger).read(["raw"])

    def test_a_tick_is_a_button(self):
        task = self._task(self._apply()).with_user(self.facilitator)
        with self.assertRaises(UserError):
            task.done_on = date(2025, 7, 1)

    def test_reminders_once_a_week(self):
        file = self._apply()
        self._task(file, name="Read the books")
        self._task(file, name="Meet them", date_due=date(2025, 7, 20))

        def messages(day):
            with freeze_time(f"{day} 08:00:00"):
                self.env["cocare.membership.task"]._cron_remind()
                self.env.invalidate_all()
            return (
                self.env["mail.message"]
                .search([("model", "=", file._name), ("res_id", "=", file.id)])
                .filtered(lambda m: "late tasks" in (m.subject or ""))
            )

        self.assertEqual(len(messages("2025-07-10")), 0)
        self.assertEqual(len(messages("2025-07-11")), 1)
        self.assertEqual(len(messages("2025-07-11")), 1)
        self.assertEqual(len(messages("2025-07-17")), 1)
        second = messages("2025-07-21")
        self.assertEqual(len(second), 2)
        self.assertIn("Read the books (before 10/07/2025)", second[0].body)
        self.assertIn("Meet them (before 20/07/2025)", second[0].body)
        self.assertEqual(second[0].partner_ids, self.facilitator.partner_id)


@tagged("post_install", "-at_install")
class TestCharter(MembershipCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.charter = cls.env["cocare.charter.version"].create(
            {
                "network_id": cls.network.id,
                "name": "Charter",
                "text": "<p>We share.</p>",
                "valid_from": cls.JULY,
            }
        )

    def test_accepted_and_dated(self):
        file = self._apply()
        self.assertTrue(file.charter_accepted, "there is no charter yet")
        self._adopt(self.charter)
        file.invalidate_recordset()
        self.assertFalse(file.charter_accepted)
        acceptance = (
            self.env["cocare.charter.acceptance"]
            .with_user(self.facilitator)
            .create(
                {
                    "membership_id": file.id,
                    "version_id": self.charter.id,
                    "signatory": "Jo Doe",
                    "accepted_on": date(2025, 7, 2),
                    "evidence_ids": [Command.create({"name": "s", "raw": b"signed"})],
                }
            )
        )
        self.assertTrue(file.charter_accepted)
        with self.assertRaises(UserError):
            acceptance.sudo().signatory = "Somebody else"

    def test_paper_has_a_document(self):
        self._adopt(self.charter)
        with self.assertRaisesRegex(ValidationError, "signed document"):
            self.env["cocare.charter.acceptance"].create(
                {
                    "membership_id": self._apply().id,
                    "version_id": self.charter.id,
                    "signatory": "Jo Doe",
                }
            )

    def test_draft_is_not_accepted(self):
        with self.assertRaisesRegex(ValidationError, "not adopted"):
            self.env["cocare.charter.acceptance"].create(
                {
                    "membership_id": self._apply().id,
                    "version_id": self.charter.id,
                    "signatory": "Jo Doe",
                    "channel": "portal",
                }
            )

    def test_new_version_asks_again(self):
        self._adopt(self.charter)
        second = self.charter.copy({"valid_from": date(2025, 8, 1)})
        self._adopt(second)
        self.assertEqual(self.network._charter_at(date(2025, 7, 31)), self.charter)
        self.assertEqual(self.network._charter_at(date(2025, 8, 1)), second)
        self.assertFalse(self.network._charter_at(date(2025, 6, 30)))


@tagged("post_install", "-at_install")
class TestCoaching(MembershipCommon):
    def _meeting(self, file, **values):
        return (
            self.env["cocare.coaching.meeting"]
            .with_user(self.facilitator)
            .create(
                {
                    "membership_id": file.id,
                    "name": "Price of the baskets",
                    "date": date(2025, 7, 3),
                    "duration": 2.5,
                    **values,
                }
            )
        )

    def test_hours_are_a_usage(self):
        file = self._apply()
        file.sudo()._link_company(self.firm_a)
        meeting = self._meeting(file, service_id=self.coaching.id)
        usages = self.env["cocare.usage"].search([("res_model", "=", meeting._name)])
        self.assertEqual(usages.mapped("quantity"), [2.5])
        self.assertEqual(usages.company_id, self.firm_a)
        meeting.duration = 3
        usages = self.env["cocare.usage"].search([("res_model", "=", meeting._name)])
        self.assertEqual(sum(usages.mapped("quantity")), 3)
        with self.assertRaises(UserError):
            meeting.unlink()

    def test_applicant_has_no_usage(self):
        with self.assertRaisesRegex(UserError, "no company yet"):
            self._meeting(self._apply(), service_id=self.coaching.id)

    def test_open_actions_come_back(self):
        file = self._apply()
        first = self._meeting(
            file,
            next_date=date(2025, 8, 7),
            action_ids=[
                Command.create({"name": "Ask for prices", "who": "Jo"}),
                Command.create({"name": "Done", "done_on": date(2025, 7, 4)}),
            ],
        )
        second = self._meeting(file, date=date(2025, 8, 7))
        self.assertEqual(second.open_action_ids.mapped("name"), ["Ask for prices"])
        self.assertFalse(first.open_action_ids)
        activity = file.activity_ids.filtered(
            lambda a: a.date_deadline == date(2025, 8, 7)
        )
        self.assertEqual(activity.user_id, self.facilitator)

    def test_the_firm_reads_it_but_not_the_private_notes(self):
        files = self._apply() | self._apply()
        for file, firm in zip(files, self.firms, strict=False):
            file.sudo()._link_company(firm)
        meetings = [self._meeting(file, private_note="Shaky") for file in files]
        member = self.members[self.firm_a]
        Meeting = self.env["cocare.coaching.meeting"].with_user(member)
        mine = Meeting.search([])
        self.assertEqual(mine.id, meetings[0].id)
        self.assertNotIn("private_note", mine.read()[0])
        with self.assertRaises(AccessError):
            mine.read(["private_note"])
        with self.assertRaises(AccessError):
            mine.write({"name": "x"})

    def test_member_of_the_operator_sees_no_applicant(self):
        self._meeting(self._apply())
        member = self._new_user(
            "operators", "cocare_network.group_worker_member", self.operator
        )
        for model in ("cocare.coaching.meeting", "cocare.worker"):
            self.assertFalse(self.env[model].with_user(member).search([]), model)
        with self.assertRaises(AccessError):
            self.env["cocare.membership"].with_user(member).search([])
