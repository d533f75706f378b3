import io
import re

from pypdf import PdfReader

from odoo.tests import HttpCase, freeze_time, tagged

from .agreement_common import AgreementCommon


@tagged("post_install", "-at_install")
class TestAgreementPortal(AgreementCommon, HttpCase):
    """What a worker-member sees and does, and what others do not see."""

    def _login(self, firm):
        user = self.members[firm]
        self.authenticate(user.login, user.login)
        self.opener.cookies["frontend_lang"] = "en_US"

    def _post(self, page, path, **values):
        token = re.search(r'name="csrf_token"\s+value="([^"]+)"', page.text)[1]
        return self.url_open(path, data={"csrf_token": token, **values})

    def _sign_url(self, page):
        return re.search(r"/my/agreements/\d+/sign/[0-9a-f]{64}", page.text)[0]

    def test_read_and_sign(self):
        agreement = self._proposed()
        self._login(self.firm_a)
        listed = self.url_open("/my/agreements")
        self.assertIn("Waiting for your signature", listed.text)
        page = self.url_open(f"/my/agreements/{agreement.id}")
        for fact in (agreement.reference, "<b>étiquette</b>", "333.50", "0.95"):
            self.assertIn(fact, page.text)
        document = self.url_open(f"/my/agreements/{agreement.id}/pdf")
        self.assertEqual(document.headers["Content-Type"], "application/pdf")
        self.assertIn(
            agreement.reference,
            PdfReader(io.BytesIO(document.content)).pages[0].extract_text(),
        )
        url = self._sign_url(page)
        bad = self.make_jsonrpc_request(url, {"name": "Zoé", "signature": ""})
        self.assertIn("draw your signature", bad["error"])
        values = {"name": "Zoé Müller", "signature": self.drawing}
        for _twice in range(2):
            answer = self.make_jsonrpc_request(url, values)
            self.assertEqual(answer["redirect_url"], f"/my/agreements/{agreement.id}")
        self.env.invalidate_all()
        self.assertEqual(agreement.state, "signed")
        self.assertEqual(len(agreement.signature_ids), 1)
        self.assertTrue(agreement.firm_signature_id.ip_address)
        page = self.url_open(f"/my/agreements/{agreement.id}")
        self.assertIn(agreement.firm_signature_id.sha256, page.text)
        document = self.url_open(f"/my/agreements/{agreement.id}/pdf")
        self.assertEqual(
            document.content, agreement.sudo().firm_signature_id.document_id.raw
        )

    def test_refuse(self):
        agreement = self._proposed()
        self._login(self.firm_a)
        page = self.url_open(f"/my/agreements/{agreement.id}")
        path = f"/my/agreements/{agreement.id}/refuse"
        self.assertIn("Say why", self._post(page, path, reason=" ").text)
        answer = self._post(page, path, reason="Too <early>")
        self.assertIn("Too &lt;early&gt;", answer.text)
        self.env.invalidate_all()
        self.assertEqual(agreement.state, "refused")

    def test_end_with_notice(self):
        agreement = self._signed()
        self._login(self.firm_a)
        page = self.url_open(f"/my/agreements/{agreement.id}")
        self.assertIn("End this agreement", page.text)
        path = f"/my/agreements/{agreement.id}/terminate"
        answer = self._post(page, path, reason="Our own place")
        self.assertIn("gave notice on", answer.text)
        self.env.invalidate_all()
        self.assertEqual(agreement.notice_reason, "Our own place")
        self.assertEqual(agreement.date_end, agreement._last_day(agreement.notified_on))

    def test_other_firms_do_not_exist(self):
        agreement = self._proposed()
        url = f"/my/agreements/{agreement.id}"
        self._login(self.firm_a)
        page = self.url_open(url)
        self._login(self.firm_b)
        own = self.url_open("/my/services")
        self.assertNotIn(agreement.reference, self.url_open("/my/agreements").text)
        for path in (url, f"{url}/pdf", f"/cocare/agreement/{agreement.id}/pdf"):
            answer = self.url_open(path)
            self.assertEqual(answer.status_code, 404, path)
            self.assertNotIn("Firm A", answer.text)
        for path in ("refuse", "terminate"):
            answer = self._post(own, f"{url}/{path}", reason="mine")
            self.assertEqual(answer.status_code, 404, path)
        answer = self.opener.post(
            self.base_url() + self._sign_url(page),
            json={"params": {"name": "x", "signature": self.drawing}},
        )
        self.assertIn("error", answer.json())
        self.assertEqual(
            self.url_open(f"/my/firm/{self.firm_a.id}/services").status_code, 404
        )
        self.env.invalidate_all()
        self.assertEqual(agreement.state, "proposed")
        self.assertFalse(agreement.signature_ids)

    def test_drafts_are_not_shown_unless_asked_for(self):
        agreement = self._draft()
        self._login(self.firm_a)
        answer = self.url_open(f"/my/agreements/{agreement.id}")
        self.assertEqual(answer.status_code, 404)

    @freeze_time("2025-08-02")
    def test_ask_for_a_service(self):
        self._login(self.firm_a)
        page = self.url_open("/my/services")
        self.assertIn("Entrepôt", page.text)
        self.assertIn("0.95", page.text)
        path = f"/my/firm/{self.firm_a.id}/services/{self.storage.id}/request"
        answer = self._post(page, path, volume="12,5", note="In autumn")
        self.assertIn("You asked for this service", answer.text)
        agreement = self.env["cocare.agreement"].search(
            [("company_id", "=", self.firm_a.id), ("service_id", "=", self.storage.id)]
        )
        self.assertEqual(agreement.volume, 12.5)
        self.assertEqual(agreement.note, "In autumn")
        page = self.url_open("/my/services")
        self.assertIn(f"/my/agreements/{agreement.id}", page.text)

    def test_page_says_who_may_not(self):
        self._only_for({"kind": "legal_form", "legal_form": "gaec"})
        self._login(self.firm_a)
        page = self.url_open("/my/services")
        self.assertIn("this service is for GAEC", page.text)
        path = f"/my/firm/{self.firm_a.id}/services/{self.storage.id}/request"
        self.assertNotIn(path, page.text)
        self.opener.headers["Referer"] = self.base_url()
        form = self.url_open(f"/my/firm/{self.firm_a.id}/services")
        token = re.search(r'csrf_token: "([^"]+)"', form.text)[1]
        answer = self.url_open(path, data={"csrf_token": token})
        self.assertIn("cannot take", answer.text)

    def test_foreign_services_do_not_exist(self):
        outside = self.env["res.company"].create({"name": "Outside"})
        network = self.env["cocare.network"].create(
            {"name": "Other", "operator_id": outside.id}
        )
        service = self.storage.copy({"network_id": network.id})
        self._login(self.firm_a)
        page = self.url_open("/my/services")
        path = f"/my/firm/{self.firm_a.id}/services/{service.id}/request"
        self.assertEqual(self._post(page, path).status_code, 404)
