"""What a network tells of a figure of its firms without telling anybody's own.

Pure arithmetic: no Odoo here.
"""

from decimal import ROUND_HALF_EVEN, Decimal
from statistics import median

#: how many *other* firms must have the figure before one of them is told the median
OTHERS = 4
#: firms it takes, so that each of them has that many others
FIRMS = OTHERS + 1
#: significant digits that are told
DIGITS = 2


def coarse(value):
    """A value in so few digits that it is nobody's own.

    With an odd number of firms the median is the figure of one of them, to the cent.

    >>> coarse(Decimal("12345.67")), coarse(Decimal("-0.0456")), coarse(Decimal(3))
    (Decimal('12000'), Decimal('-0.046'), Decimal('3'))
    >>> coarse(Decimal(0))
    Decimal('0')
    """
    if not value:
        return Decimal(0)
    unit = Decimal(1).scaleb(value.adjusted() - DIGITS + 1)
    told = (value / unit).quantize(Decimal(1), ROUND_HALF_EVEN) * unit
    return told.quantize(Decimal(1)) if unit >= 1 else told.normalize()


def told_median(values):
    """The median to tell everybody alike, None when too few firms have the figure.

    No sum and no mean: who knows their own figure would take it away, and before and
    after a firm came in, what is left is that firm's. No quartiles: with few firms each
    of them is one firm's figure.

    :param values: a ``Decimal`` a firm

    >>> told_median([Decimal(n) for n in (10, 20, 30, 40)])
    >>> told_median([Decimal(n) for n in (10, 20, 34, 40, 90)])
    Decimal('34')
    >>> told_median([Decimal(n) for n in (10, 20, 3444, 3466, 9000, 9001)])
    Decimal('3500')
    """
    values = list(values)
    return coarse(median(values)) if len(values) >= FIRMS else None
