from datetime import date

from psycopg2 import IntegrityError

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from . import bank_files
from .bank_common import BankCommon

NOVEMBER = [
    (date(2026, 11, 3), 4200, "Paniers", ""),
    (date(2026, 11, 30), -99, "Frais", ""),
]
EXPECTED = sorted((day, cents) for day, cents, *_texts in bank_files.MOVEMENTS)


@tagged("post_install", "-at_install")
class TestBankImport(BankCommon):
    def test_every_format_books_the_same(self):
        for name, content in bank_files.whole_files():
            with self.subTest(name):
                record = self._import(content, name)
                self.assertEqual(record.company_id, self.firm_a)
                self.assertEqual(self._booked(), EXPECTED)
                booked = record.statement_ids.statement_id
                self.assertEqual(booked.journal_id, self.journal)
                self.assertEqual(booked.balance_start, 1000.0)
                self.assertEqual(booked.balance_end_real, 2159.5)
                self.assertTrue(booked.is_complete and booked.is_valid)
                record.action_undo()
                self.assertFalse(self._booked())

    def test_movements_can_be_matched(self):
        action = self._import(bank_files.camt()).action_reconcile()
        form = "account_reconcile_oca.bank_statement_line_form_reconcile_view"
        self.assertEqual(action["context"]["view_ref"], form)
        lines = self.env["account.bank.statement.line"].search(
            [("journal_id", "=", self.journal.id)], order="date, id"
        )
        self.assertEqual(set(lines.mapped("is_reconciled")), {False})
        self.assertEqual(lines[0].payment_ref, "Loyer octobre")
        self.assertEqual(lines[0].partner_name, "SCI du Ried")
        self.assertEqual(
            lines.move_id.line_ids.account_id,
            self.journal.default_account_id | self.journal.suspense_account_id,
        )
        self.assertEqual(set(lines.mapped("state")), {"posted"})

    def test_check_writes_nothing(self):
        record = self._hand_in(bank_files.camt())
        self.assertEqual(record.state, "checked")
        self.assertFalse(self._booked())
        [told] = record.statement_ids
        self.assertEqual(
            (told.opening, told.credits, told.debits, told.closing, told.line_count),
            (1000.0, 2500.0, -1340.5, 2159.5, 5),
        )
        self.assertIn("Loyer octobre", record.summary_html)

    # the account

    def test_the_iban_finds_the_firm(self):
        record = self._hand_in(bank_files.camt(iban=bank_files.OTHER_IBAN))
        self.assertEqual(record.company_id, self.firm_b)
        self.assertEqual(record.statement_ids.journal_id, self.other_journal)

    def test_account_of_nobody(self):
        record = self._hand_in(bank_files.camt(iban="FR7611315000011234567890138"))
        self.assertEqual(self._codes(record), ["no_journal"])
        self.assertIn("FR7611315000011234567890138", record.problem_ids.message)
        self.assertFalse(record.company_id)

    def test_firm_that_is_not_ticked(self):
        record = self._hand_in(bank_files.camt(), firms=self.firm_b)
        self.assertEqual(self._codes(record), ["firm_not_ticked"])
        self.assertIn(self.firm_a.name, record.problem_ids.message)

    def test_account_of_a_firm_one_does_not_keep(self):
        user = self._new_user(
            "bank_stranger", "cocare_mutual_accounting.group_accountant", self.firm_b
        )
        env = self._as_accountant(self.firm_b, user)
        record = env["cocare.bank.import"].create(
            {"filename": "a.xml", "file": self._hand_in(bank_files.camt()).file}
        )
        record.action_check()
        self.assertEqual(self._codes(record), ["no_journal"])
        self.assertNotIn(self.firm_a.name, record.problem_ids.message)

    def test_two_firms_in_one_file(self):
        first = bank_files.camt().decode()
        second = bank_files.camt(iban=bank_files.OTHER_IBAN).decode()
        statement = second[second.index("<Stmt>") : second.index("</BkToCstmrStmt>")]
        both = first.replace("</BkToCstmrStmt>", statement + "</BkToCstmrStmt>")
        record = self._hand_in(both.encode())
        self.assertEqual(self._codes(record), ["two_firms"])

    def test_chosen_account_must_be_the_one_of_the_file(self):
        record = self._hand_in(bank_files.camt(), journal_id=self.other_journal.id)
        self.assertEqual(self._codes(record), ["other_iban"])

    def test_other_currency(self):
        record = self._hand_in(bank_files.camt(currency="USD"))
        self.assertEqual(self._codes(record), ["currency"])

    # once, and one after the other

    def test_same_file_twice(self):
        content = bank_files.camt()
        first = self._import(content, "october.xml")
        second = self._hand_in(content, "again.xml")
        self.assertEqual(self._codes(second), ["same_file"])
        self.assertIn("october.xml", second.problem_ids[0].message)
        with self.assertRaisesRegex(UserError, "october.xml"):
            second.action_import()
        with mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError):
            with self.env.cr.savepoint():
                second.sudo().write({"state": "done"})
                second.flush_recordset()
        self.assertEqual(self._booked(), EXPECTED)
        with self.assertRaises(UserError):
            first.unlink()

    def test_same_file_waiting(self):
        self._hand_in(bank_files.camt(), "october.xml")
        second = self._hand_in(bank_files.camt(), "again.xml")
        self.assertIn("same_file_waits", self._codes(second))

    def test_same_month_in_another_format(self):
        self._import(bank_files.camt())
        for content in (bank_files.cfonb(), bank_files.csv(), bank_files.ofx()):
            record = self._hand_in(content)
            self.assertIn("overlap", self._codes(record))
            self.assertIn("S202610", record.problem_ids[0].message)

    def test_overlapping_days(self):
        self._import(bank_files.camt())
        late = [(date(2026, 10, 20), 100, "A", ""), *NOVEMBER]
        record = self._hand_in(bank_files.camt(late, bank_files.CLOSING))
        self.assertEqual(self._codes(record), ["overlap"])
        with self.assertRaises(UserError):
            record.action_import()
        self.assertEqual(self._booked(), EXPECTED)

    def test_known_movement_is_refused_by_the_database(self):
        self._import(bank_files.camt())
        line = self.env["account.bank.statement.line"].search(
            [("journal_id", "=", self.journal.id)], limit=1
        )
        with mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError):
            with self.env.cr.savepoint():
                line.create(
                    {
                        "journal_id": self.journal.id,
                        "date": line.date,
                        "amount": line.amount,
                        "payment_ref": "again",
                        "cocare_bank_key": line.cocare_bank_key,
                    }
                )

    def test_next_month_follows(self):
        self._import(bank_files.camt())
        record = self._import(
            bank_files.camt(NOVEMBER, bank_files.CLOSING, name="S202611")
        )
        self.assertEqual(record.statement_ids.previous_name, "S202610")
        self.assertFalse(record.needs_opening)

    def test_missing_month(self):
        self._import(bank_files.camt())
        record = self._hand_in(bank_files.camt(NOVEMBER, bank_files.CLOSING + 1250))
        self.assertEqual(self._codes(record), ["gap"])
        self.assertIn("12.50", record.problem_ids.message)
        self.assertIn("S202610", record.problem_ids.message)
        with self.assertRaises(UserError):
            record.action_import()

    def test_month_that_was_left_out(self):
        self._import(bank_files.camt(NOVEMBER, bank_files.CLOSING, name="S202611"))
        wrong = self._hand_in(bank_files.camt(opening=bank_files.OPENING + 1))
        self.assertIn("gap_after", self._codes(wrong))
        self._import(bank_files.camt())
        self.assertEqual(len(self._booked()), 7)

    def test_statement_of_odoo_counts_too(self):
        self.env["account.bank.statement"].create(
            {
                "name": "By hand",
                "balance_start": 0,
                "balance_end_real": 1000.0,
                "line_ids": [
                    (
                        0,
                        0,
                        {
                            "journal_id": self.journal.id,
                            "date": date(2026, 9, 30),
                            "amount": 1000.0,
                            "payment_ref": "Apport",
                        },
                    )
                ],
            }
        )
        record = self._import(bank_files.camt(), opening_accepted=False)
        self.assertEqual(record.statement_ids.previous_name, "By hand")

    def test_first_statement_is_accepted_by_somebody(self):
        record = self._hand_in(bank_files.camt(), opening_accepted=False)
        self.assertEqual(self._codes(record), ["first"])
        self.assertTrue(record.needs_opening)
        self.assertIn("1,000.00", record.problem_ids.message)
        with self.assertRaises(UserError):
            record.action_import()
        record.opening_accepted = True
        self.assertTrue(record.action_check())
        record.action_import()

    def test_first_statement_that_the_books_expect(self):
        self._entry(self.firm_a, date(2026, 9, 30), ("512", 1000.0), ("1013", -1000.0))
        journal_account = self.journal.default_account_id
        self.assertEqual(journal_account, self._account("512", self.firm_a))
        record = self._import(bank_files.camt(), opening_accepted=False)
        self.assertFalse(record.needs_opening)

    def test_locked_days(self):
        self.firm_a.sudo().fiscalyear_lock_date = date(2026, 10, 3)
        record = self._hand_in(bank_files.camt())
        self.assertEqual(self._codes(record)[:1], ["locked"])
        with self.assertRaises(UserError):
            record.action_import()
        self.assertFalse(self._booked())

    def test_file_changed_after_the_check(self):
        record = self._hand_in(bank_files.camt())
        record.file = self._hand_in(bank_files.camt(closing=1)).file
        self.assertEqual(record.state, "draft")
        with self.assertRaisesRegex(UserError, "difference"):
            record.action_import()

    # tables

    def test_table_whose_columns_somebody_names(self):
        content = bank_files.csv().replace("Libellé".encode(), b"Objet")
        record = self._hand_in(content, "october.csv")
        self.assertEqual(self._codes(record), ["column_missing"])
        self.assertEqual(
            record.column_ids.mapped("name"),
            ["Date", "Objet", "Tiers", "Montant", "Solde"],
        )
        record.column_ids[1].meaning = "label"
        self.assertTrue(record.action_check())
        record.action_import()
        self.assertEqual(self._booked(), EXPECTED)
        # the next table of this account is read so by itself
        following = bank_files.csv(NOVEMBER, bank_files.CLOSING)
        following = following.replace("Libellé".encode(), b"Objet")
        record = self._hand_in(following, "november.csv", journal_id=self.journal.id)
        self.assertEqual(record.state, "checked", self._told(record))

    def test_table_without_balances(self):
        content = bank_files.csv(balance=False)
        record = self._hand_in(content, "october.csv")
        self.assertIn("balances_wanted", self._codes(record))
        self.assertIn("journal_wanted", self._codes(record))
        record.write(
            {
                "journal_id": self.journal.id,
                "balances_given": True,
                "opening": 1000.0,
                "closing": 2159.4,
            }
        )
        self.assertFalse(record.action_check())
        self.assertEqual(self._codes(record), ["sum"])
        record.closing = 2159.5
        self.assertTrue(record.action_check())
        record.action_import()
        self.assertEqual(self._booked(), EXPECTED)

    # several files

    def test_files_of_several_firms_at_once(self):
        upload = self._upload(
            november=bank_files.camt(NOVEMBER, bank_files.CLOSING, name="S202611"),
            october=bank_files.camt(),
            other=bank_files.camt(iban=bank_files.OTHER_IBAN),
            broken=bank_files.camt()[:900],
        )
        domain = upload.action_read()["domain"]
        records = self._as_accountant()["cocare.bank.import"].search(domain)
        states = dict(records.mapped(lambda r: (r.filename, r.state)))
        self.assertEqual(
            states,
            {name: "draft" for name in ("november", "october", "other", "broken")},
        )
        records.opening_accepted = True
        records.sorted("date_from").action_check()
        records.action_import_ready()
        states = dict(records.mapped(lambda r: (r.filename, r.state)))
        self.assertEqual(
            states,
            {"november": "done", "october": "done", "other": "done", "broken": "draft"},
        )
        self.assertEqual(len(self._booked()), 7)
        self.assertEqual(self._booked(self.other_journal), EXPECTED)

    def test_undo_until_a_movement_is_matched(self):
        record = self._import(bank_files.camt())
        line = record.statement_ids.statement_id.line_ids[0]
        line.move_id.line_ids.filtered(
            lambda item: item.account_id == self.journal.suspense_account_id
        ).account_id = self._account("627", self.firm_a)
        self.assertTrue(line.is_reconciled)
        with self.assertRaisesRegex(UserError, "matched"):
            record.action_undo()
        self.assertEqual(self._booked(), EXPECTED)

    # who sees it

    def test_file_of_no_firm_is_its_authors(self):
        record = self._hand_in(b"<a>")
        other = self._new_user(
            "bank_colleague",
            "cocare_mutual_accounting.group_accountant",
            self.operator | self.firms,
        )
        env = self._as_accountant(user=other)
        with self.assertRaises(AccessError):
            env["cocare.bank.import"].browse(record.id).read(["filename"])
        with self.assertRaises(AccessError):
            env["cocare.bank.import.problem"].browse(record.problem_ids.ids).read()
        seen = self._hand_in(bank_files.camt())
        self.assertTrue(env["cocare.bank.import"].browse(seen.id).read(["filename"]))
