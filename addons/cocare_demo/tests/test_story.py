import csv
import doctest
import hashlib
from collections import Counter
from datetime import date

from odoo.tests import BaseCase, tagged
from odoo.tools import file_open

from odoo.addons.cocare_mutual_accounting import fec

from .. import books, story

#: of the ledger files; they change with the story, never by themselves
DIGESTS = {
    "operator": "31d459e23e871f726f01afb6aef2300ea2624f8abec76806d19b7a1a8eb9935a",
    "jardins": "93262ab7cb59161100dbeafd5620ce82e6d082c4bb7d4dcbe10e8fdc647f19c7",
    "atelier": "515488dbd0c10d32b3fa620f7d261cafc5ba20e6220bc4dba3558d5a86408df9",
    "epicerie": "22d300f0b52d52a9b5525a9970949723b6541fd2ec9dffe71728d26881b334db",
    "association": "bfc694d2e67126427192dc6801079611006e8ad9760e3c6c4af0d4ed271fd506",
}


def luhn(number):
    digits = [int(digit) for digit in reversed(number)]
    doubled = [2 * digit - 9 * (digit > 4) for digit in digits[1::2]]
    return not (sum(digits[::2]) + sum(doubled)) % 10


@tagged("post_install", "-at_install")
class TestStory(BaseCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.files = {key: books.ledger(firm) for key, firm in story.BOOKS.items()}
        cls.ledgers = {
            key: fec.read(content, story.BOOKS[key].filename)
            for key, content in cls.files.items()
        }

    def test_doctests(self):
        self.assertFalse(doctest.testmod(books).failed)

    def test_same_bytes_every_time(self):
        again = {key: books.ledger(firm) for key, firm in story.BOOKS.items()}
        self.assertEqual(again, self.files)
        digests = {
            key: hashlib.sha256(content).hexdigest()
            for key, content in self.files.items()
        }
        self.assertEqual(digests, DIGESTS)

    def test_ledgers_have_no_problem(self):
        for key, ledger in self.ledgers.items():
            with self.subTest(key):
                self.assertEqual(ledger.problems, [])
                self.assertEqual(ledger.debit, ledger.credit)
                months = {entry.date.month for entry in ledger.entries}
                self.assertEqual(months, {1, 8, 9, 10})
                self.assertEqual(ledger.entries[0].journal, "AN")

    def test_letters_balance(self):
        for key, ledger in self.ledgers.items():
            balances = Counter()
            for line in ledger.lines:
                if line.letter:
                    balances[line.account, line.letter] += line.balance
            self.assertTrue(balances, key)
            self.assertEqual(set(balances.values()), {0}, key)

    def test_money_is_never_short(self):
        for key, ledger in self.ledgers.items():
            moved = Counter()
            for entry in ledger.entries:
                for line in entry.lines:
                    if line.account in ("512100", "530000"):
                        moved[line.account, entry.date] += line.balance
            for account in ("512100", "530000"):
                held = 0
                for _account, day in sorted(k for k in moved if k[0] == account):
                    held += moved[account, day]
                    self.assertGreaterEqual(held, 0, f"{key} {account} {day}")

    def test_trade_between_firms_is_in_both_books(self):
        def invoices(key, party, account):
            return sorted(
                (entry.date, abs(line.balance))
                for entry in self.ledgers[key].entries
                for line in entry.lines
                if line.account == account
                and line.partner_label == story.COMPANIES[party]["name"]
            )

        sold = invoices("jardins", "epicerie", "411100")
        self.assertTrue(sold)
        self.assertEqual(sold, invoices("epicerie", "jardins", "401100"))

    def test_operator_shares_all_its_costs_once(self):
        costs = {
            line.account
            for line in self.ledgers["operator"].lines
            if line.account.startswith("6")
        }
        # The rounding of the VAT return to the euro is nobody's cost.
        costs -= {"658000"}
        pools = [spec["pool"] for spec in story.SERVICES.values()]
        shared = Counter(
            code for codes in (*pools, *story.SUPPORT.values()) for code in codes
        )
        self.assertEqual(set(shared), costs)
        self.assertEqual(set(shared.values()), {1})

    def test_fixed_keys_are_whole(self):
        for valid_from, percentages, _decision in story.PERCENTAGES:
            self.assertEqual(sum(percentages.values()), 100)
            joined = {
                key
                for key in story.FIRMS
                if story.COMPANIES[key]["cocare_joined_on"] <= valid_from
            }
            self.assertEqual(set(percentages), joined)

    def test_readings_are_of_members(self):
        for readings in (story.COACHING, story.PALLETS):
            for key, months in readings.items():
                joined = story.COMPANIES[key]["cocare_joined_on"]
                self.assertTrue(all(month >= joined for month in months), key)

    def test_identifiers(self):
        for key, firm in story.BOOKS.items():
            siret = story.COMPANIES[key]["company_registry"]
            self.assertTrue(luhn(siret) and luhn(siret[:9]), key)
            self.assertEqual(firm.siren, siret[:9])
            self.assertEqual(firm.name, story.COMPANIES[key]["name"])
            check = (12 + 3 * (int(firm.siren) % 97)) % 97
            vat = story.COMPANIES[key].get("vat")
            self.assertIn(vat, (None, f"FR{check:02d}{firm.siren}"))
            if firm.taxable:
                self.assertTrue(vat, key)

    def test_logins(self):
        with file_open("cocare_demo/data/logins.csv") as stream:
            people = list(csv.DictReader(stream))
        logins = [person["login"] for person in people]
        self.assertEqual(len(set(logins)), len(logins))
        for person in people:
            for column in ("role", "password", "sees", "name"):
                self.assertTrue(person[column], person)
            known = {"all", *story.COMPANIES}
            self.assertLessEqual(set(person["companies"].split()), known)
        members = [p["companies"] for p in people if p["group"].endswith("member")]
        self.assertEqual(sorted(members), sorted(story.FIRMS))

    def test_calendar(self):
        self.assertEqual(books.LAST_DAY, date(2026, 10, 31))
        self.assertNotIn(story.OCTOBER, story.CLOSED)
