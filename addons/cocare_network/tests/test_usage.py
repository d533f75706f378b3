from datetime import date

from psycopg2 import IntegrityError

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import CocareCommon


@tagged("post_install", "-at_install")
class TestUsage(CocareCommon):
    def _usages(self, reading):
        return self.env["cocare.usage"].search(
            [("res_model", "=", reading._name), ("res_id", "=", reading.id)],
            order="revision",
        )

    def test_reading_leaves_one_usage_linked_to_it(self):
        reading = self._read(self.firm_a, date(2025, 7, 3), 2.5)
        usage = self._usages(reading)
        self.assertEqual(len(usage), 1)
        self.assertEqual(usage.company_id, self.firm_a)
        self.assertEqual(usage.quantity, 2.5)
        self.assertEqual(usage.date, date(2025, 7, 3))
        action = usage.action_open_source()
        self.assertEqual((action["res_model"], action["res_id"]), reading_ref(reading))

    def test_sync_again_appends_nothing(self):
        reading = self._read(self.firm_a, date(2025, 7, 3), 2.5)
        for _again in range(3):
            self.assertFalse(reading._cocare_sync_usages())
        self.assertEqual(len(self._usages(reading)), 1)

    def test_change_in_open_month_leaves_a_correction(self):
        reading = self._read(self.firm_a, date(2025, 7, 3), 2.5)
        reading.quantity = 1
        usages = self._usages(reading)
        self.assertEqual(usages.mapped("quantity"), [2.5, -1.5])
        self.assertEqual(usages.mapped("revision"), [0, 1])
        self.assertEqual(set(usages.mapped("date")), {date(2025, 7, 3)})

    def test_moving_the_day_moves_the_quantity(self):
        reading = self._read(self.firm_a, date(2025, 7, 3), 2)
        reading.date = date(2025, 8, 3)
        july = self.env["cocare.usage"]._quantities(
            self.coaching, self.firms, date(2025, 7, 1), date(2025, 7, 31)
        )
        august = self.env["cocare.usage"]._quantities(
            self.coaching, self.firms, date(2025, 8, 1), date(2025, 8, 31)
        )
        self.assertEqual(july[self.firm_a], 0)
        self.assertEqual(august, {self.firm_a: 2})

    def test_moving_to_another_firm(self):
        reading = self._read(self.firm_a, date(2025, 7, 3), 2)
        reading.company_id = self.firm_b
        quantities = self.env["cocare.usage"]._quantities(
            self.coaching, self.firms, date(2025, 7, 1), date(2025, 7, 31)
        )
        self.assertEqual(quantities, {self.firm_a: 0, self.firm_b: 2})

    def test_correction_of_closed_month_is_dated_in_the_open_one(self):
        reading = self._read(self.firm_a, date(2025, 7, 3), 10)
        self.network._lock_usages(date(2025, 7, 31))
        reading.quantity = 12
        self.assertEqual(
            self._usages(reading).mapped(lambda u: (u.date, u.quantity)),
            [(date(2025, 7, 3), 10), (date(2025, 8, 1), 2)],
        )
        self.assertFalse(reading._cocare_sync_usages())
        self.network._lock_usages(date(2025, 8, 31))
        self.assertFalse(reading._cocare_sync_usages())
        reading.quantity = 11
        self.assertEqual(self._usages(reading)[-1].date, date(2025, 9, 1))
        self.assertEqual(sum(self._usages(reading).mapped("quantity")), 11)

    def test_new_usage_in_closed_month_is_refused_naming_it(self):
        self.network._lock_usages(date(2025, 7, 31))
        with self.assertRaisesRegex(UserError, "Coaching.*Firm A.*03/07/2025"):
            self._read(self.firm_a, date(2025, 7, 3), 1)

    def test_usage_is_append_only_even_for_the_superuser(self):
        usage = self._usages(self._read(self.firm_a, date(2025, 7, 3), 1)).sudo()
        with self.assertRaises(UserError):
            usage.quantity = 5
        with self.assertRaises(UserError):
            usage.unlink()

    def test_nobody_may_create_a_usage_by_hand(self):
        for user in (self.facilitator, self.members[self.firm_a]):
            with self.assertRaises(AccessError):
                self.env["cocare.usage"].with_user(user).create({})

    @mute_logger("odoo.sql_db")
    def test_one_usage_a_source_service_and_revision(self):
        usage = self._usages(self._read(self.firm_a, date(2025, 7, 3), 1))
        with self.assertRaises(IntegrityError), self.env.cr.savepoint():
            usage.sudo().copy()

    def test_recorded_reading_is_not_deleted(self):
        reading = self._read(self.firm_a, date(2025, 7, 3), 1)
        with self.assertRaises(UserError):
            reading.unlink()

    def test_automatic_meter_is_idempotent(self):
        for quantity in (4, 4, 6):
            reading = self.env["cocare.reading"]._set_measure(
                self.coaching, self.firm_a, date(2025, 7, 31), quantity
            )
        self.assertEqual(
            self._usages(reading).mapped("quantity"),
            [4, 2],
        )


def reading_ref(reading):
    return reading._name, reading.id
