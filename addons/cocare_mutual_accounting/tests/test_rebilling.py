import base64
from datetime import date

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command
from odoo.tests import HttpCase, freeze_time, tagged
from odoo.tools import mute_logger

from ..allocation import to_cents
from ..models.cocare_rebilling import DISBURSEMENT_MENTION
from .common import CocareBooksCommon


class RebillingCommon(CocareBooksCommon):
    """Supplier's bills of the operator, and what is re-billed of them."""

    @classmethod
    def setUpServices(cls):  # pylint: disable=missing-return
        super().setUpServices()
        cls.bookkeepers = cls.pools[1]
        cls.supplier = cls.env["res.partner"].create({"name": "Hydro SA"})

    @classmethod
    def _bill(cls, code, amount, day=date(2025, 7, 12), document=False, **line):
        """Post a supplier's bill of one line in the operator's books."""
        move = (
            cls.env["account.move"]
            .with_company(cls.operator)
            .create(
                {
                    "move_type": "in_invoice",
                    "partner_id": cls.supplier.id,
                    "ref": "F-2025-118",
                    "invoice_date": day,
                    "date": day,
                    "invoice_line_ids": [
                        Command.create(
                            {
                                "name": "Repair",
                                "quantity": 1,
                                "price_unit": amount,
                                "account_id": cls._account(code).id,
                                "tax_ids": [Command.clear()],
                                **line,
                            }
                        )
                    ],
                }
            )
        )
        if document:
            cls.env["ir.attachment"].create(
                {
                    "name": "facture.pdf",
                    "datas": base64.b64encode(b"%PDF-1.4 of the firm"),
                    "res_model": "account.move",
                    "res_id": move.id,
                }
            )
        move.action_post()
        return move.invoice_line_ids

    def _rebill(self, item, firms=(), confirm=True, **values):
        """:param firms: firms that pay, or pairs of a firm and values of its line"""
        lines = [firm if isinstance(firm, tuple) else (firm, {}) for firm in firms]
        rebilling = self.env["cocare.rebilling"].create(
            {
                "name": "Repair of the cold room",
                "network_id": self.network.id,
                "item_id": item.id,
                "service_id": self.bookkeeping.id,
                "reason": "Two firms asked for it",
                "line_ids": [
                    Command.create({"company_id": firm.id, **more})
                    for firm, more in lines
                ],
                **values,
            }
        )
        if confirm:
            rebilling.action_confirm()
        return rebilling

    def _disbursement(self, item=None, firms=None, **values):
        item = item or self._bill("467", 54, document=True)
        return self._rebill(
            item,
            firms or [self.firm_a],
            name="Registry fees",
            kind="disbursement",
            service_id=False,
            reason="Advanced for the firm",
            **values,
        )

    def _shares(self, run, rebilling):
        shares = run.share_ids.filtered(lambda s: s.line_id.rebilling_id == rebilling)
        return {share.company_id: share for share in shares}

    def _amounts(self, run, rebilling):
        return [
            shares.invoiced
            for _firm, shares in sorted(
                self._shares(run, rebilling).items(), key=lambda pair: pair[0].id
            )
        ]

    def _work(self, month=7):
        """Every firm books an entry, so that bookkeeping has something to go by."""
        for firm in self.firms:
            self._entry(firm, date(2025, month, 2), ("512", 50), ("706", -50))


