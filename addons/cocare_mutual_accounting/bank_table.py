r"""Read a table of bank movements, CSV or XLSX, as banks let people download them.

Pure module. A table has no balances of its own: either a column holds the balance after
each movement, and every line is checked against it, or the caller gives the opening and
the closing balance, and the sum is. What each column means is proposed from its name
and decided by the caller (:func:`propose`, :func:`read`).

>>> table = open_table("Date;Libellé;Montant;Solde\n"
...                    "02/10/2026;Loyer;-1 200,50;799,50\n"
...                    "01/10/2026;Paniers;2 000,00;2 000,00\n".encode())
>>> meanings = propose(table.header)
>>> meanings
['date', 'label', 'amount', 'balance']
>>> statement, problems = read(table, meanings)
>>> problems, statement.opening, statement.closing, [x.cents for x in statement.lines]
([], 0, 79950, [200000, -120050])
"""

import csv
import io
import re
import unicodedata
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from . import bank_workbook
from .bank_statement import (
    MAX_LINES,
    Line,
    Problem,
    Refused,
    Statement,
    check,
    day_of,
    decode,
    is_iban,
    iso_day,
    limited,
    tidy,
)

MAX_COLUMNS = 40
#: rows above the header: name of the bank, of the account, period
MAX_PREAMBLE = 30
SEPARATORS = (";", "\t", ",", "|")

#: what a column may hold, and how banks call it: lower case, without accents
MEANINGS = {
    "date": (
        *("date", "date operation", "date d'operation", "date de l'operation"),
        *("date comptable", "date de comptabilisation", "dateop", "booking date"),
    ),
    "label": (
        *("libelle", "libelle operation", "libelle de l'operation", "description"),
        *("libelle simplifie", "operation", "nature de l'operation", "label"),
    ),
    "more": (
        *("libelle complementaire", "informations complementaires", "details"),
        *("libelle detaille", "detail", "commentaire", "motif"),
    ),
    "amount": ("montant", "montant eur", "montant (eur)", "montant en euros", "amount"),
    "debit": ("debit", "debit eur", "debit euros", "debit (eur)"),
    "credit": ("credit", "credit eur", "credit euros", "credit (eur)"),
    "balance": ("solde", "solde eur", "solde apres operation", "balance"),
    "partner": (
        "tiers",
        "contrepartie",
        "beneficiaire",
        "nom du tiers",
        "counterparty",
    ),
    "reference": ("reference", "numero d'operation", "ref", "id"),
    "currency": ("devise", "currency"),
    "iban": ("iban", "compte", "numero de compte", "account"),
}
NUMBERS = ("amount", "debit", "credit", "balance")
ONCE = frozenset(MEANINGS) - {"label", "more"}

_MEANING_OF = {name: meaning for meaning, names in MEANINGS.items() for name in names}
_FRENCH_DAY = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4}|\d{2})", re.ASCII)
_AMOUNT = re.compile(
    r"(\d{1,3}(?:[ ]\d{3})+|\d{1,3}(?:\.\d{3})+(?=,)|\d{1,3}(?:,\d{3})+(?=\.)|\d{1,15})"
    r"(?:[.,](\d{1,2}))?",
    re.ASCII,
)


@dataclass(slots=True)
class Table:
    """A header and its rows as they stand in the file.

    ``rows`` are (line in the file, cells); a cell is text, a ``Decimal`` or a ``date``.
    ``ibans`` are those found above the header.
    """

    format: str
    encoding: str = ""
    line: int = 0
    header: list = field(default_factory=list)
    rows: list = field(default_factory=list)
    ibans: list = field(default_factory=list)


def plain(text):
    """Text to compare by.

    >>> plain(" Libellé_de  l’opération ")
    "libelle de l'operation"
    """
    text = unicodedata.normalize("NFKD", str(text).replace("’", "'")).casefold()
    text = "".join(char for char in text if not unicodedata.combining(char))
    return " ".join(text.replace("_", " ").replace(":", " ").split())


