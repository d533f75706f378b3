"""What the fields of a ledger line hold: amounts, dates, sides, account numbers.

Pure module, below ``fec.py``. A :class:`Row` is a line whose fields are typed; what
cannot be typed is a problem with its line and column.
"""

import re
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import lru_cache

#: VII-1°, in this order; further columns are allowed after them
COLUMNS = tuple(
    "JournalCode JournalLib EcritureNum EcritureDate CompteNum CompteLib CompAuxNum "
    "CompAuxLib PieceRef PieceDate EcritureLib Debit Credit EcritureLet DateLet "
    "ValidDate Montantdevise Idevise".split()
)
#: instead of Debit and Credit (VII-2°, X): an amount and its side
SIDES = {"D": 1, "C": -1, "+1": 1, "1": 1, "-1": -1}
SIDED = ("Montant", "Sens")
#: a line without these cannot be booked
MANDATORY = ("JournalCode", "EcritureNum", "EcritureDate", "CompteNum")
#: the law asks for these, the books can live without them: a warning
EXPECTED = tuple("JournalLib CompteLib PieceRef PieceDate EcritureLib".split())
#: more columns of books kept on receipts and payments (farmers, professions): there
#: the law leaves the journal blank
TREASURY = ("daterglt", "moderglt", "natop")
TREASURY_JOURNAL = ("TRE", "Trésorerie")

_ACCOUNT = re.compile(r"[0-9]{3}[0-9A-Za-z.]*")
_AMOUNT = re.compile(r"([+-]?)0*([0-9]{1,13}(?:,[0-9]{1,2})?)([+-]?)")
_ZERO = Decimal()


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong, where (1 = header line, 0 = whole file), and with which values."""

    code: str
    line: int = 0
    column: str = ""
    values: dict = field(default_factory=dict)
    level: str = "error"


@dataclass(frozen=True, slots=True)
class Line:
    number: int
    account: str
    account_label: str
    partner: str
    partner_label: str
    label: str
    debit: Decimal
    credit: Decimal
    letter: str
    letter_date: date | None = None
    #: ISO code, empty for the euro; the amount is in it, with the sign of the file
    currency: str = ""
    currency_amount: Decimal = _ZERO

    @property
    def balance(self):
        return self.debit - self.credit


@dataclass(slots=True)
class Entry:
    journal: str
    journal_label: str
    number: str
    date: date
    piece: str
    lines: list = field(default_factory=list)
    piece_date: date | None = None
    #: when the entry became final: the latest of its lines, None when one has none
    valid_date: date | None = None
    #: first day of its exercise, when the file holds several
    first_day: date | None = None

    @property
    def key(self):
        return self.journal, self.number, self.first_day

    def __str__(self):
        return f"{self.journal} {self.number}"


@lru_cache(2**12)
def parse_amount(text):
    """Amount with a decimal comma, its sign first or last (XII-2°); empty is zero.

    >>> [parse_amount(text) for text in ("0000000069,60", "12-", "")]
    [Decimal('69.60'), Decimal('-12'), Decimal('0')]
    >>> for text in ("1.5", "1 000,00", "1e3", "NaN", "0,123", "-1-", "١"):
    ...     try:
    ...         print(parse_amount(text))
    ...     except ValueError:
    ...         continue
    """
    match = _AMOUNT.fullmatch(text or "0")
    if not match or (match[1] and match[3]):
        raise ValueError(text)
    amount = Decimal(match[2].replace(",", "."))
    return -amount if "-" in match[1] + match[3] else amount


@lru_cache(2**12)
def parse_date(text):
    """Real calendar date written AAAAMMJJ (XII-2°).

    >>> parse_date("20240229")
    datetime.date(2024, 2, 29)
    >>> parse_date("20230231")
    Traceback (most recent call last):
    ValueError: day is out of range for month
    """
    if not re.fullmatch(r"(?:19|20)[0-9]{6}", text):
        raise ValueError(text)
    return date(int(text[:4]), int(text[4:6]), int(text[6:]))


def debit_and_credit(amount, side):
    """Debit and credit of an amount with its side.

    >>> debit_and_credit(Decimal(5), "d"), debit_and_credit(Decimal(-5), "-1")
    ((Decimal('5'), Decimal('0')), (Decimal('0'), Decimal('-5')))
    >>> debit_and_credit(Decimal(5), "X")
    Traceback (most recent call last):
    KeyError: 'X'
    """
    return (amount, _ZERO) if SIDES[side.upper()] > 0 else (_ZERO, amount)


def typed(number, cells, sided):
    """Type the fields of a line.

    :param cells: ``{column: trimmed text}``
    :param sided: whether the amount has a side, instead of two columns
    :return: ``{column: date, Decimal or None}`` and the problems of the line
    """
    values, errors = {}, []
    for column in MANDATORY:
        if not cells[column]:
            errors.append(Problem("empty", number, column))
    for column in ("EcritureDate", "PieceDate", "DateLet", "ValidDate"):
        text = cells[column]
        try:
            values[column] = parse_date(text) if text else None
        except ValueError:
            errors.append(Problem("date", number, column, {"text": text}))
    for column in ("Montant", "Montantdevise") if sided else _AMOUNTS:
        text = cells[column]
        try:
            values[column] = parse_amount(text)
        except ValueError:
            errors.append(Problem("amount", number, column, {"text": text}))
    if sided and "Montant" in values:
        try:
            values["Debit"], values["Credit"] = debit_and_credit(
                values["Montant"], cells["Sens"]
            )
        except KeyError:
            errors.append(Problem("side", number, "Sens", {"text": cells["Sens"]}))
    account = cells["CompteNum"]
    if account and not _ACCOUNT.fullmatch(account):
        errors.append(Problem("account", number, "CompteNum", {"text": account}))
    if not errors and values["Debit"] and values["Credit"]:
        errors.append(Problem("debit_and_credit", number))
    return values, errors


_AMOUNTS = ("Debit", "Credit", "Montantdevise")
