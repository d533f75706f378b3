import base64

from psycopg2 import IntegrityError

from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import mute_logger
from odoo.tools.misc import format_date

from .fec_common import (
    NAME,
    NEXT_NAME,
    FecCase,
    fec_bytes,
    fec_row,
    next_ledger,
    padded_bytes,
    small_ledger,
)


@tagged("post_install", "-at_install")
class TestFecImport(FecCase):
    def test_trial_balance_equals_the_file(self):
        content = padded_bytes(small_ledger())
        take_over = self._import(content)
        self.assertTrue(take_over.action_check())
        self.assertEqual(take_over.state, "checked")
        self.assertEqual((take_over.entry_count, take_over.line_count), (4, 11))
        self.assertEqual((take_over.debit, take_over.credit), (800.0, 800.0))
        self.assertFalse(take_over.move_ids)
        take_over.action_import()
        self.assertEqual(take_over.state, "done")
        self.assertEqual(take_over.move_count, 4)
        self.assertEqual(set(take_over.move_ids.mapped("state")), {"posted"})
        self.assertEqual(take_over.move_ids.company_id, self.firm)
        lines = take_over.move_ids.line_ids
        self.assertEqual(sum(lines.mapped("debit")), 800.0)
        self.assertEqual(sum(lines.mapped("credit")), 800.0)
        self.assertFalse(lines.tax_ids | lines.tax_line_id)
        balances = self._book_balances(take_over)
        # the chart's 6 digits where they are the same number, the file's 8 elsewhere
        self.assertEqual(
            balances,
            {
                "101300": -500.0,
                "40100000": -60.0,
                "41100000": 0.0,
                "445660": 10.0,
                "44571200": -6.25,
                "512100": 620.0,
                "60260000": 50.0,
                "70100100": -13.75,
                "701000": -100.0,
            },
        )

    def test_accounts(self):
        take_over = self._import(fec_bytes(small_ledger()))
        take_over.action_import()
        accounts = {
            account.code: (account.account_type, account.reconcile, account.name)
            for account in take_over.move_ids.line_ids.account_id.with_company(
                self.firm
            )
        }
        self.assertEqual(
            accounts["41100000"], ("asset_receivable", True, "Compte 41100000")
        )
        self.assertEqual(accounts["40100000"][:2], ("liability_payable", True))
        self.assertEqual(accounts["512100"][:2], ("asset_cash", False))
        self.assertEqual(accounts["44571200"][:2], ("liability_current", False))
        self.assertEqual(accounts["70100100"], ("income", False, "Gaspachos"))

    def test_two_codes_of_the_file_never_share_an_account(self):
        rows = [
            fec_row("1", "701", "0,00", "10,00"),
            fec_row("1", "70100000", "0,00", "5,00"),
            fec_row("1", "51210000", "15,00"),
        ]
        take_over = self._import(fec_bytes(rows))
        take_over.action_import()
        self.assertEqual(
            self._book_balances(take_over),
            {"701": -10.0, "70100000": -5.0, "512100": 15.0},
        )

    def test_lettered_account_is_opened_to_lettering(self):
        rows = [
            fec_row("1", "46700000", "15,00", letter="A"),
            fec_row("1", "51210000", "0,00", "15,00"),
            fec_row("2", "46700000", "0,00", "15,00", letter="A"),
            fec_row("2", "51210000", "15,00"),
        ]
        take_over = self._import(fec_bytes(rows))
        take_over.action_import()
        lines = take_over.move_ids.line_ids
        account = lines.account_id.filtered(lambda item: not item.code.startswith("5"))
        self.assertTrue(account.reconcile)
        self.assertEqual(len(lines.full_reconcile_id), 1)

    def test_partners_belong_to_the_firm(self):
        stranger = self.env["res.partner"].create({"name": "Other", "ref": "C001"})
        take_over = self._import(fec_bytes(small_ledger()))
        take_over.action_import()
        partners = take_over.move_ids.line_ids.partner_id
        self.assertNotIn(stranger, partners)
        self.assertEqual(partners.company_id, self.firm)
        self.assertEqual(
            {(partner.ref, partner.name) for partner in partners},
            {("C001", "Café de l'Étang"), ("F001", "Verrerie du Ried")},
        )

    def test_journals(self):
        take_over = self._import(fec_bytes(small_ledger()))
        take_over.action_import()
        journals = {
            journal.cocare_fec_code: (journal.code, journal.type, journal.name)
            for journal in take_over.move_ids.journal_id
        }
        self.assertEqual(
            journals,
            {
                "AN": ("AN", "general", "A nouveaux"),
                "BQ": ("BQ", "bank", "Banque du Ried"),
                "HA": ("HA", "purchase", "Achats"),
                "VE": ("VE", "sale", "Ventes"),
            },
        )
        bank = self._moves(take_over, "BQ").journal_id
        account = bank.default_account_id.with_company(self.firm)
        self.assertEqual(account.code, "512100")

    def test_existing_journal_of_the_same_kind_is_used(self):
        sale = self.env["account.journal"].search(
            [("company_id", "=", self.firm.id), ("type", "=", "sale")], limit=1
        )
        rows = small_ledger()
        for row in rows[:4]:
            row["JournalCode"] = sale.code
        for row in rows[6:9]:  # purchases under the code of a general journal
            row["JournalCode"] = "CABA"
        take_over = self._import(fec_bytes(rows))
        take_over.action_import()
        self.assertIn(sale, take_over.move_ids.journal_id)
        self.assertEqual(self._moves(take_over, "CABA").journal_id.type, "general")

    def test_names_and_next_number(self):
        take_over = self._import(fec_bytes(small_ledger()))
        take_over.action_import()
        sale = self._moves(take_over, "VE")
        self.assertEqual(sale.name, "VE/2025/00000001")
        self.assertEqual((sale.ref, str(sale.date)), ("P00000001", "2025-01-31"))
        self.assertEqual(sale.invoice_date_due, sale.date)
        customer = sale.line_ids.filtered("partner_id")
        self.assertEqual(customer.date_maturity, sale.date)
        self.assertFalse((sale.line_ids - customer).filtered("date_maturity"))
        after = sale.copy({"date": "2025-02-01"})
        after.action_post()
        self.assertEqual(after.name, "VE/2025/00000002")

    def test_opening_is_posted_first(self):
        take_over = self._import(fec_bytes(small_ledger()))
        take_over.action_import()
        first = take_over.move_ids.sorted("id")[:1]
        self.assertEqual(first, self._moves(take_over, "AN"))

    def test_next_year_is_taken_over_too(self):
        self._import(fec_bytes(small_ledger())).action_import()
        take_over = self._import(fec_bytes(next_ledger()), NEXT_NAME)
        before = self._books()
        take_over.action_import()
        self.assertEqual(self._moves(take_over, "VE").name, "VE/2026/00000001")
        after = self._books()
        self.assertEqual(after.pop("account.move"), before.pop("account.move") + 3)
        self.assertEqual(after, before)

    def test_exercise_over_two_years(self):
        self.firm.write({"fiscalyear_last_day": 30, "fiscalyear_last_month": "6"})
        rows = small_ledger(day="20250131")[:6] + small_ledger(day="20240731")[6:9]
        take_over = self._import(fec_bytes(rows), "732829320FEC20250630.txt")
        take_over.action_import()
        self.assertFalse(take_over.warning_count)
        self.assertEqual(str(take_over.date_from), "2024-07-01")
        self.assertEqual(self._moves(take_over, "VE").name, "VE/2024-2025/00000001")
        self.assertEqual(self._moves(take_over, "HA").name, "HA/2024-2025/00000001")

    def test_number_that_reads_as_a_month(self):
        rows = small_ledger(number="03/0001")
        take_over = self._import(fec_bytes(rows))
        take_over.action_import()
        self.assertEqual(self._moves(take_over, "VE").name, "VE/2025/030001")

    def test_numbers_that_would_become_one(self):
        rows = small_ledger(number="1-1") + small_ledger(number="11")[:4]
        rows[-4]["EcritureLet"] = ""
        self._assert_refused(
            self._import(fec_bytes(rows)), "Line 13", "VE 11", "VE 1-1", "VE/2025/11"
        )

    def test_number_that_reads_as_another_year(self):
        rows = small_ledger(number="22B5")
        self._assert_refused(
            self._import(fec_bytes(rows)), "Line 2", "VE 22B5", "reads as a date"
        )

    def test_lettering(self):
        rows = small_ledger()
        purchase = {"journal": "HA", "journal_label": "Achats"}
        for debit, credit in (("0,00", "30,00"), ("29,00", "0,00")):
            number = f"2{debit[0]}"
            partner = {"partner": "F001", "letter": "ZZ"}
            rows.append(
                fec_row(number, "40100000", debit, credit, **purchase, **partner)
            )
            rows.append(fec_row(number, "60260000", credit, debit, **purchase))
        take_over = self._import(fec_bytes(rows))
        take_over.action_import()
        lines = take_over.move_ids.line_ids
        customer = lines.filtered(lambda line: line.partner_id.ref == "C001")
        self.assertEqual(len(customer), 2)
        self.assertEqual(len(customer.full_reconcile_id), 1)
        self.assertFalse(any(customer.mapped("amount_residual")))
        supplier = lines.filtered(lambda line: line.partner_id.ref == "F001")
        self.assertEqual(len(supplier), 3)
        self.assertFalse(supplier.matched_debit_ids | supplier.matched_credit_ids)
        self.assertEqual(take_over.warning_count, 1)
        problem = take_over.problem_ids
        self.assertEqual((problem.level, problem.code), ("warning", "letter_open"))
        self.assertEqual(problem.line, 13)
        self.assertIn("ZZ", problem.message)

    def test_problems_are_listed_in_the_language_of_the_reader(self):
        rows = small_ledger()
        rows[0]["EcritureDate"] = "20230231"
        take_over = self._import(fec_bytes(rows))
        self.assertFalse(take_over.action_check())
        self.assertEqual(take_over.state, "draft")
        problem = take_over.problem_ids
        self.assertEqual(problem.mapped("level"), ["error"])
        self.assertEqual((problem.line, problem.column), (2, "EcritureDate"))
        self.assertIn("“20230231” is not a date", problem.message)

    def test_every_problem_of_the_file_has_its_sentence(self):
        rows = small_ledger()
        rows[0].update(Debit="0,00", Credit="-120,00", Idevise="CHF", PieceRef="")
        wrong = fec_bytes(small_ledger()).replace(b"Nectars", b"Nec\ttars")
        apart = small_ledger()
        apart[1]["EcritureDate"] = "20250201"
        late = small_ledger()[:6] + small_ledger("20240131")[6:9]
        for content, codes in (
            (b"", {"columns_missing"}),
            (
                fec_bytes([], header="Debit\tDebit"),
                {"columns_missing", "columns_twice"},
            ),
            (fec_bytes([]), {"no_entry"}),
            (fec_bytes(rows, encoding="utf-16"), {"utf16"}),
            (fec_bytes(rows), {"negative", "currency", "not_given"}),
            (fec_bytes(apart), {"entry_dates"}),
            (fec_bytes(late), {"outside_exercise"}),
            (wrong, {"fields_count"}),
        ):
            take_over = self._import(content)
            take_over.action_check()
            self.assertEqual(set(take_over.problem_ids.mapped("code")), codes)
            self.assertTrue(all(take_over.problem_ids.mapped("message")))

    def test_refusals_name_the_line_and_write_nothing(self):
        for line, column, text, words in (
            (2, "EcritureDate", "20230231", "20230231"),
            (6, "Debit", "120,01", "BQ 00000001"),
            (3, "Credit", "1.00", "1.00"),
            (9, "CompteNum", "6X", "6X"),
            (12, "Debit", "500,00", "debit and a credit"),
        ):
            rows = small_ledger()
            rows[line - 2][column] = text
            take_over = self._import(fec_bytes(rows))
            self._assert_refused(take_over, f"Line {line}", words)

    def test_many_problems_are_counted(self):
        rows = small_ledger() * 2
        for row in rows:
            row["EcritureDate"] = "20250230"
        self._assert_refused(self._import(fec_bytes(rows)), "12 more")

    def test_second_click(self):
        take_over = self._import(fec_bytes(small_ledger()))
        take_over.action_import()
        before = self._books()
        for action in (take_over.action_import, take_over.action_check):
            with self.assertRaisesRegex(UserError, "already been taken over"):
                action()
        self.assertEqual(self._books(), before)

    def test_same_file_again(self):
        content = fec_bytes(small_ledger())
        self._import(content).action_import()
        again = self._import(content, "other name.txt")
        self._assert_refused(again, "already been taken over")

    @mute_logger("odoo.sql_db")
    def test_same_file_is_refused_by_the_database(self):
        content = fec_bytes(small_ledger())
        self._import(content).action_import()
        again = self._import(content)
        with self.assertRaises(IntegrityError), self.env.cr.savepoint():
            again.state = "done"
            again.flush_recordset()

    def test_entries_already_in_the_books(self):
        self._import(fec_bytes(small_ledger())).action_import()
        content = padded_bytes(small_ledger())
        self._assert_refused(
            self._import(content), "VE/2025/00000001", "AN/2025/00000001", "Line 11"
        )

    def test_done_take_over_stays(self):
        take_over = self._import(fec_bytes(small_ledger()))
        take_over.action_import()
        with self.assertRaises(UserError):
            take_over.unlink()
        with self.assertRaises(UserError):
            take_over.file = base64.b64encode(b"other")

    def test_replaced_file_is_checked_again(self):
        take_over = self._import(fec_bytes(small_ledger()))
        take_over.action_check()
        first = take_over.sha256
        take_over.file = base64.b64encode(fec_bytes(small_ledger("20250228")))
        self.assertEqual(take_over.state, "draft")
        self.assertNotEqual(take_over.sha256, first)

    def test_lock_dates(self):
        for lock in (
            "fiscalyear_lock_date",
            "tax_lock_date",
            "sale_lock_date",
            "purchase_lock_date",
            "hard_lock_date",
        ):
            self.firm[lock] = "2025-01-31"
            take_over = self._import(fec_bytes(small_ledger()))
            day = format_date(take_over.env, self.firm[lock])
            self._assert_refused(take_over, "Line 2", "Entries of that time: 4", day)
            if lock != "hard_lock_date":
                self.firm[lock] = False
        content = fec_bytes(small_ledger("20260201"))
        self._import(content, "732829320FEC20261231.txt").action_import()

    def test_chart_needed(self):
        self.firm.chart_template = False
        take_over = self._import(fec_bytes(small_ledger()))
        self._assert_refused(take_over, "French chart of accounts is not loaded")

    def test_archived_account(self):
        account = self.env["account.account"].with_company(self.firm)
        account.search([("code", "=", "701000")]).active = False
        take_over = self._import(fec_bytes(small_ledger()))
        self._assert_refused(take_over, "701000", "archived")

    def test_name_of_the_file_is_only_a_hint(self):
        for name, codes in (
            (NAME, []),
            ("732829320FEC20241231.txt", ["file_name_date"]),
            ("552100554FEC20251231.txt", ["other_siren"]),
            ("books.txt", ["file_name"]),
        ):
            take_over = self._import(fec_bytes(small_ledger()), name)
            self.assertTrue(take_over.action_check())
            self.assertEqual(take_over.problem_ids.mapped("code"), codes)

    def test_totals_are_shown(self):
        take_over = self._import(fec_bytes(small_ledger()))
        take_over.action_check()
        self.assertIn("Banque du Ried", take_over.summary_html)
        self.assertIn("44571200", take_over.summary_html)

    def test_entries_are_reached_from_the_take_over(self):
        take_over = self._import(fec_bytes(small_ledger()))
        take_over.action_import()
        action = take_over.action_view_moves()
        moves = self.env[action["res_model"]].search(action["domain"])
        self.assertEqual(moves, take_over.move_ids)