def open_table(data):
    """Return the :class:`Table` of a CSV or XLSX file.

    :raise Refused: it is no table
    """
    if not data.strip():
        raise Refused("empty")
    if data.startswith(b"\xd0\xcf\x11\xe0"):
        raise Refused("old_workbook")
    if bank_workbook.is_workbook(data):
        records = bank_workbook.rows(data, MAX_LINES + MAX_PREAMBLE + 1, MAX_COLUMNS)
        table = Table("xlsx")
    else:
        text, encoding = decode(data)
        if text.lstrip()[:1] in ("<", "{", "%"):
            raise Refused("unknown_format")
        table, records = Table("csv", encoding), _text_rows(text)
    _split(table, list(records))
    return table


def _text_rows(text):
    """Yield (line, cells) of a CSV file, with the separator that cuts it best."""
    separator = max(SEPARATORS, key=lambda sep: _score(text, sep))
    yield from _records(text, separator)


def _records(text, separator):
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    line = 1
    try:
        for cells in reader:
            if len(cells) > MAX_COLUMNS:
                raise Refused("too_many_columns", line, limit=MAX_COLUMNS)
            yield line, [tidy(cell) for cell in cells]
            line = reader.line_num + 1
    except csv.Error:
        raise Refused("malformed", line) from None


def _score(text, separator):
    """How many columns the best header holds when lines are cut at ``separator``."""
    try:
        found = zip(_records(text, separator), range(MAX_PREAMBLE), strict=False)
        return max((_known(cells), len(cells)) for (_line, cells), _rank in found)
    except (Refused, ValueError):
        return 0, 0


def _known(cells):
    return len({_MEANING_OF.get(plain(cell)) for cell in cells} - {None})


def _split(table, records):
    """Find the header among the first lines; what is above it names the account."""
    if len(records) > MAX_LINES + MAX_PREAMBLE + 1:
        raise Refused("too_many_lines", records[-1][0], limit=MAX_LINES)
    records = [(line, cells) for line, cells in records if any(map(_is_filled, cells))]
    if not records:
        raise Refused("empty")
    first = records[:MAX_PREAMBLE]
    rank = max(range(len(first)), key=lambda i: (_known(first[i][1]), -i))
    if _known(first[rank][1]) < 2:
        rank = max(range(len(first)), key=lambda i: (_width(first[i][1]), -i))
    table.line, header = records[rank]
    while header and not _is_filled(header[-1]):
        header = header[:-1]
    table.header = [tidy(str(cell)) for cell in header]
    if len(table.header) < 3:
        raise Refused("no_header", table.line)
    table.rows = records[rank + 1 :]
    if not table.rows:
        raise Refused("no_line", table.line)
    above = " ; ".join(str(cell) for _line, cells in records[:rank] for cell in cells)
    compact = re.findall(r"[A-Z]{2}\d{2}(?: ?[A-Z0-9]{1,4}){3,9}", above)
    table.ibans = [
        text.replace(" ", "") for text in compact if is_iban(text.replace(" ", ""))
    ]


def _is_filled(cell):
    return cell != ""


def _width(cells):
    return sum(map(_is_filled, cells))


def propose(header, saved=None):
    """Say what each column means, by what was ``saved`` for its name, else by its name.

    :param saved: ``{plain name of a column: meaning}``
    :return: list of meanings, ``""`` for a column that is left out

    >>> propose(["Date", "Date de valeur", "Débit", "Crédit", "Objet"])
    ['date', '', 'debit', 'credit', '']
    >>> propose(["Date", "Objet"], {"objet": "label"})
    ['date', 'label']
    """
    saved, found = saved or {}, []
    for name in map(plain, header):
        meaning = saved.get(name, _MEANING_OF.get(name, ""))
        if meaning in ONCE and meaning in found:
            meaning = ""
        found.append(meaning)
    return found


def check_meanings(meanings, line=0):
    """Return what a choice of columns lacks to make a statement."""
    problems = []
    for meaning in sorted(ONCE):
        if meanings.count(meaning) > 1:
            problems.append(Problem("columns_twice", line, {"meaning": meaning}))
    for meaning in ("date", "label"):
        if meaning not in meanings:
            problems.append(Problem("column_missing", line, {"meaning": meaning}))
    pair = {"debit", "credit"} & set(meanings)
    if "amount" in meanings and pair:
        problems.append(Problem("columns_amount", line))
    elif "amount" not in meanings and len(pair) < 2:
        problems.append(Problem("column_missing", line, {"meaning": "amount"}))
    return problems


