from datetime import date
from decimal import Decimal

from psycopg2 import IntegrityError

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from ..allocation import to_cents
from .common import CocareBooksCommon

AUGUST = date(2025, 8, 1)


@tagged("post_install", "-at_install")
class TestKeyMethods(CocareBooksCommon):
    """What a key may say, from what is measured to the shares and their words."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.key = cls.pools[0].key_id

    def _draft(self, **values):
        return self.env["cocare.allocation.key.version"].create(
            {"key_id": self.key.id, "valid_from": date(2025, 7, 2), **values}
        )

    def _parts(self, *parts):
        return [
            Command.create({"percent": percent, "method": method, **more})
            for percent, method, more in parts
        ]

    def _firm_lines(self, *lines):
        return [
            Command.create({"company_id": firm.id, **values})
            for firm, values in zip(self.firms, lines, strict=False)
        ]

    def _share(self, cost=1000, **values):
        """Compute July under a version, and return its shares of the coaching."""
        version = self._draft(**values)
        self._adopt(version)
        self._costs(date(2025, 7, 15), coaches=cost)
        run = self._run(self.july)
        run.action_compute()
        run._check_shares_add_up()
        return run.share_ids.filtered(lambda s: s.service_id == self.coaching)

    def _hours(self, *hours):
        for firm, quantity in zip(self.firms, hours, strict=True):
            self._read(firm, date(2025, 7, 3), quantity)

    def _values(self, method, **values):
        part = self._draft(part_ids=self._parts((100, method, values))).part_ids
        measured = part._values(self.firms, self.july, date(2025, 7, 31))
        return list(measured.values())

    # What is measured

    def test_margin_is_turnover_less_purchases(self):
        day = date(2025, 7, 5)
        self._entry(self.firm_a, day, ("512", 3000), ("707", -3000))
        self._entry(self.firm_a, day, ("607", 1200), ("512", -1200))
        self._entry(self.firm_a, day, ("6037", -200.5), ("37", 200.5))
        self._entry(self.firm_a, day, ("6132", 900), ("512", -900))
        self._entry(self.firm_a, date(2025, 8, 1), ("512", 50), ("707", -50))
        self._entry(self.firm_b, day, ("607", 500), ("512", -500))
        self.assertEqual(self._values("margin"), [Decimal("2000.5"), 0, 0])
        self.assertEqual(self._values("turnover"), [3000, 0, 0])

    def test_invoices_and_entries_are_counted(self):
        for firm, kinds in (
            (self.firm_a, ("out_invoice", "out_invoice", "out_refund")),
            (self.firm_b, ("out_invoice", "in_invoice")),
        ):
            for kind in kinds:
                self._document(firm, kind)
        journal = self.env["account.journal"].search(
            [("company_id", "=", self.firm_c.id), ("type", "=", "sale")], limit=1
        )
        taken_over = self._entry(
            self.firm_c, date(2025, 7, 5), ("411", 100), ("706", -100)
        ).copy({"journal_id": journal.id, "date": date(2025, 7, 6)})
        taken_over._post(soft=False)
        self.assertEqual(self._values("invoices"), [2, 1, 1])
        self.assertEqual(self._values("entries"), [3, 2, 2])

    def _document(self, firm, kind):
        move = (
            self.env["account.move"]
            .with_company(firm)
            .create(
                {
                    "move_type": kind,
                    "partner_id": self.operator.partner_id.id,
                    "invoice_date": date(2025, 7, 10),
                    "date": date(2025, 7, 10),
                    "ref": f"{kind} {firm.name}",
                    "invoice_line_ids": [
                        Command.create(
                            {"name": "Test", "price_unit": 100, "tax_ids": []}
                        )
                    ],
                }
            )
        )
        move._post(soft=False)

    def test_full_time_equivalents(self):
        for firm, hours in ((self.firm_a, 35), (self.firm_b, 17.5)):
            self._work(firm, hours)
        self.assertEqual(self._values("fte"), [1, Decimal("0.5"), 0])

    def _work(self, firm, hours):
        membership = self.env["cocare.membership"].create(
            {
                "name": firm.name,
                "kind": "firm",
                "network_id": self.network.id,
                "partner_id": firm.partner_id.id,
            }
        )
        membership.sudo()._link_company(firm)
        self.env["cocare.worker"].create(
            {
                "membership_id": membership.id,
                "name": "Jo",
                "weekly_hours": hours,
                "date_start": date(2025, 1, 1),
            }
        )

    # From a key to shares

    def test_half_equal_half_use(self):
        self._hours(12, 36, 0)
        shares = self._share(
            part_ids=self._parts(
                (50, "equal", {}), (50, "usage", {"service_id": self.coaching.id})
            )
        )
        self.assertEqual(shares.mapped("invoiced"), [291.67, 541.67, 166.66])
        self.assertEqual(shares.mapped("exact_cents")[0], "87500/3")
        self.assertEqual(
            shares[0]._key_text(),
            "50 % equal shares (1 of 3), 50 % Coaching (12 of 48 hours); "
            "29.17 % of the cost",
        )
        self.assertEqual(shares[0].key_text, shares[0]._key_text())

    def test_progressive_brackets(self):
        for firm, margin in zip(self.firms, (20001, 10000), strict=False):
            self._entry(firm, date(2025, 7, 5), ("512", margin), ("706", -margin))
        self._entry(self.firm_c, date(2025, 7, 5), ("607", 500), ("512", -500))
        shares = self._share(
            3000.08,
            part_ids=self._parts(
                (
                    100,
                    "margin",
                    {
                        "bracket_ids": [
                            Command.create({"start": 0, "rate": 10}),
                            Command.create({"start": 20000, "rate": 8}),
                        ]
                    },
                )
            ),
        )
        self.assertEqual(shares.mapped("invoiced"), [2000.08, 1000, 0])
        self.assertEqual(shares[0]._key_text(), "20,001, by brackets 2,000.08")

    def test_start_up_discount_is_borne_by_the_others(self):
        self.firm_a.cocare_joined_on = date(2024, 7, 20)
        self.firm_b.cocare_joined_on = date(2024, 8, 20)
        steps = [
            Command.create({"until_month": month, "percent": percent})
            for month, percent in ((6, 50), (12, 25))
        ]
        shares = self._share(method="equal", discount_ids=steps)
        # month 13, 12 and 1: weights 1, 3/4 and 1/2
        self.assertEqual(shares.mapped("invoiced"), [444.45, 333.33, 222.22])
        self.assertEqual(
            shares[2]._key_text(),
            "1 of 3; start-up discount −50 %; 22.22 % of the cost",
        )
        self.assertNotIn("discount", shares[0]._key_text())

    def test_solidarity_coefficient(self):
        shares = self._share(
            900, method="equal", line_ids=self._firm_lines({"coefficient": 0.25})
        )
        self.assertEqual(shares.mapped("invoiced"), [100, 400, 400])
        self.assertIn("solidarity coefficient 0.25", shares[0]._key_text())

    def test_floor_and_ceiling(self):
        self._hours(8, 2, 0)
        shares = self._share(
            method="usage",
            service_id=self.coaching.id,
            floor=100,
            floor_kind="amount",
            ceiling=60,
        )
        self.assertEqual(shares.mapped("invoiced"), [600, 300, 100])
        texts = [share._key_text() for share in shares]
        self.assertIn("held at the ceiling, 60 % of the cost", texts[0])
        self.assertNotIn("floor", texts[1])
        self.assertIn("brought up to the floor, 100.00", texts[2])

    def test_bounds_hold_for_the_full_cost_and_a_credit(self):
        """The direct cost is shown in the proportions of the full cost."""
        self._hours(8, 2, 0)
        self._costs(date(2025, 7, 15), rent=500)
        shares = self._share(
            method="usage",
            service_id=self.coaching.id,
            floor=150,
            floor_kind="amount",
        )
        self.assertEqual(shares.mapped("full_cost"), [1080, 270, 150])
        self.assertEqual(shares.mapped("direct_cost"), [720, 180, 100])

    def test_a_credit_is_shared_as_a_cost(self):
        self._hours(8, 2, 0)
        shares = self._share(
            -1000, method="usage", service_id=self.coaching.id, floor=10
        )
        self.assertEqual(shares.mapped("invoiced"), [-720, -180, -100])

    def test_bounds_that_cannot_be_kept_are_refused(self):
        with self.assertRaisesRegex(
            UserError, "“Coaches” cost 1,000.00.*3 firms cannot all be between"
        ):
            self._share(method="equal", ceiling=300, ceiling_kind="amount")

    def test_part_that_is_zero_is_named(self):
        parts = self._parts(
            (50, "equal", {}), (50, "usage", {"service_id": self.coaching.id})
        )
        with self.assertRaisesRegex(UserError, "the part “50 % Coaching”"):
            self._share(part_ids=parts)

    def test_nobody_left_to_pay_is_refused(self):
        nothing = [{"coefficient": 0}] * 3
        with self.assertRaisesRegex(UserError, "zero for every firm"):
            self._share(method="equal", line_ids=self._firm_lines(*nothing))

    def test_shares_are_frozen(self):
        """What was measured later, or the name of a service, changes no share."""
        self._hours(12, 36, 0)
        shares = self._share(
            part_ids=self._parts(
                (50, "equal", {}), (50, "usage", {"service_id": self.coaching.id})
            )
        )
        before = shares.mapped("key_detail"), shares.mapped("exact_cents")
        self.env.cr.execute("UPDATE cocare_usage SET quantity = quantity * 2")
        self.env.invalidate_all()
        self.assertEqual(
            (shares.mapped("key_detail"), shares.mapped("exact_cents")), before
        )
        self.assertIn("12 of 48 hours", shares[0]._key_text())

    def test_cents_of_a_combined_key_even_out(self):
        parts = self._parts((50, "equal", {}), (50, "percent", {}))
        self._adopt(
            self._draft(
                part_ids=parts,
                line_ids=self._firm_lines(
                    {"percent": 33.333}, {"percent": 33.333}, {"percent": 33.334}
                ),
            )
        )
        runs = self.env["cocare.allocation.run"]
        for month in range(7, 13):
            self._costs(date(2025, month, 15), coaches=100)
            runs |= self._close(date(2025, month, 1))
        shares = runs.share_ids.filtered(lambda s: s.service_id == self.coaching)
        for theirs in shares.grouped("company_id").values():
            paid = sum(to_cents(share.invoiced) for share in theirs)
            exact = sum(share._exact() for share in theirs)
            self.assertLess(abs(paid - exact), 1)

    # What is told

    def test_private_totals_are_kept_from_few_firms_in_combinations(self):
        for firm, margin in zip(self.firms, (500, 300, 200), strict=True):
            self._entry(firm, date(2025, 7, 5), ("512", margin), ("706", -margin))
        for method in ("turnover", "margin", "entries"):
            with self.subTest(method):
                self.assertTrue(self._draft(method=method)._is_private())
        shares = self._share(
            part_ids=self._parts((50, "equal", {}), (50, "margin", {}))
        )
        text = shares[0]._key_text()
        self.assertEqual(
            text, "50 % equal shares (1 of 3), 50 % margin of the month (500)"
        )
        self.assertTrue(self._draft(method="fte")._is_private())
        self.assertTrue(self._draft(method="invoices")._is_private())

    def test_exact_cents_are_for_the_arithmetic_only(self):
        self._hours(1, 1, 1)
        share = self._share(method="equal")[0]
        for user in (self.accountant, self.members[self.firm_a]):
            with self.assertRaises(AccessError):
                share.with_user(user).read(["exact_cents"])
        share.run_id._set_state("sent")
        share.with_user(self.members[self.firm_a]).read(["key_text", "key_detail"])

    # A version

    def test_only_part_is_written_by_the_version(self):
        version = self._draft(method="usage", service_id=self.coaching.id)
        self.assertEqual(version.part_ids.method, "usage")
        self.assertEqual(version.part_ids.service_id, self.coaching)
        self.assertEqual(version.part_ids.percent, 100)
        self.assertFalse(version.is_detailed)
        version.method = "margin"
        self.assertEqual(version.part_ids.method, "margin")
        self.assertFalse(version.part_ids.service_id)
        self.assertEqual(
            version.display_name,
            "Use of Coaching: Margin of the month, from 02/07/2025",
        )

    def test_form_of_a_simple_and_of_a_combined_key(self):
        Version = self.env["cocare.allocation.key.version"].with_user(self.facilitator)
        with Form(Version) as form:
            form.key_id = self.key.with_user(self.facilitator)
            form.valid_from = AUGUST
            form.method = "turnover"
        self.assertEqual(form.record.part_ids.method, "turnover")
        with Form(form.record) as form:
            form.is_detailed = True
            with form.part_ids.edit(0) as part:
                part.percent = 50
            with form.part_ids.new() as part:
                part.percent = 50
                part.method = "usage"
                part.service_id = self.coaching.with_user(self.facilitator)
        self.assertEqual(
            form.record.part_ids.mapped("display_name"),
            ["50 % turnover of the month", "50 % Coaching"],
        )
        self.assertFalse(form.record.method)
        form.record._check_complete()

    def test_parts_add_up_to_100(self):
        version = self._draft(
            part_ids=self._parts((50, "equal", {}), (40, "turnover", {}))
        )
        with self.assertRaisesRegex(
            UserError, r"\(50 % equal shares, 40 % turnover of the month\).*90 %"
        ):
            version.action_propose()
        version.part_ids.unlink()
        with self.assertRaisesRegex(UserError, "does not say what"):
            version.action_propose()

    def test_same_thing_twice_is_refused(self):
        with self.assertRaises(IntegrityError), mute_logger("odoo.sql_db"):
            self._draft(part_ids=self._parts((50, "equal", {}), (50, "equal", {})))

    def test_adopted_version_never_changes_in_any_part(self):
        values = {
            "part_ids": self._parts(
                (100, "margin", {"bracket_ids": [Command.create({"rate": 10})]})
            ),
            "line_ids": self._firm_lines({"coefficient": 0.5}),
            "discount_ids": [Command.create({"until_month": 6, "percent": 50})],
        }
        version, draft = self._draft(**values), self._draft(**values)
        draft.part_ids.method = "turnover"
        draft.discount_ids.until_month = 3
        draft.line_ids.company_id = self.firm_b
        self._adopt(version)
        version = version.with_user(self.facilitator)
        for name, vals in (
            ("part_ids", {"percent": 50}),
            ("line_ids", {"coefficient": 1}),
            ("discount_ids", {"percent": 10}),
        ):
            with self.assertRaises(UserError):
                version[name].write(vals)
            with self.assertRaises(UserError):
                version[name].unlink()
            with self.assertRaises(UserError):
                draft[name].write({"version_id": version.id})
        with self.assertRaises(UserError):
            version.part_ids.bracket_ids.rate = 5
        with self.assertRaises(UserError):
            draft.part_ids.bracket_ids.part_id = version.part_ids
        with self.assertRaises(UserError):
            version.method = "equal"
        with self.assertRaises(UserError):
            version.floor = 10

    def test_parts_of_another_network_are_refused(self):
        outside = self.env["res.company"].create({"name": "Outside"})
        other = self.env["cocare.network"].create(
            {"name": "Other", "operator_id": outside.id}
        )
        service = self.coaching.copy({"network_id": other.id, "code": "OTHER"})
        with self.assertRaises(ValidationError):
            self._draft(method="usage", service_id=service.id)
        with self.assertRaisesRegex(ValidationError, "Outside"):
            self._draft(
                line_ids=[Command.create({"company_id": outside.id, "coefficient": 2})]
            )
        stranger = self._new_user(
            "stranger", "cocare_network.group_facilitator", outside
        )
        part = self._draft().part_ids.with_user(stranger)
        with self.assertRaises(AccessError):
            part.read(["percent"])
        with self.assertRaises(AccessError):
            part.write({"percent": 50})

    def test_copy_says_the_same(self):
        version = self._draft(
            part_ids=self._parts(
                (60, "equal", {}),
                (40, "margin", {"bracket_ids": [Command.create({"rate": 10})]}),
            ),
            line_ids=self._firm_lines({"coefficient": 0.5}),
            discount_ids=[Command.create({"until_month": 6, "percent": 50})],
            ceiling=40,
        )
        copy = version.copy()
        self.assertEqual(copy._rule(), version._rule())
        for change in (
            lambda: setattr(copy, "ceiling", 50),
            lambda: setattr(copy.discount_ids, "percent", 25),
            lambda: setattr(copy.line_ids, "coefficient", 0.8),
            lambda: setattr(copy.part_ids.bracket_ids, "rate", 9),
        ):
            rule = copy._rule()
            change()
            self.assertNotEqual(copy._rule(), rule)

    def test_in_words(self):
        version = self._draft(
            part_ids=self._parts(
                (50, "equal", {}),
                (
                    50,
                    "margin",
                    {
                        "bracket_ids": [
                            Command.create({"start": 0, "rate": 10}),
                            Command.create({"start": 20000, "rate": 8}),
                        ]
                    },
                ),
            ),
            line_ids=self._firm_lines({"coefficient": 0.5}),
            discount_ids=[Command.create({"until_month": 6, "percent": 50})],
            floor=10,
            floor_kind="amount",
            ceiling=40,
        )
        words = version._in_words(self.firm_a)
        for said in (
            "Use of Coaching: 50 % equal shares, 50 % margin of the month, from",
            "margin of the month by brackets: 10 % from 0, 8 % from 20,000",
            "start-up discount of 50 % until month 6 of membership",
            "solidarity coefficient of Firm A: 0.5",
            "at least 10.00\N{NO-BREAK SPACE}€ a firm",
            "at most 40 % of the cost a firm",
        ):
            self.assertIn(said, words)
        words = version._in_words(self.firm_b)
        self.assertNotIn("Firm A", words)
        self.assertIn("firms with a solidarity coefficient: 1", words)

    def test_agreement_keeps_the_key_in_words(self):
        version = self._draft(
            method="equal", line_ids=self._firm_lines({}, {"coefficient": 0.5})
        )
        self._adopt(version)
        agreement = self.env["cocare.agreement"].create(
            {
                "company_id": self.operator.id,
                "service_id": self.coaching.id,
                "date_start": AUGUST,
            }
        )
        agreement.action_propose()
        self.assertIn("firms with a solidarity coefficient: 1", agreement.key_text)
        self.assertIn("Adopted by", agreement.key_text)
        self.assertNotIn("Firm B", agreement.key_text)
