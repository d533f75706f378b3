import logging
from datetime import date
from decimal import Decimal

from odoo.tests import BaseCase, tagged

from .fec_export_common import HEADER, codes, entry, ledger, row, verdict

_figure = logging.getLogger("cocare.figure")

GOOD = [*entry("1"), *entry("2"), *entry("3")]


def changed(**values):
    """A good file but for one cell, or several, of its third line."""
    return [*GOOD[:2], {**GOOD[2], **values}, *GOOD[3:]]


@tagged("post_install", "-at_install")
class TestOfficeVerdict(BaseCase):
    """What the tax office's tool says, cell by cell."""

    def _assert_blocked(self, content, *expected, **kwargs):
        found = verdict(content, **kwargs)
        self.assertEqual(found.office, "blocked")
        self.assertEqual(set(codes(found, "office")), set(expected))
        return found

    def test_a_good_file(self):
        for separator in ("|", "\t"):
            for end in ("\r\n", "\n", "\r"):
                found = verdict(ledger(GOOD, separator, end))
                self.assertEqual(found.office, "conform")
                self.assertEqual(found.books, "clean", found.findings)
                self.assertEqual((found.lines, found.entries), (6, 3))
                self.assertEqual(found.debit, Decimal("37.50"))

    def test_name_of_the_file(self):
        for name in ("FEC20251231.txt", "732829320FEC2025.txt", "books.txt"):
            self._assert_blocked(GOOD, "file_name", filename=name)
        # a prefix of ten digits passes there, not here
        found = verdict(GOOD, filename="7328293201FEC20251231.txt")
        self.assertEqual(found.office, "conform")
        self.assertEqual(codes(found, "books"), {"siren": 1})

    def test_headers(self):
        upper = [name.upper() for name in HEADER]
        content = ledger(GOOD).replace(
            "|".join(HEADER).encode(), "|".join(upper).encode()
        )
        self.assertEqual(verdict(b"\xef\xbb\xbf" + content).office, "conform")
        accents = content.replace(b"PIECEREF", "PièceRef".encode())
        self.assertEqual(verdict(accents).office, "conform")
        missing = content.replace(b"VALIDDATE", b"DATE")
        found = self._assert_blocked(missing, "column_missing")
        self.assertEqual(found.findings[0].column, "ValidDate")
        self._assert_blocked(b"", "column_missing")
        self._assert_blocked(ledger([]), "no_line")

    def test_order_of_columns_passes_there_only(self):
        found = verdict(ledger(GOOD, header=[HEADER[1], HEADER[0], *HEADER[2:]]))
        self.assertEqual(found.office, "conform")
        self.assertEqual(codes(found, "books"), {"column_order": 1})

    def test_structure(self):
        found = self._assert_blocked(
            ledger(GOOD).replace(b"|F2|", b"|F|2|", 1), "fields_count"
        )
        finding = next(f for f in found.findings if f.code == "fields_count")
        self.assertEqual(finding.places, [(4, "", {"found": 19, "expected": 18})])
        self._assert_blocked(ledger(GOOD) + b"\r\n", "empty_line")

    def test_empty_cells(self):
        for column in ("EcritureNum", "EcritureDate", "CompteNum", "CompteLib"):
            with self.subTest(column):
                content = changed(**{column: ""})
                found = verdict(content)
                self.assertEqual(found.office, "blocked")
                self.assertIn("empty", codes(found, "office"))
        for column in ("JournalCode", "JournalLib", "PieceRef", "PieceDate"):
            with self.subTest(column):
                found = verdict(changed(**{column: ""}))
                self.assertEqual(found.office, "not_conform")
                self.assertEqual(codes(found, "office"), {"absent": 1})
        old = verdict(changed(PieceRef=""), filename="732829320FEC20121231.txt")
        self.assertEqual(old.office, "conform")

    def test_amounts(self):
        for text, code in (
            ("12.50", "amount_point"),
            ("1 012,50", "amount_thousands"),
            ("1,012,50", "amount_thousands"),
            ("12,50€", "amount"),
        ):
            with self.subTest(text):
                self._assert_blocked(changed(Debit=text), code)
        for text in ("+12,50", "12,50+", "12,5", "0000012,50"):
            self.assertEqual(verdict(changed(Debit=text)).office, "conform")

    def test_dates(self):
        for text, code in (("20251301", "date_calendar"), ("2025", "date_format")):
            self._assert_blocked(changed(ValidDate=text), code)
        for text in ("20230231", "31/12/2025", "2025-12-31"):
            found = verdict(changed(PieceDate=text))
            self.assertEqual(found.office, "conform")
        self.assertEqual(
            codes(verdict(changed(PieceDate="20230231")), "books"), {"date": 1}
        )

    def test_alerts_only(self):
        for values, code in (
            ({"CompteNum": "41"}, "account"),
            ({"Credit": "12,50"}, "two_sides"),
            ({"Debit": "0,00"}, "no_amount"),
            ({"PieceDate": "25001231"}, "date_year"),
        ):
            found = verdict(changed(**values))
            self.assertEqual(found.office, "conform")
            self.assertEqual(codes(found, "office"), {code: 1})

    def test_amount_and_side(self):
        columns = [{"Debit": "Montant", "Credit": "Sens"}.get(n, n) for n in HEADER]
        rows = []
        for cells in GOOD:
            is_debit = cells["Debit"] != "0,00"
            rows.append({**cells, "Montant": "12,50", "Sens": "D" if is_debit else "C"})
        found = verdict(ledger(rows, header=columns))
        self.assertEqual((found.office, found.books), ("conform", "clean"))
        self.assertEqual((found.debit, found.credit), (Decimal("37.5"),) * 2)
        rows[0]["Sens"] = "X"
        self._assert_blocked(ledger(rows, header=columns), "side")


