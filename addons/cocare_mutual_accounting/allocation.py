"""Sharing an amount so that the shares always add up to it.

Pure arithmetic: integers (cents) and exact fractions, no database and no floats.

How to use::

    >>> allocate(10000, [1] * 7)  # 100.00 over seven equal members
    [1429, 1429, 1429, 1429, 1428, 1428, 1428]
    >>> allocate(123456, [12500000, 8300000, 4150000, 1999900, 50100])  # by turnover
    [57156, 37951, 18976, 9144, 229]
    >>> allocate(-100000, [1, 1, 1]) == [-x for x in allocate(100000, [1, 1, 1])]
    True

How it works: everyone gets the whole cents of the exact share; the cents left go to
the largest remainders (Hamilton's method). Equal remainders are served in the order
given, so callers pass members in a fixed order.

Over several periods the odd cent would always fall on the same member. So the
*entitlements* are cumulated exactly and rounded against what was invoiced before::

    >>> months, entitled, invoiced = [], {}, {}
    >>> for month in range(3):
    ...     exact = exact_shares(100000, dict(A=1, B=1, C=1))
    ...     share = allocate_cumulative(exact, entitled, invoiced)
    ...     for member in exact:
    ...         entitled[member] = entitled.get(member, 0) + exact[member]
    ...         invoiced[member] = invoiced.get(member, 0) + share[member]
    ...     months.append([share[member] for member in "ABC"])
    >>> months
    [[33334, 33333, 33333], [33333, 33334, 33333], [33333, 33333, 33334]]
    >>> invoiced
    {'A': 100000, 'B': 100000, 'C': 100000}

What each member owes exactly comes from the values of a key: :func:`exact_shares` for
plain weights, :mod:`key_formula` for all that a key may say.
"""

from collections.abc import Hashable, Mapping, Sequence
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import TypeVar

Member = TypeVar("Member", bound=Hashable)


class NoWeightError(ValueError):
    """There is a cost and nobody has any weight to share it by."""


def to_cents(amount):
    """An amount with two decimals as an integer number of cents.

    :param amount: ``float`` or ``Decimal``; what the database stored, already rounded

    >>> to_cents(1234.56), to_cents(Decimal("-0.01")), to_cents(8258083.73)
    (123456, -1, 825808373)
    """
    cents = Decimal(str(amount)) * 100
    return int(cents.quantize(Decimal(1), rounding=ROUND_HALF_UP))


def from_cents(cents: int) -> float:
    """The nearest float of a number of cents, as Odoo's monetary fields want it.

    >>> from_cents(123456)
    1234.56
    """
    return cents / 100


def exact_shares(
    total: int, weights: Mapping[Member, int | Fraction]
) -> dict[Member, Fraction]:
    """What each member owes before any rounding.

    :param total: cents
    :param weights: value of the key for each member, ≥ 0 in one unit
    :raise NoWeightError: all weights are zero while there is a cost
    :raise ValueError: a weight is negative

    >>> exact_shares(100, {"A": 1, "B": 2})
    {'A': Fraction(100, 3), 'B': Fraction(200, 3)}
    >>> exact_shares(0, {"A": 0})
    {'A': Fraction(0, 1)}
    """
    negative = [member for member, weight in weights.items() if weight < 0]
    if negative:
        raise ValueError(f"negative weight for {negative[0]!r}")
    whole = sum(weights.values())
    if not whole:
        if total:
            raise NoWeightError("no weight to share by")
        return dict.fromkeys(weights, Fraction(0))
    return {
        member: Fraction(total * weight, whole) for member, weight in weights.items()
    }


def apportion(total: int, exact: Mapping[Member, Fraction]) -> dict[Member, int]:
    """Round exact shares to integers that add up to ``total``.

    ``exact`` usually adds up to ``total``; when it does not (some members stay at what
    they were invoiced), the difference is spread evenly first.

    >>> apportion(100, {"A": Fraction(100, 3), "B": Fraction(200, 3)})
    {'A': 33, 'B': 67}
    """
    if not exact:
        if total:
            raise ValueError("nobody to share with")
        return {}
    if total < 0:
        mirrored = apportion(-total, {m: -share for m, share in exact.items()})
        return {member: -share for member, share in mirrored.items()}
    shares = {member: share.__floor__() for member, share in exact.items()}
    each, left = divmod(total - sum(shares.values()), len(shares))
    by_remainder = sorted(exact, key=lambda m: shares[m] - exact[m])
    for rank, member in enumerate(by_remainder):
        shares[member] += each + (rank < left)
    return shares


def allocate(total: int, weights: Sequence[int]) -> list[int]:
    """Share ``total`` cents by ``weights``, members in the order given.

    :return: one share a member; their sum is ``total``
    :raise ValueError: see :func:`exact_shares`

    >>> allocate(1000, [0, 5, 0]), allocate(1, [1, 1])
    ([0, 1000, 0], [1, 0])
    """
    by_rank = dict(enumerate(weights))
    shares = apportion(total, exact_shares(total, by_rank))
    return [shares[rank] for rank in by_rank]


def allocate_cumulative(
    exact: Mapping[Member, Fraction],
    entitled: Mapping[Member, Fraction],
    invoiced: Mapping[Member, int],
) -> dict[Member, int]:
    """Share one more period so that rounding evens out over the periods.

    :param exact: what each member owes for this period, in cents before any rounding;
        they add up to its cost, a whole number of cents
    :param entitled: sum of the exact shares of each member in the periods before
    :param invoiced: sum of the cents invoiced to each member in the periods before
    :return: cents of this period for each member; their sum is the sum of ``exact``.
        A member that owes nothing exactly is left where it is: the cents it is ahead
        or behind wait for its next period.
    :raise ValueError: the exact shares do not add up to whole cents

    >>> thirds = {"A": Fraction(50), "B": Fraction(50), "C": Fraction(0)}
    >>> allocate_cumulative(thirds, {"C": Fraction(1, 3)}, {"C": 1})
    {'A': 50, 'B': 50, 'C': 0}
    """
    total = Fraction(sum(exact.values()))
    if total.denominator != 1:
        raise ValueError("exact shares do not add up to whole cents")
    owing = {
        member: share + entitled.get(member, 0)
        for member, share in exact.items()
        if share
    }
    before = {member: invoiced.get(member, 0) for member in owing}
    due = apportion(int(total) + sum(before.values()), owing)
    return {
        member: due[member] - before[member] if member in due else 0 for member in exact
    }
