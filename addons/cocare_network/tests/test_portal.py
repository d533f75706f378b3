from odoo.tests import HttpCase, tagged

from .common import CocareCommon


@tagged("post_install", "-at_install")
class TestPortal(CocareCommon, HttpCase):
    def _get(self, path, user):
        self.authenticate(user.login, user.login)
        self.opener.cookies["frontend_lang"] = "en_US"
        return self.url_open(path)

    def test_member_sees_their_firm(self):
        page = self._get("/my/firm", self.members[self.firm_a])
        self.assertEqual(page.status_code, 200)
        self.assertIn("Firm A", page.text)
        self.assertIn("Coaching", page.text)

    def test_other_firms_do_not_exist(self):
        member = self.members[self.firm_a]
        foreign = self._get(f"/my/firm/{self.firm_b.id}", member)
        missing = self._get("/my/firm/999999", member)
        self.assertEqual(foreign.status_code, 404)
        self.assertEqual(missing.status_code, 404)
        self.assertNotIn("Firm B", foreign.text)

    def test_member_of_two_firms_chooses(self):
        member = self._new_user(
            "both",
            "cocare_network.group_worker_member",
            self.firm_a | self.firm_b,
        )
        page = self._get(f"/my/firm/{self.firm_b.id}", member)
        self.assertIn("Firm A", page.text)
        self.assertIn("Firm B", page.text)
        self.assertNotIn("Firm C", page.text)

    def test_odd_months_are_harmless(self):
        member = self.members[self.firm_a]
        for month in ("2025-07", "2025-13", "0000-01", "x", "2025-7", "9999-12"):
            page = self._get(f"/my/firm?month={month}", member)
            self.assertEqual(page.status_code, 200, month)

    def test_home_page_leads_to_the_firm(self):
        page = self._get("/my", self.members[self.firm_a])
        self.assertIn("/my/firm", page.text)

    def test_anonymous_is_sent_to_login(self):
        self.authenticate(None, None)
        page = self.url_open("/my/firm")
        self.assertIn("/web/login", page.url)
