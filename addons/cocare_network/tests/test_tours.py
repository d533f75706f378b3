from datetime import date

from odoo.tests import HttpCase, tagged

from .test_membership import MembershipCommon


@tagged("post_install", "-at_install")
class TestTours(MembershipCommon, HttpCase):
    """From the file of a firm to the page its people look at, in a browser."""

    def test_firm_is_brought_in_and_its_person_looks_at_it(self):
        file = self._apply(name="Zorn Brewery", company_registry="5720093300042")
        self.env["cocare.worker"].create(
            {
                "membership_id": file.id,
                "name": "Léa Zorn",
                "email": "lea@zorn.example",
                "weekly_hours": 35,
                "date_start": date(2025, 1, 1),
            }
        )
        self._walk(file, "application", "review", "trial")
        self.start_tour(
            "/odoo/action-cocare_network.cocare_membership_action",
            "cocare_bring_in",
            login=self.facilitator.login,
        )
        file = file.sudo()
        self.assertEqual(file.company_id.company_registry, "05720093300042")
        person = file.worker_ids.user_id
        self.assertEqual(person.company_ids, file.company_id)
        self.assertFalse(person.login_date)
        self.authenticate(None, None)
        self.start_tour(
            person.partner_id._get_signup_url(), "cocare_first_login", login=None
        )
        self.assertTrue(person.login_date)
