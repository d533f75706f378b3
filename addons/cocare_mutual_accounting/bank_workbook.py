"""Read the rows of an XLSX file that a bank gave, without trusting it.

Pure module: sizes are bounded before anything is unzipped, no other file is asked for,
and a cell that a spreadsheet would compute is said to be one.
"""

import io
import re
import zipfile
from datetime import date, datetime
from decimal import Decimal

import openpyxl

from .bank_statement import MAX_LINES, Refused, tidy

#: XLSX files are zips: what they may hold once unzipped
MAX_UNZIPPED = 20 * 2**20
MAX_MEMBERS = 200


class Formula(str):
    """A cell that a spreadsheet would compute: what it shows is not in the file."""


def is_workbook(data):
    r"""Tell whether bytes are a zip, which an XLSX file is.

    >>> is_workbook(b"PK\x03\x04"), is_workbook(b"Date;")
    (True, False)
    """
    return data.startswith(b"PK\x03\x04")


def rows(data, most_rows, most_columns):
    """Yield (line, cells) of the first sheet of a workbook.

    A cell is text, a ``Decimal``, a ``date``, or a :class:`Formula`.

    :raise Refused: it is damaged, or larger than what is allowed
    """
    _check_zip(data)
    try:
        book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=False)
        sheet = book.worksheets[0]
        sheet.reset_dimensions()
        for number, cells in enumerate(sheet.iter_rows(), start=1):
            if number > most_rows:
                raise Refused("too_many_lines", number, limit=MAX_LINES)
            if len(cells) > most_columns:
                raise Refused("too_many_columns", number, limit=most_columns)
            yield number, [_cell(cell) for cell in cells]
    except Refused:
        raise
    # A library reads what a stranger made: whatever it stumbles on is the file's.
    except Exception:
        raise Refused("workbook") from None


def _check_zip(data):
    """Nothing in it is large once unzipped, nor asks for other files."""
    total = 0
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            members = archive.infolist()
            names = [member.filename for member in members]
            if "xl/workbook.xml" not in names:
                raise Refused("zip")
            if len(members) > MAX_MEMBERS or len(set(names)) < len(names):
                raise Refused("workbook")
            for member in members:
                with archive.open(member) as stream:
                    content = stream.read(MAX_UNZIPPED - total + 1)
                total += len(content)
                if total > MAX_UNZIPPED:
                    raise Refused("unzipped", limit=MAX_UNZIPPED >> 20)
                if re.search(rb"<!\s*(?:DOCTYPE|ENTITY)", content, re.IGNORECASE):
                    raise Refused("doctype")
    except Refused:
        raise
    # Damaged archives fail in a dozen ways, encrypted ones with RuntimeError.
    except Exception:
        raise Refused("workbook") from None


def _cell(cell):
    """A cell of a workbook as text, ``date`` or ``Decimal``, as a person reads it.

    A spreadsheet keeps fifteen digits of a number: those count, not the binary tail.
    """
    value = cell.value
    if value is None:
        return ""
    if cell.data_type == "f":
        return Formula(tidy(str(value)) or "=")
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, bool):
        return str(value)
    if isinstance(value, int | float):
        return Decimal(f"{value:.15g}")
    return value if isinstance(value, date) else tidy(str(value))
