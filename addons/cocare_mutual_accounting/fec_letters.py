"""Lettering of a ledger file: which lines were matched with each other.

Pure module, below ``fec_books.py``. The lines are read once and not kept: a line finds
its group again by :meth:`Letters.key_of`.

>>> from types import SimpleNamespace as Some
>>> def line(number, partner, balance):
...     return Some(number=number, account="411", letter="AA", partner=partner,
...                 balance=Decimal(balance), letter_date=None)
>>> lines = [line(2, "A", 5), line(3, "A", -5), line(4, "B", 7), line(5, "B", -6)]
>>> letters = read((one, True) for one in lines)
>>> [letters.key_of(one) for one in lines]
[('411', 'AA', 'A'), ('411', 'AA', 'A'), None, None]
>>> [(group.number, str(group.gap)) for group in letters.still_open]
[(4, '1')]

Posted lines alone are matched: where one of ``A`` is a draft, its group waits.

>>> letters = read((one, one.number != 3) for one in lines)
>>> letters.key_of(lines[0]), letters.waiting_of(lines[0]).number
(None, 2)
"""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal


@dataclass(slots=True)
class Group:
    """Lines with one letter; ``number`` is the first one's."""

    number: int
    account: str
    letter: str
    gap: Decimal = Decimal()
    letter_date: date | None = None
    #: whether all its entries are final: the books match no others
    final: bool = True

    @property
    def name(self):
        """What tells it from the others of its file, with the letter for people."""
        return f"{self.letter}/{self.number}"


@dataclass(slots=True)
class Letters:
    #: {(account, letter, partner or None for the whole account): :class:`Group`}
    balanced: dict = field(default_factory=dict)
    still_open: list = field(default_factory=list)
    #: balanced as well, but some of their entries are not final
    waiting: dict = field(default_factory=dict)
    #: (account, letter) read for the whole account
    whole: set = field(default_factory=set)

    def key_of(self, line):
        """The key in ``balanced`` of the group of a line, or None."""
        key = self._key(line)
        return key if key in self.balanced else None

    def waiting_of(self, line):
        """The group in ``waiting`` of a line, or None."""
        return self.waiting.get(self._key(line))

    def _key(self, line):
        if not line.letter or not line.balance:
            return None
        together = (line.account, line.letter) in self.whole
        return line.account, line.letter, None if together else line.partner


def read(lines):
    """Return the :class:`Letters` of (line, whether its entry is final).

    Producers letter by account or by partner within an account (``AA`` again for the
    next customer). The finer reading is taken where it balances for all partners of
    that letter, else the whole account's where it balances; else the partners that
    balance are kept and the others stay open.
    """
    found = {}
    for line, final in lines:
        if line.letter and line.balance:
            partners = found.setdefault((line.account, line.letter), {})
            group = partners.get(line.partner)
            if group is None:
                group = Group(line.number, line.account, line.letter)
                partners[line.partner] = group
            _add(group, line.balance, line.letter_date, final)
    letters = Letters()
    for (account, letter), partners in found.items():
        whole = Group(min(g.number for g in partners.values()), account, letter)
        for group in partners.values():
            _add(whole, group.gap, group.letter_date, group.final)
        apart = any(group.gap for group in partners.values())
        if apart and not whole.gap:
            letters.whole.add((account, letter))
            partners = {None: whole}
        for partner, group in partners.items():
            if group.gap:
                letters.still_open.append(group)
            elif group.final:
                letters.balanced[account, letter, partner] = group
            else:
                letters.waiting[account, letter, partner] = group
    return letters


def _add(group, balance, letter_date, final):
    group.gap += balance
    group.final = group.final and final
    if letter_date:
        group.letter_date = max(group.letter_date or letter_date, letter_date)
