"""What is said of a ledger file: each thing once, counted, with its first places.

Pure: no Odoo here.
"""

from dataclasses import dataclass, field

#: the tax office's tool; what it does not look at
OFFICE, BOOKS = "office", "books"
#: of the office: refused, data that are missing, told only; of the books: told
BLOCKING, MISSING, ALERT, TOLD = "blocking", "missing", "alert", "told"
LEVELS = (BLOCKING, MISSING, TOLD, ALERT)
#: places that are kept of each thing
PLACES = 10


@dataclass(slots=True)
class Finding:
    """One thing found: how often, and where first.

    ``places`` are (line, entry, values): line 1 is the header, 0 the file as a whole.
    """

    side: str
    code: str
    level: str
    column: str = ""
    count: int = 0
    places: list = field(default_factory=list)


class Findings:
    """Collects; what it keeps is bounded, whatever the file.

    >>> found = Findings()
    >>> found.add(OFFICE, "date", BLOCKING, line=2, column="ValidDate", text="x")
    >>> found.add(OFFICE, "date", BLOCKING, line=3, column="ValidDate", text="y")
    >>> [(item.code, item.count, item.places[0]) for item in found.sorted()]
    [('date', 2, (2, '', {'text': 'x'}))]
    """

    def __init__(self):
        self._found = {}

    def add(self, side, code, level, line=0, column="", entry="", **values):
        """Count a finding, and keep its place while there is room."""
        key = side, code, column
        finding = self._found.get(key)
        if finding is None:
            finding = self._found[key] = Finding(side, code, level, column)
        finding.count += 1
        if len(finding.places) < PLACES:
            finding.places.append((line, entry, values))

    def sorted(self):
        """:return: list of :class:`Finding`, the worst and the first ones first"""
        return sorted(
            self._found.values(),
            key=lambda item: (LEVELS.index(item.level), item.places[0][0]),
        )

    def levels(self, side):
        """:return: set of the levels found on a side"""
        return {item.level for item in self._found.values() if item.side == side}
