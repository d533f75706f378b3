"""Read a French ledger file (fichier des écritures comptables, FEC).

Pure module: bytes in, typed entries and problems out; it knows no ORM and writes
nothing. The form of the file is set by article A47 A-1 of the Livre des procédures
fiscales (LPF): its paragraphs are quoted as VI, VII, IX and XII below. The checks go
further than the tax office's own tool, which lets 31 February and an entry that does
not balance pass.

>>> head = "|".join(COLUMNS)
>>> row = "VE|Sales|1|20250131|{}|x|||F1|20250131|x|{}|{}|||20250131||"
>>> name = "732829320FEC20251231.txt"
>>> ledger = read("\\r\\n".join([
...     head, row.format("411", "12,50", "0,00"), row.format("701", "", "12,50"),
... ]).encode(), name)
>>> ledger.problems, len(ledger.entries), ledger.debit, ledger.exercise[1]
([], 1, Decimal('12.50'), datetime.date(2025, 12, 31))
>>> read("\\n".join([head, row.format("411", "12,50", "0")]).encode()).errors[0]
Problem(code='entry_unbalanced', line=2, column='', \
values={'entry': 'VE 1', 'gap': '12.50'}, level='error')
"""

import re
import unicodedata
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

#: VII-1°, in this order; further columns are allowed after them
COLUMNS = tuple(
    "JournalCode JournalLib EcritureNum EcritureDate CompteNum CompteLib CompAuxNum "
    "CompAuxLib PieceRef PieceDate EcritureLib Debit Credit EcritureLet DateLet "
    "ValidDate Montantdevise Idevise".split()
)
#: a line without these cannot be booked
MANDATORY = ("JournalCode", "EcritureNum", "EcritureDate", "CompteNum")
#: the law asks for these, the books can live without them: a warning
EXPECTED = "JournalLib CompteLib PieceRef PieceDate EcritureLib ValidDate".split()
DATES = ("EcritureDate", "PieceDate", "DateLet", "ValidDate")
MAX_BYTES = 64 * 2**20

_ACCOUNT = re.compile(r"[0-9]{3}[0-9A-Za-z.]*")
_AMOUNT = re.compile(r"([+-]?)0*([0-9]{1,13}(?:,[0-9]{1,2})?)([+-]?)")
_FILE_NAME = re.compile(r"([0-9]{9})FEC([0-9]{8})", re.IGNORECASE)
_CONTROLS = (*range(1, 9), 11, 12, *range(14, 32), *range(127, 161))
_CLEAN = {0: None, **dict.fromkeys(_CONTROLS, " ")}


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
    #: ISO code, empty for the euro; the amount is in that currency, as the file signs it
    currency: str = ""
    currency_amount: Decimal = Decimal()

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

    @property
    def key(self):
        return self.journal, self.number

    def __str__(self):
        return f"{self.journal} {self.number}"


@dataclass(slots=True)
class Ledger:
    encoding: str = ""
    separator: str = ""
    entries: list = field(default_factory=list)
    problems: list = field(default_factory=list)
    #: first and last day of the exercise that holds most entries
    exercise: tuple = (None, None)

    @property
    def errors(self):
        return [problem for problem in self.problems if problem.level == "error"]

    @property
    def lines(self):
        return [line for entry in self.entries for line in entry.lines]

    @property
    def debit(self):
        return sum((line.debit for line in self.lines), Decimal())

    @property
    def credit(self):
        return sum((line.credit for line in self.lines), Decimal())


def calendar_year(day):
    return date(day.year, 1, 1), date(day.year, 12, 31)


def read(data, filename="", exercise_of=calendar_year):
    """Return the :class:`Ledger` found in the bytes ``data``; never raises on content.

    ``exercise_of(day)`` gives the first and last day of the exercise holding ``day``.
    """
    ledger = Ledger()
    text = _decode(data, ledger)
    if not ledger.errors:
        rows = _read_rows(text, ledger)
        _build_entries(rows, ledger)
        _check_entries(ledger, exercise_of)
        _check_file_name(filename, ledger)
    ledger.problems.sort(key=lambda problem: (problem.level, problem.line))
    return ledger


