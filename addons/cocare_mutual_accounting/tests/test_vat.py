import base64
import doctest
import logging
from datetime import date
from fractions import Fraction

from psycopg2 import IntegrityError

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command
from odoo.tests import Form, freeze_time, tagged
from odoo.tools import mute_logger

from .. import cost_sharing_group
from ..allocation import to_cents
from ..cost_sharing_group import MENTION
from .common import CocareBooksCommon

_figure = logging.getLogger("cocare.figure")


class VatCommon(CocareBooksCommon):
    """Coaching is shared in equal parts, so that figures are easy to follow."""

    @classmethod
    def setUpServices(cls):  # pylint: disable=missing-return
        super().setUpServices()
        cls._adopt_version(cls.pools[0].key_id, date(2025, 7, 2), method="equal")

    def _month(self, cost=10000):
        self._costs(date(2025, 7, 15), coaches=cost)
        return self._close(self.july)

    def _recharge(self, run, firm):
        return run.recharge_ids.filtered(lambda r: r.company_id == firm)

    def _status(self, firm, day, status, percent=0):
        self.env["cocare.vat.period"]._record(
            firm,
            {
                "valid_from": day,
                "status": status,
                "recovery_percent": percent,
                "source": "Letter of the tax office",
            },
        )

    def _codes(self, move):
        lines = move.line_ids.account_id.with_company(move.company_id)
        return set(lines.mapped("code"))

    def _assert_mirror(self, recharge):
        self.assertEqual(
            to_cents(recharge.invoice_id.amount_total),
            to_cents(recharge.bill_id.amount_total),
        )


