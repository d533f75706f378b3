"""The entries of a ledger file; all but the first go into a temporary file.

Pure module, below ``fec.py``. :class:`Entries` is a sequence that may be read again and
again; :class:`Builder` makes it of typed lines, in order of first appearance.

>>> from datetime import date
>>> kept = Entries()
>>> entry = Entry("VE", "Ventes", "1", date(2025, 1, 31), "F1")
>>> amounts = Decimal(5), Decimal()
>>> entry.lines.append(Line(2, "411", "Client", "C1", "", "", *amounts, ""))
>>> kept.append(entry)
>>> len(kept), kept[0] == entry, [str(found) for found in kept]
(1, True, ['VE 1'])
"""

import marshal
from array import array
from datetime import date
from decimal import Decimal
from tempfile import SpooledTemporaryFile

from .fec_fields import Entry, Line, Problem

#: entries that stay in memory: a small ledger is not read from the disk again and again
KEPT = 5000
#: what of the others is in memory before the disk has it
BUFFER = 2**22


class Entries:
    """A sequence of :class:`Entry`."""

    def __init__(self):
        self._kept = []
        self._file = SpooledTemporaryFile(BUFFER)  # noqa: SIM115, as long as they
        self._ends = array("Q", [0])
        #: rank → what came for that entry after others
        self._late = {}

    def append(self, entry):
        if len(self._kept) < KEPT:
            self._kept.append(entry)
            return
        data = marshal.dumps(
            (
                *(entry.journal, entry.journal_label, entry.number, entry.piece),
                *map(_ordinal, (entry.date, entry.piece_date, entry.valid_date)),
                _ordinal(entry.first_day),
                [_packed(line) for line in entry.lines],
            )
        )
        self._file.seek(self._ends[-1])
        self._file.write(data)
        self._ends.append(self._ends[-1] + len(data))

    def append_late(self, rank, line, valid_date):
        """A line of an entry that others have followed: those stay in memory."""
        if rank < len(self._kept):
            entry = self._kept[rank]
            entry.lines.append(line)
            entry.valid_date = latest(entry.valid_date, valid_date)
            return
        self._late.setdefault(rank, []).append((line, valid_date))

    def __len__(self):
        return len(self._kept) + len(self._ends) - 1

    def __getitem__(self, rank):
        rank = range(len(self))[rank]
        return self._kept[rank] if rank < len(self._kept) else self._stored(rank)

    def _stored(self, rank):
        late = self._late.get(rank, ())
        rank -= len(self._kept)
        self._file.seek(self._ends[rank])
        data = self._file.read(self._ends[rank + 1] - self._ends[rank])
        *texts, day, piece_day, valid_day, first_day, packed = marshal.loads(data)
        journal, label, number, piece = texts
        entry = Entry(
            *(journal, label, number, _day(day), piece),
            [_unpacked(values) for values in packed],
            *(_day(piece_day), _day(valid_day), _day(first_day)),
        )
        for line, valid_date in late:
            entry.lines.append(line)
            entry.valid_date = latest(entry.valid_date, valid_date)
        return entry

    def __iter__(self):
        yield from self._kept
        for rank in range(len(self._kept), len(self)):
            yield self._stored(rank)

    def __eq__(self, other):
        return len(self) == len(other) and all(map(Entry.__eq__, self, other))

    __hash__ = None


def _ordinal(day):
    return day and day.toordinal()


def _day(ordinal):
    return ordinal and date.fromordinal(ordinal)


def _packed(line):
    """Plain values, which :mod:`marshal` knows; amounts have two decimals."""
    return (
        *(line.number, line.account, line.account_label, line.partner),
        *(line.partner_label, line.label, str(line.debit), str(line.credit)),
        *(line.letter, _ordinal(line.letter_date)),
        *(line.currency, str(line.currency_amount)),
    )


def _unpacked(values):
    *texts, debit, credit, letter, letter_day, currency, amount = values
    return Line(
        *texts,
        *(Decimal(debit), Decimal(credit), letter, _day(letter_day)),
        *(currency, Decimal(amount)),
    )


def latest(valid_date, other):
    """An entry is final once all of its lines are.

    >>> latest(date(2025, 1, 1), date(2025, 3, 1)), latest(date(2025, 1, 1), None)
    (datetime.date(2025, 3, 1), None)
    """
    return valid_date and other and max(valid_date, other)


class Builder:
    """Group the lines of a file into entries.

    Lines are one entry by journal, number and exercise: numbers start again each year.
    Where a software numbers nothing (0 everywhere), they are one by journal, voucher
    and date until they balance, and get the rank of the entry in its journal and
    exercise as a number.
    """

    def __init__(self, exercise_of):
        self.entries = Entries()
        self.problems = []
        self._exercise_of = exercise_of
        self._first_days = {}
        self._rank = {}
        self._open = None
        self._unnumbered = {}
        self._counts = {}

    def add(self, entry, line):
        """Take a line with the entry that it names, as its own fields say it."""
        first_day = self._first_days.get(entry.date)
        if first_day is None:
            first_day = self._exercise_of(entry.date)[0]
            self._first_days[entry.date] = first_day
        entry.first_day = first_day
        if not entry.number.strip("0"):
            self._add_unnumbered(entry, line)
            return
        if self._open is not None and self._open.key == entry.key:
            self._same_entry(self._open, entry, line)
            self._open.lines.append(line)
            self._open.valid_date = latest(self._open.valid_date, entry.valid_date)
            return
        rank = self._rank.get(entry.key)
        if rank is None:
            self._close()
            entry.lines.append(line)
            self._rank[entry.key] = len(self.entries)
            self._open = entry
        else:
            self._same_entry(self.entries[rank], entry, line)
            self.entries.append_late(rank, line, entry.valid_date)

    def finish(self):
        """:return: the :class:`Entries`; what is left does not balance."""
        self._close()
        for entry, _gap in self._unnumbered.values():
            self.entries.append(entry)
        return self.entries

    def _close(self):
        if self._open is not None:
            self.entries.append(self._open)
        self._open = None

    def _same_entry(self, first, entry, line):
        if first.date != entry.date:
            told = {"entry": str(entry), "date": entry.date, "other": first.date}
            problem = Problem("entry_dates", line.number, "EcritureDate", told)
            self.problems.append(problem)

    def _add_unnumbered(self, entry, line):
        self._close()
        key = entry.journal, entry.piece, entry.date
        first, gap = self._unnumbered.get(key, (None, Decimal()))
        if first is None:
            first = entry
            rank = self._counts.get(counted := (entry.journal, entry.first_day), 0) + 1
            self._counts[counted] = rank
            first.number = f"{rank:05d}"
        else:
            first.valid_date = latest(first.valid_date, entry.valid_date)
        first.lines.append(line)
        gap += line.balance
        self._unnumbered[key] = first, gap
        if line.balance and not gap:
            del self._unnumbered[key]
            self.entries.append(first)
