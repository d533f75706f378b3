from odoo.exceptions import AccessError
from odoo.tests import tagged

from odoo.addons.cocare_network.tests.common import CocareCommon


@tagged("post_install", "-at_install")
class TestQuietErrors(CocareCommon):
    def _refusal(self):
        """What a reader of firm A is told of firm B's sequence, in debug mode."""
        sequence = self.env["ir.sequence"].create(
            {"name": "CANARY of B", "company_id": self.firm_b.id}
        )
        with self.debug_mode(), self.assertRaises(AccessError) as refusal:
            sequence.with_user(self.readers[self.firm_a]).read(["name"])
        return sequence, str(refusal.exception)

    def test_no_name_in_debug_mode(self):
        sequence, message = self._refusal()
        self.assertNotIn("CANARY", message)
        self.assertIn(f"(ir.sequence: {sequence.id})", message)

    def test_the_rule_to_blame_is_still_named(self):
        """The message is that of debug mode: only the name is gone."""
        _sequence, message = self._refusal()
        self.assertIn("Isolation of firms: ir.sequence", message)
