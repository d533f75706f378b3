from datetime import date

from odoo.exceptions import AccessError
from odoo.tests import HttpCase, tagged

from .common import CocareCommon


@tagged("post_install", "-at_install")
class TestUsageMonth(CocareCommon, HttpCase):
    """What each firm used by month, and the way back to what it comes from."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.first = cls._read(cls.firm_a, date(2025, 7, 3), 2.5, name="Prices")
        cls._read(cls.firm_a, date(2025, 7, 9), 1, name="Team <b>day</b>")
        cls._read(cls.firm_b, date(2025, 7, 9), 77, name="CANARY of B")
        cls.network._lock_usages(date(2025, 7, 31))
        cls.first.quantity = 2

    def _months(self, firm, user=None):
        return (
            self.env["cocare.usage.month"]
            .with_user(user or self.env.user)
            .search([("company_id", "=", firm.id)], order="month")
        )

    def test_figures(self):
        july, august = self._months(self.firm_a)
        self.assertEqual(
            [july.month, july.quantity, july.record_count, july.correction_count],
            [date(2025, 7, 1), 3.5, 2, 0],
        )
        self.assertEqual(
            [august.quantity, august.record_count, august.correction_count],
            [-0.5, 0, 1],
        )
        self.assertEqual(august.corrected, -0.5)
        self.assertEqual([july.state, august.state], ["frozen", "open"])
        self.network._unlock_usages(False)
        july.invalidate_recordset()
        self.assertEqual(july.state, "open")

    def test_one_click_to_usages_and_sources(self):
        july, august = self._months(self.firm_a)
        action = july.action_open_usages()
        usages = self.env["cocare.usage"].search(action["domain"])
        self.assertEqual(sum(usages.mapped("quantity")), 3.5)
        action = july.action_open_sources()
        self.assertEqual(action["res_model"], "cocare.reading")
        self.assertEqual(len(self.env["cocare.reading"].search(action["domain"])), 2)
        action = august.action_open_sources()
        self.assertEqual(action["res_id"], self.first.id)

    def test_sources_of_several_kinds_open_the_usages(self):
        partner = self.env["res.partner"].create({"name": "Somewhere else"})
        self.env["cocare.usage"].create(
            {
                "company_id": self.firm_b.id,
                "service_id": self.coaching.id,
                "date": date(2025, 8, 1),
                "quantity": 1,
                "res_model": partner._name,
                "res_id": partner.id,
            }
        )
        self._read(self.firm_b, date(2025, 8, 2), 1)
        self.env.flush_all()
        august = self._months(self.firm_b)[-1]
        self.assertFalse(august.res_model)
        self.assertEqual(august.action_open_sources()["res_model"], "cocare.usage")

    def test_firms_do_not_see_each_other(self):
        for users in (self.members, self.readers):
            for firm, user in users.items():
                for other in self.firms - firm:
                    self.assertFalse(self._months(other, user))
            self.assertTrue(self._months(self.firm_a, users[self.firm_a]))
        foreign = self._months(self.firm_b).with_user(self.members[self.firm_a])
        with self.assertRaises(AccessError):
            foreign.read(["quantity"])

    def _get(self, path, user):
        self.authenticate(user.login, user.login)
        self.opener.cookies["frontend_lang"] = "en_US"
        return self.url_open(path)

    def test_portal_page_shows_the_firm_its_sources(self):
        page = self._get("/my/usages?month=2025-07", self.members[self.firm_a])
        self.assertEqual(page.status_code, 200)
        for text in ("Coaching", "Prices", "03/07", "figures frozen"):
            self.assertIn(text, page.text)
        self.assertRegex(page.text, r"fw-bold\">\s*3\.5\s")
        self.assertIn("Team &lt;b&gt;day", page.text)
        self.assertNotIn("CANARY", page.text)
        page = self._get("/my/usages?month=2025-08", self.members[self.firm_a])
        self.assertIn("correction", page.text)
        self.assertIn("month before", page.text)
        page = self._get("/my/usages?month=2025-06", self.members[self.firm_a])
        self.assertIn("Nothing was recorded", page.text)

    def test_portal_page_of_another_firm_does_not_exist(self):
        member = self.members[self.firm_a]
        for path in (f"/my/usages/{self.firm_b.id}", "/my/usages/999999"):
            self.assertEqual(self._get(path, member).status_code, 404)
        self.assertEqual(self._get("/my/usages", self.facilitator).status_code, 404)

    def test_firm_page_leads_to_the_usages(self):
        page = self._get("/my/firm?month=2025-07", self.members[self.firm_a])
        self.assertIn(f"/my/usages/{self.firm_a.id}?month=2025-07", page.text)
