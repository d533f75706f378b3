"""When a return is due, for which period, and the part of a tax that an instalment is.

Pure arithmetic, no database; money in integer cents. What the law may change (days,
months, rates, thresholds) is given by the caller.

A monthly return is due on the day that the table says, in the next month:

    >>> rule = DueRule(frequency="month", how="table", months=1)
    >>> october = Period(date(2026, 10, 1), date(2026, 10, 31))
    >>> due_date(rule, october, table_day=21)
    datetime.date(2026, 11, 21)

The accounts are approved within six months of the end of the fiscal year:

    >>> rule = DueRule(frequency="fiscal_year", how="span", months=6)
    >>> [str(period.last) for period in periods(
    ...     rule.frequency, (8, 31), date(2026, 1, 1), date(2027, 1, 1))]
    ['2026-08-31', '2027-08-31']
    >>> due_date(rule, Period(date(2025, 9, 1), date(2026, 8, 31)))
    datetime.date(2027, 2, 28)
"""

import calendar
from dataclasses import dataclass
from datetime import date, timedelta

MONTHS = {"month": 1, "quarter": 3, "calendar_year": 12}
DECEMBER_31 = (12, 31)


@dataclass(frozen=True, order=True)
class Period:
    """Days from the first to the last, both in it."""

    first: date
    last: date

    def clip(self, first: date, last: date) -> "Period | None":
        """The days of it that are also between two days, None when there is none.

        >>> year = Period(date(2026, 7, 1), date(2027, 6, 30))
        >>> year.clip(date.min, date(2026, 12, 31))
        Period(first=datetime.date(2026, 7, 1), last=datetime.date(2026, 12, 31))
        >>> year.clip(date.min, date(2026, 6, 30)) is None
        True
        """
        first, last = max(self.first, first), min(self.last, last)
        return Period(first, last) if first <= last else None

    def shape(self) -> str:
        """What it is in the calendar: ``month``, ``quarter``, ``year`` or ``days``.

        >>> Period(date(2026, 4, 1), date(2026, 6, 30)).shape()
        'quarter'
        >>> Period(date(2026, 4, 2), date(2026, 6, 30)).shape()
        'days'
        """
        for name, length in (("month", 1), ("quarter", 3), ("year", 12)):
            starts = self.first.day == 1 and (self.first.month - 1) % length == 0
            end = in_month(self.first.year, self.first.month + length - 1, 31)
            if starts and self.last == end:
                return name
        return "days"


@dataclass(frozen=True)
class DueRule:
    """How the due date of a period is found.

    * ``table``: on a day that depends on the firm, so many months after;
    * ``day``: on a given day (31: the last one), so many months after;
    * ``span``: so many months later to the day, the last day of a month giving the last
      day of a month.

    Months are counted from the month of the period's last day, or of its first one.
    """

    frequency: str
    how: str
    months: int
    day: int = 0
    from_start: bool = False
    #: so many working days after the date that was found
    working_days: int = 0
    #: to the next working day, when it falls on another one
    moves: bool = True


@dataclass(frozen=True)
class DueDay:
    """A line of the table of due days: for whom, where, and which day of the month."""

    kind: str
    day: int
    #: codes of départements; none of them: all those that have no line of their own
    departments: frozenset = frozenset()
    #: from which letter of the family name, or digits of the SIREN, to which
    low: str = ""
    high: str = ""
    #: what the caller knows the line by
    key: object = None

    def takes(self, mark: str) -> bool:
        """Tell whether a letter or digits are in the line; nothing known is in all."""
        return not (self.low and mark) or self.low <= mark[: len(self.low)] <= self.high


def periods(frequency, year_end, first: date, last: date) -> list:
    """The whole periods that have a day between two days, oldest first.

    :param str frequency: ``month``, ``quarter``, ``calendar_year`` or ``fiscal_year``
    :param tuple year_end: month and day on which the fiscal year ends; the last day of
        a month that has fewer days
    :rtype: list of :class:`Period`

    >>> [str(p.last) for p in periods(
    ...     "quarter", DECEMBER_31, date(2026, 8, 15), date(2026, 10, 1))]
    ['2026-09-30', '2026-12-31']
    """
    found = []
    if frequency == "fiscal_year":
        for year in range(first.year, last.year + 2):
            before = in_month(year - 1, *year_end)
            period = Period(before + timedelta(1), in_month(year, *year_end))
            if period.clip(first, last):
                found.append(period)
        return found
    length = MONTHS[frequency]
    month = (first.month - 1) // length * length
    start = date(first.year, month + 1, 1)
    while start <= last:
        end = in_month(start.year, start.month + length - 1, 31)
        found.append(Period(start, end))
        start = end + timedelta(1)
    return found


