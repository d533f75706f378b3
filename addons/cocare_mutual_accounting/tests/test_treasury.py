from datetime import date
from itertools import product

from hypothesis import given
from hypothesis import strategies as st

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.http import Request
from odoo.tests import BaseCase, HttpCase, freeze_time, tagged

from .. import treasury
from ..allocation import to_cents
from .common import CocareBooksCommon

CODES = st.integers(4, 8888).map(str)
RULES = st.builds(
    treasury.Rule,
    st.lists(CODES, min_size=1, max_size=3).map(tuple),
    st.lists(CODES, max_size=2).map(tuple),
)


class TestTreasuryArithmetic(BaseCase):
    """An account counts once, or is told; nothing is lost."""

    @given(st.lists(RULES, max_size=4), st.dictionaries(CODES, st.integers()))
    def test_every_cent_is_in_a_line_or_left_out(self, rules, balances):
        amounts, left_out = treasury.measure(list(enumerate(rules)), balances)
        self.assertEqual(
            sum(amounts.values()) + sum(left_out.values()), sum(balances.values())
        )

    @given(RULES, RULES)
    def test_two_lines_overlap_when_an_account_is_of_both(self, one, other):
        longest = max(len(prefix) for prefix in one.taken + other.taken)
        codes = map("".join, product("45678", repeat=longest))
        both = any(one.takes(code + "9") and other.takes(code + "9") for code in codes)
        if both:
            self.assertTrue(treasury.overlap(one, other))

    @given(st.integers(), st.lists(st.lists(st.integers())))
    def test_a_month_ends_where_the_next_begins(self, start, flows):
        left = start
        for comes, goes, end in treasury.project(start, flows):
            self.assertEqual(end, left + comes + goes)
            left = end
        self.assertEqual(left, start + sum(map(sum, flows)))


