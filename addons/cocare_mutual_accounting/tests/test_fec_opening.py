from datetime import date

from odoo.tests import BaseCase, tagged
from odoo.tools.misc import formatLang

from .. import fec, fec_opening
from .fec_common import (
    CLOSING,
    NEXT_NAME,
    FecCase,
    fec_bytes,
    fec_row,
    next_ledger,
    small_ledger,
)


@tagged("post_install", "-at_install")
class TestFecOpeningFound(BaseCase):
    def _found(self, rows):
        ledger = fec.read(fec_bytes(rows), NEXT_NAME)
        return [str(e) for e in fec_opening.find(ledger.entries, ledger.exercise[0])]

    def test_by_the_journal(self):
        for values in (
            {"journal": "RAN"},
            {"journal": "an01", "journal_label": "OD"},
            {"journal": "ANO"},
            {"journal": "OUV"},
            {"journal": "OD9", "journal_label": "Journal à-nouveau"},
            {"journal": "OD9", "journal_label": "Report A NOUVEAUX"},
            {"journal": "OD9", "journal_label": "Réouverture"},
        ):
            rows = next_ledger(**values)
            # wherever in the file: real producers do not write them first
            self.assertEqual(
                self._found(rows[6:] + rows[:6]), [f"{values['journal']} 1"]
            )

    def test_first_in_the_file(self):
        rows = next_ledger(journal="OD", journal_label="Divers")
        self.assertEqual(self._found(rows), ["OD 1"])
        self.assertFalse(self._found(rows[6:] + rows[:6]))

    def test_several_entries(self):
        """Each need not hold equity: together they are a balance sheet."""
        rows = [
            fec_row("1", "51210000", "9,00", journal="OD", day="20260101"),
            fec_row("1", "47100000", "0,00", "9,00", journal="OD", day="20260101"),
            fec_row("2", "47100000", "9,00", journal="OD", day="20260101"),
            fec_row("2", "10130000", "0,00", "9,00", journal="OD", day="20260101"),
        ]
        self.assertEqual(self._found(rows), ["OD 1", "OD 2"])
        self.assertFalse(self._found(rows[:2]))
        for row in rows:
            row["JournalCode"] = "AN"
        self.assertEqual(self._found(rows), ["AN 1", "AN 2"])

    def test_what_is_not_an_opening(self):
        rows = next_ledger()
        late, result = next_ledger(), next_ledger()
        for row in late[:6]:
            row["EcritureDate"] = "20260102"
        result[5]["CompteNum"] = "70100000"  # such as an accrual undone on 1 January
        bank = next_ledger(
            opening=[
                ("51210000", "", "5,00", "0,00"),
                ("47100000", "", "0,00", "5,00"),
            ],
            journal="BQ1",
            journal_label="Banque",
        )
        for other in (late, result, bank, rows[6:]):
            self.assertFalse(self._found(other))

    def test_named_entries_leave_no_room_for_the_first_ones(self):
        rows = next_ledger(journal="OD", journal_label="Divers")[:6] + next_ledger()
        self.assertEqual(self._found(rows), ["AN 1"])


