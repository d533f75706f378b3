"""The tables of a report, read as it writes a spreadsheet.

Reports write cell by cell through the interface of ``xlsxwriter``. ``BookOfTables``
takes what a workbook takes and keeps rows instead, so a spreadsheet and a printed page
are made of the same figures. What a row is follows from how its cells look, which is
all that a report says of it.

Pure: no Odoo here.
"""

from dataclasses import dataclass, field, replace


@dataclass
class Column:
    """A column: its title, and whether amounts are in it or words."""

    title: str
    is_amount: bool = False


@dataclass
class Row:
    """A row of a table.

    ``kind`` is ``title`` (one text above the rows it is about), ``line`` or ``total``;
    ``level`` of a title is 0 when other titles are under it, else 1. ``gap``: the
    spreadsheet leaves a row free above it.
    """

    kind: str
    #: by number of the column: a text or a number
    cells: dict
    #: number formats of the amounts, by number of the column
    formats: dict = field(default_factory=dict)
    gap: bool = False
    level: int = 1


@dataclass
class Table:
    """What a sheet of the spreadsheet has: its columns and its rows."""

    columns: list
    rows: list


def joined(tables):
    """Tables one after the other as one, where they have the same columns.

    :param tables: list of Table
    :return: list of Table

    >>> sales = Table([Column("Debit")], [Row("title", {0: "Sales"})])
    >>> bank = Table([Column("Debit", True)], [Row("title", {0: "Bank"})])
    >>> [table] = joined([sales, bank])
    >>> [(row.cells[0], row.gap) for row in table.rows], table.columns[0].is_amount
    ([('Sales', False), ('Bank', True)], True)
    """
    result = []
    for table in tables:
        titles = [column.title for column in table.columns]
        if not result or titles != [column.title for column in result[-1].columns]:
            result.append(table)
            continue
        first, *more = table.rows
        columns = [
            Column(one.title, one.is_amount or other.is_amount)
            for one, other in zip(result[-1].columns, table.columns, strict=True)
        ]
        rows = [*result[-1].rows, replace(first, gap=True), *more]
        result[-1] = Table(columns, rows)
    return result


class Look(dict):
    """A format of cells: what it was made of."""

    def set_num_format(self, num_format):
        self["num_format"] = num_format

    def of_row(self):
        """Of which row such a cell is: ``head``, ``total``, ``title`` or ``line``."""
        filled = bool(self.get("bg_color"))
        if self.get("bottom") or (filled and self.get("align") == "center"):
            return "head"
        if filled or self.get("top") or self.get("italic"):
            return "total"
        return "title" if self.get("bold") else "line"


class SheetOfCells:
    """A sheet that keeps what is written to it."""

    def __init__(self):
        self._cells, self._looks = {}, {}

    def set_column(self, first, last, width):
        """How wide a spreadsheet has its columns: a page measures what is in them."""

    def freeze_panes(self, row, column):
        """Rows that stay in sight: printed, the head is on every page anyway."""

    def _keep(self, row, column, value, look=None):
        if value or isinstance(value, float):
            self._cells.setdefault(row, {})[column] = value
        else:
            self._cells.get(row, {}).pop(column, None)
        if look:
            self._looks.setdefault(row, {})[column] = look

    write = write_string = write_number = _keep

    def write_row(self, row, column, values, look=None):
        for number, value in enumerate(values, start=column):
            self._keep(row, number, value, look)

    def merge_range(self, row, column, _row, _column, value, look=None):
        # What a report writes from the second column on says how it was asked for.
        if column == 0:
            self._keep(row, column, value, look)

    def table(self):
        """The columns and rows, without the name of the report in the first row.

        :return: Table, or None of a sheet that has no column
        """
        columns, rows, last = None, [], None
        for number in sorted(self._cells):
            cells, looks = self._cells[number], self._looks.get(number, {})
            kinds = {look.of_row() for look in looks.values()} or {"line"}
            if "head" in kinds:
                columns = columns or self._columns(cells)
                last = number
                if rows and rows[-1].kind == "title":
                    rows[-1].level = 1
                continue
            if number == 0 and kinds == {"title"}:
                continue
            gap = last is not None and number > last + 1
            rows.append(self._row(cells, looks, kinds, gap))
            last = number
        if not columns:
            return None
        for row in rows:
            for column in row.formats:
                columns[column].is_amount = True
        return Table(columns, rows)

    def _columns(self, cells):
        return [Column(str(cells.get(n, ""))) for n in range(max(cells) + 1)]

    def _row(self, cells, looks, kinds, gap):
        formats = {
            number: looks.get(number, {}).get("num_format", "")
            for number, value in cells.items()
            if not isinstance(value, str)
        }
        kind = "line"
        if "total" in kinds or ("title" in kinds and formats):
            kind = "total"
        elif "title" in kinds:
            kind = "title"
        return Row(kind, cells, formats, gap, level=0 if kind == "title" else 1)


class BookOfTables:
    """Stands in for a workbook: reports are written to it, tables come out.

    ``tables`` may be asked for after each report: those written since the last time.

    >>> book = BookOfTables()
    >>> head = book.add_format({"align": "center", "bg_color": "yellow"})
    >>> bold, amount = book.add_format({"bold": True}), book.add_format()
    >>> amount.set_num_format("#,##0.00")
    >>> sheet = book.add_worksheet("Ledger")
    >>> sheet.merge_range(0, 0, 0, 1, "Ledger of a firm", bold)
    >>> sheet.merge_range(3, 0, 3, 1, "512 - Bank", bold)
    >>> sheet.write_row(4, 0, ["Day", "Debit"], head)
    >>> sheet.write_string(5, 0, "02/01/2025")
    >>> sheet.write_number(5, 1, 12.5, amount)
    >>> [table] = book.tables()
    >>> [(column.title, column.is_amount) for column in table.columns]
    [('Day', False), ('Debit', True)]
    >>> [(row.kind, row.cells) for row in table.rows]
    [('title', {0: '512 - Bank'}), ('line', {0: '02/01/2025', 1: 12.5})]
    >>> book.tables()
    []
    """

    def __init__(self):
        self._sheets = []

    def add_format(self, properties=None):
        return Look(properties or {})

    def add_worksheet(self, name=None):
        """:param str name: not kept, the tables say themselves what they are of"""
        self._sheets.append(SheetOfCells())
        return self._sheets[-1]

    def tables(self):
        """:return: list of Table, one a sheet that has columns"""
        sheets, self._sheets = self._sheets, []
        return [table for sheet in sheets if (table := sheet.table())]
