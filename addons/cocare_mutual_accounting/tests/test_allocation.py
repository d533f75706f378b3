import logging
from fractions import Fraction

from hypothesis import given, settings
from hypothesis import strategies as st

from odoo.tests import BaseCase, tagged

from ..allocation import allocate, allocate_cumulative, apportion, exact_shares

_figure = logging.getLogger("cocare.figure")

CENTS = st.integers(-(10**12), 10**12)
WEIGHTS = st.lists(st.integers(0, 10**9), min_size=1, max_size=40).filter(any)
EXAMPLES = 5000


@tagged("post_install", "-at_install")
class TestAllocation(BaseCase):
    """The arithmetic of sharing, on the published numbers and on random ones."""

    def test_published_numbers(self):
        self.assertEqual(allocate(10000, [1] * 7), [1429] * 4 + [1428] * 3)
        self.assertEqual(
            allocate(123456, [12500000, 8300000, 4150000, 1999900, 50100]),
            [57156, 37951, 18976, 9144, 229],
        )

    def test_twelve_months_over_three_members_even_out(self):
        weights = {"A": 1, "B": 1, "C": 1}
        fixed = [allocate(100000, [1, 1, 1]) for _month in range(12)]
        self.assertEqual(
            [sum(m) for m in zip(*fixed, strict=True)], [400008, 399996, 399996]
        )
        entitled, invoiced = dict.fromkeys("ABC", 0), dict.fromkeys("ABC", 0)
        for _month in range(12):
            share = allocate_cumulative(100000, weights, entitled, invoiced)
            exact = exact_shares(100000, weights)
            entitled = {m: entitled[m] + exact[m] for m in weights}
            invoiced = {m: invoiced[m] + share[m] for m in weights}
        self.assertEqual(invoiced, dict.fromkeys("ABC", 400000))

    def test_nothing_to_share_by(self):
        self.assertEqual(allocate(0, [0, 0]), [0, 0])
        with self.assertRaises(ValueError):
            allocate(1, [0, 0])
        with self.assertRaises(ValueError):
            allocate(1, [2, -1])
        with self.assertRaises(ValueError):
            apportion(1, {})

    def test_random_shares_add_up_and_stay_within_a_cent(self):
        tried = 0

        @settings(max_examples=EXAMPLES, deadline=None, database=None, derandomize=True)
        @given(CENTS, WEIGHTS)
        def check(total, weights):
            nonlocal tried
            tried += 1
            shares = allocate(total, weights)
            self.assertEqual(sum(shares), total)
            for share, weight in zip(shares, weights, strict=True):
                exact = Fraction(total * weight, sum(weights))
                self.assertLess(abs(share - exact), 1)
            self.assertEqual(allocate(-total, weights), [-share for share in shares])

        check()
        _figure.info("%s=%s", "allocation.random_cases", tried)
        _figure.info("%s=%s", "allocation.cents_lost", 0)

    def test_random_periods_add_up_and_never_drift(self):
        period = st.tuples(
            st.integers(0, 10**9),
            st.lists(st.integers(0, 10**6), min_size=4, max_size=4).filter(any),
        )

        @settings(max_examples=500, deadline=None, database=None, derandomize=True)
        @given(st.lists(period, min_size=1, max_size=12))
        def check(periods):
            entitled, invoiced = dict.fromkeys(range(4), 0), dict.fromkeys(range(4), 0)
            for total, values in periods:
                weights = dict(enumerate(values))
                share = allocate_cumulative(total, weights, entitled, invoiced)
                self.assertEqual(sum(share.values()), total)
                exact = exact_shares(total, weights)
                for member in weights:
                    entitled[member] += exact[member]
                    invoiced[member] += share[member]
                    if not weights[member]:
                        self.assertEqual(share[member], 0)
                    # One odd cent a member at most is ever on the way.
                    self.assertLess(abs(invoiced[member] - entitled[member]), 4)

        check()
