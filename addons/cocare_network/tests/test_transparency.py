import itertools
import logging
from datetime import date
from decimal import Decimal
from statistics import mean

from odoo.exceptions import AccessError, UserError
from odoo.tests import freeze_time, tagged

from ..benchmark import told_median
from .test_indicator import IndicatorCommon

_figure = logging.getLogger("cocare.figure")

SEPTEMBER, OCTOBER = date(2025, 9, 1), date(2025, 10, 1)
DECISION = True, "Assembly of 20 August, resolution 3"


@freeze_time("2025-12-15 10:00:00")
@tagged("post_install", "-at_install")
class TestTransparency(IndicatorCommon):
    """What the firms are told of each other, and that it gives nobody's figure away."""

    #: hours worked a week in each firm; the last one arrives in October
    HOURS = (35, 70, 105, 140, 155, 120)

    @classmethod
    def setUpCompanies(cls):  # pylint: disable=missing-return
        super().setUpCompanies()
        cls.three = cls.firms
        for name, joined in (
            ("Firm D", cls.JULY),
            ("Firm E", cls.JULY),
            ("Firm F", OCTOBER),
        ):
            cls.firms |= cls.network._create_firm(
                {"name": name, "cocare_joined_on": joined}
            )

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        for firm, hours in zip(cls.firms, cls.HOURS, strict=True):
            cls._worker(firm, hours)
        # The operator keeps people too: it is none of the firms.
        cls.files[cls.operator] = cls._file(cls.operator)
        cls._worker(cls.operator, 168)
        cls.hours = cls.env["cocare.indicator"].search([("code", "=", "weekly_hours")])
        cls.rule = cls.env["cocare.transparency.rule"].create(
            {"network_id": cls.network.id, "indicator_id": cls.hours.id}
        )

    def _decide(self, visibility, effective=None, decided=date(2025, 8, 20)):
        self.rule.write({"proposed": visibility, "proposed_from": effective})
        self.rule.with_user(self.facilitator).action_propose()
        self.rule.cocare_pending_change_id._cocare_decide(*DECISION, decided)

    def _rows(self, user=None):
        groups = self.env["cocare.indicator.group"].with_user(user or self.env.user)
        return {
            row.month: (row.contributors, row.told and row.median)
            for row in groups.search([("network_id", "=", self.network.id)])
        }

    # The rule

    def test_nothing_is_told_until_it_is_decided(self):
        self.env["cocare.indicator.group"]._publish()
        self.assertFalse(self._rows())
        card = self._card(self.firm_a, "weekly_hours", OCTOBER)
        self.assertIn("alone see this figure", card["others"]["text"])

    def test_told_from_the_first_whole_month_on(self):
        self._decide("median")
        self.assertEqual(self.rule.since, SEPTEMBER)
        self.assertEqual(self.rule.decision_ref, DECISION[1])
        self.assertEqual(min(self._rows()), SEPTEMBER)
        self.assertEqual(max(self._rows()), date(2025, 11, 1))
        card = self._card(self.firm_a, "weekly_hours", date(2025, 8, 1))
        self.assertEqual(
            card["others"]["text"], "The network tells it from September 2025 on."
        )

    def test_only_a_decision_changes_it(self):
        rule = self.rule.with_user(self.facilitator)
        for vals in ({"visibility": "named"}, {"since": self.JULY}):
            with self.assertRaises(AccessError):
                rule.write(vals)
            with self.assertRaises(AccessError):
                rule.create(
                    {
                        "network_id": self.network.id,
                        "indicator_id": self._indicator("people").id,
                        **vals,
                    }
                )
        with self.assertRaises(UserError):
            rule.write({"indicator_id": self._indicator("people").id})
        for user in (self.members[self.firm_a], self.readers[self.firm_a]):
            with self.assertRaises(AccessError):
                self.rule.with_user(user).write({"proposed": "named"})
        self._decide("median")
        with self.assertRaises(UserError):
            rule.unlink()
        self.rule.proposed = "median"
        with self.assertRaises(UserError):
            rule.action_propose()

    def test_withdrawn_by_another_decision(self):
        self._decide("median")
        self.assertTrue(self._rows())
        self._decide("own", decided=date(2025, 12, 1))
        self.assertFalse(self._rows())

    def test_an_adopted_rule_waits_for_its_date(self):
        self._decide("median", effective=date(2026, 2, 1))
        self.assertEqual(self.rule.visibility, "own")
        with freeze_time("2026-04-02"):
            self.env["cocare.governed.change"]._cron_apply_due()
            self.assertEqual(self.rule.since, date(2026, 2, 1))
            self.assertEqual(set(self._rows()), {date(2026, 2, 1), date(2026, 3, 1)})

    # The threshold

    def test_threshold(self):
        """The median takes five firms: each of them has four others."""
        self._decide("median")
        told = {}
        leaving = iter((self.firms[5], self.firms[4], self.firms[3]))
        for contributors in (6, 5, 4, 3):
            if contributors < 6:
                worker = self.env["cocare.worker"].search(
                    [("company_id", "=", next(leaving).id)]
                )
                worker.unlink()
            self.env["cocare.indicator.group"]._publish()
            count, told[contributors] = self._rows()[OCTOBER]
            self.assertEqual(count, contributors)
        self.assertEqual(told, {6: 110, 5: 100, 4: False, 3: False})

    def test_too_few_firms_and_the_page_says_why(self):
        self._decide("median")
        self.env["cocare.worker"].search(
            [("company_id", "in", self.firms[2:4].ids)]
        ).unlink()
        self.env["cocare.indicator.group"]._publish()
        others = self._card(self.firm_a, "weekly_hours", OCTOBER)["others"]
        self.assertFalse(others["median"])
        self.assertIn("is not shown: 4 firms have this figure", others["text"])
        self.assertIn("With fewer than 5", others["text"])

    def test_a_month_is_told_when_it_is_over(self):
        self._decide("median")
        self.assertNotIn(date(2025, 12, 1), self._rows())
        self.env["cocare.indicator.group"]._publish(months=[date(2025, 12, 1)])
        self.assertNotIn(date(2025, 12, 1), self._rows())
        others = self._card(self.firm_a, "weekly_hours", date(2025, 12, 1))["others"]
        self.assertIn("when the month is over", others["text"])

    def test_all_firms_are_told_the_same(self):
        self._decide("median")
        texts = {
            self._card(firm, "weekly_hours", OCTOBER)["others"]["text"]
            for firm in self.three
        }
        self.assertEqual(
            {text.replace("\N{NO-BREAK SPACE}", " ") for text in texts},
            {"Median of the network: about 110 h (6 firms)"},
        )

    def test_by_name(self):
        self._decide("named")
        others = [
            self._card(firm, "weekly_hours", OCTOBER)["others"]["firms"]
            for firm in self.three
        ]
        self.assertEqual(others[0], others[1])
        self.assertEqual(others[0], others[2])
        self.assertEqual(
            [(name, hours.split("\N{NO-BREAK SPACE}")[0]) for name, hours in others[0]],
            [
                (firm.name, str(hours))
                for firm, hours in zip(self.firms, self.HOURS, strict=True)
            ],
        )
        self._decide("median", decided=date(2025, 10, 1))
        rows = self.env["cocare.indicator.group"].search([])
        self.assertTrue(rows)
        self.assertFalse(any(rows.mapped("named")))

    # What can be found out

    def _consistent(self, publish, own, others, arriving, told, values):
        """All that the others' figures may be, for who knows their own and what is
        told of two months, with the others' figures known not to have moved."""
        for world in itertools.product(values, repeat=others + arriving):
            before = publish([own, *world[:others]])
            after = publish([own, *world])
            if (before, after) == told:
                yield world

    def _recoverable(self, publish, real, arriving, values):
        """How many figures of others somebody can find out, over all who may try."""
        found = 0
        settled = len(real) - arriving
        told = publish(real[:settled]), publish(real)
        for attacker in range(settled):
            own = real[attacker]
            worlds = list(
                self._consistent(publish, own, settled - 1, arriving, told, values)
            )
            self.assertTrue(worlds)
            found += sum(
                len(set(figures)) == 1 for figures in zip(*worlds, strict=True)
            )
        return found

    def test_nobody_finds_out_a_figure_around_an_arrival(self):
        """A firm arrives and no other figure moves: what changed is what it brought."""
        self._decide("median")
        real = [Decimal(hours) for hours in self.HOURS]
        rows = self._rows()
        self.assertEqual(rows[SEPTEMBER], (5, told_median(real[:5])))
        self.assertEqual(rows[OCTOBER], (6, told_median(real)))
        # whatever the firm brings, and whoever of the five others tries
        recovered = sum(
            self._recoverable(told_median, [*real[:5], arriving], 1, real)
            for arriving in real
        )
        self.assertEqual(recovered, 0)
        told = [median for _count, median in rows.values() if median]
        self.assertEqual(len(told), 3)
        _figure.info("%s=%s", "dashboard.group_figures", len(told))
        _figure.info("%s=%s", "dashboard.recoverable", recovered)

    def test_nobody_finds_out_a_figure_below_the_threshold(self):
        real = [Decimal(hours) for hours in self.HOURS]
        for firms in (3, 4, 5):
            self.assertEqual(self._recoverable(told_median, real[:firms], 1, real), 0)

    def test_a_sum_would_be_found_out(self):
        """The search finds what there is to find: a mean is not safe."""
        real = [Decimal(hours) for hours in self.HOURS]
        # who arrives is found out by each of the five others
        self.assertGreaterEqual(self._recoverable(mean, real, 1, real), 5)
        # with two firms the mean less one's own is the other's
        self.assertEqual(self._recoverable(mean, real[:2], 0, real), 2)

    def test_switching_the_rule_on_tells_nothing_of_before(self):
        self._decide("median")
        rows = self._rows()
        self.assertNotIn(date(2025, 8, 1), rows)
        # Made again for any month, it is still not told.
        self.env["cocare.indicator.group"]._publish(months=[date(2025, 8, 1)])
        self.assertEqual(self._rows(), rows)

    # The record

    def test_made_again_it_is_the_same(self):
        self._decide("median")
        groups = self.env["cocare.indicator.group"].search([])
        before = groups.read()
        groups._publish()
        self.assertEqual(groups.search([]).read(), before)
        groups.unlink()
        groups._publish()
        self.assertEqual(
            [(row["month"], row["median"]) for row in before],
            [(row.month, row.median) for row in groups.search([])],
        )
        self._worker(self.firm_b, 100)
        groups._publish()
        self.assertEqual(self._rows()[OCTOBER], (6, 130))

    def test_members_read_what_is_told_and_nothing_else(self):
        self._decide("median")
        member = self.members[self.firm_a]
        self.assertEqual(self._rows(member), self._rows())
        groups = self.env["cocare.indicator.group"].with_user(member)
        for call in (
            lambda: groups.search([]).write({"median": 1}),
            lambda: groups.search([]).unlink(),
            lambda: groups.create(
                {
                    "network_id": self.network.id,
                    "indicator_id": self.hours.id,
                    "month": self.JULY,
                }
            ),
        ):
            with self.assertRaises(AccessError):
                call()
        workers = self.env["cocare.worker"].with_user(member).search([])
        self.assertEqual(workers.company_id, self.firm_a)

    def test_another_network_is_told_nothing(self):
        self._decide("median")
        outside = self.env["res.company"].create({"name": "Outside"})
        self.env["cocare.network"].create({"name": "Other", "operator_id": outside.id})
        stranger = self._new_user(
            "stranger", "cocare_network.group_worker_member", outside
        )
        self.assertFalse(self._rows(stranger))
        rules = self.env["cocare.transparency.rule"].with_user(stranger)
        self.assertFalse(rules.search([]))

    def test_who_left_is_told_nothing_and_tells_nothing(self):
        self._decide("median")
        self.firm_b.cocare_left_on = date(2025, 10, 15)
        self.env["cocare.indicator.group"]._publish()
        rows = self._rows()
        self.assertEqual(rows[SEPTEMBER][0], 5)
        self.assertEqual(rows[OCTOBER][0], 5)
        self.assertFalse(self._rows(self.members[self.firm_b]))
        self.assertTrue(self._rows(self.members[self.firm_a]))