@freeze_time("2025-09-10")
@tagged("post_install", "-at_install")
class TestTreasury(CocareBooksCommon):
    """Firm A has 1,000 in the bank, is owed 700, late, and owes 300 in October."""

    def setUp(self):
        super().setUp()
        firm = self.firm_a
        self._entry(firm, "2025-07-15", ("512", 1000), ("706", -1000))
        owed = self._entry(firm, "2025-08-01", ("411", 700), ("706", -700))
        bill = self._entry(firm, "2025-09-02", ("606", 300), ("401", -300))
        owed.line_ids[0].date_maturity = date(2025, 8, 31)
        bill.line_ids[1].date_maturity = date(2025, 10, 2)
        self._entry(self.firm_b, "2025-07-15", ("512", 98765), ("706", -98765))

    def _treasury(self, user=None, firm=None):
        firm = firm or self.firm_a
        return (
            firm.with_user(user or self.members[self.firm_a])
            .with_context(allowed_company_ids=firm.ids)
            ._cocare_treasury()
        )

    def _line(self, user=None, **values):
        Line = self.env["cocare.forecast.line"].with_user(user or self.facilitator)
        return Line.create(
            {
                "company_id": self.firm_a.id,
                "name": "Wages",
                "amount": 450.1,
                "date_from": date(2025, 10, 1),
                **values,
            }
        )

    def test_the_grid_adds_up(self):
        treasury_of_a = self._treasury()
        amounts = {m["name"]: m["amount"] for m in treasury_of_a["measures"]}
        self.assertEqual(amounts["Bank and cash"], 1000)
        self.assertEqual(amounts["Suppliers"], -300)
        self.assertEqual(amounts["Reference treasury"], 700)
        self.assertEqual(amounts["Customers"], 700)
        self.assertEqual(amounts["Future treasury"], 1400)
        self.assertEqual(treasury_of_a["elsewhere"], -1400)
        self.assertEqual(treasury_of_a["left_out"], [])

    def test_an_account_of_no_line_is_told_with_its_balance(self):
        self._entry(self.firm_a, "2025-09-03", ("512", 50), ("455", -50))
        treasury_of_a = self._treasury()
        (told,) = treasury_of_a["left_out"]
        self.assertTrue(told["code"].startswith("455"))
        self.assertEqual(told["amount"], -50)
        self.assertTrue(told["name"])
        self.assertEqual(
            to_cents(treasury_of_a["measures"][-1]["amount"])
            + to_cents(treasury_of_a["elsewhere"])
            + to_cents(told["amount"]),
            0,
        )

    def test_what_is_known_is_in_its_month(self):
        months = self._treasury()["months"]
        self.assertEqual(len(months), 7)
        self.assertEqual(
            [(m["comes"], m["goes"], m["left"]) for m in months[:3]],
            [(700, 0, 1700), (0, -300, 1400), (0, 0, 1400)],
        )
        self.assertEqual(
            [part["name"] for part in months[0]["parts"]], ["Customers' invoices, late"]
        )

    def test_the_past_is_what_the_books_said(self):
        past = self._treasury()["past"]
        self.assertEqual(len(past), 6)
        self.assertEqual([m["left"] for m in past[-3:]], [0, 1000, 1000])

    def _obligation(self, last, **values):
        first = last.replace(day=1)
        return self.env["cocare.obligation"].create(
            {
                "company_id": self.firm_a.id,
                "rule_id": self.env["cocare.obligation.rule"].search([], limit=1).id,
                "code": "vat",
                "form": "3310-CA3",
                "date_from": first,
                "date_to": last,
                "nominal_date": date(2025, 10, 21),
                "due_date": date(2025, 10, 21),
                **values,
            }
        )

    def test_an_obligation_with_an_amount_is_in_its_month(self):
        self._obligation(date(2025, 9, 30), amount=123)
        october = self._treasury()["months"][1]
        self.assertEqual(october["goes"], -423)
        self.assertIn("3310-CA3", october["parts"][-1]["name"])

    def test_a_credit_of_tax_or_what_is_paid_does_not_come(self):
        self._obligation(date(2025, 9, 30), amount=-50)
        self._obligation(
            date(2025, 8, 31), amount=60, state="paid", filed_on=date(2025, 9, 9)
        )
        october = self._treasury()["months"][1]
        self.assertEqual((october["comes"], october["goes"]), (0, -300))

    def test_a_line_comes_again_until_its_last_month(self):
        self._line(every=2, date_to=date(2026, 1, 31))
        left = [month["left"] for month in self._treasury()["months"]]
        self.assertEqual(left, [1700, 949.9, 949.9, 499.8, 499.8, 499.8, 499.8])
        self._line(name="Wood", amount=600, date_from=date(2025, 12, 1))
        treasury_of_a = self._treasury()
        self.assertEqual(treasury_of_a["lowest"]["month"], date(2025, 12, 1))
        self.assertEqual(treasury_of_a["lowest"]["left"], -100.2)

    def test_a_treasury_is_for_its_firm_and_the_office(self):
        for user in (self.members[self.firm_a], self.facilitator, self.accountant):
            self.assertEqual(self._treasury(user)["cash"], 1000)
        with self.assertRaises(AccessError):
            self._treasury(self.readers[self.firm_a])
        with self.assertRaises(AccessError):
            self._treasury(self.members[self.firm_a], self.firm_b)

    def test_the_office_sees_what_the_firm_sees(self):
        view = (
            self.env["cocare.treasury"]
            .with_user(self.facilitator)
            .with_company(self.firm_a)
            .create({})
        )
        self.assertEqual(view.company_id, self.firm_a)
        self.assertIn("Future treasury", view.body)
        self.assertIn("1,400.00", view.body)
        self.assertNotIn("98,765", view.body)
        action = view.action_open_lines()
        self.assertEqual(action["domain"], [("company_id", "=", self.firm_a.id)])

    def test_members_change_what_their_firm_typed_in_only(self):
        Line = self.env["cocare.forecast.line"]
        member = self.members[self.firm_a]
        form = {
            "name": "Fair",
            "kind": "sale",
            "direction": "in",
            "amount": "1 250,50",
            "date_from": "2025-12",
        }
        line = Line.with_user(member)._add_as_firm(self.firm_a, form)
        self.assertEqual(
            (line.amount, line.side, line.date_from, line.every),
            (1250.5, "firm", date(2025, 12, 1), 0),
        )
        line._change_as_firm({**form, "amount": "900", "every": "12"})
        self.assertEqual((line.amount, line.every), (900, 12))
        coach = self._line()
        for call in (
            lambda: coach.with_user(member)._change_as_firm(form),
            lambda: coach.with_user(member)._remove_as_firm(),
            lambda: line.with_user(self.members[self.firm_b])._remove_as_firm(),
            lambda: Line.with_user(member)._add_as_firm(self.firm_b, form),
            lambda: line.write({"amount": 1}),
            lambda: self._line(side="firm"),
        ):
            with self.assertRaises(AccessError):
                call()
        line._remove_as_firm()
        self.assertFalse(line.exists())

    def test_what_cannot_be_read_is_named(self):
        Line = self.env["cocare.forecast.line"].with_user(self.members[self.firm_a])
        good = {
            "name": "Fair",
            "kind": "sale",
            "direction": "in",
            "amount": "10",
            "date_from": "2025-12",
        }
        for wrong, said in (
            ({"name": " "}, "Say what it is"),
            ({"amount": "ten"}, "“ten” is no amount"),
            ({"amount": "-5"}, "“-5” is no amount"),
            ({"amount": "0"}, "“0” is no amount"),
            ({"amount": "1.234"}, "“1.234” is no amount"),
            ({"kind": "bribe"}, "of what kind"),
            ({"direction": ""}, "of what kind"),
            ({"date_from": ""}, "in which month"),
            ({"date_from": "2025-13"}, "“2025-13” is no month"),
            ({"date_to": "2025-11"}, "not before the first"),
            ({"every": "500"}, "1 to 120 months"),
        ):
            with self.subTest(wrong), self.assertRaisesRegex(UserError, said):
                Line._add_as_firm(self.firm_a, {**good, **wrong})
        self.assertFalse(Line.search([]))

    def test_two_lines_of_a_grid_take_no_account_twice(self):
        Measure = self.env["cocare.treasury.measure"].with_user(self.accountant)
        shipped = Measure.search([("network_id", "=", False)])
        with self.assertRaises(AccessError):
            shipped[0].name = "Ours"
        Measure.action_own_grid()
        own = Measure.search([("network_id", "=", self.network.id)])
        self.assertEqual(own.mapped("name"), shipped.mapped("name"))
        taxes = own.filtered(lambda m: (m.prefixes or "").startswith("42"))
        for prefixes, said in (
            ("42, 43, 44, 401", "both take accounts 401"),
            ("42, x", "“x” is no beginning"),
            ("-42", "say which accounts"),
        ):
            with (
                self.assertRaisesRegex(ValidationError, said),
                self.env.cr.savepoint(),
            ):
                taxes.prefixes = prefixes
        own[0].name = "Liquidity"
        names = [measure["name"] for measure in self._treasury()["measures"]]
        self.assertEqual(names[0], "Liquidity")


