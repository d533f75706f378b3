import doctest
import logging
from datetime import date
from fractions import Fraction
from unittest.mock import patch

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import HttpCase, freeze_time, tagged

from .. import bars
from ..allocation import to_cents
from ..models import cocare_key_simulation
from .common import CocareBooksCommon

_figure = logging.getLogger("cocare.figure")

MONTHS = (date(2025, 7, 1), date(2025, 8, 1), date(2025, 9, 1))
#: hours of each firm; the thirds leave odd cents that move from month to month
HOURS = ((1, 1, 1), (2, 2, 2), (1, 1, 1))


@freeze_time("2025-12-15")
@tagged("post_install", "-at_install")
class TestKeySimulation(CocareBooksCommon, HttpCase):
    """What firms would have paid, by the same arithmetic as what they did pay."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.key = cls.pools[0].key_id
        cls.runs = cls.env["cocare.allocation.run"]
        for month, hours in zip(MONTHS, HOURS, strict=True):
            cls._costs(month.replace(day=15), coaches=1000)
            for rank, (firm, quantity) in enumerate(zip(cls.firms, hours, strict=True)):
                cls._read(firm, month.replace(day=3), quantity)
                turnover = 1000 * (rank + 1)
                cls._entry(
                    firm, month.replace(day=4), ("512", turnover), ("706", -turnover)
                )
            run = cls.env["cocare.allocation.run"].create(
                {"network_id": cls.network.id, "date_from": month}
            )
            run.action_compute()
            run.action_post()
            cls.runs |= run

    def _draft(self, **values):
        return self.env["cocare.allocation.key.version"].create(
            {"key_id": self.key.id, "valid_from": date(2026, 1, 1), **values}
        )

    def _percents(self, *percents):
        return [
            Command.create({"company_id": firm.id, "percent": percent})
            for firm, percent in zip(self.firms, percents, strict=False)
        ]

    def _simulate(self, version, user=None):
        version = version.with_user(user or self.facilitator).with_context(
            allowed_company_ids=(user or self.facilitator).company_ids.ids
        )
        version.action_simulate()
        return version.simulation_id

    def _amounts(self, simulation, name="simulated"):
        """``[[amount of each firm] of each month]``"""
        lines = simulation.sudo().line_ids
        return [
            [
                line[name]
                for line in lines.filtered(lambda x, m=month: x.month == m).sorted(
                    lambda x: x.company_id.id
                )
            ]
            for month in sorted(set(lines.mapped("month")))
        ]

    def _codes(self, simulation):
        return [code for code, _values in simulation.sudo().notes or []]

    def _check_sums(self, simulation):
        lines = simulation.sudo().line_ids
        self.assertTrue(lines)
        for month in set(lines.mapped("month")):
            run = self.runs.filtered(lambda r, m=month: r.date_from == m)
            cost = to_cents(
                sum(
                    run.line_ids.filtered(lambda x: x.pool_id == self.pools[0]).mapped(
                        "full_cost"
                    )
                )
            )
            of_month = lines.filtered(lambda x, m=month: x.month == m)
            for name in ("actual", "simulated"):
                self.assertEqual(sum(to_cents(x[name]) for x in of_month), cost)
            self.assertEqual(sum(to_cents(x.difference) for x in of_month), 0)

    def test_doctests(self):
        self.assertFalse(doctest.testmod(bars).failed)

    def test_draft_that_says_what_is_in_force_changes_nothing(self):
        draft = self._draft(method="usage", service_id=self.coaching.id)
        simulation = self._simulate(draft)
        invoiced = [self._invoiced(run, self.coaching) for run in self.runs]
        self.assertEqual(invoiced[0], [333.34, 333.33, 333.33])
        self.assertEqual(invoiced[1], [333.33, 333.34, 333.33])
        self.assertEqual(self._amounts(simulation), invoiced)
        self.assertEqual(self._amounts(simulation, "actual"), invoiced)
        self.assertEqual(simulation.month_count, 3)
        self.assertEqual(simulation.total, 3000)

    def test_measured_again_equals_the_run_to_the_cent(self):
        draft = self._draft(method="usage", service_id=self.coaching.id)
        Version = self.env.registry["cocare.allocation.key.version"]
        rules = iter(range(100))
        with patch.object(Version, "_rule", lambda self: next(rules)):
            simulation = self._simulate(draft)
        self.assertEqual(
            self._amounts(simulation),
            [self._invoiced(run, self.coaching) for run in self.runs],
        )

    def test_months_before_those_simulated_count_as_they_were(self):
        draft = self._draft(method="usage", service_id=self.coaching.id)
        with patch.object(cocare_key_simulation, "MONTHS", 2):
            simulation = self._simulate(draft)
        self.assertEqual(
            self._amounts(simulation),
            [self._invoiced(run, self.coaching) for run in self.runs[1:]],
        )

    def test_every_method_shares_the_same_cost(self):
        for values, first_month in (
            ({"method": "equal"}, [333.34, 333.33, 333.33]),
            (
                {"method": "percent", "line_ids": self._percents(50, 30, 20)},
                [500, 300, 200],
            ),
            (
                {"method": "usage", "service_id": self.bookkeeping.id},
                [333.34, 333.33, 333.33],
            ),
            ({"method": "turnover"}, [166.67, 333.33, 500]),
        ):
            with self.subTest(values["method"]):
                simulation = self._simulate(self._draft(**values))
                self._check_sums(simulation)
                self.assertEqual(self._amounts(simulation)[0], first_month)
                self.assertEqual(self._codes(simulation), [])

    def test_combined_key_with_terms_is_simulated_as_it_would_be_run(self):
        draft = self._draft(
            part_ids=[
                Command.create({"percent": 50, "method": "equal"}),
                Command.create({"percent": 50, "method": "turnover"}),
            ],
            line_ids=[
                Command.create({"company_id": self.firm_c.id, "coefficient": 0.5})
            ],
            discount_ids=[Command.create({"until_month": 2, "percent": 50})],
            ceiling=45,
        )
        simulation = self._simulate(draft)
        self._check_sums(simulation)
        # A discount that all have changes nothing: only the third month has none, and
        # it shares as the others do.
        weights = (Fraction(1, 4), Fraction(1, 3), Fraction(5, 24))
        expected = [1000 * float(weight / sum(weights)) for weight in weights]
        for month in self._amounts(simulation):
            for amount, exact in zip(month, expected, strict=True):
                self.assertAlmostEqual(amount, exact, delta=0.01)
        self.assertEqual(self._codes(simulation), [])
        self.assertFalse(simulation.total)

    def test_bounds_that_cannot_be_kept_are_said(self):
        simulation = self._simulate(self._draft(ceiling=30))
        self.assertEqual(self._codes(simulation), ["bounds"] * 3)
        self.assertFalse(simulation.line_ids)

    def test_cents_even_out_over_the_year(self):
        draft = self._draft(
            method="percent", line_ids=self._percents(33.333, 33.333, 33.334)
        )
        simulation = self._simulate(draft)
        self._check_sums(simulation)
        totals = simulation.with_user(self.accountant).firm_ids.sorted("company_id")
        self.assertEqual(totals.mapped("simulated"), [999.99, 999.99, 1000.02])

    def test_summary_of_a_firm(self):
        simulation = self._simulate(
            self._draft(method="percent", line_ids=self._percents(50, 30, 20))
        )
        self.env.flush_all()
        firm = simulation.firm_ids.filtered(lambda x: x.company_id == self.firm_a)
        self.assertEqual(
            (firm.actual, firm.simulated, firm.difference), (1000, 1500, 500)
        )
        self.assertEqual(firm.percent, 50)

    def test_firm_without_percentage_is_named(self):
        draft = self._draft(method="percent", line_ids=self._percents(60, 40))
        simulation = self._simulate(draft)
        self.assertFalse(simulation.line_ids)
        self.assertEqual(self._codes(simulation), ["firm_missing"] * 3)
        self.assertIn("July 2025, “Coaching”", simulation.note_text)
        self.assertIn("no percentage for Firm C", simulation.note_text)

    def test_firm_that_was_not_there_yet_counts_for_nothing(self):
        newcomer = self.network._create_firm({"name": "Firm D"})
        draft = self._draft(
            method="percent",
            line_ids=[
                *self._percents(25, 15, 10),
                Command.create({"company_id": newcomer.id, "percent": 50}),
            ],
        )
        simulation = self._simulate(draft)
        self.assertEqual(self._amounts(simulation)[0], [500, 300, 200])
        self.assertEqual(set(self._codes(simulation)), {"firm_not_there"})
        self._check_sums(simulation)

    def test_month_without_data_is_said_and_the_others_go_on(self):
        storage = self.coaching.copy({"code": "STORE", "name": "Storage"})
        self.env.cr.execute("UPDATE cocare_network SET usage_lock_date = NULL")
        self.network.invalidate_recordset()
        for firm, pallets in zip(self.firms, (3, 1, 0), strict=True):
            self._read(firm, date(2025, 8, 3), pallets, storage)
        simulation = self._simulate(self._draft(method="usage", service_id=storage.id))
        self.assertEqual(self._codes(simulation), ["no_data", "no_data"])
        self.assertEqual(self._amounts(simulation), [[750, 250, 0]])
        self.assertEqual(simulation.month_count, 1)
        self._check_sums(simulation)

    def test_nothing_closed_by_the_key_is_said(self):
        key = self.env["cocare.allocation.key"].create(
            {"name": "New", "network_id": self.network.id}
        )
        simulation = self._simulate(self._draft(key_id=key.id))
        self.assertEqual(self._codes(simulation), ["no_month"])
        self.assertTrue(simulation.note_text)

    def test_incomplete_draft_is_refused(self):
        draft = self._draft(method="percent", line_ids=self._percents(50, 30))
        with self.assertRaisesRegex(UserError, "80 %"):
            self._simulate(draft)

    def test_changed_draft_is_simulated_again(self):
        draft = self._draft()
        first = self._simulate(draft)
        self.assertFalse(first.outdated)
        draft.write({"method": "percent", "line_ids": self._percents(50, 30, 20)})
        self.assertEqual(draft.part_ids.method, "percent")
        first.invalidate_recordset()
        self.assertTrue(first.outdated)
        second = self._simulate(draft)
        self.assertFalse(first.exists())
        self.assertFalse(second.outdated)
        self.assertEqual(draft.simulation_ids, second)

    def test_what_was_shown_before_the_decision_stays(self):
        draft = self._draft()
        draft.action_propose()
        change = draft.cocare_pending_change_id
        shown = draft.simulation_id
        self.assertEqual(change.cocare_simulation_id, shown)
        self.assertEqual(shown.month_count, 3)
        again = self._simulate(draft)
        self.assertFalse(shown.exists())
        change.invalidate_recordset()
        self.assertEqual(change.cocare_simulation_id, again)
        change._cocare_decide(False, "Meeting", date(2025, 12, 1))
        self.assertEqual(again.change_id, change)
        self.assertEqual(change.cocare_simulation_id, again)
        other = self._simulate(draft)
        self.assertTrue(again.exists())
        self.assertEqual(draft.simulation_ids, again | other)
        with self.assertRaisesRegex(UserError, "shown before a decision"):
            draft.unlink()

    def test_adopted_version_is_not_simulated(self):
        draft = self._draft()
        self._adopt(draft)
        with self.assertRaisesRegex(UserError, "was adopted"):
            draft.action_simulate()
        self.assertEqual(draft.simulation_id.change_id.state, "applied")

    def test_draft_goes_with_its_simulation(self):
        draft = self._draft()
        simulation = self._simulate(draft)
        draft.unlink()
        self.assertFalse(simulation.exists())

    def test_credited_months_count_for_nothing(self):
        self.runs[2].action_credit()
        simulation = self._simulate(self._draft())
        self.assertEqual(set(simulation.line_ids.mapped("month")), set(MONTHS[:2]))

    # Who sees what

    def test_who_may_simulate(self):
        draft = self._draft()
        self.assertTrue(self._simulate(draft, self.accountant))
        for user in (self.readers[self.firm_a], self.members[self.firm_a]):
            with self.assertRaises(AccessError):
                self._simulate(draft, user)

    def test_rows_of_other_firms_are_not_theirs(self):
        simulation = self._simulate(self._draft())
        self.env.flush_all()
        tried = 0
        for model in ("cocare.key.simulation.line", "cocare.key.simulation.firm"):
            for users in (self.members, self.readers):
                for firm, user in users.items():
                    if model.endswith("firm") and users is self.members:
                        with self.assertRaises(AccessError):
                            self.env[model].with_user(user).search([])
                        continue
                    Model = self.env[model].with_user(user)
                    self.assertEqual(Model.search([]).company_id, firm)
                    foreign = self.env[model].search([("company_id", "!=", firm.id)])
                    self.assertTrue(foreign)
                    with self.assertRaises(AccessError):
                        Model.browse(foreign.ids).read(["simulated"])
                    tried += 1
        _figure.info("%s=%s", "simulation.leak_probes", tried)
        member = self._new_user(
            "operator_member", "cocare_network.group_worker_member", self.operator
        )
        Line = self.env["cocare.key.simulation.line"].with_user(member)
        self.assertFalse(Line.search([]))
        outside = self.env["res.company"].create({"name": "Outside"})
        stranger = self._new_user(
            "stranger", "cocare_network.group_facilitator", outside
        )
        Simulation = self.env["cocare.key.simulation"].with_user(stranger)
        self.assertFalse(Simulation.search([]))
        with self.assertRaises(AccessError):
            simulation.with_user(stranger).read(["month_count"])

    def test_notes_name_firms_to_the_shared_office_only(self):
        simulation = self._simulate(
            self._draft(method="percent", line_ids=self._percents(60, 40))
        )
        member = simulation.with_user(self.members[self.firm_a])
        for name in ("notes", "note_text", "rule"):
            with self.assertRaises(AccessError):
                member.read([name])

    def test_nobody_writes_a_simulation(self):
        simulation = self._simulate(self._draft())
        for user in (self.facilitator, self.accountant):
            for record in (simulation, simulation.line_ids[0]):
                record = record.with_user(user)
                for call in (
                    record.unlink,
                    lambda r=record: r.write({"simulation_id": 1}),
                    lambda r=record: r.create({}),
                ):
                    with self.assertRaises(AccessError):
                        call()

    def test_total_of_a_turnover_key_is_kept_from_few_firms(self):
        simulation = self._simulate(self._draft(method="turnover"))
        self.assertFalse(simulation.total)
        with patch.object(cocare_key_simulation, "FIRMS_FOR_A_TOTAL", 3):
            simulation = self._simulate(simulation.version_id)
        self.assertEqual(simulation.total, 3000)

    def _page(self, user):
        self.authenticate(user.login, user.login)
        self.opener.cookies["frontend_lang"] = "en_US"
        return self.url_open("/my/decisions").text

    def test_member_reads_their_own_row(self):
        draft = self._draft(
            method="percent", line_ids=self._percents(51.217, 30.112, 18.671)
        )
        draft.action_propose()
        page = self._page(self.members[self.firm_a])
        for text in ("1,536.51", "512.17", "More to pay", "536.51", "3,000.00"):
            self.assertIn(text, page)
        self.assertEqual(page.count("<rect"), 6)
        for text in ("301.12", "903.36", "186.71", "560.13"):
            self.assertNotIn(text, page)
        page = self._page(self.members[self.firm_c])
        self.assertIn("Less to pay", page)
        self.assertIn("560.13", page)

    def test_member_reads_what_could_not_be_simulated(self):
        draft = self._draft(method="percent", line_ids=self._percents(60, 40))
        draft.action_propose()
        page = self._page(self.members[self.firm_a])
        self.assertIn("Could not be simulated", page)
        self.assertIn("07/2025", page)
        self.assertNotIn("Firm C", page)
