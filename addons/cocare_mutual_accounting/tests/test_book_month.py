from collections import defaultdict
from decimal import Decimal

from odoo import fields
from odoo.fields import Command
from odoo.tools import SQL

from .common import CocareBooksCommon


class TestBookMonth(CocareBooksCommon):
    """The months of the accounts equal the items, whatever changes those."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.firm = cls.firms[0]
        cls.Book = cls.env["cocare.book.month"]
        cls.general = cls.env["account.journal"].search(
            [("company_id", "=", cls.firm.id), ("type", "=", "general")], limit=1
        )

    def account(self, code):
        return (
            self.env["account.account"]
            .with_company(self.firm)
            .search([("code", "=like", f"{code}%")], limit=1)
        )

    def entry(self, day="2026-07-15", amount=12.34):
        return self.env["account.move"].create(
            {
                "journal_id": self.general.id,
                "date": day,
                "line_ids": [
                    Command.create({"account_id": account.id, "balance": balance})
                    for account, balance in (
                        (self.account("606"), amount),
                        (self.account("471"), -amount),
                    )
                ],
            }
        )

    def check(self, *moves):
        """What is told is what an independent sum of the items says."""
        self.assertEqual(self.Book._differences(), [])
        self.env.flush_all()
        self.env["account.move.line"].invalidate_model()
        expected = defaultdict(Decimal)
        for item in self.env["account.move.line"].search(
            [("company_id", "=", self.firm.id), ("parent_state", "=", "posted")]
        ):
            month = item.date.replace(day=1)
            expected[item.account_id.id, month] += Decimal(f"{item.balance:.2f}")
        found = defaultdict(Decimal)
        for row in self.Book.search([("company_id", "=", self.firm.id)]):
            found[row.account_id.id, row.month] += Decimal(f"{row.balance:.2f}")
        self.assertEqual(
            {key: value for key, value in found.items() if value},
            {key: value for key, value in expected.items() if value},
        )

    def told(self, code, month):
        rows = self.Book.search(
            [("account_id", "=", self.account(code).id), ("month", "=", month)]
        )
        return sum(rows.mapped("items")), round(sum(rows.mapped("balance")), 2)

    def test_posting_and_its_contrary(self):
        before = self.told("606", "2026-07-01")
        move = self.entry()
        self.check()
        self.assertEqual(self.told("606", "2026-07-01"), before, "a draft counts not")
        move.action_post()
        self.check()
        items, balance = before
        self.assertEqual(
            self.told("606", "2026-07-01"), (items + 1, round(balance + 12.34, 2))
        )
        move.button_draft()
        self.check()
        self.assertEqual(self.told("606", "2026-07-01"), before)
        move.button_cancel()
        self.check()

    def test_change_of_day_account_and_amount(self):
        move = self.entry()
        move.action_post()
        move.button_draft()
        move.write({"name": False, "date": "2026-08-02"})
        move.line_ids[0].account_id = self.account("613")
        move.action_post()
        self.check()
        self.assertEqual(self.told("613", "2026-08-01")[1], 12.34)

    def test_deletion(self):
        move = self.entry()
        move.action_post()
        move.button_draft()
        move.name = False
        move.unlink()
        self.check()

    def test_sql_behind_the_orm(self):
        """An import or a repair by SQL counts as well."""
        move = self.entry()
        move.action_post()
        self.env.flush_all()
        self.env.cr.execute(
            SQL(
                "UPDATE account_move_line SET date = %s WHERE move_id = %s",
                *("2026-06-30", move.id),
            )
        )
        self.env.invalidate_all()
        self.check()
        self.assertEqual(self.told("606", "2026-06-01")[1], 12.34)
        self.env.cr.execute(
            SQL("DELETE FROM account_move_line WHERE move_id = %s", move.id)
        )
        self.env.invalidate_all()
        self.check()

    def test_an_item_without_its_day_counts_once_it_has_it(self):
        move = self.entry()
        move.action_post()
        self.env.flush_all()
        set_day = "UPDATE account_move_line SET date = %s WHERE move_id = %s"
        for day in (None, "2026-06-30"):
            self.env.cr.execute(SQL(set_day, *(day, move.id)))
            self.assertEqual(self.Book._differences(), [])
        self.env.invalidate_all()
        self.assertEqual(self.told("606", "2026-06-01")[1], 12.34)

    def test_two_accounts_that_become_one(self):
        """Odoo moves whatever refers to an account when it merges two."""
        twins = self.env["account.account"].create(
            [
                {
                    "code": code,
                    "name": "Twin",
                    "account_type": "expense",
                    "company_ids": [Command.set(self.firm.ids)],
                }
                for code in ("606901", "606902")
            ]
        )
        move = self.entry()
        move.line_ids[0].account_id = twins[1]
        move.action_post()
        # The step of Odoo's wizard that moves what refers to an account.
        self.env.flush_all()
        self.env["base.partner.merge.automatic.wizard"]._update_foreign_keys_generic(
            "account.account", twins[1], twins[0]
        )
        self.env.invalidate_all()
        self.assertEqual(self.Book._differences(), [])

    def test_rows_add_up_to_one(self):
        for _once in range(3):
            self.entry().action_post()
        undone = self.entry("2025-03-10")
        undone.action_post()
        undone.button_draft()
        self.env.flush_all()
        told = self.told("606", "2026-07-01")
        self.Book._add_up()
        self.check()
        self.assertEqual(self.told("606", "2026-07-01"), told)
        rows = self.Book.search([("company_id", "=", self.firm.id)])
        keys = [(row.account_id.id, row.month) for row in rows]
        self.assertEqual(len(keys), len(set(keys)))
        self.assertNotIn(fields.Date.to_date("2025-03-01"), rows.mapped("month"))

    def test_what_differs_is_told_and_counted_again(self):
        self.entry().action_post()
        self.env.flush_all()
        self.env.cr.execute(SQL("ALTER TABLE account_move_line DISABLE TRIGGER USER"))
        self.env.cr.execute(
            SQL(
                "UPDATE account_move_line SET debit = debit + 1"
                " WHERE company_id = %s AND debit > 0 AND parent_state = 'posted'",
                self.firm.id,
            )
        )
        self.env.cr.execute(SQL("ALTER TABLE account_move_line ENABLE TRIGGER USER"))
        self.assertTrue(self.Book._differences())
        name = "odoo.addons.cocare_mutual_accounting.models.cocare_book_month"
        with self.assertLogs(name, "ERROR"):
            self.Book._cron_keep()
        self.assertEqual(self.Book._differences(), [])
