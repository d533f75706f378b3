"""What a key says, worked out: from what was measured to each firm's part of a cost.

Pure arithmetic on exact fractions, no database, no floats and no rounding: cents are
made of the result by :mod:`allocation`.

How it works, in this order, whatever the key:

1. each *part* of the key shares its percentage of the cost by what it measures (equal
   shares, hours, turnover…), through its progressive *brackets* when it has some;
2. the sum of it, a firm's weight, is multiplied by the firm's *factor*: its solidarity
   coefficient and its start-up discount. Weights are shared out again, so that the
   others bear what a firm does not pay: nothing is lost, and a discount that all the
   firms have changes nothing;
3. no firm pays less than the *floor* or more than the *ceiling*: what that takes from
   or gives to the others is spread over them by their weights.

How to use::

    >>> equal = {"A": 1, "B": 1, "C": 1, "D": 1, "E": 1}
    >>> hours = {"A": 12, "B": 24, "C": 12, "D": 0, "E": 0}
    >>> key = key_shares([Part(50, equal), Part(50, hours)])
    >>> {firm: str(share) for firm, share in key.shares.items()}
    {'A': '9/40', 'B': '7/20', 'C': '9/40', 'D': '1/10', 'E': '1/10'}

A start-up discount of half for E, of which the weight counts for half; a coefficient of
2 for A::

    >>> factors = {"A": factor(2), "E": factor(discount=50)}
    >>> key = key_shares([Part(100, equal)], factors)
    >>> {firm: str(share) for firm, share in key.shares.items()}
    {'A': '4/11', 'B': '2/11', 'C': '2/11', 'D': '2/11', 'E': '1/11'}

Nobody below 15 % of the cost nor above 30 %::

    >>> key = key_shares([Part(100, hours)], None, percent(15), percent(30))
    >>> {firm: str(share) for firm, share in key.shares.items()}
    {'A': '1/5', 'B': '3/10', 'C': '1/5', 'D': '3/20', 'E': '3/20'}
    >>> key.bounds
    {'B': 'ceiling', 'D': 'floor', 'E': 'floor'}
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from fractions import Fraction

from .allocation import Member, NoWeightError, exact_shares

Number = int | Decimal | Fraction


class NothingMeasuredError(NoWeightError):
    """A part of the key is zero for every firm. ``rank``: which one, from 0."""

    def __init__(self, rank):
        super().__init__(f"part {rank} of the key is zero for everybody")
        self.rank = rank


class BoundsError(ValueError):
    """No sharing keeps every firm between the floor and the ceiling."""


@dataclass(frozen=True)
class Part:
    """A part of a key: the percentage of the cost it shares, and by what.

    ``values`` is what was measured for each firm, ``brackets`` see :func:`progressive`.
    """

    percent: Number
    values: Mapping[Member, Number]
    brackets: Sequence[tuple[Number, Number]] = ()

    def weights(self) -> dict[Member, Fraction]:
        """The value of the part for each firm, through its brackets if it has some.

        >>> Part(100, {"A": 20001, "B": -500}, [(0, 10), (20000, 8)]).weights()
        {'A': Fraction(50002, 25), 'B': Fraction(0, 1)}
        >>> Part(100, {"A": Decimal("3.5")}).weights()
        {'A': Fraction(7, 2)}
        """
        if not self.brackets:
            return {firm: Fraction(value) for firm, value in self.values.items()}
        return {
            firm: progressive(value, self.brackets)
            for firm, value in self.values.items()
        }


@dataclass(frozen=True)
class KeyShares:
    """The result: fractions of the cost that add up to 1, and who was held back.

    ``bounds`` says ``floor`` or ``ceiling`` for the firms that are on it.
    """

    shares: dict
    bounds: dict = field(default_factory=dict)


def percent(number: Number) -> Fraction:
    """A percentage as a fraction.

    >>> percent(Decimal("12.5"))
    Fraction(1, 8)
    """
    return Fraction(number) / 100


def progressive(value: Number, brackets: Sequence[tuple[Number, Number]]) -> Fraction:
    """A contribution by marginal brackets: each slice of a value has its own rate.

    :param value: what is measured; below zero it counts as 0
    :param brackets: (where the bracket starts, its rate in percent), in any order; what
        is below the first start counts for nothing

    10 % up to 20,000 and 8 % above: one euro more adds 8 cents. (A rate that applied to
    the whole would make 1,600.08 of it.)

    >>> rates = [(0, 10), (20000, 8)]
    >>> [float(progressive(value, rates)) for value in (20000, 20001, -500)]
    [2000.0, 2000.08, 0.0]
    >>> progressive(1500, [(1000, 5)])
    Fraction(25, 1)

    It comes in two kinds. Here it is the *value of a key*: a weight by which a real
    cost is shared, so that firms pay in these proportions, whatever the cost. As an
    amount that is due (10 % of the margin, whatever things cost) it would leave a
    surplus or a lack: that is a contribution, and no sharing of a cost.
    """
    ordered = sorted((Fraction(start), Fraction(rate)) for start, rate in brackets)
    value = Fraction(value)
    ends = [start for start, _rate in ordered[1:]] + [value]
    return sum(
        (
            (min(value, end) - start) * rate / 100
            for (start, rate), end in zip(ordered, ends, strict=True)
            if value > start
        ),
        Fraction(0),
    )


def membership_month(joined: date, day: date) -> int:
    """Which month of membership a day is in: 1 for the month of joining.

    >>> membership_month(date(2026, 8, 20), date(2026, 8, 1))
    1
    >>> membership_month(date(2026, 8, 20), date(2027, 7, 31))
    12
    """
    return (day.year - joined.year) * 12 + day.month - joined.month + 1


def start_up_discount(month: int, steps: Sequence[tuple[int, Number]]) -> Number:
    """The discount of a firm in a month of its membership, in percent.

    :param month: see :func:`membership_month`
    :param steps: (last month of the step, discount in percent), in any order

    Half for a year; half for six months then a quarter for six:

    >>> [start_up_discount(month, [(12, 50)]) for month in (1, 12, 13)]
    [50, 50, 0]
    >>> [start_up_discount(month, [(12, 25), (6, 50)]) for month in (6, 7, 13)]
    [50, 25, 0]
    """
    for last, discount in sorted(steps):
        if month <= last:
            return discount
    return 0


def factor(coefficient: Number = 1, discount: Number = 0) -> Fraction:
    """What the weight of a firm is multiplied by.

    :param coefficient: of solidarity, decided by vote; 1 changes nothing
    :param discount: percent, see :func:`start_up_discount`

    >>> factor(Decimal("0.8"), 50)
    Fraction(2, 5)
    """
    return Fraction(coefficient) * (1 - percent(discount))


def combine(parts: Sequence[Part]) -> dict[Member, Fraction]:
    """The weight of each firm over the parts of a key; the weights add up to 1.

    :param parts: their percentages add up to 100, and they measure the same firms
    :raise NothingMeasuredError: a part is zero for everybody
    :raise ValueError: percentages that do not add up to 100, a negative value

    >>> combine([Part(25, {"A": 1, "B": 1}), Part(75, {"A": 3, "B": 0})])
    {'A': Fraction(7, 8), 'B': Fraction(1, 8)}
    """
    if sum(Fraction(part.percent) for part in parts) != 100:
        raise ValueError("the parts of a key do not add up to 100 %")
    weights = dict.fromkeys(parts[0].values, Fraction(0))
    for rank, part in enumerate(parts):
        values = part.weights()
        if not any(values.values()):
            raise NothingMeasuredError(rank)
        for firm, share in exact_shares(1, values).items():
            weights[firm] += share * percent(part.percent)
    return weights


def within(
    weights: Mapping[Member, Fraction], floor: Fraction, ceiling: Fraction
) -> KeyShares:
    """Share 1 by weights so that everyone is between a floor and a ceiling.

    :param weights: ≥ 0, of any sum
    :param floor: least that each one has, a fraction of 1
    :param ceiling: most that each one has
    :raise BoundsError: that cannot be: floors of more than 1 in all, ceilings of less
        than 1 in all over those who have a weight
    :raise NoWeightError: all weights are zero

    There is one number by which all weights can be multiplied so that, held to their
    bounds, they add up to 1. It is found as CSS finds the widths of a flexible box: who
    is out of bounds is set on the bound, on the side where more is missing, and the
    others share the rest by their weights, until nobody is out of bounds. The order of
    the firms does not count.

    >>> within({"A": 8, "B": 1, "C": 1}, Fraction(0), Fraction(1, 2)).shares
    {'A': Fraction(1, 2), 'B': Fraction(1, 4), 'C': Fraction(1, 4)}
    >>> within({"A": 8, "B": 1, "C": 1}, Fraction(1, 5), Fraction(1)).shares
    {'A': Fraction(3, 5), 'B': Fraction(1, 5), 'C': Fraction(1, 5)}
    >>> within({"A": 1, "B": 0}, 0, Fraction(1, 2))  # doctest: +IGNORE_EXCEPTION_DETAIL
    Traceback (most recent call last):
    BoundsError: nobody can be between the floor and the ceiling
    """
    shares = exact_shares(1, weights)
    most = sum(ceiling if share else floor for share in shares.values())
    if floor > ceiling or floor * len(shares) > 1 or most < 1:
        raise BoundsError("nobody can be between the floor and the ceiling")
    bounds = {}
    while True:
        rest = 1 - sum(shares[firm] for firm in bounds)
        free = [firm for firm in shares if firm not in bounds]
        weight = sum(weights[firm] for firm in free)
        for firm in free:
            shares[firm] = Fraction(rest * weights[firm], weight) if weight else floor
        low = {firm: floor - shares[firm] for firm in free if shares[firm] < floor}
        high = {firm: shares[firm] - ceiling for firm in free if shares[firm] > ceiling}
        if not low and not high:
            return KeyShares(
                shares, {firm: bounds[firm] for firm in shares if firm in bounds}
            )
        missing, beyond = sum(low.values()), sum(high.values())
        if missing >= beyond:
            shares |= dict.fromkeys(low, floor)
            bounds |= dict.fromkeys(low, "floor")
        if beyond >= missing:
            shares |= dict.fromkeys(high, ceiling)
            bounds |= dict.fromkeys(high, "ceiling")


def key_shares(
    parts: Sequence[Part],
    factors: Mapping[Member, Fraction] | None = None,
    floor: Fraction = Fraction(0),
    ceiling: Fraction = Fraction(1),
) -> KeyShares:
    """The part of a cost that each firm bears under a key.

    :param parts: see :func:`combine`
    :param factors: see :func:`factor`; 1 for the firms that are left out
    :param floor: least that a firm bears, as a fraction of the cost; an amount is
        divided by the cost without its sign, so that a credit is shared as a cost is
    :param ceiling: most that a firm bears
    :return: see :class:`KeyShares`
    :raise BoundsError: see :func:`within`
    :raise NothingMeasuredError: see :func:`combine`
    :raise NoWeightError: the factors leave nobody to pay

    >>> key_shares([Part(100, {"A": 12500000, "B": 8300000})]).shares
    {'A': Fraction(125, 208), 'B': Fraction(83, 208)}
    """
    factors = factors or {}
    weights = {
        firm: weight * factors.get(firm, 1) for firm, weight in combine(parts).items()
    }
    return within(weights, floor, ceiling)
