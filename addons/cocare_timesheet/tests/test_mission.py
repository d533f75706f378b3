from odoo.exceptions import AccessError, ValidationError
from odoo.tests import tagged

from .common import CocareTimeCommon


@tagged("post_install", "-at_install")
class TestMission(CocareTimeCommon):
    def test_service_is_metered_by_time(self):
        with self.assertRaisesRegex(ValidationError, "“Coaching” is not metered"):
            self.questions.service_id = self.coaching

    def test_service_keeps_its_meter_while_missions_count_on_it(self):
        with self.assertRaisesRegex(ValidationError, "the mission “Closing” counts"):
            self.review.meter = "manual"

    def test_unit_is_of_time(self):
        with self.assertRaisesRegex(ValidationError, "hours or days, not “Units”"):
            self.review.uom_id = self.env.ref("uom.product_uom_unit")
        self.review.uom_id = self.env.ref("uom.product_uom_day")

    def test_service_of_another_network(self):
        outside = self.env["res.company"].create({"name": "Outside"})
        other = self.env["cocare.network"].create(
            {"name": "Other", "operator_id": outside.id}
        )
        with self.assertRaisesRegex(ValidationError, "service of another network"):
            self.closing.network_id = other

    def test_who_may_write(self):
        mission = self.questions.with_user(self.facilitator)
        mission.name = "Questions and reminders"
        reader = self.readers[self.firm_a]
        self.assertEqual(self.questions.with_user(reader).name, mission.name)
        with self.assertRaises(AccessError):
            self.questions.with_user(reader).name = "Mine"
        with self.assertRaises(AccessError):
            self.questions.with_user(self.members[self.firm_a]).read(["name"])

    def test_meter_is_not_read_when_a_month_is_closed(self):
        self.assertFalse(self.review._is_read_at_closing())
        self._spend(self.firm_a, 3, 2)
        self.review._meter_period(self.NOVEMBER, self.NOVEMBER.replace(day=30))
        self.assertFalse(
            self.env["cocare.reading"].search([("service_id", "=", self.review.id)])
        )
