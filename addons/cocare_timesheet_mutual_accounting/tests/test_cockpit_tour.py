from odoo import fields
from odoo.tests import HttpCase, tagged

from .common import CocareTimeBooksCommon


@tagged("post_install", "-at_install")
class TestCockpitTour(CocareTimeBooksCommon, HttpCase):
    browser_size = "1366x768"

    def test_time_from_the_cockpit(self):
        """The clock of a firm and the key T, without leaving the page."""
        today = fields.Date.context_today(self.env.user)
        self.env["cocare.firm.accountant"].create(
            [
                {
                    "company_id": firm.id,
                    "user_id": self.accountant.id,
                    "valid_from": today,
                }
                for firm in self.firms
            ]
        )
        self._spend(self.firm_c, 3, 1)
        self.start_tour("/odoo/cockpit", "cocare_time_cockpit", login="accountant")
        entries = self.env["cocare.time.entry"].search([("date", "=", today)])
        self.assertEqual(
            {(e.company_id, e.hours, e.user_id, e.mission_id) for e in entries},
            {
                (self.firm_a, 0.75, self.accountant, self.closing),
                (self.firm_b, 1.5, self.accountant, self.closing),
            },
        )
        self.assertEqual(
            sum(
                self.env["cocare.usage"]
                .search([("service_id", "=", self.review.id), ("date", "=", today)])
                .mapped("quantity")
            ),
            2.25,
        )
