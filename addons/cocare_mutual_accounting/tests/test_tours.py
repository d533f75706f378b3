from datetime import date

from odoo.tests import HttpCase, tagged

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
