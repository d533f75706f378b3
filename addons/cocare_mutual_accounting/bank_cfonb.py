"""Read a CFONB 120 file, the statement that French banks have sent since the 1980s.

Pure module. Records of 120 characters: 01 old balance, 04 movement, 05 its complement,
07 new balance. An amount is thirteen digits and a letter that is its last digit and its
sign; the record says how many of its digits are decimals, which has to be two.

>>> overpunched("0000000000125B"), overpunched("0000000000125K")
(1252, -1252)
"""

import re

from .bank_statement import (
    MAX_LINES,
    Line,
    Problem,
    Refused,
    Statement,
    check,
    day_of,
    decode,
    iban_of,
    limited,
    tidy,
)

SIZE = 120
POSITIVE, NEGATIVE = "{ABCDEFGHI", "}JKLMNOPQR"
_START = re.compile(rb"0[1457][0-9]{5}.{4}[0-9]{5}")
#: complements that say who is at the other end, the others are parts of the label
WHO = ("NPY", "NBE")
#: amounts in anything but cents would be ten times more or less
DECIMALS = "2"


def recognises(data):
    return bool(_START.match(data[:64]))


def read(data):
    """Return the list of :class:`Statement` of ``data`` and the list of problems.

    :raise Refused: nothing of it can be read
    """
    text, _encoding = decode(data)
    statements, problems, current = [], [], None
    for number, record in _records(text):
        kind = record[:2]
        if kind == "01":
            if current:
                raise Refused("cfonb_open", number)
            current = _Account(number, record)
        elif kind not in ("04", "05", "07"):
            raise Refused("cfonb_record", number, text=kind)
        elif not current:
            raise Refused("cfonb_order", number)
        elif record[2:7] + record[11:19] + record[21:32] != current.identity:
            raise Refused("cfonb_account", number)
        elif kind == "04":
            current.add(number, record)
        elif kind == "05":
            current.complete(number, record)
        else:
            statements.append(current.close(number, record))
            problems += current.problems
            current = None
        if current and len(current.statement.lines) > MAX_LINES:
            raise Refused("too_many_lines", number, limit=MAX_LINES)
    if current:
        raise Refused("cfonb_cut", current.statement.number)
    if not statements:
        raise Refused("no_statement")
    return statements, problems


def _records(text):
    """Yield (line, record): one a line, or one after the other without line ends."""
    lines = text.replace("\x1a", "").splitlines()
    if len(lines) == 1 and len(lines[0]) > SIZE:
        whole = lines[0]
        lines = [whole[start : start + SIZE] for start in range(0, len(whole), SIZE)]
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        # spaces at the end are lost on the way, nothing else is
        if len(line) > SIZE and line[SIZE:].strip():
            raise Refused("cfonb_size", number, found=len(line))
        record = line.ljust(SIZE)[:SIZE]
        if len(line.rstrip()) < 104 and record[:2] in ("01", "04", "07"):
            raise Refused("cfonb_size", number, found=len(line))
        yield number, record


class _Account:
    """The statement that is being read, between its 01 and its 07."""

    def __init__(self, number, record):
        self.identity = record[2:7] + record[11:19] + record[21:32]
        self.problems = []
        bank, branch, account = record[2:7], record[11:16], record[21:32]
        self.statement = Statement(
            iban=iban_of(bank, branch, account),
            account=f"{bank} {branch} {account}",
            currency=record[16:19],
            number=number,
        )
        if not self.statement.iban:
            self.problems.append(
                Problem("cfonb_rib", number, {"text": self.statement.account})
            )
        self.statement.opening = self.amount(number, record)
        self.statement.first_announced = self.day(number, record)

    def amount(self, number, record):
        """Cents of a record; ``None`` after a problem."""
        try:
            if record[19] != DECIMALS:
                raise ValueError(record[19])
            return overpunched(record[90:104])
        except ValueError:
            text = record[90:104]
            self.problems.append(Problem("amount", number, {"text": text}))
            return None

    def day(self, number, record):
        text = record[34:40]
        try:
            if not re.fullmatch(r"\d{6}", text, re.ASCII):
                raise ValueError(text)
            return day_of(2000 + int(text[4:]), int(text[2:4]), int(text[:2]))
        except ValueError:
            self.problems.append(Problem("day", number, {"text": text}))
            return None

    def add(self, number, record):
        cents, day = self.amount(number, record), self.day(number, record)
        if cents is None or day is None:
            return
        reference = tidy(f"{record[81:88]} {record[104:120]}")
        label = tidy(record[48:79]) or reference or "/"
        self.statement.lines.append(
            Line(number, day, cents, label, reference=reference)
        )

    def complete(self, number, record):
        lines = self.statement.lines
        if not lines:
            if not self.problems:
                raise Refused("cfonb_order", number)
            return
        kind, text = record[45:48], tidy(record[48:118])
        if kind in WHO and not lines[-1].partner:
            lines[-1].partner = text
        elif text:
            lines[-1].label = tidy(f"{lines[-1].label} {text}")

    def close(self, number, record):
        statement = self.statement
        statement.closing = self.amount(number, record)
        statement.closing_day = self.day(number, record)
        statement.last_announced = statement.closing_day
        if not any(problem.level == "error" for problem in self.problems):
            self.problems += check(statement)
        return statement


def overpunched(text):
    """Cents of an amount whose last character is a digit and a sign.

    :raise ValueError: it is no such amount

    >>> overpunched("0000000000012{"), overpunched("0000000000012}")
    (120, -120)
    """
    sign = 1 if text[-1:] in POSITIVE else -1
    last = (POSITIVE if sign > 0 else NEGATIVE).find(text[-1:])
    if not re.fullmatch(r"\d{13}", text[:-1], re.ASCII) or last < 0:
        raise ValueError(text)
    return sign * limited(int(f"{text[:-1]}{last}"))
