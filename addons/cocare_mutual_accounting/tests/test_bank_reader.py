import random
from datetime import date, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from odoo.tests import BaseCase, tagged

from .. import bank_cfonb, bank_chain, bank_file, bank_statement, bank_table
from . import bank_files

CENTS = st.integers(-(10**12), 10**12)


def reading_of(content):
    """The reading of a file, with the columns that are proposed for a table."""
    reading = bank_file.read(content)
    if reading.format in bank_file.TABLES and not reading.errors:
        _table, _meanings, reading = bank_file.read_table(content)
    return reading


@tagged("post_install", "-at_install")
class TestBankReader(BaseCase):
    def test_every_format_says_the_same(self):
        expected = [(day, cents) for day, cents, *_texts in bank_files.MOVEMENTS]
        for name, content in bank_files.whole_files():
            with self.subTest(name):
                reading = reading_of(content)
                self.assertEqual(reading.problems, [])
                [statement] = reading.statements
                self.assertEqual(
                    (statement.opening, statement.closing, statement.currency),
                    (bank_files.OPENING, bank_files.CLOSING, "EUR"),
                )
                self.assertEqual(
                    [(line.day, line.cents) for line in statement.lines], expected
                )
                self.assertIn("Élise", statement.lines[1].label)
                self.assertEqual(len(set(statement.keys)), len(expected))

    def test_a_file_is_read_whole_or_not(self):
        """What stays readable of a damaged file says what the whole one says."""
        for name, content in bank_files.hostile_files():
            with self.subTest(name):
                reading = reading_of(content)
                if not reading.errors:
                    for statement in reading.statements:
                        total = sum(line.cents for line in statement.lines)
                        self.assertEqual(
                            statement.opening + total, statement.closing, name
                        )

    @settings(max_examples=60, deadline=None)
    @given(st.lists(CENTS.filter(bool), min_size=1, max_size=20), CENTS)
    def test_round_trip_of_any_amounts(self, amounts, opening):
        days = sorted(
            date(2026, 1, 1) + timedelta(days=n * 7 % 300) for n in range(len(amounts))
        )
        movements = [
            (day, cents, f"N {n}", "")
            for n, (day, cents) in enumerate(zip(days, amounts, strict=True))
        ]
        for write in (bank_files.camt, bank_files.csv):
            [statement] = reading_of(write(movements, opening)).statements
            self.assertEqual(
                [line.cents for line in statement.lines], amounts, write.__name__
            )
            self.assertEqual(statement.closing, opening + sum(amounts))

    @settings(max_examples=200, deadline=None)
    @given(CENTS)
    def test_amounts_as_they_are_written(self, cents):
        sign = "-" if cents < 0 else ""
        whole, rest = divmod(abs(cents), 100)
        self.assertEqual(bank_statement.cents_of(f"{sign}{whole}.{rest:02}"), cents)
        spaced = f"{whole:,}".replace(",", "\u202f")
        self.assertEqual(bank_table.parse_amount(f"{sign}{spaced},{rest:02} €"), cents)
        self.assertEqual(bank_cfonb.overpunched(bank_files.punched(cents)), cents)

    @settings(max_examples=100, deadline=None)
    @given(st.binary(max_size=400))
    def test_never_raises_on_noise(self, content):
        self.assertTrue(reading_of(content).errors)

    @settings(max_examples=60, deadline=None)
    @given(
        st.sampled_from(list(bank_files.whole_files())),
        st.lists(st.tuples(st.floats(0, 1, exclude_max=True), st.integers(0, 255))),
    )
    def test_never_raises_on_changed_bytes(self, file, changes):
        content = bytearray(file[1])
        for place, byte in changes:
            content[int(place * len(content))] = byte
        for statement in (reading := reading_of(bytes(content))).statements:
            if not reading.errors:
                total = sum(line.cents for line in statement.lines)
                self.assertEqual(statement.opening + total, statement.closing)

    @settings(max_examples=100, deadline=None)
    @given(st.lists(st.integers(-500, 500), min_size=2, max_size=12), st.randoms())
    def test_months_fit_in_any_order_and_never_twice(self, moves, rng):
        links, balance = [], 0
        for month, cents in enumerate(moves):
            first = date(2026, 1, 1) + timedelta(days=30 * month)
            after = balance + cents
            last = first + timedelta(days=29)
            links.append(bank_chain.Link(str(month), first, last, balance, after))
            balance = after
        given_in, known = list(links), []
        random.Random(rng.random()).shuffle(given_in)
        for link in sorted(given_in, key=lambda link: link.first):
            previous, problems = bank_chain.place(link, known)
            self.assertFalse(problems)
            self.assertEqual(previous, known[-1] if known else None)
            known.append(link)
        for link in given_in:
            _previous, [problem] = bank_chain.place(link, known)
            self.assertIn(problem.code, ("overlap", "gap", "gap_after"))
