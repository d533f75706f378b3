from datetime import date
from decimal import Decimal
from unittest.mock import patch

from odoo.tests import BaseCase, tagged

from .. import fec, fec_entries
from .fec_common import (
    NAME,
    NEXT_NAME,
    fec_bytes,
    fec_row,
    next_ledger,
    small_ledger,
)


@tagged("post_install", "-at_install")
class TestFecForms(BaseCase):
    """Ledgers as software writes them, beside the 18 columns of the law."""

    def test_forms_that_the_law_does_not_know(self):
        expected = fec.read(fec_bytes(small_ledger()), NAME)
        for separator in ";,":
            rows = [
                {column: f'"{text}"' for column, text in row.items()}
                for row in small_ledger()
            ]
            for form in (
                fec_bytes(rows, separator=separator),
                fec_bytes(rows, separator=separator, encoding="cp1252"),
            ):
                ledger = fec.read(form, NAME)
                self.assertFalse(ledger.problems)
                self.assertEqual(ledger.entries, expected.entries)
        ledger = fec.read(fec_bytes(small_ledger(), separator=";"), NAME)
        self.assertEqual(ledger.entries, expected.entries)

    def test_amount_and_side(self):
        expected = fec.read(fec_bytes(small_ledger()), NAME)
        for debit, credit in (("D", "C"), ("+1", "-1"), ("d", "c")):
            rows = small_ledger()
            for row in rows:
                side = credit if row["Debit"] == "0,00" else debit
                amount = row["Credit" if side == credit else "Debit"]
                row["Debit"], row["Credit"] = amount, side
            header = "\t".join(fec.COLUMNS).replace("Debit\tCredit", "Montant\tSens")
            ledger = fec.read(fec_bytes(rows, header=header), NAME)
            self.assertFalse(ledger.problems)
            self.assertEqual(ledger.entries, expected.entries)
        rows[3]["Credit"] = "X"
        (error,) = fec.read(fec_bytes(rows, header=header), NAME).errors
        self.assertEqual((error.code, error.line, error.column), ("side", 5, "Sens"))

    def test_sign_first_or_last(self):
        for text in ("-120,00", "120,00-"):
            rows = small_ledger()
            rows[0].update(Debit="0,0", Credit=text)
            ledger = fec.read(fec_bytes(rows), NAME)
            self.assertEqual(ledger.entries[0].lines[0].balance, Decimal("120.00"))

    def test_treasury_books(self):
        """Farmers and professions: more columns, and a journal may be left blank."""
        more = {"DateRglt": "20250131", "ModeRglt": "CB", "NatOp": ""}
        for extra in (more, {**more, "IdClient": "7"}):
            rows = [{**row, **extra} for row in small_ledger()]
            for row in rows[:4]:
                row.update(JournalCode="", JournalLib="")
            ledger = fec.read(fec_bytes(rows, header="\t".join(rows[0])), NAME)
            self.assertFalse(ledger.errors)
            self.assertEqual(ledger.entries[0].journal, "TRE")
            rows[1]["CompteNum"] = ""
            ledger = fec.read(fec_bytes(rows, header="\t".join(rows[0])), NAME)
            (error,) = ledger.errors
            self.assertEqual((error.code, error.line), ("empty", 3))

    def test_software_that_numbers_nothing(self):
        rows = small_ledger(number="0")
        for row in rows:
            row["PieceRef"] = ""
        rows += [
            fec_row("0", "411", "3,00", piece="A"),
            fec_row("0", "411", "4,00", piece="B"),
            fec_row("0", "701", "0,00", "3,00", piece="A"),
            fec_row("0", "701", "0,00", "4,00", piece="B"),
        ]
        ledger = fec.read(fec_bytes(rows), NAME)
        self.assertFalse(ledger.errors)
        self.assertEqual(
            [(str(entry), len(entry.lines)) for entry in ledger.entries],
            [
                *(("VE 00001", 4), ("BQ 00001", 2), ("HA 00001", 3), ("AN 00001", 2)),
                *(("VE 00002", 2), ("VE 00003", 2)),
            ],
        )
        rows.pop()
        (error,) = fec.read(fec_bytes(rows), NAME).errors
        self.assertEqual((error.code, error.line), ("entry_unbalanced", 14))

    def test_lines_of_an_entry_apart(self):
        rows = small_ledger()
        whole = fec.read(fec_bytes(rows), NAME)
        apart = fec.read(fec_bytes(rows[:1] + rows[4:] + rows[1:4]), NAME)
        self.assertFalse(apart.problems)
        self.assertEqual(len(apart.entries), len(whole.entries))
        self.assertEqual(apart.debit, whole.debit)
        self.assertEqual(len(apart.entries[0].lines), 4)

    def test_final_once_all_lines_are(self):
        rows = small_ledger()
        rows[1]["ValidDate"], rows[5]["ValidDate"] = "20260115", ""
        found = [entry.valid_date for entry in fec.read(fec_bytes(rows)).entries]
        self.assertEqual(found[:2], [date(2026, 1, 15), None])
        self.assertEqual(found[2:], [date(2025, 12, 31)] * 2)

    def test_several_exercises(self):
        both = small_ledger() + next_ledger()
        ledger = fec.read(fec_bytes(both), NEXT_NAME)
        self.assertFalse(ledger.problems)
        self.assertEqual(len(ledger.entries), 8)
        self.assertEqual(ledger.exercise, (date(2025, 1, 1), date(2026, 12, 31)))
        # without its opening, an entry elsewhere has a wrong date
        ledger = fec.read(fec_bytes(small_ledger() + next_ledger()[6:]), NAME)
        codes = {error.code for error in ledger.errors}
        self.assertEqual(codes, {"outside_exercise"})

    def test_encoding_that_somebody_says(self):
        rows = small_ledger()
        content = fec_bytes(rows, encoding="cp850")
        self.assertNotIn("Café", str(fec.read(content).lines[0]))
        ledger = fec.read(content, encoding="cp850")
        self.assertEqual(ledger.lines[0].partner_label, "Café de l'Étang")
        self.assertEqual(ledger.samples[0], (2, "Café de l'Étang"))

    def test_line_without_end(self):
        content = fec_bytes(small_ledger()) + b"x" * 10**6
        self.assertEqual(fec.read(content).errors[-1].code, "line_long")
        self.assertEqual(fec.read(b"x" * 10**6).errors[-1].code, "line_long")

    def test_memory_does_not_hold_all_entries(self):
        rows = []
        for number in range(20):
            rows += [
                fec_row(str(number + 1), "411", f"{number},05", letter="A"),
                fec_row(str(number + 1), "701", "0,00", f"{number},05"),
            ]
        # the end of an entry that is on the disk, and of one that is not
        rows += [rows.pop(5), rows.pop(30)]
        whole = fec.read(fec_bytes(rows))
        with patch.object(fec_entries, "KEPT", 7):
            stored = fec.read(fec_bytes(rows))
            self.assertFalse(stored.errors)
            self.assertEqual(stored.entries, whole.entries)
            self.assertIsNot(stored.entries[15], stored.entries[15])
            self.assertEqual(stored.entries[-1], whole.entries[19])
