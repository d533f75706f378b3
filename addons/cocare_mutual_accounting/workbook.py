"""A spreadsheet of tables, one a sheet, in which no text is ever a formula.

Pure: no Odoo here.
"""

import io

import xlsxwriter

#: no cell that begins with "=" is a formula, no address a link
OPTIONS = {
    "in_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
}


def workbook(sheets):
    """The bytes of an XLSX file.

    :param sheets: list of ``(title, header, rows)``; cells are texts or amounts
    :return: bytes

    >>> workbook([("Accounts", ["Code", "Balance"], [("=1+1", 12.5)])])[:2]
    b'PK'
    """
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream, OPTIONS) as book:
        bold = book.add_format({"bold": True, "bottom": 1})
        amount = book.add_format({"num_format": "#,##0.00"})
        for title, header, rows in sheets:
            sheet = book.add_worksheet(title)
            sheet.freeze_panes(1, 0)
            sheet.set_column(0, len(header) - 1, 18)
            sheet.write_row(0, 0, header, bold)
            for number, row in enumerate(rows, start=1):
                sheet.write_row(number, 0, row, amount)
    return stream.getvalue()
