"""Where a statement stands among those of its account: each begins where one ended.

Pure module. A day may be the last of one statement and the first of the next when the
balances follow; any more in common and movements would be counted twice.

>>> from datetime import date
>>> may = Link("May", date(2026, 5, 4), date(2026, 5, 31), 0, 1000)
>>> july = Link("July", date(2026, 7, 2), date(2026, 7, 31), 900, 400)
>>> place(Link("June", date(2026, 6, 1), date(2026, 6, 30), 1000, 900), [july, may])
(Link(name='May', first=datetime.date(2026, 5, 4), last=datetime.date(2026, 5, 31), \
opening=0, closing=1000), [])
>>> [problem.code for problem in
...  place(Link("Late May", date(2026, 5, 20), date(2026, 6, 30), 0, 900), [may])[1]]
['overlap']
>>> [(problem.code, problem.values["gap"]) for problem in
...  place(Link("June", date(2026, 6, 1), date(2026, 6, 30), 1250, 900), [may])[1]]
[('gap', 250)]
"""

from dataclasses import dataclass
from datetime import date

from .bank_statement import Problem


@dataclass(frozen=True, slots=True)
class Link:
    """A statement: its name, its first and last day, its balances in cents."""

    name: str
    first: date
    last: date
    opening: int
    closing: int


def place(new, links, number=0):
    """Return the :class:`Link` that ``new`` follows, and why it cannot stand there.

    :param links: the statements of the account, in any order
    :param number: line of the file where the statement begins
    """
    common = [
        link for link in links if link.first < new.last and new.first < link.last
    ] or [
        link
        for link in links
        if (link.first, link.last) == (new.first, new.last)
        and not _follow(link, new)
        and not _follow(new, link)
    ]
    if common:
        other = min(common, key=lambda link: link.first)
        values = {
            **{"name": other.name, "first": other.first, "last": other.last},
            **{"new_first": new.first, "new_last": new.last},
        }
        return None, [Problem("overlap", number, values)]
    before = [link for link in links if _is_before(link, new)]
    after = [link for link in links if link not in before]
    # statements of one day are in the order of their balances
    previous = max(before, key=lambda k: (k.last, _follow(k, new)), default=None)
    following = min(after, key=lambda k: (k.first, not _follow(new, k)), default=None)
    problems = []
    if previous and not _follow(previous, new):
        problems.append(_gap("gap", previous, previous.closing, new.opening, number))
    if following and not _follow(new, following):
        problems.append(
            _gap("gap_after", following, following.opening, new.closing, number)
        )
    return previous, problems


def _is_before(link, new):
    if link.last != new.first or link.first != new.last:
        return link.last <= new.first
    return _follow(link, new)


def _follow(link, new):
    return link.closing == new.opening


def _gap(code, other, expected, found, number):
    values = {"name": other.name, "first": other.first, "last": other.last}
    values |= {"expected": expected, "found": found, "gap": found - expected}
    return Problem(code, number, values)
