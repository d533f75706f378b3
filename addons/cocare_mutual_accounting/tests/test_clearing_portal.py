from odoo.http import Request
from odoo.tests import HttpCase, freeze_time, tagged

from .clearing_common import CocareClearingCommon


@freeze_time("2025-12-15")
@tagged("post_install", "-at_install")
class TestClearingPortal(CocareClearingCommon, HttpCase):
    """What a worker-member sees of a clearing, and what they can do about it."""

    def setUp(self):
        super().setUp()
        self.invoice, _bill = self._trade(self.firm_a, self.firm_b, 1234)
        self.foreign, _bill = self._trade(self.firm_b, self.firm_c, 987)
        self.clearing = self._clearing()
        self.clearing.action_propose()

    def _log_in(self, firm):
        login = self.members[firm].login
        self.authenticate(login, login)

    def _shown(self):
        return self.clearing.document_ids.filtered(
            lambda d: d.invoice_id == self.invoice
        )

    def _object(self, firm, document, reason):
        return self.url_open(
            f"/my/clearing/{firm.id}/{document.id}/object",
            data={"reason": reason, "csrf_token": Request.csrf_token(self)},
        )

    def test_a_draft_is_not_shown(self):
        self._log_in(self.firm_a)
        page = self.url_open("/my/clearing").text
        self.assertIn("Nothing was cleared yet", page)
        self.assertNotIn("1,234.00", page)

    def test_a_member_sees_their_position_and_documents(self):
        self.clearing.action_send()
        self._log_in(self.firm_a)
        page = self.url_open("/my/clearing").text
        self.assertIn(self.invoice.name, page)
        self.assertIn("1,234.00", page)
        self.assertIn("owed by", page)
        self.assertIn("Firm B", page)
        self.assertNotIn("987.00", page)
        self.assertNotIn("Firm C", page)
        self.assertEqual(
            self.url_open(f"/my/clearing/{self.firm_b.id}").status_code, 404
        )

    def test_a_member_objects_on_the_page(self):
        self.clearing.action_send()
        self._log_in(self.firm_b)
        document = self._shown()
        page = self._object(self.firm_b, document, "")
        self.assertIn("Say what is wrong", page.text)
        page = self._object(self.firm_b, document, "Two crates were missing")
        self.assertIn("Two crates were missing", page.text)
        self.assertEqual(document.state, "objected")
        self.assertEqual(document.objected_by_id, self.firm_b)
        self.url_open(
            f"/my/clearing/{self.firm_b.id}/{document.id}/accept",
            data={"csrf_token": Request.csrf_token(self)},
        )
        self.assertEqual(document.state, "agreed")

    def test_a_document_of_others_is_not_there(self):
        self.clearing.action_send()
        self._log_in(self.firm_a)
        other = self.clearing.document_ids - self._shown()
        response = self._object(self.firm_a, other, "Mine")
        self.assertEqual(response.status_code, 404)
        self.assertEqual(other.state, "agreed")