@freeze_time("2025-12-15")
@tagged("post_install", "-at_install")
class TestVatStatus(VatCommon):
    """What is invoiced on a day follows the VAT status of that day."""

    def test_status_of_a_day(self):
        self._status(self.firm_a, date(2025, 10, 1), "franchise")
        self._status(self.firm_a, date(2026, 1, 1), "taxable")
        told = [
            self.firm_a._cocare_vat_status_on(day)
            for day in (
                date(2025, 6, 1),
                date(2025, 9, 30),
                date(2025, 10, 1),
                date(2025, 12, 31),
                date(2026, 1, 1),
            )
        ]
        self.assertEqual(
            told, ["taxable", "taxable", "franchise", "franchise", "taxable"]
        )
        self.assertEqual(self.firm_a.cocare_vat_status, "franchise")

    def test_status_that_never_changed_is_that_of_the_company(self):
        self.assertFalse(self.firm_a._cocare_vat_period_on(self.july))
        self.assertEqual(self.firm_a._cocare_vat_status_on(self.july), "taxable")

    def test_company_takes_a_future_status_on_its_day(self):
        self._status(self.firm_a, date(2026, 1, 1), "farm_flat_rate")
        self.assertEqual(self.firm_a.cocare_vat_status, "taxable")
        Period = self.env["cocare.vat.period"]
        Period._cron_follow()
        self.assertEqual(self.firm_a.cocare_vat_status, "taxable")
        with freeze_time("2026-01-01"):
            Period._cron_follow()
            self.assertEqual(self.firm_a.cocare_vat_status, "farm_flat_rate")
            periods = Period._of(self.firm_a)
            Period._cron_follow()
            self.assertEqual(Period._of(self.firm_a), periods)

    def test_status_written_on_the_company_leaves_a_period(self):
        self.firm_a.cocare_vat_status = "non_taxable"
        last, first = self.env["cocare.vat.period"]._of(self.firm_a)
        self.assertEqual(
            (last.valid_from, last.status), (date(2025, 12, 15), "non_taxable")
        )
        self.assertEqual((first.valid_from, first.status), (self.july, "taxable"))

    def test_same_day_is_replaced(self):
        for status in ("franchise", "non_taxable"):
            self._status(self.firm_a, date(2025, 10, 1), status)
        periods = self.env["cocare.vat.period"]._of(self.firm_a)
        self.assertEqual(periods.mapped("status"), ["non_taxable", "taxable"])
        self.assertEqual(self.firm_a.cocare_vat_status, "non_taxable")

    def test_accountant_sets_the_status_of_a_day(self):
        wizard = (
            self.env["cocare.vat.status.change"]
            .with_user(self.accountant)
            .with_context(active_id=self.firm_a.id)
            .create(
                {
                    "cocare_vat_status": "mixed",
                    "valid_from": date(2026, 1, 1),
                    "recovery_percent": 60,
                    "source": "Final coefficient of 2025",
                }
            )
        )
        wizard.action_change()
        self.assertEqual(self.firm_a.cocare_vat_status, "taxable")
        period = self.firm_a._cocare_vat_period_on(date(2026, 2, 1))
        self.assertEqual((period.status, period.recovery_percent), ("mixed", 60))

    def test_accountant_of_other_firms_does_not(self):
        stranger = self._new_user(
            "stranger", "cocare_mutual_accounting.group_accountant", self.firm_b
        )
        wizard = (
            self.env["cocare.vat.status.change"]
            .with_user(stranger)
            .with_context(active_id=self.firm_a.id)
            .create({"cocare_vat_status": "franchise", "source": "None"})
        )
        with self.assertRaises(AccessError):
            wizard.action_change()

    def test_what_has_begun_is_not_deleted(self):
        self._status(self.firm_a, date(2025, 10, 1), "franchise")
        self._status(self.firm_a, date(2026, 1, 1), "taxable")
        future, begun, _opening = (
            self.env["cocare.vat.period"].with_user(self.accountant)._of(self.firm_a)
        )
        future.unlink()
        with self.assertRaisesRegex(UserError, "Firm A"):
            begun.unlink()
        with self.assertRaises(AccessError):
            begun.write({"status": "taxable"})

    @mute_logger("odoo.sql_db")
    def test_percentage_is_of_partly_taxable_firms(self):
        for status, percent in (("taxable", 50), ("mixed", 101)):
            with self.assertRaises(IntegrityError), self.env.cr.savepoint():
                self._status(self.firm_a, self.july, status, percent)
                self.env.flush_all()

    def test_invoice_date_decides_not_today(self):
        self._status(self.firm_a, date(2025, 8, 1), "non_taxable")
        self.assertEqual(self.firm_a.cocare_vat_status, "non_taxable")
        bill = self._recharge(self._month(), self.firm_a).bill_id
        self.assertEqual(bill.invoice_date, date(2025, 7, 31))
        self.assertEqual(to_cents(bill.amount_tax), 66667)

    def test_firms_that_recover_no_vat(self):
        for firm, status in zip(
            self.firms, ("franchise", "non_taxable", "farm_flat_rate"), strict=True
        ):
            self._status(firm, self.july, status)
        run = self._month()
        for recharge in run.recharge_ids:
            self.assertEqual(recharge.bill_id.amount_tax, 0)
            self.assertTrue(recharge.invoice_id.amount_tax)
            self.assertNotIn("445660", self._codes(recharge.bill_id))
            self._assert_mirror(recharge)

    def test_operators_that_charge_no_vat(self):
        for status, mention in (
            ("franchise", "art. 293 B du CGI"),
            ("non_taxable", ""),
            ("farm_flat_rate", ""),
        ):
            with self.subTest(status), self.env.cr.savepoint() as savepoint:
                self._status(self.operator, self.july, status)
                recharge = self._month().recharge_ids[0]
                self.assertEqual(recharge.invoice_id.amount_tax, 0)
                self.assertFalse(recharge.invoice_id.line_ids.tax_ids)
                self.assertIn(mention, recharge.invoice_id.narration or "")
                self._assert_mirror(recharge)
                savepoint.rollback()
                self.env.invalidate_all()

    def test_partly_taxable_firm_recovers_its_percentage(self):
        self._status(self.firm_a, self.july, "mixed", 60)
        recharge = self._recharge(self._month(), self.firm_a)
        bill = recharge.bill_id
        # 3 333.34: 2 000.00 with 400.00 recovered, the rest with its 266.67 of VAT.
        self.assertEqual(to_cents(recharge.invoice_id.amount_tax), 66667)
        self.assertEqual(
            [to_cents(price) for price in bill.invoice_line_ids.mapped("price_unit")],
            [200000, 160001],
        )
        self.assertEqual(to_cents(bill.amount_tax), 40000)
        self._assert_mirror(recharge)

    def test_odd_percentages_and_cents_add_up(self):
        for percent, cost in ((1, 0.07), (33, 99.99), (67, 1234.57), (99, 0.02)):
            with self.subTest(percent=percent), self.env.cr.savepoint() as savepoint:
                self._status(self.firm_a, self.july, "mixed", percent)
                self._costs(date(2025, 7, 15), bookkeepers=cost)
                for day in (1, 2):
                    self._entry(
                        self.firm_a, date(2025, 7, day), ("512", 100), ("706", -100)
                    )
                recharge = self._recharge(self._month(cost), self.firm_a)
                self._assert_mirror(recharge)
                savepoint.rollback()
                self.env.invalidate_all()

    def test_percentage_is_of_its_year(self):
        self._status(self.firm_a, date(2024, 7, 1), "mixed", 60)
        self._costs(date(2025, 7, 15), coaches=300)
        run = self._run(self.july)
        run.action_compute()
        self.assertRegex(run.vat_notes, "Firm A is partly taxable.*2025")
        run.action_post()
        recharge = self._recharge(run, self.firm_a)
        self.assertEqual(recharge.bill_id.amount_tax, 0)
        self._assert_mirror(recharge)


