"""How wide columns of a long table are, where texts break in them. Knows no Odoo."""

from functools import lru_cache

from reportlab.pdfbase.pdfmetrics import stringWidth

#: between two columns
SPACE = 7
#: what a column of amounts has at least, in sizes of the font
ROOMY = 8


@lru_cache(maxsize=50000)
def measure(word, font, size):
    """The width of a text in points; most come again on many rows."""
    return stringWidth(word, font, size)


def wrap(content, width, font, size):
    """The lines of a text that has no place on one.

    It breaks at spaces; within a word that is wider than a line. A no-break space does
    not break it.

    :return: list of str, one at least

    >>> wrap("a rent of July", 40, "Helvetica", 10)
    ['a rent of', 'July']
    >>> wrap("VEN/2025/07/0012", 40, "Helvetica", 10)
    ['VEN/2025', '/07/0012']
    """
    if "\n" not in content and measure(content, font, size) <= width:
        return [content]
    lines = []
    for paragraph in content.splitlines():
        line = ""
        for word in paragraph.split(" "):
            longer = f"{line} {word}" if line else word
            if measure(longer, font, size) <= width:
                line = longer
                continue
            if line:
                lines.append(line)
            *full, line = _pieces(word, width, font, size)
            lines += full
        lines.append(line)
    return lines or [""]


def _pieces(word, width, font, size):
    """A word in pieces that are no wider than a line, a letter each at least."""
    pieces = [""]
    for letter in word:
        if pieces[-1] and measure(pieces[-1] + letter, font, size) > width:
            pieces.append("")
        pieces[-1] += letter
    return pieces


def fit(table, width, text, size, bold, normal):
    """Where columns are on a page.

    Amounts have the place they need, texts share what is left: each what it needs as
    long as it is no more than its part, those with more to say the rest, by how much
    they say. A column of texts that says nothing anywhere is left out.

    :param table: ``book_tables.Table``
    :param text: (row, number of a column) → what is written there
    :return: numbers of the columns shown, ``{number: (x, width)}``
    """
    needs, weights = _needs(table, text, size, bold, normal)
    widths = {n: need for n, need in needs.items() if table.columns[n].is_amount}
    wordy = {n: need for n, need in needs.items() if n not in widths}
    free = width - SPACE * (len(needs) - 1) - sum(widths.values())
    widths.update(_shared(wordy, free, dict.fromkeys(wordy, 1)))
    long = {n: need for n, need in wordy.items() if widths[n] < need}
    if long:
        # Those that had to give way share their place anew, by how much they say.
        free = sum(widths[n] for n in long)
        widths.update(_shared(long, free, weights))
    elif wordy:
        widths[max(wordy, key=wordy.get)] += free - sum(wordy.values())
    places, x = {}, 0
    for number in needs:
        places[number] = (x, widths[number])
        x += widths[number] + SPACE
    return list(needs), places


def _shared(needs, free, weights):
    """Share a width by weights: no column has more than it needs, if others need more.

    :return: ``{number: width}``

    >>> _shared({1: 10, 2: 90, 3: 60}, 120, {1: 1, 2: 2, 3: 1})
    {1: 10, 2: 73.33333333333333, 3: 36.666666666666664}
    """
    widths, left = {}, dict(needs)
    while left:
        each = free / sum(weights[n] for n in left)
        small = {n: need for n, need in left.items() if need <= each * weights[n]}
        if not small:
            return {**widths, **{n: each * weights[n] for n in left}}
        widths.update(small)
        free -= sum(small.values())
        left = {n: need for n, need in left.items() if n not in small}
    return widths


def _needs(table, text, size, bold, normal):
    """What each column has to say, without titles, which go over them.

    :return: the widest of it by number of the column; how much it is, on average of
        the rows, at least a quarter of what the column says that says most
    """
    said, sums = {}, {}
    for row in table.rows:
        if row.kind == "title":
            continue
        font = normal if row.kind == "line" else bold
        for number in row.cells:
            if row.kind == "total" and not table.columns[number].is_amount:
                # It goes over the empty cells at its right.
                said.setdefault(number, 0)
                continue
            wide = measure(text(row, number), font, size)
            said[number] = max(said.get(number, 0), wide)
            sums[number] = sums.get(number, 0) + wide
    needs, weights = {}, {}
    for number, column in enumerate(table.columns):
        if number in said or column.is_amount:
            words = column.title.split() or [""]
            head = max(measure(word, bold, size) for word in words)
            least = ROOMY * size if column.is_amount else 0
            needs[number] = max(said.get(number, 0), head, least)
            weights[number] = max(sums.get(number, 0) / len(table.rows), 1)
    least = max(weights.values(), default=1) / 4
    return needs, {n: max(weight, least) for n, weight in weights.items()}