@tagged("post_install", "-at_install")
class TestBooksVerdict(BaseCase):
    """What the tool lets pass."""

    def _assert_found(self, rows, *expected, **known):
        found = verdict(rows, **known)
        self.assertEqual(found.office, "conform", found.findings)
        self.assertEqual(found.books, "findings")
        self.assertEqual(set(codes(found, "books")), set(expected))
        return found

    def test_balance(self):
        rows = [*GOOD, *entry("4")]
        rows[-1]["Credit"] = "12,51"
        found = self._assert_found(rows, "unbalanced", "unbalanced_file")
        finding = next(f for f in found.findings if f.code == "unbalanced")
        self.assertEqual(finding.places, [(8, "VE 4", {"gap": "-0.01"})])
        # two wrongs that make the file balance are found all the same
        rows[0] = {**rows[0], "Debit": "12,51"}
        found = self._assert_found(rows, "unbalanced")
        self.assertEqual(codes(found, "books"), {"unbalanced": 2})

    def test_numbers(self):
        rows = [*entry("1"), *entry("3"), *entry("7")]
        found = self._assert_found(rows, "hole")
        self.assertEqual(codes(found, "books"), {"hole": 2})
        places = found.findings[0].places
        self.assertEqual(places[1], (6, "VE 7", {"before": "3", "missing": 3}))
        # one sequence for all journals, or one for each of them
        mixed = [*entry("1"), *entry("2", JournalCode="BQ"), *entry("3")]
        self.assertEqual(verdict(mixed).books, "clean")
        each = [*entry("VE/1"), *entry("BQ/1", JournalCode="BQ"), *entry("VE/2")]
        self.assertEqual(verdict(each).books, "clean")
        same = [*entry("1"), *entry("1", JournalCode="BQ"), *entry("2")]
        self.assertEqual(verdict(same).books, "clean")
        self._assert_found(entry("A"), "number_text")

    def test_dates_within_the_exercise(self):
        rows = changed(EcritureDate="20260101")
        rows[3] = {**rows[3], "EcritureDate": "20260101"}
        found = self._assert_found(rows, "outside")
        self.assertEqual(codes(found, "books"), {"outside": 2})
        known = (date(2025, 1, 1), date(2026, 1, 31))
        found = verdict(rows, exercise=known)
        self.assertEqual(codes(found, "books"), {"file_name_date": 1})

    def test_validation(self):
        self._assert_found(changed(ValidDate="20260105"), "valid_order")
        early = [*entry("1", ValidDate="20250130"), *entry("2")]
        self._assert_found(early, "valid_before")
        copied = [
            *entry("1", ValidDate="20250131"),
            *entry("2", EcritureDate="20250201", ValidDate="20250201"),
        ]
        self._assert_found(copied, "valid_copied")

    def test_opening_is_first(self):
        opening = entry(
            "1", JournalCode="AN", JournalLib="À-nouveaux", EcritureDate="20250101"
        )
        opening[1]["CompteNum"] = "101000"
        self.assertEqual(verdict([*opening, *GOOD]).books, "clean")
        self._assert_found([*GOOD, *opening], "opening_late")

    def test_an_entry_has_one_date_and_one_place(self):
        self._assert_found(changed(EcritureDate="20250201"), "two_dates")
        rows = [GOOD[0], GOOD[2], GOOD[1], *GOOD[3:]]
        self._assert_found(rows, "scattered")

    def test_lines_twice(self):
        self._assert_found([*GOOD[:4], *GOOD[2:4], *GOOD[4:]], "twice")
        again = entry("4", PieceRef="F3")
        found = self._assert_found([*GOOD, *again], "copied")
        self.assertEqual(found.findings[0].places[0][2], {"other": "VE 3"})
        # two alike lines of one entry are no mistake
        rows = [
            row("1", "411000", "20,00"),
            row("1", "701000", "0,00", "10,00"),
            row("1", "701000", "0,00", "10,00"),
        ]
        self.assertEqual(verdict(rows).books, "clean")

    def test_letters(self):
        letter = {"EcritureLet": "AA", "DateLet": "20250215"}
        rows = [*entry("1"), *entry("2")]
        rows[0] = {**rows[0], **letter, "CompAuxNum": "C1"}
        self._assert_found(rows, "letter")
        rows[2] = {**rows[2], **letter, "CompAuxNum": "C1", "Debit": "-12,50"}
        rows[3]["Credit"] = "-12,50"
        self.assertEqual(verdict(rows).books, "clean")
        rows[0]["DateLet"] = ""
        self._assert_found(rows, "half")

    def test_closing_entry(self):
        values = {"EcritureDate": "20251231"}
        closing = [
            row("4", "701000", "37,50", **values),
            row("4", "120000", "0,00", "37,50", **values),
        ]
        self._assert_found([*GOOD, *closing], "closing")

    def test_siren(self):
        found = verdict(GOOD, filename="732829321FEC20251231.txt")
        self.assertEqual(codes(found, "books"), {"siren": 1})
        found = verdict(GOOD, siren="404833048")
        self.assertEqual(codes(found, "books"), {"other_siren": 1})

    def test_findings_are_bounded(self):
        rows = [cells for n in range(500) for cells in entry(str(n * 2), PieceRef="")]
        found = verdict(rows)
        self.assertEqual(codes(found, "office"), {"absent": 1000})
        self.assertEqual(codes(found, "books"), {"hole": 499})
        self.assertTrue(all(len(f.places) <= 10 for f in found.findings))

    def test_hostile_bytes(self):
        """Nothing that is not a ledger raises."""
        tried = 0
        good = ledger(GOOD)
        hostile = [
            b"",
            b"\0" * 9999,
            b"|" * 200_000,
            b"\t" * 200_000,
            b"\r" * 5000,
            bytes(range(256)) * 50,
            good.replace(b"\r\n", b"\r\r\n"),
            good.replace(b"Nectar", b"N\xe9ctar"),
            good.replace(b"12,50", b"9" * 400),
            good.replace(b"20250131", b"99999999"),
            good.replace(b"|1|", ("|" + "\u0661" + "|").encode()),
            good.replace(b"|1|", b"|" + b"1" * 5000 + b"|"),
            "é".join(good.decode("ascii").split("e")).encode("utf-16"),
        ]
        hostile += [good[:cut] for cut in range(0, len(good), 7)]
        hostile += [good[:at] + b"\xff\0|" + good[at:] for at in range(0, len(good), 7)]
        for content in hostile:
            for filename in ("732829320FEC20251231.txt", "FEC", "", "é" * 300):
                tried += 1
                found = verdict(content, filename=filename)
                self.assertIn(found.office, ("conform", "not_conform", "blocked"))
        _figure.info("fec.verdict.hostile=%s", tried)
