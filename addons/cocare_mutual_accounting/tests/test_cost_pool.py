import doctest
from datetime import date

from odoo.exceptions import UserError, ValidationError
from odoo.fields import Command
from odoo.tests import freeze_time, tagged

from .. import analytic_parts
from .common import CocareBooksCommon


@freeze_time("2025-12-15")
@tagged("post_install", "-at_install")
class TestCostPool(CocareBooksCommon):
    """Pools by account, by journal and by analytic account: no item in two of them."""

    @classmethod
    def setUpServices(cls):  # pylint: disable=missing-return
        super().setUpServices()
        Plan = cls.env["account.analytic.plan"]
        cls.teams, cls.places = Plan.create([{"name": "Teams"}, {"name": "Places"}])
        Analytic = cls.env["account.analytic.account"]
        cls.north, cls.south, cls.hall = Analytic.create(
            [
                {"name": name, "plan_id": plan.id, "company_id": cls.operator.id}
                for name, plan in (
                    ("North", cls.teams),
                    ("South", cls.teams),
                    ("Hall", cls.places),
                )
            ]
        )
        cls.coaches, cls.bookkeepers, cls.rent = cls.pools
        cls.general, cls.payroll, cls.other = cls.env["account.journal"].create(
            [
                {
                    "name": name,
                    "code": code,
                    "type": "general",
                    "company_id": cls.operator.id,
                }
                for name, code in (
                    ("Various", "VAR"),
                    ("Payroll", "PAY"),
                    ("Other", "OTH"),
                )
            ]
        )

    def test_doctests(self):
        self.assertFalse(doctest.testmod(analytic_parts).failed)

    def _spend(self, cost, distribution=None, journal=None):
        move = (
            self.env["account.move"]
            .with_company(self.operator)
            .create(
                {
                    "journal_id": (journal or self.other).id,
                    "date": date(2025, 7, 15),
                    "line_ids": [
                        Command.create(
                            {
                                "account_id": self._account(code).id,
                                "balance": balance,
                                "name": "Test",
                                "analytic_distribution": parts,
                            }
                        )
                        for code, balance, parts in (
                            ("6411", cost, distribution),
                            ("512", -cost, None),
                        )
                    ],
                }
            )
        )
        move._post(soft=False)

    def _cost(self, pool):
        return pool._cost(self.july, date(2025, 7, 31))

    def _same_account(self, first, second):
        """Both pools take the coaches' account, each with its own restriction."""
        self.coaches.write(first)
        self.bookkeepers.write(
            {"account_ids": [Command.set(self.coaches.account_ids.ids)], **second}
        )

    def test_journals(self):
        self._same_account(
            {"journal_ids": [Command.set(self.general.ids)]},
            {"journal_ids": [Command.set(self.payroll.ids)]},
        )
        self._spend(100, journal=self.general)
        self._spend(30, journal=self.payroll)
        self._spend(7)
        self.assertEqual(self._cost(self.coaches), 10000)
        self.assertEqual(self._cost(self.bookkeepers), 3000)

    def test_analytic_accounts_take_their_percentage_to_the_cent(self):
        self._same_account(
            {"analytic_account_ids": [Command.set(self.north.ids)]},
            {"analytic_account_ids": [Command.set(self.south.ids)]},
        )
        halves = {str(self.north.id): 50, str(self.south.id): 50}
        self._spend(100.01, halves)
        self.assertEqual(
            (self._cost(self.coaches), self._cost(self.bookkeepers)), (5001, 5000)
        )
        # Together with an account of another plan, and a part of nobody's.
        self._spend(
            200, {f"{self.north.id},{self.hall.id}": 25, str(self.south.id): 10}
        )
        self._spend(1000, {str(self.hall.id): 100})
        self._spend(1000)
        self.assertEqual(
            (self._cost(self.coaches), self._cost(self.bookkeepers)), (10001, 7000)
        )

    def test_pools_that_could_have_an_item_in_common_are_refused(self):
        north, south, hall = (
            {"analytic_account_ids": [Command.set(account.ids)]}
            for account in (self.north, self.south, self.hall)
        )
        general = {"journal_ids": [Command.set(self.general.ids)]}
        for first, second in (
            ({}, {}),
            (general, {}),
            (general, general),
            (north, {}),
            (north, north),
            # in full in each of two plans
            (north, hall),
            (general, north),
            (general | north, general | hall),
        ):
            with self.subTest(first=first, second=second):
                with self.assertRaisesRegex(ValidationError, "shared twice"):
                    with self.env.cr.savepoint():
                        self._same_account(first, second)
        self._same_account(general | north, general | south)

    def test_accounts_of_several_plans_are_refused(self):
        with self.assertRaisesRegex(ValidationError, "several plans"):
            self.coaches.analytic_account_ids = self.north | self.hall

    def test_account_that_moved_to_another_plan_stops_the_closing(self):
        self._same_account(
            {"analytic_account_ids": [Command.set(self.north.ids)]},
            {"analytic_account_ids": [Command.set(self.south.ids)]},
        )
        self.south.plan_id = self.places
        with self.assertRaisesRegex(UserError, "shared twice"):
            self._run(self.july).action_compute()

    def test_month_is_shared_by_analytic_account(self):
        self._same_account(
            {"analytic_account_ids": [Command.set(self.north.ids)]},
            {"analytic_account_ids": [Command.set(self.south.ids)]},
        )
        for pool in self.coaches | self.bookkeepers:
            self._adopt_version(pool.key_id, date(2025, 7, 2), method="equal")
        self._spend(400, {str(self.north.id): 75, str(self.south.id): 25})
        run = self._close(self.july)
        self.assertEqual(self._invoiced(run, self.coaching), [100, 100, 100])
        self.assertEqual(self._invoiced(run, self.bookkeeping), [33.34, 33.33, 33.33])
