from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from .fec_common import FecCase, fec_bytes, small_ledger


@tagged("post_install", "-at_install")
class TestFecSecurity(FecCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.other_firm = cls._create_firm("Brasserie d'essai")
        cls.stranger = new_test_user(
            cls.env,
            "fec_stranger",
            groups="cocare_mutual_accounting.group_accountant",
            company_id=cls.other_firm.id,
            company_ids=[fields.Command.set(cls.other_firm.ids)],
        )

    def _seen_by_stranger(self, records):
        return self.env[records._name].with_user(self.stranger).browse(records.ids)

    def test_accountant_of_another_firm(self):
        rows = small_ledger()
        rows[0]["CompteNum"] = "4"
        take_over = self._import(fec_bytes(rows))
        take_over.action_check()
        seen = self._seen_by_stranger(take_over)
        self.assertFalse(seen.search([]))
        self.assertFalse(seen.problem_ids.search([]))
        for action in (seen.action_check, seen.action_import, seen.unlink):
            with self.assertRaises(AccessError):
                action()
        with self.assertRaises(AccessError):
            self._seen_by_stranger(take_over.problem_ids).read(["code"])
        with self.assertRaises(AccessError):
            self._import(fec_bytes(rows), user=self.stranger)

    def test_take_over_does_not_move_to_another_firm(self):
        take_over = self._import(fec_bytes(small_ledger()), user=self.accountant)
        with self.assertRaises(AccessError), self.env.cr.savepoint():
            take_over.company_id = self.other_firm

    def test_books_and_partners_of_another_firm(self):
        take_over = self._import(fec_bytes(small_ledger()))
        take_over.action_import()
        for records in (take_over.move_ids, take_over.move_ids.line_ids.partner_id):
            self.assertTrue(records)
            seen = self._seen_by_stranger(records)
            self.assertFalse(seen.search([("id", "in", records.ids)]))

    def test_same_file_for_two_firms(self):
        content = fec_bytes(small_ledger())
        first = self._import(content)
        first.action_import()
        second = self._import(content, firm=self.other_firm, user=self.stranger)
        second.action_import()
        self.assertEqual(second.move_ids.company_id, self.other_firm)
        self.assertFalse(
            first.move_ids.line_ids.partner_id & second.move_ids.line_ids.partner_id
        )
        self.assertFalse(
            first.move_ids.line_ids.account_id & second.move_ids.line_ids.account_id
        )

    def test_mappings_are_chosen_not_made(self):
        take_over = self._import(fec_bytes(small_ledger()))
        take_over.action_check()
        mapping = take_over.mapping_ids[:1]
        self.assertTrue(mapping)
        self.assertFalse(self._seen_by_stranger(mapping).search([]))
        with self.assertRaises(AccessError):
            self._seen_by_stranger(mapping).account_id = False
        for user in (self.accountant, self.stranger):
            with self.assertRaises(AccessError), self.env.cr.savepoint():
                self.env["cocare.fec.mapping"].with_user(user).create(
                    {
                        "company_id": self.firm.id,
                        **{"kind": mapping.kind, "file_code": mapping.file_code},
                    }
                )
        with self.assertRaisesRegex(UserError, "can be chosen"):
            mapping.company_id = self.other_firm

    def test_portal_sees_nothing(self):
        take_over = self._import(fec_bytes(small_ledger()))
        portal = new_test_user(
            self.env,
            "fec_portal",
            groups="base.group_portal",
            company_id=self.firm.id,
            company_ids=[fields.Command.set(self.firm.ids)],
        )
        with self.assertRaises(AccessError):
            self.env["cocare.fec.import"].with_user(portal).browse(take_over.id).read()
        with self.assertRaises(AccessError):
            self.env["cocare.fec.import.problem"].with_user(portal).search([])