@freeze_time("2025-09-10")
@tagged("post_install", "-at_install")
class TestTreasuryPortal(CocareBooksCommon, HttpCase):
    """The page of a worker-member."""

    def setUp(self):
        super().setUp()
        self._entry(self.firm_a, "2025-07-15", ("512", 1234), ("706", -1234))
        self._entry(self.firm_b, "2025-07-15", ("512", 98765), ("706", -98765))
        login = self.members[self.firm_a].login
        self.authenticate(login, login)

    def _post(self, address, **form):
        form["csrf_token"] = Request.csrf_token(self)
        return self.url_open(address, data=form)

    def test_a_member_reads_and_fills_the_forecast(self):
        page = self.url_open("/my/treasury").text
        self.assertIn("1,234.00", page)
        self.assertNotIn("98,765", page)
        home = f"/my/treasury/{self.firm_a.id}"
        form = {
            "name": "Winter fair",
            "kind": "sale",
            "direction": "in",
            "amount": "ten",
            "date_from": "2025-12",
        }
        page = self._post(f"{home}/add", **form).text
        self.assertIn("is no amount", page)
        self.assertIn("Winter fair", page, "what was typed in is not lost")
        self.assertFalse(self.env["cocare.forecast.line"].search([]))
        page = self._post(f"{home}/add", **{**form, "amount": "766"}).text
        self.assertIn("2,000.00", page)
        line = self.env["cocare.forecast.line"].search([])
        page = self._post(f"{home}/{line.id}/change", **{**form, "amount": "66"}).text
        self.assertIn("1,300.00", page)
        self._post(f"{home}/{line.id}/remove")
        self.assertFalse(line.exists())

    def test_another_firm_is_not_there(self):
        line = self.env["cocare.forecast.line"].create(
            {"company_id": self.firm_b.id, "name": "Theirs", "amount": 1}
        )
        theirs = f"/my/treasury/{self.firm_b.id}"
        mine = f"/my/treasury/{self.firm_a.id}"
        self.assertEqual(self.url_open(theirs).status_code, 404)
        for address in (
            f"{theirs}/add",
            f"{mine}/{line.id}/change",
            f"{mine}/{line.id}/remove",
        ):
            self.assertEqual(self._post(address).status_code, 404)
        self.assertTrue(line.exists())

    def test_a_line_of_the_office_is_read_only(self):
        self.env["cocare.forecast.line"].create(
            {"company_id": self.firm_a.id, "name": "Coach says", "amount": 1}
        )
        page = self.url_open("/my/treasury").text
        self.assertIn("Coach says", page)
        self.assertNotIn("/remove", page)