@freeze_time("2025-08-05")
@tagged("post_install", "-at_install")
class TestRebilling(RebillingCommon):
    """What does not go by the pools: re-billed, kept, with its reasons."""

    def test_part_of_a_bill_goes_to_chosen_firms_and_the_rest_by_the_pool(self):
        self._work()
        item = self._bill("6413", 600)
        absent = (self.firm_c, {"excluded": True, "reason": "It stores nothing"})
        rebilling = self._rebill(
            item, [self.firm_a, self.firm_b, absent], amount=200.01
        )
        self.assertEqual(
            self.bookkeepers._cost(self.july, date(2025, 7, 31)), 60000 - 20001
        )
        run = self._close(self.july)
        self.assertEqual(rebilling.state, "billed")
        self.assertEqual(self._amounts(run, rebilling), [100.01, 100])
        self.assertEqual(run.full_cost, 600)
        pool = run.line_ids.filtered("pool_id").filtered("full_cost")
        self.assertEqual(pool.share_ids.mapped("invoiced"), [133.33] * 3)
        # Both books, with VAT as the service.
        recharge = run.recharge_ids.filtered(lambda r: r.company_id == self.firm_a)
        self.assertEqual(recharge.invoice_id.amount_untaxed, 233.34)
        self.assertEqual(recharge.invoice_id.amount_tax, 46.67)
        self.assertEqual(recharge.bill_id.amount_total, 280.01)
        [line] = recharge.invoice_id.invoice_line_ids.filtered(
            lambda line: to_cents(line.price_subtotal) == 10001
        )
        for text in (
            "Repair of the cold room",
            "Hydro SA, F-2025-118",
            "200.01",
            "600.00",
            "in equal parts between 2 firms",
            "Two firms asked for it",
            f"{self.firm_c.name} does not pay: It stores nothing",
        ):
            self.assertIn(text, line.name)

    def test_amounts_by_hand(self):
        item = self._bill("615", 300)
        by_hand = [(self.firm_a, {"amount": 120.5}), (self.firm_c, {"amount": 179.5})]
        rebilling = self._rebill(item, by_hand, split="amounts")
        run = self._close(self.july)
        self.assertEqual(self._amounts(run, rebilling), [120.5, 179.5])
        self.assertEqual(run.full_cost, 300)

    def test_key_measures_the_period_for_the_firms_that_pay(self):
        self._read(self.firm_a, date(2025, 7, 3), 6)
        self._read(self.firm_b, date(2025, 7, 4), 3)
        self._read(self.firm_c, date(2025, 7, 4), 91)
        rebilling = self._rebill(
            self._bill("615", 300),
            [self.firm_a, self.firm_b],
            split="key",
            key_id=self.pools[0].key_id.id,
        )
        run = self._run(self.july)
        run.action_compute()
        self.assertEqual(self._amounts(run, rebilling), [200, 100])
        share = self._shares(run, rebilling)[self.firm_a]
        self.assertIn("6 of 9 hours", share._key_text())
        self.assertEqual(sum(share._readings().mapped("quantity")), 6)
        self.assertEqual(share._decision(), "General meeting of June 2025")

    def test_credit_note_of_a_supplier_mirrors_its_bill(self):
        item = self._bill("615", 100.01)
        refund = item.move_id._reverse_moves(
            [{"invoice_date": date(2025, 7, 20), "date": date(2025, 7, 20)}]
        )
        refund.action_post()
        firms = [self.firm_a, self.firm_b]
        bill = self._rebill(item, firms)
        back = self._rebill(refund.invoice_line_ids, firms)
        self.assertEqual(back.amount, -100.01)
        run = self._run(self.july)
        run.action_compute()
        self.assertEqual(self._amounts(run, bill), [50.01, 50])
        self.assertEqual(self._amounts(run, back), [-50.01, -50])

    def test_kept_item_is_charged_to_nobody(self):
        self._work()
        item = self._bill("6413", 600)
        kept = self._rebill(
            item, kind="kept", amount=38, reason="A fine for a late filing"
        )
        run = self._close(self.july)
        self.assertEqual(run.full_cost, 562)
        self.assertEqual(kept.state, "confirmed")
        self.assertFalse(run.line_ids.rebilling_id)

    def test_item_of_a_month_that_was_shared_corrects_the_next_one(self):
        self._work()
        item = self._bill("6413", 600)
        july = self._close(self.july)
        self.assertEqual(july.full_cost, 600)
        rebilling = self._rebill(item, [self.firm_a], amount=300)
        self._work(8)
        with freeze_time("2025-09-05"):
            august = self._close(date(2025, 8, 1))
        self.assertEqual(self._amounts(august, rebilling), [300])
        pool = august.line_ids.filtered(lambda x: x.pool_id == self.bookkeepers)
        self.assertEqual(pool.full_cost, -300)
        self.assertEqual(july.full_cost + august.full_cost, 600)
        paid = sum((july | august).share_ids.mapped("invoiced"))
        self.assertEqual(to_cents(paid), 60000)

    def test_analytic_pool_counts_what_is_left_of_the_item(self):
        plan = self.env["account.analytic.plan"].create({"name": "Teams"})
        north, south = self.env["account.analytic.account"].create(
            [
                {"name": name, "plan_id": plan.id, "company_id": self.operator.id}
                for name in ("North", "South")
            ]
        )
        self.bookkeepers.analytic_account_ids = north
        item = self._bill(
            "6413", 100, analytic_distribution={north.id: 60, south.id: 40}
        )
        self._rebill(item, [self.firm_a], amount=50)
        self.assertEqual(self.bookkeepers._cost(self.july, date(2025, 7, 31)), 3000)

    def test_no_more_than_the_item_is_given_away(self):
        item = self._bill("615", 100)
        self._rebill(item, [self.firm_a], amount=60)
        second = self._rebill(item, [self.firm_b], confirm=False)
        self.assertEqual(second.amount, 40)
        for amount in (40.01, 0, -1):
            second.amount = amount
            with self.assertRaisesRegex(UserError, "is left of this item"):
                second.action_confirm()
        second.amount = 40
        second.action_confirm()

    def test_what_is_missing_is_said(self):
        item = self._bill("615", 100)
        left = {"excluded": True, "reason": " "}
        for firms, values, message in (
            ([], {}, "which firms pay"),
            ([self.firm_a, (self.firm_b, left)], {}, "why .* does not pay"),
            ([(self.firm_a, {"amount": 99})], {"split": "amounts"}, "add up to"),
            ([self.firm_a], {"kind": "kept"}, "charged to nobody"),
        ):
            with self.subTest(message), self.assertRaisesRegex(UserError, message):
                self._rebill(item, firms, **values)
        for item, message in (
            (self._bill("467", 10), "no cost of the operator"),
            (
                self._entry(self.operator, self.july, ("512", 1), ("101", -1)).line_ids[
                    0
                ],
                "no cost of the operator",
            ),
        ):
            with self.subTest(message), self.assertRaisesRegex(UserError, message):
                self._rebill(item, [self.firm_a])
        stranger = self.env["res.company"].create({"name": "Stranger"})
        with self.assertRaisesRegex(ValidationError, "no firm of this network"):
            self._rebill(self._bill("615", 10), [stranger])

    def test_confirmed_item_stays_as_it_is(self):
        item = self._bill("615", 100)
        rebilling = self._rebill(item, [self.firm_a])
        for change in (
            lambda: rebilling.write({"amount": 1}),
            lambda: rebilling.line_ids.write({"company_id": self.firm_b.id}),
            lambda: rebilling.line_ids.unlink(),
            lambda: rebilling.unlink(),
        ):
            with self.assertRaisesRegex(UserError, "back to draft"):
                change()
        with self.assertRaisesRegex(UserError, "by its button"):
            rebilling.state = "draft"
        with self.assertRaisesRegex(UserError, "is re-billed"):
            item.move_id.button_draft()
        rebilling.action_draft()
        item.move_id.button_draft()

    def test_change_after_computing_is_refused_at_posting(self):
        item = self._bill("615", 100)
        rebilling = self._rebill(item, [self.firm_a])
        run = self._run(self.july)
        run.action_compute()
        rebilling.action_draft()
        with self.assertRaisesRegex(UserError, "compute again"), self.cr.savepoint():
            run.action_post()
        run.action_compute()
        self.assertFalse(run.line_ids.rebilling_id)
        rebilling.action_confirm()
        with self.assertRaisesRegex(UserError, "compute again"), self.cr.savepoint():
            run.action_post()

    def test_period_that_is_not_over_waits(self):
        item = self._bill("615", 100)
        rebilling = self._rebill(item, [self.firm_a], date_to=date(2025, 8, 31))
        july = self._close(self.july)
        self.assertFalse(july.line_ids.rebilling_id)
        with freeze_time("2025-09-05"):
            august = self._close(date(2025, 8, 1))
        self.assertEqual(self._amounts(august, rebilling), [100])

    def test_undone_month_leaves_it_to_the_next(self):
        rebilling = self._rebill(self._bill("615", 100), [self.firm_a])
        first = self._close(self.july)
        with self.assertRaisesRegex(UserError, "which the firms were sent"):
            rebilling.action_draft()
        first.action_credit()
        self.assertEqual(rebilling.state, "confirmed")
        again = self._close(self.july)
        self.assertEqual(self._amounts(again, rebilling), [100])
        self.assertEqual(rebilling.run_id, again)

    def test_credit_in_part_goes_back_to_the_pool(self):
        self._work()
        item = self._bill("6413", 600)
        rebilling = self._rebill(item, [self.firm_a], amount=300)
        run = self._close(self.july)
        share = self._shares(run, rebilling)[self.firm_a]
        recharge = run.recharge_ids.filtered(lambda r: r.company_id == self.firm_a)
        credit = self.env["cocare.recharge.credit"].create(
            {
                "recharge_id": recharge.id,
                "reason": "Half of it was for all",
                "line_ids": [Command.create({"share_id": share.id, "amount": 150})],
            }
        )
        credit.action_post()
        self.assertEqual(share.credited, 150)
        self.assertEqual(rebilling._borne(), 15000)
        self.assertEqual(self.bookkeepers._cost(self.july, date(2025, 7, 31)), 45000)

    def test_contested_line_is_decided_by_an_amount(self):
        self.network.write(
            {"recharge_review_days": 7, "arbitrator_id": self.facilitator.id}
        )
        self._work()
        rebilling = self._rebill(self._bill("6413", 600), [self.firm_a], amount=300)
        run = self._run(self.july)
        run.action_compute()
        run.action_send()
        with self.assertRaisesRegex(UserError, "which the firms were sent"):
            rebilling.action_draft()
        share = self._shares(run, rebilling)[self.firm_a]
        contest = share.with_user(self.members[self.firm_a])._contest_as_firm("No")
        decided = contest.sudo(False).with_user(self.facilitator)
        decided.answer = "It was for everybody"
        with self.assertRaisesRegex(UserError, "decide an amount"):
            decided.action_uphold()
        decided.write({"basis": "amount", "amount_after": 100})
        decided.action_uphold()
        for other in run.share_ids.filtered("full_cost") - share:
            if other.company_id in self.firms:
                other.with_user(self.members[other.company_id])._accept_as_firm()
        run.action_post()
        self.assertEqual(self._amounts(run, rebilling), [100])
        # The 200 go back to everybody's pool, in the next month.
        self.assertEqual(self.bookkeepers._cost(self.july, date(2025, 7, 31)), 50000)

    def test_accountant_reaches_it_from_the_bill(self):
        item = self._bill("615", 100)
        move = item.move_id.with_user(self.accountant)
        context = move.action_cocare_rebill()["context"]
        self.assertEqual(context["default_item_id"], item.id)
        rebilling = (
            self.env["cocare.rebilling"]
            .with_user(self.accountant)
            .with_context(**context)
            .create({"reason": "Asked for", "service_id": self.bookkeeping.id})
        )
        rebilling.action_take_all_firms()
        self.assertEqual(rebilling.line_ids.company_id, self.firms)
        rebilling.action_confirm()
        self.assertEqual(rebilling.amount, 100)
        theirs = self._entry(self.firm_a, self.july, ("615", 1), ("512", -1))
        with self.assertRaisesRegex(UserError, "of the operator"):
            theirs.action_cocare_rebill()

    @mute_logger("odoo.addons.base.models.ir_model", "odoo.models")
    def test_only_accountants_write_and_members_read_their_line(self):
        rebilling = self._rebill(self._bill("615", 100), [self.firm_a], confirm=False)
        for user in (self.facilitator, self.members[self.firm_a]):
            with self.assertRaises(AccessError):
                rebilling.with_user(user).action_confirm()
        with self.assertRaises(AccessError):
            rebilling.with_user(self.members[self.firm_a]).read(["name"])
        rebilling.with_user(self.accountant).action_confirm()
        run = self._close(self.july)
        share = self._shares(run, rebilling)[self.firm_a]
        mine = share.with_user(self.members[self.firm_a])
        self.assertEqual(mine.display_name, "Repair of the cold room")
        self.assertIn("Hydro SA", mine.key_text)


