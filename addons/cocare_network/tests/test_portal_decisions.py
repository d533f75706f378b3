from datetime import date

from odoo.exceptions import AccessError
from odoo.tests import HttpCase, tagged

from .common import CocareCommon


@tagged("post_install", "-at_install")
class TestPortalDecisions(CocareCommon, HttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.key = cls.env["cocare.allocation.key"].create(
            {"name": "Hours of coaching", "network_id": cls.network.id}
        )
        cls.version = cls.env["cocare.allocation.key.version"].create(
            {"key_id": cls.key.id, "valid_from": date(2025, 9, 1)}
        )

    def _page(self, user, path="/my/decisions"):
        self.authenticate(user.login, user.login)
        self.opener.cookies["frontend_lang"] = "en_US"
        return self.url_open(path)

    def test_member_reads_what_waits_for_a_decision(self):
        member = self.members[self.firm_a]
        self.assertIn("Nothing waits", self._page(member).text)
        self.version.action_propose()
        page = self._page(member).text
        self.assertIn("Hours of coaching", page)
        self.assertIn("Equal shares, from 01/09/2025", page)
        self.version.cocare_pending_change_id._cocare_decide(
            True, "Meeting", date(2025, 7, 1)
        )
        self.assertIn("Nothing waits", self._page(member).text)

    def test_another_network_reads_nothing_of_it(self):
        self.version.action_propose()
        outside = self.env["res.company"].create({"name": "Outside"})
        self.env["cocare.network"].create({"name": "Other", "operator_id": outside.id})
        stranger = self._new_user(
            "stranger", "cocare_network.group_worker_member", outside
        )
        self.assertNotIn("Hours of coaching", self._page(stranger).text)
        change = self.version.cocare_pending_change_id.with_user(stranger)
        with self.assertRaises(AccessError):
            change.read(["description"])

    def test_member_decides_nothing(self):
        self.version.action_propose()
        change = self.version.cocare_pending_change_id
        change = change.with_user(self.members[self.firm_a])
        for call in (
            change.action_withdraw,
            lambda: change._cocare_decide(True, "Me", date(2025, 7, 1)),
            lambda: change.write({"state": "adopted"}),
        ):
            with self.assertRaises(AccessError):
                call()

    def test_page_is_for_members(self):
        path = f"/my/decisions/{self.firm_b.id}"
        for user in (self.facilitator, self.members[self.firm_a]):
            self.assertEqual(self._page(user, path).status_code, 404)
