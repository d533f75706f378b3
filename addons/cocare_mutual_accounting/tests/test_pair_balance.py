from datetime import date

from odoo.exceptions import AccessError
from odoo.tests import freeze_time, tagged

from ..allocation import to_cents
from .clearing_common import CocareClearingCommon


@freeze_time("2025-12-15")
@tagged("post_install", "-at_install")
class TestPairBalance(CocareClearingCommon):
    """What the books of two firms say of each other."""

    def _rows(self, *firms, **context):
        """Rows that an accountant of all firms sees with some of them ticked."""
        ids = [firm.id for firm in firms]
        Balance = self.env["cocare.pair.balance"].with_user(self.accountant)
        return Balance.with_context(allowed_company_ids=ids)

    def test_mirrored_books_have_no_difference(self):
        self._trade(self.firm_a, self.firm_b, 100)
        self._trade(self.firm_b, self.firm_a, 30)
        self._trade(self.firm_a, self.firm_b, 10, refund=True)
        rows = self._rows(*self.firms).search([])
        self.assertEqual(len(rows), 4)
        self.assertEqual(
            {
                (r.company_id, r.kind): (to_cents(r.balance), to_cents(r.difference))
                for r in rows
            },
            {
                (self.firm_a, "receivable"): (9000, 0),
                (self.firm_b, "payable"): (-9000, 0),
                (self.firm_b, "receivable"): (3000, 0),
                (self.firm_a, "payable"): (-3000, 0),
            },
        )

    def test_a_difference_and_its_documents(self):
        self._trade(self.firm_a, self.firm_b, 100)
        invoice = self._document(
            "out_invoice", self.firm_a, self.firm_b, 40, date(2025, 7, 3)
        )
        rows = self._rows(*self.firms).search([("difference", "!=", 0)])
        self.assertEqual(
            [(r.kind, to_cents(r.difference)) for r in rows.sorted("kind")],
            [("payable", 4000), ("receivable", 4000)],
        )
        self.assertEqual(
            set(rows.mapped("documents")),
            {f"{invoice.name}: The bill is missing"},
        )

    def test_current_accounts_are_mirrored(self):
        for firm, other, amount in (
            (self.firm_a, self.firm_b, 500),
            (self.firm_b, self.firm_a, -480),
        ):
            move = self._entry(
                firm, date(2025, 7, 5), ("451", amount), ("512", -amount)
            )
            move.line_ids.partner_id = other.partner_id
        rows = self._rows(*self.firms).search([("kind", "=", "current")])
        self.assertEqual(
            [to_cents(difference) for difference in rows.mapped("difference")],
            [2000, 2000],
        )

    def test_one_firm_ticked_tells_nothing_of_the_other(self):
        self._trade(self.firm_a, self.firm_b, 100)
        self._document("out_invoice", self.firm_a, self.firm_b, 40, date(2025, 7, 3))
        self._document("in_invoice", self.firm_b, self.firm_c, 7, date(2025, 7, 3))
        Balance = self._rows(self.firm_a)
        rows = Balance.search([])
        self.assertEqual(rows.company_id, self.firm_a)
        self.assertEqual(rows.partner_company_id, self.firm_b)
        self.assertFalse(rows.is_known)
        self.assertEqual((rows.mirror_balance, rows.difference), (0, 0))
        self.assertFalse(rows.documents)
        self.assertFalse(Balance.search([("difference", "!=", 0)]))
        for amount in (40, 100, -100, 140):
            self.assertFalse(Balance.search([("difference", "=", amount)]))
        for user in (self.members[self.firm_a], self.readers[self.firm_a]):
            with self.assertRaises(AccessError):
                self.env["cocare.pair.balance"].with_user(user).search([])

    def test_a_clearing_leaves_mirrored_positions(self):
        self._trade(self.firm_a, self.firm_b, 100)
        self._trade(self.firm_b, self.firm_c, 60)
        clearing = self._clearing()
        clearing.action_send()
        with freeze_time("2025-12-16"):
            clearing.action_post()
        rows = self._rows(self.operator, *self.firms).search([])
        self.assertEqual(set(rows.mapped("difference")), {0})
        current = rows.filtered(
            lambda r: r.kind == "current" and r.company_id == self.operator
        )
        self.assertEqual(
            {r.partner_company_id: to_cents(r.balance) for r in current},
            {self.firm_a: -10000, self.firm_b: 4000, self.firm_c: 6000},
        )