@freeze_time("2025-12-15")
@tagged("post_install", "-at_install")
class TestVatExemption(VatCommon):
    """Art. 261 B CGI: a service is exempt for a firm, when it is proved to be."""

    def test_doctests(self):
        self.assertFalse(doctest.testmod(cost_sharing_group).failed)

    def _exemption(self, firm, taxed, total=100000, service=None, **values):
        document = self.env["ir.attachment"].create(
            {"name": "accounts.pdf", "datas": base64.b64encode(b"Accounts of 2024")}
        )
        return self.env["cocare.vat.exemption"].create(
            {
                "company_id": firm.id,
                "service_id": (service or self.coaching).id,
                "year": 2025,
                "taxed_receipts": taxed,
                "total_receipts": total,
                "evidence": "Accounts of 2024",
                "evidence_ids": [Command.set(document.ids)],
                **values,
            }
        )

    def _exempt(self, *firms, **values):
        exemptions = self.env["cocare.vat.exemption"]
        for firm in firms:
            exemptions |= self._exemption(firm, 0, **values)
        exemptions.with_user(self.accountant).action_validate()
        return exemptions

    def test_group_of_three(self):
        a, b, c = (
            self._exemption(firm, taxed)
            for firm, taxed in zip(self.firms, (0, 19000, 21000), strict=True)
        )
        (a | b).with_user(self.accountant).action_validate()
        self.assertEqual(b.percent, 19)
        self.assertEqual(
            (b.validated_by_id, b.validated_on), (self.accountant, date(2025, 12, 15))
        )
        with self.assertRaisesRegex(UserError, r"Firm C.*21\.00 %.*below 20 %.*BOI"):
            c.action_validate()
        # C, who is not exempt, is in the group: A and B risk their exemption.
        for exemption in a | b:
            self.assertEqual(exemption.risks, [["mixed_group", {"count": 1}]])
            self.assertIn("general interest", exemption.risk_text)
            self.assertEqual(exemption.activity_ids.user_id, self.accountant)
        self._costs(date(2025, 7, 15), coaches=10000)
        run = self._run(self.july)
        run.action_compute()
        self.assertRegex(run.vat_notes, "(?s)Firm A.*at risk.*Firm B.*at risk")
        run.action_post()
        sums = [
            (to_cents(r.invoice_id.amount_untaxed), to_cents(r.invoice_id.amount_tax))
            for r in run.recharge_ids.sorted(lambda r: r.company_id.id)
        ]
        self.assertEqual(sums, [(333334, 0), (333333, 0), (333333, 66667)])
        for recharge in run.recharge_ids:
            exempt = recharge.company_id != self.firm_c
            self.assertEqual(MENTION in (recharge.invoice_id.narration or ""), exempt)
            self.assertEqual(bool(recharge.bill_id.amount_tax), not exempt)
            self._assert_mirror(recharge)
        self.assertEqual(self.network._off_exact_cost(2025), {})
        self.assertIn("is the exact part", a.exact_cost_text)
        _figure.info(
            "vat.exempt_of_10000=%s", sum(cents for cents, tax in sums if not tax)
        )

    def test_group_of_general_interest_may_have_taxable_members(self):
        self.network.write(
            {
                "general_interest_from": date(2025, 1, 1),
                "general_interest_source": "Social services",
            }
        )
        exemptions = self._exempt(self.firm_a, self.firm_b)
        self.assertFalse(any(exemptions.mapped("at_risk")))
        self.assertFalse(exemptions.activity_ids)
        self.network.general_interest_until = date(2025, 6, 30)
        self.env["cocare.vat.exemption"]._cron_watch()
        self.assertTrue(all(exemptions.mapped("at_risk")))

    @mute_logger("odoo.sql_db")
    def test_general_interest_needs_its_source(self):
        with self.assertRaises(IntegrityError), self.env.cr.savepoint():
            self.network.general_interest_from = date(2025, 1, 1)
            self.network.flush_recordset()

    def test_group_of_exempt_members_only(self):
        exemptions = self._exempt(*self.firms)
        self.assertFalse(any(exemptions.mapped("at_risk")))

    def test_lines_of_both_kinds_on_one_invoice(self):
        self._exempt(self.firm_a)
        self._costs(date(2025, 7, 15), coaches=300, bookkeepers=50)
        self._entry(self.firm_a, date(2025, 7, 5), ("512", 100), ("706", -100))
        recharge = self._recharge(self._close(self.july), self.firm_a)
        invoice, bill = recharge.invoice_id, recharge.bill_id
        self.assertEqual(to_cents(invoice.amount_untaxed), 15000)
        self.assertEqual(to_cents(invoice.amount_tax), 1000)
        self.assertEqual(to_cents(bill.amount_tax), 1000)
        self.assertIn(f"{MENTION} : Coaching", invoice.narration)
        self.assertEqual(
            bill.invoice_line_ids.mapped("name"),
            invoice.invoice_line_ids.mapped("name"),
        )
        exempt_tax = invoice.invoice_line_ids[0].tax_ids
        self.assertEqual(exempt_tax, self.operator._cocare_exempt_tax())
        self.assertEqual(exempt_tax.amount, 0)
        self._assert_mirror(recharge)

    def test_partly_taxable_firm_with_an_exempt_line(self):
        self._exempt(self.firm_a)
        self._status(self.firm_a, self.july, "mixed", 37)
        self._costs(date(2025, 7, 15), coaches=100, bookkeepers=33.33)
        self._entry(self.firm_a, date(2025, 7, 5), ("512", 100), ("706", -100))
        recharge = self._recharge(self._close(self.july), self.firm_a)
        # 12.33 with 2.47 recovered, 21.00 with 4.20 in the expense
        self.assertEqual(
            [
                to_cents(p)
                for p in recharge.bill_id.invoice_line_ids.mapped("price_unit")
            ],
            [3334, 1233, 2520],
        )
        self._assert_mirror(recharge)

    def test_other_years_and_revoked_ones_carry_vat(self):
        self._exempt(self.firm_a, year=2026)
        revoked = self._exempt(self.firm_b)
        revoked.with_user(self.accountant).action_revoke()
        self.assertEqual(
            (revoked.revoked_by_id, revoked.revoked_on),
            (self.accountant, date(2025, 12, 15)),
        )
        run = self._month(300)
        self.assertTrue(all(r.invoice_id.amount_tax for r in run.recharge_ids))
        # It may be recorded again.
        self._exempt(self.firm_b)

    def test_credit_note_undoes_the_vat_that_there_was(self):
        exemption = self._exempt(self.firm_a)
        run = self._month(300)
        exemption.with_user(self.accountant).action_revoke()
        self._status(self.firm_b, self.july, "non_taxable")
        run.action_credit()
        for firm, tax in ((self.firm_a, 0), (self.firm_b, 2000)):
            credit = self._recharge(run, firm).credit_ids
            self.assertEqual(to_cents(credit.invoice_credit_id.amount_tax), tax)
            self.assertEqual(to_cents(credit.bill_credit_id.amount_tax), tax)
        narration = self._recharge(run, self.firm_a).credit_ids.invoice_credit_id
        self.assertIn(MENTION, narration.narration)

    def test_operator_without_vat_needs_no_exemption(self):
        self._exempt(self.firm_a)
        self._status(self.operator, self.july, "franchise")
        narration = self._recharge(self._month(), self.firm_a).invoice_id.narration
        self.assertNotIn("261 B", narration)
        self.assertIn("293 B", narration)

    def test_strictly_below_the_limit(self):
        just_below = self._exemption(self.firm_a, 19999.99)
        just_below.action_validate()
        at_limit = self._exemption(self.firm_b, 20000)
        with self.assertRaises(UserError):
            at_limit.action_validate()
        without = self._exemption(self.firm_c, 0, total=0)
        with self.assertRaises(UserError):
            without.action_validate()

    def test_documents_and_members_are_needed(self):
        exemption = self._exemption(self.firm_a, 0)
        exemption.evidence_ids = False
        with self.assertRaisesRegex(UserError, "attach"):
            exemption.action_validate()
        exemption = self._exemption(self.firm_a, 0, year=2024)
        self.agreements.filtered(
            lambda a: a.company_id != self.firm_a
        ).date_start = date(2025, 1, 1)
        self.agreements.filtered(
            lambda a: a.company_id == self.firm_a
        ).date_start = date(2024, 1, 1)
        with self.assertRaisesRegex(UserError, "2 members"):
            exemption.action_validate()

    def test_only_accountants_decide(self):
        exemption = self._exemption(self.firm_a, 0)
        for user in (self.readers[self.firm_a], self.facilitator):
            with self.assertRaises(AccessError):
                exemption.with_user(user).action_validate()
            with self.assertRaises(AccessError):
                exemption.with_user(user).write({"evidence": "None"})
        with self.assertRaises(AccessError):
            exemption.with_user(self.members[self.firm_a]).read(["percent"])
        with self.assertRaises(AccessError):
            exemption.with_user(self.readers[self.firm_b]).read(["percent"])

    def test_remote_calls_do_not_decide(self):
        exemption = self._exemption(self.firm_a, 0).with_user(self.accountant)
        for values in (
            {"state": "validated"},
            {"validated_by_id": self.accountant.id},
            {"at_risk": True},
        ):
            with self.assertRaises(UserError):
                exemption.write(values)
        exemption.action_validate()
        for values in ({"taxed_receipts": 1}, {"year": 2026}, {"evidence_ids": False}):
            with self.assertRaises(UserError):
                exemption.write(values)
        with self.assertRaises(UserError):
            exemption.unlink()
        with self.assertRaises(UserError):
            exemption.action_validate()

    def test_operator_and_strangers_are_no_members(self):
        with self.assertRaisesRegex(UserError, "Operator is the operator"):
            self._exemption(self.operator, 0).action_validate()
        other = self.env["res.company"].create({"name": "Stranger"})
        with self.assertRaisesRegex(ValidationError, "Stranger"):
            self._exemption(other, 0)

    def test_form_says_the_percentage(self):
        with Form(self.env["cocare.vat.exemption"].with_user(self.accountant)) as form:
            form.company_id = self.firm_a
            form.service_id = self.coaching
            form.year = 20266
            form.year = 2025
            form.taxed_receipts = 190
            form.total_receipts = 1000
            form.evidence = "Accounts of 2024"
            self.assertEqual(form.percent, 19)
            self.assertEqual(form.limit_percent, 20)

    def _sell(self, firm, amount, taxed, buyer=None):
        tax = firm.cocare_recharge_sale_tax_id
        buyer = buyer or self.env["res.partner"].create({"name": "Buyer"})
        move = (
            self.env["account.move"]
            .with_company(firm)
            .create(
                {
                    "move_type": "out_invoice",
                    "partner_id": buyer.id,
                    "invoice_date": date(2025, 9, 1),
                    "invoice_line_ids": [
                        Command.create(
                            {
                                "name": "Sale",
                                "price_unit": amount,
                                "account_id": self._account("706", firm).id,
                                "tax_ids": [Command.set(tax.ids if taxed else [])],
                            }
                        )
                    ],
                }
            )
        )
        move._post(soft=False)

    def test_books_that_reach_the_limit_are_told_once(self):
        exemptions = self._exempt(*self.firms)
        mine = exemptions[0]
        self._sell(self.firm_a, 800, taxed=False)
        self._sell(self.firm_a, 199.99, taxed=True)
        Exemption = self.env["cocare.vat.exemption"]
        Exemption._cron_watch()
        self.assertEqual((mine.measured_taxed, mine.measured_total), (199.99, 999.99))
        self.assertFalse(mine.at_risk)
        self._sell(self.firm_a, 0.01, taxed=True)
        Exemption._cron_watch()
        Exemption._cron_watch()
        self.assertEqual(mine.measured_percent, 20)
        self.assertEqual(mine.risks, [["books_over_limit", {}]])
        self.assertEqual(len(mine.activity_ids), 1)
        self.assertFalse((exemptions - mine).activity_ids)

    def test_taken_over_ledger_is_taxed_where_it_has_vat(self):
        exemption = self._exemption(self.firm_a, 0)
        day = date(2025, 8, 1)
        taxed = self._entry(
            self.firm_a, day, ("512", 120), ("706", -100), ("44571", -20)
        )
        plain = self._entry(self.firm_a, day, ("512", 300), ("706", -300))
        take_over = self.env["cocare.fec.import"].create(
            {
                "company_id": self.firm_a.id,
                "filename": "x.txt",
                "file": base64.b64encode(b"x"),
            }
        )
        (taxed | plain).cocare_fec_import_id = take_over
        exemption.with_user(self.accountant).action_measure()
        self.assertEqual(
            (exemption.measured_taxed, exemption.measured_total), (100, 400)
        )

    def test_sales_to_others_than_members_are_half_at_most(self):
        exemptions = self._exempt(*self.firms)
        self._month(300)
        Exemption = self.env["cocare.vat.exemption"]
        self._sell(self.operator, 300, taxed=True)
        Exemption._cron_watch()
        self.assertFalse(any(exemptions.mapped("at_risk")), "50 % exactly")
        self._sell(self.operator, 0.01, taxed=True)
        Exemption._cron_watch()
        Exemption._cron_watch()
        for exemption in exemptions:
            self.assertEqual(exemption.risks, [["outside_limit", {}]])
            self.assertIn("more than 50 %", exemption.risk_text)
            self.assertEqual(len(exemption.activity_ids), 1)
            self.assertEqual(exemption.activity_ids.user_id, self.accountant)
        # what a member buys is of the group
        self._sell(self.operator, 1, taxed=True, buyer=self.firm_a.partner_id)
        Exemption._cron_watch()
        self.assertFalse(any(exemptions.mapped("at_risk")))

    def test_sales_are_of_members_with_an_agreement_in_the_year(self):
        members = self._exemption(self.firm_a, 0)._members()
        self.assertEqual(members, self.firms)
        for firm in self.firms:
            self._sell(self.operator, 10, taxed=True, buyer=firm.partner_id)
        measure = self.network._receipts_outside
        self.assertEqual(measure(2025, members), (0, 3000))
        self.assertEqual(measure(2025, members - self.firm_c), (1000, 3000))
        self.assertEqual(measure(2025, members.browse()), (3000, 3000))
        self.assertEqual(measure(2024, members), (0, 0))

    def test_sales_of_a_taken_over_ledger_are_of_who_owes_them(self):
        stranger = self.env["res.partner"].create({"name": "Buyer"})
        day = date(2025, 8, 1)
        for amount, partner in (
            (100, self.firm_b.partner_id),
            (20, stranger),
            (3, stranger.browse()),
        ):
            entry = self._entry(self.operator, day, ("411", amount), ("706", -amount))
            owed, sold = entry.line_ids.sorted("balance", reverse=True)
            owed.partner_id = partner
            self.assertFalse(sold.partner_id)
        self._entry(self.operator, day, ("512", 7), ("706", -7))
        # a grant is a receipt, and no sale
        self._entry(self.operator, day, ("512", 900), ("74", -900))
        self.assertEqual(
            self.network._receipts_outside(2025, self.firms), (3000, 103000)
        )

    def test_off_the_exact_cost(self):
        exemption = self._exempt(self.firm_a)
        run = self._month(300)
        share = run.share_ids.filtered(
            lambda s: s.company_id == self.firm_a and s.service_id == self.coaching
        )
        self.assertEqual(share.invoiced, 100)
        share.invoiced = 120
        self.assertEqual(
            self.network._off_exact_cost(2025), {(self.coaching, self.firm_a): 2000}
        )
        self.assertIn("true-up", exemption.exact_cost_text)
        with freeze_time("2026-01-02"):
            self.env["cocare.vat.exemption"]._cron_watch()
        self.assertIn("off_exact_cost", [code for code, _details in exemption.risks])