def _decode(data, ledger):
    """Text of the file, line ends as ``\\n`` (XII-1°: ASCII, ISO-8859-15 or UTF-8).

    Never guessed by statistics: a wrong guess changes names without a word. Bytes
    0x80-0x9F are characters in cp1252 only. Some tools write ``\\r\\r\\n``.
    """
    if len(data) > MAX_BYTES:
        ledger.problems.append(Problem("too_big", values={"limit": MAX_BYTES >> 20}))
        return ""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        ledger.problems.append(Problem("utf16"))
        return ""
    western = "cp1252" if re.search(rb"[\x80-\x9f]", data) else "iso-8859-15"
    for encoding in ("utf-8-sig", western, "iso-8859-15"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        break
    ledger.encoding = "utf-8" if encoding == "utf-8-sig" else encoding
    text = re.sub(r"\r*\n", "\n", text)
    if "\n" not in text:
        text = text.replace("\r", "\n")
    return text.translate(_CLEAN)


def _plain(text):
    """
    >>> _plain(" Éritûre ")
    'eriture'
    """
    decomposed = unicodedata.normalize("NFKD", text.strip().lower())
    return "".join(char for char in decomposed if not unicodedata.combining(char))


def _read_rows(text, ledger):
    """Yield (line number, {column: trimmed text}) for the well-formed lines.

    Separator: tab or ``|`` (VI-1°). One more at the end of the lines is not a field,
    if the header or the first line has it: elsewhere it is a separator inside a text.
    """
    head, _end, body = text.partition("\n")
    ledger.separator = max("\t|", key=head.count)
    names = [_plain(cell) for cell in head.split(ledger.separator)]
    first = body.lstrip("\n").partition("\n")[0]
    closed = names[-1] == "" or first.count(ledger.separator) == len(names)
    if names[-1] == "":
        names.pop()
    missing = [name for name in COLUMNS if name.lower() not in names]
    twice = [name for name, found in Counter(names).items() if name and found > 1]
    if missing:
        values = {"columns": ", ".join(missing)}
        ledger.problems.append(Problem("columns_missing", 1, values=values))
    if twice:
        values = {"columns": ", ".join(twice)}
        ledger.problems.append(Problem("columns_twice", 1, values=values))
    if missing or twice:
        return
    position = {name: names.index(name.lower()) for name in COLUMNS}
    for number, row in enumerate(body.split("\n"), start=2):
        if not row.strip():
            continue
        cells = [cell.strip() for cell in row.split(ledger.separator)]
        if closed and len(cells) == len(names) + 1 and not cells[-1]:
            cells.pop()
        if len(cells) != len(names):
            values = {"expected": len(names), "found": len(cells)}
            ledger.problems.append(Problem("fields_count", number, values=values))
            continue
        yield number, {name: cells[index] for name, index in position.items()}


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


def _parse_row(number, row):
    """Return the typed values of a line and its errors."""
    values, errors = {}, []
    for column in MANDATORY:
        if not row[column]:
            errors.append(Problem("empty", number, column))
    for column in DATES:
        try:
            values[column] = parse_date(row[column]) if row[column] else None
        except ValueError:
            errors.append(Problem("date", number, column, {"text": row[column]}))
    for column in ("Debit", "Credit", "Montantdevise"):
        try:
            values[column] = parse_amount(row[column])
        except ValueError:
            errors.append(Problem("amount", number, column, {"text": row[column]}))
    if row["CompteNum"] and not _ACCOUNT.fullmatch(row["CompteNum"]):
        text = {"text": row["CompteNum"]}
        errors.append(Problem("account", number, "CompteNum", text))
    if not errors and values["Debit"] and values["Credit"]:
        errors.append(Problem("debit_and_credit", number))
    return values, errors


def _build_entries(rows, ledger):
    """Group the lines by (journal, number), in order of first appearance."""
    entries, seen = {}, defaultdict(list)
    for number, row in rows:
        values, errors = _parse_row(number, row)
        ledger.problems += errors
        if errors:
            continue
        for column in EXPECTED:
            if not row[column]:
                seen["not_given", column].append(number)
        if values["Debit"] < 0 or values["Credit"] < 0:
            seen["negative", ""].append(number)
        currency = row["Idevise"].upper().replace("EUR", "")
        if currency:
            seen["currency", "Idevise"].append(number)
        day = values["EcritureDate"]
        names = ("JournalCode", "JournalLib", "EcritureNum")
        entry = Entry(*(row[name] for name in names), day, row["PieceRef"])
        entry.piece_date, entry.valid_date = values["PieceDate"], values["ValidDate"]
        entry = entries.setdefault(entry.key, entry)
        if entry.valid_date:
            valid = values["ValidDate"]
            entry.valid_date = valid and max(entry.valid_date, valid)
        if day != entry.date:
            told = {"entry": str(entry), "date": day, "other": entry.date}
            problem = Problem("entry_dates", number, "EcritureDate", told)
            ledger.problems.append(problem)
        texts = ("CompteNum", "CompteLib", "CompAuxNum", "CompAuxLib", "EcritureLib")
        entry.lines.append(
            Line(
                *(number, *(row[name] for name in texts)),
                *(values["Debit"], values["Credit"], row["EcritureLet"]),
                *(values["DateLet"], currency),
                values["Montantdevise"] if currency else Decimal(),
            )
        )
    ledger.entries = list(entries.values())
    for (code, column), numbers in seen.items():
        values = {"count": len(numbers)}
        problem = Problem(code, numbers[0], column, values, level="warning")
        ledger.problems.append(problem)


def _check_entries(ledger, exercise_of):
    """Each entry balances and all are dated within one exercise.

    Nothing is said of the balances when some lines could not be read.
    """
    if ledger.errors:
        return
    if not ledger.entries:
        ledger.problems.append(Problem("no_entry"))
        return
    exercises = {entry.date: exercise_of(entry.date) for entry in ledger.entries}
    found = Counter(exercises[entry.date] for entry in ledger.entries)
    first, last = ledger.exercise = found.most_common(1)[0][0]
    for entry in ledger.entries:
        number, key = entry.lines[0].number, {"entry": str(entry)}
        gap = sum((line.balance for line in entry.lines), Decimal())
        if gap:
            values = {**key, "gap": str(gap)}
            ledger.problems.append(Problem("entry_unbalanced", number, values=values))
        if not first <= entry.date <= last:
            values = {**key, "date": entry.date, "first": first, "last": last}
            problem = Problem("outside_exercise", number, "EcritureDate", values)
            ledger.problems.append(problem)


def _check_file_name(filename, ledger):
    """SIREN, FEC, closing date (IX). Real files break it: a warning."""
    siren, closing = split_file_name(filename)
    last = ledger.exercise[1]
    if not siren or (last and closing != last):
        code, values = "file_name_date" if siren else "file_name", {"last": last}
        ledger.problems.append(Problem(code, values=values, level="warning"))


def split_file_name(filename):
    """
    >>> split_file_name("732829320FEC20251231.txt")
    ('732829320', datetime.date(2025, 12, 31))
    >>> split_file_name("732829320FEC20251331.txt"), split_file_name("books.txt")
    (('732829320', None), ('', None))
    """
    match = _FILE_NAME.match(filename or "")
    try:
        return (match[1], parse_date(match[2])) if match else ("", None)
    except ValueError:
        return match[1], None
