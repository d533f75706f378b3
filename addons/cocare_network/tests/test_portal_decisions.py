from datetime import date

from odoo.exceptions import AccessError
from odoo.fields import Command
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

    def test_member_reads_all_that_a_key_says(self):
        """Of their own firm by its name, of the others how many there are."""
        self.version.write(
            {
                "ceiling": 40,
                "discount_ids": [Command.create({"until_month": 6, "percent": 50})],
                "line_ids": [
                    Command.create({"company_id": self.firm_a.id, "coefficient": 0.8})
                ],
            }
        )
        self.version.action_propose()
        page = self._page(self.members[self.firm_a]).text
        for text in (
            "at most 40 % of the cost a firm",
            "start-up discount of 50 % until month 6 of membership",
            "solidarity coefficient of Firm A: 0.8",
        ):
            self.assertIn(text, page)
        page = self._page(self.members[self.firm_b]).text
        self.assertIn("firms with a solidarity coefficient: 1", page)
        self.assertNotIn("Firm A", page)

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
