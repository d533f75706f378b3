from datetime import date

from freezegun import freeze_time

from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.tests import HttpCase, tagged

from .common import CocareBooksCommon


@tagged("post_install", "-at_install")
class TestDeadlines(CocareBooksCommon, HttpCase):
    """A worker-member sees what their firm has to file, and of no other firm."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        with freeze_time("2026-05-10"):
            for firm, regime in ((cls.firm_a, "ca3_month"), (cls.firm_b, "employer")):
                cls.env["cocare.firm.regime"].create(
                    {
                        "company_id": firm.id,
                        "regime_id": cls.env.ref(
                            f"cocare_mutual_accounting.regime_{regime}"
                        ).id,
                        "valid_from": "2026-03-01",
                        "source": "Letter",
                    }
                )
        cls.returns = cls.env["cocare.obligation"].search(
            [("company_id", "=", cls.firm_a.id), ("code", "=", "ca3")], order="date_to"
        )

    def _told(self, firm=None, user=None):
        firm = firm or self.firm_a
        return (
            firm.with_user(user or self.members[firm])
            .with_context(allowed_company_ids=firm.ids)
            ._cocare_deadlines()
        )

    @freeze_time("2026-05-10")
    def test_what_is_late_to_come_and_filed(self):
        march, april = self.returns[:2]
        march.amount = 321
        march.evidence_ids = [Command.create({"name": "R.pdf", "raw": b"accepted"})]
        march.action_file()
        april.amount = 54.5
        told = self._told()
        [settled] = told["settled"]
        self.assertEqual((settled["form"], settled["amount"]), ("CA3", 321))
        self.assertEqual(settled["filed_on"], date(2026, 5, 10))
        coming = told["open"]
        self.assertEqual(coming[0]["amount"], 54.5)
        self.assertEqual(coming[0]["due"], april.due_date)
        self.assertEqual(coming[0]["late"], 0)
        self.assertIsNone(coming[1]["amount"], "nobody knows it yet")
        self.assertLessEqual(max(one["due"] for one in coming), date(2026, 9, 10))
        self.assertEqual(coming, sorted(coming, key=lambda one: one["due"]))

    @freeze_time("2026-07-01")
    def test_late(self):
        self.assertGreater(self._told()["open"][0]["late"], 30)

    def test_of_ones_firm(self):
        with self.assertRaises(AccessError):
            self._told(self.firm_b, self.members[self.firm_a])
        with self.assertRaises(AccessError):
            self._told(self.firm_a, self.readers[self.firm_a])
        with self.assertRaises(AccessError):
            self.returns.with_user(self.members[self.firm_a]).read(["amount"])

    def test_page(self):
        login = self.members[self.firm_a].login
        self.authenticate(login, login)
        self.assertIn("/my/deadlines", self.url_open("/my/home").text)
        page = self.url_open("/my/deadlines").text
        self.assertIn("CA3", page)
        self.assertNotIn("DSN", page)
        other = self.url_open(f"/my/deadlines/{self.firm_b.id}")
        self.assertEqual(other.status_code, 404)
