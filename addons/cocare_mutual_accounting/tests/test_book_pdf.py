import io
from collections import Counter

from openpyxl import load_workbook
from pypdf import PdfReader

from odoo.exceptions import UserError
from odoo.tests import tagged

from ..wizard.cocare_book_report import REPORTS
from .book_report_common import BookReportCommon

KINDS = (*REPORTS, "balance_sheet", "income_statement")


@tagged("post_install", "-at_install")
class TestBookPdf(BookReportCommon):
    """Reports on the books as PDF: the figures of the spreadsheet, on pages."""

    def _pages(self, report):
        """The text of each page."""
        content = self.env["cocare.book.document"].with_env(report.env)._pdf(report)
        return [page.extract_text() for page in PdfReader(io.BytesIO(content)).pages]

    def _sums(self, firm):
        """Debit and credit of the year in the items themselves, as they are printed."""
        sums = self.env["account.move.line"]._read_group(
            [
                ("company_id", "=", firm.id),
                ("date", ">=", "2025-01-01"),
                ("date", "<=", "2025-12-31"),
                ("parent_state", "=", "posted"),
            ],
            [],
            ["debit:sum", "credit:sum"],
        )[0]
        return [f"{amount:,.2f}" for amount in sums]

    def test_a_report_has_each_firm_that_is_chosen_on_pages_of_its_own(self):
        firms = self.firm_a | self.firm_b
        for kind in KINDS:
            with self.subTest(kind):
                pages = self._pages(self._report(kind, firms))
                self.assertEqual(len(pages), 2)
                self.assertIn("=Firm A: [1/2]", pages[0])
                self.assertNotIn("Firm B", pages[0])
                self.assertIn("Firm B", pages[1])
                self.assertNotIn("=Firm A", pages[1])
                for number, page in enumerate(pages, start=1):
                    self.assertIn(f"Page {number} / 2", page)
                    self.assertIn("12/31/2025", page)
                alone = self._pages(self._report(kind, self.firm_b))
                self.assertNotIn("=Firm A", "".join(alone))

    def test_sums_are_those_of_the_items(self):
        firms = self.firm_a | self.firm_b
        for kind in ("trial_balance", "journal_ledger"):
            with self.subTest(kind):
                pages = self._pages(self._report(kind, firms))
                for page, firm in zip(pages, firms.sorted("name"), strict=True):
                    for amount in self._sums(firm):
                        self.assertIn(amount, page)
        page = self._pages(self._report("balance_sheet", self.firm_a))[0]
        self.assertEqual(page.count("3,703.68"), 2)
        (page,) = self._pages(self._report("general_ledger", self.firm_a))
        self.assertIn("-617.28", page)

    def test_both_files_have_the_same_figures(self):
        for kind in KINDS:
            with self.subTest(kind):
                report = self._report(kind, self.firm_a)
                book = load_workbook(io.BytesIO(report._workbook()))
                written = Counter(
                    cell.value
                    for sheet in book
                    for row in sheet
                    for cell in row
                    if cell.data_type == "n" and cell.value is not None
                )
                printed = Counter(
                    cell
                    for table in report._tables(self.firm_a)
                    for row in table.rows
                    for cell in row.cells.values()
                    if not isinstance(cell, str)
                )
                self.assertTrue(printed)
                self.assertEqual(printed, written)

    def test_a_firm_without_entries_says_so(self):
        self.firm_b.company_registry = "40483304800022"
        report = self._report("open_items", self.firm_a | self.firm_b)
        report.write({"date_from": "2030-01-01", "date_to": "2030-12-31"})
        report.company_ids = self.firm_b
        self.env["account.move.line"].search(
            [("company_id", "=", self.firm_b.id)]
        ).move_id.button_draft()
        (page,) = self._pages(report)
        self.assertIn("Nothing in the books for these days.", page)
        self.assertIn("404 833 048", page)
        self.assertIn("12/31/2030", page)

    def test_a_label_of_any_length_is_there_whole(self):
        words = " ".join(f"word{rank}" for rank in range(900))
        label = f"{words} {'x' * 500} <b>&amp;</b>"
        items = self.env["account.move.line"].search(
            [("company_id", "=", self.firm_a.id), ("date", ">=", "2025-01-01")]
        )
        items[0].name = label
        pages = self._pages(self._report("general_ledger", self.firm_a))
        self.assertGreater(len(pages), 1)
        said = "".join("".join(pages).split())
        self.assertIn("x" * 40, said)
        for rank in range(900):
            self.assertIn(f"word{rank}", said)
        self.assertIn("<b>&amp;</b>", said)
        for number, page in enumerate(pages, start=1):
            self.assertIn(f"Page {number} / {len(pages)}", page)
            self.assertIn("Credit", page)
            self.assertIn("General ledger – =Firm A" if number > 1 else "SIREN", page)
        self.assertIn("(continued)", pages[1])

    def test_the_file_is_a_download_of_the_wizard(self):
        report = self._report("trial_balance", self.firm_a)
        action = report.action_make_pdf()
        self.assertEqual(
            action["url"],
            f"/web/content/cocare.book.report/{report.id}/file/"
            "trial_balance_2025-12-31.pdf?download=true",
        )
        self.assertEqual(report.filename, "trial_balance_2025-12-31.pdf")

    def test_a_firm_that_is_not_ticked_is_refused(self):
        report = self._report("trial_balance", self.firm_a | self.firm_b)
        report = report.with_context(allowed_company_ids=self.firm_a.ids)
        with self.assertRaisesRegex(UserError, "those that you have ticked"):
            report.action_make_pdf()
