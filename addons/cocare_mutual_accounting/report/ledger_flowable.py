"""A table of any number of rows over pages, drawn line by line. Knows no Odoo.

The tables of ReportLab want an object for each cell that wraps, some hundred thousand
for the ledger of a year. Here texts are broken into lines once, and a page is cut where
the sum of the heights says.
"""

from bisect import bisect_right
from itertools import accumulate

from reportlab.lib import colors
from reportlab.lib.units import mm
from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.platypus import Flowable

from odoo.addons.cocare_network.report.pdf_layout import (
    FAMILY,
    GREEN,
    GREY,
    LINE,
    clean,
)

from .ledger_columns import fit, wrap

BOLD = f"{FAMILY}-bold"
PAD = 2
#: under the words of a row, above its line
FOOT = 3
GAP = 1.6 * mm
#: a row of more lines goes on in rows of its own, so that a page may end within
LINES = 20
#: rows that may go to the next page to stay with what they belong to
KEPT = 4
TINT = colors.HexColor("#eef3f0")
RED = colors.HexColor("#b91c1c")
BLACK = colors.black


class Mark(Flowable):
    """An entry in the outline of the document, without any place on the page."""

    width = height = 0

    def __init__(self, title, level):
        super().__init__()
        self.title, self.level = title, level

    def wrap(self, _width, _height):
        return 0, 0

    def draw(self):
        self.canv.mark(self.title, self.level)


class _Strip:
    """A row ready to draw: where each of its lines begins or ends, and its colour."""

    __slots__ = ("kind", "words", "lines", "gap", "open_titles", "goes_on")

    def __init__(self, kind, words, lines, gap, open_titles, goes_on):
        self.kind, self.lines, self.gap = kind, lines, gap
        #: (line, x, is at its right, text, colour)
        self.words = words
        #: texts of the titles that this row is under
        self.open_titles = open_titles
        #: more lines of the same row are in the next strip
        self.goes_on = goes_on


class _Sheet:
    """The rows of a table broken into lines for a width; parts of it share it."""

    def __init__(self, table, width, size, write):
        self.width, self.size, self._write = width, size, write
        self.leading = round(1.27 * size, 1)
        self._numbers, columns = fit(table, width, self._text, self.size, BOLD, FAMILY)
        self._columns = columns
        self._amounts = {n for n in self._numbers if table.columns[n].is_amount}
        self.head = self._head(table)
        self.strips = list(self._strips(table.rows))
        heights = (self.height(strip) for strip in self.strips)
        #: how high the strips before each one are together
        self.tops = list(accumulate(heights, initial=0))

    def height(self, strip):
        return strip.lines * self.leading + FOOT + (GAP if strip.gap else 0)

    def _text(self, row, number):
        value = row.cells.get(number, "")
        if not isinstance(value, str):
            value = self._write(value, row.formats.get(number, ""))
        return clean(value)

    def _head(self, table):
        words, lines = [], 1
        for number in self._numbers:
            x, width = self._columns[number]
            broken = wrap(clean(table.columns[number].title), width, BOLD, self.size)
            words += self._placed(number, broken, x, width, GREEN)
            lines = max(lines, len(broken))
        return words, lines

    def _placed(self, number, broken, x, width, color):
        is_right = number in self._amounts
        x = x + width if is_right else x
        return [(rank, x, is_right, line, color) for rank, line in enumerate(broken)]

    def _strips(self, rows):
        outer = inner = None
        for row in rows:
            if row.kind == "title":
                inner = " – ".join(row.cells.values())
                if row.level == 0:
                    outer, inner = inner, None
            titles = [title for title in (outer, inner) if title]
            words = self._words(row)
            lines = 1 + max((line for line, *_more in words), default=0)
            for first in range(0, lines, LINES):
                part = [
                    (line - first, *more)
                    for line, *more in words
                    if first <= line < first + LINES
                ]
                count = min(LINES, lines - first)
                gap, goes_on = row.gap and not first, first + count < lines
                yield _Strip(row.kind, part, count, gap, titles, goes_on)
            if row.kind == "total":
                # What is summed up is over: the rows after it are not under its title.
                summed = row.cells.get(0)
                outer = None if summed == outer else outer
                inner = None if summed == inner or not outer else inner

    def _words(self, row):
        font = FAMILY if row.kind == "line" else BOLD
        words = []
        for number, content in self._contents(row):
            x, width = self._columns[number]
            if row.kind == "title":
                x = 0
            if row.kind != "line" and number not in self._amounts:
                width = self._free(row) - x
            broken = wrap(content, width, font, self.size)
            value, color = row.cells[number], BLACK
            if not isinstance(value, str):
                color = RED if value < 0 else GREY if not value else BLACK
            elif row.kind == "title" and row.level == 0:
                color = GREEN
            words += self._placed(number, broken, x, width, color)
        return words

    def _contents(self, row):
        """What a row says by number of the column: the words of a sum are one text."""
        said = [(n, self._text(row, n)) for n in self._numbers if n in row.cells]
        words = [(n, content) for n, content in said if n not in self._amounts]
        if row.kind != "total" or len(words) < 2:
            return said
        whole = " – ".join(content for _number, content in words)
        amounts = [(n, content) for n, content in said if n in self._amounts]
        return [(words[0][0], whole), *amounts]

    def _free(self, row):
        """Up to where the words of a title or a sum may go."""
        amounts = [self._columns[n][0] for n in self._amounts if n in row.cells]
        return min(amounts, default=self.width) - PAD


