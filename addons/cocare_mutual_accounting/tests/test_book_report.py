import io
import json
from collections import defaultdict
from datetime import date

from openpyxl import load_workbook

from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import json_default

from ..allocation import to_cents
from ..wizard.cocare_book_report import REPORTS
from .book_report_common import BookReportCommon


@tagged("post_install", "-at_install")
class TestBookReport(BookReportCommon):
    """Reports on the books: what they say, of whom, and that they are spreadsheets."""

    def test_the_trial_balance_is_what_the_books_say(self):
        firm = self.firm_a
        env = self.env(
            user=self.accountant,
            context={"allowed_company_ids": firm.ids, "lang": "en_US"},
        )
        form = env["trial.balance.report.wizard"].create(
            {
                "company_id": firm.id,
                "date_from": date(2025, 1, 1),
                "date_to": date(2025, 12, 31),
            }
        )
        data = json.loads(json.dumps(form._prepare_report_data(), default=json_default))
        told = env["report.account_financial_report.trial_balance"]._get_report_values(
            form.ids, data
        )["trial_balance"]
        found = {
            line["code"]: (to_cents(line["debit"]), to_cents(line["credit"]))
            for line in told
            if line.get("code") and (line["debit"] or line["credit"])
        }
        within = [("company_id", "=", firm.id)]
        items = defaultdict(lambda: [0, 0])
        for item in env["account.move.line"].search(
            [
                *within,
                ("parent_state", "=", "posted"),
                ("date", ">=", "2025-01-01"),
                ("date", "<=", "2025-12-31"),
            ]
        ):
            items[item.account_id.code][0] += to_cents(item.debit)
            items[item.account_id.code][1] += to_cents(item.credit)
        months = defaultdict(lambda: [0, 0])
        for row in env["cocare.book.month"].search(
            [*within, ("month", ">=", "2025-01-01"), ("month", "<=", "2025-12-01")]
        ):
            months[row.account_id.code][0] += to_cents(row.debit)
            months[row.account_id.code][1] += to_cents(row.credit)
        self.assertEqual(len(found), 4)
        self.assertEqual(found, {code: tuple(two) for code, two in items.items()})
        self.assertEqual(found, {code: tuple(two) for code, two in months.items()})

    def test_every_report_has_a_sheet_of_each_firm(self):
        firms = self.firm_a | self.firm_b
        for kind in (*REPORTS, "balance_sheet", "income_statement"):
            with self.subTest(kind):
                report = self._report(kind, firms)
                action = report.action_make()
                self.assertIn(f"{kind}_2025-12-31.xlsx", action["url"])
                book = load_workbook(io.BytesIO(report._workbook()))
                titles = book.sheetnames
                self.assertEqual(titles[0], "=Firm A 1 2")
                self.assertIn("Firm B", titles)
                for sheet in book:
                    for row in sheet:
                        for cell in row:
                            self.assertNotEqual(cell.data_type, "f", cell.value)
                            self.assertIsNone(cell.hyperlink)

    def test_sums_end_the_trial_balance_and_each_journal(self):
        sums = self.env["account.move.line"]._read_group(
            [
                ("company_id", "=", self.firm_a.id),
                ("date", ">=", "2025-01-01"),
                ("date", "<=", "2025-12-31"),
                ("parent_state", "=", "posted"),
            ],
            [],
            ["debit:sum", "credit:sum"],
        )[0]
        (total,) = [row for row in self._rows("trial_balance") if row[1] == "Total"]
        self.assertEqual(tuple(total[3:5]), sums)
        report = self._report("journal_ledger", self.firm_a)
        totals = [
            row
            for table in report._tables(self.firm_a)
            for row in table.rows
            if row.kind == "total"
        ]
        debits, credits = zip(
            *([v for v in row.cells.values() if v != "Total"] for row in totals),
            strict=True,
        )
        self.assertEqual((sum(debits), sum(credits)), sums)

    def test_a_firm_is_on_its_own_sheet_only(self):
        report = self._report("trial_balance", self.firm_a | self.firm_b)
        book = load_workbook(io.BytesIO(report._workbook()))
        figures = {
            sheet.title: {c.value for row in sheet for c in row if c.data_type == "n"}
            for sheet in book
        }
        self.assertIn(2469.12, figures["=Firm A 1 2"])
        self.assertNotIn(154.14, figures["=Firm A 1 2"])
        self.assertIn(154.14, figures["Firm B"])
        self.assertNotIn(2469.12, figures["Firm B"])

    def _rows(self, kind):
        report = self._report(kind, self.firm_a)
        (sheet,) = load_workbook(io.BytesIO(report._workbook()))
        return [[cell.value for cell in row] for row in sheet][1:]

    def test_the_balance_sheet_balances(self):
        rows = self._rows("balance_sheet")
        (assets, debts) = [row for row in rows if row[1] == "Total"]
        self.assertEqual(assets[2:], debts[2:])
        self.assertEqual(assets[2:], [3703.68, 1234.56])
        results = {row[1]: row[2:] for row in rows if row[1] and "esult" in row[1]}
        self.assertEqual(results["Result of the year"], [1851.84, 1234.56])
        before = results["Results of the years before, not allocated"]
        self.assertEqual(before, [1234.56, 0])

    def test_the_result_is_income_less_expenses(self):
        rows = self._rows("income_statement")
        self.assertEqual(rows[-1][1:], ["Result of the year", 1851.84, 1234.56])
        sums = self.env["account.move.line"]._read_group(
            [
                ("company_id", "=", self.firm_a.id),
                ("date", ">=", "2025-01-01"),
                ("date", "<=", "2025-12-31"),
                ("account_id.internal_group", "in", ("income", "expense")),
                ("parent_state", "=", "posted"),
            ],
            [],
            ["balance:sum"],
        )
        self.assertEqual(to_cents(-sums[0][0]), to_cents(rows[-1][2]))
        self.assertIn(["70", 2469.12], [[row[0], row[2]] for row in rows])

    def test_a_firm_that_is_not_ticked_is_refused(self):
        report = self._report("trial_balance", self.firm_a | self.firm_b)
        report = report.with_context(allowed_company_ids=self.firm_a.ids)
        with self.assertRaisesRegex(UserError, "those that you have ticked"):
            report.action_make()

    def test_the_menus_are_for_accountants(self):
        reports = self.env.ref("cocare_mutual_accounting.menu_reports")
        self.assertEqual(len(reports.child_id), 6)
        for user, due in ((self.accountant, 6), (self.facilitator, 0)):
            menus = self.env["ir.ui.menu"].with_user(user).load_menus(False)
            self.assertEqual(len(menus.get(reports.id, {}).get("children", ())), due)
