"""Tables that spreadsheets of the country open, and that run nothing there.

Pure: no Odoo here.
"""

import csv
import io
import re

#: a cell that begins so is a formula for a spreadsheet, after spaces too
FORMULA = ("=", "+", "-", "@")
#: some spreadsheets drop these, and read what follows
CONTROL = ("\t", "\r", "\n")
#: a negative amount begins like a formula, and is none
AMOUNT = re.compile(r"-\d+([.,]\d+)?")


def safe(cell):
    """A cell whose text stays a text, whatever it begins with.

    >>> safe("=1+1"), safe(" @SUM(A1)"), safe("Besace")
    ("'=1+1", "' @SUM(A1)", 'Besace')
    >>> safe(-5), safe("-12,50"), safe("-12+1"), safe(b"=1")
    (-5, '-12,50', "'-12+1", "'=1")
    """
    if isinstance(cell, bytes):
        cell = cell.decode()
    if not isinstance(cell, str) or AMOUNT.fullmatch(cell):
        return cell
    if cell.startswith(CONTROL) or cell.lstrip().startswith(FORMULA):
        return f"'{cell}"
    return cell


def table(header, rows):
    """A table as bytes: ``;`` between cells, with the mark that says UTF-8.

    :param header: names of the columns
    :param rows: iterable of rows
    :return: bytes

    >>> table(["Name", "Note"], [("Léna", "@cmd")]).decode("utf-8-sig")
    "Name;Note\\r\\nLéna;'@cmd\\r\\n"
    """
    text = io.StringIO()
    writer = csv.writer(text, delimiter=";")
    writer.writerow(header)
    writer.writerows([safe(cell) for cell in row] for row in rows)
    return text.getvalue().encode("utf-8-sig")
