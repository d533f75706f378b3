import io
from datetime import date

from odoo.http import Request
from odoo.tests import HttpCase, freeze_time, tagged
from odoo.tools.pdf import OdooPdfFileReader

from .common import CocareBooksCommon


@freeze_time("2025-08-05")
@tagged("post_install", "-at_install")
class TestReviewPortal(CocareBooksCommon, HttpCase):
    """A worker-member answers for their firm, and reads its statement."""

    @classmethod
    def setUpUsers(cls):  # pylint: disable=missing-return
        super().setUpUsers()
        cls.network.recharge_review_days = 7
        cls.network.arbitrator_id = cls.facilitator
        cls.member = cls.members[cls.firm_a]
        cls.member.password = "a long enough password"

    def setUp(self):
        super().setUp()
        self._costs(date(2025, 7, 15), coaches=1000, bookkeepers=300)
        self._read(self.firm_a, date(2025, 7, 3), 6, name="Meeting of the team")
        self._read(self.firm_b, date(2025, 7, 10), 4)
        self._entry(self.firm_a, date(2025, 7, 2), ("512", 50), ("706", -50))
        self.run_ = self._run(self.july)
        self.run_.action_compute()
        self.run_.action_send()
        self.mine, self.others = (
            self.run_.recharge_ids.filtered(lambda r, f=firm: r.company_id == f)
            for firm in (self.firm_a, self.firm_b)
        )
        self.share = self.run_.share_ids.filtered(
            lambda s: s.company_id == self.firm_a and s.service_id == self.coaching
        )
        self.authenticate(self.member.login, "a long enough password")

    def _post(self, recharge, step, **values):
        self.url_open(f"/my/recharges/{self.mine.id}")
        return self.url_open(
            f"/my/recharges/{recharge.id}/{step}",
            data={**values, "csrf_token": Request.csrf_token(self)},
        )

    def test_page_opens_each_line_down_to_its_readings(self):
        page = self.url_open(f"/my/recharges/{self.mine.id}").text
        for text in (
            "600.00",
            "6 of 10 hours",
            "Meeting of the team",
            "General meeting",
        ):
            self.assertIn(text, page)
        self.assertIn("570.00", page)  # six hours at 95 alone
        self.assertIn("July 2025", self.url_open("/my/recharges").text)

    def test_accept_a_line_then_all(self):
        self._post(self.mine, "accept", share_id=self.share.id)
        self.assertEqual(self.share.review, "accepted")
        self.assertEqual(self.share.reviewed_by_id, self.member)
        self._post(self.mine, "accept")
        shares = self.run_._shares_of(self.firm_a)
        self.assertEqual(set(shares.mapped("review")), {"accepted"})
        self.assertEqual(
            set(self.run_._shares_of(self.firm_b).mapped("review")), {"waiting"}
        )

    def test_contest_then_take_it_back(self):
        page = self._post(self.mine, f"contest/{self.share.id}", comment="Five hours")
        self.assertIn("Five hours", page.text)
        contest = self.share.contest_ids
        self.assertEqual(contest.contested_by_id, self.member)
        self._post(self.mine, f"withdraw/{contest.id}")
        self.assertEqual(contest.state, "withdrawn")
        self.assertEqual(self.share.review, "accepted")

    def test_contest_without_words_is_refused_with_the_reason(self):
        page = self._post(self.mine, f"contest/{self.share.id}", comment=" ")
        self.assertIn("Write what is wrong with this line", page.text)
        self.assertEqual(self.share.review, "waiting")

    def test_nothing_of_another_firm(self):
        theirs = self.run_._shares_of(self.firm_b)
        for answer in (
            self.url_open(f"/my/recharges/{self.others.id}"),
            self.url_open(f"/my/recharges/{self.others.id}/statement"),
            self.url_open(f"/cocare/recharge/{self.others.id}/statement"),
            self._post(self.others, "accept"),
            self._post(self.mine, "accept", share_id=theirs[0].id),
            self._post(self.mine, f"contest/{theirs[0].id}", comment="Not mine"),
            self._post(self.mine, "accept", share_id="x"),
        ):
            self.assertEqual(answer.status_code, 404)
        self.assertEqual(set(theirs.mapped("review")), {"waiting"})

    def test_statement(self):
        self.share.with_user(self.member)._contest_as_firm("Five hours, not six")
        answer = self.url_open(f"/my/recharges/{self.mine.id}/statement")
        self.assertEqual(answer.headers["Content-Type"], "application/pdf")
        pages = OdooPdfFileReader(io.BytesIO(answer.content)).pages
        text = " ".join("\n".join(page.extract_text() for page in pages).split())
        for expected in (
            "Firm A",
            "July 2025",
            "600.00",
            "6 of 10 hours",
            "Meeting of the team",
            "General meeting of June 2025",
            "Price list of a consultant",
            "Five hours, not six",
            "07/25",
            "900.00",  # both services
        ):
            self.assertIn(expected, text)
        self.assertNotIn("Firm B", text)

    def test_statement_of_months(self):
        """The curve has what is known: a month without reference has no point."""
        statement = self.env["cocare.recharge.statement"]
        curve = statement._curve(self.mine)
        self.assertEqual(len(curve.months), 12)
        self.assertEqual(curve.months[-1], ("07/25", 900, 692.5))
        self.assertEqual(curve.months[0], ("08/24", None, None))
