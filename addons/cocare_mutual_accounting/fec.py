"""Read a French ledger file (fichier des écritures comptables, FEC).

Pure module: bytes in, typed entries and problems out; it knows no ORM and writes
nothing. The form of the file is set by article A47 A-1 of the Livre des procédures
fiscales (LPF): its paragraphs are quoted as VI, VII, IX and XII. The checks go further
than the tax office's own tool, which lets 31 February and an entry that does not
balance pass. ``fec_text.py`` makes lines and cells of the bytes, ``fec_fields.py``
types the fields, ``fec_entries.py`` keeps the entries.

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

import csv
import re
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from io import BytesIO
from itertools import chain

from . import fec_opening, fec_text
from .fec_entries import Builder, Entries
from .fec_fields import (
    COLUMNS,
    EXPECTED,
    SIDED,
    TREASURY,
    TREASURY_JOURNAL,
    Entry,
    Line,
    Problem,
    parse_date,
    typed,
)

MAX_BYTES = 256 * 2**20
#: errors after which nobody reads on
MAX_ERRORS = 10_000
#: lines shown so that somebody can see that their accents are right
SAMPLES = 5

_FILE_NAME = re.compile(r"([0-9]{9})FEC([0-9]{8})", re.IGNORECASE)


@dataclass(slots=True)
class Ledger:
    encoding: str = ""
    separator: str = ""
    entries: Entries = field(default_factory=Entries)
    problems: list = field(default_factory=list)
    #: first and last day of each exercise, in order; those of the file name's last
    exercises: list = field(default_factory=list)
    #: (line number, text) of lines with other letters than those of ASCII
    samples: list = field(default_factory=list)
    line_count: int = 0
    debit: Decimal = Decimal()
    credit: Decimal = Decimal()

    @property
    def errors(self):
        return [problem for problem in self.problems if problem.level == "error"]

    @property
    def lines(self):
        """All lines at once: for small ledgers."""
        return [line for entry in self.entries for line in entry.lines]

    @property
    def exercise(self):
        """First and last day of what the file covers."""
        if not self.exercises:
            return None, None
        return self.exercises[0][0], self.exercises[-1][1]

    def entries_of(self, exercise):
        first, last = exercise
        return (entry for entry in self.entries if first <= entry.date <= last)


def calendar_year(day):
    return date(day.year, 1, 1), date(day.year, 12, 31)


def read(data, filename="", exercise_of=calendar_year, encoding=""):
    """Return the :class:`Ledger` found in ``data``; never raises on content.

    :param data: bytes, or a binary file that can be read again from its start
    :param exercise_of: ``day → (first, last)``, days of the exercise that holds it
    :param encoding: one of ``fec_text.ENCODINGS``, when somebody says it
    """
    ledger = Ledger()
    file = BytesIO(data) if isinstance(data, bytes) else data
    if file.seek(0, 2) > MAX_BYTES:
        ledger.problems.append(Problem("too_big", values={"limit": MAX_BYTES >> 20}))
        return ledger
    form = fec_text.detect(file, encoding)
    if form.problem:
        ledger.problems.append(Problem(form.problem))
        return ledger
    ledger.encoding = form.encoding
    try:
        _build(_rows(fec_text.lines(file, form), ledger), ledger, exercise_of)
    except fec_text.LineTooLong as error:
        ledger.problems.append(Problem("line_long", *error.args))
    _check_entries(ledger, exercise_of)
    _check_file_name(filename, ledger)
    ledger.problems.sort(key=lambda problem: (problem.level, problem.line))
    return ledger


def _rows(lines, ledger):
    """Yield (line number, {column: trimmed text}, amount has a side).

    One more separator at the end of the lines is not a field, if the header or the
    first line has it: elsewhere it is a separator inside a text.
    """
    _number, head = next(lines, (1, ""))
    ledger.separator = separator = fec_text.separator_of(head)
    names = [fec_text.plain(cell) for cell in _cells(1, head, ledger) or [""]]
    first = next(((n, text) for n, text in lines if text.strip()), None)
    closed = names[-1] == ""
    if closed:
        names.pop()
    elif first:
        closed = _closes(first[1], separator, len(names))
    sided = "sens" in names and "debit" not in names
    columns = [*(c for c in COLUMNS if not (sided and c in ("Debit", "Credit")))]
    columns += SIDED if sided else ()
    missing = [name for name in columns if name.lower() not in names]
    twice = [name for name, found in Counter(names).items() if name and found > 1]
    for code, wrong in (("columns_missing", missing), ("columns_twice", twice)):
        if wrong:
            values = {"columns": ", ".join(wrong)}
            ledger.problems.append(Problem(code, 1, values=values))
    if missing or twice:
        return
    position = {name: names.index(name.lower()) for name in columns}
    treasury = all(name in names for name in TREASURY)
    for number, text in chain([first] if first else [], lines):
        if not text.strip():
            continue
        if len(ledger.problems) > MAX_ERRORS:
            ledger.problems.append(Problem("too_many", number))
            return
        cells = _cells(number, text, ledger)
        if cells is None:
            continue
        if closed and len(cells) == len(names) + 1 and not cells[-1]:
            cells.pop()
        if len(cells) != len(names):
            values = {"expected": len(names), "found": len(cells)}
            ledger.problems.append(Problem("fields_count", number, values=values))
            continue
        row = {name: cells[index] for name, index in position.items()}
        if treasury and not row["JournalCode"]:
            row["JournalCode"], row["JournalLib"] = TREASURY_JOURNAL
        yield number, row, sided


def _closes(text, separator, count):
    """Whether a line has one more separator at its end than its fields need."""
    try:
        cells = fec_text.split(text, separator)
    except csv.Error:
        return False
    return len(cells) == count + 1 and not cells[-1]


def _cells(number, text, ledger):
    try:
        return fec_text.split(text, ledger.separator)
    except csv.Error:
        ledger.problems.append(Problem("quotes", number))
        return None


def _build(rows, ledger, exercise_of):
    """Type the lines and group them into entries."""
    builder, seen = Builder(exercise_of), defaultdict(lambda: [0, 0])
    for number, row, sided in rows:
        values, errors = typed(number, row, sided)
        ledger.problems += errors
        if errors:
            continue
        ledger.line_count += 1
        ledger.debit += values["Debit"]
        ledger.credit += values["Credit"]
        currency = row["Idevise"].upper().replace("EUR", "")
        for told in _remarks(row, values, currency):
            seen[told][0] += 1
            seen[told][1] = seen[told][1] or number
        _keep_sample(number, row, ledger)
        entry = Entry(
            *(row["JournalCode"], row["JournalLib"], row["EcritureNum"]),
            *(values["EcritureDate"], row["PieceRef"], []),
            *(values["PieceDate"], values["ValidDate"]),
        )
        line = Line(
            *(number, row["CompteNum"], row["CompteLib"], row["CompAuxNum"]),
            *(row["CompAuxLib"], row["EcritureLib"]),
            *(values["Debit"], values["Credit"], row["EcritureLet"]),
            *(values["DateLet"] if row["EcritureLet"] else None, currency),
            values["Montantdevise"] if currency else Decimal(),
        )
        builder.add(entry, line)
    ledger.entries = builder.finish()
    ledger.problems += builder.problems
    for (code, column), (count, number) in seen.items():
        problem = Problem(code, number, column, {"count": count}, level="warning")
        ledger.problems.append(problem)


def _remarks(row, values, currency):
    """Yield (code, column) of what does not keep a line from being booked."""
    for column in EXPECTED:
        if not row[column]:
            yield "not_given", column
    if values["Debit"] < 0 or values["Credit"] < 0:
        yield "negative", ""
    if currency:
        yield "currency", "Idevise"


def _keep_sample(number, row, ledger):
    if len(ledger.samples) < SAMPLES:
        texts = (row["CompteLib"], row["CompAuxLib"], row["EcritureLib"])
        told = " · ".join(text for text in texts if not text.isascii())
        if told and told not in (text for _number, text in ledger.samples):
            ledger.samples.append((number, told))


def _check_entries(ledger, exercise_of):
    """Each entry balances, and the exercises follow each other.

    Nothing is said of the balances when some lines could not be read.
    """
    if ledger.errors:
        return
    if not ledger.entries:
        ledger.problems.append(Problem("no_entry"))
        return
    found, exercises, drafts = Counter(), {}, []
    for entry in ledger.entries:
        number = entry.lines[0].number
        gap = sum((line.balance for line in entry.lines), Decimal())
        if gap:
            values = {"entry": str(entry), "gap": str(gap)}
            ledger.problems.append(Problem("entry_unbalanced", number, values=values))
        if entry.first_day not in exercises:
            exercises[entry.first_day] = exercise_of(entry.date)
        found[exercises[entry.first_day]] += 1
        if not entry.valid_date:
            drafts.append(number)
    if drafts:
        values = {"count": len(drafts)}
        problem = Problem("not_final", drafts[0], "ValidDate", values, "warning")
        ledger.problems.append(problem)
    ledger.exercises = sorted(found)
    if len(found) > 1 and not _follow(ledger):
        _tell_outside(ledger, found.most_common(1)[0][0])


def _follow(ledger):
    """Whether each exercise is the next one and begins with its opening balances.

    Without them, an entry elsewhere is more likely to have a wrong date.
    """
    days = [day for exercise in ledger.exercises for day in exercise]
    return all(
        last + timedelta(1) == first
        for last, first in zip(days[1:-1:2], days[2::2], strict=True)
    ) and all(
        fec_opening.find(ledger.entries_of(exercise), exercise[0])
        for exercise in ledger.exercises[1:]
    )


def _tell_outside(ledger, exercise):
    first, last = exercise
    ledger.exercises = [exercise]
    for entry in ledger.entries:
        if not first <= entry.date <= last:
            values = {"entry": str(entry), "date": entry.date}
            values.update(first=first, last=last)
            number = entry.lines[0].number
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
