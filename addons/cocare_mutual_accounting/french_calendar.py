"""Working days in France: holidays as rules, and the day to which a date moves.

Pure arithmetic, no database. Which days are holidays is given by the caller: they are
dated facts of the law, with their source, and not this module's.

    >>> rules = [
    ...     Holiday(month=5, day=1),
    ...     Holiday(easter=1),
    ...     Holiday(month=12, day=26, departments=frozenset({"57", "67", "68"})),
    ... ]
    >>> strasbourg, paris = WorkingDays(rules, "67000"), WorkingDays(rules, "75011")
    >>> strasbourg.next(date(2026, 4, 4))  # the Saturday before Easter Monday
    datetime.date(2026, 4, 7)
    >>> strasbourg.next(date(2025, 12, 26)), paris.next(date(2025, 12, 26))
    (datetime.date(2025, 12, 29), datetime.date(2025, 12, 26))
    >>> paris.nth_after(date(2026, 5, 1), 2)  # the annual VAT return
    datetime.date(2026, 5, 5)
"""

from dataclasses import dataclass
from datetime import date, timedelta

SATURDAY = 5
DAY = timedelta(1)


@dataclass(frozen=True)
class Holiday:
    """A day that nobody works, every year, as long as it is in force and where it is.

    Either a day of a month, or a number of days after Easter Sunday (before, if it is
    negative).
    """

    month: int = 0
    day: int = 0
    easter: int | None = None
    #: codes of départements; none of them: everywhere
    departments: frozenset = frozenset()
    #: postcodes of the communes where it is one; None: all those of the départements
    postcodes: frozenset | None = None
    valid_from: date = date.min
    valid_until: date = date.max

    def on(self, year: int) -> date | None:
        """The day of a year, None when the rule is not in force on it."""
        if self.easter is None:
            found = date(year, self.month, self.day)
        else:
            found = easter(year) + timedelta(self.easter)
        return found if self.valid_from <= found <= self.valid_until else None

    def is_in(self, postcode: str) -> bool:
        """Tell whether it is a holiday where a postcode is.

        >>> friday = Holiday(
        ...     easter=-2,
        ...     departments=frozenset({"67"}),
        ...     postcodes=frozenset({"67600"}),
        ... )
        >>> [friday.is_in(code) for code in ("67600", "67000", "88000", "")]
        [True, False, False, False]
        """
        if self.departments and department(postcode) not in self.departments:
            return False
        return self.postcodes is None or postcode in self.postcodes


def easter(year: int) -> date:
    """Easter Sunday of a year of the Gregorian calendar (Meeus, Jones, Butcher).

    >>> [str(easter(year)) for year in (1818, 2000, 2025, 2026, 2027, 2038)]
    ['1818-03-22', '2000-04-23', '2025-04-20', '2026-04-05', '2027-03-28', '2038-04-25']
    """
    century, rest = divmod(year, 100)
    golden = year % 19
    moon = (century - (century + 8) // 25 + 1) // 3
    epact = (19 * golden + century - century // 4 - moon + 15) % 30
    sunday = (32 + 2 * (century % 4) + 2 * (rest // 4) - epact - rest % 4) % 7
    late = (golden + 11 * epact + 22 * sunday) // 451
    month, day = divmod(epact + sunday - 7 * late + 114, 31)
    return date(year, month, day + 1)


def department(postcode: str) -> str:
    """The code of the département of a postcode, empty when it is none.

    >>> [department(code) for code in ("67600", "01400", "20167", "20200", "97400")]
    ['67', '01', '2A', '2B', '974']
    >>> department("6760"), department(""), department("L-1009")
    ('', '', '')
    """
    if len(postcode) != 5 or not postcode.isdigit():
        return ""
    if postcode[:2] == "20":
        return "2A" if postcode < "20200" else "2B"
    return postcode[: 3 if postcode[:2] in ("97", "98") else 2]


class WorkingDays:
    """The working days of a place; a Saturday is none (ann. IV art. 199-0 CGI).

    :param rules: the :class:`Holiday` of the law
    :param str postcode: of the place; empty: what is a holiday everywhere
    """

    def __init__(self, rules, postcode: str = ""):
        self._rules = [rule for rule in rules if rule.is_in(postcode)]
        self._years = {}

    def holidays(self, year: int) -> frozenset:
        """The holidays of a year."""
        if year not in self._years:
            days = (rule.on(year) for rule in self._rules)
            self._years[year] = frozenset(day for day in days if day)
        return self._years[year]

    def is_open(self, day: date) -> bool:
        """Tell whether a day is a working day."""
        return day.weekday() < SATURDAY and day not in self.holidays(day.year)

    def next(self, day: date) -> date:
        """A day, or the first working day after it."""
        while not self.is_open(day):
            day += DAY
        return day

    def nth_after(self, day: date, count: int) -> date:
        """The working day that comes so many working days after a day."""
        for _ in range(count):
            day = self.next(day + DAY)
        return day
