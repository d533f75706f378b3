from datetime import date

from psycopg2 import IntegrityError

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from .common import CocareCommon


@tagged("post_install", "-at_install")
class TestReadingSheet(CocareCommon):
    def _sheet(self, user=None, month=date(2025, 8, 1)):
        user = user or self.facilitator
        return (
            self.env["cocare.reading.sheet"]
            .with_user(user)
            .with_context(allowed_company_ids=user.company_ids.ids)
            .create({"service_id": self.coaching.id, "date_from": month})
        )

    def test_firms_are_proposed_with_what_they_used_before(self):
        self._read(self.firm_a, date(2025, 7, 3), 2)
        self._read(self.firm_a, date(2025, 8, 3), 5)
        self.agreements[2].date_end = date(2025, 7, 31)
        sheet = self._sheet(month=date(2025, 8, 17))
        self.assertEqual(sheet.date_from, date(2025, 8, 1))
        self.assertEqual(sheet.line_ids.company_id, self.firm_a | self.firm_b)
        line = sheet.line_ids.filtered(lambda r: r.company_id == self.firm_a)
        self.assertEqual((line.previous_quantity, line.month_quantity), (2, 5))
        self.assertEqual(line.date, date(2025, 8, 31))
        self.assertFalse(line.cocare_usage_count)

    def test_typing_leaves_usages_and_corrections(self):
        sheet = self._sheet()
        with Form(sheet) as form:
            for rank, quantity in enumerate((2, 0, 4.5)):
                with form.line_ids.edit(rank) as line:
                    line.quantity = quantity
        self.assertEqual(sheet.quantity, 6.5)
        august = date(2025, 8, 1), date(2025, 8, 31)
        quantities = self.env["cocare.usage"]._quantities
        self.assertEqual(
            sorted(quantities(self.coaching, self.firms, *august).values()), [2, 4.5]
        )
        sheet.line_ids.filtered(lambda line: line.quantity == 2).quantity = 3
        self.assertEqual(
            sorted(quantities(self.coaching, self.firms, *august).values()), [3, 4.5]
        )

    def test_closed_month_is_refused(self):
        self.network._lock_usages(date(2025, 8, 31))
        with self.assertRaisesRegex(UserError, "Coaching, August 2025.*closed until"):
            self._sheet()

    def test_month_closed_since_takes_corrections_only(self):
        sheet = self._sheet()
        typed, empty = sheet.line_ids[:2]
        typed.quantity = 5
        self.network._lock_usages(date(2025, 8, 31))
        sheet.invalidate_recordset(["closed"])
        self.assertTrue(sheet.closed)
        typed.quantity = 7
        usages = self.env["cocare.usage"].search([("res_id", "=", typed.id)])
        self.assertEqual(
            usages.sorted("revision").mapped(lambda u: (u.date, u.quantity)),
            [(date(2025, 8, 31), 5), (date(2025, 9, 1), 2)],
        )
        with self.assertRaisesRegex(UserError, "usages are closed until"):
            empty.quantity = 1

    @mute_logger("odoo.sql_db")
    def test_one_sheet_a_month_one_line_a_firm(self):
        sheet = self._sheet()
        with self.assertRaises(IntegrityError), self.env.cr.savepoint():
            self._sheet()
        sheet.action_propose_firms()
        self.assertEqual(len(sheet.line_ids), 3)
        with self.assertRaises(IntegrityError), self.env.cr.savepoint():
            sheet.line_ids[0].copy({"sheet_id": sheet.id})

    def test_firms_that_came_since_are_added(self):
        self.agreements[2].date_start = date(2025, 9, 1)
        sheet = self._sheet()
        self.assertEqual(len(sheet.line_ids), 2)
        self.agreements[2].date_start = date(2025, 8, 15)
        sheet.action_propose_firms()
        self.assertEqual(sheet.line_ids.company_id, self.firms)

    def test_each_types_for_the_firms_they_work_for(self):
        sheet = self._sheet(self.readers[self.firm_a])
        self.assertEqual(sheet.line_ids.company_id, self.firm_a)
        seen = sheet.with_user(self.readers[self.firm_b]).with_context(
            allowed_company_ids=self.firm_b.ids
        )
        seen.invalidate_recordset()
        self.assertFalse(seen.line_ids)
        seen.action_propose_firms()
        seen.invalidate_recordset()
        self.assertEqual(seen.line_ids.company_id, self.firm_b)
        with self.assertRaises(AccessError):
            sheet.sudo().line_ids.with_user(self.readers[self.firm_b]).read()
        with self.assertRaises(AccessError):
            sheet.with_user(self.members[self.firm_a]).read()

    def test_line_keeps_its_service_and_month(self):
        line = self._sheet().line_ids[0]
        with self.assertRaisesRegex(ValidationError, "keeps its service"):
            line.date = date(2025, 9, 1)
        with self.assertRaises(UserError):
            line.sheet_id.date_from = date(2025, 9, 1)

    def test_sheet_is_deleted_while_nothing_was_typed(self):
        sheet = self._sheet()
        sheet.line_ids[0].quantity = 1
        with self.assertRaisesRegex(UserError, "was recorded"):
            sheet.unlink()
        self._sheet(month=date(2025, 9, 1)).unlink()
        self.assertFalse(
            self.env["cocare.reading"].search([("date", ">", date(2025, 8, 31))])
        )
