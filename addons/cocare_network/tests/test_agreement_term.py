import doctest
from datetime import date, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from odoo.tests import BaseCase, tagged

from .. import agreement_term, expected_cost

days = st.dates(date(2000, 1, 1), date(2099, 12, 31))
months = st.integers(0, 36)


@tagged("post_install", "-at_install")
class TestAgreementTerm(BaseCase):
    """Arithmetic of months, at their ends too."""

    def test_doctests(self):
        for module in (agreement_term, expected_cost):
            result = doctest.testmod(module)
            self.assertTrue(result.attempted)
            self.assertFalse(result.failed)

    def test_month_ends(self):
        end = agreement_term.notice_end
        for notified, count, at_month_end, expected in (
            (date(2027, 11, 30), 3, False, date(2028, 2, 29)),
            (date(2027, 11, 29), 3, False, date(2028, 2, 29)),
            (date(2027, 11, 28), 3, False, date(2028, 2, 28)),
            (date(2026, 11, 30), 3, True, date(2027, 2, 28)),
            (date(2026, 12, 31), 6, False, date(2027, 6, 30)),
            (date(2026, 5, 5), 0, False, date(2026, 5, 5)),
            (date(2026, 5, 5), 0, True, date(2026, 5, 31)),
        ):
            self.assertEqual(end(notified, count, at_month_end), expected)

    def test_terms_of_a_month_end_do_not_drift(self):
        start = date(2028, 1, 31)
        ends = [
            agreement_term.term_end(start, count, 0, start) for count in range(1, 5)
        ]
        self.assertEqual(
            ends,
            [
                date(2028, 2, 29),
                date(2028, 3, 30),
                date(2028, 4, 30),
                date(2028, 5, 30),
            ],
        )

    @settings(deadline=None)
    @given(days, months, st.booleans())
    def test_notice_is_whole(self, notified, count, at_month_end):
        end = agreement_term.notice_end(notified, count, at_month_end)
        self.assertGreaterEqual(end, notified)
        # A later notice never ends sooner.
        later = agreement_term.notice_end(
            notified + timedelta(days=1), count, at_month_end
        )
        self.assertGreaterEqual(later, end)
        if at_month_end:
            self.assertEqual((end + timedelta(days=1)).day, 1)

    @settings(deadline=None)
    @given(days, months, st.booleans())
    def test_deadline_is_the_last_day_in_time(self, end, count, at_month_end):
        deadline = agreement_term.notice_deadline(end, count, at_month_end)
        notice_end = agreement_term.notice_end
        self.assertLessEqual(notice_end(deadline, count, at_month_end), end)
        late = deadline + timedelta(days=1)
        self.assertGreater(notice_end(late, count, at_month_end), end)

    @settings(deadline=None)
    @given(days, st.integers(1, 24), st.integers(1, 24), days, months, st.booleans())
    def test_last_day_ends_a_term_with_the_whole_notice(
        self, start, duration, renewal, notified, count, at_month_end
    ):
        last = agreement_term.last_day(
            start, duration, renewal, notified, count, at_month_end
        )
        self.assertGreaterEqual(
            last, agreement_term.notice_end(notified, count, at_month_end)
        )
        self.assertEqual(last, agreement_term.term_end(start, duration, renewal, last))
