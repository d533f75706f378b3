from itertools import combinations

from hypothesis import given
from hypothesis import strategies as st

from odoo.tests import BaseCase, tagged

from ..elimination import eliminate
from ..netting import match, positions

FIRMS = list("ABCDEFGH")
pairs = st.sampled_from(FIRMS).flatmap(
    lambda one: st.tuples(
        st.just(one), st.sampled_from([other for other in FIRMS if other != one])
    )
)
cents = st.integers(-(10**9), 10**9).filter(bool)
obligations = st.lists(st.builds(lambda ends, c: (*ends, c), pairs, cents), max_size=60)
books = st.dictionaries(
    st.builds(lambda ends, n: (*ends, f"F{n}"), pairs, st.integers(1, 5)),
    cents,
    max_size=40,
)
balances = st.dictionaries(
    st.sampled_from(["401", "411", "467", "606", "706"]),
    st.integers(-(10**9), 10**9),
    max_size=5,
)


@tagged("post_install", "-at_install")
class TestNetting(BaseCase):
    """Properties of the arithmetic, whatever the debts."""

    @given(obligations)
    def test_net_positions_add_up_to_zero(self, debts):
        self.assertEqual(sum(p.net for p in positions(debts).values()), 0)

    @given(obligations)
    def test_no_firm_transfers_more_than_its_documents(self, debts):
        for firm, position in positions(debts).items():
            gross = sum(abs(c) for a, b, c in debts if firm in (a, b))
            self.assertLessEqual(abs(position.net), gross)

    @given(st.data(), obligations)
    def test_order_does_not_count(self, data, debts):
        shuffled = data.draw(st.permutations(debts))
        self.assertEqual(positions(debts), positions(shuffled))

    @given(obligations)
    def test_a_pair_nets_what_it_owes_either_way(self, debts):
        for one, other in combinations(FIRMS, 2):
            between = [d for d in debts if {d[0], d[1]} == {one, other}]
            found = positions(between)
            if between:
                self.assertEqual(found[one].net, -found[other].net)

    @given(books, books)
    def test_only_what_both_books_say_is_agreed(self, claims, debts):
        agreed, differing = match(claims, debts)
        self.assertFalse(agreed.keys() & differing.keys())
        self.assertEqual({*agreed, *differing}, {*claims, *debts})
        for key, amount in agreed.items():
            self.assertEqual(claims[key], amount)
            self.assertEqual(debts[key], amount)
        for key, sides in differing.items():
            self.assertEqual(sides, (claims.get(key, 0), debts.get(key, 0)))
            self.assertNotEqual(*sides)

    @given(balances, balances)
    def test_eliminations_are_balanced(self, here, there):
        found = eliminate(here, there)
        taken = [*found.here.values(), *found.there.values()]
        self.assertEqual(sum(taken), 0)
        left = sum(here.values()) + sum(found.here.values())
        left_there = sum(there.values()) + sum(found.there.values())
        self.assertEqual(left + left_there, found.difference)
        self.assertGreaterEqual(left * left_there, 0)

    @given(balances)
    def test_mirrored_balances_are_eliminated_whole(self, here):
        there = {f"of {code}": -amount for code, amount in here.items()}
        found = eliminate(here, there)
        self.assertEqual(found.difference, 0)
        if sum(here.values()):
            self.assertEqual(
                {code: amount + found.here[code] for code, amount in here.items()},
                dict.fromkeys(here, 0),
            )
