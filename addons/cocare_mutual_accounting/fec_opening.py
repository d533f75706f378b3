"""Opening balances (« à-nouveaux ») of a ledger file, and the books they repeat.

Pure module, as ``fec.py`` and ``fec_books.py``: knows no ORM, writes nothing.

The former software closes each exercise and opens the next one by an entry; here the
books carry on by themselves. Written after the exercise before it, an opening would
count every balance twice.
"""

import re
from collections import defaultdict
from dataclasses import dataclass
from decimal import Decimal

_CODE = re.compile(r"(?:AN|ANO|ANOUV|RAN|OUV|OUVER)[0-9]*", re.I)
_LABEL = re.compile(r"\b[aà][ .-]*nouveaux?\b|\b(?:r[eé])?ouverture\b", re.I)
#: classes 1 to 5, and 89 which some software opens the books against
_BALANCE_SHEET = (*"12345", "89")
_EQUITY = ("10", "11", "12")
#: former results: retained, and of the year before until its owners share it out
_RESULTS = ("11", "12")
#: stands for the accounts of :func:`_is_result`, compared as one sum
RESULT = ""


@dataclass(frozen=True, slots=True)
class Difference:
    """An account (and a third party, or "") whose opening is not what the books say."""

    account: str
    partner: str
    opening: Decimal
    books: Decimal
    line: int


def in_opening_journal(entry, first_day):
    """On the first day of the exercise, in a journal whose code or name says so.

    >>> from types import SimpleNamespace
    >>> entry = SimpleNamespace(journal="an1", journal_label="", date=1)
    >>> in_opening_journal(entry, 1), in_opening_journal(entry, 0)
    (True, False)
    """
    return entry.date == first_day and bool(
        _CODE.fullmatch(entry.journal) or _LABEL.search(entry.journal_label)
    )


def find(entries, first_day):
    """Return the opening entries among ``entries``, given in the order of the file.

    They are read once, and only the openings are kept.

    They move accounts of the balance sheet alone: an accrual undone on the first day
    moves a class 6 or 7 too. They are in an opening journal. Where no entry is in such
    a journal, they are the first ones of the file: article A47 A-1 LPF, VII, has the
    first numbers go to the opening balances. Real files number them anywhere, and a
    bank may move on the first day as well: so this holds only for entries of one
    journal that move equity, as no balance sheet goes without.
    """
    named, first, begins, journal = [], [], True, None
    for entry in entries:
        journal = journal or entry.journal
        alike = entry.date == first_day and _on_balance_sheet(entry)
        if alike and in_opening_journal(entry, first_day):
            named.append(entry)
        begins = begins and alike and entry.journal == journal
        if begins:
            first.append(entry)
    if named:
        return named
    moved = [line.account for entry in first for line in entry.lines]
    return first if any(code.startswith(_EQUITY) for code in moved) else []


def unsure(entries, opening, first_day):
    """Return other entries that may hold opening balances, with how sure that is.

    They move equity on the first day; True in an opening journal, where only an account
    of classes 6 to 9 kept them out of :func:`find`.
    """
    keys = {entry.key for entry in opening}
    return [
        (entry, in_opening_journal(entry, first_day))
        for entry in entries
        if entry.date == first_day and entry.key not in keys
        if any(line.account.startswith(_EQUITY) for line in entry.lines)
    ]


def _on_balance_sheet(entry):
    return all(line.account.startswith(_BALANCE_SHEET) for line in entry.lines)


def _is_result(code):
    """
    >>> [_is_result(code) for code in ("120000", "110", "701", "999999", "101", "512")]
    [True, True, True, True, False, False]
    """
    return code.startswith(_RESULTS) or not code.startswith(_BALANCE_SHEET)


def differences(entries, codes, parties, books):
    """Compare opening entries with the books at the end of the day before.

    ``codes`` is {code in the file: code in the books}, ``parties`` {number of a third
    party: the one that it goes by}; ``books`` is {(code, third party or ""): balance}
    of all that was posted before.

    No entry closes classes 6 and 7 in the books: with 11 and 12 they must equal the
    11 and 12 of the opening. Third parties are compared where both sides name them
    on every line of the account.

    >>> from types import SimpleNamespace as Some
    >>> lines = [Some(number=2, account="5121", partner="", balance=Decimal(7)),
    ...          Some(number=3, account="1200", partner="", balance=Decimal(-7))]
    >>> books = {("512", ""): Decimal(7), ("601", ""): Decimal(1),
    ...          ("701", ""): Decimal(-8)}
    >>> differences([Some(lines=lines)], {"5121": "512", "1200": "120"}, {}, books)
    []
    """
    opened, line_of = defaultdict(Decimal), {}
    for entry in entries:
        for line in entry.lines:
            code = codes[line.account]
            party = parties.get(line.partner, line.partner)
            key = (RESULT, "") if _is_result(code) else (code, party)
            opened[key] += line.balance
            line_of.setdefault(key[0], line.number)
    kept = defaultdict(Decimal)
    for (code, partner), balance in books.items():
        kept[(RESULT, "") if _is_result(code) else (code, partner)] += balance
    first_line = min(line_of.values())
    whole = _accounts_without_party(opened) | _accounts_without_party(kept)
    whole |= {code for code, _partner in kept} - line_of.keys()
    opened, kept = _merge(opened, whole), _merge(kept, whole)
    found = [
        Difference(*key, opened[key], kept[key], line_of.get(key[0], first_line))
        for key in opened.keys() | kept.keys()
        if opened[key] != kept[key]
    ]
    # the sum of results last: it differs as soon as another account does
    return sorted(found, key=lambda d: (d.account == RESULT, d.account, d.partner))


def _accounts_without_party(balances):
    return {
        code for (code, partner), total in balances.items() if total and not partner
    }


def _merge(balances, whole):
    """Forget the third parties of the accounts in ``whole``."""
    merged = defaultdict(Decimal)
    for (code, partner), balance in balances.items():
        merged[code, "" if code in whole else partner] += balance
    return merged
