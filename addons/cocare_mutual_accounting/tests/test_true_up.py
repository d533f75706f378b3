from datetime import date

from odoo.exceptions import UserError
from odoo.tests import freeze_time, tagged

from ..allocation import to_cents
from .common import CocareBooksCommon


@freeze_time("2026-02-10")
@tagged("post_install", "-at_install")
class TestTrueUp(CocareBooksCommon):
    """Months are called from a budget; the year ends at the real cost."""

    MONTHS = [date(2025, month, 1) for month in range(7, 13)]

    @classmethod
    def setUpServices(cls):  # pylint: disable=missing-return
        super().setUpServices()
        # Coaching alone is shared here.
        cls.pools[1].date_start = cls.pools[2].date_start = date(2027, 1, 1)

    @classmethod
    def _budget(cls, amount, valid_from=None):
        budget = cls.env["cocare.budget"].create(
            {
                "network_id": cls.network.id,
                "valid_from": valid_from or cls.JULY,
                "line_ids": [(0, 0, {"service_id": cls.coaching.id, "amount": amount})],
            }
        )
        cls._adopt(budget)
        return budget

    def _month(self, month, cost, *hours):
        if cost:
            self._costs(month.replace(day=15), coaches=cost)
        for firm, quantity in zip(self.firms, hours, strict=True):
            if quantity:
                self._read(firm, month.replace(day=10), quantity)
        return self._close(month)

    def _new_true_up(self):
        return self.env["cocare.allocation.run"].create(
            {
                "network_id": self.network.id,
                "kind": "true_up",
                "date_from": date(2025, 12, 5),
            }
        )

    def _true_up(self):
        run = self._new_true_up()
        run.action_compute()
        return run

    def _charged(self):
        """Cents each firm was charged, before tax, of all runs."""
        moves = self.env["cocare.recharge"].search([]).invoice_id
        return [
            sum(
                to_cents(move.amount_untaxed_signed)
                for move in moves
                if move.partner_id == firm.partner_id
            )
            for firm in self.firms
        ]

    def test_months_call_their_part_of_the_budget(self):
        budget = self._budget(10000)
        self.assertEqual(budget.date_end, date(2025, 12, 31))
        runs = [self._month(month, 500, 2, 1, 1) for month in self.MONTHS]
        self.assertEqual(
            [run.full_cost for run in runs],
            [1666.67, 1666.67, 1666.67, 1666.67, 1666.66, 1666.66],
        )
        self.assertEqual(sum(self._charged()), 1000000)

    def test_year_ends_at_the_real_cost_of_each_month(self):
        self._budget(12000)
        real = [1000, 2000, 3000, 1000, 2000, 1000]
        hours = [(1, 1, 0), (1, 0, 1), (0, 1, 1), (2, 1, 1), (1, 0, 0), (0, 1, 3)]
        for month, cost, used in zip(self.MONTHS, real, hours, strict=True):
            self._month(month, cost, *used)
        run = self._true_up()
        self.assertEqual(run.date_to, date(2025, 12, 31))
        self.assertEqual(run.full_cost, -2000)
        run._check_shares_add_up()
        run.action_post()
        # A: 500 + 1000 + 0 + 500 + 2000 + 0; B: 500 + 0 + 1500 + 250 + 0 + 250
        self.assertEqual(self._charged(), [400000, 250000, 350000])
        for recharge in run.recharge_ids.filtered("invoice_id"):
            self.assertEqual(
                to_cents(recharge.invoice_id.amount_total),
                to_cents(recharge.bill_id.amount_total),
            )

    def test_surplus_is_given_back(self):
        """Called 12,000 for a real cost of 10,000: a credit of 2,000 is due."""
        self._budget(12000)
        for month in self.MONTHS:
            self._month(month, 0 if month.month == 12 else 2000, 1, 1, 1)
        run = self._true_up()
        self.assertEqual(
            self._invoiced(run, self.coaching), [-666.66, -666.67, -666.67]
        )
        run.action_post()
        self.assertEqual(sum(self._charged()), 1000000)
        self.assertEqual(
            run.recharge_ids.invoice_id.mapped("move_type"), ["out_refund"] * 3
        )
        share = run.share_ids[0]
        self.assertIn("3,333.34", share._key_text())
        self.assertIn("4,000.00", share._key_text())

    def test_cost_that_came_late_after_months_at_real_cost(self):
        for month in self.MONTHS:
            self._month(month, 300, 1, 2, 0)
        self._costs(date(2025, 12, 28), coaches=90)
        run = self._true_up()
        # in proportion to what each bore of the year
        self.assertEqual(self._invoiced(run, self.coaching), [30, 60])
        run.action_post()
        again = self._new_true_up()
        with self.assertRaisesRegex(UserError, "Nothing"):
            again.action_compute()
        self._costs(date(2025, 12, 29), coaches=3)
        again.action_compute()
        self.assertEqual(self._invoiced(again, self.coaching), [1, 2])

    def test_every_month_is_closed_first(self):
        self._month(self.MONTHS[0], 300, 1, 1, 1)
        with self.assertRaisesRegex(UserError, "August 2025"):
            self._true_up()

    def test_month_is_not_undone_behind_the_true_up(self):
        self._budget(600)
        runs = [self._month(month, 90, 1, 1, 1) for month in self.MONTHS]
        true_up = self._true_up()
        true_up.action_post()
        with self.assertRaisesRegex(UserError, "undo it first"):
            runs[-1].action_credit()
        true_up.action_credit()
        runs[-1].action_credit()
        self.assertEqual(runs[-1].state, "credited")

    def test_budget_starts_before_what_is_shared(self):
        self._month(self.MONTHS[0], 300, 1, 1, 1)
        with self.assertRaisesRegex(UserError, "shared already"):
            self._budget(600)
        self._budget(600, self.MONTHS[1])
        self.assertEqual(self._month(self.MONTHS[1], 90, 1, 1, 1).full_cost, 120)

    def test_budget_is_of_every_shared_service(self):
        self.pools[1].date_start = self.JULY
        with self.assertRaisesRegex(UserError, "Bookkeeping"):
            self._budget(600)

    def test_adopted_budget_never_changes(self):
        budget = self._budget(600)
        with self.assertRaises(UserError):
            budget.line_ids.amount = 700
        with self.assertRaises(UserError):
            budget.line_ids.unlink()
        with self.assertRaises(UserError):
            budget.line_ids.create(
                {
                    "budget_id": budget.id,
                    "service_id": self.bookkeeping.id,
                    "amount": 1,
                }
            )

    def test_expected_in_advance(self):
        self._budget(12000)
        for month in self.MONTHS[:2]:
            self._month(month, 1000, 1, 1, 2)
        expected = self.network._expected_true_up(self.firm_c)
        self.assertEqual(
            [(e["service"], e["real"], e["called"]) for e in expected["services"]],
            [(self.coaching, 1000, 2000)],
        )
        self.assertEqual(expected["difference"], -1000)
        self.assertEqual(expected["until"], date(2025, 8, 31))

    def test_expected_at_real_cost_is_what_came_after(self):
        self.assertIsNone(self.network._expected_true_up(self.firm_a))
        self._month(self.MONTHS[0], 100, 1, 1, 1)
        expected = self.network._expected_true_up(self.firm_a)
        self.assertFalse(expected["budget"])
        self.assertEqual(expected["difference"], 0)
        self._costs(date(2025, 7, 31), coaches=30)
        expected = self.network._expected_true_up(self.firm_a)
        [told] = expected["services"]
        self.assertEqual((told["called"], told["differs"]), (33.34, True))
        self.assertEqual(expected["difference"], 10)
        # the next month shares it
        self._month(self.MONTHS[1], 60, 1, 1, 1)
        expected = self.network._expected_true_up(self.firm_a)
        self.assertEqual(expected["difference"], 0)
        self.assertFalse(any(s["differs"] for s in expected["services"]))

    def test_cents_that_even_out_are_not_expected(self):
        for month in self.MONTHS[:2]:
            self._month(month, 100, 1, 1, 1)
        for firm in self.firms:
            expected = self.network._expected_true_up(firm)
            self.assertEqual(expected["difference"], 0, firm.name)

    def test_what_cannot_be_worked_out_is_not_expected(self):
        self.pools[2].date_start = self.JULY
        self._month(self.MONTHS[0], 100, 1, 1, 1)
        self._costs(date(2025, 7, 31), coaches=-100, rent=10)
        with self.assertRaisesRegex(UserError, "no direct cost"):
            self.network._true_up(self.JULY, date(2025, 7, 31))
        self.assertIsNone(self.network._expected_true_up(self.firm_a))

    def test_firm_that_is_charged_nothing_expects_nothing(self):
        self._month(self.MONTHS[0], 100, 1, 1, 0)
        self.assertIsNone(self.network._expected_true_up(self.firm_c))
