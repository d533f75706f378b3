"""What the tax office's tool does not look at in a ledger file, and an auditor does.

Do the entries balance, are their numbers continuous, are the dates of the calendar and
within the exercise, are opening balances first, were entries validated in order, do
letters balance… (art. A47 A-1 LPF, VII to XII; PCG art. 921-3 and 921-4).

Lines go into a temporary database on disk as they are read, so that memory does not
grow with the file; what takes all of them is asked there. Pure: no Odoo here.
"""

import re
import sqlite3
import zlib
from contextlib import closing
from datetime import date, timedelta
from decimal import Decimal
from functools import lru_cache

from stdnum.fr import siren as siren_number

from . import fec_ledger_sql as sql
from .fec_fields import COLUMNS
from .fec_file import names_opening
from .fec_findings import BOOKS, TOLD
from .fec_office import DATES, SIDES, split_name

#: lines that are written to the database at a time
BATCH = 2000
#: cents; more is not counted, so that sums of a file stay within 64 bits
LARGEST = 10**13

_AMOUNT = re.compile(r"([+-]?)([0-9]{1,15})(?:,([0-9]{1,2})0*)?([+-]?)")
_PADDED = re.compile(r"[+-]?0[0-9].*")
_ACCOUNT = re.compile(r"[0-9]{3}[0-9A-Za-z.]*")
_NUMBER = re.compile(r"(.*?)([0-9]{1,15})([^0-9]*)", re.S)


@lru_cache(maxsize=4096)
def real_date(text):
    """
    :return: the date written AAAAMMJJ, None where the calendar has no such day

    >>> real_date("20240229"), real_date("20230231"), real_date("2024-02-29")
    (datetime.date(2024, 2, 29), None, None)
    """
    if not re.fullmatch("[0-9]{8}", text):
        return None
    try:
        return date(int(text[:4]), int(text[4:6]), int(text[6:]))
    except ValueError:
        return None


@lru_cache(maxsize=4096)
def cents(text):
    """
    :return: int, None where the text is no amount in cents

    >>> [cents(text) for text in ("", "0,0", "12,5", "000012,50-", "1E3", "1,234")]
    [0, 0, 1250, -1250, None, None]
    """
    match = _AMOUNT.fullmatch(text or "0")
    if not match or (match[1] and match[4]):
        return None
    amount = int(match[2]) * 100 + int((match[3] or "").ljust(2, "0"))
    if amount >= LARGEST:
        return None
    return -amount if "-" in match[1] + match[4] else amount


def year_before(day):
    """The first day of the year that ends on ``day``.

    >>> year_before(date(2025, 12, 31)), year_before(date(2024, 2, 29))
    (datetime.date(2025, 1, 1), datetime.date(2023, 3, 1))
    """
    before = min(day.day, 28) if day.month == 2 else day.day
    return date(day.year - 1, day.month, before) + timedelta(days=1)


