from datetime import date

from odoo.exceptions import AccessError, UserError
from odoo.tests import freeze_time, tagged

from ..allocation import to_cents
from .common import CocareBooksCommon


@freeze_time("2025-08-05")
@tagged("post_install", "-at_install")
class TestReview(CocareBooksCommon):
    """A run is sent, its lines accepted or contested, arbitrated, posted."""

    @classmethod
    def setUpUsers(cls):  # pylint: disable=missing-return
        super().setUpUsers()
        cls.network.recharge_review_days = 7
        cls.network.arbitrator_id = cls.facilitator

    def setUp(self):
        super().setUp()
        self._costs(date(2025, 7, 15), coaches=1200)
        self.reading = self._read(self.firm_a, date(2025, 7, 3), 6)
        self._read(self.firm_b, date(2025, 7, 10), 3)
        self._read(self.firm_c, date(2025, 7, 11), 3)

    def _sent(self):
        run = self._run(self.july)
        run.action_compute()
        run.action_send()
        return run

    def _share(self, run, firm):
        return run.share_ids.filtered(
            lambda s: s.company_id == firm and s.service_id == self.coaching
        )

    def _as_member(self, share):
        return share.with_user(self.members[share.company_id])

    def _contest(self, run, firm, comment="Two hours were for another firm."):
        return self._as_member(self._share(run, firm))._contest_as_firm(comment)

    def _by_arbitrator(self, contest, **values):
        contest = contest.sudo(False).with_user(self.facilitator)
        contest.write({"answer": "The sheet says so.", **values})
        return contest

    def _accept_all(self, run):
        for share in run.share_ids.filtered("full_cost"):
            if share.company_id in self.firms:
                self._as_member(share)._accept_as_firm()

    def test_posting_waits_for_the_firms(self):
        run = self._run(self.july)
        run.action_compute()
        with self.assertRaisesRegex(UserError, "Send"):
            run.action_post()
        run.action_send()
        self.assertEqual(run.review_until, date(2025, 8, 12))
        self.assertEqual(run.recharge_ids.company_id, self.firms)
        with self.assertRaisesRegex(UserError, "may contest until"):
            run.action_post()

    def test_all_accepted_is_posted_before_the_deadline(self):
        run = self._sent()
        self._accept_all(run)
        run.action_post()
        self.assertEqual(run.state, "posted")
        self.assertEqual(self._invoiced(run, self.coaching), [600, 300, 300])

    def test_silence_is_consent_after_the_deadline(self):
        run = self._sent()
        with freeze_time("2025-08-12"), self.assertRaises(UserError):
            run.action_post()
        with freeze_time("2025-08-13"):
            run.action_post()
        self.assertEqual(run.state, "posted")

    def test_a_reason_stands_for_the_review(self):
        run = self._run(self.july)
        run.action_compute()
        run.no_review_reason = "Agreed on in the meeting of 4 August"
        run.action_post()
        self.assertEqual(run.state, "posted")

    def test_nobody_is_named_to_arbitrate(self):
        self.network.arbitrator_id = False
        run = self._run(self.july)
        run.action_compute()
        with self.assertRaisesRegex(UserError, "arbitrates"):
            run.action_send()

    def test_firms_are_told(self):
        before = self.env["mail.message"].search([])
        run = self._sent()
        told = (self.env["mail.message"].search([]) - before).filtered("partner_ids")
        for firm in self.firms:
            message = told.filtered(
                lambda m, f=firm: self.members[f].partner_id in m.partner_ids
            )
            self.assertEqual(len(message), 1, firm.name)
            recharge = run.recharge_ids.filtered(lambda r, f=firm: r.company_id == f)
            self.assertIn(f'/my/recharges/{recharge.id}">', message.body)
            self.assertIn("08/12/2025", message.body)

    def test_contested_line_waits_for_the_arbitrator(self):
        run = self._sent()
        contest = self._contest(run, self.firm_a)
        self.assertEqual(self._share(run, self.firm_a).review, "contested")
        self.assertEqual(contest.sudo().arbitrator_id, self.facilitator)
        self.assertEqual(
            contest.sudo().activity_ids.mapped("user_id"), self.facilitator
        )
        with freeze_time("2025-08-20"), self.assertRaisesRegex(UserError, "decide"):
            run.action_post()

    def test_line_is_computed_again_without_touching_the_others(self):
        run = self._sent()
        self._as_member(self._share(run, self.firm_b))._accept_as_firm()
        contest = self._contest(run, self.firm_a)
        self.reading.quantity = 4
        self._by_arbitrator(contest).action_uphold()
        # 4 of 10 hours of 1,200 and not 6 of 12; the others stay.
        self.assertEqual(self._invoiced(run, self.coaching), [480, 300, 300])
        share = self._share(run, self.firm_a)
        self.assertEqual((share.settled, share.review), (-120, "settled"))
        self.assertEqual(self._share(run, self.firm_b).review, "accepted")
        self.assertEqual(contest.sudo().measured_before, "6 hours")
        self.assertEqual(contest.sudo().measured_after, "4 hours")
        # The correction is of July: August does not count it a second time.
        usages = self.env["cocare.usage"]._quantities(
            self.coaching, self.firm_a, date(2025, 7, 1), date(2025, 7, 31)
        )
        self.assertEqual(usages, {self.firm_a: 4})
        self.assertEqual(self.network.usage_lock_date, date(2025, 7, 31))
        with freeze_time("2025-08-20"):
            run.action_post()
        bill = run.recharge_ids.filtered(lambda r: r.company_id == self.firm_a).bill_id
        self.assertEqual(to_cents(bill.amount_untaxed), 48000)

    def test_what_is_taken_off_is_shared_by_the_next_month(self):
        run = self._sent()
        contest = self._contest(run, self.firm_a)
        self._by_arbitrator(contest, basis="amount", amount_after=480).action_uphold()
        with freeze_time("2025-09-20"):
            run.action_post()
            self._costs(date(2025, 8, 15), coaches=180)
            for firm in self.firms:
                self._read(firm, date(2025, 8, 10), 1)
            august = self._run(date(2025, 8, 1))
            august.action_compute()
        self.assertEqual(august.full_cost, 300)
        self.assertEqual(self._invoiced(august, self.coaching), [100, 100, 100])
        august._check_shares_add_up()

    def test_rejected_with_reasons(self):
        run = self._sent()
        contest = self._contest(run, self.firm_a)
        with self.assertRaisesRegex(UserError, "reasons"):
            contest.sudo(False).with_user(self.facilitator).action_reject()
        self._by_arbitrator(contest).action_reject()
        self.assertEqual(self._invoiced(run, self.coaching), [600, 300, 300])
        self.assertEqual(contest.sudo().state, "rejected")
        self._accept_all(run)
        run.action_post()

    def test_nothing_changed_is_said(self):
        contest = self._contest(self._sent(), self.firm_a)
        with self.assertRaisesRegex(UserError, "Nothing changes"):
            self._by_arbitrator(contest).action_uphold()

    def test_only_the_arbitrator_decides(self):
        contest = self._contest(self._sent(), self.firm_a)
        for user in (self.accountant, self.recorder):
            with self.assertRaises(AccessError):
                contest.sudo(False).with_user(user).write({"answer": "Mine"})
            with self.assertRaises(AccessError):
                contest.sudo(False).with_user(user).action_reject()
        with self.assertRaises(UserError):
            contest.sudo(False).with_user(self.facilitator).write({"state": "upheld"})

    def test_taken_back(self):
        run = self._sent()
        contest = self._contest(run, self.firm_a)
        contest._withdraw_as_firm()
        self.assertEqual(contest.sudo().state, "withdrawn")
        self.assertEqual(self._share(run, self.firm_a).review, "accepted")

    def test_member_answers_for_their_firm_in_time(self):
        run = self._sent()
        theirs = self._share(run, self.firm_b).with_user(self.members[self.firm_a])
        with self.assertRaises(AccessError):
            theirs._contest_as_firm("Not mine")
        with self.assertRaises(AccessError):
            theirs._accept_as_firm()
        with freeze_time("2025-08-13"), self.assertRaisesRegex(UserError, "until"):
            self._contest(run, self.firm_a)

    def test_contesting_again_is_the_same(self):
        run = self._sent()
        first = self._contest(run, self.firm_a)
        self.assertEqual(self._contest(run, self.firm_a, "Again"), first)
        with self.assertRaises(UserError):
            self._as_member(self._share(run, self.firm_b))._contest_as_firm("  ")

    def test_sent_is_computed_again_only_when_nobody_contests(self):
        run = self._sent()
        self._as_member(self._share(run, self.firm_b))._accept_as_firm()
        run.action_compute()
        self.assertEqual(run.state, "computed")
        self.assertFalse(run.recharge_ids)
        run.action_send()
        self._contest(run, self.firm_a)
        with self.assertRaisesRegex(UserError, "contested"):
            run.action_compute()

    def test_sent_is_not_deleted_behind_the_firms(self):
        run = self._sent()
        with self.assertRaisesRegex(UserError, "compute it again"):
            run.unlink()
        run.action_compute()
        run.unlink()

    def test_key_that_reads_another_meter(self):
        """Bookkeeping shared by hours of coaching: these are what it is made of."""
        self._costs(date(2025, 7, 16), bookkeepers=600)
        self._adopt_version(
            self.pools[1].key_id,
            date(2025, 7, 2),
            method="usage",
            service_id=self.coaching.id,
        )
        run = self._sent()
        share = run.share_ids.filtered(
            lambda s: s.company_id == self.firm_a and s.service_id == self.bookkeeping
        )
        self.assertEqual(share.invoiced, 300)
        readings = self._as_member(share)._readings()
        self.assertEqual(readings.service_id, self.coaching)
        contest = self._as_member(share)._contest_as_firm("Four hours.")
        self.reading.quantity = 4
        self._by_arbitrator(contest).action_uphold()
        self.assertEqual(share.invoiced, 240)

    def test_members_see_what_was_sent(self):
        run = self._run(self.july)
        run.action_compute()
        member = self.members[self.firm_a]
        Share = self.env["cocare.allocation.share"].with_user(member)
        self.assertFalse(Share.search([]))
        run.action_send()
        self.assertEqual(Share.search([]).company_id, self.firm_a)
        self._contest(run, self.firm_b)
        self.assertFalse(self.env["cocare.contest"].with_user(member).search([]))