def read(table, meanings, opening=None, closing=None, currency="EUR"):
    """Return the :class:`Statement` of a table and its problems.

    :param meanings: of each column, see :func:`propose`
    :param opening, closing: cents, for a table without balances
    """
    problems = check_meanings(meanings, table.line)
    statement = Statement(
        currency=currency, number=table.line, opening=opening, closing=closing
    )
    if len(set(table.ibans)) > 1:
        problems.append(Problem("two_accounts", table.line))
    statement.iban = table.ibans[0] if table.ibans else ""
    if problems:
        return statement, problems
    rows = []
    for line, cells in table.rows:
        row, wrong = _read_row(line, cells, meanings, len(table.header))
        problems += wrong
        if not wrong:
            rows.append(row)
            problems += _check_account(row, statement)
    if len(rows) > MAX_LINES:
        problems.append(Problem("too_many_lines", 0, {"limit": MAX_LINES}))
    if problems:
        return statement, problems
    if _is_newest_first(rows):
        rows.reverse()
    statement.lines = [
        Line(*(row[name] for name in ("line", "date", "cents", "label", "partner")))
        for row in rows
    ]
    for line, row in zip(statement.lines, rows, strict=True):
        line.reference = row["reference"]
    statement.closing_day = max(row["date"] for row in rows)
    if "balance" in meanings:
        problems += _check_balances(rows, statement)
    elif opening is None or closing is None:
        problems.append(Problem("balances_wanted", table.line))
    return statement, problems or check(statement)


def _read_row(line, cells, meanings, width):
    """Return {meaning: value} of a row, and its problems."""
    if any(map(_is_filled, cells[width:])):
        return {}, [Problem("fields_count", line, {"expected": width})]
    row, problems, texts = {"line": line}, [], []
    padded = [*cells[:width], *[""] * (width - len(cells))]
    for meaning, cell in zip(meanings, padded, strict=True):
        if not meaning:
            continue
        if isinstance(cell, bank_workbook.Formula) and meaning in ("date", *NUMBERS):
            problems.append(Problem("formula", line, {"text": str(cell)}))
            continue
        try:
            if meaning == "date":
                row["date"] = _day(cell)
            elif meaning in NUMBERS:
                row[meaning] = parse_amount(cell)
            elif meaning in ("label", "more"):
                texts.append(str(cell))
            else:
                row[meaning] = tidy(str(cell))
        except ValueError:
            code = "day" if meaning == "date" else "amount"
            problems.append(Problem(code, line, {"text": str(cell)}))
    row["label"] = tidy(" ".join(text for text in texts if text))
    row["partner"], row["reference"] = row.get("partner", ""), row.get("reference", "")
    if not problems:
        problems = _settle(row)
    return row, problems


def _settle(row):
    """Set the cents of a row from its amount, or from its debit and its credit."""
    line = row["line"]
    if not row["label"]:
        return [Problem("no_label", line)]
    if row.get("balance", 0) is None:
        return [Problem("no_balance", line)]
    if "amount" in row:
        row["cents"] = row["amount"]
    else:
        debit, credit = row["debit"], row["credit"]
        if debit and credit:
            return [Problem("debit_and_credit", line)]
        if debit is None and credit is None:
            row["cents"] = None
        elif (credit or 0) < 0:
            return [Problem("credit_negative", line)]
        else:
            # some banks write debits as negative amounts, in a column of their own
            row["cents"] = (credit or 0) - abs(debit or 0)
    return [Problem("no_amount", line)] if row["cents"] is None else []


