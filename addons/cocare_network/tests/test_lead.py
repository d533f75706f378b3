from psycopg2.errors import UniqueViolation

from odoo.exceptions import UserError, ValidationError
from odoo.tools import mute_logger

from .common import CocareCommon


class TestLead(CocareCommon):
    def _lead(self, intent="join", **values):
        return self.env["crm.lead"].create(
            {
                "name": "Fournil",
                "type": "opportunity",
                "cocare_intent": intent,
                "cocare_network_id": self.network.id,
                "company_id": self.operator.id,
                "team_id": self.network._lead_team().id,
                "contact_name": "Léo",
                "email_from": "leo@example.org",
                **values,
            }
        )

    def test_a_network_has_one_team_and_its_stages(self):
        team = self.network._lead_team()
        self.assertEqual(team, self.network._lead_team())
        self.assertEqual(team.company_id, self.operator)
        stages = self.network._lead_stages()
        self.assertEqual(len(stages), 4)
        for stage in stages:
            self.assertIn(team, stage.team_ids)
        self.assertEqual(self._lead().stage_id, stages[0])

    def test_a_lead_becomes_a_file_in_one_step(self):
        sector = self.env["cocare.sector"].create({"name": "Bread"})
        lead = self._lead(
            partner_name="Le Fournil",
            cocare_sector_ids=[(6, 0, sector.ids)],
            cocare_message="We bake.",
        )
        action = lead.with_user(self.facilitator).action_make_application()
        file = self.env["cocare.membership"].browse(action["res_id"])
        self.assertEqual((file.kind, file.stage), ("firm", "application"))
        self.assertEqual(file.name, "Le Fournil")
        self.assertEqual(file.sector_ids, sector)
        self.assertEqual(file.presentation, "We bake.")
        self.assertTrue(file.partner_id.is_company)
        self.assertEqual(file.partner_id.company_id, self.operator)
        self.assertEqual((file.lead_id, lead.cocare_membership_id), (lead, file))
        self.assertTrue(lead.stage_id.is_won)

    def test_facilitators_read_the_leads_of_the_network_only(self):
        colleague = self._new_user(
            "colleague", "cocare_network.group_facilitator", self.operator | self.firms
        )
        lead = self._lead(user_id=colleague.id)
        sale = self.env["crm.lead"].create(
            {
                "name": "Sale of a firm",
                "type": "opportunity",
                "company_id": self.firm_a.id,
                "user_id": self.readers[self.firm_a].id,
            }
        )
        Lead = self.env["crm.lead"].with_user(self.facilitator)
        self.assertEqual(Lead.search([("id", "in", (lead | sale).ids)]), lead)

    def test_two_clicks_make_one_file(self):
        lead = self._lead()
        first = lead.with_user(self.facilitator).action_make_application()
        second = lead.with_user(self.facilitator).action_make_application()
        self.assertEqual(first["res_id"], second["res_id"])
        self.assertEqual(
            self.env["cocare.membership"].search_count([("lead_id", "=", lead.id)]), 1
        )

    def test_two_files_of_a_lead_are_refused_by_the_database(self):
        file = self._lead()._make_application()
        with (
            mute_logger("odoo.sql_db"),
            self.assertRaises(UniqueViolation),
            self.cr.savepoint(),
        ):
            file.copy()._write({"lead_id": file.lead_id.id})

    def test_the_kind_follows_the_intent(self):
        for intent, kind in (("join", "firm"), ("project", "project")):
            self.assertEqual(self._lead(intent)._make_application().kind, kind)
        helper = self._lead("help")._make_application()
        self.assertEqual(helper.kind, "person")
        self.assertFalse(helper.partner_id.is_company)

    def test_a_supporter_says_which_kind(self):
        lead = self._lead("help", cocare_kind="supporter")
        with self.assertRaisesRegex(UserError, "what kind of supporter"):
            lead._make_application()
        lead.cocare_supporter_type = "public"
        self.assertEqual(lead._make_application().supporter_type, "public")

    def test_links_are_made_by_the_button(self):
        lead = self._lead()
        file = lead._make_application()
        with self.assertRaisesRegex(UserError, "stays with its lead"):
            file.lead_id = False
        with self.assertRaisesRegex(UserError, "with its button"):
            lead.with_user(self.facilitator).cocare_membership_id = False

    def test_a_lead_is_of_the_operator(self):
        with self.assertRaisesRegex(ValidationError, "the operator"):
            self._lead(company_id=self.firm_a.id, team_id=False)
        with self.assertRaisesRegex(ValidationError, "both the network"):
            self._lead(cocare_network_id=False)

    def test_firms_see_no_lead_of_the_network(self):
        lead = self._lead()
        seller = self._new_user("seller", "sales_team.group_sale_manager", self.firm_a)
        self.assertFalse(lead.with_user(seller).search([("id", "=", lead.id)]))
        self.assertTrue(lead.with_user(self.facilitator).has_access("write"))
