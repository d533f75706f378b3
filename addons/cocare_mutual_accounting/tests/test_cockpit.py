from freezegun import freeze_time

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command

from .common import CocareBooksCommon

TODAY = "2026-09-20"


@freeze_time(TODAY)
class TestCockpit(CocareBooksCommon):
    """What remains to be done is told for the right firm and month, then is gone."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.first, cls.second = cls.firms[0], cls.firms[1]
        cls.env["cocare.firm.accountant"].create(
            {
                "company_id": cls.first.id,
                "user_id": cls.accountant.id,
                "valid_from": "2026-01-01",
            }
        )
        cls.reasons = (
            cls.env["cocare.cockpit.reason"]
            .with_user(cls.accountant)
            .with_context(allowed_company_ids=(cls.operator | cls.firms).ids)
        )
        cls.cockpit = cls.reasons.env["cocare.cockpit"]

    def of(self, code, firm=None):
        self.env.flush_all()
        self.reasons.invalidate_model()
        return self.reasons.search(
            [("code", "=", code), ("company_id", "=", (firm or self.first).id)]
        )

    def account(self, code, firm=None):
        return (
            self.env["account.account"]
            .with_company(firm or self.first)
            .search([("code", "=like", f"{code}%")], limit=1)
        )

    def post(self, *lines, day="2026-07-15", firm=None, post=True):
        firm = firm or self.first
        journal = self.env["account.journal"].search(
            [("company_id", "=", firm.id), ("type", "=", "general")], limit=1
        )
        move = self.env["account.move"].create(
            {
                "journal_id": journal.id,
                "date": day,
                "line_ids": [
                    Command.create(
                        {
                            "account_id": self.account(code, firm).id,
                            "balance": balance,
                            "partner_id": partner and partner.id,
                            "date_maturity": partner and day,
                        }
                    )
                    for code, balance, partner in lines
                ],
            }
        )
        if post:
            move.action_post()
        return move

    def test_drafts(self):
        move = self.post(
            ("606", 10, None), ("613", -10, None), day="2026-08-03", post=False
        )
        reason = self.of("draft")
        self.assertEqual(
            [(one.month.isoformat(), one.item_count, one.amount) for one in reason],
            [("2026-08-01", 1, 10)],
        )
        self.assertEqual(reason.due.isoformat(), "2026-09-30", "end of the next month")
        self.assertEqual((reason.level, reason.delay), ("later", "48 d"))
        self.assertFalse(self.of("draft", self.second))
        move.action_post()
        self.assertFalse(self.of("draft"))

    def test_suspense_account_since_it_is_not_zero(self):
        """What was cleared before is over, what came after counts from its month."""
        self.post(("471", 50, None), ("606", -50, None), day="2026-03-10")
        self.post(("471", -50, None), ("606", 50, None), day="2026-05-10")
        self.assertFalse(self.of("suspense"))
        self.post(("471", 30, None), ("606", -30, None), day="2026-07-10")
        self.post(("471", -5, None), ("606", 5, None), day="2026-08-10")
        self.post(("580", 7, None), ("606", -7, None), day="2026-08-10")
        self.assertEqual(
            {
                (one.subject, one.month.isoformat(), one.amount)
                for one in self.of("suspense")
            },
            {("471", "2026-07-01", 25), ("58", "2026-08-01", 7)},
        )

    def test_overdue_items_and_their_age(self):
        partner = self.env["res.partner"].create(
            {"name": "Customer", "company_id": self.first.id}
        )
        move = self.post(("411", 100, partner), ("606", -100, None), day="2026-08-11")
        reason = self.of("receivable")
        self.assertEqual((reason.item_count, reason.amount), (1, 100))
        self.assertEqual(reason.delay, "40 d")
        paid = self.post(("411", -100, partner), ("606", 100, None), day="2026-09-01")
        (move | paid).line_ids.filtered("partner_id").reconcile()
        self.assertFalse(self.of("receivable"))

    def test_bank(self):
        bank = self.env["account.journal"].search(
            [("company_id", "=", self.first.id), ("type", "=", "bank")], limit=1
        )
        line = self.env["account.bank.statement.line"].create(
            {
                "journal_id": bank.id,
                "date": "2026-07-31",
                "amount": -12,
                "payment_ref": "Fee",
            }
        )
        self.env["account.bank.statement"].create(
            {
                "name": "July",
                "line_ids": [Command.set(line.ids)],
                "balance_end_real": -12,
            }
        )
        self.assertEqual(self.of("bank").mapped("item_count"), [1])
        missing = self.of("bank_missing")
        self.assertEqual(missing.month.isoformat(), "2026-08-01")
        self.assertFalse(self.of("bank_missing", self.second), "never had a bank")

    def test_documents(self):
        self.env["cocare.document.request"].create(
            {
                "name": "Insurance",
                "company_id": self.first.id,
                "asked_on": "2026-09-01",
                "due_date": "2026-09-10",
            }
        )
        reason = self.of("request")
        self.assertEqual((reason.level, reason.delay), ("late", "19 d"))

    def test_obligations(self):
        regime = self.env["cocare.regime"].search([("family", "=", "vat")], limit=1)
        rule = self.env["cocare.obligation.rule"].search(
            [("regime_id", "=", regime.id)], limit=1
        )
        for day, due in (("2026-08-31", "2026-09-24"), ("2026-12-31", "2027-05-04")):
            self.env["cocare.obligation"].create(
                {
                    "company_id": self.first.id,
                    "rule_id": rule.id,
                    "code": "test",
                    "form": "CA3",
                    "date_from": f"{day[:7]}-01",
                    "date_to": day,
                    "nominal_date": due,
                    "due_date": due,
                }
            )
        reason = self.of("obligation")
        self.assertEqual(reason.name, "CA3")
        self.assertEqual(
            (reason.month.isoformat(), reason.due.isoformat(), reason.level),
            ("2026-08-01", "2026-09-24", "soon"),
        )

    def test_limits_of_regimes(self):
        self.env["cocare.firm.regime"].create(
            {
                "company_id": self.first.id,
                "regime_id": self.env.ref("cocare_mutual_accounting.regime_ca12").id,
                "valid_from": "2026-01-01",
                "source": "Letter of the tax office",
            }
        )

        def sell(amount, day, code="707"):
            self.post((code, -amount, None), ("512", amount, None), day=day)

        sell(945000, "2025-12-31")
        sell(286000, "2025-12-31", "706")
        sell(1040000, "2026-03-01")
        self.assertFalse(self.of("limit"), "up to the limits")
        sell(0.01, "2025-06-30")
        reason = self.of("limit")
        self.assertEqual(
            [(one.month.isoformat(), one.subject, one.amount) for one in reason],
            [("2026-09-01", "tolerated", 945000.01)],
        )
        self.assertEqual(reason.action_open()["res_model"], "cocare.firm.regime")
        sell(0.01, "2026-06-30")
        self.assertEqual(
            sorted((one.subject, one.amount) for one in self.of("limit")),
            [("beyond", 1040000.01), ("tolerated", 945000.01)],
        )

    def test_limits_of_a_regime_that_was_left(self):
        for code, day in (("ca12", "2026-01-01"), ("ca3_month", "2026-09-01")):
            self.env["cocare.firm.regime"].create(
                {
                    "company_id": self.first.id,
                    "regime_id": self.env.ref(
                        f"cocare_mutual_accounting.regime_{code}"
                    ).id,
                    "valid_from": day,
                    "source": "Letter of the tax office",
                }
            )
        self.post(("707", -2e6, None), ("512", 2e6, None), day="2026-03-01")
        self.assertFalse(self.of("limit"))

    def test_books_that_differ_are_told_to_who_sees_both(self):
        other = self.second.partner_id
        self.post(("411", 90, other), ("606", -90, None))
        self.assertEqual(
            [(one.other_company_id, one.amount) for one in self.of("mirror")],
            [(self.second, 90)],
        )
        self.assertEqual(self.of("mirror", self.second).other_company_id, self.first)
        alone = self.reasons.with_context(allowed_company_ids=self.first.ids)
        self.assertFalse(alone.search([("code", "=", "mirror")]))
        self.post(
            ("401", -90, self.first.partner_id), ("606", 90, None), firm=self.second
        )
        self.assertFalse(self.of("mirror"))

    def test_months_that_are_locked(self):
        self.first.tax_lock_date = "2026-08-31"
        self.first.fiscalyear_lock_date = "2026-06-30"
        states = {one.month.isoformat()[:7]: one.subject for one in self.of("month")}
        self.assertEqual(
            [states[f"2026-0{month}"] for month in (6, 7, 8, 9)],
            ["locked", "tax", "tax", "open"],
        )

    def test_in_charge_is_the_backup_while_away(self):
        backup = self._new_user(
            "backup", "cocare_mutual_accounting.group_accountant", self.first
        )
        self.assertEqual(self.of("month").user_id, self.accountant)
        self.env["cocare.firm.accountant"].search(
            [("company_id", "=", self.first.id)]
        ).write(
            {
                "backup_id": backup.id,
                "away_from": "2026-09-15",
                "away_until": "2026-09-30",
            }
        )
        self.assertEqual(self.of("month").user_id, backup)
        self.assertFalse(self.of("month", self.second).user_id)

    def test_board(self):
        for day in ("2026-03-03", "2026-04-03", "2026-08-03"):
            self.post(("606", 10, None), ("613", -10, None), day=day, post=False)
        board = self.cockpit.board([("user_id", "=", self.accountant.id)], months=3)
        self.assertEqual(
            [month["key"] for month in board["months"]],
            ["before", "2026-07-01", "2026-08-01", "2026-09-01"],
        )
        (firm,) = board["firms"]
        self.assertEqual(firm["id"], self.first.id)
        self.assertEqual(
            [
                (one["column"], one["name"], one["first"], one["last"])
                for one in firm["reasons"]
                if one["code"] == "draft"
            ],
            [
                ("before", "Drafts: 2", False, "2026-04-01"),
                ("2026-08-01", "Drafts: 1", "2026-08-01", "2026-08-01"),
            ],
        )
        by_reason = self.cockpit.board([("code", "=", "draft")], by="code")
        self.assertEqual(
            [one["name"] for one in by_reason["firms"][0]["reasons"]], ["Drafts: 3"]
        )
        self.assertEqual(
            len(self.cockpit.board([])["firms"]), len(self.operator | self.firms)
        )

    def test_every_reason_opens_a_screen_of_its_firm(self):
        codes = dict(self.reasons._fields["code"].selection).keys() - {"month"}
        for code in codes:
            with self.subTest(code=code):
                action = self.reasons.open_reason(
                    self.first.id, code, "2026-07-01", "2026-08-01", "471", False
                )
                self.assertTrue(action["id"])
                records = self.reasons.env[action["res_model"]].search(action["domain"])
                self.assertLessEqual(records.company_id, self.first)
        for code in ("month", "overdue", "nothing"):
            with self.assertRaisesRegex(UserError, "nothing to open"):
                self.reasons.open_reason(self.first.id, code, False, "2026-08-01")
        alone = self.reasons.with_context(allowed_company_ids=self.first.ids)
        with self.assertRaisesRegex(UserError, "nothing to open"):
            alone.open_reason(self.second.id, "draft", False, "2026-08-01")

    def test_what_is_opened_is_what_was_told(self):
        drafts = self.post(("606", 1, None), ("613", -1, None), post=False)
        self.post(("606", 1, None), ("613", -1, None), day="2026-08-15", post=False)
        reason = self.of("draft").filtered(lambda one: one.month.month == 7)
        action = reason.action_open()
        self.assertEqual(self.env[action["res_model"]].search(action["domain"]), drafts)

    def test_for_accountants_only(self):
        member = self._new_user(
            "clerk", "cocare_network.group_network_reader", self.first
        )
        with self.assertRaises(AccessError):
            self.env["cocare.cockpit"].with_user(member).board([])