def _check_account(row, statement):
    """A column of accounts or currencies holds one value, the account's."""
    number, problems = row.get("iban", "").replace(" ", "").upper(), []
    if number and statement.iban and number != statement.iban:
        values = {"found": number, "expected": statement.iban}
        problems.append(Problem("line_account", row["line"], values))
    if number:
        if is_iban(number):
            statement.iban = statement.iban or number
        else:
            problems.append(Problem("iban", row["line"], {"iban": number}))
    currency = row.get("currency", "").upper().replace("€", "EUR")
    if currency and currency != statement.currency:
        values = {"found": currency, "expected": statement.currency}
        problems.append(Problem("line_currency", row["line"], values))
    return problems


def _is_newest_first(rows):
    """Whether the file goes back in time; balances decide where days are the same."""
    if rows[0]["date"] != rows[-1]["date"]:
        return rows[0]["date"] > rows[-1]["date"]
    return (
        len(rows) > 1
        and "balance" in rows[0]
        and _breaks(rows) > 0 == _breaks(rows[::-1])
    )


def _breaks(rows):
    """How many balances do not follow from the one before."""
    return sum(
        after["balance"] != before["balance"] + after["cents"]
        for before, after in zip(rows, rows[1:], strict=False)
    )


def _check_balances(rows, statement):
    """Each balance follows from the one before; they are those of the statement."""
    problems = []
    first, last = rows[0], rows[-1]
    for before, after in zip(rows, rows[1:], strict=False):
        expected = before["balance"] + after["cents"]
        if after["balance"] != expected:
            values = {"computed": expected, "closing": after["balance"]}
            values["gap"] = after["balance"] - expected
            problems.append(Problem("running_balance", after["line"], values))
    found = {
        "opening": first["balance"] - first["cents"],
        "closing": last["balance"],
    }
    for name, cents in found.items():
        given = getattr(statement, name)
        if given is not None and given != cents:
            values = {"given": given, name: cents}
            problems.append(Problem(f"other_{name}", first["line"], values))
        setattr(statement, name, cents)
    return problems


def _day(cell):
    """Day of a cell: ``31/10/2026``, ``31/10/26`` (never the American way), ISO.

    >>> _day("31/10/2026") == _day("2026-10-31") == _day("31.10.26")
    True
    """
    if isinstance(cell, date):
        return day_of(cell.year, cell.month, cell.day)
    match = _FRENCH_DAY.fullmatch(cell) if isinstance(cell, str) else None
    if match:
        day, month, year = map(int, match.groups())
        return day_of(year + 2000 if len(match[3]) == 2 else year, month, day)
    return iso_day(cell if isinstance(cell, str) else "")


def parse_amount(cell):
    """Cents of a cell, ``None`` when it is empty; thousands may be set apart.

    :raise ValueError: it is no amount, is finer than a cent, or may be read two ways:
        ``1.234`` and ``1,234`` are one thousand for some and one and a bit for others

    >>> [parse_amount(t) for t in ("-1 234,56", "1.234,56 €", "1,234.5", "+12", "7-")]
    [-123456, 123456, 123450, 1200, -700]
    >>> parse_amount(Decimal("0.3")), parse_amount("")
    (30, None)
    >>> for text in ("1.234", "1,234", "1 23,00", "1e3", "NaN", "--1", "1,2,3", "(1)"):
    ...     try:
    ...         print(parse_amount(text))
    ...     except ValueError:
    ...         continue
    """
    if isinstance(cell, Decimal):
        cents = cell * 100
        if not cell.is_finite() or cents != cents.to_integral_value():
            raise ValueError(cell)
        return limited(int(cents))
    if not isinstance(cell, str):
        raise ValueError(cell)
    if not cell:
        return None
    text = re.sub(r"\s+", " ", cell.replace("\u2212", "-"))
    text = re.sub(r" ?(?:€|EUR)$", "", text).strip()
    sign = re.fullmatch(r"([+-]?) ?([\d ,.]+?) ?([+-]?)", text, re.ASCII)
    match = sign and _AMOUNT.fullmatch(sign[2])
    if not match or (sign[1] and sign[3]):
        raise ValueError(cell)
    whole = int(re.sub(r"\D", "", match[1]))
    cents = limited(whole * 100 + int((match[2] or "").ljust(2, "0")))
    return -cents if "-" in sign[1] + sign[3] else cents