@freeze_time("2025-12-15")
@tagged("post_install", "-at_install")
class TestVatOnPayment(VatCommon):
    """VAT of services is due when they are paid (art. 269-2-c CGI)."""

    def _declared(self, first, last):
        """Balance of VAT due and of its base, in cents: what the return takes."""
        lines = self.env["account.move.line"].search(
            [
                ("company_id", "=", self.operator.id),
                ("parent_state", "=", "posted"),
                ("date", ">=", first),
                ("date", "<=", last),
            ]
        )
        due = lines.filtered(
            lambda line: line.account_id.with_company(self.operator).code == "445710"
        )
        return (
            -sum(to_cents(line.balance) for line in due),
            -sum(
                to_cents(line.balance)
                for line in lines
                if line.move_id.tax_cash_basis_origin_move_id and line.tax_ids
            ),
        )

    def test_part_payment(self):
        recharge = self._recharge(self._month(3000), self.firm_a)
        invoice = recharge.invoice_id
        self.assertEqual(to_cents(invoice.amount_total), 120000)
        self.assertEqual(self._declared(self.july, date(2025, 7, 31)), (0, 0))
        # 500.00 of 1,200.00
        self._pay_by_bank(invoice, date(2025, 9, 10), Fraction(5, 12))
        self.assertEqual(self._declared(date(2025, 8, 1), date(2025, 8, 31)), (0, 0))
        self.assertEqual(
            self._declared(date(2025, 9, 1), date(2025, 9, 30)), (8333, 41667)
        )
        waiting = self.env["account.move.line"].search(
            [("company_id", "=", self.operator.id), ("parent_state", "=", "posted")]
        )
        waiting = waiting.filtered(
            lambda line: line.account_id.with_company(self.operator).code == "445740"
            and line.partner_id == self.firm_a.partner_id
        )
        self.assertEqual(-sum(to_cents(line.balance) for line in waiting), 20000 - 8333)
