r"""Read a file of readings (CSV), as a spreadsheet or another software exports it.

Pure module: bytes in, typed rows and problems out; it knows no ORM and writes nothing.
Names of firms and services stay text here: who they are is for the caller to know.

The encoding is tried, never guessed from statistics: UTF-8, with or without its mark,
else Windows-1252. The separator is the one that makes most columns of the header known.

>>> sheet = read("Structure;Service;Date;Qté\nAtelier;PAL;31/10/2026;12,5\n".encode())
>>> sheet.problems, sheet.encoding, sheet.separator
([], 'UTF-8', ';')
>>> [(row.line, row.firm, row.service, row.day, row.quantity) for row in sheet.rows]
[(2, 'Atelier', 'PAL', datetime.date(2026, 10, 31), Decimal('12.5'))]
>>> [row] = read(b"siret,code,day,qty\n1,PAL,2026-02-30,1.234\n").rows
>>> [(problem.code, problem.line) for problem in row.problems]
[('date', 2), ('quantity_ambiguous', 2)]
>>> read(b"Structure;Date\nAtelier;31/10/2026\n").problems
[Problem(code='columns_missing', line=1, values={'columns': ['service', 'quantity']})]
"""

import csv
import io
import re
import unicodedata
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

MAX_BYTES = 2 * 2**20
MAX_ROWS = 5000
MAX_COLUMNS = 40
MAX_TEXT = 200
SEPARATORS = (";", "\t", ",")

#: how the header may call each column: lower case, without accents
HEADERS = {
    "firm": (
        *("structure", "firme", "societe", "entreprise", "siret", "code structure"),
        *("firm", "company", "company code"),
    ),
    "service": ("service", "code", "code service", "service code"),
    "date": ("date", "jour", "day"),
    "quantity": ("quantite", "qte", "nombre", "quantity", "qty"),
    "name": (
        *("description", "libelle", "objet", "commentaire", "remarque"),
        *("label", "comment", "note"),
    ),
}
MANDATORY = ("firm", "service", "date", "quantity")

_COLUMN_OF = {alias: name for name, aliases in HEADERS.items() for alias in aliases}
_FRENCH_DATE = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})", re.ASCII)
_ISO_DATE = re.compile(r"(\d{4})-(\d{2})-(\d{2})", re.ASCII)
_YEARS = range(2000, 2101)
_QUANTITY = re.compile(r"(-?)(\d{1,9})(?:[.,](\d{1,9}))?", re.ASCII)
_CONTROLS = dict.fromkeys((*range(32), *range(127, 160)), " ")
#: a spreadsheet would compute a cell that begins so
_FORMULA = re.compile(r"'*[=+\-@]")


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong, on which line (0 = whole file), and with which values."""

    code: str
    line: int = 0
    values: dict = field(default_factory=dict)


@dataclass(slots=True)
class Row:
    """One line of the file: its cells as text, and what they mean where they do."""

    line: int
    firm: str = ""
    service: str = ""
    date_text: str = ""
    quantity_text: str = ""
    name: str = ""
    day: date | None = None
    quantity: Decimal | None = None
    problems: list = field(default_factory=list)


@dataclass(slots=True)
class Sheet:
    encoding: str = ""
    separator: str = ""
    rows: list = field(default_factory=list)
    problems: list = field(default_factory=list)


class _Unreadable(Exception):
    """The file as a whole cannot be read; holds the problem."""

    def __init__(self, code, line=0, **values):
        super().__init__(code)
        self.problem = Problem(code, line, values)


def read(content: bytes) -> Sheet:
    """Read a whole file.

    :return: its rows, each with its own problems; when the file itself has a problem,
        no row
    """
    sheet = Sheet()
    try:
        text, sheet.encoding = _decode(content)
        sheet.separator = max(SEPARATORS, key=lambda sep: _known_columns(text, sep))
        sheet.rows = list(_rows(text, sheet.separator))
        if not sheet.rows:
            raise _Unreadable("no_row")
    except _Unreadable as unreadable:
        sheet.rows, sheet.problems = [], [unreadable.problem]
    return sheet


def clean(text: str) -> str:
    """One line of text without control characters; a formula stays the text it is.

    >>> clean("  12\\xa0palettes\\r\\n par jour\\0 ")
    '12 palettes par jour'
    >>> clean("=1+1"), clean("'=1+1")
    ('=1+1', '=1+1')
    """
    text = " ".join(text.translate(_CONTROLS).split())
    return text[1:] if text[:1] == "'" and _FORMULA.match(text) else text


def plain(text: str) -> str:
    """Text to compare by: no accents, no capitals, no dashes.

    >>> plain("Épicerie  Coopérative_LA-Besace")
    'epicerie cooperative la besace'
    """
    letters = unicodedata.normalize("NFKD", text.replace("œ", "oe").replace("Œ", "oe"))
    kept = "".join(c for c in letters if not unicodedata.combining(c)).casefold()
    return " ".join(re.sub(r"[\s_\-]+", " ", kept).split())


def parse_date(text: str) -> date:
    """``31/10/2026`` or ``2026-10-31``.

    :raise ValueError: it is no such day

    >>> parse_date("1/2/2026") == parse_date("2026-02-01")
    True
    """
    if match := _FRENCH_DATE.fullmatch(text):
        day, month, year = map(int, match.groups())
    elif match := _ISO_DATE.fullmatch(text):
        year, month, day = map(int, match.groups())
    else:
        raise ValueError("date")
    if year not in _YEARS:
        raise ValueError("date")
    return date(year, month, day)


def parse_quantity(text: str) -> Decimal:
    """A quantity with a decimal comma or point, and no separator for thousands.

    :raise ValueError: the code of the problem. ``1.234`` is one thousand for some and
        one and a quarter for others: it is refused, ``1.2340`` and ``0.125`` are not.

    >>> parse_quantity("12,50"), parse_quantity("1234"), parse_quantity("1,2340")
    (Decimal('12.5'), Decimal('1234'), Decimal('1.234'))
    """
    match = _QUANTITY.fullmatch(text)
    if not match:
        raise ValueError("quantity")
    sign, whole, decimals = match[1], match[2], match[3] or ""
    if sign:
        raise ValueError("quantity_negative")
    if len(decimals) == 3 and len(whole) <= 3 and whole[0] != "0":
        raise ValueError("quantity_ambiguous")
    decimals = decimals.rstrip("0")
    if len(decimals) > 3:
        raise ValueError("quantity_precise")
    return Decimal(f"{int(whole)}.{decimals}" if decimals else whole.lstrip("0") or "0")


def write(header, rows) -> bytes:
    """A file that spreadsheets open as it is, and that :func:`read` reads back.

    A text that a spreadsheet would compute is written with an apostrophe before it.

    >>> write(["Structure", "Date"], [["=Atelier", "31/10/2026"]]).decode("utf-8-sig")
    "Structure;Date\\r\\n'=Atelier;31/10/2026\\r\\n"
    """
    stream = io.StringIO()
    writer = csv.writer(stream, delimiter=";", lineterminator="\r\n")
    for row in (header, *rows):
        writer.writerow([f"'{cell}" if _FORMULA.match(cell) else cell for cell in row])
    return stream.getvalue().encode("utf-8-sig")


def _decode(content):
    if len(content) > MAX_BYTES:
        raise _Unreadable("too_big", limit=MAX_BYTES // 2**20)
    if content.startswith((b"\xff\xfe", b"\xfe\xff")) or b"\0" in content:
        raise _Unreadable("not_text")
    for codec, name in (("utf-8-sig", "UTF-8"), ("cp1252", "Windows-1252")):
        try:
            return content.decode(codec), name
        except UnicodeDecodeError:
            continue
    raise _Unreadable("not_text")


def _records(text, separator):
    """Yield ``(number of its first line, cells)`` of each line that is not blank."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    line = 1
    try:
        for cells in reader:
            cells = [clean(cell) for cell in cells]
            if any(cells):
                yield line, cells
            line = reader.line_num + 1
    except csv.Error:
        raise _Unreadable("malformed", line) from None


