"""What the tax office's tool "Test Compta Demat" says of a line of a ledger file.

Its rules for firms under BIC or IS, read in its published source: what it refuses, what
it says is missing, what it tells only, and what it lets pass, such as 31 February or an
entry that does not balance. Its verdict is on the form, and binds nobody. Pure: no Odoo
here.
"""

import re
from functools import lru_cache

from .fec_fields import COLUMNS
from .fec_findings import ALERT, BLOCKING, MISSING, OFFICE

#: as headers are compared, to the names of the law
NAMES = {name.upper(): name for name in (*COLUMNS, "Montant", "Sens")}
DATES = ("EcritureDate", "PieceDate", "DateLet", "ValidDate")
AMOUNTS = ("Debit", "Credit", "Montantdevise", "Montant")
NOT_NULL = {"EcritureNum", "EcritureDate", "CompteNum", "CompteLib", "EcritureLib"}
#: asked for exercises that end in 2013 or later
EXPECTED = {"JournalCode", "JournalLib", "PieceRef", "PieceDate", "ValidDate"}
SIDES = {"D": 1, "C": -1, "+1": 1, "-1": -1}

_FILE_NAME = re.compile(r"(.+)FEC(20[0-9]{2}[01][0-9][0-3][0-9])", re.I | re.S)
_YEAR = r"(?P<year>[0-9]{4})"
_GAP, _MONTH, _DAY = r"[/.-]*", r"(?P<month>[01][0-9])", r"(?P<day>[0-3][0-9])"
_HOUR = r"(?:[T ][0-9]{1,2}:[0-9]{1,2}:[0-9]{1,2})?"
_YEAR_FIRST = re.compile(_YEAR + _GAP + _MONTH + _GAP + _DAY + _HOUR)
_DAY_FIRST = re.compile(_DAY + _GAP + _MONTH + _GAP + _YEAR + _HOUR)
_NO_DATE = re.compile(r"[0/.-]+")
_NUMBER = re.compile(r"[+-]*[0-9,]+ *[+-]*")
_EXPONENT = re.compile(r"[+-]*[0-9,]+[Ee][0-9+-]+")


def split_name(filename):
    """SIREN and closing date as the tool reads them: it does not count the digits.

    :return: (str, str), empty where the name is refused

    >>> split_name("1234567890fec20251231.txt"), split_name("FEC20251231.txt")
    (('1234567890', '20251231'), ('', ''))
    """
    match = _FILE_NAME.match(filename or "")
    return (match[1], match[2]) if match else ("", "")


@lru_cache(maxsize=4096)
def date_fault(text):
    """
    :return: code of what is wrong with a date that is given, None where nothing is

    >>> [date_fault(text) for text in ("20230231", "31/12/2025", "2025-12-31T1:2:3")]
    [None, None, None]
    >>> [date_fault(text) for text in ("20251301", "18991231", "2025", "00000000")]
    ['date_calendar', 'date_year', 'date_format', None]
    """
    if _NO_DATE.fullmatch(text):
        return None
    matches = [form.fullmatch(text) for form in (_YEAR_FIRST, _DAY_FIRST)]
    matches = [match for match in matches if match]
    usual = [match for match in matches if match["year"][:2] in ("19", "20")]
    if not matches:
        return "date_format"
    if not usual:
        return "date_year"
    if int(usual[0]["month"]) > 12 or int(usual[0]["day"]) > 31:
        return "date_calendar"
    return None


@lru_cache(maxsize=4096)
def amount_fault(text):
    """
    :return: code of what is wrong with an amount, None where nothing is

    >>> [amount_fault(text) for text in ("", "12,50", "-5", "5-", "+5", "1,2E3", "0,0")]
    [None, None, None, None, None, None, None]
    >>> [amount_fault(text) for text in ("1.5", "1 000,00", "1,000,00", "x", "-5-")]
    ['amount_point', 'amount_thousands', 'amount_thousands', 'amount', 'amount']
    """
    if "." in text:
        return "amount_point"
    if len(re.sub(r"[^ ,]", "", text)) > 1 or re.match(r"[0-9]+ +[0-9]+", text):
        return "amount_thousands"
    plain = _NUMBER.fullmatch(text) and text.count("-") < 2
    return None if not text or plain or _EXPONENT.fullmatch(text) else "amount"


