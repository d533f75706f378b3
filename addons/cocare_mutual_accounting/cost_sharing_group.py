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
    """The percentage of taxed receipts from which a member is not exempt any more."""

    valid_from: date
    percent: int
    source: str


#: Oldest first. Another percentage is another line, from its day on.
LIMITS = (Limit(date(2012, 9, 12), 20, "BOI-TVA-CHAMP-30-10-40"),)


def limit_on(day: date) -> Limit:
    """The limit that applies on a day.

    :raise ValueError: the day is before the first one that is known

    >>> limit_on(date(2000, 1, 1))
    Traceback (most recent call last):
        ...
    ValueError: no limit is known on 2000-01-01
    """
    for limit in reversed(LIMITS):
        if limit.valid_from <= day:
            return limit
    raise ValueError(f"no limit is known on {day}")


def is_below(taxed: int, total: int, percent: int) -> bool:
    """Tell whether taxed receipts are strictly below a percentage of all receipts.

    :param taxed, total: cents; without receipts nothing is proved
    """
    return total > 0 and 100 * taxed < percent * total


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
