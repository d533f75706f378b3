"""From a ledger read in a FEC to books: accounts, journals, opening, lettering.

Pure module: decides, writes nothing, knows no ORM. See ``fec.py`` for the reader;
:func:`plan` is the way in, the other functions are its steps.
"""

import re
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from decimal import Decimal

from . import fec_opening

#: what an entry of such a journal moves: (kind, own accounts, other accounts)
_SIGNS = (("sale", ("70",), ("411",)), ("purchase", ("60", "61", "62"), ("401",)))
_LIQUIDITY = (("bank", "512"), ("cash", "53"))
_TRADE = ("asset_receivable", "liability_payable")
#: types whose accounts are not made open to lettering
_FIXED = ("asset_cash", "liability_credit_card", "off_balance")
#: share of a journal's entries that must look alike to tell its kind
_MOST = Decimal("0.8")


@dataclass(frozen=True, slots=True)
class Account:
    """An account of the file: where it goes and what it is."""

    file_code: str
    code: str
    label: str
    kind: str
    reconcile: bool


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
class Plan:
    #: to write, in this order
    entries: list = field(default_factory=list)
    #: opening entries of the file, whether they are to write or not
    opening: list = field(default_factory=list)
    accounts: dict = field(default_factory=dict)
    journals: dict = field(default_factory=dict)
    names: dict = field(default_factory=dict)
    balanced: list = field(default_factory=list)
    still_open: list = field(default_factory=list)

    @property
    def lines(self):
        return [line for entry in self.entries for line in entry.lines]

    @property
    def written_accounts(self):
        used = {line.account for line in self.lines}
        return [self.accounts[code] for code in self.accounts if code in used]

    @property
    def written_journals(self):
        used = {entry.journal for entry in self.entries}
        return [self.journals[code] for code in self.journals if code in used]

    def leave_out_opening(self):
        """Write all but the opening; what it was lettered with stays open."""
        keys = {entry.key for entry in self.opening}
        left_out = {line.number for entry in self.opening for line in entry.lines}
        self.entries = [entry for entry in self.entries if entry.key not in keys]
        groups = self.balanced + self.still_open
        self.balanced, self.still_open = [], []
        for group in groups:
            kept = [line for line in group if line.number not in left_out]
            if kept:
                (self.still_open if _gap(kept) else self.balanced).append(kept)


def plan(ledger, chart, journals):
    """Decide how to book ``ledger`` in the books of a firm.

    ``chart`` is {account code: account type} of the firm; ``journals`` lists its
    journals as (id, code, type, code in the former software's files).
    """
    first_day = ledger.exercise[0]
    balanced, still_open = letter_groups(ledger.lines)
    result = Plan(balanced=balanced, still_open=still_open)
    result.opening = fec_opening.find(ledger.entries, first_day)
    result.entries = in_booking_order(ledger.entries, result.opening)
    result.accounts = plan_accounts(ledger.lines, chart)
    result.journals = plan_journals(ledger.entries, first_day, journals)
    for entry in result.entries:
        code = result.journals[entry.journal].code
        result.names[entry.key] = entry_name(code, entry, ledger.exercise)
    return result


def in_booking_order(entries, opening):
    """Opening balances first, as the law numbers them; then the order of the file."""
    keys = {entry.key for entry in opening}
    return sorted(entries, key=lambda entry: entry.key not in keys)


def plan_accounts(lines, chart):
    """Return {code of the file: :class:`Account`}."""
    labels, lettered = {}, set()
    for line in lines:
        labels[line.account] = labels.get(line.account) or line.account_label
        if line.letter:
            lettered.add(line.account)
    accounts = {}
    for file_code, code in match_accounts(labels, chart).items():
        kind = chart.get(code) or closest_kind(file_code, chart)
        reconcile = kind in _TRADE or (file_code in lettered and kind not in _FIXED)
        label = labels[file_code] or file_code
        accounts[file_code] = Account(file_code, code, label, kind, reconcile)
    return accounts


def match_accounts(codes, chart):
    """Give each account code of the file its account in the books.

    The file's code is kept as it is, unless the chart holds the same number written
    with another count of closing zeros. Two codes of a file never share an account:
    the trial balance stays that of the file.

    >>> match_accounts(["70100000", "70100100"], ["701000", "707000"])
    {'70100000': '701000', '70100100': '70100100'}
    >>> match_accounts(["701", "701000"], ["701000"])
    {'701': '701', '701000': '701000'}
    """
    codes, chart = list(codes), sorted(chart)
    taken = Counter(code.rstrip("0") for code in codes)
    same_number = {code.rstrip("0"): code for code in reversed(chart)}
    exact, target = set(chart), {}
    for code in codes:
        number = code.rstrip("0")
        alone = code not in exact and taken[number] == 1
        target[code] = same_number.get(number, code) if alone else code
    return target


def closest(code, chart):
    """Codes of the chart that share the longest beginning with ``code``.

    >>> closest("44571200", ["445660", "445710", "445711", "512001"])
    ['445710', '445711']
    >>> closest("9", ["445660"])
    []
    """
    for length in range(len(code), 0, -1):
        found = [other for other in chart if other.startswith(code[:length])]
        if found:
            return found
    return []


def closest_kind(code, chart):
    """Most frequent type of the accounts that begin most like ``code``.

    The type of the yearly result is for one account a firm: never given.

    >>> closest_kind("41100000", {"411100": "asset_receivable", "416": "asset_current"})
    'asset_receivable'
    """
    kinds = Counter(chart[other] for other in closest(code, chart))
    kind = kinds.most_common(1)[0][0] if kinds else "asset_current"
    return "equity" if kind == "equity_unaffected" else kind