class LedgerCheck:
    """Reads the lines one by one, then asks of all of them.

    :param findings: :class:`fec_findings.Findings`
    :param exercise: (first day, last day) where it is known; else the year that ends
        on the day in the name of the file
    :param str siren: of the firm, where it is known
    """

    def __init__(self, findings, filename, exercise=None, siren=""):
        self._add = findings.add
        number, last = split_name(filename)
        self._check_name(number, siren)
        last = real_date(last)
        self._exercise = exercise or (last and (year_before(last), last))
        if exercise and last and exercise[1] != last:
            values = {"date": str(exercise[1])}
            self._add(BOOKS, "file_name_date", TOLD, **values)
        self._rows, self._unread = [], 0
        self._latest, self._days, self._is_valid_copied = "", set(), True
        self._database = sqlite3.connect("")
        self._database.executescript(sql.TABLE)

    def _check_name(self, number, siren):
        if not siren_number.is_valid(number):
            self._add(BOOKS, "siren", TOLD, text=number)
        elif siren and number != siren:
            self._add(BOOKS, "other_siren", TOLD, text=number, expected=siren)

    def read_header(self, place):
        """Which column is where; their order is the law's."""
        self._place = place
        self._is_signed = "Debit" not in place or "Credit" not in place
        signed = {"Debit": "Montant", "Credit": "Sens"} if self._is_signed else {}
        if any(place[signed.get(n, n)] != at for at, n in enumerate(COLUMNS)):
            self._add(BOOKS, "column_order", TOLD, 1)

    def look(self, number, cells):
        """Look at one line that has its fields, and keep it."""
        row = {name: cells[at] for name, at in self._place.items()}
        entry = f"{row['JournalCode']} {row['EcritureNum']}".strip()
        where = {"line": number, "entry": entry}
        days = {name: self._day(row, name, where) for name in DATES}
        self._check_halves(row, where)
        if row["CompteNum"] and not _ACCOUNT.fullmatch(row["CompteNum"]):
            values = {"column": "CompteNum", "text": row["CompteNum"]}
            self._add(BOOKS, "account", TOLD, **values, **where)
        opening = self._is_opening(row["JournalCode"], row["JournalLib"], days)
        if not opening:
            self._check_validation(days, where)
        amounts = self._amounts(row, where)
        if None in amounts:
            self._unread += 1
            return
        self._keep(number, row, amounts, opening, cells)

    def skip(self):
        """A line without its fields: sums are not asked for."""
        self._unread += 1

    def _day(self, row, name, where):
        text = row[name]
        found = real_date(text) if text else None
        if text and not found:
            self._add(BOOKS, "date", TOLD, column=name, text=text, **where)
        if name == "EcritureDate" and found and self._exercise:
            first, last = self._exercise
            if not first <= found <= last:
                values = {"first": str(first), "last": str(last), "date": str(found)}
                self._add(BOOKS, "outside", TOLD, column=name, **values, **where)
        return found

    def _check_halves(self, row, where):
        for one, other in (("EcritureLet", "DateLet"), ("Montantdevise", "Idevise")):
            if bool(row[one]) != bool(row[other]):
                column = other if row[one] else one
                self._add(BOOKS, "half", TOLD, column=column, **where)
        if row["Idevise"].upper() == "EUR":
            self._add(BOOKS, "currency_euro", TOLD, column="Montantdevise", **where)
        if row["EcritureLet"].isdigit():
            self._add(BOOKS, "letter_digits", TOLD, column="EcritureLet", **where)

    def _is_opening(self, journal, label, days):
        first = self._exercise and self._exercise[0]
        if not first or days["EcritureDate"] != first:
            return False
        return names_opening(journal, label)

    def _check_validation(self, days, where):
        valid, day = days["ValidDate"], days["EcritureDate"]
        if not valid:
            return
        values = {"column": "ValidDate", "date": str(valid)}
        if day and valid < day:
            self._add(BOOKS, "valid_before", TOLD, other=str(day), **values, **where)
        if str(valid) < self._latest:
            values["other"] = self._latest
            self._add(BOOKS, "valid_order", TOLD, **values, **where)
        self._latest = max(self._latest, str(valid))
        if valid != day:
            self._is_valid_copied = False
        elif len(self._days) < 2:
            self._days.add(day)

    def _amounts(self, row, where):
        """Debit and credit in cents, None for one that cannot be read."""
        columns = ("Montant",) if self._is_signed else ("Debit", "Credit")
        found = []
        for name in columns:
            found.append(cents(row[name]))
            values = {"column": name, "text": row[name]}
            if found[-1] is None:
                self._add(BOOKS, "amount", TOLD, **values, **where)
            elif _PADDED.fullmatch(row[name]):
                self._add(BOOKS, "amount_padded", TOLD, **values, **where)
        if not self._is_signed or None in found:
            return found
        side = SIDES.get(row["Sens"].upper())
        if side is None:
            return [None]
        return [found[0], 0] if side > 0 else [0, found[0]]

    def _keep(self, number, row, amounts, opening, cells):
        whole = zlib.crc32("\0".join(cells).encode())
        texts = ("CompteNum", "CompAuxNum", "EcritureLib")
        content = "\0".join([*(row[name] for name in texts), *map(str, amounts)])
        self._rows.append(
            (
                *(number, row["JournalCode"], row["EcritureNum"], row["EcritureDate"]),
                *(row["CompteNum"], row["CompAuxNum"], row["EcritureLet"]),
                *(row["PieceRef"], *amounts, opening),
                *(whole, zlib.crc32(content.encode())),
            )
        )
        if len(self._rows) >= BATCH:
            self._flush()

    def _flush(self):
        self._database.executemany(sql.INSERT, self._rows)
        self._rows.clear()

    def finish(self):
        """Ask what takes all lines, and close the database.

        :return: (lines, entries, debit, credit), sums of what could be read
        """
        self._flush()
        with closing(self._database):
            self._database.executescript(sql.ENTRIES)
            self._check_entries()
            self._check_numbers()
            if self._unread:
                self._add(BOOKS, "unread", TOLD, lines=self._unread)
            else:
                self._check_sums()
            if self._is_valid_copied and len(self._days) > 1:
                self._add(BOOKS, "valid_copied", TOLD, column="ValidDate")
            lines, entries, debit, credit = self._ask(sql.TOTALS).fetchone()
        return lines, entries, _euros(debit), _euros(credit)

    def _ask(self, query, *values):
        return self._database.execute(query, values)

    def _check_entries(self):
        for line, entry, day, other in self._ask(sql.TWO_DATES):
            values = {"date": day, "other": other, "column": "EcritureDate"}
            self._add(BOOKS, "two_dates", TOLD, line, entry=entry, **values)
        for code in ("scattered", "twice", "opening_late"):
            for line, entry in self._ask(sql.PLACES[code]):
                self._add(BOOKS, code, TOLD, line, entry=entry)
        for line, entry, other in self._ask(sql.COPIED):
            self._add(BOOKS, "copied", TOLD, line, entry=entry, other=other)
        last = self._exercise and self._exercise[1]
        for line, entry in self._ask(sql.CLOSING, f"{last:%Y%m%d}" if last else ""):
            self._add(BOOKS, "closing", TOLD, line, entry=entry)

    def _check_numbers(self):
        """Continuous in the file or in each journal, whichever fits better."""
        rows = []
        for line, journal, number in self._ask(sql.NUMBERS):
            match = _NUMBER.fullmatch(number)
            if match:
                form = f"{match[1]}\0{match[3]}"
                rows.append((line, journal, number, form, int(match[2])))
            elif number:
                where = {"line": line, "entry": number, "column": "EcritureNum"}
                self._add(BOOKS, "number_text", TOLD, **where)
            if len(rows) >= BATCH:
                self._database.executemany(sql.INSERT_NUMBER, rows)
                rows.clear()
        self._database.executemany(sql.INSERT_NUMBER, rows)
        for line, journal, number, before, missing in self._ask(sql.HOLES):
            where = {"line": line, "entry": f"{journal} {number}".strip()}
            values = {"before": before, "missing": missing}
            self._add(BOOKS, "hole", TOLD, column="EcritureNum", **where, **values)

    def _check_sums(self):
        debit, credit = self._ask(sql.TOTALS).fetchone()[2:]
        if debit != credit:
            values = {"debit": str(_euros(debit)), "credit": str(_euros(credit))}
            self._add(BOOKS, "unbalanced_file", TOLD, **values)
        for line, entry, gap in self._ask(sql.UNBALANCED):
            values = {"gap": str(_euros(gap))}
            self._add(BOOKS, "unbalanced", TOLD, line, entry=entry, **values)
        for line, account, letter, gap in self._ask(sql.LETTERS):
            values = {"account": account, "letter": letter, "gap": str(_euros(gap))}
            self._add(BOOKS, "letter", TOLD, line, "EcritureLet", **values)


def _euros(amount):
    return Decimal(amount or 0) / 100
