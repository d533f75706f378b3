from datetime import date

from .common import CocareBooksCommon


class BookReportCommon(CocareBooksCommon):
    """Two firms with sales and purchases, in this year and the year before."""

    def setUp(self):
        super().setUp()
        self.firm_a.name = "=Firm A: [1/2]"
        self.customer = self.env["res.partner"].create(
            {"name": '=HYPERLINK("http://x","y")', "company_id": self.firm_a.id}
        )
        for firm, amount in ((self.firm_a, 1234.56), (self.firm_b, 77.07)):
            self._entry(firm, "2024-12-15", ("512", amount), ("706", -amount))
            self._entry(firm, "2025-02-15", ("411", 2 * amount), ("706", -2 * amount))
            self._entry(firm, "2025-03-15", ("606", amount / 2), ("401", -amount / 2))
        owed = self.env["account.move.line"].search(
            [
                ("company_id", "=", self.firm_a.id),
                ("account_id.account_type", "=", "asset_receivable"),
            ]
        )
        owed.partner_id = self.customer

    def _report(self, kind, firms, user=None):
        user = user or self.accountant
        return (
            self.env["cocare.book.report"]
            .with_user(user)
            .with_context(allowed_company_ids=firms.ids)
            .create(
                {
                    "kind": kind,
                    "date_from": date(2025, 1, 1),
                    "date_to": date(2025, 12, 31),
                }
            )
        )
