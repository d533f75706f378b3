import doctest
from datetime import date, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from odoo.tests import BaseCase, tagged

from .. import french_calendar, obligation_dates
from ..french_calendar import Holiday, WorkingDays, easter
from ..obligation_dates import (
    DueRule,
    Period,
    due_date,
    in_month,
    instalment,
    periods,
    to_euro,
    working_date,
)

days = st.dates(date(2000, 1, 1), date(2099, 12, 31))
year_ends = st.tuples(st.integers(1, 12), st.integers(1, 31))
frequencies = st.sampled_from(["month", "quarter", "calendar_year", "fiscal_year"])
cents = st.integers(-(10**12), 10**12)
unhurried = settings(deadline=None)
ALSACE = frozenset({"57", "67", "68"})
HOLIDAYS = [
    Holiday(month=1, day=1),
    Holiday(month=5, day=1),
    Holiday(month=5, day=8),
    Holiday(month=7, day=14),
    Holiday(month=8, day=15),
    Holiday(month=11, day=1),
    Holiday(month=11, day=11),
    Holiday(month=12, day=25),
    Holiday(easter=1),
    Holiday(easter=39),
    Holiday(easter=50),
    Holiday(month=12, day=26, departments=ALSACE),
    Holiday(easter=-2, departments=ALSACE, postcodes=frozenset({"67600", "68000"})),
]


@tagged("post_install", "-at_install")
class TestObligationDates(BaseCase):
    """Published dates, and what holds whatever the dates."""

    def test_doctests(self):
        for module in (french_calendar, obligation_dates):
            self.assertFalse(doctest.testmod(module).failed)

    def test_easter_of_published_years(self):
        published = ["2024-03-31", "2025-04-20", "2026-04-05", "2027-03-28"]
        self.assertEqual([str(easter(y)) for y in range(2024, 2028)], published)

    def test_holidays_of_2026(self):
        everywhere = {
            *("2026-01-01", "2026-04-06", "2026-05-01", "2026-05-08", "2026-05-14"),
            *("2026-05-25", "2026-07-14", "2026-08-15", "2026-11-01", "2026-11-11"),
            "2026-12-25",
        }
        for postcode, more in (
            ("75011", set()),
            ("", set()),
            ("67000", {"2026-12-26"}),
            ("67600", {"2026-12-26", "2026-04-03"}),
            # a postcode of the list is one only where the law is in force
            ("54000", set()),
        ):
            found = WorkingDays(HOLIDAYS, postcode).holidays(2026)
            self.assertEqual({str(day) for day in found}, everywhere | more, postcode)

    def test_a_holiday_that_ends(self):
        abolished = Holiday(month=5, day=8, valid_until=date(2026, 12, 31))
        self.assertTrue(abolished.on(2026))
        self.assertFalse(abolished.on(2027))

    def test_annual_return_on_the_second_working_day_after_1_may(self):
        rule = DueRule("fiscal_year", "day", months=5, day=1, working_days=2)
        calendar = WorkingDays(HOLIDAYS, "67600")
        due = [
            working_date(rule, due_date(rule, Period(d, d)), calendar)
            for d in (date(year, 12, 31) for year in (2023, 2024, 2025, 2026))
        ]
        self.assertEqual(
            [str(day) for day in due],
            ["2024-05-03", "2025-05-05", "2026-05-05", "2027-05-04"],
        )

    def test_instalments_of_the_simplified_regime(self):
        self.assertEqual(instalment(800000, 5500, 100000), 440000)
        self.assertEqual(instalment(800000, 4000, 100000), 320000)
        self.assertEqual(instalment(100000, 5500, 100000), 55000)
        self.assertIsNone(instalment(99999, 4000, 100000))

    def test_accounts_are_approved_within_six_months(self):
        rule = DueRule("fiscal_year", "span", months=6, moves=False)
        for end, due in (
            ("2025-12-31", "2026-06-30"),
            ("2026-02-28", "2026-08-31"),
            ("2025-09-15", "2026-03-15"),
        ):
            day = date.fromisoformat(end)
            self.assertEqual(str(due_date(rule, Period(day, day))), due)

    @unhurried
    @given(days, st.booleans())
    def test_next_working_day(self, day, in_alsace):
        calendar = WorkingDays(HOLIDAYS, "67600" if in_alsace else "75011")
        found = calendar.next(day)
        self.assertTrue(calendar.is_open(found))
        self.assertLessEqual(found - day, timedelta(5))
        between = [day + timedelta(n) for n in range((found - day).days)]
        self.assertFalse(any(calendar.is_open(d) for d in between))
        self.assertEqual(calendar.next(found), found)

    @unhurried
    @given(days, st.integers(0, 15))
    def test_working_days_are_counted(self, day, count):
        calendar = WorkingDays(HOLIDAYS, "67600")
        found = calendar.nth_after(day, count)
        after = [day + timedelta(n + 1) for n in range((found - day).days)]
        self.assertEqual(sum(calendar.is_open(d) for d in after), count)

    @unhurried
    @given(st.integers(1900, 2199))
    def test_easter_is_a_sunday_of_spring(self, year):
        day = easter(year)
        self.assertEqual(day.weekday(), 6)
        self.assertTrue(date(year, 3, 22) <= day <= date(year, 4, 25))

    @unhurried
    @given(frequencies, year_ends, days, st.integers(0, 1200))
    def test_periods_follow_one_another_and_cover(self, frequency, end, first, more):
        last = first + timedelta(more)
        found = periods(frequency, end, first, last)
        self.assertLessEqual(found[0].first, first)
        self.assertGreaterEqual(found[-1].last, last)
        for one, other in zip(found, found[1:], strict=False):
            self.assertEqual(other.first - one.last, timedelta(1))
        for period in found:
            self.assertTrue(period.clip(first, last))

    @unhurried
    @given(year_ends, days)
    def test_a_fiscal_year_is_a_year(self, end, day):
        (period,) = periods("fiscal_year", end, day, day)
        self.assertTrue(364 <= (period.last - period.first).days <= 366)
        self.assertEqual(period.last, in_month(period.last.year, *end))

    @unhurried
    @given(days, st.integers(0, 18), st.integers(1, 31))
    def test_due_dates_are_in_their_month(self, day, months, table_day):
        rule = DueRule("month", "table", months=months)
        due = due_date(rule, Period(day.replace(day=1), day), table_day)
        counted = (due.year - day.year) * 12 + due.month - day.month
        self.assertEqual(counted, months)
        self.assertLessEqual(due.day, table_day)

    @unhurried
    @given(cents)
    def test_euros(self, amount):
        euros = to_euro(amount)
        self.assertEqual(euros % 100, 0)
        self.assertLessEqual(abs(euros - amount), 50)
        self.assertEqual(to_euro(-amount), -euros)

    @unhurried
    @given(st.integers(0, 10**12))
    def test_both_instalments_are_less_than_the_tax_and_a_euro(self, base):
        july, december = instalment(base, 5500), instalment(base, 4000)
        self.assertLessEqual(july + december, base * 95 // 100 + 101)
