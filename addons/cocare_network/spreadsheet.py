"""Tables that spreadsheets of the country open, and that run nothing there.

Pure: no Odoo here.
"""

import csv
import io

#: a cell that begins so is a formula for a spreadsheet
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")


def safe(cell):
    """A cell that stays a text, whatever it begins with.

    >>> safe("=1+1"), safe("Besace"), safe(12)
    ("'=1+1", 'Besace', 12)
    """
    return f"'{cell}" if str(cell).startswith(FORMULA) else cell


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
