from datetime import date

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common import CocareCommon


@tagged("post_install", "-at_install")
class TestGoverned(CocareCommon):
    """What a decision has to change changes by a decision only, and says which."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.key = cls.env["cocare.allocation.key"].create(
            {"name": "Coaching", "network_id": cls.network.id}
        )
        cls.version = cls.env["cocare.allocation.key.version"].create(
            {"key_id": cls.key.id, "valid_from": cls.JULY}
        )
        cls.decision = True, "Assembly of 3 June, resolution 4", date(2025, 6, 3)

    def _proposed(self):
        self.version.with_user(self.facilitator).action_propose()
        return self.version.cocare_pending_change_id

    def test_adopted_change_is_applied_and_named(self):
        change = self._proposed()
        self.assertIn("Draft → Adopted", change.description)
        self.assertEqual(change.proposed_by_id, self.facilitator)
        change.with_user(self.recorder)._cocare_decide(*self.decision)
        self.assertEqual(change.state, "applied")
        self.assertEqual(change.decided_by_id, self.recorder)
        self.assertEqual(change.previous_values, {"state": "draft"})
        self.assertEqual(self.version.state, "adopted")
        self.assertEqual(self.version.decision_ref, self.decision[1])
        self.assertEqual(self.version.adopted_on, self.decision[2])
        self.assertIn("Draft → Adopted", change.description)

    def test_refused_change_leaves_the_record(self):
        change = self._proposed()
        change._cocare_decide(False, *self.decision[1:])
        self.assertEqual(change.state, "refused")
        self.assertEqual(self.version.state, "draft")
        again = self._proposed()
        self.assertNotEqual(again, change)

    def test_decided_once(self):
        change = self._proposed()
        change._cocare_decide(*self.decision)
        self.assertEqual(change.effective_date, self.JULY)
        with self.assertRaises(UserError):
            change._cocare_decide(*self.decision)
        with self.assertRaises(UserError):
            change.action_withdraw()

    def test_a_decision_has_a_name_and_a_past_day(self):
        change = self._proposed()
        with self.assertRaises(UserError):
            change._cocare_decide(True, "  ", self.decision[2])
        with self.assertRaises(UserError):
            change._cocare_decide(True, "Assembly", date(2999, 1, 1))

    def test_frozen_while_it_is_being_decided(self):
        change = self._proposed()
        with self.assertRaises(UserError):
            self.version.valid_from = date(2025, 9, 1)
        with self.assertRaises(UserError):
            self.version.action_propose()
        with self.assertRaises(UserError):
            self.version.unlink()
        change.with_user(self.facilitator).action_withdraw()
        self.version.valid_from = date(2025, 9, 1)

    def test_nothing_short_of_a_decision_changes_it(self):
        version = self.version.with_user(self.facilitator)
        for vals in ({"state": "adopted"}, {"decision_ref": "Mine"}):
            with self.assertRaises(AccessError), self.env.cr.savepoint():
                version.write(vals)
            with self.assertRaises(AccessError), self.env.cr.savepoint():
                version.with_context(cocare_decided=True).write(vals)
        with self.assertRaises(AccessError), self.env.cr.savepoint():
            version.create({"key_id": self.key.id, "valid_from": self.JULY} | vals)

    def test_who_may_what(self):
        reader = self.readers[self.firm_a]
        with self.assertRaises(AccessError):
            self.version.with_user(reader).action_propose()
        change = self._proposed()
        for user in (self.facilitator, reader):
            with self.assertRaises(AccessError):
                change.with_user(user)._cocare_decide(*self.decision)
        for call in ("write", "create"):
            with self.assertRaises(AccessError):
                getattr(change.with_user(self.recorder), call)({"state": "applied"})
        with self.assertRaises(AccessError):
            change.with_user(reader).action_withdraw()

    def test_other_networks_do_not_see_it(self):
        change = self._proposed()
        outside = self.env["res.company"].create({"name": "Outside"})
        stranger = self._new_user(
            "stranger", "cocare_network.group_decision_recorder", outside
        )
        Change = self.env["cocare.governed.change"].with_user(stranger)
        self.assertFalse(Change.search([("id", "=", change.id)]))
        with self.assertRaises(AccessError):
            change.with_user(stranger)._cocare_decide(*self.decision)

    def test_wizard(self):
        change = self._proposed()
        action = change.with_user(self.recorder).action_decide()
        wizard = (
            self.env["cocare.governed.decision"]
            .with_user(self.recorder)
            .with_context(**action["context"])
            .create({"decision_ref": self.decision[1], "decided_on": self.decision[2]})
        )
        wizard.action_record()
        self.assertEqual(change.state, "applied")
