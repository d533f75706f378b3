import doctest
import logging
from datetime import date
from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from odoo.tests import BaseCase, tagged

from .. import usage_csv

_figure = logging.getLogger("cocare.figure")

HEADER = "Structure;Service;Date;Quantité;Description"
CELL = st.text(st.characters(codec="utf-8", exclude_categories=("Cs",)), max_size=30)


@tagged("post_install", "-at_install")
class TestUsageCsv(BaseCase):
    """What a file of readings may look like, and what is refused of it."""

    def _read(self, *lines, header=HEADER, encoding="utf-8"):
        return usage_csv.read("\n".join([header, *lines]).encode(encoding))

    def _codes(self, sheet):
        return [
            problem.code
            for problem in sheet.problems + [p for r in sheet.rows for p in r.problems]
        ]

    def test_doctests(self):
        self.assertFalse(doctest.testmod(usage_csv).failed)

    def test_separators_encodings_and_headers(self):
        for separator in ";\t,":
            for encoding, name in (
                ("utf-8", "UTF-8"),
                ("utf-8-sig", "UTF-8"),
                ("cp1252", "Windows-1252"),
            ):
                for header in (
                    "Structure;Code service;Jour;Qté;Libellé",
                    "FIRM;SERVICE CODE;date;quantity;note",
                ):
                    sheet = self._read(
                        separator.join(["Épicerie", "P1", "1/10/2026", "3", "été"]),
                        header=header.replace(";", separator),
                        encoding=encoding,
                    )
                    self.assertEqual(sheet.problems, [])
                    self.assertEqual(sheet.encoding, name)
                    self.assertEqual(sheet.separator, separator)
                    [row] = sheet.rows
                    self.assertEqual((row.firm, row.name), ("Épicerie", "été"))
                    self.assertEqual(row.day, date(2026, 10, 1))
                    self.assertEqual(row.quantity, 3)

    def test_decimal_comma_in_a_file_of_commas_is_quoted(self):
        header = HEADER.replace(";", ",")
        sheet = self._read('A,P1,2026-10-01,"2,5",x', header=header)
        self.assertEqual(sheet.rows[0].quantity, Decimal("2.5"))
        sheet = self._read("A,P1,2026-10-01,2,5,x", header=header)
        self.assertEqual(self._codes(sheet), ["fields_count"])

    def test_blank_lines_are_skipped_and_lines_keep_their_number(self):
        sheet = self._read("", ";;;;", 'A;P1;1/10/2026;1;"two\nlines"', "A;P1;x;1;y")
        self.assertEqual([row.line for row in sheet.rows], [4, 6])
        self.assertEqual(sheet.rows[0].name, "two lines")
        self.assertEqual(sheet.rows[1].problems[0].line, 6)

    def test_quantities(self):
        good = {"0": "0", "12": "12", "2,5": "2.5", "0,125": "0.125", "1,0": "1"}
        for text, value in good.items():
            with self.subTest(text):
                self.assertEqual(usage_csv.parse_quantity(text), Decimal(value))
        wrong = {
            "1 234": "quantity",
            "1.234,5": "quantity",
            "1,234.5": "quantity",
            "=1+1": "quantity",
            "1e3": "quantity",
            "½": "quantity",
            "٣": "quantity",
            "": "quantity",
            "-3": "quantity_negative",
            "1.234": "quantity_ambiguous",
            "12,500": "quantity_ambiguous",
            "0,1234": "quantity_precise",
        }
        for text, code in wrong.items():
            with self.subTest(text), self.assertRaisesRegex(ValueError, f"^{code}$"):
                usage_csv.parse_quantity(text)

    def test_days_that_do_not_exist(self):
        for text in ("31/02/2026", "2026-13-01", "1/1/26", "10-31-2026", "1/1/1999"):
            sheet = self._read(f"A;P1;{text};1;x")
            self.assertEqual(self._codes(sheet), ["date"], text)

    def test_formula_stays_text(self):
        [row] = self._read('A;P1;1/10/2026;1;"=HYPERLINK(1)"').rows
        self.assertEqual(row.name, "=HYPERLINK(1)")
        self.assertFalse(row.problems)

    def test_files_that_are_refused(self):
        for content, code in (
            (b"", "no_row"),
            (b"\n;;\n", "no_row"),
            (HEADER.encode(), "no_row"),
            (HEADER.encode("utf-16"), "not_text"),
            (b"Structure;\0", "not_text"),
            (b"Structure\x81;Service;Date", "not_text"),
            (b"x" * (usage_csv.MAX_BYTES + 1), "too_big"),
            (b"Structure;Date\nA;1/1/2026", "columns_missing"),
            (f"{HEADER};Jour\nA".encode(), "columns_twice"),
            (f'{HEADER}\nA;"x"y;1;1'.encode(), "malformed"),
            (f"{HEADER}{';x' * usage_csv.MAX_COLUMNS}\nA".encode(), "too_many_columns"),
            (
                (HEADER + "\nA;B;1/1/2026;1;x" * (usage_csv.MAX_ROWS + 1)).encode(),
                "too_many_rows",
            ),
        ):
            sheet = usage_csv.read(content)
            self.assertEqual(self._codes(sheet), [code])
            self.assertFalse(sheet.rows)

    def test_empty_and_long_cells(self):
        sheet = self._read(";P1;1/10/2026;1;x", f"A;P1;1/10/2026;1;{'x' * 201}")
        self.assertEqual(self._codes(sheet), ["empty", "too_long"])
        self.assertEqual(sheet.rows[0].problems[0].values, {"columns": ["firm"]})

    def test_random_bytes_are_read_or_refused(self):
        @settings(max_examples=500, deadline=None, database=None, derandomize=True)
        @given(st.binary(max_size=300), st.booleans())
        def check(content, headed):
            sheet = usage_csv.read(
                HEADER.encode() + b"\n" + content if headed else content
            )
            self.assertTrue(sheet.rows or sheet.problems)

        check()

    def test_what_is_written_is_read_back(self):
        tried = 0

        @settings(max_examples=1000, deadline=None, database=None, derandomize=True)
        @given(
            CELL,
            CELL,
            st.dates(date(2000, 1, 1), date(2100, 12, 31)),
            st.integers(0, 10**6),
            st.booleans(),
        )
        def check(firm, name, day, thousandths, iso):
            nonlocal tried
            tried += 1
            firm = usage_csv.clean(firm) or "A"
            quantity = Decimal(thousandths) / 1000
            [row] = usage_csv.read(
                usage_csv.write(
                    HEADER.split(";"),
                    [
                        [
                            firm,
                            "P1",
                            day.isoformat() if iso else day.strftime("%d/%m/%Y"),
                            f"{quantity:.4f}".replace(".", ","),
                            usage_csv.clean(name),
                        ]
                    ],
                )
            ).rows
            self.assertFalse(row.problems)
            self.assertEqual((row.firm, row.name), (firm, usage_csv.clean(name)))
            self.assertEqual((row.day, row.quantity), (day, quantity))

        check()
        _figure.info("%s=%s", "usage_csv.random_cases", tried)
