from unittest.mock import patch

from odoo.exceptions import UserError
from odoo.tests import tagged

from ..models import cocare_fec_import_background
from .fec_common import NEXT_NAME, FecCase, fec_bytes, next_ledger, small_ledger


@tagged("post_install", "-at_install")
class TestFecTakeOver(FecCase):
    """What people decide before a ledger goes in, and what it then leaves to do."""

    def test_large_ledger_is_taken_over_by_the_job(self):
        take_over = self._import(fec_bytes(small_ledger()))
        take_over.action_check()
        with patch.object(cocare_fec_import_background, "AT_ONCE", 10):
            take_over.action_start()
        self.assertEqual((take_over.state, take_over.progress), ("queued", 0))
        self.assertFalse(take_over.move_ids)
        for action in (take_over.action_check, take_over.unlink):
            with self.assertRaisesRegex(UserError, "being taken over"):
                action()
        with patch.object(self.env.registry["ir.cron"], "_commit_progress"):
            self.env["cocare.fec.import"]._cron_import()
        self.assertEqual((take_over.state, take_over.move_count), ("done", 4))
        self.assertEqual(take_over.move_ids.create_uid, self.accountant)

    def test_large_ledger_that_is_refused_meanwhile_says_why(self):
        take_over = self._import(fec_bytes(small_ledger()))
        take_over.action_check()
        with patch.object(cocare_fec_import_background, "AT_ONCE", 10):
            take_over.action_start()
        self.firm.fiscalyear_lock_date = "2025-01-31"
        before = self._books()
        with patch.object(self.env.registry["ir.cron"], "_commit_progress"):
            self.env["cocare.fec.import"]._cron_import()
        self.assertEqual(take_over.state, "draft")
        self.assertIn("locked", take_over.problem_ids.mapped("code"))
        self.assertEqual(self._books(), before)

    def test_mapping(self):
        """What somebody chose is heard, and kept for the next exercise."""
        take_over = self._import(fec_bytes(small_ledger()))
        take_over.action_check()
        codes = {(m.kind, m.file_code): m for m in take_over.mapping_ids}
        self.assertIn(("account", "70100100"), codes)
        self.assertIn(("journal", "BQ"), codes)
        self.assertNotIn(("account", "51210000"), codes, "the chart has it")
        sales = self.env["account.account"].with_company(self.firm)
        sales = sales.search([("code", "=", "701000")])
        general = self.env["account.journal"].search(
            [("company_id", "=", self.firm.id), ("type", "=", "general")], limit=1
        )
        codes["account", "70100100"].account_id = sales
        codes["journal", "AN"].journal_id = general
        self.assertEqual(take_over.state, "draft", "to be looked at again")
        take_over.action_check()
        take_over.action_import()
        balances = self._book_balances(take_over)
        self.assertEqual(balances["701000"], -113.75)
        self.assertNotIn("70100100", balances)
        self.assertIn(general, take_over.move_ids.journal_id)
        with self.assertRaisesRegex(UserError, "taken over"):
            codes["account", "70100100"].account_id = False
        later = self._import(fec_bytes(next_ledger()), NEXT_NAME)
        self.assertTrue(later.action_check())
        later.action_import()
        self.assertEqual(self._book_balances(later)["701000"], -113.75)

    def test_same_entries_in_another_journal(self):
        """A mapping does not let them in again, nor another encoding."""
        self._import(fec_bytes(small_ledger())).action_import()
        mappings = self.env["cocare.fec.mapping"]
        journals = self.env["account.journal"].search(
            [("company_id", "=", self.firm.id), ("type", "=", "general")], limit=1
        )
        for code in ("VE", "BQ", "HA", "AN"):
            mappings.create(
                {
                    "company_id": self.firm.id,
                    **{"kind": "journal", "file_code": code},
                    "journal_id": journals.id,
                }
            )
        again = self._import(fec_bytes(small_ledger(), encoding="cp1252"))
        self._assert_refused(again, "VE/2025/00000001", "already in the books")

    def test_entries_that_are_not_final(self):
        rows = small_ledger()
        for row in rows[:2]:
            row["ValidDate"] = ""
        take_over = self._import(fec_bytes(rows))
        self.assertTrue(take_over.action_check())
        self.assertEqual(
            set(take_over.problem_ids.mapped("code")), {"not_final", "letter_waits"}
        )
        take_over.action_import()
        draft = self._moves(take_over, "VE")
        self.assertEqual((draft.state, draft.name), ("draft", "VE/2025/00000001"))
        self.assertFalse(draft.cocare_fec_valid_date)
        others = take_over.move_ids - draft
        self.assertEqual(set(others.mapped("state")), {"posted"})
        self.assertEqual(
            {str(day) for day in others.mapped("cocare_fec_valid_date")}, {"2025-12-31"}
        )
        self.assertFalse(take_over.move_ids.line_ids.full_reconcile_id)
        # they count for the next opening: it would be twice in the books otherwise
        later = self._import(fec_bytes(next_ledger()), NEXT_NAME)
        later.action_import()
        self.assertFalse(self._moves(later, "AN"))
        draft.action_post()
        self.assertEqual(draft.name, "VE/2025/00000001")

    def test_two_exercises_in_one_file(self):
        take_over = self._import(fec_bytes(small_ledger() + next_ledger()), NEXT_NAME)
        self.assertTrue(take_over.action_check())
        self.assertEqual(take_over.problem_ids.mapped("code"), ["opening_kept"])
        take_over.action_import()
        self.assertEqual(take_over.move_count, 7)
        self.assertEqual(
            sorted(self._moves(take_over, "VE").mapped("name")),
            ["VE/2025/00000001", "VE/2026/00000001"],
        )
        self.assertEqual(self._book_balances(take_over)["512100"], 740)
        rows = small_ledger("20270131") + next_ledger("20280131")
        rows[11]["Debit"], rows[15]["Credit"] = "621,00", "501,00"
        wrong = self._import(fec_bytes(rows), "732829320FEC20281231.txt")
        self._assert_refused(wrong, "512100")

    def test_accents_are_shown(self):
        take_over = self._import(fec_bytes(small_ledger(), encoding="cp850"))
        take_over.action_check()
        self.assertIn("Caf\ufffd de l", take_over.samples_html)
        take_over.given_encoding = "cp850"
        take_over.action_check()
        self.assertIn("Étang", take_over.samples_html)
