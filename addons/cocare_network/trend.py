"""Where a figure comes from and where it goes: comparison and sparkline.

Pure arithmetic: no Odoo here. A series is a list of ``Decimal``, oldest first, with
None where the figure is not known.
"""

from collections import namedtuple

#: months looked at when the same month of last year is not known
BEFORE = 3
YEAR = 12

#: ``difference`` from ``base``, which is the figure of the same month last year when
#: ``months`` is 0, else the mean of so many months before
Change = namedtuple("Change", "difference base months")


def change(series):
    """What the last figure of a series is compared with; None when there is nothing.

    :param series: at least the last thirteen months

    >>> from decimal import Decimal as D
    >>> year = [D(100)] + [None] * 11 + [D(130)]
    >>> change(year)
    Change(difference=Decimal('30'), base=Decimal('100'), months=0)
    >>> change([None] * 9 + [D(10), D(20), D(60), D(50)])
    Change(difference=Decimal('20'), base=Decimal('30'), months=3)
    >>> change([None] * 10 + [D(20), None, D(50)])
    Change(difference=Decimal('30'), base=Decimal('20'), months=1)
    >>> change([None] * 12 + [D(50)]) is change([D(1)] * 12 + [None]) is None
    True
    """
    last = series[-1]
    if last is None:
        return None
    if len(series) > YEAR and series[-1 - YEAR] is not None:
        base = series[-1 - YEAR]
        return Change(last - base, base, 0)
    known = [value for value in series[-1 - BEFORE : -1] if value is not None]
    if not known:
        return None
    base = sum(known) / len(known)
    return Change(last - base, base, len(known))


def sparkline(series, width, height, margin):
    """The lines of a small chart; a month that is not known leaves a gap.

    :return: a list of lines, each a list of ``(x, y)`` with y downwards, as SVG has it

    >>> sparkline([1, 3, None, 2], 100, 20, 2)
    [[(2.0, 18.0), (34.0, 2.0)], [(98.0, 10.0)]]
    >>> sparkline([5, 5], 100, 20, 2)
    [[(2.0, 10.0), (98.0, 10.0)]]
    >>> sparkline([None, None], 100, 20, 2)
    []
    """
    known = [float(value) for value in series if value is not None]
    if not known:
        return []
    low, high = min(known), max(known)
    step = (width - 2 * margin) / max(len(series) - 1, 1)
    lines, line = [], []
    for rank, value in enumerate(series):
        if value is None:
            line = []
            continue
        if not line:
            lines.append(line)
        part = (float(value) - low) / (high - low) if high > low else 0.5
        line.append(
            (
                round(margin + rank * step, 1),
                round(height - margin - part * (height - 2 * margin), 1),
            )
        )
    return lines
