"""A spreadsheet of tables, one a sheet, in which no text is ever a formula.

Pure: no Odoo here.
"""

import io
import re

import xlsxwriter

#: no cell that begins with "=" is a formula, no address a link
OPTIONS = {
    "in_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
}


class Title(tuple):
    """A row that is the title of those below."""


class Total(tuple):
    """A row of sums."""


def workbook(sheets):
    """The bytes of an XLSX file.

    :param sheets: list of ``(title, header, rows)``; cells are texts or amounts, a row
        may be a ``Title`` or a ``Total``
    :return: bytes

    >>> workbook([("Accounts", ["Code", "Balance"], [("=1+1", 12.5)])])[:2]
    b'PK'
    """
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream, OPTIONS) as book:
        for title, header, rows in sheets:
            write_table(book, title, header, rows)
    return stream.getvalue()


def write_table(book, title, header, rows):
    """Add a sheet with a table; see :func:`workbook`.

    :param book: ``xlsxwriter.Workbook`` with ``OPTIONS``, or ``BookOfTables``
    """
    amount = {"num_format": "#,##0.00"}
    bold = book.add_format({"bold": True, "bottom": 1})
    formats = {
        Title: book.add_format({"bold": True}),
        Total: book.add_format({**amount, "bold": True, "top": 1}),
        tuple: book.add_format(amount),
    }
    sheet = book.add_worksheet(title)
    sheet.freeze_panes(1, 0)
    sheet.set_column(0, len(header) - 1, 18)
    sheet.write_row(0, 0, header, bold)
    for number, row in enumerate(rows, start=1):
        sheet.write_row(number, 0, row, formats.get(type(row), formats[tuple]))


class BookOfFirms(xlsxwriter.Workbook):
    """A spreadsheet to which reports written for one firm are added, firm by firm.

    The reports name their sheets after themselves; here a sheet is named after its
    firm, set in ``firm`` before each report.

    >>> with BookOfFirms(io.BytesIO(), OPTIONS) as book:
    ...     book.firm = "Atelier Copeaux SCOP"
    ...     sheets = [book.add_worksheet("Ledger"), book.add_worksheet("Bank")]
    ...     [sheet.get_name() for sheet in sheets]
    ['Atelier Copeaux SCOP', 'Atelier Copeaux Bank']
    """

    firm = ""

    def add_worksheet(self, name=None, worksheet_class=None):
        taken = [sheet.get_name() for sheet in self.worksheets()]
        title = sheet_title(self.firm, taken)
        if title != sheet_title(self.firm, []):
            title = sheet_title(f"{self.firm[:15].strip()} {name}", taken)
        return super().add_worksheet(title, worksheet_class)


def sheet_title(text, taken):
    """A name that a spreadsheet takes for a sheet: 31 characters, none of ``[]:*?/\\``.

    :param str text: what it should say
    :param taken: names of the other sheets; letter case does not count
    :return: str

    >>> sheet_title("Le Pain: SARL/SCOP", [])
    'Le Pain SARL SCOP'
    >>> sheet_title("le pain", ["Le Pain", "Le Pain 2"])
    'le pain 3'
    """
    clean = " ".join(re.sub(r"[\[\]:*?/\\]", " ", text).split()).strip("' ")[:31]
    used = {name.lower() for name in taken}
    title, rank = clean, 1
    while not title or title.lower() in used:
        rank += 1
        title = f"{clean[:28]} {rank}".strip()
    return title
