from datetime import timedelta

from freezegun import freeze_time

from odoo import fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged

from .common import CocareTimeCommon


@tagged("post_install", "-at_install")
class TestTimeEntry(CocareTimeCommon):
    def _used(self, firm, service=None):
        usages = self.env["cocare.usage"].search(
            [
                ("company_id", "=", firm.id),
                ("service_id", "=", (service or self.review).id),
            ]
        )
        return sum(usages.mapped("quantity"))

    def test_leaves_a_usage_that_does_not_say_who(self):
        entry = self._spend(self.firm_a, 3, 1.5, name="Accounts of customers")
        usage = self.env["cocare.usage"].search([("res_id", "=", entry.id)])
        self.assertEqual(usage.company_id, self.firm_a)
        self.assertEqual(usage.service_id, self.review)
        self.assertEqual(usage.date, self.NOVEMBER.replace(day=3))
        self.assertEqual(usage.quantity, 1.5)
        self.assertEqual(usage.name, "Closing – Accounts of customers")
        self.assertEqual(usage.res_model, "cocare.time.entry")
        self.assertEqual(usage.with_user(self.members[self.firm_a]).quantity, 1.5)
        self.assertEqual(entry.action_open_usages()["domain"][1][2], entry.id)

    def test_minutes_add_up(self):
        for day in (3, 4, 5):
            self._spend(self.firm_a, day, 1 / 3)
        self.assertAlmostEqual(self._used(self.firm_a), 1, 2)

    def test_unit_of_the_service(self):
        self.review.uom_id = self.env.ref("uom.product_uom_day")
        self._spend(self.firm_a, 3, 4)
        self.assertEqual(self._used(self.firm_a), 0.5)

    def test_mission_without_service_leaves_none(self):
        entry = self._spend(self.firm_a, 3, 1, self.questions)
        self.assertFalse(entry.cocare_usage_count)
        entry.unlink()

    def test_correction(self):
        entry = self._spend(self.firm_a, 3, 1.5)
        entry.hours = 2
        entry.hours = 2
        self.assertEqual(self._used(self.firm_a), 2)
        self.assertEqual(entry.cocare_usage_count, 2)

    def test_moved_to_another_firm_or_mission(self):
        entry = self._spend(self.firm_a, 3, 1.5)
        entry.company_id = self.firm_b
        self.assertEqual(self._used(self.firm_a), 0)
        self.assertEqual(self._used(self.firm_b), 1.5)
        entry.mission_id = self.questions
        self.assertEqual(self._used(self.firm_b), 0)
        self.assertFalse(entry.service_id)

    def test_what_was_recorded_keeps_its_service(self):
        entry = self._spend(self.firm_a, 3, 1.5)
        self.closing.service_id = False
        entry.name = "A word more"
        self.assertEqual(entry.service_id, self.review)
        self.assertEqual(self._used(self.firm_a), 1.5)
        self.assertFalse(self._spend(self.firm_a, 4, 1).service_id)

    def test_what_comes_once_the_month_is_closed_is_dated_after_it(self):
        entry = self._spend(self.firm_a, 3, 1.5)
        self.network.usage_lock_date = self.NOVEMBER.replace(day=30)
        entry.hours = 1
        late = self._spend(self.firm_b, 20, 2)
        late.name = "A word more"
        self.assertEqual(late.date, self.NOVEMBER.replace(day=20))
        usages = self.env["cocare.usage"].search(
            [("res_model", "=", entry._name), ("date", "=", "2025-12-01")]
        )
        self.assertEqual(
            {(u.res_id, u.quantity) for u in usages}, {(entry.id, -0.5), (late.id, 2)}
        )

    def test_not_deleted_once_it_left_a_usage(self):
        entry = self._spend(self.firm_a, 3, 1.5)
        with self.assertRaisesRegex(UserError, "Set its time to 0"):
            entry.unlink()
        entry.hours = 0
        self.assertEqual(self._used(self.firm_a), 0)

    def test_a_day_has_24_hours(self):
        self._spend(self.firm_a, 3, 14)
        with (
            self.assertRaisesRegex(ValidationError, "there are 24 in a day"),
            self.cr.savepoint(),
        ):
            self._spend(self.firm_b, 3, 10.5)
        self._spend(self.firm_b, 3, 10)
        self._spend(self.firm_b, 3, 12, user=self.facilitator)

    def test_hours_of_firms_that_are_not_ticked_count_in_the_day(self):
        self._spend(self.firm_a, 3, 20)
        entry = self._spend(self.firm_b, 4, 5)
        with self.assertRaisesRegex(ValidationError, "25.0 hours of spender"):
            entry.with_context(
                allowed_company_ids=self.firm_b.ids
            ).date = self.NOVEMBER.replace(day=3)

    @freeze_time("2025-11-12")
    def test_not_before_it_is_spent(self):
        today = fields.Date.context_today(self.env.user)
        self._spend(self.firm_a, today.day, 1)
        with self.assertRaisesRegex(ValidationError, "still to come"):
            self._spend(self.firm_a, (today + timedelta(days=1)).day, 1)

    def test_mission_of_the_network(self):
        outside = self.env["res.company"].create({"name": "Outside"})
        self.env["cocare.network"].create({"name": "Other", "operator_id": outside.id})
        with self.assertRaisesRegex(ValidationError, "no mission of the network"):
            self.env["cocare.time.entry"].create(
                {
                    "company_id": outside.id,
                    "mission_id": self.closing.id,
                    "date": self.NOVEMBER,
                    "hours": 1,
                }
            )

    def test_covered_by_an_agreement(self):
        agreement = self.agreements.filtered(
            lambda a: a.service_id == self.review and a.company_id == self.firm_a
        )
        agreement.date_end = self.NOVEMBER.replace(day=3)
        entries = (
            self._spend(self.firm_a, 3, 1)
            | self._spend(self.firm_a, 4, 1)
            | self._spend(self.firm_a, 4, 1, self.questions)
            | self._spend(self.operator, 4, 1)
            | self._spend(self.firm_b, 4, 1)
        )
        self.assertEqual(entries.mapped("is_covered"), [True, False, True, False, True])

    def test_one_goes_on_with_the_same_mission(self):
        self._spend(self.firm_a, 3, 1, self.questions)
        self._spend(self.firm_a, 4, 1, self.closing, user=self.facilitator)
        Entry = self.env["cocare.time.entry"].with_user(self.spender)
        self.assertEqual(Entry.new({}).mission_id, self.questions)

    def test_one_writes_ones_own(self):
        entry = self._spend(self.firm_a, 3, 1)
        colleague = self.readers[self.firm_a]
        self.assertEqual(entry.with_user(colleague).hours, 1)
        with self.assertRaises(AccessError):
            entry.with_user(colleague).hours = 2
        with self.assertRaises(AccessError):
            self._spend(self.firm_a, 4, 1, user=colleague, user_id=self.spender.id)
        with self.assertRaises(AccessError):
            entry.user_id = colleague
        with self.assertRaises(AccessError):
            self._spend(self.firm_b, 4, 1, user=colleague)
        with self.assertRaises(AccessError):
            entry.with_user(self.readers[self.firm_b]).read(["hours"])
        with self.assertRaises(AccessError):
            entry.with_user(self.members[self.firm_a]).read(["hours"])

    def test_an_administrator_corrects_for_who_is_gone(self):
        entry = self._spend(self.firm_a, 3, 1)
        admin = self._new_user(
            "sysadmin",
            "base.group_system,cocare_network.group_network_reader",
            self.operator | self.firms,
        )
        entry.with_user(admin).hours = 2
        self.assertEqual(self._used(self.firm_a), 2)
        self.assertEqual(entry.user_id, self.spender)
