import base64
import io
from datetime import date

import openpyxl

from odoo.exceptions import AccessError, UserError
from odoo.tests import freeze_time, tagged

from ..allocation import to_cents
from .clearing_common import PURCHASE, SALE, CocareClearingCommon


@freeze_time("2025-12-15")
@tagged("post_install", "-at_install")
class TestCombinedAccounts(CocareClearingCommon):
    """The network as of one firm."""

    def setUp(self):
        super().setUp()
        self.companies = self.operator | self.firms
        for firm, amount in zip(self.companies, (900, 800, 700, 600), strict=True):
            self._entry(firm, date(2024, 5, 2), ("512", amount), ("706", -amount))
            self._entry(firm, date(2025, 5, 2), ("512", amount), ("706", -amount))
        self._trade(self.firm_a, self.firm_b, 100)
        self._trade(self.firm_b, self.firm_c, 60)
        self._trade(self.firm_a, self.firm_b, 10, refund=True)

    def _report(self, **values):
        Report = (
            self.env["cocare.combined.accounts"]
            .with_user(self.accountant)
            .with_context(allowed_company_ids=self.companies.ids)
        )
        report = Report.create(
            {
                "network_id": self.network.id,
                "date_from": date(2025, 1, 1),
                "date_to": date(2025, 12, 31),
                **values,
            }
        )
        report.action_compute()
        return report

    def _line(self, report, code):
        return report.line_ids.filtered(lambda line: (line.code or "") == code)

    def _cents(self, record, *names):
        return tuple(to_cents(record[name]) for name in names)

    def test_trade_between_firms_is_eliminated(self):
        report = self._report()
        sale = self._account(SALE, self.firm_a).with_company(self.firm_a).code
        purchase = self._account(PURCHASE, self.firm_b).with_company(self.firm_b).code
        for code, total in (
            (sale, -15000),
            (purchase, 15000),
            ("411100", 15000),
            ("401100", -15000),
        ):
            line = self._line(report, code)
            self.assertEqual(
                self._cents(line, "total", "elimination", "combined"),
                (total, -total, 0),
                code,
            )
        self.assertFalse(report.difference_ids)

    def test_balanced_and_neutral_to_the_result(self):
        report = self._report()
        self.assertEqual(to_cents(report.total_debit), to_cents(report.total_credit))
        self.assertEqual(sum(map(to_cents, report.line_ids.mapped("combined"))), 0)
        self.assertEqual(sum(map(to_cents, report.line_ids.mapped("elimination"))), 0)
        results = -sum(
            to_cents(balance)
            for _firm, balance in self.env["account.move.line"]._read_group(
                [
                    ("company_id", "in", self.companies.ids),
                    ("parent_state", "=", "posted"),
                    ("account_id.internal_group", "in", ("income", "expense")),
                    ("date", ">=", date(2025, 1, 1)),
                ],
                ["company_id"],
                ["balance:sum"],
            )
        )
        self.assertEqual(to_cents(report.result), results)
        self.assertEqual(results, 300000)
        self.assertEqual(self._cents(self._line(report, ""), "combined"), (-300000,))

    def test_what_differs_stays_and_is_listed(self):
        self._document("out_invoice", self.firm_c, self.firm_a, 25, date(2025, 7, 3))
        report = self._report()
        self.assertEqual(
            [
                (d.company_id, d.partner_company_id, d.kind, to_cents(d.difference))
                for d in report.difference_ids
            ],
            [
                (self.firm_c, self.firm_a, "income", -2500),
                (self.firm_c, self.firm_a, "receivable", 2500),
            ],
        )
        self.assertEqual(self._cents(self._line(report, "411100"), "combined"), (2500,))
        self.assertEqual(to_cents(report.result), 302500)
        self.assertEqual(to_cents(report.total_debit), to_cents(report.total_credit))

    def test_vat_that_is_not_recovered_stays_a_cost(self):
        self.env["cocare.vat.period"]._record(
            self.firm_a,
            {"valid_from": self.july, "status": "non_taxable", "source": "Bylaws"},
        )
        self._costs(date(2025, 7, 15), coaches=300)
        self._read(self.firm_a, date(2025, 7, 3), 2)
        with freeze_time("2025-08-05"):
            self._close(self.july)
        report = self._report()
        difference = report.difference_ids
        self.assertEqual(
            (difference.company_id, difference.kind, to_cents(difference.difference)),
            (self.operator, "income", 6000),
        )
        self.assertEqual(to_cents(report.result), 300000 - 30000 - 6000)

    def test_only_with_all_firms_ticked(self):
        report = self._report()
        partly = report.with_context(
            allowed_company_ids=(self.operator | self.firm_a).ids
        )
        for step in ("action_compute", "action_export"):
            with self.assertRaisesRegex(UserError, "Firm B, Firm C"):
                getattr(partly, step)()
        for user in (self.members[self.firm_a], self.readers[self.firm_a]):
            with self.assertRaises(AccessError):
                self.env["cocare.combined.accounts"].with_user(user).create({})
        other = self._new_user(
            "accountant_2",
            "cocare_mutual_accounting.group_accountant",
            self.operator | self.firm_a,
        )
        with self.assertRaises(AccessError):
            report.line_ids.with_user(other).read(["combined"])

    def test_spreadsheet(self):
        self.firm_a.name = "=1+1"
        self._document("out_invoice", self.firm_a, self.firm_c, 25, date(2025, 7, 3))
        report = self._report()
        report.action_export()
        book = openpyxl.load_workbook(io.BytesIO(base64.b64decode(report.file)))
        accounts, differences = book.worksheets
        rows = list(accounts.iter_rows(min_row=2, values_only=True))
        self.assertEqual(len(rows), len(report.line_ids))
        self.assertEqual(sum(to_cents(row[5]) for row in rows), 0)
        # a text, and no formula
        self.assertEqual(
            (differences["A2"].value, differences["A2"].data_type), ("=1+1", "s")
        )
