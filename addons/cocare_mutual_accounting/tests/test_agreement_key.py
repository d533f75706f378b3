from datetime import date

from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import CocareBooksCommon


@tagged("post_install", "-at_install")
class TestAgreementKey(CocareBooksCommon):
    """The cost pool says which key shares a service; an agreement says the same."""

    def _draft(self, **values):
        return (
            self.env["cocare.agreement"]
            .with_user(self.facilitator)
            .create(
                {
                    "company_id": self.operator.id,
                    "service_id": self.coaching.id,
                    "date_start": date(2025, 8, 1),
                    **values,
                }
            )
        )

    def test_key_of_the_pool(self):
        agreement = self._draft()
        self.assertEqual(agreement.key_id, self.pools[0].key_id)
        agreement.service_id = self.bookkeeping
        self.assertEqual(agreement.key_id, self.pools[1].key_id)
        agreement.action_propose()
        self.assertIn("Use of Bookkeeping", agreement.key_text)

    def test_another_key_is_not_proposed(self):
        agreement = self._draft(key_id=self.pools[1].key_id.id)
        with self.assertRaisesRegex(UserError, "“Coaching” is shared by the key “Use"):
            agreement.action_propose()

    def test_before_the_pool_the_key_is_free(self):
        self.assertFalse(self.coaching._shared_by(date(2025, 6, 30)))
        agreement = self._draft(
            date_start=date(2025, 6, 1), key_id=self.pools[1].key_id.id
        )
        agreement.action_propose()
        self.assertEqual(agreement.key_text, "Use of Bookkeeping")
