from odoo.tests import tagged

from .common import CocareCommon


@tagged("post_install", "-at_install")
class TestCompletionStock(CocareCommon):
    """A firm is given the warehouses and locations of its model, where there is stock.

    This addon does without Odoo's stock: the tests run where it is installed.
    """

    def setUp(self):
        super().setUp()
        if "stock.warehouse" not in self.env:
            self.skipTest("Odoo's stock is not installed")
        self.completer = self.env["cocare.firm.completer"]
        self.shop = self.env["stock.warehouse"].create(
            {
                "name": "Shop",
                "code": "SHOP",
                "company_id": self.firm_a.id,
                "delivery_steps": "pick_ship",
            }
        )
        self.tasting = self.env["stock.location"].create(
            {"name": "Tasting", "usage": "inventory", "company_id": self.firm_a.id}
        )

    def _missing(self):
        found = self.completer._differences(self.firm_b, self.firm_a)
        kinds = ("warehouse", "location")
        return [d for d in found if d.state == "missing" and d.kind in kinds]

    def test_warehouse_and_location_are_offered_and_added(self):
        missing = self._missing()
        self.assertIn(("warehouse", "SHOP"), {(d.kind, d.key) for d in missing})
        self.assertIn("Tasting", {d.label.rpartition("/")[2] for d in missing})
        self.completer._add(self.firm_b, self.firm_a, missing)
        self.assertFalse(self._missing())
        own = self.env["stock.warehouse"].search(
            [("company_id", "=", self.firm_b.id), ("code", "=", "SHOP")]
        )
        self.assertEqual(own.delivery_steps, "pick_ship")
        for name in ("lot_stock_id", "in_type_id", "out_type_id", "pick_type_id"):
            self.assertEqual(own[name].company_id, self.firm_b, name)
        self.assertNotEqual(own.lot_stock_id, self.shop.lot_stock_id)
        tasting = self.env["stock.location"].search(
            [("company_id", "=", self.firm_b.id), ("name", "=", "Tasting")]
        )
        self.assertEqual(tasting.location_id, self.tasting.location_id)