def in_month(year: int, month: int, day: int) -> date:
    """A day of a month, or its last day; months beyond December are of later years.

    >>> in_month(2026, 14, 31)
    datetime.date(2027, 2, 28)
    """
    more, month = divmod(month - 1, 12)
    length = calendar.monthrange(year + more, month + 1)[1]
    return date(year + more, month + 1, min(day, length))


def due_date(rule: DueRule, period: Period, table_day: int = 0) -> date:
    """The date that the rule says, before it moves to a working day.

    :param int table_day: what the table says of the firm
    """
    start = period.first if rule.from_start else period.last
    if rule.how == "span":
        is_last = (start + timedelta(1)).day == 1
        day = 31 if is_last else start.day
    else:
        day = table_day if rule.how == "table" else rule.day
    return in_month(start.year, start.month + rule.months, day)


def working_date(rule: DueRule, day: date, working_days) -> date:
    """The date by which it has to be done, once it moved to a working day.

    :param working_days: :class:`french_calendar.WorkingDays` of the firm
    """
    if rule.working_days:
        return working_days.nth_after(day, rule.working_days)
    return working_days.next(day) if rule.moves else day


def find_due_day(table, kind: str, department: str, mark: str) -> tuple:
    """The line of the table for a firm, and whether the day is certain.

    What is not known of the firm leaves several lines: the earliest day is taken, so
    that nothing is late.

    :param table: :class:`DueDay` in force
    :param str kind: what the firm is, empty when it is not known
    :param str department: code, empty when it is not known
    :param str mark: first letter of the family name, or digits of the SIREN
    :return: (:class:`DueDay` or None, bool)

    >>> table = [
    ...     DueDay("company", 19, frozenset({"75"}), "00", "68"),
    ...     DueDay("company", 21, frozenset({"75"}), "69", "99"),
    ...     DueDay("company", 21),
    ...     DueDay("other", 24),
    ... ]
    >>> line, certain = find_due_day(table, "company", "67", "00")
    >>> line.day, certain
    (21, True)
    >>> line, certain = find_due_day(table, "company", "75", "")
    >>> line.day, certain
    (19, False)
    >>> find_due_day(table, "sole_trader", "67", "")
    (None, False)
    """
    mine = [line for line in table if not kind or line.kind == kind]
    if department:
        placed = {line.kind for line in mine if department in line.departments}
        mine = [
            line
            for line in mine
            if department in line.departments
            or (not line.departments and line.kind not in placed)
        ]
    mine = [line for line in mine if line.takes(mark)]
    if not mine:
        return None, False
    return min(mine, key=lambda line: line.day), len({line.day for line in mine}) == 1


def to_euro(cents: int) -> int:
    """An amount of a return: to the euro, 0.50 up.

    :return: cents, of whole euros

    >>> to_euro(12350), to_euro(12349), to_euro(-12350)
    (12400, 12300, -12400)
    """
    euros = (abs(cents) + 50) // 100 * 100
    return euros if cents >= 0 else -euros


def instalment(base: int, rate: int, minimum: int = 0) -> int | None:
    """The part of last year's tax that is paid in advance, to the euro.

    :param int base: cents of last year's tax
    :param int rate: hundredths of a percent
    :param int minimum: cents; below, there is no instalment
    :return: cents, None when there is none to pay

    >>> instalment(500000, 5500, 100000), instalment(99999, 5500, 100000)
    (275000, None)
    """
    if base < minimum:
        return None
    return to_euro((base * rate + 5000) // 10000)


def standing(measured: int, entry: int, leaving: int = 0) -> str:
    """Where a figure of a firm stands beside the limits of its regime.

    :param int measured, entry: to be taken into the regime one is not above ``entry``
    :param int leaving: above it one leaves the regime within the year; 0: as ``entry``
    :return: ``within``, ``tolerated`` or ``beyond``

    >>> [standing(x, 94500000, 104000000) for x in (94500000, 94500001, 104000001)]
    ['within', 'tolerated', 'beyond']
    """
    if measured <= entry:
        return "within"
    return "tolerated" if measured <= leaving else "beyond"
