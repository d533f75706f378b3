import logging

from psycopg2 import IntegrityError

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import freeze_time, tagged
from odoo.tools import mute_logger

from .closing_common import ADDON, ClosingCommon

_figure = logging.getLogger("cocare.figure")


@freeze_time("2025-11-05")
@tagged("post_install", "-at_install")
class TestClosing(ClosingCommon):
    """A period is closed once all its steps are in order, signed or waived."""

    def test_generation(self):
        self.env["cocare.closing"]._generate(self.firms)
        closings = self.env["cocare.closing"].search(
            [("company_id", "=", self.firm_a.id)]
        )
        months = closings.filtered(lambda c: c.kind == "month")
        self.assertEqual(
            [str(day) for day in months.mapped("date_from")],
            ["2025-11-01", "2025-10-01", "2025-09-01", "2025-08-01", "2025-07-01"],
        )
        self.assertEqual(
            [str(c.date_to) for c in closings.filtered(lambda c: c.kind == "year")],
            ["2025-12-31"],
        )
        self.assertEqual(closings[-1].steps_count, len(closings[-1].step_ids))
        self.assertEqual(str(months[0].latest_on), "2025-12-31")
        steps = closings.step_ids
        # again: nothing more
        self.assertFalse(self.env["cocare.closing"]._generate(self.firms))
        self.assertEqual(closings.step_ids, steps)
        with mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError):
            closings[0].copy()

    def test_quarters_of_quarterly_returns(self):
        self.env["cocare.firm.regime"].create(
            {
                "company_id": self.firm_a.id,
                "regime_id": self.env.ref(f"{ADDON}.regime_ca3_quarter").id,
                "valid_from": "2025-07-01",
                "source": "Letter",
            }
        )
        quarter = self._closings(kind="quarter")
        self.assertEqual(str(quarter.date_from), "2025-07-01")
        self.assertEqual(
            quarter.step_ids.rule_id.mapped("check"), ["vat", "vat_settled"]
        )
        self.assertFalse(self._step(self._closings(), "vat"))
        self.assertFalse(self._closings(self.firm_b, kind="quarter"))

    def test_locked_elsewhere(self):
        self.firm_a.fiscalyear_lock_date = "2025-08-31"
        self.env["cocare.closing"]._generate(self.firm_a)
        months = self.env["cocare.closing"].search(
            [("company_id", "=", self.firm_a.id), ("kind", "=", "month")]
        )
        self.assertEqual(str(min(months.mapped("date_from"))), "2025-09-01")

    def test_refused_until_in_order(self):
        self._entry(self.firm_a, "2025-07-10", ("471", 12), ("512", -12))
        july = self._closings(day="2025-07-31")
        with self.assertRaisesRegex(UserError, "(?s)not in order.*Suspense.*471"):
            july.action_close()
        self.assertEqual(july.state, "open")
        self._settle_steps(july)
        # waived, then wrong by another amount: closing looks again
        self._entry(self.firm_a, "2025-07-11", ("472", 5), ("512", -5))
        with self.assertRaisesRegex(UserError, "472"), self.cr.savepoint():
            july.action_close()
        self.env.invalidate_all()
        step = self._step(july, "suspense")
        step.action_evaluate()
        self.assertEqual((step.state, step.has_lapsed), ("failed", True))
        self.assertIn(self.accountant.name, step.result)
        step.action_waive()
        july.action_close()
        self.assertEqual(july.state, "closed")
        self.assertEqual(july.closed_by_id, self.accountant)
        with self.assertRaisesRegex(UserError, "already done"):
            july.action_close()

    def test_what_was_good_closes_nothing(self):
        july = self._closings(day="2025-07-31")
        self._settle_steps(july)
        self.assertEqual(self._step(july, "suspense").state, "ok")
        self._entry(self.firm_a, "2025-07-11", ("471", 5), ("512", -5))
        with self.assertRaisesRegex(UserError, "471"):
            july.action_close()

    def test_in_order_of_months(self):
        september = self._closings()
        self._settle_steps(september)
        with self.assertRaisesRegex(UserError, "July 2025"):
            september.action_close()
        november = self._closings(day="2025-11-05")
        with self.assertRaisesRegex(UserError, "not over"):
            november.action_close()
        self._close_until(september)
        self.assertEqual(september.state, "closed")

    def test_late(self):
        july = self._closings(day="2025-07-31")
        self.assertTrue(july.is_late)
        self.assertIn(july, july.search([("is_late", "=", True)]))
        self.assertFalse(self._closings(day="2025-10-31").is_late)

    # Signatures

    def test_sign_for_figures(self):
        self._entry(self.firm_a, "2025-07-10", ("512", 5000), ("164", -5000))
        year = self._closings(kind="year", day="2025-12-31")
        step = self._step(year, "loans")
        with self.assertRaisesRegex(UserError, "attach"):
            step.action_sign()
        self._evidence(step)
        step.action_sign()
        self.assertEqual((step.state, step.done_by_id), ("signed", self.accountant))
        self.assertIn("5,000.00", step.result)
        step.action_evaluate()
        self.assertEqual(step.state, "signed")
        # other figures: the signature lapses, and who had signed is told
        self._entry(self.firm_a, "2025-09-10", ("164", 100), ("512", -100))
        step.action_evaluate()
        self.assertEqual((step.state, step.has_lapsed), ("todo", True))
        self.assertIn(self.accountant.name, step.result)
        step.action_sign()
        self.assertEqual(step.state, "signed")
        step.action_take_back()
        self.assertEqual((step.state, step.has_lapsed), ("todo", False))

    def test_checks_are_not_signed(self):
        closing = self._closings()
        with self.assertRaisesRegex(UserError, "checked in the books"):
            self._step(closing, "suspense").action_sign()
        step = self._step(closing, "documents")
        with self.assertRaisesRegex(UserError, "write why"):
            step.action_waive()

    def test_typed_states_are_refused(self):
        closing = self._closings()
        for values in (
            {"state": "closed"},
            {"closed_on": "2025-11-01"},
            {"balances": {}},
            {"company_id": self.firm_b.id},
        ):
            with self.assertRaises(UserError):
                closing.write(values)
        step = closing.step_ids[0]
        for values in (
            {"state": "ok"},
            {"figures": {}},
            {"done_by_id": self.accountant.id},
        ):
            with self.assertRaises(UserError):
                step.write(values)
            with self.assertRaises(UserError):
                closing.write({"step_ids": [(1, step.id, values)]})
        with self.assertRaises(AccessError):
            closing.create({"company_id": self.firm_a.id, "kind": "month"})
        with self.assertRaises(AccessError):
            closing.unlink()

    def test_steps_of_closed_periods_rest(self):
        july = self._closings(day="2025-07-31")
        self._close_until(july)
        with self.assertRaisesRegex(UserError, "is closed"):
            july.step_ids[0].note = "Changed"
        with self.assertRaisesRegex(UserError, "is closed"):
            july.step_ids[0].action_evaluate()

    def test_who(self):
        closing = self._closings()
        other = self._new_user("only_b", f"{ADDON}.group_accountant", self.firm_b)
        with self.assertRaises(AccessError):
            closing.with_user(other).with_context(
                allowed_company_ids=self.firm_b.ids
            ).action_close()
        for user in (self.facilitator, self.readers[self.firm_a]):
            with self.assertRaises(AccessError):
                closing.with_user(user).read(["state"])

    # Many at once

    def test_constant_number_of_queries(self):
        """As many queries for twelve closings as for two, of months and of years."""
        self._entry(self.firm_a, "2025-07-11", ("471", 5), ("512", -5))
        for firm in self.firms:
            self._entry(firm, "2025-07-12", ("2183", 5), ("512", -5))
        closings = self._closings(self.firms, day="2025-07-31")
        self.env["cocare.closing"]._generate(self.firms)
        months = closings.search([("kind", "=", "month")])
        years = closings.search([("kind", "=", "year")])
        months._evaluate()
        years._evaluate()
        counts = {}
        for name, some in (
            ("few", months[:2] | years[:1]),
            ("many", months[:12] | years),
        ):
            for _turn in range(2):
                self.env.flush_all()
                self.env.invalidate_all()
                start = self.cr.sql_log_count
                some._evaluate()
                self.env.flush_all()
                counts[name] = self.cr.sql_log_count - start
        _figure.info("closings.evaluate_queries=%s", counts["many"])
        self.assertEqual(len(months[:12]), 12)
        self.assertEqual(counts["few"], counts["many"])
        start = self.cr.sql_log_count
        self.env["cocare.closing"]._generate(self.firms[:1])
        one = self.cr.sql_log_count - start
        start = self.cr.sql_log_count
        self.env["cocare.closing"]._generate(self.firms)
        self.assertLessEqual(self.cr.sql_log_count - start, one + 8)

    def test_batch(self):
        self._entry(self.firm_b, "2025-07-11", ("471", 5), ("512", -5))
        closings = self._closings(self.firms, day="2025-07-31")
        for closing in closings:
            for step in closing.step_ids.filtered(lambda s: s.check != "zero"):
                step.action_evaluate()
                if step.is_open:
                    step.note = "Not the point"
                    step.action_waive()
        wizard = closings.env["cocare.closing.batch"].create(
            {"action": "close", "day": "2025-07-31"}
        )
        self.assertEqual(wizard.company_ids, self.firms)
        outcomes = self.env["cocare.closing.outcome"].search(
            wizard.action_run()["domain"]
        )
        self.assertEqual(len(outcomes), 3)
        refused = outcomes.filtered("is_refused")
        self.assertEqual(refused.company_id, self.firm_b)
        self.assertIn("471", refused.result)
        self.assertEqual(
            closings.sorted(lambda c: c.company_id.name).mapped("state"),
            ["closed", "open", "closed"],
        )
        self.assertIn("July 2025", outcomes[0].name)
        self.assertEqual(outcomes.user_id, self.accountant)
        # again: nothing is done twice, and the first report stays
        again = self.env["cocare.closing.outcome"].search(
            closings.action_close_together()["domain"]
        )
        self.assertEqual(len(again), 3)
        self.assertEqual(again.filtered("is_refused").company_id, self.firm_b)
        self.assertTrue(outcomes.exists())
        self.assertFalse(again & outcomes)
        # nothing for this period
        wizard.day = "2024-07-31"
        told = self.env["cocare.closing.outcome"].search(wizard.action_run()["domain"])
        self.assertEqual(told.mapped("is_refused"), [True] * 3)

    def test_batch_generates_and_checks(self):
        Batch = self.env["cocare.closing.batch"].with_user(self.accountant)
        Batch = Batch.with_context(allowed_company_ids=self.firms.ids)
        wizard = Batch.create({"action": "generate"})
        wizard.action_run()
        july = self.env["cocare.closing"].search([("date_from", "=", "2025-07-01")])
        self.assertEqual(july.company_id, self.firms)
        wizard = Batch.create({"action": "evaluate", "day": "2025-07-31"})
        outcomes = self.env["cocare.closing.outcome"].search(
            wizard.action_run()["domain"]
        )
        self.assertEqual(len(outcomes), 3)
        self.assertTrue(all(july.mapped("evaluated_on")))

    def test_job(self):
        with self.enter_registry_test_mode():
            self.env.ref(f"{ADDON}.cron_generate_closings").method_direct_trigger()
        july = self.env["cocare.closing"].search([("date_from", "=", "2025-07-01")])
        self.assertTrue(july.filtered(lambda c: c.company_id == self.firm_a))
        self.assertTrue(all(july.mapped("evaluated_on")))


