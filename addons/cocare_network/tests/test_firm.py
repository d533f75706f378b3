from datetime import date

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged

from .common import CocareCommon


@tagged("post_install", "-at_install")
class TestFirm(CocareCommon):
    def _created(self, action):
        return self.env["res.company"].browse(int(action["url"].rpartition("/")[2]))

    def test_new_firm_is_a_sibling_company_of_the_network(self):
        self.assertFalse(self.firm_a.parent_id)
        self.assertEqual(self.firm_a.cocare_network_id, self.network)
        self.assertEqual(self.firm_a.currency_id, self.operator.currency_id)
        self.assertEqual(self.network.firm_count, 3)
        self.assertTrue(self.operator.cocare_is_operator)
        self.assertFalse(self.firm_a.cocare_is_operator)

    def test_branch_is_refused(self):
        values = {"name": "Branch", "parent_id": self.operator.id}
        with self.assertRaises(UserError), self.env.cr.savepoint():
            self.network._create_firm(values)
        with self.assertRaises(ValidationError):
            self.env["res.company"].create(
                {**values, "cocare_network_id": self.network.id}
            )

    def test_facilitator_brings_a_firm_in_with_the_wizard(self):
        wizard = (
            self.env["cocare.firm.onboarding"]
            .with_user(self.facilitator)
            .create({"name": "Firm D", "city": "Sélestat", "zip": "67600"})
        )
        firm = self._created(wizard.action_create_firm())
        self.assertEqual(firm.cocare_network_id, self.network)
        self.assertEqual(firm.city, "Sélestat")
        self.assertIn(firm, self.facilitator.company_ids)

    def test_template_need_not_be_among_the_facilitators_companies(self):
        self.network.template_id = self.env["res.company"].create({"name": "Template"})
        office = self._new_user(
            "office", "cocare_network.group_network_reader", self.operator
        )
        wizard = (
            self.env["cocare.firm.onboarding"]
            .with_user(self.facilitator)
            .create({"name": "Firm E", "network_id": self.network.id})
        )
        self.assertIn(office, wizard.user_ids)
        firm = self._created(wizard.action_create_firm())
        self.assertIn(firm, office.company_ids)
        self.assertNotIn(firm, self.readers[self.firm_a].company_ids)

    def test_firm_with_agreements_does_not_leave_the_network(self):
        with self.assertRaises(ValidationError):
            self.firm_a.cocare_network_id = False

    def test_others_cannot(self):
        for user in (self.readers[self.firm_a], self.members[self.firm_a]):
            with self.assertRaises(AccessError):
                self.network.with_user(user)._create_firm({"name": "Firm X"})

    def test_agreements_in_force(self):
        agreement = self.agreements[0]
        agreement.date_end = date(2025, 8, 10)
        in_force = self.env["cocare.agreement"]._in_force
        self.assertIn(agreement, in_force(date(2025, 8, 1), date(2025, 8, 31)))
        self.assertNotIn(agreement, in_force(date(2025, 9, 1), date(2025, 9, 30)))
        self.assertEqual(
            self.coaching._firms(date(2025, 9, 1), date(2025, 9, 30)),
            self.firm_b | self.firm_c,
        )