class Ledger(Flowable):
    """A table, or the part of it on a page.

    The columns are named at the top of each part; on the pages after the first one,
    what the table is and the titles that are open are said again above its rows.

    :param table: ``book_tables.Table``
    :param size: of the font
    :param write: (number, format) → text
    :param str running: what the table is, for the next pages
    :param str continued: how a title is said again, with ``{title}`` in it
    """

    def __init__(self, table, width, size, write, running, continued):
        super().__init__()
        self._set(_Sheet(table, width, size, write), running, continued, 0, None)

    def _set(self, sheet, running, continued, start, stop):
        self._sheet, self._running, self._continued = sheet, running, continued
        self._start = start
        self._stop = len(sheet.strips) if stop is None else stop

    def _part(self, start, stop):
        part = Ledger.__new__(Ledger)
        Flowable.__init__(part)
        part._set(self._sheet, self._running, self._continued, start, stop)
        return part

    def _repeated(self):
        """Lines above the head, and under it, of a part that is not the first."""
        if not self._start:
            return [], []
        strip = self._sheet.strips[self._start]
        titles = strip.open_titles
        if strip.kind == "title":
            titles = titles[:-1]
        line = self._continued.format(title=" › ".join(titles)) if titles else ""
        width, size = self._sheet.width, self._sheet.size
        above = wrap(clean(self._running), width, FAMILY, size)
        return above, wrap(clean(line), width, BOLD, size) if line else []

    def _top(self):
        above, below = self._repeated()
        _words, lines = self._sheet.head
        return (
            len(above) * (self._sheet.leading + 2 * mm)
            + (lines + len(below)) * self._sheet.leading
            + FOOT * (1 + len(below))
        )

    def wrap(self, _width, _height):
        tops = self._sheet.tops
        self.width = self._sheet.width
        self.height = self._top() + tops[self._stop] - tops[self._start]
        return self.width, self.height

    def split(self, _width, height):
        tops, strips = self._sheet.tops, self._sheet.strips
        room = height - self._top() + tops[self._start]
        cut = min(bisect_right(tops, room) - 1, self._stop)
        if cut < self._stop and not strips[cut].gap:
            # The first lines of an entry go where the others are.
            last = range(cut - 1, max(cut - KEPT, self._start), -1)
            cut = next((rank for rank in last if strips[rank].gap), cut)
        # No title at the foot of a page, no sum alone at the top of the next one.
        for _try in range(KEPT):
            if cut > self._start and (
                strips[cut - 1].kind == "title"
                or (cut < self._stop and strips[cut].kind == "total")
            ):
                cut -= 1
        if cut <= self._start:
            return []
        return [self._part(self._start, cut), self._part(cut, self._stop)]

    def draw(self):
        canvas = self.canv
        above, below = self._repeated()
        y = self.height
        canvas.setStrokeColor(LINE)
        for line in above:
            y -= self._sheet.leading
            self._say([(0, 0, False, line, GREY)], y, FAMILY)
            y -= 2 * mm
        words, lines = self._sheet.head
        self._say(words, y - self._sheet.size, BOLD)
        y -= lines * self._sheet.leading + FOOT
        canvas.setStrokeColor(GREEN)
        canvas.setLineWidth(0.8)
        canvas.line(0, y, self.width, y)
        canvas.setStrokeColor(LINE)
        canvas.setLineWidth(0.3)
        for line in below:
            self._say([(0, 0, False, line, GREY)], y - self._sheet.size - 1, BOLD)
            y -= self._sheet.leading + FOOT
        for strip in self._sheet.strips[self._start : self._stop]:
            y = self._strip(strip, y)

    def _strip(self, strip, y):
        canvas = self.canv
        bottom = y - self._sheet.height(strip)
        if strip.gap:
            y -= GAP
        if strip.kind == "total":
            canvas.setFillColor(TINT)
            canvas.rect(0, bottom, self.width, y - bottom, stroke=0, fill=1)
        if strip.kind == "title":
            canvas.mark(strip.open_titles[-1], len(strip.open_titles))
        font = FAMILY if strip.kind == "line" else BOLD
        self._say(strip.words, y - self._sheet.size - 1, font)
        if not strip.goes_on:
            canvas.line(0, bottom, self.width, bottom)
        return bottom

    def _say(self, words, y, font):
        canvas = self.canv
        canvas.setFont(font, self._sheet.size)
        color = None
        for line, x, is_right, content, wanted in words:
            if wanted is not color:
                canvas.setFillColor(wanted)
                color = wanted
            at = x - stringWidth(content, font, self._sheet.size) if is_right else x
            canvas.drawString(at, y - line * self._sheet.leading, content)
