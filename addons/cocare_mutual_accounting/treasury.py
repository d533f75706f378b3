"""The treasury of a firm: accounts by their prefixes, and what comes month by month.

Pure arithmetic in cents, debit less credit: what a firm has, or will receive, is
positive, what it owes is negative.

A line of the grid says which accounts it takes, as in ``"42, 43, 44, -4456"``: those
that begin with 42, 43 or 44, less those that begin with 4456. What is excluded stays
excluded. A line without prefixes is a total of all the lines above it.

>>> grid = [
...     ("cash", parse("5")),
...     ("taxes", parse("42, 43, 44, -4456")),
...     ("reference", None),
...     ("customers", parse("41")),
...     ("future", None),
... ]
>>> amounts, left_out = measure(
...     grid, {"512001": 5000, "44571": -800, "44566": 300, "4111": 1200, "606": -5700}
... )
>>> amounts
{'cash': 5000, 'taxes': -800, 'reference': 4200, 'customers': 1200, 'future': 5400}
>>> left_out
{'44566': 300, '606': -5700}
>>> sum(amounts[line] for line, rule in grid if rule) + sum(left_out.values())
0
"""

import re
from typing import NamedTuple

SEPARATORS = re.compile(r"[\s,;]+")
PREFIX = re.compile(r"-?[0-9][0-9A-Za-z]*")


class Rule(NamedTuple):
    """Prefixes of accounts that a line takes, and of those that it does not."""

    taken: tuple
    excluded: tuple

    def takes(self, code):
        """Tell whether an account is one of the line's.

        >>> parse("44, -4456").takes("44571"), parse("44, -4456").takes("445660")
        (True, False)
        """
        return code.startswith(self.taken) and not code.startswith(self.excluded)


def parse(text):
    """Read the prefixes of a line.

    :param str text: prefixes, separated by commas, semicolons or spaces
    :return: :class:`Rule`
    :raise ValueError: with the word that is no prefix, or empty when nothing is taken

    >>> parse("42,43 -431")
    Rule(taken=('42', '43'), excluded=('431',))
    >>> parse("42, 4x!")
    Traceback (most recent call last):
    ...
    ValueError: 4x!
    """
    words = [word for word in SEPARATORS.split(text or "") if word]
    for word in words:
        if not PREFIX.fullmatch(word):
            raise ValueError(word)
    taken = tuple(word for word in words if not word.startswith("-"))
    if not taken:
        raise ValueError("")
    return Rule(taken, tuple(word[1:] for word in words if word.startswith("-")))


def overlap(one, other):
    """A prefix whose accounts two lines would both take, None when there is none.

    >>> overlap(parse("44"), parse("4456"))
    '4456'
    >>> overlap(parse("44, -4456"), parse("4456")) is None
    True
    >>> overlap(parse("41"), parse("40")) is None
    True
    """
    for first in one.taken:
        for second in other.taken:
            shorter, longer = sorted((first, second), key=len)
            if longer.startswith(shorter) and not longer.startswith(
                one.excluded + other.excluded
            ):
                return longer
    return None


def measure(grid, balances):
    """Add accounts up by the lines of a grid; an account counts once, or is left out.

    :param grid: list of ``(key, Rule)``; the rule is None for a total of what is above
    :param dict balances: cents by account code
    :return: ``({key: cents}, {code: cents})``, the latter of what no line takes and is
        not nil
    """
    amounts, total, left_out = {}, 0, dict(balances)
    for key, rule in grid:
        if rule is None:
            amounts[key] = total
            continue
        codes = [code for code in left_out if rule.takes(code)]
        amounts[key] = sum(left_out.pop(code) for code in codes)
        total += amounts[key]
    return amounts, {code: cents for code, cents in left_out.items() if cents}


def ordinal(day):
    """The rank of a month since year 0, from any of its days.

    >>> from datetime import date
    >>> ordinal(date(2027, 1, 15)) - ordinal(date(2026, 11, 30))
    2
    """
    return day.year * 12 + day.month - 1


def falls_in(month, first, last, every):
    """Tell whether a forecast falls in a month.

    :param date month: a day of that month
    :param date first: a day of the month in which it falls first
    :param last: a day of the last month in which it may fall, None without end
    :param int every: months from one time to the next, 0 when it falls once

    >>> from datetime import date
    >>> january, april = date(2027, 1, 5), date(2027, 4, 1)
    >>> falls_in(april, january, None, 3), falls_in(april, january, None, 2)
    (True, False)
    >>> falls_in(april, january, date(2027, 3, 31), 1), falls_in(april, april, None, 0)
    (False, True)
    """
    passed = ordinal(month) - ordinal(first)
    if passed < 0 or (last and ordinal(month) > ordinal(last)):
        return False
    return passed % every == 0 if every else passed == 0


def project(start, flows):
    """What is left at the end of each month.

    :param int start: cents there are before the first month
    :param flows: list, by month, of lists of cents that come (positive) and go
    :return: list of ``(cents that come, cents that go, cents at the end)``

    >>> project(1000, [[500, -700], [], [-900]])
    [(500, -700, 800), (0, 0, 800), (0, -900, -100)]
    """
    months, left = [], start
    for amounts in flows:
        comes = sum(cents for cents in amounts if cents > 0)
        goes = sum(cents for cents in amounts if cents < 0)
        left += comes + goes
        months.append((comes, goes, left))
    return months
