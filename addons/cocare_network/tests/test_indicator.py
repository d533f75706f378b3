import doctest
from datetime import date
from decimal import Decimal

from odoo.exceptions import AccessError
from odoo.tests import HttpCase, freeze_time, tagged

from .. import benchmark, trend
from .common import CocareCommon

JUNE, AUGUST = date(2025, 6, 1), date(2025, 8, 1)


class IndicatorCommon(CocareCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.files = {firm: cls._file(firm) for firm in cls.firms}

    @classmethod
    def _file(cls, firm):
        """The membership of a firm, without tasks."""
        file = cls.env["cocare.membership"].create(
            {"name": firm.name, "kind": "firm", "network_id": cls.network.id}
        )
        file.task_ids.unlink()
        file._link_company(firm)
        return file

    @classmethod
    def _worker(cls, firm, hours, start=AUGUST, end=False):
        return cls.env["cocare.worker"].create(
            {
                "membership_id": cls.files[firm].id,
                "name": f"Somebody of {firm.name}",
                "weekly_hours": hours,
                "date_start": start,
                "date_end": end,
            }
        )

    def _indicator(self, code):
        return self.env["cocare.indicator"].search([("code", "=", code)])

    def _as(self, user, firms, model="cocare.dashboard"):
        return (
            self.env[model].with_user(user).with_context(allowed_company_ids=firms.ids)
        )

    def _figures(self, code, firms, *months):
        """``[figure of the first firm's first month, …]``, None when not known."""
        indicator = self._indicator(code)
        series = indicator._series(firms, list(months))[indicator]
        return [series.get((firm, month)) for firm in firms for month in months]

    def _card(self, firm, code, month):
        dashboard = self._as(self.members[firm], firm)
        company = dashboard.env["res.company"].browse(firm.id)
        cards = [c for _name, cards in dashboard._cards(company, month) for c in cards]
        return next(card for card in cards if card["code"] == code)


@freeze_time("2025-12-15 10:00:00")
@tagged("post_install", "-at_install")
class TestIndicator(IndicatorCommon, HttpCase):
    """Each figure is what its records say, for several firms and months at once."""

    def test_doctests(self):
        for module in (benchmark, trend):
            results = doctest.testmod(module)
            self.assertTrue(results.attempted)
            self.assertFalse(results.failed)

    def test_agreements_count_from_the_day_the_firm_joined(self):
        self.agreements[0].date_end = date(2025, 8, 10)
        firms = self.firm_a | self.firm_b
        self.assertEqual(
            self._figures("agreements", firms, JUNE, self.JULY, AUGUST),
            [None, 1, 0, None, 1, 1],
        )

    def test_hours_of_coaching(self):
        self._read(self.firm_a, date(2025, 7, 3), 1.25)
        self._read(self.firm_a, date(2025, 7, 31), 2)
        self._read(self.firm_a, date(2025, 8, 1), 4)
        self.agreements[1].date_start = AUGUST
        firms = self.firm_a | self.firm_b
        self.assertEqual(
            self._figures("coaching_hours", firms, JUNE, self.JULY, AUGUST),
            [None, Decimal("3.25"), 4, None, None, 0],
        )

    def test_what_is_not_counted_in_hours_is_no_hour_of_coaching(self):
        self._read(self.firm_a, date(2025, 7, 3), 2)
        pallets = self.env["cocare.service"].create(
            {
                "name": "Workshops",
                "code": "SHOP",
                "family": "coaching",
                "network_id": self.network.id,
            }
        )
        self._read(self.firm_a, date(2025, 7, 3), 30, pallets)
        self.assertEqual(self._figures("coaching_hours", self.firm_a, self.JULY), [2])

    def test_people_and_their_hours(self):
        self._worker(self.firm_a, 35.5)
        self._worker(self.firm_a, 7.25, end=date(2025, 9, 15))
        months = self.JULY, AUGUST, date(2025, 9, 1)
        firms = self.firm_a | self.firm_b
        self.assertEqual(
            self._figures("people", firms, *months), [None, 2, 1, None, None, None]
        )
        self.assertEqual(
            self._figures("weekly_hours", firms, *months)[:3],
            [None, Decimal("42.75"), Decimal("35.5")],
        )

    def test_the_month_that_is_not_over_is_read_today(self):
        self._worker(self.firm_a, 30, end=date(2025, 12, 20))
        self._worker(self.firm_a, 30, start=date(2025, 12, 20))
        self.assertEqual(self._figures("people", self.firm_a, date(2025, 12, 1)), [1])

    def test_decisions_waiting(self):
        key = self.env["cocare.allocation.key"].create(
            {"name": "Coaching", "network_id": self.network.id}
        )
        version = self.env["cocare.allocation.key.version"].create(
            {"key_id": key.id, "valid_from": self.JULY}
        )
        before = self._figures("decisions", self.firm_a, date(2025, 12, 1))[0]
        version.action_propose()
        change = version.cocare_pending_change_id
        self._set_created(change, date(2025, 9, 4))
        months = AUGUST, date(2025, 9, 1), date(2025, 10, 1)
        self.assertEqual(self._figures("decisions", self.firm_a, *months), [0, 1, 1])
        change._cocare_decide(True, "Assembly", date(2025, 10, 2))
        self.assertEqual(self._figures("decisions", self.firm_a, *months), [0, 1, 0])
        self.assertEqual(
            self._figures("decisions", self.firm_a, date(2025, 12, 1)), [before]
        )
        card = self._card(self.firm_a, "decisions", date(2025, 9, 1))
        self.assertEqual(card["value"], "1")

    def test_late_tasks(self):
        file = self.files[self.firm_a]
        tasks = self.env["cocare.membership.task"].create(
            [
                {
                    "membership_id": file.id,
                    "name": "Statutes",
                    "stage": "contact",
                    "user_id": self.facilitator.id,
                    "date_due": due,
                }
                for due in (date(2025, 9, 10), date(2025, 10, 10))
            ]
        )
        self._set_created(tasks, AUGUST)
        tasks[0]._set_done(date(2025, 10, 20), self.facilitator)
        months = [date(2025, number, 1) for number in (7, 8, 9, 10, 11)]
        self.assertEqual(
            self._figures("late_tasks", self.firm_a, *months), [None, 0, 1, 1, 1]
        )
        card = self._card(self.firm_a, "late_tasks", date(2025, 11, 1))
        self.assertEqual(card["value"], "1")
        self.assertEqual(card["trend"]["way"], "up")
        self.assertEqual(card["trend"]["news"], "bad")
        # read without the colour, too
        self.assertEqual(card["trend"]["news_text"], "Bad news")
        others = {"median": False, "text": "", "decision": False, "firms": []}
        card |= {"others": others, "explanation": "", "link": False}
        render = self.env["ir.qweb"]._render
        shown = str(render("cocare_network.portal_indicator", {"card": card}))
        self.assertRegex(shown, r'class="visually-hidden"[^>]*>Bad news<')
        self.assertRegex(shown, r'<i [^>]*fa-exclamation-triangle[^>]*title="Bad news"')

    def _set_created(self, records, day):
        records.flush_recordset()
        self.env.cr.execute(
            f"UPDATE {records._table} SET create_date = %s WHERE id IN %s",
            (day, tuple(records.ids)),
        )
        records.invalidate_recordset(["create_date"])

    def test_a_figure_of_a_firm_that_is_not_ticked_is_refused(self):
        member = self.members[self.firm_a]
        indicators = self._as(member, self.firm_a, "cocare.indicator").search([])
        self.assertTrue(indicators)
        for indicator in indicators:
            with self.assertRaises(AccessError):
                indicator._series(self.firm_b.with_user(member), [self.JULY])

    def test_not_yet_known_is_not_zero(self):
        card = self._card(self.firm_b, "people", AUGUST)
        self.assertIs(card["value"], False)
        self.assertFalse(card["trend"])
        self.assertFalse(card["lines"])
        self._worker(self.firm_b, 0, end=AUGUST)
        self.assertEqual(self._card(self.firm_b, "people", AUGUST)["value"], "0")

    def test_trend_says_what_it_compares_with(self):
        self._worker(self.firm_a, 30, start=date(2025, 9, 1))
        self._worker(self.firm_a, 10, start=date(2025, 11, 1))
        trend_of = {
            month: self._card(self.firm_a, "weekly_hours", date(2025, month, 1))[
                "trend"
            ]
            for month in (9, 10, 11, 12)
        }
        self.assertFalse(trend_of[9])
        self.assertEqual(
            trend_of[10]["words"], "Unchanged compared with the month known before"
        )
        self.assertEqual(
            trend_of[11]["words"].replace("\N{NO-BREAK SPACE}", " "),
            "Up by 10 h (33.3 %) compared with the mean of 2 months before",
        )
        self.assertEqual(trend_of[11]["news"], False)
        with freeze_time("2026-11-20"):
            words = self._card(self.firm_a, "people", date(2026, 10, 1))["trend"][
                "words"
            ]
        self.assertEqual(words, "Up by 1 compared with October 2025")

    def test_chart_is_told_in_words_too(self):
        self._worker(self.firm_a, 30, start=date(2025, 9, 1))
        self._worker(self.firm_a, 10, start=date(2025, 11, 1))
        card = self._card(self.firm_a, "people", date(2025, 12, 1))
        self.assertEqual(card["label"], "People at work over 4 months: between 1 and 2")
        self.assertEqual(len(card["lines"]), 1)
        self.assertEqual(
            [past["value"] for past in card["history"]], ["1", "1", "2", "2"]
        )
        member = self.members[self.firm_a]
        self.authenticate(member.login, member.login)
        self.opener.cookies["frontend_lang"] = "en_US"
        page = self.url_open("/my/firm?month=2025-12").text
        self.assertIn(f'aria-label="{card["label"]}"', page)
        self.assertIn(card["trend"]["words"], page)
        self.assertIn("Not yet known", page)
        self.assertIn("This month is not over", page)

    def test_reading_more_takes_no_more_queries(self):
        for firm in self.firms:
            self._worker(firm, 30)
            self._read(firm, date(2025, 8, 1), 2)
        indicators = self.env["cocare.indicator"].search([])
        year = [date(2025, month, 1) for month in range(1, 13)]
        few = self._queries(indicators, self.firm_a, year[-1:])
        many = self._queries(indicators, self.firms, year)
        self.assertLessEqual(many, few)
        sources = len(set(indicators.mapped("source")))
        self.assertLessEqual(many, 3 * sources)

    def _queries(self, indicators, firms, months):
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        indicators._series(firms, months)
        return self.env.cr.sql_log_count - before


@freeze_time("2025-12-15 10:00:00")
@tagged("post_install", "-at_install")
class TestBoard(IndicatorCommon, HttpCase):
    """The shared office sees the firms it is allowed in, side by side."""

    def _names(self, user, firms, **kwargs):
        return [firm["name"] for firm in self._as(user, firms).board(**kwargs)["firms"]]

    def test_firms_that_are_ticked_and_no_other(self):
        self.assertEqual(
            self._names(self.facilitator, self.operator | self.firms),
            ["Firm A", "Firm B", "Firm C", "Operator"],
        )
        self.assertEqual(self._names(self.facilitator, self.firm_c), ["Firm C"])
        reader = self.readers[self.firm_a]
        self.assertEqual(self._names(reader, self.firm_a), ["Firm A"])
        with self.assertRaises(AccessError):
            self._names(reader, self.firms)

    def test_members_have_their_own_page(self):
        with self.assertRaises(AccessError):
            self._names(self.members[self.firm_a], self.firm_a)

    def test_figures_and_months(self):
        self._worker(self.firm_b, 35)
        dashboard = self._as(self.facilitator, self.firms)
        board = dashboard.board("2025-08-17")
        self.assertEqual(board["month"], "2025-08-01")
        self.assertEqual(
            (board["previous"], board["next"]), ("2025-07-01", "2025-09-01")
        )
        self.assertEqual(
            sum(family["span"] for family in board["families"]),
            len(board["indicators"]),
        )
        people = [
            next(card["value"] for card in firm["cards"] if card["code"] == "people")
            for firm in board["firms"]
        ]
        self.assertEqual(people, [False, "1", False])
        self.assertFalse(dashboard.board("2030-01-01")["next"])
        self.assertEqual(dashboard.board("2030-01-01")["month"], "2025-12-01")

    def test_office_looks_at_its_firms(self):
        self._worker(self.firm_b, 35)
        self.start_tour(
            "/odoo/cocare-dashboard", "cocare_dashboard", login=self.facilitator.login
        )
