"""From a ledger read in a FEC to books: accounts, journals, opening, lettering.

Pure module: decides, writes nothing, knows no ORM. See ``fec.py`` for the reader,
``fec_accounts.py``, ``fec_journals.py``, ``fec_parties.py``, ``fec_letters.py`` and
``fec_opening.py`` for the steps; :func:`plan` is the way in.
"""

import re
from collections import defaultdict
from dataclasses import dataclass, field
from decimal import Decimal

from . import fec_accounts, fec_journals, fec_letters, fec_opening, fec_parties


@dataclass(slots=True)
class Plan:
    """What becomes of a ledger. Entries are read again from it, never kept."""

    ledger: object
    #: {code of the file: :class:`fec_journals.Signs`}
    signs: dict = field(default_factory=dict)
    #: {code of the file: [name, debit, credit]}
    totals: dict = field(default_factory=dict)
    #: {number of the third party: name}
    partners: dict = field(default_factory=dict)
    #: {number of the third party: id of its contact, or None: it is to be made}
    contacts: dict = field(default_factory=dict)
    #: {number of the third party: how its contact was found}
    found: dict = field(default_factory=dict)
    accounts: dict = field(default_factory=dict)
    journals: dict = field(default_factory=dict)
    #: {exercise: its opening entries}, whether they are to write or not
    openings: dict = field(default_factory=dict)
    #: keys of the entries that the books hold already
    left_out: set = field(default_factory=set)
    letters: fec_letters.Letters = None

    @property
    def entries(self):
        """The entries to write: opening balances first, as the law numbers them."""
        opening = [entry for found in self.openings.values() for entry in found]
        keys = {entry.key for entry in opening}
        yield from (entry for entry in opening if entry.key not in self.left_out)
        yield from (entry for entry in self.ledger.entries if entry.key not in keys)

    @property
    def entry_count(self):
        return len(self.ledger.entries) - len(self.left_out)

    def leave_out(self, opening):
        """Write all but these; what they were lettered with stays open."""
        self.left_out |= {entry.key for entry in opening}
        self.letters = self.read_letters()

    def read_letters(self):
        return fec_letters.read(
            (line, bool(entry.valid_date))
            for entry in self.entries
            for line in entry.lines
        )

    def name(self, entry):
        """Name of an entry in the books."""
        exercise = self.exercise_of(entry)
        return entry_name(self.journals[entry.journal].code, entry, exercise)

    def exercise_of(self, entry):
        return next(
            (first, last)
            for first, last in self.ledger.exercises
            if first <= entry.date <= last
        )

    def balances(self):
        """What is to write adds up to: ``{account of the file: Decimal}``."""
        if not self.left_out:
            totals = self.totals.items()
            return {code: debit - credit for code, (_name, debit, credit) in totals}
        added = defaultdict(Decimal)
        for line in (line for entry in self.entries for line in entry.lines):
            added[line.account] += line.balance
        return added

    def written_accounts(self):
        """Accounts of the file that the entries to write move."""
        if not self.left_out:
            return list(self.accounts.values())
        used = {line.account for entry in self.entries for line in entry.lines}
        return [account for code, account in self.accounts.items() if code in used]

    def written_partners(self):
        """Third parties of the entries to write: {number: name}."""
        if not self.left_out:
            return self.partners
        used = {line.partner for entry in self.entries for line in entry.lines}
        return {code: name for code, name in self.partners.items() if code in used}

    def settle_partners(self, contacts, settled):
        """Decide who is who.

        :param contacts: list of ``fec_parties.Contact`` of the firm
        :param settled: {number: (id or None, how)}, by people or by an earlier file
        """
        given = {number: contact for number, (contact, _how) in settled.items()}
        found = {**fec_parties.match(self.partners, contacts, given), **settled}
        for number in self.partners:
            self.contacts[number], self.found[number] = found.get(number, (None, "new"))

    def written_journals(self):
        if not self.left_out:
            return list(self.journals.values())
        used = {entry.journal for entry in self.entries}
        return [journal for code, journal in self.journals.items() if code in used]


def plan(ledger, chart, journals, chosen_accounts=(), chosen_journals=()):
    """Decide how to book ``ledger`` in the books of a firm.

    :param chart: ``{account code: account type}`` of the firm
    :param journals: its journals as (id, code, type, code in the former software)
    :param chosen_accounts: ``{code of the file: code of the chart}``
    :param chosen_journals: ``{code of the file: id of a journal}``
    :return: :class:`Plan`
    """
    result = Plan(ledger)
    for exercise in ledger.exercises:
        found = fec_opening.find(ledger.entries_of(exercise), exercise[0])
        result.openings[exercise] = found
    lettered = _survey(result)
    for entry in (entry for found in result.openings.values() for entry in found):
        result.signs[entry.journal].holds_opening = True
    labels = {code: total[0] for code, total in result.totals.items()}
    result.accounts = fec_accounts.plan(labels, lettered, chart, chosen_accounts)
    result.journals = fec_journals.plan(result.signs, journals, chosen_journals)
    result.letters = result.read_letters()
    return result


def _survey(result):
    """Read the entries once for all that is added up; return the lettered accounts."""
    lettered, signs, totals = set(), result.signs, result.totals
    for entry in result.ledger.entries:
        if entry.journal not in signs:
            signs[entry.journal] = fec_journals.Signs(entry.journal_label)
        signs[entry.journal].see(entry, entry.first_day)
        for line in entry.lines:
            total = totals.get(line.account)
            if total is None:
                total = totals[line.account] = ["", Decimal(), Decimal()]
            total[0] = total[0] or line.account_label
            total[1] += line.debit
            total[2] += line.credit
            if line.letter:
                lettered.add(line.account)
            if line.partner:
                name = result.partners.get(line.partner)
                result.partners[line.partner] = name or line.partner_label
    return lettered


def balances(plan, entries):
    """What entries add to the books: ``{(code, third party or ""): Decimal}``.

    Third parties that are one contact are added up, under the first number of it.
    """
    added, parties = defaultdict(Decimal), fec_parties.same(plan.contacts)
    for entry in entries:
        for line in entry.lines:
            party = parties.get(line.partner, line.partner)
            added[plan.accounts[line.account].code, party] += line.balance
    return added


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


def summary(plan):
    """Totals by journal and by account, as text: JSON has no exact number."""
    return {
        "journals": [
            {
                **{"code": code, "label": sign.label},
                "target": plan.journals[code].code,
                **{"entries": sign.entries, "total": str(sign.total)},
            }
            for code, sign in plan.signs.items()
        ],
        "accounts": [
            {
                **{"code": code, "label": label},
                "target": plan.accounts[code].code,
                "debit": str(debit),
                "credit": str(credit),
                "balance": str(debit - credit),
            }
            for code, (label, debit, credit) in sorted(plan.totals.items())
        ],
    }
