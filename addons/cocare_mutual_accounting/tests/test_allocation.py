import doctest
import logging
import random
from decimal import Decimal
from fractions import Fraction

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from odoo.tests import BaseCase, tagged

from .. import allocation, key_formula
from ..allocation import allocate, allocate_cumulative, apportion, exact_shares
from ..key_formula import BoundsError, Part, factor, key_shares, percent

_figure = logging.getLogger("cocare.figure")

CENTS = st.integers(-(10**12), 10**12)
WEIGHTS = st.lists(st.integers(0, 10**9), min_size=1, max_size=40).filter(any)
#: cases drawn by hypothesis, which looks for the odd ones, and by a fixed seed, in bulk
SOUGHT, BULK = 500, 100_000
CUTS = ((100,), (100,), (50, 50), (20, Decimal("47.5"), Decimal("32.5")))
BRACKETS = ((0, 10), (20000, 8), (50000, Decimal("2.5")))


@tagged("post_install", "-at_install")
class TestAllocation(BaseCase):
    """The arithmetic of sharing, on the published numbers and on random ones."""

    def test_doctests(self):
        for module in (allocation, key_formula):
            self.assertFalse(doctest.testmod(module).failed)

    def test_published_numbers(self):
        self.assertEqual(allocate(10000, [1] * 7), [1429] * 4 + [1428] * 3)
        self.assertEqual(
            allocate(123456, [12500000, 8300000, 4150000, 1999900, 50100]),
            [57156, 37951, 18976, 9144, 229],
        )

    def test_twelve_months_over_three_members_even_out(self):
        fixed = [allocate(100000, [1, 1, 1]) for _month in range(12)]
        self.assertEqual(
            [sum(m) for m in zip(*fixed, strict=True)], [400008, 399996, 399996]
        )
        entitled, invoiced = dict.fromkeys("ABC", 0), dict.fromkeys("ABC", 0)
        exact = exact_shares(100000, {"A": 1, "B": 1, "C": 1})
        for _month in range(12):
            share = allocate_cumulative(exact, entitled, invoiced)
            entitled = {m: entitled[m] + exact[m] for m in exact}
            invoiced = {m: invoiced[m] + share[m] for m in exact}
        self.assertEqual(invoiced, dict.fromkeys("ABC", 400000))

    def test_nothing_to_share_by(self):
        self.assertEqual(allocate(0, [0, 0]), [0, 0])
        with self.assertRaises(ValueError):
            allocate(1, [0, 0])
        with self.assertRaises(ValueError):
            allocate(1, [2, -1])
        with self.assertRaises(ValueError):
            apportion(1, {})
        with self.assertRaises(ValueError):
            allocate_cumulative({"A": Fraction(1, 2)}, {}, {})

    def test_published_brackets_as_a_key(self):
        """10 % up to 20,000 and 8 % above; a loss weighs nothing, and no less."""
        margins = {"A": Decimal("20001"), "B": Decimal("10000"), "C": Decimal("-500")}
        part = Part(100, margins, [(0, 10), (20000, 8)])
        self.assertEqual(part.weights()["A"], Fraction(200008, 100))
        exact = {f: 300008 * s for f, s in key_shares([part]).shares.items()}
        self.assertEqual(apportion(300008, exact), {"A": 200008, "B": 100000, "C": 0})

    def test_what_is_no_key(self):
        for wrong in (
            [Part(60, {"A": 1}), Part(30, {"A": 1})],
            [Part(100, {"A": 2, "B": -1})],
            [Part(100, {"A": 0, "B": 0})],
            [Part(50, {"A": 1, "B": 0}), Part(50, {"A": 0, "B": 0})],
        ):
            with self.assertRaises(ValueError):
                key_shares(wrong)
        equal = [Part(100, {"A": 1, "B": 1})]
        with self.assertRaises(allocation.NoWeightError):
            key_shares(equal, {"A": Fraction(0), "B": Fraction(0)})
        for floor, ceiling in ((60, 100), (0, 40), (30, 20)):
            with self.assertRaises(BoundsError):
                key_shares(equal, None, percent(floor), percent(ceiling))

    def test_bounds_that_leave_no_choice(self):
        hours = [Part(100, {"A": 7, "B": 1, "C": 0})]
        key = key_shares(hours, None, percent(10), percent(45))
        self.assertEqual(
            [str(share) for share in key.shares.values()], ["9/20", "9/20", "1/10"]
        )
        self.assertEqual(key.bounds["C"], "floor")

    def test_random_shares_add_up_and_stay_within_a_cent(self):
        @settings(max_examples=SOUGHT, deadline=None, database=None, derandomize=True)
        @given(CENTS, WEIGHTS)
        def check(total, weights):
            shares = allocate(total, weights)
            self.assertEqual(sum(shares), total)
            for share, weight in zip(shares, weights, strict=True):
                exact = Fraction(total * weight, sum(weights))
                self.assertLess(abs(share - exact), 1)
            self.assertEqual(allocate(-total, weights), [-share for share in shares])

        check()

    def test_random_periods_add_up_and_never_drift(self):
        period = st.tuples(
            st.integers(0, 10**9),
            st.lists(st.integers(0, 10**6), min_size=4, max_size=4).filter(any),
        )

        @settings(max_examples=100, deadline=None, database=None, derandomize=True)
        @given(st.lists(period, min_size=1, max_size=12))
        def check(periods):
            entitled, invoiced = dict.fromkeys(range(4), 0), dict.fromkeys(range(4), 0)
            for total, values in periods:
                exact = exact_shares(total, dict(enumerate(values)))
                share = allocate_cumulative(exact, entitled, invoiced)
                self.assertEqual(sum(share.values()), total)
                for member in exact:
                    entitled[member] += exact[member]
                    invoiced[member] += share[member]
                    if not exact[member]:
                        self.assertEqual(share[member], 0)
                    # One odd cent a member at most is ever on the way.
                    self.assertLess(abs(invoiced[member] - entitled[member]), 4)

        check()

    def test_sought_bounds_are_kept_whatever_the_weights(self):
        @settings(max_examples=SOUGHT, deadline=None, database=None, derandomize=True)
        @given(
            st.lists(st.integers(0, 10**6), min_size=1, max_size=8).filter(any),
            st.integers(0, 100),
            st.integers(0, 100),
        )
        def check(weights, floor, ceiling):
            floor, ceiling = percent(floor), percent(ceiling)
            weights = dict(enumerate(weights))
            try:
                key = key_formula.within(weights, floor, ceiling)
            except BoundsError:
                most = sum(ceiling if weight else floor for weight in weights.values())
                assume(floor <= ceiling)
                self.assertTrue(floor * len(weights) > 1 or most < 1)
                return
            self._check_bounds(weights, floor, ceiling, key)

        check()

    def _check_bounds(self, weights, floor, ceiling, key):
        """Everyone within the bounds; between those who are on none, by weight."""
        assert sum(key.shares.values()) == 1
        free = [firm for firm in weights if firm not in key.bounds]
        for firm, share in key.shares.items():
            assert floor <= share <= ceiling
            assert key.bounds.get(firm) != "floor" or share == floor
            assert key.bounds.get(firm) != "ceiling" or share == ceiling
        for firm in free:
            assert (
                key.shares[firm] * weights[free[0]]
                == key.shares[free[0]] * weights[firm]
            )

    def test_random_keys_of_every_form(self):
        """Periods of random costs under random keys: parts, brackets, coefficients,
        discounts, bounds. What is invoiced adds up to the cost in every period."""
        draw = random.Random(20261127)
        cases = lost = refused = 0
        while cases < BULK:
            firms, months = range(draw.randint(1, 4)), draw.choice((1, 6, 12))
            # With firms that come and go, one odd cent of each may be on the way.
            everybody = draw.random() < 0.5
            drift = 1 if everybody else len(firms)
            entitled, invoiced = dict.fromkeys(firms, 0), dict.fromkeys(firms, 0)
            key = None
            for _month in range(months):
                if not key or not draw.randrange(6):
                    try:
                        key = self._draw_key(draw, firms, everybody)
                    except BoundsError:
                        refused += 1
                        continue
                total = draw.choice((1, 100, -1)) * draw.randint(0, 10**7)
                exact = {firm: total * share for firm, share in key.shares.items()}
                share = allocate_cumulative(exact, entitled, invoiced)
                lost += abs(sum(share.values()) - total)
                if not draw.randrange(8):
                    self._check_mirror(exact, entitled, invoiced, share)
                for firm in firms:
                    entitled[firm] += exact[firm]
                    invoiced[firm] += share[firm]
                    assert abs(invoiced[firm] - entitled[firm]) < drift
                cases += 1
        self.assertEqual(lost, 0)
        self.assertTrue(refused)
        _figure.info("%s=%s", "allocation.cases", cases)
        _figure.info("%s=%s", "allocation.cents_lost", lost)

    def _draw_key(self, draw, firms, everybody):
        """A key of any form, worked out; now and then in another order of the firms.

        :param bool everybody: no firm is without weight
        """

        def value():
            value = draw.choice((1, 9, 10**7))
            return draw.randint(1 if everybody else 0, value)

        cuts = draw.choice(CUTS)
        parts = [
            Part(
                cut,
                {firm: value() or not firm for firm in firms},
                BRACKETS if draw.random() < 0.2 else (),
            )
            for cut in cuts
        ]
        factors = {
            firm: factor(draw.choice((1, 2, Decimal("0.8"))), draw.choice((0, 25, 50)))
            for firm in firms
            if draw.random() < 0.3
        }
        floor = percent(draw.choice((0, 0, 0, 5, 20)))
        ceiling = percent(draw.choice((100, 100, 100, 60, 35)))
        key = key_shares(parts, factors, floor, ceiling)
        if not draw.randrange(8):
            weights = key_formula.combine(parts)
            weights = {firm: weights[firm] * factors.get(firm, 1) for firm in firms}
            self._check_bounds(weights, floor, ceiling, key)
            self._check_order(draw, weights, floor, ceiling, key)
        return key

    def _check_order(self, draw, weights, floor, ceiling, key):
        """In another order the shares are the same; cents differ between ties only."""
        turned = dict(reversed(weights.items()))
        shares = key_formula.within(turned, floor, ceiling).shares
        assert shares == key.shares
        total = draw.randint(0, 10**6)
        exact = {firm: total * share for firm, share in key.shares.items()}
        cents = apportion(total, exact)
        others = apportion(total, {firm: exact[firm] for firm in turned})
        odd = [firm for firm in weights if cents[firm] != others[firm]]
        assert len({exact[firm] % 1 for firm in odd}) <= 1

    def _check_mirror(self, exact, entitled, invoiced, share):
        """What was charged is given back to the cent, whatever came before."""
        opposite = allocate_cumulative(
            *({m: -n for m, n in of.items()} for of in (exact, entitled, invoiced))
        )
        assert opposite == {firm: -cents for firm, cents in share.items()}
