"""When an agreement ends: terms, renewals and notice, in whole months.

A period in months ends on the day of the last month that bears the same number, or on
the last day of that month when there is none (as art. 641 CPC counts). Every date is
counted from the first day of the agreement, so that no month end drifts.
"""

from calendar import monthrange
from datetime import date, timedelta

ONE_DAY = timedelta(days=1)


def add_months(day, months):
    """The day that bears the same number, months later; else the end of that month.

    >>> add_months(date(2026, 1, 31), 1), add_months(date(2028, 1, 31), 1)
    (datetime.date(2026, 2, 28), datetime.date(2028, 2, 29))
    >>> add_months(date(2028, 2, 29), 12)
    datetime.date(2029, 2, 28)
    """
    index = day.year * 12 + day.month - 1 + months
    year, month = divmod(index, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def month_end(day):
    """The last day of a month.

    >>> month_end(date(2028, 2, 3))
    datetime.date(2028, 2, 29)
    """
    return day.replace(day=monthrange(day.year, day.month)[1])


def end_of_period(start, months):
    """The last day of a period of whole months that begins on ``start``.

    >>> end_of_period(date(2026, 8, 1), 12)
    datetime.date(2027, 7, 31)
    >>> end_of_period(date(2026, 1, 31), 1)
    datetime.date(2026, 2, 28)
    """
    anniversary = add_months(start, months)
    if anniversary.day < start.day:
        return anniversary
    return anniversary - ONE_DAY


def term_end(start, duration, renewal, day):
    """The last day of the term that a day falls in; None without a term.

    :param date start: first day of the agreement
    :param int duration: months of the first term, 0 for an agreement without a term
    :param int renewal: months of each tacit renewal, 0 for none

    >>> term_end(date(2026, 8, 1), 12, 12, date(2026, 11, 5))
    datetime.date(2027, 7, 31)
    >>> term_end(date(2026, 8, 1), 12, 6, date(2027, 8, 1))
    datetime.date(2028, 1, 31)
    >>> term_end(date(2026, 8, 1), 12, 0, date(2030, 1, 1))
    datetime.date(2027, 7, 31)
    >>> term_end(date(2026, 8, 1), 0, 0, date(2030, 1, 1)) is None
    True
    """
    if not duration:
        return None
    months = duration
    end = end_of_period(start, months)
    while renewal and end < day:
        months += renewal
        end = end_of_period(start, months)
    return end


def notice_end(notified, months, at_month_end):
    """The last day of a notice given on a day.

    :param bool at_month_end: a notice that ends within a month lasts to its end

    >>> notice_end(date(2026, 11, 12), 3, False)
    datetime.date(2027, 2, 12)
    >>> notice_end(date(2026, 11, 12), 3, True)
    datetime.date(2027, 2, 28)
    >>> notice_end(date(2026, 11, 30), 3, False)
    datetime.date(2027, 2, 28)
    """
    end = add_months(notified, months)
    return month_end(end) if at_month_end else end


def last_day(start, duration, renewal, notified, months, at_month_end):
    """The last day of an agreement that one side ends by notice.

    Without a term it ends with the notice; with one, at the end of the first term that
    leaves the whole notice, and never before the agreement began.

    >>> last_day(date(2026, 8, 1), 0, 0, date(2026, 11, 12), 3, True)
    datetime.date(2027, 2, 28)
    >>> last_day(date(2026, 8, 1), 12, 12, date(2027, 4, 30), 3, True)
    datetime.date(2027, 7, 31)
    >>> last_day(date(2026, 8, 1), 12, 12, date(2027, 5, 2), 3, True)
    datetime.date(2028, 7, 31)
    """
    end = max(notice_end(notified, months, at_month_end), start)
    return term_end(start, duration, renewal, end) or end


def notice_deadline(end, months, at_month_end):
    """The last day on which notice still ends an agreement on a day.

    >>> notice_deadline(date(2027, 7, 31), 3, True)
    datetime.date(2027, 4, 30)
    >>> notice_deadline(date(2027, 2, 28), 3, False)
    datetime.date(2026, 11, 30)
    >>> notice_deadline(date(2027, 7, 14), 1, True)
    datetime.date(2027, 5, 31)
    """
    # A month's end answers to several days of an earlier month: start from its last.
    day = month_end(add_months(end, -months))
    while notice_end(day, months, at_month_end) > end:
        day -= ONE_DAY
    return day
