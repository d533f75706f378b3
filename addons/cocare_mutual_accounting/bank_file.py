"""The gate before the books: which kind of bank file it is, and what it says.

Pure module. A file is read whole by one reader or it is refused; nothing is repaired
and nothing is guessed. ``read`` never raises on content.

>>> read(b"").problems
[Problem(code='empty', line=0, values={}, level='error')]
>>> read(b"%PDF-1.7").problems[0].code
'unknown_format'
"""

from . import bank_camt, bank_cfonb, bank_ofx, bank_table, bank_workbook
from .bank_statement import MAX_BYTES, Problem, Reading, Refused

READERS = {"camt": bank_camt, "ofx": bank_ofx, "cfonb": bank_cfonb}
TABLES = ("csv", "xlsx")


def kind_of(data):
    """Name of the reader that takes ``data``; tables take what no other takes."""
    found = (name for name, reader in READERS.items() if reader.recognises(data))
    return next(found, "xlsx" if bank_workbook.is_workbook(data) else "csv")


def read(data):
    """Return the :class:`Reading` of a file, for a table without its statements."""
    reading = Reading()
    try:
        if len(data) > MAX_BYTES:
            raise Refused("too_big", limit=MAX_BYTES >> 20)
        if not data.strip():
            raise Refused("empty")
        reading.format = kind_of(data)
        if reading.format in READERS:
            reader = READERS[reading.format]
            reading.statements, reading.problems = reader.read(data)
        else:
            reading.encoding = bank_table.open_table(data).encoding
    except Refused as refused:
        reading.statements, reading.problems = [], [refused.problem]
    return reading


def read_table(data, meanings=None, saved=None, **given):
    """Return (table, meanings, reading) of a table; never raises on content.

    :param meanings: what each column holds, else proposed with what was ``saved``
    :param given: ``opening`` and ``closing`` in cents, ``currency``
    """
    reading = Reading()
    try:
        if len(data) > MAX_BYTES:
            raise Refused("too_big", limit=MAX_BYTES >> 20)
        table = bank_table.open_table(data)
        reading.format, reading.encoding = table.format, table.encoding
        if meanings is None or len(meanings) != len(table.header):
            meanings = bank_table.propose(table.header, saved)
        statement, reading.problems = bank_table.read(table, meanings, **given)
        reading.statements = [statement]
        return table, meanings, reading
    except Refused as refused:
        reading.problems = [refused.problem]
        return None, [], reading


def too_many(problems: list[Problem], limit: int) -> tuple[list[Problem], int]:
    """The first problems, errors first, and how many there are.

    >>> too_many([Problem("a", 2, level="warning"), Problem("b", 5)], 1)
    ([Problem(code='b', line=5, values={}, level='error')], 2)
    """
    ordered = sorted(problems, key=lambda problem: (problem.level, problem.line))
    return ordered[:limit], len(ordered)
