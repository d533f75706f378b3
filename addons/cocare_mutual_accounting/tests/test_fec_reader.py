import doctest
from decimal import Decimal

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
    fec_bytes,
    fec_row,
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