@freeze_time("2025-12-15")
@tagged("post_install", "-at_install")
class TestCredit(CocareBooksCommon):
    """Credit notes in part, in both books."""

    def setUp(self):
        super().setUp()
        self._costs(date(2025, 7, 15), coaches=1000, bookkeepers=600)
        self._read(self.firm_a, date(2025, 7, 3), 2)
        self._read(self.firm_b, date(2025, 7, 10), 2)
        self._entry(self.firm_a, date(2025, 7, 1), ("512", 100), ("706", -100))
        self.run = self._close(self.july)
        self.recharge = self.run.recharge_ids.filtered(
            lambda r: r.company_id == self.firm_a
        )

    def _credit(self, *amounts, reason="An hour too many"):
        action = self.recharge.with_user(self.accountant).action_credit_part()
        credit = (
            self.env["cocare.recharge.credit"]
            .with_user(self.accountant)
            .with_context(**action["context"])
            .create({"reason": reason})
        )
        for line, amount in zip(credit.line_ids, amounts, strict=True):
            line.amount = amount
        credit.action_post()
        return credit.sudo()

    def test_part_is_credited_in_both_books(self):
        credit = self._credit(50, 0)
        note, bill = credit.invoice_credit_id, credit.bill_credit_id
        self.assertEqual(note.move_type, "out_refund")
        self.assertEqual(bill.move_type, "in_refund")
        self.assertEqual(to_cents(note.amount_total), 6000)
        self.assertEqual(to_cents(bill.amount_total), 6000)
        self.assertEqual(note.reversed_entry_id, self.recharge.invoice_id)
        self.assertEqual(bill.ref, note.name)
        self.assertIn("An hour too many", note.ref)
        # 500 of coaching and 600 of bookkeeping, with tax, less what was credited
        self.assertEqual(to_cents(self.recharge.amount_open), 132000 - 6000)
        self.assertEqual(to_cents(self.recharge.bill_id.amount_residual), 132000 - 6000)
        share = credit.line_ids[0].share_id
        self.assertEqual(share.credited, 50)
        for move in note | bill:
            with self.assertRaises(UserError):
                move.button_draft()

    def test_what_was_credited_is_shared_by_the_next_month(self):
        self._credit(50, 0)
        self._costs(date(2025, 8, 15), coaches=10)
        self._read(self.firm_b, date(2025, 8, 10), 1)
        august = self._run(date(2025, 8, 1))
        august.action_compute()
        self.assertEqual(august.full_cost, 60)
        self.assertEqual(self._invoiced(august, self.coaching), [0, 60, 0])

    def test_no_more_than_was_invoiced(self):
        self._credit(400, 0)
        with self.assertRaisesRegex(UserError, "100.00"):
            self._credit(100.01, 0)
        with self.assertRaises(UserError):
            self._credit(-1, 0)
        with self.assertRaisesRegex(UserError, "Write what"):
            self._credit(0, 0)
        self._credit(100, 0)

    def test_undoing_the_month_credits_what_is_left(self):
        self._credit(50, 0)
        self.run.action_credit()
        self.assertEqual(self.recharge.amount_open, 0)
        self.assertEqual(self.recharge.bill_id.amount_residual, 0)
        self.assertEqual(sum(self.recharge.credit_ids.mapped("amount_untaxed")), 1100)
        again = self._close(self.july)
        self.assertEqual(self._invoiced(again, self.coaching), [500, 500, 0])

    def test_undoing_a_month_that_was_credited_whole(self):
        self._credit(500, 600)
        self.run.action_credit()
        self.assertEqual(self.run.state, "credited")
        self.assertEqual(self.recharge.amount_open, 0)

    def test_month_without_cost_is_posted_and_undone(self):
        august = self._close(date(2025, 8, 1))
        self.assertEqual(august.state, "posted")
        self.assertFalse(august.recharge_ids.invoice_id)
        august.action_credit()
        self.assertEqual(august.state, "credited")

    def test_posted_credit_note_never_changes(self):
        credit = self._credit(50, 0)
        with self.assertRaises(UserError):
            credit.with_user(self.accountant).action_post()
        with self.assertRaises(UserError):
            credit.line_ids[0].amount = 10
        with self.assertRaises(UserError):
            credit.unlink()
        with self.assertRaises(AccessError):
            self.recharge.with_user(self.facilitator).env[
                "cocare.recharge.credit"
            ].create({"recharge_id": self.recharge.id, "reason": "Not mine"})
