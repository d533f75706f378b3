import logging
from datetime import date

from psycopg2 import IntegrityError

from odoo.exceptions import UserError, ValidationError
from odoo.fields import Command
from odoo.tests import Form, freeze_time, tagged
from odoo.tools import mute_logger

from ..allocation import to_cents
from .common import CocareBooksCommon

_figure = logging.getLogger("cocare.figure")


@freeze_time("2025-12-15")
@tagged("post_install", "-at_install")
class TestRun(CocareBooksCommon):
    """A month from usages to invoices in both books."""

    def _july_books(self):
        self._costs(date(2025, 7, 15), coaches=1000, bookkeepers=600, rent=160.01)
        self._read(self.firm_a, date(2025, 7, 3), 2)
        self._read(self.firm_b, date(2025, 7, 10), 1)
        for firm, entries in ((self.firm_a, 1), (self.firm_b, 2), (self.firm_c, 3)):
            for day in range(1, entries + 1):
                self._entry(firm, date(2025, 7, day), ("512", 100), ("706", -100))

    def _trial(self, company):
        [(debit, credit)] = self.env["account.move.line"]._read_group(
            [("company_id", "=", company.id), ("parent_state", "=", "posted")],
            [],
            ["debit:sum", "credit:sum"],
        )
        return to_cents(debit), to_cents(credit)

    def test_shares_of_a_month(self):
        self._july_books()
        run = self._run(self.july)
        run.action_compute()
        coaching, bookkeeping = run.line_ids
        self.assertEqual(
            (coaching.direct_cost, coaching.overhead, coaching.full_cost),
            (1000, 100.01, 1100.01),
        )
        self.assertEqual(
            (bookkeeping.direct_cost, bookkeeping.overhead, bookkeeping.full_cost),
            (600, 60, 660),
        )
        self.assertEqual(coaching.share_ids.mapped("key_value"), [2, 1, 0])
        self.assertEqual(bookkeeping.share_ids.mapped("key_value"), [1, 2, 3])
        self.assertEqual(self._invoiced(run, self.coaching), [733.34, 366.67, 0])
        self.assertEqual(self._invoiced(run, self.bookkeeping), [110, 220, 330])
        self.assertEqual(coaching.share_ids.mapped("direct_cost"), [666.67, 333.33, 0])
        self.assertEqual(coaching.share_ids.mapped("alone_cost"), [190, 95, 0])
        self.assertEqual(
            bookkeeping.share_ids.mapped("alone_cost"), [122.5, 125, 127.5]
        )
        self.assertEqual(bookkeeping.share_ids[0].gain, 12.5)
        run._check_shares_add_up()

    def test_posting_writes_both_books(self):
        self._july_books()
        run = self._close(self.july)
        self.assertEqual(run.state, "posted")
        self.assertEqual(run.recharge_ids.company_id, self.firms)
        for recharge in run.recharge_ids:
            invoice, bill = recharge.invoice_id, recharge.bill_id
            self.assertEqual(invoice.state, "posted")
            self.assertEqual(bill.state, "posted")
            self.assertEqual(invoice.company_id, self.operator)
            self.assertEqual(bill.company_id, recharge.company_id)
            self.assertEqual(invoice.partner_id, recharge.company_id.partner_id)
            self.assertEqual(bill.partner_id, self.operator.partner_id)
            self.assertEqual(bill.ref, invoice.name)
            self.assertEqual(invoice.amount_total, bill.amount_total)
            self.assertEqual(invoice.amount_tax, bill.amount_tax)
            self.assertEqual(invoice.cocare_recharge_id, recharge)
            self.assertEqual(bill.cocare_recharge_id, recharge)
            self.assertEqual(bill.date, date(2025, 7, 31))
            self.assertEqual(invoice.date, date(2025, 7, 31))
        untaxed = sum(
            to_cents(recharge.invoice_id.amount_untaxed)
            for recharge in run.recharge_ids
        )
        self.assertEqual(untaxed, to_cents(1760.01))
        for company in self.operator | self.firms:
            debit, credit = self._trial(company)
            self.assertEqual(debit, credit, company.name)
        bill = run.recharge_ids.filtered(lambda r: r.company_id == self.firm_b).bill_id
        codes = bill.invoice_line_ids.account_id.with_company(self.firm_b).mapped(
            "code"
        )
        self.assertEqual(codes, ["622800", "622600"])

    def test_vat_of_services_waits_for_payment(self):
        self._july_books()
        run = self._close(self.july)
        invoice = run.recharge_ids[0].invoice_id
        self.assertEqual(to_cents(invoice.amount_untaxed), 84334)
        self.assertEqual(to_cents(invoice.amount_tax), 16867)
        tax_line = invoice.line_ids.filtered("tax_line_id")
        self.assertEqual(tax_line.account_id.with_company(self.operator).code, "445740")

    def test_posting_again_changes_nothing(self):
        self._july_books()
        run = self._close(self.july)
        moves = self.env["account.move"].search_count([])
        with self.assertRaises(UserError):
            run.action_post()
        with self.assertRaises(UserError):
            run.action_compute()
        self.assertEqual(self.env["account.move"].search_count([]), moves)

    @mute_logger("odoo.sql_db")
    def test_one_run_a_month(self):
        self._run(self.july)
        with self.assertRaises(IntegrityError), self.env.cr.savepoint():
            self._run(self.july)

    @mute_logger("odoo.sql_db")
    def test_one_document_a_side(self):
        self._july_books()
        run = self._close(self.july)
        invoice, other = run.recharge_ids[:2].invoice_id
        with self.assertRaises(UserError):
            other.cocare_recharge_id = invoice.cocare_recharge_id
        with self.assertRaises(IntegrityError), self.env.cr.savepoint():
            self.env.cr.execute(
                "UPDATE account_move SET cocare_recharge_id = %s WHERE id = %s",
                [invoice.cocare_recharge_id.id, other.id],
            )

    def test_closing_closes_usages_and_deleting_the_draft_opens_them(self):
        run = self._run(self.july)
        self.assertEqual(self.network.usage_lock_date, date(2025, 7, 31))
        with self.assertRaises(UserError):
            self._read(self.firm_a, date(2025, 7, 20), 1)
        run.unlink()
        self.assertFalse(self.network.usage_lock_date)
        self._read(self.firm_a, date(2025, 7, 20), 1)

    def test_month_that_is_not_over_is_refused(self):
        with self.assertRaises(UserError):
            self._run(date(2025, 12, 1))

    def test_cost_that_comes_in_late_goes_into_the_next_month(self):
        self._adopt_version(self.pools[0].key_id, date(2025, 7, 2), method="equal")
        self._costs(date(2025, 7, 15), coaches=300)
        july = self._close(self.july)
        self._costs(date(2025, 7, 20), coaches=90, rent=30)
        self._costs(date(2025, 8, 15), coaches=210)
        august = self._close(date(2025, 8, 1))
        self.assertEqual(july.full_cost, 300)
        self.assertEqual(august.full_cost, 330)
        self.assertEqual(self._invoiced(august, self.coaching), [110, 110, 110])
        # July again, once August counted what came late: nothing is shared twice.
        july.action_credit()
        again = self._close(self.july)
        self.assertEqual(again.full_cost, 300)

    def test_support_without_direct_cost_waits_for_the_next_month(self):
        self._adopt_version(self.pools[0].key_id, date(2025, 7, 2), method="equal")
        self._costs(date(2025, 7, 15), rent=60)
        self.assertEqual(self._close(self.july).full_cost, 0)
        self._costs(date(2025, 8, 15), coaches=300, rent=30)
        self.assertEqual(self._close(date(2025, 8, 1)).full_cost, 390)

    def test_costs_that_changed_since_computing_are_computed_again(self):
        self._july_books()
        run = self._run(self.july)
        run.action_compute()
        self._costs(date(2025, 7, 20), coaches=1)
        with self.assertRaisesRegex(UserError, "compute again"):
            with self.env.cr.savepoint():
                run.action_post()
        run.invalidate_recordset()
        run.action_compute()
        run.action_post()
        self.assertEqual(run.full_cost, 1761.01)

    def test_months_are_closed_in_order(self):
        self._july_books()
        self._close(self.july)
        with self.assertRaisesRegex(UserError, "August 2025"):
            self._run(date(2025, 9, 1))
        with self.assertRaisesRegex(UserError, "July 2025"):
            self._run(date(2025, 6, 1))

    def test_month_that_is_run_again_counts_its_corrections(self):
        self._july_books()
        run = self._close(self.july)
        reading = self.env["cocare.reading"].search([("quantity", "=", 2)])
        reading.filtered(lambda r: r.service_id == self.coaching).quantity = 3
        run.action_credit()
        again = self._close(self.july)
        shares = again.share_ids.filtered(lambda s: s.service_id == self.coaching)
        self.assertEqual(shares.mapped("key_value"), [3, 1, 0])

    def test_numbers_follow_the_dates(self):
        self._july_books()
        run = self._close(self.july)
        run.action_credit()
        again = self._run(self.july)
        self.assertEqual(again.invoice_date, date(2025, 12, 15))
        again.action_compute()
        for day in (date(2025, 7, 30), date(2025, 12, 14), date(2025, 12, 16)):
            again.invoice_date = day
            with self.assertRaises(UserError), self.env.cr.savepoint():
                again.action_post()
            again.invalidate_recordset()

    def test_use_without_agreement_is_refused_naming_it(self):
        self._july_books()
        self.agreements.filtered(
            lambda a: a.company_id == self.firm_b and a.service_id == self.coaching
        ).unlink()
        run = self._run(self.july)
        with self.assertRaisesRegex(UserError, "Firm B.*Coaching"):
            run.action_compute()

    def test_percentages_of_other_firms_are_refused(self):
        self._adopt_version(
            self.pools[0].key_id,
            date(2025, 7, 2),
            method="percent",
            line_ids=[
                Command.create({"company_id": firm.id, "percent": 50})
                for firm in self.firm_a | self.firm_b
            ],
        )
        self._costs(date(2025, 7, 15), coaches=100)
        with self.assertRaisesRegex(UserError, "Firm C"):
            self._run(self.july).action_compute()

    def test_month_of_the_operator_alone_can_be_undone(self):
        self.agreements.unlink()
        self.env["cocare.agreement"].create(
            {
                "company_id": self.operator.id,
                "service_id": self.coaching.id,
                "date_start": self.july,
                "state": "signed",
            }
        )
        self._adopt_version(self.pools[0].key_id, date(2025, 7, 2), method="equal")
        self._costs(date(2025, 7, 15), coaches=100)
        run = self._close(self.july)
        self.assertEqual(run.share_ids.mapped("invoiced"), [100])
        self.assertFalse(run.recharge_ids)
        run.action_credit()
        self.assertEqual(run.state, "credited")

    def test_own_recharges_do_not_feed_the_turnover_key(self):
        self._adopt_version(self.pools[0].key_id, date(2025, 7, 2), method="turnover")
        self.env["cocare.agreement"].create(
            {
                "company_id": self.operator.id,
                "service_id": self.coaching.id,
                "date_start": self.july,
                "state": "signed",
            }
        )
        self._july_books()
        run = self._close(self.july)
        values = run.line_ids[0].share_ids.mapped("key_value")
        run.action_credit()
        again = self._close(self.july)
        self.assertEqual(again.line_ids[0].share_ids.mapped("key_value"), values)

    def test_total_of_a_turnover_key_is_kept_from_few_firms(self):
        self._adopt_version(self.pools[0].key_id, date(2025, 7, 2), method="turnover")
        self._july_books()
        run = self._close(self.july)
        share = run.line_ids[0].share_ids[0]
        self.assertEqual(share.key_total, 0)
        self.assertEqual(share._key_text(), "100")
        self.assertEqual(run.line_ids[1].share_ids[0].key_total, 6)

    def test_remote_calls_do_not_move_a_run(self):
        self._july_books()
        run = self._close(self.july).with_user(self.accountant)
        for vals in (
            {"state": "credited"},
            {"date_from": date(2025, 8, 1)},
            {"invoice_date": date(2025, 8, 1)},
        ):
            with self.assertRaises(UserError):
                run.write(vals)
        with self.assertRaises(UserError):
            run.line_ids.unlink()
        with self.assertRaises(UserError):
            run.create(
                {
                    "network_id": self.network.id,
                    "date_from": date(2025, 8, 1),
                    "state": "posted",
                }
            )
        invoice = run.recharge_ids[0].invoice_id
        with self.assertRaises(UserError):
            invoice.cocare_recharge_id = False
        with self.assertRaises(UserError):
            invoice.with_context(cocare_recharging=True)._reverse_moves()

    def test_undo_credits_both_sides_and_the_month_can_be_run_again(self):
        self._july_books()
        run = self._close(self.july)
        run.action_credit()
        self.assertEqual(run.state, "credited")
        for recharge in run.recharge_ids:
            for move, credit in (
                (recharge.invoice_id, recharge.credit_ids.invoice_credit_id),
                (recharge.bill_id, recharge.credit_ids.bill_credit_id),
            ):
                self.assertEqual(credit.reversed_entry_id, move)
                self.assertEqual(credit.state, "posted")
                self.assertEqual(credit.amount_total, move.amount_total)
                self.assertIn(move.payment_state, ("reversed", "paid"))
        self.assertFalse(self.network.usage_lock_date)
        with self.assertRaises(UserError):
            run.action_credit()
        again = self._close(self.july)
        self.assertEqual(self._invoiced(again, self.bookkeeping), [110, 220, 330])
        for company in self.operator | self.firms:
            debit, credit = self._trial(company)
            self.assertEqual(debit, credit)

    def test_one_side_alone_cannot_be_undone(self):
        self._july_books()
        recharge = self._close(self.july).recharge_ids[0]
        for move in recharge.invoice_id | recharge.bill_id:
            with self.assertRaises(UserError):
                move.button_draft()
            with self.assertRaises(UserError):
                move._reverse_moves()

    def test_posted_run_is_not_deleted(self):
        self._july_books()
        with self.assertRaises(UserError):
            self._close(self.july).unlink()

    def test_odd_cents_even_out_over_the_year(self):
        key = self.pools[0].key_id
        self._adopt_version(key, date(2025, 7, 2), method="equal")
        months = []
        for month in (7, 8, 9):
            self._costs(date(2025, month, 15), coaches=1000)
            months.append(
                self._invoiced(self._close(date(2025, month, 1)), self.coaching)
            )
        self.assertEqual(
            months,
            [
                [333.34, 333.33, 333.33],
                [333.33, 333.34, 333.33],
                [333.33, 333.33, 333.34],
            ],
        )

    def test_turnover_key(self):
        self._adopt_version(self.pools[0].key_id, date(2025, 7, 2), method="turnover")
        self._costs(date(2025, 7, 15), coaches=1234.56)
        for firm, turnover in zip(self.firms, (125000, 83000, 41500), strict=True):
            self._entry(firm, date(2025, 7, 5), ("512", turnover), ("706", -turnover))
        run = self._run(self.july)
        run.action_compute()
        self.assertEqual(
            run.line_ids[0].share_ids.mapped("key_value"), [125000, 83000, 41500]
        )
        self.assertEqual(sum(self._invoiced(run, self.coaching)), 1234.56)

    def test_percent_key(self):
        self._adopt_version(
            self.pools[0].key_id,
            date(2025, 7, 2),
            method="percent",
            line_ids=[
                Command.create({"company_id": firm.id, "percent": percent})
                for firm, percent in zip(self.firms, (50, 30, 20), strict=True)
            ],
        )
        self._costs(date(2025, 7, 15), coaches=0.05)
        run = self._run(self.july)
        run.action_compute()
        self.assertEqual(self._invoiced(run, self.coaching), [0.03, 0.01, 0.01])

    def test_cost_that_nobody_used_is_refused_naming_it(self):
        self._costs(date(2025, 7, 15), coaches=1000)
        run = self._run(self.july)
        with self.assertRaisesRegex(UserError, "Coaches.*1,000.00"):
            run.action_compute()

    def test_locked_books_are_refused_naming_the_firm(self):
        self._july_books()
        run = self._run(self.july)
        run.action_compute()
        self.firm_b.fiscalyear_lock_date = date(2025, 7, 31)
        with self.assertRaisesRegex(UserError, "Firm B"), self.env.cr.savepoint():
            run.action_post()
        run.invalidate_recordset()
        self.assertEqual(run.state, "computed")
        self.assertFalse(run.recharge_ids)
        run.invoice_date = date(2025, 8, 1)
        run.action_post()
        self.assertEqual(
            set(run.recharge_ids.bill_id.mapped("date")), {date(2025, 8, 1)}
        )

    def test_supplier_credit_is_given_back(self):
        self._july_books()
        self._close(self.july)
        self._costs(date(2025, 8, 15), coaches=-300)
        self._read(self.firm_a, date(2025, 8, 3), 2)
        run = self._close(date(2025, 8, 1))
        recharge = run.recharge_ids
        self.assertEqual(recharge.company_id, self.firm_a)
        self.assertEqual(recharge.invoice_id.move_type, "out_refund")
        self.assertEqual(recharge.bill_id.move_type, "in_refund")
        self.assertEqual(recharge.bill_id.amount_untaxed, 300)

    def test_recharges_are_no_entries_to_meter(self):
        self._july_books()
        self._close(self.july)
        measured = self.bookkeeping._measure(
            self.firms, date(2025, 7, 1), date(2025, 7, 31)
        )
        self.assertEqual(measured, dict(zip(self.firms, (1, 2, 3), strict=True)))

    def test_vat_moved_by_a_payment_is_no_entry_to_meter(self):
        self._july_books()
        bill = self._close(self.july).recharge_ids[0].bill_id
        payment = self._entry(
            self.firm_a,
            date(2025, 8, 15),
            ("4011", bill.amount_total),
            ("512", -bill.amount_total),
        )
        owed = bill.line_ids | payment.line_ids
        owed.filtered(lambda line: line.account_type == "liability_payable").reconcile()
        self.assertTrue(bill.tax_cash_basis_created_move_ids)
        measured = self.bookkeeping._measure(
            self.firms, date(2025, 8, 1), date(2025, 8, 31)
        )
        self.assertEqual(measured, {self.firm_a: 1})

    def test_account_in_two_pools_is_refused(self):
        with self.assertRaisesRegex(ValidationError, "Coaches"):
            self.pools[2].account_ids |= self.pools[0].account_ids

    def test_accountant_closes_a_month_from_the_screen(self):
        self._july_books()
        Run = self.env["cocare.allocation.run"].with_user(self.accountant)
        with Form(Run) as form:
            form.network_id = self.network
            form.date_from = date(2025, 7, 17)
        run = form.record
        self.assertEqual(run.date_from, self.july)
        run.action_compute()
        run.action_post()
        self.assertEqual(len(run.recharge_ids), 3)
        self.assertTrue(run.action_open_moves())
