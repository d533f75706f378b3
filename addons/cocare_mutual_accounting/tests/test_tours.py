from datetime import date

from odoo import fields
from odoo.tests import HttpCase, tagged

from .clearing_common import CocareClearingCommon
from .common import CocareBooksCommon


@tagged("post_install", "-at_install")
class TestTours(CocareBooksCommon, HttpCase):
    """The accountant's and the worker-member's way through the street, in a browser."""

    def _july(self):
        self._costs(date(2025, 7, 15), bookkeepers=660)
        for rank, firm in enumerate(self.firms, start=1):
            for day in range(1, rank + 1):
                self._entry(firm, date(2025, 7, day), ("512", 100), ("706", -100))
        return self._run(self.july)

    def test_accountant_closes_a_month(self):
        run = self._july()
        self.start_tour(
            "/odoo/action-cocare_mutual_accounting.cocare_allocation_run_action",
            "cocare_close_month",
            login=self.accountant.login,
        )
        self.assertEqual(run.state, "posted")
        self.assertEqual(len(run.recharge_ids.bill_id), 3)

    def test_member_looks_at_their_firm(self):
        run = self._july()
        run.action_compute()
        run.action_post()
        self.start_tour("/my", "cocare_my_firm", login=self.members[self.firm_a].login)


class PhoneCase(HttpCase):
    """Worker-members use their telephones, the office has screens."""

    PHONE, SCREEN = "390x844", "1366x768"

    def _on_phone(self, user, tour):
        self.browser_size = self.PHONE
        self.start_tour("/my", tour, login=user.login)

    def _at_office(self, user, tour):
        self.browser_size = self.SCREEN
        self.start_tour("/odoo", tour, login=user.login)


@tagged("post_install", "-at_install")
class TestReviewTour(CocareBooksCommon, PhoneCase):
    """A month is read, contested and arbitrated, clicked through by both sides."""

    @classmethod
    def setUpUsers(cls):  # pylint: disable=missing-return
        super().setUpUsers()
        cls.network.recharge_review_days = 7
        cls.network.arbitrator_id = cls.facilitator

    def setUp(self):
        super().setUp()
        self._costs(date(2025, 7, 15), coaches=1000, bookkeepers=300)
        self.reading = self._read(
            self.firm_a, date(2025, 7, 3), 6, name="Meeting of the team"
        )
        self._read(self.firm_b, date(2025, 7, 10), 4)
        self._entry(self.firm_a, date(2025, 7, 2), ("512", 50), ("706", -50))
        self.run_ = self._run(self.july)
        self.run_.action_compute()
        self.run_.action_send()

    def _share(self, service, firm):
        return self.run_.share_ids.filtered(
            lambda s: s.service_id == service and s.company_id == firm
        )

    def test_from_the_page_of_the_firm_to_the_decision(self):
        member = self.members[self.firm_a]
        share = self._share(self.coaching, self.firm_a)
        self._on_phone(member, "cocare_review_month")
        contest = share.contest_ids
        self.assertEqual(
            (contest.state, contest.contested_by_id, contest.arbitrator_id),
            ("open", member, self.facilitator),
        )
        accepted = self._share(self.bookkeeping, self.firm_a)
        self.assertEqual(
            (accepted.review, accepted.reviewed_by_id), ("accepted", member)
        )

        self._at_office(self.facilitator, "cocare_arbitrate")
        self.assertEqual(self.reading.quantity, 5)
        self.assertEqual(
            (contest.state, contest.measured_before, contest.measured_after),
            ("upheld", "6 hours", "5 hours"),
        )
        self.assertEqual((contest.amount_before, contest.amount_after), (600, 555.56))
        self.assertFalse(contest.activity_ids)
        # nobody else pays more for it now
        self.assertEqual(self._share(self.coaching, self.firm_b).invoiced, 400)

        self._on_phone(member, "cocare_read_decision")


@tagged("post_install", "-at_install")
class TestClearingTour(CocareClearingCommon, PhoneCase):
    """A worker-member sees what is proposed to be cleared, and objects."""

    def test_a_member_objects(self):
        invoice, _bill = self._trade(self.firm_a, self.firm_b, 1234)
        self._trade(self.firm_b, self.firm_c, 1000)
        clearing = self._clearing(
            objection_until=fields.Date.add(fields.Date.today(), days=10)
        )
        clearing.action_propose()
        clearing.action_send()
        self._on_phone(self.members[self.firm_b], "cocare_object_to_clearing")
        document = clearing.document_ids.filtered(lambda d: d.invoice_id == invoice)
        self.assertEqual(
            (document.state, document.objected_by_id, document.objection),
            ("objected", self.firm_b, "Two crates were missing"),
        )
        nets = self._nets(clearing)
        self.assertEqual(nets[self.firm_b], 100000)
        self.assertEqual(nets[self.firm_c], -100000)
        self.assertNotIn(self.firm_a, nets)