@freeze_time("2025-08-05")
@tagged("post_install", "-at_install")
class TestDisbursement(RebillingCommon, HttpCase):
    """Art. 267, II-2° CGI: one firm, to the cent, a transit account, a document."""

    def test_disbursement_has_no_vat_and_leaves_the_transit_account_at_zero(self):
        self._work()
        self._bill("6413", 300)
        rebilling = self._disbursement()
        run = self._close(self.july)
        recharge = run.recharge_ids.filtered(lambda r: r.company_id == self.firm_a)
        invoice, bill = recharge.invoice_id, recharge.bill_id
        # 100 of bookkeeping with its VAT, 54 advanced without.
        self.assertEqual(invoice.amount_untaxed, 154)
        self.assertEqual(invoice.amount_tax, 20)
        self.assertEqual(bill.amount_total, 174)
        self.assertIn(DISBURSEMENT_MENTION, invoice.narration)
        transit = self._account("467")
        items = self.env["account.move.line"].search(
            [("account_id", "=", transit.id), ("company_id", "=", self.operator.id)]
        )
        self.assertEqual(len(items), 2)
        self.assertEqual(to_cents(sum(items.mapped("balance"))), 0)
        theirs = bill.invoice_line_ids.filtered(
            lambda line: line.account_id == self._account("467", self.firm_a)
        )
        self.assertEqual(theirs.balance, 54)
        self.assertFalse(theirs.tax_ids)
        self.assertEqual(self._amounts(run, rebilling), [54])
        # Until the firm books the document, each says the same of the other.
        [pair] = self.env["cocare.pair.balance"].search(
            [
                ("company_id", "=", self.operator.id),
                ("partner_company_id", "=", self.firm_a.id),
                ("kind", "=", "current"),
            ]
        )
        pair = pair.with_context(allowed_company_ids=(self.operator | self.firm_a).ids)
        self.assertEqual((pair.balance, pair.difference), (-54, 0))
        # What sharing costs does not count what was only advanced.
        month = self.env["cocare.firm.month"].search(
            [("company_id", "=", self.firm_a.id), ("month", "=", self.july)]
        )
        self.assertEqual(month.network_cost, 100)
        self.assertFalse(self._shares(run, rebilling)[self.firm_a].service_id)

    def test_conditions_of_the_law(self):
        justified = self._bill("467", 54, document=True)
        tax = self.operator.cocare_recharge_purchase_tax_id or self.env[
            "account.tax"
        ].search(
            [
                ("company_id", "=", self.operator.id),
                ("type_tax_use", "=", "purchase"),
                ("amount", "=", 20),
            ],
            limit=1,
        )
        taxed = self._bill("467", 45, document=True, tax_ids=[Command.set(tax.ids)])
        for values, message in (
            ({"firms": [self.firm_a, self.firm_b]}, "one firm"),
            ({"amount": 50}, "claimed whole"),
            ({"item": self._bill("467", 54)}, "Attach the supplier's document"),
            ({"item": self._bill("615", 54, document=True)}, "transit account"),
            ({"item": taxed}, "without tax"),
        ):
            item = values.pop("item", justified)
            with self.subTest(message), self.assertRaisesRegex(UserError, message):
                self._disbursement(item, **values)

    def test_operator_in_franchise_says_both_mentions(self):
        self.env["cocare.vat.period"]._record(
            self.operator,
            {
                "valid_from": self.july,
                "status": "franchise",
                "source": "Letter of the tax office",
            },
        )
        self._work()
        self._bill("6413", 300)
        self._disbursement()
        run = self._close(self.july)
        recharge = run.recharge_ids.filtered(lambda r: r.company_id == self.firm_a)
        self.assertFalse(recharge.invoice_id.amount_tax)
        self.assertIn("293 B", recharge.invoice_id.narration)
        self.assertIn(DISBURSEMENT_MENTION, recharge.invoice_id.narration)

    def test_credit_note_undoes_it_in_both_books(self):
        self._disbursement()
        run = self._close(self.july)
        run.action_credit()
        for company in (self.operator, self.firm_a):
            account = self._account("467", company)
            items = self.env["account.move.line"].search(
                [
                    ("account_id", "=", account.id),
                    ("company_id", "=", company.id),
                    ("move_id.cocare_recharge_id", "!=", False),
                ]
            )
            self.assertEqual(len(items), 2)
            self.assertEqual(to_cents(sum(items.mapped("balance"))), 0)

    def test_firm_reads_the_document_that_is_in_its_name(self):
        self._disbursement()
        shared = self._rebill(
            self._bill("615", 100, document=True), [self.firm_a, self.firm_b]
        )
        run = self._close(self.july)
        recharges = {r.company_id: r for r in run.recharge_ids}
        shares = {s.line_id.rebilling_id: s for s in run.share_ids}
        mine = next(s for s in run.share_ids if s._is_disbursement())
        member = self.members[self.firm_a]
        member.password = "a long enough password"
        self.authenticate(member.login, "a long enough password")

        def address(recharge, share):
            return f"/my/recharges/{recharge.id}/document/{share.id}"

        # What somebody calls the main file of the bill may be of another record.
        foreign = self.env["ir.attachment"].create({"name": "x", "raw": b"foreign"})
        mine._rebilling().move_id.message_main_attachment_id = foreign
        page = self.url_open(f"/my/recharges/{recharges[self.firm_a].id}").text
        self.assertIn(address(recharges[self.firm_a], mine), page)
        document = self.url_open(address(recharges[self.firm_a], mine))
        self.assertEqual(document.content, b"%PDF-1.4 of the firm")
        self.assertIn("attachment", document.headers["Content-Disposition"])
        # No document of what is shared, none of another firm.
        for recharge, share in (
            (recharges[self.firm_a], shares[shared]),
            (recharges[self.firm_b], mine),
        ):
            self.assertEqual(self.url_open(address(recharge, share)).status_code, 404)