@freeze_time("2026-02-05")
@tagged("post_install", "-at_install")
class TestClosingLocks(ClosingCommon):
    """Closing locks, and only forward."""

    LAST = "2025-12-31"

    def _close_july(self):
        july = self._closings(day="2025-07-31")
        self._close_until(july)
        return july

    def test_month_locks_sales_and_purchases(self):
        july = self._close_july()
        self.assertEqual(str(self.firm_a.sale_lock_date), "2025-07-31")
        self.assertEqual(str(self.firm_a.purchase_lock_date), "2025-07-31")
        self.assertFalse(self.firm_a.fiscalyear_lock_date)
        # nothing was declared: VAT stays open
        self.assertFalse(self.firm_a.tax_lock_date)
        self.assertIn("07/31/2025", july.locks)
        # miscellaneous entries are still possible
        self._entry(self.firm_a, "2025-07-20", ("606", 5), ("512", -5))

    def test_month_locks_as_configured(self):
        self.network.closing_month_lock = "fiscalyear"
        self._close_july()
        self.assertEqual(str(self.firm_a.fiscalyear_lock_date), "2025-07-31")
        self.assertFalse(self.firm_a.sale_lock_date)

    def test_none_goes_back(self):
        july = self._closings(day="2025-07-31")
        self.firm_a.sale_lock_date = "2025-12-31"
        self._close_until(july)
        self.assertEqual(str(self.firm_a.sale_lock_date), "2025-12-31")
        self.assertEqual(str(self.firm_a.purchase_lock_date), "2025-07-31")

    def test_vat_is_locked_once_filed(self):
        self.env["cocare.firm.regime"].create(
            {
                "company_id": self.firm_a.id,
                "regime_id": self.env.ref(f"{ADDON}.regime_ca3_month").id,
                "valid_from": "2025-07-01",
                "source": "Letter",
            }
        )
        july = self._closings(day="2025-07-31")
        record = self.env["cocare.obligation"].search(
            [
                ("company_id", "=", self.firm_a.id),
                ("code", "=", "ca3"),
                ("date_to", "=", "2025-07-31"),
            ]
        )
        self._evidence(record)
        record.action_file()
        self._settle_steps(july)
        july.action_close()
        self.assertEqual(str(self.firm_a.tax_lock_date), "2025-07-31")
        # August is closed without its return: VAT is not locked
        self._close_until(self._closings(day="2025-08-31"))
        self.assertEqual(str(self.firm_a.tax_lock_date), "2025-07-31")
        self.assertEqual(str(self.firm_a.sale_lock_date), "2025-08-31")

    def test_open_again(self):
        self.network.closing_month_lock = "fiscalyear"
        july = self._close_july()
        # Odoo dates what comes late after the lock
        late = self._entry(self.firm_a, "2025-07-20", ("606", 5), ("512", -5))
        self.assertGreater(str(late.date), "2025-07-31")
        action = july.action_reopen()
        wizard = (
            july.env[action["res_model"]]
            .with_context(**action["context"])
            # the database's clock is not frozen
            .create({"reason": "Bill that came late", "until": "2099-01-01 00:00:00"})
        )
        wizard.action_reopen()
        self.assertEqual(july.state, "open")
        # the lock date did not move, an exception of Odoo's lifts it for the user
        self.assertEqual(str(self.firm_a.fiscalyear_lock_date), "2025-07-31")
        exception = self.env["account.lock_exception"].search(
            [("company_id", "=", self.firm_a.id)]
        )
        self.assertEqual(exception.reason, "Bill that came late")
        self.assertEqual(exception.user_id, self.accountant)
        self.assertEqual(str(exception.lock_date), "2025-06-30")
        self.assertIn("Bill that came late", july.message_ids[0].body)
        company = self.firm_a.with_user(self.accountant)
        self.assertEqual(str(company.user_fiscalyear_lock_date), "2025-06-30")
        with self.assertRaisesRegex(UserError, "later moment"):
            wizard.until = fields.Datetime.now()
            wizard.action_reopen()

    def test_year(self):
        self._entry(self.firm_a, "2025-11-10", ("512", 900), ("707", -900))
        year = self._closings(kind="year")
        self._settle_steps(year)
        with self.assertRaisesRegex(UserError, "before"):
            year.action_close()
        with self.assertRaisesRegex(UserError, "comes later"):
            year.action_final()
        self._close_until(year)
        self.assertEqual(str(self.firm_a.fiscalyear_lock_date), "2025-12-31")
        self.assertFalse(self.firm_a.hard_lock_date)
        month = self._closings(day="2025-12-31")
        with self.assertRaisesRegex(UserError, "again first"):
            month._reopen("Late", "2026-02-06 00:00:00")
        with self.assertRaisesRegex(UserError, "not months"):
            month.action_final()
        with self.assertRaisesRegex(UserError, "official ledger file"):
            year.action_final()
        self.firm_a.company_registry = "00220262000015"
        export = year.env["cocare.fec.export"].create(
            {
                "company_id": self.firm_a.id,
                "date_from": year.date_from,
                "date_to": year.date_to,
            }
        )
        export.action_make()
        export.action_keep()
        year.action_final()
        self.assertEqual(str(self.firm_a.hard_lock_date), "2025-12-31")
        self.assertEqual((year.state, month.state), ("final", "final"))
        self.assertIn("Hard", year.locks)
        with self.assertRaisesRegex(UserError, "already done"):
            year.action_reopen()

    def test_appropriation(self):
        self._entry(self.firm_a, "2025-11-10", ("512", 900), ("707", -900))
        year = self._closings(kind="year")
        with self.assertRaisesRegex(UserError, "comes later"):
            year.action_appropriate()
        self._close_until(year)
        year.action_appropriate()
        move = year.appropriation_move_id
        self.assertEqual(move.state, "draft")
        self.assertEqual(
            [
                (line.account_id.with_company(self.firm_a).code[:3], line.balance)
                for line in move.line_ids.sorted("balance")
            ],
            [("110", -900), ("120", 900)],
        )
        self.assertEqual(year.action_appropriate()["res_id"], move.id)

    def test_refused_by_odoo_in_a_batch(self):
        """What Odoo itself refuses to lock is a refusal of that firm alone."""
        self.network.closing_month_lock = "fiscalyear"
        closings = self._closings(self.firms, day="2025-07-31")
        journal = self.env["account.journal"].search(
            [("company_id", "=", self.firm_b.id), ("type", "=", "bank")], limit=1
        )
        self.env["account.bank.statement.line"].create(
            {
                "journal_id": journal.id,
                "date": "2025-07-10",
                "amount": 40,
                "payment_ref": "Not matched",
            }
        )
        for closing in closings:
            self._settle_steps(closing)
        outcomes = self.env["cocare.closing.outcome"].search(
            closings.action_close_together()["domain"]
        )
        refused = outcomes.filtered("is_refused")
        self.assertEqual(refused.company_id, self.firm_b)
        self.assertIn("unreconciled", refused.result)
        self.assertEqual(refused.closing_id.state, "open")
        self.assertFalse(self.firm_b.fiscalyear_lock_date)
        self.assertEqual(str(self.firm_c.fiscalyear_lock_date), "2025-07-31")
