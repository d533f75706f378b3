"""Elimination of what two firms book with each other, for combined accounts.

Pure arithmetic: integers (cents) and exact fractions, no database and no floats.

How to use::

    >>> receivable = {"411000": 12000}  # A's balance with B
    >>> payable = {"401000": -10000}  # B's balance with A
    >>> eliminate(receivable, payable)
    Elimination(here={'411000': -10000}, there={'401000': 10000}, difference=2000)

How it works: what both books agree on is taken out of both, so that the combined
accounts stay balanced and the result does not move; what they do not agree on stays
where it is, and is told as a difference. Where a side has several accounts, each gives
its part, by largest remainders.
"""

from collections.abc import Mapping
from fractions import Fraction
from typing import NamedTuple

from .allocation import apportion


class Elimination(NamedTuple):
    """Cents to add to each account of both sides, and what does not match."""

    here: dict[str, int]
    there: dict[str, int]
    difference: int


def eliminate(here: Mapping[str, int], there: Mapping[str, int]) -> Elimination:
    """Take out of both sides what they have in common.

    :param here: balances of one firm with the other by account, cents, debit positive
    :param there: balances of the other firm with the first, normally the opposite
    :return: eliminations that add up to zero over both sides; the difference is the sum
        of all balances

    >>> found = eliminate({"706": -10000}, {"622": 7000, "628": 5000})
    >>> found.here, found.there, found.difference
    ({'706': 10000}, {'622': -5833, '628': -4167}, 2000)
    >>> eliminate({"411": 500}, {})
    Elimination(here={}, there={}, difference=500)
    """
    mine, theirs = sum(here.values()), sum(there.values())
    if mine * theirs >= 0:
        return Elimination({}, {}, mine + theirs)
    common = min(abs(mine), abs(theirs))
    sign = 1 if mine > 0 else -1
    return Elimination(
        _spread(-sign * common, here), _spread(sign * common, there), mine + theirs
    )


def _spread(total, balances):
    """Share ``total`` among accounts in proportion to their balances."""
    whole = sum(balances.values())
    return apportion(
        total,
        {
            account: Fraction(total * cents, whole)
            for account, cents in balances.items()
        },
    )