def is_zero(text):
    """
    >>> is_zero(""), is_zero("0,00"), is_zero("-0,01")
    (True, True, False)
    """
    return not re.search("[1-9]", re.split("[Ee]", text)[0])


class OfficeCheck:
    """Looks at the name, the header, then each line.

    :param findings: :class:`fec_findings.Findings`
    """

    def __init__(self, findings, filename):
        self._add = findings.add
        self._lines = 0
        _siren, closing = split_name(filename)
        if not closing:
            self._add(OFFICE, "file_name", BLOCKING)
        self._is_since_2013 = closing >= "2013"

    def read_header(self, names):
        """
        :param list names: of the columns, upper case
        :return: {name of the law: position}, None where lines cannot be read
        """
        found = {
            NAMES[name]: place for place, name in enumerate(names) if name in NAMES
        }
        signed = {"Montant", "Sens"} <= found.keys() and "Debit" not in found
        wanted = [c for c in COLUMNS if not (signed and c in ("Debit", "Credit"))]
        missing = [column for column in wanted if column not in found]
        for column in missing:
            self._add(OFFICE, "column_missing", BLOCKING, 1, column)
        self._width, self._place, self._signed = len(names), found, signed
        self._dates = [(name, found[name]) for name in DATES if name in found]
        self._amounts = [(name, found[name]) for name in AMOUNTS if name in found]
        asked = EXPECTED if self._is_since_2013 else set()
        self._filled = [
            (name, found[name], name in NOT_NULL)
            for name in COLUMNS
            if name in found and name in NOT_NULL | asked
        ]
        return None if missing else found

    def look(self, number, cells):
        """
        :return: whether the line has its fields
        """
        self._lines += 1
        if len(cells) == 1 and self._width > 1:
            self._add(OFFICE, "empty_line", BLOCKING, number)
            return False
        place = self._place
        if len(cells) != self._width:
            values = {"found": len(cells), "expected": self._width}
            self._add(OFFICE, "fields_count", BLOCKING, number, **values)
            return False
        entry = cells[place["EcritureNum"]]
        where = {"line": number, "entry": entry}
        for name, at, not_null in self._filled:
            if not cells[at]:
                code, level = ("empty", BLOCKING) if not_null else ("absent", MISSING)
                self._add(OFFICE, code, level, column=name, **where)
        for name, at in self._dates:
            text = cells[at]
            fault = date_fault(text) if text else None
            if name in NOT_NULL and _NO_DATE.fullmatch(text):
                fault = "date_format"
            if fault:
                level = ALERT if fault == "date_year" else BLOCKING
                self._add(OFFICE, fault, level, column=name, text=text, **where)
        for name, at in self._amounts:
            fault = amount_fault(cells[at])
            if fault:
                self._add(OFFICE, fault, BLOCKING, column=name, text=cells[at], **where)
        account = cells[place["CompteNum"]]
        if account and not re.match("[0-9]{3}", account):
            values = {"column": "CompteNum", "text": account}
            self._add(OFFICE, "account", ALERT, **values, **where)
        self._look_at_sides(cells, where)
        return True

    def _look_at_sides(self, cells, where):
        place = self._place
        if self._signed:
            if cells[place["Sens"]].upper() not in SIDES:
                values = {"column": "Sens", "text": cells[place["Sens"]]}
                self._add(OFFICE, "side", BLOCKING, **values, **where)
            if is_zero(cells[place["Montant"]]):
                self._add(OFFICE, "no_amount", ALERT, **where)
            return
        debit, credit = (is_zero(cells[place[name]]) for name in ("Debit", "Credit"))
        if debit == credit:
            code = "no_amount" if debit else "two_sides"
            self._add(OFFICE, code, ALERT, **where)

    def finish(self):
        if not self._lines:
            self._add(OFFICE, "no_line", BLOCKING)
