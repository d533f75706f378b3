from odoo.exceptions import AccessError, UserError

from .consent_common import ConsentCommon

INTERNAL = "base.group_user,base.group_partner_manager"


class TestPartnerRule(ConsentCommon):
    def test_contacts_belong_to_one_firm(self):
        self.assertTrue(self._sees(self.firm_a))
        self.assertFalse(self._sees(self.firm_b))

    def test_a_contact_of_nobody_is_seen_by_nobody(self):
        nobodys = self.env["res.partner"].create(
            {"name": "Nobody's", "company_id": False}
        )
        self.assertFalse(nobodys.company_id)
        for firm in self.firms:
            self.assertFalse(self._sees(firm, nobodys), firm.name)
        self.assertFalse(nobodys.with_user(self.facilitator).has_access("read"))

    def test_who_manages_rights_may_repair_it(self):
        nobodys = self.env["res.partner"].create(
            {"name": "Nobody's", "company_id": False}
        )
        admin = self._new_user(
            "rights", f"{INTERNAL},base.group_erp_manager", self.firm_a
        )
        nobodys.with_user(admin).company_id = self.firm_a
        self.assertTrue(self._sees(self.firm_a, nobodys))

    def test_companies_of_the_network_are_seen(self):
        for firm in (self.operator, self.firm_b, self.firm_c):
            self.assertTrue(self._sees(self.firm_a, firm.partner_id), firm.name)

    def test_companies_of_another_network_are_not(self):
        stranger = (
            self.env["res.company"]
            .with_context(chart_template_load=True)
            .create({"name": "Stranger"})
        )
        self.assertFalse(self._sees(self.firm_a, stranger.partner_id))

    def test_colleagues_are_seen_and_others_are_not(self):
        member = self.members[self.firm_a].partner_id
        self.assertTrue(self._sees(self.firm_a, member))
        self.assertTrue(self._sees(self.firm_a, self.facilitator.partner_id))
        self.assertFalse(self._sees(self.firm_a, self.readers[self.firm_b].partner_id))

    def test_the_system_is_seen(self):
        for name in ("base.partner_root", "base.public_partner"):
            partner = self.env.ref(name).with_user(self.readers[self.firm_a])
            self.assertTrue(partner.has_access("read"), name)

    def test_new_contacts_are_of_the_firm_of_their_author(self):
        user = self._new_user("maker", INTERNAL, self.firm_b)
        Partner = self.env["res.partner"].with_user(user)
        person = Partner.create({"name": "New"})
        address = Partner.create(
            {"name": "Barn", "parent_id": person.id, "type": "delivery"}
        )
        self.assertEqual((person | address).company_id, self.firm_b)
        with self.assertRaisesRegex(UserError, "nobody would see it"):
            person.company_id = False

    def test_a_consent_lets_nobody_change_the_contact(self):
        self._consent("delivery", self.firm_a, self.firm_b)
        user = self._new_user("maker", INTERNAL, self.firm_b)
        seen = self.customer.with_user(user)
        self.assertEqual(seen.name, "Camille")
        with self.assertRaises(AccessError):
            seen.name = "Changed"
        with self.assertRaises(AccessError):
            seen.unlink()

    def test_a_consent_reaches_the_addresses_of_the_person(self):
        address = self.customer.create(
            {
                "name": "Barn",
                "type": "delivery",
                "parent_id": self.customer.id,
                "company_id": self.firm_a.id,
            }
        )
        self.assertFalse(self._sees(self.firm_b, address))
        consent = self._consent("delivery", self.firm_a, self.firm_b)
        self.assertTrue(self._sees(self.firm_b, address))
        consent._withdraw("Enough")
        self.assertFalse(self._sees(self.firm_b, address))

    def test_several_firms_ticked_show_their_contacts(self):
        user = self.facilitator
        both = self.customer.with_user(user).with_context(
            allowed_company_ids=(self.firm_b | self.firm_a).ids
        )
        self.assertTrue(both.search([("id", "=", self.customer.id)]))
        one = both.with_context(allowed_company_ids=self.firm_b.ids)
        self.assertFalse(one.search([("id", "=", self.customer.id)]))
