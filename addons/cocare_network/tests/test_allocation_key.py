from datetime import date
from decimal import Decimal

from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import tagged

from .common import CocareCommon


@tagged("post_install", "-at_install")
class TestAllocationKey(CocareCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.key = cls.env["cocare.allocation.key"].create(
            {"name": "Coaching", "network_id": cls.network.id}
        )

    def _version(self, valid_from, **values):
        return self.env["cocare.allocation.key.version"].create(
            {
                "key_id": self.key.id,
                "valid_from": valid_from,
                **values,
            }
        )

    def _percents(self, *percents):
        return [
            Command.create({"company_id": firm.id, "percent": percent})
            for firm, percent in zip(self.firms, percents, strict=True)
        ]

    def _values(self, version):
        july = date(2025, 7, 1), date(2025, 7, 31)
        return list(version.part_ids._values(self.firms, *july).values())

    def test_version_in_force_is_the_latest_adopted(self):
        first = self._version(date(2025, 1, 1))
        second = self._version(date(2025, 7, 1))
        draft = self._version(date(2025, 7, 15))
        self._adopt(first | second)
        self.assertEqual(self.key._version_at(date(2025, 6, 30)), first)
        self.assertEqual(self.key._version_at(date(2025, 7, 31)), second)
        self._adopt(draft)
        self.assertEqual(self.key._version_at(date(2025, 7, 31)), draft)
        with self.assertRaisesRegex(UserError, "Coaching.*31/12/2024"):
            self.key._version_at(date(2024, 12, 31))

    def test_adopted_version_never_changes(self):
        version = self._version(
            date(2025, 1, 1), method="percent", line_ids=self._percents(50, 30, 20)
        )
        self._adopt(version)
        with self.assertRaises(UserError):
            version.method = "equal"
        with self.assertRaises(UserError):
            version.line_ids[0].percent = 40
        with self.assertRaises(UserError):
            version.line_ids[0].unlink()
        with self.assertRaises(UserError):
            version.unlink()
        with self.assertRaises(UserError):
            self.key.unlink()

    def test_percentages_add_up_to_100(self):
        version = self._version(
            date(2025, 1, 1), method="percent", line_ids=self._percents(50, 30, 19.999)
        )
        with self.assertRaisesRegex(UserError, "99.999"):
            version.action_propose()

    def test_values_of_each_method(self):
        self._read(self.firm_a, date(2025, 7, 3), 2.5)
        self._read(self.firm_a, date(2025, 7, 4), 1)
        self._read(self.firm_c, date(2025, 8, 1), 9)
        equal = self._version(date(2025, 1, 1))
        percent = self._version(
            date(2025, 2, 1),
            method="percent",
            line_ids=self._percents(33.333, 33.333, 33.334),
        )
        usage = self._version(
            date(2025, 3, 1), method="usage", service_id=self.coaching.id
        )
        self.assertEqual(self._values(equal), [1, 1, 1])
        self.assertEqual(
            self._values(percent),
            [Decimal("33.333"), Decimal("33.333"), Decimal("33.334")],
        )
        self.assertEqual(self._values(usage), [Decimal("3.5"), 0, 0])
