import hashlib
import io
import zipfile
from datetime import date

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import HttpCase, freeze_time, tagged

from .test_membership import MembershipCommon


class DepartureCommon(MembershipCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.file = cls.env["cocare.membership"].create(
            {
                "name": cls.firm_a.name,
                "network_id": cls.network.id,
                "user_id": cls.facilitator.id,
            }
        )
        for stage in ("application", "review"):
            cls.file._step(stage, "on the way")
        cls._decide(cls.file, "trial")
        cls.file._link_company(cls.firm_a)
        cls._decide(cls.file, "member")
        cls.file = cls.file.with_user(cls.facilitator)

    @classmethod
    def _decide(cls, file, stage):
        file._step(stage, "they fit")
        file.cocare_pending_change_id._cocare_decide(
            True, "Assembly of June", date(2025, 6, 30)
        )

    def _leave(self):
        """Open the departure and settle everything of the firm."""
        self.file._step("leaving", "they asked")
        departure = self.file.departure_ids.filtered(lambda d: d.state == "open")
        departure.last_day = date(2025, 9, 30)
        return departure

    def _settle(self):
        mine = self.agreements.filtered(lambda a: a.company_id == self.firm_a)
        mine.date_end = date(2025, 8, 31)
        self.network._lock_usages(date(2025, 9, 30))


@tagged("post_install", "-at_install")
class TestDeparture(DepartureCommon):
    """A firm leaves once nothing remains; then it rests, readable for ten years."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.startClassPatcher(freeze_time("2025-09-30 12:00:00"))

    def test_refused_with_reasons_then_passes(self):
        self._read(self.firm_a, date(2025, 9, 3), 2)
        departure = self._leave()
        self._task(self.file, name="Talk it over")
        departure.action_hand_over()
        with self.assertRaises(UserError) as refused:
            departure.action_leave()
        message = str(refused.exception)
        for line in (
            "Firm A cannot leave yet:",
            "– Agreement “Coaching” goes on after the last day: end it.",
            "– Talk it over",
            "– 2 hours of “Coaching” are not shared yet: close the month.",
        ):
            self.assertIn(line, message.splitlines())
        self.assertEqual(self.file.stage, "leaving")
        self.assertEqual(departure.running_agreement_ids, self.agreements[0])
        departure.action_check()
        obstacles = departure.obstacle_ids.grouped("kind")
        self.assertLessEqual({"agreement", "task", "usage"}, set(obstacles))
        action = obstacles["agreement"].action_open()
        self.assertEqual(action["res_model"], "cocare.agreement")
        self.file.task_ids.action_done()
        self._settle()
        departure.action_check()
        self.assertFalse(departure.obstacle_ids)
        asked = self.agreements[0].copy({"date_start": date(2025, 12, 1)})
        departure.action_leave()
        self.assertEqual(asked.state, "withdrawn")
        self.assertEqual(self.agreements[0].state, "ended")
        self.assertEqual(departure.state, "done")
        self.assertEqual(self.file.sudo().stage, "left")
        self.assertEqual(departure.sudo().readable_until, date(2035, 9, 30))

    def test_not_before_the_last_day_nor_without_the_documents(self):
        departure = self._leave()
        self._settle()
        departure.last_day = date(2025, 10, 1)
        with self.assertRaisesRegex(UserError, "stays until 10/01/2025"):
            departure.action_leave()
        departure.last_day = date(2025, 9, 30)
        with self.assertRaisesRegex(UserError, "Hand the books"):
            departure.action_leave()

    def test_archive_lists_its_files(self):
        self._read(self.firm_a, date(2025, 9, 3), 2.5, name="=cmd()")
        departure = self._leave()
        departure.action_hand_over()
        content = departure.sudo().archive_id.raw
        self.assertEqual(departure.archive_sha256, hashlib.sha256(content).hexdigest())
        archive = zipfile.ZipFile(io.BytesIO(content))
        self.assertIsNone(archive.testzip())
        names = set(archive.namelist())
        self.assertEqual(names, {"READ-ME.txt", "agreements.csv", "usages.csv"})
        listed = archive.read("READ-ME.txt").decode()
        for name in names - {"READ-ME.txt"}:
            digest = hashlib.sha256(archive.read(name)).hexdigest()
            self.assertIn(f"{digest} ", listed)
        usages = archive.read("usages.csv").decode("utf-8-sig")
        self.assertIn("2025-09-03;Coaching;2,5;Hours;'=cmd()", usages)

    def test_archive_holds_what_was_signed(self):
        agreement = self.agreements[0]
        signature = agreement._sign("operator", "office", "The operator")
        departure = self._leave()
        departure.action_hand_over()
        archive = zipfile.ZipFile(io.BytesIO(departure.sudo().archive_id.raw))
        name = f"agreements/{agreement.reference.replace('/', '-')}-operator.pdf"
        self.assertEqual(
            hashlib.sha256(archive.read(name)).hexdigest(), signature.sha256
        )

    def test_paths_stay_inside_the_archive(self):
        departure = self._leave()
        taken = set()
        for path, free in (
            ("a/../../etc/passwd", "a/etc/passwd"),
            ("/root/x", "root/x"),
            ("..\\x", "x"),
            ("x", "2-x"),
            ("x", "3-x"),
            ("../..", "file"),
            ("a/etc/passwd", "a/etc/2-passwd"),
        ):
            self.assertEqual(departure._free_path(path, taken), free)

    def _left(self):
        departure = self._leave()
        departure.keeper_ids = [Command.set(self.readers[self.firm_a].ids)]
        both = self._new_user(
            "both", "cocare_network.group_network_reader", self.firm_a | self.firm_b
        )
        alone = self._new_user(
            "alone", "cocare_network.group_network_reader", self.firm_a
        )
        self._settle()
        departure.action_hand_over()
        departure.action_leave()
        self.env.invalidate_all()
        return departure, both, alone

    def test_who_still_reads_what_it_left(self):
        self._read(self.firm_a, date(2025, 9, 3), 2)
        departure, both, alone = self._left()
        self.assertEqual(both.company_ids, self.firm_b)
        self.assertEqual(both.company_id, self.firm_b)
        self.assertFalse(alone.active)
        self.assertNotIn(self.firm_a, self.facilitator.company_ids)
        for user in (self.members[self.firm_a], self.readers[self.firm_a]):
            Usage = self.env["cocare.usage"].with_user(user)
            self.assertEqual(Usage.search([]).company_id, self.firm_a)
            self.assertEqual(departure.with_user(user).state, "done")
        with self.assertRaises(AccessError):
            departure.sudo().with_user(self.members[self.firm_b]).read(["state"])

    def test_nothing_of_it_changes_any_more(self):
        reading = self._read(self.firm_a, date(2025, 9, 3), 2)
        self._left()
        for call in (
            lambda: reading.write({"quantity": 3}),
            lambda: reading.unlink(),
            lambda: self._read(self.firm_a, date(2025, 10, 3), 1),
            lambda: self.agreements[0].copy(
                {"date_start": date(2026, 1, 1), "date_end": False}
            ),
            lambda: self.file.sudo().write({"presentation": "x"}),
        ):
            with self.assertRaisesRegex(UserError, "left the network"):
                call()
        with self.assertRaisesRegex(UserError, "kept until"):
            self.firm_a.unlink()

    def test_people_lose_it_after_ten_years(self):
        departure, _both, _alone = self._left()
        member = self.members[self.firm_a]
        two = self._new_user(
            "two", "cocare_network.group_worker_member", self.firm_a | self.firm_b
        )
        for day, reads in (("2035-09-30", True), ("2035-10-01", False)):
            with freeze_time(f"{day} 12:00:00"):
                self.env["cocare.departure"]._cron_end_reading()
            self.assertEqual(member.active, reads)
            self.assertEqual(self.firm_a in two.company_ids, reads)
        self.assertTrue(two.active)

    def test_who_stays_is_a_member_again(self):
        departure = self._leave()
        departure.action_cancel()
        self.assertEqual(departure.state, "cancelled")
        self.assertEqual(self.file.stage, "member")
        again = self._leave()
        self.assertNotEqual(again, departure)

    def test_nobody_settles_by_hand(self):
        departure = self._leave()
        for vals in (
            {"state": "done"},
            {"left_on": date(2020, 1, 1)},
            {"archive_sha256": "0"},
        ):
            with self.assertRaises(UserError):
                departure.write(vals)
        with self.assertRaisesRegex(UserError, "by its departure"):
            self.file._step("left", "just go")
        for user in (self.readers[self.firm_a], self.members[self.firm_a]):
            with self.assertRaises(AccessError):
                departure.with_user(user).action_leave()


@tagged("post_install", "-at_install")
class TestDeparturePortal(DepartureCommon, HttpCase):
    """The people of a firm that left still read it; nobody else does."""

    def test_archive_of_a_firm_that_left(self):
        departure = self._leave()
        self._settle()
        departure.action_hand_over()
        departure.action_leave()
        self.env.invalidate_all()
        member = self.members[self.firm_a]
        self.authenticate(member.login, member.login)
        self.opener.cookies["frontend_lang"] = "en_US"
        page = self.url_open("/my/firm")
        self.assertIn("The firm left the network", page.text)
        archive = self.url_open(f"/my/firm/{self.firm_a.id}/archive")
        self.assertEqual(
            hashlib.sha256(archive.content).hexdigest(), departure.archive_sha256
        )
        other = self.members[self.firm_b]
        self.authenticate(other.login, other.login)
        self.assertEqual(
            self.url_open(f"/my/firm/{self.firm_a.id}/archive").status_code, 404
        )
        self.assertEqual(
            self.url_open(f"/my/firm/{self.firm_b.id}/archive").status_code, 404
        )
        self.assertNotIn("left the network", self.url_open("/my/firm").text)
