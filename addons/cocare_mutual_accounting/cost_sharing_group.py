"""When the services of a cost-sharing group are exempt from VAT: art. 261 B CGI.

Pure arithmetic in integer cents, no database. The group's services are exempt for a
member whose taxed receipts stay *below* a part of all its receipts:

    >>> limit = limit_on(date(2026, 6, 30))
    >>> limit.percent
    20
    >>> is_below(1900000, 10000000, limit.percent)
    True
    >>> is_below(2000000, 10000000, limit.percent), is_below(0, 0, limit.percent)
    (False, False)

What the group sells to others than its members, which is always taxed, is *at most* a
part of all its receipts:

    >>> outside = limit_on(date(2026, 6, 30), OUTSIDE_LIMITS)
    >>> outside.percent
    50
    >>> is_within(5000000, 10000000, outside.percent)
    True
    >>> is_within(5000001, 10000000, outside.percent)
    False

The article itself has no percentage: both are of the tax office's doctrine, which it
may change on any day, so each is dated and names its source. The source is
BOI-TVA-CHAMP-30-10-40, published on 12 September 2012, whose 20 % and 50 %
BOI-RES-000082 of 10 February 2021 recalls. They are known from commentaries of these
texts: to be read there before they are relied on.
"""

from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

#: How the invoice says so, whatever language it is read in (ann. II art. 242 nonies A
#: CGI, I-12°).
MENTION = "Exonération de TVA – article 261 B du CGI"
#: A group has several members.
LEAST_MEMBERS = 2


@dataclass(frozen=True)
class Limit:
    """A percentage of receipts from a day on, and the text that says so."""

    valid_from: date
    percent: int
    source: str


#: Where both percentages stand, with its days of publication.
DOCTRINE = "BOI-TVA-CHAMP-30-10-40 (12/09/2012), BOI-RES-000082 (10/02/2021)"

# Oldest first. Another percentage is another line, from its day on.

#: of the taxed receipts of a member: it is exempt below
LIMITS = (Limit(date(2012, 9, 12), 20, DOCTRINE),)
#: of what the group sells to others than its members: it may reach it
OUTSIDE_LIMITS = (Limit(date(2012, 9, 12), 50, DOCTRINE),)


def limit_on(day: date, limits: tuple[Limit, ...] = LIMITS) -> Limit:
    """The limit that applies on a day.

    :param limits: which one, ``LIMITS`` or ``OUTSIDE_LIMITS``
    :raise ValueError: the day is before the first one that is known

    >>> limit_on(date(2000, 1, 1))
    Traceback (most recent call last):
        ...
    ValueError: no limit is known on 2000-01-01
    """
    for limit in reversed(limits):
        if limit.valid_from <= day:
            return limit
    raise ValueError(f"no limit is known on {day}")


def is_below(taxed: int, total: int, percent: int) -> bool:
    """Tell whether taxed receipts are strictly below a percentage of all receipts.

    :param taxed, total: cents; without receipts nothing is proved
    """
    return total > 0 and 100 * taxed < percent * total


def is_within(part: int, total: int, percent: int) -> bool:
    """Tell whether a part is at most a percentage of the whole.

    :param part, total: cents; where there is nothing yet, nothing is exceeded

    >>> is_within(0, 0, 50), is_within(1, 0, 50)
    (True, False)
    """
    return 100 * part <= percent * total


def percentage(taxed: int, total: int) -> Decimal:
    """Taxed receipts in percent of all receipts, to two decimals, to be shown only.

    What is compared with a limit is the cents, never this.

    >>> percentage(1, 3), percentage(1999999, 10000000), percentage(5, 0)
    (Decimal('33.33'), Decimal('20.00'), Decimal('0.00'))
    """
    if not total:
        return Decimal("0.00")
    exact = Decimal(100 * taxed) / total
    return exact.quantize(Decimal("0.01"), rounding=ROUND_HALF_UP)