def plan_journals(entries, first_day, journals):
    """Return {code of the file: :class:`Journal`}.

    A journal is found again by its code in an earlier file, else by a same code if it
    is of the same kind (or general) and no other file's; else it is created.
    """
    by_file_code = {item[3]: item for item in journals if item[3]}
    by_code = {item[1]: item for item in journals if not item[3]}
    taken = {item[1] for item in journals}
    labels = {entry.journal: entry.journal_label for entry in entries}
    result = {}
    for file_code, (kind, bank) in journal_kinds(entries, first_day).items():
        found, same = by_file_code.get(file_code), by_code.get(file_code)
        if not found and same and same[2] in (kind, "general"):
            found = same
        code = found[1] if found else free_code(file_code, taken)
        taken.add(code)
        existing, label = found and found[0], labels[file_code] or file_code
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
    return next(candidate for candidate in candidates if candidate not in taken)


def journal_kinds(entries, first_day):
    """Return {journal code: (kind, account of the bank or till, or None)}.

    A journal whose entries nearly all move one same 512 account is that bank's;
    one that books 70 against 411 holds sales. In doubt: ``general``.
    """
    journals = defaultdict(list)
    for entry in entries:
        journals[entry.journal].append(entry)
    kinds, used = {}, set()
    opening = {entry.journal for entry in fec_opening.find(entries, first_day)}
    for code, items in journals.items():
        kind, account = "general", None
        named = any(fec_opening.in_opening_journal(item, first_day) for item in items)
        if not named and code not in opening:
            kind, account = _journal_kind(items)
        if account in used:
            kind, account = "general", None
        used |= {account} - {None}
        kinds[code] = (kind, account)
    return kinds


def _journal_kind(entries):
    moved = [{line.account for line in entry.lines} for entry in entries]
    enough = _MOST * len(entries)
    accounts = Counter(account for found in moved for account in found)
    for kind, prefix in _LIQUIDITY:
        for account, count in accounts.most_common():
            if account.startswith(prefix) and count >= enough:
                return kind, account
    for kind, own, other in _SIGNS:
        if sum(_any(found, own) and _any(found, other) for found in moved) >= enough:
            return kind, None
    return "general", None


def _any(codes, prefixes):
    return any(code.startswith(prefixes) for code in codes)


def letter_groups(lines):
    """Return (groups of lines that balance, groups left open).

    Producers letter by account or by partner within an account (``AA`` again for the
    next customer). The finer reading is taken where it balances for all partners of
    that letter, else the whole account's where it balances; else the partners that
    balance are kept and the others stay open.
    """
    letters = defaultdict(lambda: defaultdict(list))
    for line in lines:
        if line.letter and line.balance:
            letters[line.account, line.letter][line.partner].append(line)
    balanced, still_open = [], []
    for partners in letters.values():
        groups = list(partners.values())
        whole = [line for group in groups for line in group]
        good = [group for group in groups if not _gap(group)]
        if len(good) == len(groups):
            balanced += good
        elif not _gap(whole):
            balanced.append(whole)
        else:
            balanced += good
            still_open += [group for group in groups if _gap(group)]
    return balanced, still_open


def _gap(lines):
    return sum((line.balance for line in lines), Decimal())


def entry_name(journal_code, entry, exercise):
    """Name of the entry in the books: numbers start again each year in a FEC.

    The year comes in the middle, as the ORM's own names have it, so that its next
    number follows. Marks inside the number are dropped: they would read as a month.

    >>> from datetime import date
    >>> from types import SimpleNamespace
    >>> entry = SimpleNamespace(number="00-12")
    >>> entry_name("VE", entry, (date(2025, 1, 1), date(2025, 12, 31)))
    'VE/2025/0012'
    >>> entry_name("VE", entry, (date(2024, 7, 1), date(2025, 6, 30)))
    'VE/2024-2025/0012'
    """
    first, last = exercise
    year = f"{first:%Y}" if first.year == last.year else f"{first:%Y}-{last:%Y}"
    return f"{journal_code}/{year}/{re.sub(r'[^0-9A-Za-z]', '', entry.number)}"


def summary(ledger, plan):
    """Totals by journal and by account, as text: JSON has no exact number."""
    zero = Decimal()
    journals, accounts = defaultdict(lambda: [0, zero]), defaultdict(lambda: [zero] * 2)
    names, labels = {}, {}
    for entry in ledger.entries:
        names.setdefault(entry.journal, entry.journal_label)
        journals[entry.journal][0] += 1
        for line in entry.lines:
            labels[line.account] = labels.get(line.account) or line.account_label
            journals[entry.journal][1] += line.debit
            accounts[line.account][0] += line.debit
            accounts[line.account][1] += line.credit
    return {
        "journals": [
            {
                **{"code": code, "label": names[code]},
                "target": plan.journals[code].code if plan else "",
                **{"entries": count, "total": str(total)},
            }
            for code, (count, total) in journals.items()
        ],
        "accounts": [
            {
                **{"code": code, "label": labels[code]},
                "target": plan.accounts[code].code if plan else "",
                "debit": str(debit),
                "credit": str(credit),
                "balance": str(debit - credit),
            }
            for code, (debit, credit) in sorted(accounts.items())
        ],
    }
