import doctest
from datetime import date
from decimal import Decimal
from unittest.mock import patch

from odoo.tests import BaseCase, tagged

from .. import (
    copy_rows,
    fec,
    fec_accounts,
    fec_books,
    fec_entries,
    fec_fields,
    fec_journals,
    fec_letters,
    fec_opening,
    fec_text,
)
from .fec_common import (
    NAME,
    NEXT_NAME,
    fec_bytes,
    fec_row,
    next_ledger,
    padded_bytes,
    small_ledger,
)


@tagged("post_install", "-at_install")
class TestFecReader(BaseCase):
    def _errors(self, rows):
        errors = fec.read(fec_bytes(rows), NAME).errors
        return [(error.code, error.line, error.column) for error in errors]

    def test_doctests(self):
        modules = (copy_rows, fec, fec_accounts, fec_books, fec_entries, fec_fields)
        modules += (fec_journals, fec_letters, fec_opening, fec_text)
        for module in modules:
            self.assertFalse(doctest.testmod(module).failed)

    def test_same_ledger_in_all_forms(self):
        expected = fec.read(fec_bytes(small_ledger()), NAME)
        self.assertFalse(expected.problems)
        self.assertEqual(len(expected.entries), 4)
        self.assertEqual(expected.debit, Decimal("800.00"))
        self.assertEqual(expected.credit, Decimal("800.00"))
        forms = [
            fec_bytes(small_ledger(), separator=separator, end=end, encoding=encoding)
            for separator in "\t|"
            for end in ("\n", "\r", "\r\n", "\r\r\n")
            for encoding in ("utf-8", "utf-8-sig", "iso-8859-15")
        ]
        forms += [padded_bytes(small_ledger()), padded_bytes(small_ledger(), "\r\r\n")]
        for form in forms:
            ledger = fec.read(form, NAME)
            self.assertEqual(ledger.entries, expected.entries)
            self.assertFalse(ledger.problems)

    def test_line_numbers_with_double_carriage_return(self):
        rows = small_ledger()
        rows[5]["EcritureDate"] = "20230231"
        (error,) = fec.read(fec_bytes(rows, end="\r\r\n"), NAME).errors
        self.assertEqual((error.code, error.line), ("date", 7))

    def test_encodings_are_never_guessed(self):
        names = {
            "utf-8": "Élan à Sète œuf €",
            "iso-8859-15": "Élan à Sète €",
            "cp1252": "Élan à Sète – €",
        }
        for encoding, name in names.items():
            rows = small_ledger()
            rows[0]["CompAuxLib"] = name
            ledger = fec.read(fec_bytes(rows, encoding=encoding), NAME)
            self.assertEqual(ledger.encoding, encoding)
            self.assertEqual(ledger.lines[0].partner_label, name)

    def test_utf16_refused(self):
        (error,) = fec.read(fec_bytes(small_ledger(), encoding="utf-16")).errors
        self.assertEqual(error.code, "utf16")

    def test_any_bytes_are_answered(self):
        for content in (b"", b"\n", b"\x00", b"|", b"\xff" * 9, bytes(range(256)) * 4):
            self.assertTrue(fec.read(content).errors)

    def test_null_bytes_and_controls_are_dropped(self):
        content = fec_bytes(small_ledger()).replace(
            b"Nectar\t", b"Nec\x00tar\xc2\xa0\t"
        )
        self.assertEqual(fec.read(content, NAME).lines[0].label, "Nectar")

    def test_header(self):
        rows = small_ledger()
        header = "\t".join(fec.COLUMNS).upper().replace("ECRITURE", "ÉCRITURE")
        self.assertFalse(fec.read(fec_bytes(rows, header=header), NAME).problems)
        header = "\t".join(fec.COLUMNS).replace("Debit", "Amount")
        (error,) = fec.read(fec_bytes(rows, header=header), NAME).errors
        self.assertEqual(error.code, "columns_missing")
        self.assertEqual(error.values, {"columns": "Debit"})
        header = "\t".join(fec.COLUMNS) + "\tDebit"
        (error,) = fec.read(fec_bytes(rows, header=header), NAME).errors
        self.assertEqual(error.code, "columns_twice")

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

    def test_columns_in_another_order_and_extra_ones(self):
        rows = [dict(reversed(row.items()), NatOp="x") for row in small_ledger()]
        header = "\t".join(rows[0])
        ledger = fec.read(fec_bytes(rows, header=header), NAME)
        self.assertFalse(ledger.problems)
        self.assertEqual(ledger.debit, Decimal("800.00"))

    def test_fields_count(self):
        content = fec_bytes(small_ledger()).replace(b"Nectars", b"Nec\ttars")
        (error,) = fec.read(content, NAME).errors
        self.assertEqual((error.code, error.line), ("fields_count", 3))

    def test_field_errors_name_line_and_column(self):
        for column, text, code in (
            ("EcritureDate", "20230231", "date"),
            ("EcritureDate", "31/01/2025", "date"),
            ("ValidDate", "00000000", "date"),
            ("Debit", "120.00", "amount"),
            ("Debit", "1 120,00", "amount"),
            ("Debit", "1e3", "amount"),
            ("Debit", "NaN", "amount"),
            ("Debit", "120,001", "amount"),
            ("CompteNum", "4A1", "account"),
            ("CompteNum", "41", "account"),
            ("CompteNum", "", "empty"),
            ("JournalCode", "", "empty"),
            ("EcritureNum", "", "empty"),
            ("EcritureDate", "", "empty"),
        ):
            rows = small_ledger()
            rows[0][column] = text
            self.assertEqual(self._errors(rows), [(code, 2, column)], (column, text))

    def test_debit_and_credit_on_one_line(self):
        rows = small_ledger()
        rows[0]["Credit"] = "1,00"
        self.assertEqual(self._errors(rows), [("debit_and_credit", 2, "")])

    def test_unbalanced_entry(self):
        rows = small_ledger()
        rows[4]["Debit"] = "120,01"
        (error,) = fec.read(fec_bytes(rows), NAME).errors
        self.assertEqual((error.code, error.line), ("entry_unbalanced", 6))
        self.assertEqual(error.values, {"entry": "BQ 00000001", "gap": "0.01"})

    def test_two_dates_in_one_entry(self):
        rows = small_ledger()
        rows[1]["EcritureDate"] = "20250201"
        self.assertEqual(self._errors(rows), [("entry_dates", 3, "EcritureDate")])

    def test_date_outside_the_exercise(self):
        rows = small_ledger()
        for row in rows[4:6]:
            row["EcritureDate"] = "20260102"
        self.assertEqual(self._errors(rows), [("outside_exercise", 6, "EcritureDate")])

    def test_no_entry(self):
        self.assertEqual(self._errors([]), [("no_entry", 0, "")])

    def test_warnings_do_not_refuse(self):
        rows = small_ledger()
        for row in rows:
            row["ValidDate"] = ""
        rows[0].update(Debit="0,00", Credit="-120,00")
        rows[1]["Idevise"] = "CHF"
        ledger = fec.read(fec_bytes(rows), "732829320FEC20241231.txt")
        self.assertFalse(ledger.errors)
        self.assertEqual(
            {(problem.code, problem.line) for problem in ledger.problems},
            {("currency", 3), ("file_name_date", 0), ("negative", 2), ("not_final", 2)},
        )
        self.assertEqual(ledger.lines[0].balance, Decimal("120.00"))

    def test_decimal_sums_are_exact(self):
        rows = []
        for number in range(1, 1001):
            rows.append(fec_row(str(number), "411", "0,10"))
            rows.append(fec_row(str(number), "701", "0,00", "0,10"))
        self.assertEqual(fec.read(fec_bytes(rows)).debit, Decimal("100.00"))


