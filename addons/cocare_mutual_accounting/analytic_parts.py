"""The part of an item that an analytic account takes, to the cent.

Pure arithmetic, no database. The parts that the accounts of one plan take of an item
never add up to more than the item, so that pools of different accounts share nothing
twice:

    >>> analytic_parts(10001, {"7": 50.0, "8": 50.0}, {7, 8})
    {7: 5001, 8: 5000}
    >>> analytic_parts(10000, {"7,31": 25.0, "7": 5.0, "8": 33.33}, {7, 8})
    {7: 3000, 8: 3333}
    >>> analytic_parts(-10001, {"7": 50.0, "8": 50.0}, {7, 8})
    {7: -5001, 8: -5000}

A distribution above 100 % is a distribution in proportion:

    >>> analytic_parts(300, {"7": 100.0, "8": 200.0}, {7, 8})
    {7: 100, 8: 200}
"""

from collections.abc import Collection, Mapping

from .allocation import allocate

#: percentages are compared in ten-thousandths; the database keeps fewer decimals
SCALE = 10_000


def analytic_parts(
    cents: int, distribution: Mapping[str, float], plan: Collection[int]
) -> dict[int, int]:
    """Share an item between the analytic accounts of one plan.

    :param cents: balance of the item
    :param distribution: percentages of the item, as Odoo keeps them: the key is the
        ids of one account a plan, with commas
    :param plan: ids of the accounts of the plan
    :return: cents of each account of the plan that the distribution names
    """
    percents: dict[int, int] = {}
    for key, percent in distribution.items():
        for number in map(int, key.split(",")):
            if number in plan:
                percents[number] = percents.get(number, 0) + round(percent * SCALE)
    accounts = sorted(percents)
    weights = [percents[account] for account in accounts]
    rest = max(0, 100 * SCALE - sum(weights))
    parts = allocate(cents, [*weights, rest])
    return dict(zip(accounts, parts[:-1], strict=True))
