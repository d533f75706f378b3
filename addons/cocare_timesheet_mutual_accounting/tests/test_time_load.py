from freezegun import freeze_time

from odoo import fields
from odoo.tests import tagged

from .common import CocareTimeBooksCommon


@tagged("post_install", "-at_install")
@freeze_time("2025-11-20 12:00:00")
class TestTimeLoad(CocareTimeBooksCommon):
    @classmethod
    def setUpUsers(cls):  # pylint: disable=missing-return
        super().setUpUsers()
        cls.colleague = cls._new_user(
            "colleague",
            "cocare_mutual_accounting.group_accountant",
            cls.operator | cls.firms,
        )

    def setUp(self):
        super().setUp()
        self.env["cocare.firm.accountant"].search([]).unlink()
        for firm, user, day in (
            (self.firm_a, self.accountant, "2025-11-01"),
            (self.firm_a, self.colleague, "2025-12-15"),
            (self.firm_b, self.colleague, "2025-01-01"),
        ):
            self.env["cocare.firm.accountant"].create(
                {"company_id": firm.id, "user_id": user.id, "valid_from": day}
            )

    def _load(self, month, user=None):
        """{(who, firm): (agreed on, spent on it, left, spent)} of a month."""
        user = user or self.accountant
        lines = (
            self.env["cocare.time.load"]
            .with_user(user)
            .with_context(allowed_company_ids=user.company_ids.ids)
            .search([("month", "=", month)])
        )
        return {
            (line.user_id, line.company_id): (
                line.agreed_hours,
                line.shared_hours,
                line.left_hours,
                line.hours,
            )
            for line in lines
        }

    def test_hours_agreed_on_are_those_of_who_keeps_the_firm(self):
        self.assertEqual(
            self._load("2025-11-01"),
            {
                (self.accountant, self.firm_a): (4, 0, 4, 0),
                (self.colleague, self.firm_b): (6, 0, 6, 0),
            },
        )

    def test_before_the_first_assignment_it_is_the_first(self):
        self.assertIn((self.accountant, self.firm_a), self._load("2025-08-01"))

    def test_who_keeps_it_at_the_end_of_the_month(self):
        self.assertEqual(
            set(self._load("2025-12-01")),
            {(self.colleague, self.firm_a), (self.colleague, self.firm_b)},
        )

    def test_hours_spent_are_those_of_who_spent_them(self):
        self._spend(self.firm_a, 3, 2.5)
        self._spend(self.firm_a, 4, 2.5, self.questions)
        self._spend(self.firm_b, 5, 1)
        self._spend(self.firm_a, 6, 0.5, user=self.colleague)
        self.assertEqual(
            self._load("2025-11-01"),
            {
                (self.accountant, self.firm_a): (4, 2.5, 1.5, 5),
                (self.accountant, self.firm_b): (0, 1, -1, 1),
                (self.colleague, self.firm_a): (0, 0.5, -0.5, 0.5),
                (self.colleague, self.firm_b): (6, 0, 6, 0),
            },
        )

    def test_volume_in_days(self):
        self.review.uom_id = self.env.ref("uom.product_uom_day")
        agreed = self._load("2025-11-01")[self.accountant, self.firm_a][0]
        self.assertEqual(agreed, 32)

    def test_agreements_that_are_over_or_not_signed(self):
        agreements = self.agreements.filtered(lambda a: a.service_id == self.review)
        mine = agreements.filtered(lambda a: a.company_id == self.firm_a)
        mine.date_end = "2025-11-15"
        self.assertIn((self.accountant, self.firm_a), self._load("2025-11-01"))
        self.assertNotIn(
            (self.colleague, self.firm_a), self._load("2025-12-01"), "over"
        )
        draft = mine.copy({"date_start": "2025-12-01", "state": "draft"})
        self.assertEqual(draft.volume, 4)
        self.assertNotIn((self.colleague, self.firm_a), self._load("2025-12-01"))

    def test_fourteen_months(self):
        months = self.env["cocare.time.load"].search([]).mapped("month")
        # The agreements began in July.
        self.assertEqual(min(months), fields.Date.to_date("2025-07-01"))
        self.assertEqual(max(months), fields.Date.to_date("2026-01-01"))

    def test_of_ones_firms(self):
        self._spend(self.firm_a, 3, 2)
        reader = self.readers[self.firm_b]
        self.assertEqual(
            set(self._load("2025-11-01", reader)), {(self.colleague, self.firm_b)}
        )

    def test_opens_its_entries(self):
        entry = self._spend(self.firm_a, 3, 2)
        self._spend(self.firm_a, 3, 2, user=self.colleague)
        self._spend(self.firm_b, 3, 2)
        line = self.env["cocare.time.load"].search(
            [
                ("month", "=", self.NOVEMBER),
                ("user_id", "=", self.accountant.id),
                ("company_id", "=", self.firm_a.id),
            ]
        )
        action = line.action_open_entries()
        self.assertEqual(self.env[action["res_model"]].search(action["domain"]), entry)

    def test_figure_of_the_cockpit(self):
        self._spend(self.firm_a, 3, 2.25)
        self._spend(self.firm_a, 4, 1, user=self.colleague)
        figures = self.env["cocare.cockpit"]._figures(
            self.firms, fields.Date.to_date("2025-11-20")
        )
        self.assertEqual(figures[self.firm_a.id]["time"], "03:15")
        self.assertNotIn("time", figures.get(self.firm_b.id, {}))

    def test_accountants_keep_the_missions(self):
        self.questions.with_user(self.accountant).name = "Questions and reminders"
