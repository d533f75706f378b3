"""Journals of a ledger file: what kind each is, and which one of the books takes it.

Pure module, below ``fec_books.py``.
"""

from collections import Counter
from dataclasses import dataclass, field
from decimal import Decimal

from . import fec_opening

#: what an entry of such a journal moves: (kind, own accounts, other accounts)
_SIGNS = (("sale", ("70",), ("411",)), ("purchase", ("60", "61", "62"), ("401",)))
_LIQUIDITY = (("bank", "512"), ("cash", "53"))
#: share of a journal's entries that must look alike to tell its kind
_MOST = Decimal("0.8")


@dataclass(frozen=True, slots=True)
class Journal:
    """A journal of the file; ``existing`` is the id of the journal that takes it."""

    file_code: str
    code: str
    label: str
    kind: str
    bank_account: str | None
    existing: int | None


@dataclass(slots=True)
class Signs:
    """What was seen of a journal's entries."""

    label: str
    entries: int = 0
    total: Decimal = Decimal()
    #: entries that move each account of a bank or till
    liquid: Counter = field(default_factory=Counter)
    #: entries that look like each of ``_SIGNS``
    alike: Counter = field(default_factory=Counter)
    holds_opening: bool = False

    def see(self, entry, first_day):
        self.entries += 1
        self.total += sum(line.debit for line in entry.lines)
        moved = {line.account for line in entry.lines}
        self.liquid.update(
            code for code in moved if code.startswith(tuple(p for _k, p in _LIQUIDITY))
        )
        self.alike.update(
            kind
            for kind, own, other in _SIGNS
            if _any(moved, own) and _any(moved, other)
        )
        if fec_opening.in_opening_journal(entry, first_day):
            self.holds_opening = True

    def kind(self):
        """Return (kind, account of the bank or till, or None).

        A journal whose entries nearly all move one same 512 account is that bank's;
        one that books 70 against 411 holds sales. In doubt: ``general``.
        """
        enough = _MOST * self.entries
        if self.holds_opening:
            return "general", None
        for kind, prefix in _LIQUIDITY:
            for account, count in self.liquid.most_common():
                if account.startswith(prefix) and count >= enough:
                    return kind, account
        for kind, _own, _other in _SIGNS:
            if self.alike[kind] >= enough:
                return kind, None
        return "general", None


def _any(codes, prefixes):
    return any(code.startswith(prefixes) for code in codes)


def plan(signs, journals, chosen=()):
    """Return {code of the file: :class:`Journal`}.

    A journal is the one that somebody chose, else found again by its code in an earlier
    file, else by a same code if it is of the same kind (or general) and no other
    file's; else it is created.

    :param signs: ``{code of the file: Signs}``
    :param journals: (id, code, type, code in the former software's files) of the firm
    :param chosen: ``{code of the file: id}``
    """
    chosen = dict(chosen)
    by_id = {item[0]: item for item in journals}
    by_file_code = {item[3]: item for item in journals if item[3]}
    by_code = {item[1]: item for item in journals if not item[3]}
    taken, banks, result = {item[1] for item in journals}, set(), {}
    for file_code, sign in signs.items():
        kind, bank = sign.kind()
        if bank in banks:
            kind, bank = "general", None
        banks |= {bank} - {None}
        found = by_id.get(chosen.get(file_code)) or by_file_code.get(file_code)
        same = by_code.get(file_code)
        if not found and same and same[2] in (kind, "general"):
            found = same
        code = found[1] if found else free_code(file_code, taken)
        taken.add(code)
        existing, label = found and found[0], sign.label or file_code
        result[file_code] = Journal(file_code, code, label, kind, bank, existing)
    return result


def free_code(code, taken):
    """A journal code has five characters at most, and is used once.

    >>> free_code("VE", []), free_code("VENTES", []), free_code("INV", ["INV"])
    ('VE', 'VENES', 'INV2')
    """
    short = code if len(code) <= 5 else code[:3] + code[-2:]
    candidates = [short, *(f"{short[:4]}{number}" for number in range(2, 10))]
    candidates += [f"{short[:3]}{number}" for number in range(10, 100)]
    candidates += [f"{short[:2]}{number}" for number in range(100, 1000)]
    return next(candidate for candidate in candidates if candidate not in taken)
