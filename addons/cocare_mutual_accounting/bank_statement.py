"""A bank statement, whatever file it came in, and what makes it believable.

Pure module: knows no ORM, no format. Readers (``bank_camt.py``, ``bank_table.py``,
``bank_cfonb.py``, ``bank_ofx.py``) build a :class:`Statement`; :func:`check` says what
contradicts itself in it. Amounts are integer cents, money that comes in is positive.

>>> from datetime import date
>>> one = Statement(iban="FR7630006000011234567890189", currency="EUR", opening=10000,
...                 closing=9500, closing_day=date(2026, 10, 31), number=3)
>>> one.lines.append(Line(7, date(2026, 10, 12), -500, "Frais"))
>>> check(one)
[]
>>> one.closing = 9400
>>> check(one)
[Problem(code='sum', line=3, values={'opening': 10000, 'total': -500, \
'computed': 9500, 'closing': 9400, 'gap': -100}, level='error')]
"""

import hashlib
import re
import unicodedata
from collections import Counter
from dataclasses import dataclass, field
from datetime import date

from stdnum.iso7064 import mod_97_10

MAX_BYTES = 10 * 2**20
MAX_LINES = 5000
#: a bank that moves more than this in one line is another kind of bank
MAX_CENTS = 10**13
MAX_TEXT = 500
YEARS = range(2000, 2100)
#: an exercise and some more; beyond, a date is wrong
MAX_DAYS = 400