def _known_columns(text, separator):
    try:
        _line, cells = next(_records(text, separator), (0, []))
    except _Unreadable:
        return 0
    return len({_COLUMN_OF.get(plain(cell)) for cell in cells} - {None})


def _columns(line, cells):
    """``{column: its rank}`` of a header."""
    if len(cells) > MAX_COLUMNS:
        raise _Unreadable("too_many_columns", line, limit=MAX_COLUMNS)
    ranks = {}
    for rank, cell in enumerate(cells):
        name = _COLUMN_OF.get(plain(cell))
        if name in ranks:
            raise _Unreadable("columns_twice", line, columns=[name])
        if name:
            ranks[name] = rank
    missing = [name for name in MANDATORY if name not in ranks]
    if missing:
        raise _Unreadable("columns_missing", line, columns=missing)
    return ranks


def _rows(text, separator):
    records = _records(text, separator)
    line, header = next(records, (0, []))
    if not header:
        raise _Unreadable("no_row")
    ranks = _columns(line, header)
    for count, (line, cells) in enumerate(records, start=1):
        if count > MAX_ROWS:
            raise _Unreadable("too_many_rows", line, limit=MAX_ROWS)
        yield _row(line, cells, ranks, len(header))


def _row(line, cells, ranks, width):
    texts = {
        name: cells[rank] if rank < len(cells) else "" for name, rank in ranks.items()
    }
    row = Row(
        line,
        texts["firm"],
        texts["service"],
        texts["date"],
        texts["quantity"],
        texts.get("name", ""),
    )
    if any(cells[width:]):
        values = {"found": len(cells), "expected": width}
        row.problems.append(Problem("fields_count", line, values))
    for name, text in texts.items():
        if len(text) > MAX_TEXT:
            values = {"columns": [name], "limit": MAX_TEXT}
            row.problems.append(Problem("too_long", line, values))
        elif not text and name in MANDATORY:
            row.problems.append(Problem("empty", line, {"columns": [name]}))
    row.day = _parsed(row, parse_date, row.date_text, "date")
    row.quantity = _parsed(row, parse_quantity, row.quantity_text, "quantity")
    return row


def _parsed(row, parse, text, code):
    if not text or len(text) > MAX_TEXT:
        return None
    try:
        return parse(text)
    except ValueError as error:
        known = str(error) if str(error).startswith(code) else code
        row.problems.append(Problem(known, row.line, {"text": text}))
        return None
