from contextlib import contextmanager
from unittest.mock import patch

from odoo.exceptions import UserError
from odoo.tests import tagged

from .fec_common import FecCase, fec_bytes, fec_row, only, small_ledger

WAYS = ("fast", "orm")


def ledger(*drafts):
    """:func:`small_ledger` with an invoice paid in two times, all lettered; entries of
    ``drafts`` (VE, BQ, B2) have no validation date."""
    rows = small_ledger()
    customer = {"partner": "C001", "letter": "AA"}
    bank = {"journal": "BQ", "journal_label": "Banque du Ried"}
    rows[4].update(Debit="100,00")
    rows[5].update(Credit="100,00")
    rows += [
        fec_row("00000002", "51210000", "20,00", **bank),
        fec_row("00000002", "41100000", "0,00", "20,00", **bank, **customer),
    ]
    rows[-1]["DateLet"] = "20250215"
    entries = {"VE": rows[:4], "BQ": rows[4:6], "B2": rows[-2:]}
    for row in (row for draft in drafts for row in entries[draft]):
        row["ValidDate"] = ""
    return rows


@tagged("post_install", "-at_install")
class TestFecLetters(FecCase):
    """Letters of entries that came in as drafts are applied when they are posted."""

    @contextmanager
    def _taken_over(self, way, *drafts):
        """A take-over by one way, which is taken back at the end."""
        with self.subTest(way), self.env.cr.savepoint() as savepoint:
            take_over = self._import(fec_bytes(ledger(*drafts)))
            with only(self, way):
                take_over.action_import()
            self.assertEqual(
                take_over.move_ids.mapped("state").count("draft"), len(drafts)
            )
            yield take_over
            savepoint.rollback()
        self.env.invalidate_all()

    def _draft(self, take_over, name):
        journal, number = ("BQ", "2") if name == "B2" else (name, "1")
        return self._moves(take_over, journal).filtered(
            lambda move: move.name.endswith(number)
        )

    def _customer(self, take_over):
        return take_over.move_ids.line_ids.filtered(
            lambda line: line.account_id.account_type == "asset_receivable"
        )

    def test_applied_when_the_last_draft_is_posted(self):
        for way in WAYS:
            with self._taken_over(way, "VE", "B2") as take_over:
                lines = self._customer(take_over)
                self._draft(take_over, "VE").action_post()
                self.assertFalse(lines.matched_debit_ids | lines.matched_credit_ids)
                self._draft(take_over, "B2").action_post()
                self.assertEqual(len(lines.full_reconcile_id), 1)
                self.assertEqual(set(lines.mapped("amount_residual")), {0})
                self.assertEqual(
                    str(lines.full_reconcile_id.cocare_fec_letter_date), "2025-02-15"
                )
                self.assertFalse(any(lines.mapped("cocare_fec_letter")))

    def test_posted_together(self):
        for way in WAYS:
            with self._taken_over(way, "VE", "BQ", "B2") as take_over:
                drafts = take_over.move_ids.filtered(lambda move: move.state == "draft")
                drafts.action_post()
                lines = self._customer(take_over)
                self.assertEqual(len(lines.full_reconcile_id), 1)
                self.assertEqual(len(lines), 3)

    def test_applied_once(self):
        """Who undoes a match, or posts again, is not overruled."""
        for way in WAYS:
            with self._taken_over(way, "VE") as take_over:
                sale, lines = self._draft(take_over, "VE"), self._customer(take_over)
                sale.action_post()
                self.assertEqual(len(lines.full_reconcile_id), 1)
                lines.remove_move_reconcile()
                sale.button_draft()
                sale.action_post()
                self.assertFalse(lines.full_reconcile_id)
                self.assertEqual(sum(lines.mapped("amount_residual")), 0)

    def test_letter_that_does_not_balance_any_more(self):
        for way in WAYS:
            with self._taken_over(way, "VE") as take_over:
                sale, lines = self._draft(take_over, "VE"), self._customer(take_over)
                others = sale.line_ids.filtered(lambda line: line.credit == 100)
                sale.write(
                    {
                        "line_ids": [
                            (1, (lines & sale.line_ids).id, {"debit": 121}),
                            (1, others.id, {"credit": 101}),
                        ]
                    }
                )
                sale.action_post()
                self.assertEqual(sale.state, "posted")
                self.assertFalse(lines.matched_debit_ids | lines.matched_credit_ids)

    def test_draft_that_is_deleted_or_cancelled(self):
        for fate in ("unlink", "button_cancel"):
            for way in WAYS:
                with self._taken_over(way, "VE", "B2") as take_over:
                    getattr(self._draft(take_over, "B2"), fate)()
                    self._draft(take_over, "VE").action_post()
                    lines = self._customer(take_over)
                    self.assertFalse(lines.matched_debit_ids | lines.matched_credit_ids)

    def test_somebody_matched_some_of_it_before(self):
        for way in WAYS:
            with self._taken_over(way, "B2") as take_over:
                lines = self._customer(take_over)
                posted = lines.filtered(lambda line: line.parent_state == "posted")
                posted.reconcile()
                self._draft(take_over, "B2").action_post()
                self.assertFalse(lines.full_reconcile_id)
                self.assertEqual(len(lines.matched_credit_ids), 1)

    def test_match_that_is_refused_does_not_keep_from_posting(self):
        for way in WAYS:
            with self._taken_over(way, "VE") as take_over:
                sale, lines = self._draft(take_over, "VE"), self._customer(take_over)
                items = type(lines)
                with patch.object(
                    items, "_reconcile_plan", side_effect=UserError("no")
                ):
                    sale.action_post()
                self.assertEqual(sale.state, "posted")
                self.assertFalse(lines.full_reconcile_id)
                self.assertTrue(all(lines.mapped("cocare_fec_letter")))

    def test_same_letter_of_another_firm(self):
        other = self._create_firm("Pressoir voisin")
        user = self.env.user
        theirs = self._import(fec_bytes(ledger("VE")), firm=other, user=user)
        theirs.action_import()
        for way in WAYS:
            with self._taken_over(way, "VE") as take_over:
                self._draft(take_over, "VE").action_post()
                self.assertEqual(len(self._customer(take_over).full_reconcile_id), 1)
                self.assertFalse(self._customer(theirs).full_reconcile_id)
        self._draft(theirs, "VE").action_post()
        self.assertEqual(len(self._customer(theirs).full_reconcile_id), 1)

    def test_copies_and_reversals_have_no_letter(self):
        for way in WAYS:
            with self._taken_over(way, "VE") as take_over:
                copy = self._draft(take_over, "VE").copy()
                self.assertFalse(any(copy.line_ids.mapped("cocare_fec_letter")))
