from datetime import date

from psycopg2 import IntegrityError

from odoo.exceptions import AccessError, UserError
from odoo.tests import freeze_time, tagged
from odoo.tools import mute_logger

from ..allocation import to_cents
from .clearing_common import CocareClearingCommon

POSTING_DAY = "2025-12-16"


@freeze_time("2025-12-15")
@tagged("post_install", "-at_install")
class TestClearing(CocareClearingCommon):
    """What firms owe each other becomes one transfer a firm."""

    def _circle(self):
        """A sells to B, B to C, C to A; the operator recharges nothing."""
        return [
            self._trade(self.firm_a, self.firm_b, 1000),
            self._trade(self.firm_b, self.firm_c, 700),
            self._trade(self.firm_c, self.firm_a, 500),
        ]

    def _send(self, clearing):
        clearing.action_propose()
        clearing.action_send()
        return clearing

    def _post(self, clearing):
        """Post it the day after the last day of objections."""
        if clearing.state == "draft":
            self._send(clearing)
        with freeze_time(POSTING_DAY):
            clearing.action_post()
        return clearing

    # Proposal

    def test_positions_of_a_circle(self):
        self._circle()
        clearing = self._clearing()
        clearing.action_propose()
        self.assertEqual(set(clearing.document_ids.mapped("state")), {"agreed"})
        self.assertEqual(
            self._nets(clearing),
            {self.firm_a: 50000, self.firm_b: -30000, self.firm_c: -20000}
            | {self.operator: 0},
        )
        self.assertEqual(to_cents(clearing.cleared_amount), 220000)
        self.assertEqual(to_cents(clearing.transfer_amount), 100000)

    def test_recharges_and_credit_notes_are_cleared(self):
        self._costs(date(2025, 7, 15), coaches=300)
        self._read(self.firm_a, date(2025, 7, 3), 2)
        self._read(self.firm_b, date(2025, 7, 10), 1)
        with freeze_time("2025-08-05"):
            self._close(self.july)
        self._trade(self.firm_a, self.operator, 50)
        self._trade(self.firm_a, self.operator, 20, refund=True)
        clearing = self._clearing()
        clearing.action_propose()
        self.assertEqual(
            self._nets(clearing),
            {
                self.firm_a: -24000 + 3000,
                self.firm_b: -12000,
                self.operator: 36000 - 3000,
            },
        )

    def test_what_differs_is_left_out_with_its_reason(self):
        day, later = date(2025, 7, 20), date(2025, 8, 2)
        a, b, c = self.firms
        self._document("out_invoice", a, b, 10, day)
        self._document("in_invoice", a, c, 20, day, ref="C-77")
        other = self._document("out_invoice", b, c, 30, day)
        self._document("in_invoice", c, b, 31, day, ref=other.name)
        dated = self._document("out_invoice", a, c, 50, day)
        self._document("in_invoice", c, a, 50, later, ref=dated.name)
        drafted = self._document("out_invoice", b, a, 60, day)
        bill = self._document("in_invoice", a, b, 60, day, ref=drafted.name)
        bill.button_draft()
        clearing = self._clearing()
        clearing.action_propose()
        self.assertEqual(set(clearing.document_ids.mapped("state")), {"differs"})
        self.assertEqual(
            {(d.company_id, d.debtor_id): d.reason for d in clearing.document_ids},
            {
                (a, b): "no_bill",
                (c, a): "no_invoice",
                (b, c): "amount",
                (a, c): "date",
                (b, a): "draft",
            },
        )
        self.assertFalse(clearing.position_ids)
        with self.assertRaisesRegex(UserError, "nothing to clear"):
            clearing.action_send()

    def test_paid_on_one_side_only(self):
        invoice, _bill = self._trade(self.firm_c, self.firm_a, 40)
        self._pay(invoice, 15, date(2025, 7, 25))
        self._trade(self.firm_a, self.firm_b, 60)
        whole, _bill = self._trade(self.firm_a, self.firm_b, 70)
        self._pay(whole, 70, date(2025, 7, 25))
        clearing = self._clearing()
        clearing.action_propose()
        left_out = clearing.document_ids.filtered(lambda d: d.state == "differs")
        self.assertEqual(left_out.mapped("reason"), ["paid", "paid"])
        self.assertEqual(
            [name.upper() for name in left_out.mapped("name")],
            [whole.name, invoice.name],
        )
        self.assertEqual(self._nets(clearing)[self.firm_a], 6000)

    def test_partial_payments_booked_on_both_sides_are_agreed(self):
        invoice, bill = self._trade(self.firm_a, self.firm_b, 100)
        for move in (invoice, bill):
            self._pay(move, 30, date(2025, 7, 25))
        clearing = self._clearing()
        clearing.action_propose()
        self.assertEqual(clearing.document_ids.amount, 70)
        self.assertEqual(self._nets(clearing)[self.firm_a], 7000)

    def test_a_month_is_cleared_once(self):
        self._clearing()
        with (
            mute_logger("odoo.sql_db"),
            self.assertRaises(IntegrityError),
            self.env.cr.savepoint(),
        ):
            self._clearing()
        with self.assertRaisesRegex(UserError, "not over"):
            self._clearing(date(2025, 12, 1))

    # Objections

    def test_a_member_objects_until_the_deadline(self):
        circle = self._circle()
        clearing = self._send(self._clearing())
        document = clearing.document_ids.filtered(
            lambda d: d.invoice_id == circle[0][0]
        )
        as_b = document.with_user(self.members[self.firm_b])
        with self.assertRaisesRegex(UserError, "what is wrong"):
            as_b._object(self.firm_b, "  ")
        as_b._object(self.firm_b, "Two crates were missing")
        self.assertEqual(document.state, "objected")
        self.assertEqual(
            self._nets(clearing),
            {
                self.firm_a: -50000,
                self.firm_b: 70000,
                self.firm_c: -20000,
                self.operator: 0,
            },
        )
        with self.assertRaises(AccessError):
            document.with_user(self.members[self.firm_c])._object(self.firm_c, "Mine")
        as_a = document.with_user(self.members[self.firm_a])
        with self.assertRaisesRegex(UserError, "did not object"):
            as_a._withdraw_objection(self.firm_a)
        as_b._withdraw_objection(self.firm_b)
        self.assertEqual(self._nets(clearing)[self.firm_a], 50000)
        with freeze_time(POSTING_DAY), self.assertRaisesRegex(UserError, "until"):
            as_b._object(self.firm_b, "Too late")

    def test_what_was_objected_to_stays_out(self):
        circle = self._circle()
        clearing = self._send(self._clearing())
        document = clearing.document_ids.filtered(
            lambda d: d.invoice_id == circle[2][0]
        )
        document.with_user(self.members[self.firm_c])._object(self.firm_c, "Wrong")
        clearing.action_take_back()
        self._send(clearing)
        self.assertEqual(document.exists().state, "objected")
        self._post(clearing)
        self.assertEqual(self._open_item(circle[2][0]).amount_residual, 500)
        self.assertEqual(self._open_item(circle[0][0]).amount_residual, 0)

    def test_posting_waits_for_the_deadline(self):
        self._circle()
        clearing = self._send(self._clearing())
        with (
            self.assertRaisesRegex(UserError, "may object until"),
            self.env.cr.savepoint(),
        ):
            clearing.action_post()
        self.assertEqual(clearing.state, "sent")

    # Posting

    def test_posting_settles_both_books(self):
        circle = self._circle()
        clearing = self._post(self._clearing())
        self.assertEqual(clearing.state, "posted")
        for move in (move for pair in circle for move in pair):
            self.assertEqual(self._open_item(move).amount_residual, 0, move.name)
            self.assertTrue(self._open_item(move).reconciled)
        for firm, net in self._nets(clearing).items():
            if firm != self.operator:
                self.assertEqual(self._balance(firm, "4678", self.operator), net)
                self.assertEqual(self._balance(self.operator, "4678", firm), -net)
        self.assertEqual(self._balance(self.operator, "4678"), 0)
        moves = clearing.position_ids.move_id
        self.assertEqual(len(moves), 4)
        self.assertEqual(set(moves.mapped("date")), {date(2025, 12, 16)})
        self.assertEqual(set(moves.mapped("journal_id.code")), {"COMP"})

    def test_no_entry_of_an_operator_that_has_nothing(self):
        self._trade(self.firm_a, self.firm_b, 100)
        self._trade(self.firm_b, self.firm_a, 100)
        clearing = self._post(self._clearing())
        self.assertEqual(
            clearing.position_ids.move_id.company_id, self.firm_a | self.firm_b
        )
        self.assertEqual(self._balance(self.firm_a, "4678"), 0)

    def test_what_changed_since_it_was_sent_is_left_out(self):
        circle = self._circle()
        clearing = self._send(self._clearing())
        self._pay(circle[0][0], 1000, date(2025, 12, 10))
        self._post(clearing)
        document = clearing.document_ids.filtered(
            lambda d: d.invoice_id == circle[0][0]
        )
        self.assertEqual((document.state, document.reason), ("differs", "changed"))
        self.assertEqual(self._open_item(circle[0][1]).amount_residual, -1000)
        self.assertEqual(self._nets(clearing)[self.firm_a], -50000)

    def test_locked_books_are_refused_before_anything_is_written(self):
        self._circle()
        clearing = self._send(self._clearing(entry_date=date(2025, 11, 30)))
        before = self.env["account.move"].search_count([])
        self.firm_c.fiscalyear_lock_date = date(2025, 11, 30)
        with (
            self.assertRaisesRegex(UserError, "Firm C are locked"),
            freeze_time(POSTING_DAY),
            self.env.cr.savepoint(),
        ):
            clearing.action_post()
        self.assertEqual(clearing.state, "sent")
        self.assertEqual(self.env["account.move"].search_count([]), before)

    def test_posting_again_changes_nothing(self):
        self._circle()
        clearing = self._post(self._clearing())
        before = self.env["account.move"].search_count([])
        for step in ("action_post", "action_send", "action_propose"):
            with self.assertRaisesRegex(UserError, "already done"):
                getattr(clearing, step)()
        self.assertEqual(self.env["account.move"].search_count([]), before)

    def test_what_was_cleared_is_not_cleared_next_month(self):
        self._circle()
        self._post(self._clearing())
        august = self._clearing(date(2025, 8, 1))
        august.action_propose()
        self.assertFalse(august.document_ids)

    # VAT

    def test_vat_on_payment_is_due_when_it_is_cleared(self):
        self._costs(date(2025, 7, 15), coaches=300)
        self._read(self.firm_a, date(2025, 7, 3), 2)
        with freeze_time("2025-08-05"):
            self._close(self.july)
        for firm, due, waiting, sign in (
            (self.operator, "44571", "44574", -1),
            (self.firm_a, "44566", "44564", 1),
        ):
            self.assertEqual(self._balance(firm, due), 0)
            self.assertEqual(self._balance(firm, waiting), sign * 6000)
        self._post(self._clearing())
        for firm, due, waiting, sign in (
            (self.operator, "44571", "44574", -1),
            (self.firm_a, "44566", "44564", 1),
        ):
            self.assertEqual(self._balance(firm, due), sign * 6000, firm.name)
            self.assertEqual(self._balance(firm, waiting), 0)
            items = self.env["account.move.line"].search(
                [
                    ("company_id", "=", firm.id),
                    ("move_id.tax_cash_basis_origin_move_id", "!=", False),
                ]
            )
            self.assertEqual(set(items.mapped("date")), {date(2025, 12, 16)})

    def test_vat_of_a_partial_payment(self):
        """1 000 + 200 invoiced on 15/01, 500 paid on 10/03: nothing in January, then
        416.67 and 83.33."""
        tax = self.operator.cocare_recharge_sale_tax_id
        invoice = self._document(
            "out_invoice", self.operator, self.firm_a, 1000, date(2025, 1, 15), tax=tax
        )
        self.assertEqual(self._balance(self.operator, "44571"), 0)
        self.assertEqual(self._balance(self.operator, "44574"), -20000)
        self._pay(invoice, 500, date(2025, 3, 10))
        self.assertEqual(self._balance(self.operator, "445710"), -8333)
        self.assertEqual(self._balance(self.operator, "44574"), -11667)
        due = self.env["account.move"].search(
            [("tax_cash_basis_origin_move_id", "=", invoice.id)]
        )
        self.assertEqual(due.date, date(2025, 3, 10))
        base = due.line_ids.filtered("tax_ids")
        self.assertEqual({abs(to_cents(item.balance)) for item in base}, {41667})

    # Undoing and settling

    def test_cancelling_opens_everything_again(self):
        circle = self._circle()
        tax = self.operator.cocare_recharge_sale_tax_id
        invoice = self._document(
            "out_invoice", self.operator, self.firm_a, 100, date(2025, 7, 20), tax=tax
        )
        bill = self._document(
            "in_invoice",
            self.firm_a,
            self.operator,
            100,
            date(2025, 7, 20),
            ref=invoice.name,
            tax=self.firm_a.cocare_recharge_purchase_tax_id,
        )
        clearing = self._post(self._clearing())
        self.assertEqual(self._balance(self.operator, "44571"), -2000)
        with freeze_time(POSTING_DAY):
            clearing.action_cancel()
        self.assertEqual(clearing.state, "cancelled")
        for move in (*(move for pair in circle for move in pair), invoice, bill):
            item = self._open_item(move)
            self.assertEqual(item.amount_residual, item.balance, move.name)
        for firm in self.firms | self.operator:
            self.assertEqual(self._balance(firm, "4678"), 0)
        self.assertEqual(self._balance(self.operator, "44571"), 0)
        self.assertEqual(self._balance(self.operator, "44574"), -2000)
        again = self._clearing()
        again.action_propose()
        self.assertEqual(
            len(again.document_ids.filtered(lambda d: d.state == "agreed")), 4
        )

    def test_one_entry_alone_does_not_move(self):
        self._circle()
        move = self._post(self._clearing()).position_ids.move_id[:1]
        for step in ("button_draft", "button_cancel", "_reverse_moves"):
            with self.assertRaisesRegex(UserError, "part of a clearing"):
                getattr(move, step)()
        with self.assertRaises(UserError):
            move.write({"cocare_clearing_id": False})

    def test_settled_once_the_transfers_are_matched(self):
        self._circle()
        clearing = self._post(self._clearing())
        with (
            self.assertRaisesRegex(UserError, "is not there yet"),
            self.env.cr.savepoint(),
        ):
            clearing.action_settle()
        for item in clearing.position_ids._clearing_items():
            self._settle(item)
        clearing.action_settle()
        self.assertEqual(clearing.state, "settled")
        with self.assertRaisesRegex(UserError, "already done"):
            clearing.action_cancel()

    def test_no_undoing_after_a_transfer(self):
        self._circle()
        clearing = self._post(self._clearing())
        self._settle(clearing.position_ids._clearing_items()[0])
        with self.assertRaisesRegex(UserError, "under way or made"):
            clearing.action_cancel()

    def _settle(self, item):
        """The transfer is in the bank, and matched."""
        code = item.account_id.with_company(item.company_id).code
        transfer = self._entry(
            item.company_id,
            date(2025, 12, 16),
            (code, -item.balance),
            ("512", item.balance),
        )
        (item | transfer.line_ids[0]).reconcile()

    def test_typed_in_states_are_refused(self):
        clearing = self._clearing()
        for vals in ({"state": "posted"}, {"date_from": date(2025, 8, 1)}):
            with self.assertRaises(UserError):
                clearing.write(vals)
        with self.assertRaises(UserError):
            self._clearing(date(2025, 8, 1), state="sent")
