from unittest.mock import patch

from odoo.modules import module
from odoo.tests import HttpCase, TransactionCase, tagged
from odoo.tools import mute_logger

from odoo.addons.iap.tools import iap_tools
from odoo.addons.partner_autocomplete.models import res_partner


@tagged("post_install", "-at_install")
class TestNothingLeaves(TransactionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # without an account Odoo asks nobody, and the test would prove nothing
        cls.env["iap.account"].create(
            {
                "service_id": cls.env.ref(
                    "partner_autocomplete.iap_service_partner_autocomplete"
                ).id
            }
        )

    def setUp(self):
        super().setUp()
        # Odoo enriches nothing during tests
        self.startPatcher(patch.object(module, "current_test", False))
        self.outside = self.startPatcher(
            patch.object(iap_tools, "iap_jsonrpc", return_value={})
        )
        self.vies = self.startPatcher(patch.object(res_partner, "check_vies"))

    def tearDown(self):
        self.outside.assert_not_called()
        self.vies.assert_not_called()
        super().tearDown()

    def test_company(self):
        company = self.env["res.company"].create(
            {"name": "Jardins", "email": "bonjour@jardins.example"}
        )
        company.iap_enrich_auto()
        company._enrich()

    def test_lead(self):
        """Neither by the nightly task nor by the button, which is not shown."""
        lead = self.env["crm.lead"].create(
            {"name": "Bread", "email_from": "bonjour@jardins.example"}
        )
        self.assertFalse(lead.show_enrich_button)
        lead.iap_enrich()
        self.env["crm.lead"]._iap_enrich_leads_cron()
        self.assertFalse(lead.iap_enrich_done)

    def test_contact(self):
        self.env["res.partner"].create(
            {
                "name": "Scierie",
                "is_company": True,
                "email": "bonjour@scierie.example",
                "vat": "FR83404833048",
            }
        )

    @mute_logger("odoo.addons.partner_autocomplete.models.res_partner")
    def test_remote_calls(self):
        """What the web client asks for while one types is answered with nothing."""
        partners = self.env["res.partner"]
        self.assertEqual(partners.autocomplete_by_name("Scierie", False), [])
        self.assertEqual(partners.autocomplete_by_vat("FR83404833048", False), [])
        for method in ("enrich_by_duns", "enrich_by_gst", "enrich_by_domain"):
            self.assertTrue(getattr(partners, method)("scierie.example")["error"])

    def test_forms(self):
        for model in ("res.partner", "res.company"):
            with self.subTest(model=model):
                arch = self.env[model].get_view(view_type="form")["arch"]
                self.assertNotIn("field_partner_autocomplete", arch)


@tagged("post_install", "-at_install")
class TestNobodyAsks(HttpCase):
    def test_login(self):
        """The company of an administrator who logs in is not enriched either."""
        self.env.company.iap_enrich_auto_done = False
        self.authenticate("admin", "admin")
        info = self.make_jsonrpc_request("/web/session/get_session_info")
        self.assertTrue(info["is_admin"])
        self.assertFalse(info.get("iap_company_enrich"))