@tagged("post_install", "-at_install")
class TestFecBooks(BaseCase):
    def _plan(self, rows, chart=None, journals=()):
        chart = chart or {"411100": "asset_receivable", "401100": "liability_payable"}
        return fec_books.plan(fec.read(fec_bytes(rows), NAME), chart, journals)

    def _letters(self, *lines):
        plan = self._plan(
            [
                fec_row("1", "411", debit, credit, partner=partner, letter="AA")
                for partner, debit, credit in lines
            ]
        )
        groups = {}
        for line in plan.ledger.lines:
            groups.setdefault(plan.letters.key_of(line), []).append(line.number)
        still_open = groups.pop(None, [])
        return [list(groups.values()), [still_open] if still_open else []]

    def test_opening_entries_come_first(self):
        plan = self._plan(small_ledger())
        self.assertEqual([e.journal for e in plan.entries], ["AN", "VE", "BQ", "HA"])

    def test_journal_kinds(self):
        journals = self._plan(small_ledger()).journals
        kinds = {
            code: (item.kind, item.bank_account) for code, item in journals.items()
        }
        self.assertEqual(
            kinds,
            {
                "AN": ("general", None),
                "BQ": ("bank", "51210000"),
                "HA": ("purchase", None),
                "VE": ("sale", None),
            },
        )

    def test_journals_of_the_books(self):
        journals = [
            (7, "VE", "sale", ""),
            (8, "BQ", "sale", ""),
            (9, "X", "bank", "HA"),
        ]
        found = self._plan(small_ledger(), journals=journals).journals
        targets = {code: (item.code, item.existing) for code, item in found.items()}
        self.assertEqual(
            targets,
            {"AN": ("AN", None), "VE": ("VE", 7), "BQ": ("BQ2", None), "HA": ("X", 9)},
        )

    def test_letter_by_partner(self):
        self.assertEqual(
            self._letters(
                *[("A", "5", "0"), ("A", "0", "5"), ("B", "7", "0"), ("B", "0", "7")]
            ),
            [[[2, 3], [4, 5]], []],
        )

    def test_letter_by_account(self):
        self.assertEqual(
            self._letters(("A", "5", "0"), ("B", "0", "5")), [[[2, 3]], []]
        )

    def test_letter_left_open(self):
        rows = [("A", "5", "0"), ("A", "0", "5"), ("B", "7", "0"), ("B", "0", "6")]
        self.assertEqual(self._letters(*rows), [[[2, 3]], [[4, 5]]])