@tagged("post_install", "-at_install")
class TestFecOpening(FecCase):
    def setUp(self):
        super().setUp()
        self.before = self._import(fec_bytes(small_ledger()))

    def _next(self, **values):
        return self._import(fec_bytes(next_ledger(**values)), NEXT_NAME)

    def _changed(self, *changes):
        """CLOSING where accounts have another (partner, debit, credit)."""
        changes = {account: rest for account, *rest in changes}
        return [(row[0], *changes.get(row[0], row[1:])) for row in CLOSING]

    def _amounts(self, *amounts):
        env = self.before.env
        return [formatLang(env, amount, digits=2) for amount in amounts]

    def _cash(self, month):
        self.env.flush_all()
        return (
            self.env["cocare.firm.month"]
            .search(
                [("company_id", "=", self.firm.id), ("month", "<=", month)],
                order="month desc",
                limit=1,
            )
            .cash
        )

    def _message(self, take_over, code):
        problem = take_over.problem_ids.filtered(lambda item: item.code == code)
        self.assertEqual(problem.level, "warning")
        return problem.message

    def test_equal_to_the_books_is_not_written(self):
        self.before.action_import()
        self.assertEqual(self._cash(date(2025, 12, 1)), 620)
        take_over = self._next()
        self.assertTrue(take_over.action_check())
        message = self._message(take_over, "opening_kept")
        self.assertIn("1", message)
        self.assertIn("not written again", message)
        take_over.action_import()
        self.assertEqual(take_over.move_count, 3)
        self.assertFalse(self._moves(take_over, "AN"))
        self.assertEqual(self._cash(date(2026, 1, 1)), 740)
        self.assertEqual(
            self._book_balances(take_over).get("512100"), 120, "movements only"
        )

    def test_third_year(self):
        """The results of both years are still in their accounts."""
        self.before.action_import()
        self._next().action_import()
        opening = [
            ("51210000", "", "740,00", "0,00"),
            ("44566000", "", "20,00", "0,00"),
            ("44571200", "", "0,00", "12,50"),
            ("40100000", "F001", "0,00", "120,00"),
            ("10130000", "", "0,00", "500,00"),
            ("11000000", "", "0,00", "63,75"),
            ("12000000", "", "0,00", "63,75"),
        ]
        rows = next_ledger("20270131", opening)
        take_over = self._import(fec_bytes(rows), "732829320FEC20271231.txt")
        take_over.action_import()
        self.assertEqual(self._cash(date(2027, 1, 1)), 860)

    def test_different_account_is_named_with_both_amounts(self):
        self.before.action_import()
        opening = self._changed(
            ("51210000", "", "621,00", "0,00"), ("44566000", "", "9,00", "0,00")
        )
        take_over = self._next(opening=opening)
        self._assert_refused(
            take_over,
            *("Line 2", "512100", "445660"),
            *self._amounts(621, 620, 9, 10),
        )
        self.assertFalse(take_over.move_ids)

    def test_account_of_the_books_only(self):
        self.before.action_import()
        opening = [row for row in CLOSING if row[0] != "44571200"]
        opening[-1] = ("12000000", "", "0,00", "70,00")
        self._assert_refused(
            *(
                self._next(opening=opening),
                "44571200",
                *self._amounts(-6.25, -70, -63.75),
            )
        )

    def test_third_party_when_given(self):
        self.before.action_import()
        other = self._changed(("40100000", "F002", "0,00", "60,00"))
        self._assert_refused(self._next(opening=other), "40100000", "F001", "F002")
        whole = self._changed(("40100000", "", "0,00", "60,00"))
        self._next(opening=whole).action_import()

    def test_no_earlier_entry(self):
        take_over = self._next()
        take_over.action_import()
        self.assertFalse(take_over.problem_ids)
        self.assertEqual(take_over.move_count, 4)
        self.assertEqual(self._cash(date(2026, 1, 1)), 740)

    def test_draft_entries_are_not_books(self):
        self.before.action_import()
        self.before.move_ids.button_draft()
        take_over = self._next()
        take_over.action_import()
        self.assertEqual(take_over.move_count, 4)

    def test_books_of_another_firm_do_not_count(self):
        self._import(
            fec_bytes(small_ledger()),
            firm=self._create_firm("Other"),
            user=self.env.user,
        ).action_import()
        take_over = self._next()
        take_over.action_import()
        self.assertEqual(take_over.move_count, 4)

    def test_entry_that_may_be_an_opening(self):
        """Never written without a word: it may count the balances twice."""
        self.before.action_import()
        mixed = (("60260000", "", "1,00", "0,00"), ("40800000", "", "0,00", "1,00"))
        take_over = self._next(opening=[*CLOSING, *mixed])
        self._assert_refused(take_over, "Line 2", "AN 1", "count twice")
        rows = next_ledger()
        capital = {"journal": "OD", "journal_label": "Divers", "day": "20260101"}
        rows += [
            fec_row("7", "51210000", "9,00", **capital),
            fec_row("7", "10130000", "0,00", "9,00", **capital),
        ]
        take_over = self._import(fec_bytes(rows), NEXT_NAME)
        take_over.action_import()
        self.assertIn("OD 7", self._message(take_over, "opening_unsure"))
        self.assertEqual(self._cash(date(2026, 1, 1)), 749)

    def test_no_opening_in_the_file(self):
        self.before.action_import()
        take_over = self._import(fec_bytes(next_ledger()[6:]), NEXT_NAME)
        take_over.action_import()
        self.assertFalse(take_over.problem_ids)
        self.assertEqual(self._cash(date(2026, 1, 1)), 740)

    def test_earlier_exercise_after_a_later_opening(self):
        later = self._next()
        later.action_import()
        opening = self._moves(later, "AN")
        self._assert_refused(self.before, opening.name, "later exercise")
        opening.button_draft()
        self.before.action_import()
        self.assertEqual(self._cash(date(2026, 1, 1)), 740)

    def test_earlier_exercise_after_a_later_one_without_opening(self):
        self._import(fec_bytes(next_ledger()[6:]), NEXT_NAME).action_import()
        self.before.action_import()
        self.assertEqual(self._cash(date(2026, 1, 1)), 740)

    def test_locked_first_year(self):
        """The opening is not written: a lock on its day does not concern it."""
        self.before.action_import()
        self.firm.fiscalyear_lock_date = "2026-01-01"
        self._next().action_import()
        self.assertEqual(self._cash(date(2026, 1, 1)), 740)

    def test_letters_of_the_opening_stay_open(self):
        self.before.action_import()
        rows = next_ledger()
        rows[3].update(EcritureLet="B", DateLet="20260131")
        payment = {"journal": "BQ", "journal_label": "Banque du Ried"}
        payment["day"] = "20260131"
        rows += [
            fec_row("9", "40100000", "60,00", **payment, partner="F001", letter="B"),
            fec_row("9", "51210000", "0,00", "60,00", **payment),
        ]
        take_over = self._import(fec_bytes(rows), NEXT_NAME)
        take_over.action_import()
        message = self._message(take_over, "letter_open")
        self.assertIn("40100000", message)
        lines = take_over.move_ids.line_ids
        paid = lines.filtered(lambda line: line.partner_id.ref == "F001" and line.debit)
        self.assertEqual(paid.amount_residual, 60)
        customer = lines.filtered(lambda line: line.partner_id.ref == "C001")
        self.assertEqual(len(customer.full_reconcile_id), 1)

    def test_totals_are_those_of_the_file(self):
        self.before.action_import()
        take_over = self._next()
        take_over.action_import()
        self.assertEqual((take_over.entry_count, take_over.line_count), (4, 15))
        self.assertIn("12000000", take_over.summary_html)