_ISO_DAY = re.compile(r"(\d{4})-(\d{2})-(\d{2})", re.ASCII)
_DECIMAL = re.compile(r"([+-]?)(\d{1,15})(?:\.(\d{1,10}))?", re.ASCII)
_IBAN = re.compile(r"[A-Z]{2}\d{2}[A-Z0-9]{11,30}", re.ASCII)
_RIB = re.compile(r"\d{10}[0-9A-Z]{11}", re.ASCII)
#: letters of a French account number, as digits of its key
_RIB_DIGITS = str.maketrans("ABCDEFGHIJKLMNOPQRSTUVWXYZ", "12345678912345678923456789")


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong, on which line of the file (0 = whole file), with which values."""

    code: str
    line: int = 0
    values: dict = field(default_factory=dict)
    level: str = "error"


class Refused(Exception):
    """The file cannot be read any further; holds the :class:`Problem`."""

    def __init__(self, code, line=0, **values):
        super().__init__(code)
        self.problem = Problem(code, line, values)


@dataclass(slots=True)
class Line:
    """One movement: its line in the file, its day and amount, who and why."""

    number: int
    day: date
    cents: int
    label: str
    partner: str = ""
    account: str = ""
    reference: str = ""


@dataclass(slots=True)
class Statement:
    """What a bank says happened on one account between two balances.

    ``first_announced`` and ``last_announced`` are the period the file gives, if any.
    ``account`` is what stands for the IBAN where the file has none.
    """

    iban: str = ""
    account: str = ""
    currency: str = ""
    name: str = ""
    opening: int | None = None
    closing: int | None = None
    closing_day: date | None = None
    first_announced: date | None = None
    last_announced: date | None = None
    number: int = 0
    lines: list = field(default_factory=list)

    @property
    def first_day(self):
        """Day of the first movement, of the closing balance when nothing moved."""
        return min((line.day for line in self.lines), default=self.closing_day)

    @property
    def last_day(self):
        return max([self.closing_day, *(line.day for line in self.lines)])

    @property
    def credits(self):
        return sum(line.cents for line in self.lines if line.cents > 0)

    @property
    def debits(self):
        return sum(line.cents for line in self.lines if line.cents < 0)

    @property
    def keys(self):
        """What tells each line from all others of the account, whatever file it is in.

        References of banks repeat (a batch, a year later); what happened does not,
        counted within its day.

        :return: list of texts, one a line
        """
        seen, keys = Counter(), []
        for line in self.lines:
            told = "\n".join((line.label, line.partner, line.account, line.reference))
            digest = hashlib.sha256(told.encode()).hexdigest()[:16]
            key = f"{line.day:%Y%m%d}:{line.cents}:{digest}"
            seen[key] += 1
            keys.append(f"{key}:{seen[key]}")
        return keys


@dataclass(slots=True)
class Reading:
    """What a file holds: its statements, or what keeps it from being read."""

    format: str = ""
    encoding: str = ""
    statements: list = field(default_factory=list)
    problems: list = field(default_factory=list)

    @property
    def errors(self):
        return [problem for problem in self.problems if problem.level == "error"]


def check(statement):
    """Return what contradicts itself in a statement, a list of :class:`Problem`."""
    problems, number = [], statement.number
    for name in ("opening", "closing"):
        if getattr(statement, name) is None:
            problems.append(Problem(f"no_{name}", number))
    if not re.fullmatch("[A-Z]{3}", statement.currency):
        problems.append(Problem("no_currency", number))
    if statement.iban and not is_iban(statement.iban):
        problems.append(Problem("iban", number, {"iban": statement.iban}))
    first, last = statement.first_announced, statement.last_announced
    for line in statement.lines:
        if (first and line.day < first) or (last and line.day > last):
            values = {"day": line.day, "first": first or last, "last": last or first}
            problems.append(Problem("outside_period", line.number, values))
    if statement.closing_day and (statement.last_day - statement.first_day).days > (
        MAX_DAYS
    ):
        values = {"first": statement.first_day, "last": statement.last_day}
        problems.append(Problem("too_long", number, values))
    if not problems:
        total = sum(line.cents for line in statement.lines)
        computed = statement.opening + total
        if computed != statement.closing:
            values = {
                "opening": statement.opening,
                "total": total,
                "computed": computed,
                "closing": statement.closing,
                "gap": statement.closing - computed,
            }
            problems.append(Problem("sum", number, values))
    return problems


def cents_of(text):
    """Amount written with a decimal point, as formats for machines have it.

    :raise ValueError: it is no such amount, or finer than a cent

    >>> cents_of("12.5"), cents_of("-0.10"), cents_of("7.1200"), cents_of("+3")
    (1250, -10, 712, 300)
    >>> def refused(text):
    ...     try:
    ...         cents_of(text)
    ...     except ValueError:
    ...         return True
    >>> all(map(refused, ("12,5", "1e9", "NaN", "Infinity", "", ".5", "0.001", "١")))
    True
    >>> refused("99999999999999")
    True
    """
    match = _DECIMAL.fullmatch(text)
    if not match:
        raise ValueError(text)
    sign, whole, decimals = match[1], match[2], (match[3] or "").rstrip("0")
    if len(decimals) > 2:
        raise ValueError(text)
    cents = int(whole) * 100 + int(decimals.ljust(2, "0"))
    return limited(-cents if sign == "-" else cents)


def limited(cents):
    """The same cents; ``ValueError`` when books cannot hold them exactly."""
    if abs(cents) >= MAX_CENTS:
        raise ValueError(cents)
    return cents


def iso_day(text):
    """Day written ``2026-10-31``.

    :raise ValueError: it is no day of this century's calendar

    >>> iso_day("2026-02-28")
    datetime.date(2026, 2, 28)
    >>> iso_day("2026-02-30")
    Traceback (most recent call last):
    ValueError: day is out of range for month
    """
    match = _ISO_DAY.fullmatch(text)
    if not match:
        raise ValueError(text)
    return day_of(*map(int, match.groups()))


def day_of(year, month, day):
    if year not in YEARS:
        raise ValueError(year)
    return date(year, month, day)


def tidy(text):
    """One line of text without invisible characters, of a length that books take.

    >>> tidy("  Loyer\\n octobre\\x00\\u202e ")
    'Loyer octobre'
    """
    kept = (
        " " if unicodedata.category(char) in ("Cc", "Zl", "Zp", "Zs") else char
        for char in (text or "")[: 10 * MAX_TEXT]
        if unicodedata.category(char) not in ("Cf", "Cs", "Co", "Cn")
    )
    return " ".join("".join(kept).split())[:MAX_TEXT].strip()


def is_iban(text):
    """
    >>> is_iban("FR7630006000011234567890189"), is_iban("FR7630006000011234567890198")
    (True, False)
    """
    return bool(_IBAN.fullmatch(text)) and mod_97_10.is_valid(text[4:] + text[:4])


def iban_of(bank, branch, account):
    """IBAN of a French account, from what its RIB is made of; ``""`` if it is none.

    >>> iban_of("30006", "00001", "12345678901")
    'FR7630006000011234567890189'
    >>> iban_of("30006", "1", "12345678901")
    ''
    """
    rib = f"{bank}{branch}{account}".upper()
    if not _RIB.fullmatch(rib) or (len(bank), len(branch)) != (5, 5):
        return ""
    number = int(rib[10:].translate(_RIB_DIGITS))
    key = 97 - (89 * int(bank) + 15 * int(branch) + 3 * number) % 97
    domestic = f"{rib}{key:02}"
    return f"FR{mod_97_10.calc_check_digits(domestic + 'FR')}{domestic}"


def decode(content):
    """Text of a file and the name of its encoding: tried, never guessed.

    :raise Refused: it is not text, or UTF-8 in part only: cut, or glued to another

    >>> decode("Café".encode()), decode("Café".encode("cp1252"))
    (('Café', 'UTF-8'), ('Café', 'Windows-1252'))
    >>> try:
    ...     decode("Café".encode() + "Café".encode("cp1252"))
    ... except Refused as refused:
    ...     refused.problem
    Problem(code='encoding', line=1, values={}, level='error')
    """
    if content.startswith((b"\xff\xfe", b"\xfe\xff")) or b"\0" in content:
        raise Refused("not_text")
    try:
        return content.decode("utf-8-sig"), "UTF-8"
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
    if content.startswith(b"\xef\xbb\xbf") or re.search(
        rb"[\xc2-\xf4][\x80-\xbf]", content
    ):
        raise Refused("encoding", line)
    try:
        return content.decode("cp1252"), "Windows-1252"
    except UnicodeDecodeError:
        raise Refused("encoding", line) from None
