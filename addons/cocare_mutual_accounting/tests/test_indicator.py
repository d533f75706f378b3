from datetime import date
from decimal import Decimal

from odoo.tests import tagged

from odoo.addons.cocare_network.models.cocare_governed_mixin import DECIDED

from .common import CocareBooksCommon

CODES = ("cash", "turnover", "network_cost", "alone_cost", "gain")


@tagged("post_install", "-at_install")
class TestBooksIndicators(CocareBooksCommon):
    """The figures of the books, month by month, to the cent."""

    def _months(self, *numbers, firm=None, user=None):
        """``{code: [figure a month]}``, None when it is not known."""
        firm = firm or self.firm_a
        user = user or self.members[firm]
        months = [date(2025, number, 1) for number in numbers]
        indicators = (
            self.env["cocare.indicator"]
            .with_user(user)
            .with_context(allowed_company_ids=firm.ids)
            .search([("code", "in", CODES)])
        )
        firm = firm.with_env(indicators.env)
        return {
            indicator.code: [figures.get((firm, month)) for month in months]
            for indicator, figures in indicators._series(firm, months).items()
        }

    def test_a_month_and_what_was_shared(self):
        self._entry(self.firm_a, date(2025, 7, 4), ("512", 100.10), ("706", -100.10))
        self._read(self.firm_a, date(2025, 7, 3), 2)
        self._read(self.firm_b, date(2025, 7, 3), 1)
        self._costs(date(2025, 7, 15), coaches=300)
        self._close(self.july)
        figures = self._months(6, 7, 8)
        self.assertEqual(figures["turnover"], [None, Decimal("100.10"), None])
        self.assertEqual(figures["cash"], [None, Decimal("100.10"), None])
        self.assertEqual(figures["network_cost"], [None, 200, None])
        self.assertEqual(figures["alone_cost"], [None, Decimal("312.5"), None])
        self.assertEqual(figures["gain"], [None, Decimal("112.5"), None])

    def test_cash_carries_on_through_a_month_without_entries(self):
        self._entry(self.firm_a, date(2025, 7, 4), ("512", 100), ("706", -100))
        self._entry(self.firm_a, date(2025, 9, 4), ("512", -30), ("606", 30))
        figures = self._months(7, 8, 9, 10)
        self.assertEqual(figures["cash"], [100, 100, 70, None])
        self.assertEqual(figures["turnover"], [100, None, 0, None])

    def test_an_opening_entry_is_no_turnover(self):
        self._entry(self.firm_a, date(2025, 7, 1), ("512", 100), ("101", -100))
        figures = self._months(7)
        self.assertEqual((figures["cash"], figures["turnover"]), ([100], [None]))

    def test_draft_entries_do_not_count(self):
        move = self._entry(self.firm_a, date(2025, 7, 4), ("512", 100), ("706", -100))
        move.button_draft()
        self.assertEqual(self._months(7)["cash"], [None])

    def test_gain_is_known_when_a_price_alone_is(self):
        references = self.env["cocare.alone.cost"].search([])
        references.with_context(cocare_decided=DECIDED).unlink()
        self._read(self.firm_a, date(2025, 7, 3), 2)
        self._costs(date(2025, 7, 15), coaches=300)
        self._close(self.july)
        figures = self._months(7)
        self.assertEqual(figures["network_cost"], [300])
        self.assertEqual(figures["alone_cost"], [None])
        self.assertEqual(figures["gain"], [None])

    def test_a_month_undone_is_not_known(self):
        self._read(self.firm_a, date(2025, 7, 3), 2)
        self._costs(date(2025, 7, 15), coaches=300)
        run = self._close(self.july)
        run.action_credit()
        self.assertEqual(self._months(7)["network_cost"], [None])

    def test_the_page_opens_on_the_last_month_of_the_books(self):
        self._entry(self.firm_a, date(2025, 7, 4), ("512", 100), ("706", -100))
        self._entry(self.firm_b, date(2025, 9, 4), ("512", 100), ("706", -100))
        self.assertEqual(self.firm_a._cocare_latest_month(), self.july)
        firms = self.firm_a | self.firm_b
        self.assertEqual(firms._cocare_latest_month(), date(2025, 9, 1))

    def test_one_read_of_the_books_for_five_indicators_and_all_firms(self):
        for firm in self.firms:
            self._entry(firm, date(2025, 7, 4), ("512", 100), ("706", -100))
        self.env.flush_all()
        indicators = self.env["cocare.indicator"].search([("code", "in", CODES)])
        for firms, months in (
            (self.firm_a, [self.july]),
            (self.firms, [date(2025, month, 1) for month in range(1, 13)]),
        ):
            self.env.invalidate_all()
            indicators.fetch(["code", "source"])
            before = self.env.cr.sql_log_count
            indicators._series(firms, months)
            self.assertLessEqual(self.env.cr.sql_log_count - before, 2)
