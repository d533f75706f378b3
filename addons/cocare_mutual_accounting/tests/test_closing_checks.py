from odoo.fields import Command
from odoo.tests import freeze_time, tagged

from .closing_common import ADDON, ClosingCommon


@freeze_time("2025-11-05")
@tagged("post_install", "-at_install")
class TestMonthChecks(ClosingCommon):
    """Each check of a month is wrong on books that are, and right on others."""

    def setUp(self):
        super().setUp()
        self.closing = self._closings()

    def _regime(self, name, firm=None):
        self.env["cocare.firm.regime"].create(
            {
                "company_id": (firm or self.firm_a).id,
                "regime_id": self.env.ref(f"{ADDON}.regime_{name}").id,
                "valid_from": "2025-07-01",
                "source": "Letter of the tax office",
            }
        )

    def _file_return(self, amount, last=None):
        record = self.env["cocare.obligation"].search(
            [
                ("company_id", "=", self.firm_a.id),
                ("code", "=", "ca3"),
                ("date_to", "=", last or self.LAST),
            ]
        )
        record.amount = amount
        proof = self.env["ir.attachment"].create({"name": "R.pdf", "raw": b"%PDF"})
        record.evidence_ids = [Command.link(proof.id)]
        record.action_file()
        return record

    def test_suspense(self):
        self.assertEqual(self._state(self.closing, "suspense"), "ok")
        self._entry(self.firm_a, "2025-09-10", ("471", 12.34), ("512", -12.34))
        self.assertEqual(self._state(self.closing, "suspense"), "failed")
        step = self._step(self.closing, "suspense")
        self.assertEqual((step.count, step.amount), (1, 12.34))
        self.assertIn("471", step.result)
        model, domain = step._records()
        self.assertEqual(self.env[model].search(domain).mapped("debit"), [12.34])
        # cleared later: not of this month
        self._entry(self.firm_a, "2025-10-02", ("471", -12.34), ("512", 12.34))
        self.assertEqual(self._state(self.closing, "suspense"), "failed")
        self._entry(self.firm_a, "2025-09-30", ("471", -12.34), ("512", 12.34))
        self.assertEqual(self._state(self.closing, "suspense"), "ok")

    def test_drafts(self):
        self.assertEqual(self._state(self.closing, "drafts"), "ok")
        move = self._entry(self.firm_a, "2025-09-10", ("606", 10), ("512", -10))
        move.button_draft()
        self.assertEqual(self._state(self.closing, "drafts"), "failed")
        move.date = "2025-10-01"
        self.assertEqual(self._state(self.closing, "drafts"), "ok")

    def _statement(self, day, amount, start, closing_day=None):
        journal = self.env["account.journal"].search(
            [("company_id", "=", self.firm_a.id), ("type", "=", "bank")], limit=1
        )
        line = self.env["account.bank.statement.line"].create(
            {
                "journal_id": journal.id,
                "date": day,
                "amount": amount,
                "payment_ref": "Test",
            }
        )
        return self.env["account.bank.statement"].create(
            {
                "line_ids": [Command.set(line.ids)],
                "balance_start": start,
                "balance_end_real": start + amount,
                "cocare_closing_day": closing_day,
            }
        )

    def test_bank(self):
        self.assertEqual(self._state(self.closing, "bank"), "ok")
        # moved, and no statement
        statement = self._statement("2025-09-12", 100, 0)
        self.assertEqual(self._state(self.closing, "bank"), "ok")
        bank = statement.journal_id.default_account_id.with_company(self.firm_a).code
        self._entry(self.firm_a, "2025-09-20", (bank, -5), ("606", 5))
        self.assertEqual(self._state(self.closing, "bank"), "failed")
        self.assertEqual(self._step(self.closing, "bank").amount, 5)
        self._entry(self.firm_a, "2025-09-30", (bank, 5), ("606", -5))
        self.assertEqual(self._state(self.closing, "bank"), "ok")
        # a statement that ends before the last day, and says so, tells nothing of it
        statement.cocare_closing_day = "2025-09-20"
        self.assertEqual(self._state(self.closing, "bank"), "failed")
        self.assertIn("no statement", self._step(self.closing, "bank").result)
        # the next one does: it opens with the same balance
        self._statement("2025-10-03", 20, 100, "2025-10-31")
        self.assertEqual(self._state(self.closing, "bank"), "ok")

    def test_bank_statement_over_the_end(self):
        first = self._statement("2025-09-25", 100, 0)
        second = self._statement("2025-10-05", 50, 100)
        second.unlink()
        first.line_ids = [
            Command.link(
                self.env["account.bank.statement.line"]
                .search([("journal_id", "=", first.journal_id.id), ("amount", "=", 50)])
                .id
            )
        ]
        first.balance_end_real = 150
        self.assertEqual(self._state(self.closing, "bank"), "ok")

    def test_bank_never_negative_cash(self):
        cash = (
            self.env["account.journal"]
            .with_company(self.firm_a)
            .create({"name": "Till", "type": "cash", "company_id": self.firm_a.id})
        )
        code = cash.default_account_id.with_company(self.firm_a).code
        self._entry(self.firm_a, "2025-09-03", ("606", 30), (code, -30))
        self.assertEqual(self._state(self.closing, "bank"), "failed")
        self._entry(self.firm_a, "2025-09-30", (code, 30), ("580", -30))
        self.assertEqual(self._state(self.closing, "bank"), "ok")

    def test_open_items(self):
        partner = self.env["res.partner"].create({"name": "Late payer"})
        move = self._third_party_entry(
            self.firm_a, "2025-06-30", partner, ("411", 120), ("707", -120)
        )
        self.assertEqual(self._state(self.closing, "items"), "failed")
        step = self._step(self.closing, "items")
        self.assertEqual((step.count, step.amount), (1, 120))
        self.assertIn("Late payer", step.result)
        paid = self._third_party_entry(
            self.firm_a, "2025-10-10", partner, ("411", -120), ("512", 120)
        )
        (move | paid).line_ids.filtered(
            lambda line: line.account_type == "asset_receivable"
        ).reconcile()
        self.assertEqual(self._state(self.closing, "items"), "ok")
        # young items are no fault
        self._third_party_entry(
            self.firm_a, "2025-09-20", partner, ("411", 50), ("707", -50)
        )
        self.assertEqual(self._state(self.closing, "items"), "ok")

    def test_documents(self):
        request = self.env["cocare.document.request"].create(
            {
                "name": "Bank statement",
                "company_id": self.firm_a.id,
                "asked_on": "2025-10-02",
                "due_date": "2025-10-10",
            }
        )
        self.assertEqual(self._state(self.closing, "documents"), "failed")
        self.assertIn("Bank statement", self._step(self.closing, "documents").result)
        request.action_cancel()
        self.assertEqual(self._state(self.closing, "documents"), "ok")

    def test_vouchers(self):
        bill = (
            self.env["account.move"]
            .with_company(self.firm_a)
            .create(
                {
                    "move_type": "in_invoice",
                    "partner_id": self.env["res.partner"].create({"name": "Shop"}).id,
                    "invoice_date": "2025-09-15",
                    "date": "2025-09-15",
                    "invoice_line_ids": [
                        Command.create({"name": "Paper", "price_unit": 10})
                    ],
                }
            )
        )
        bill.action_post()
        self.assertEqual(self._state(self.closing, "vouchers"), "failed")
        self.assertIn("Shop", self._step(self.closing, "vouchers").result)
        self.env["ir.attachment"].create(
            {
                "name": "bill.pdf",
                "raw": b"%PDF",
                "res_model": "account.move",
                "res_id": bill.id,
            }
        )
        self.assertEqual(self._state(self.closing, "vouchers"), "ok")

    def test_vat(self):
        # no regime: no return to look at
        self.assertFalse(self._step(self.closing, "vat"))
        self._regime("ca3_month")
        self._closings()
        self._entry(
            self.firm_a, "2025-09-10", ("512", 120), ("707", -100), ("44571", -20)
        )
        self.assertEqual(self._state(self.closing, "vat"), "failed")
        # the return says 30, the books 20
        record = self._file_return(30)
        self.assertEqual(self._state(self.closing, "vat"), "failed")
        self.assertEqual(self._step(self.closing, "vat").amount, 10)
        record.action_reopen()
        record.amount = 20
        record.action_file()
        self.assertEqual(self._state(self.closing, "vat"), "ok")
        # an entry that comes after the return is found
        self._entry(
            self.firm_a, "2025-09-11", ("512", 120), ("707", -100), ("44571", -20)
        )
        self.assertEqual(self._state(self.closing, "vat"), "failed")

    def test_vat_settled(self):
        self._regime("ca3_month")
        self._closings()
        self._entry(
            self.firm_a, "2025-09-10", ("512", 120), ("707", -100), ("44571", -20)
        )
        self.assertEqual(self._state(self.closing, "vat_settled"), "failed")
        self._file_return(20)
        self.assertEqual(self._state(self.closing, "vat_settled"), "failed")
        self._entry(self.firm_a, self.LAST, ("44571", 20), ("44551", -20))
        self.assertEqual(self._state(self.closing, "vat_settled"), "ok")
        # settling does not change what the books say was due
        self.assertEqual(self._state(self.closing, "vat"), "ok")

    def test_mirrors(self):
        a, b = self.firm_a, self.firm_b
        self.assertEqual(self._state(self.closing, "mirrors"), "ok")
        self._third_party_entry(
            a, "2025-09-10", b.partner_id, ("451", 70), ("512", -70)
        )
        self.assertEqual(self._state(self.closing, "mirrors"), "failed")
        step = self._step(self.closing, "mirrors")
        self.assertIn("Firm B", step.result)
        self.assertEqual(step.amount, 70)
        # the other one has nothing to compare with: it is not told
        self.assertEqual(self._state(self._closings(b), "mirrors"), "ok")
        self._third_party_entry(
            b, "2025-09-12", a.partner_id, ("512", 70), ("451", -70)
        )
        self.assertEqual(self._state(self.closing, "mirrors"), "ok")
        # another amount: the amounts told are one's own
        self._third_party_entry(
            b, "2025-09-13", a.partner_id, ("512", 777.77), ("451", -777.77)
        )
        self.assertEqual(self._state(self.closing, "mirrors"), "failed")
        self.assertEqual(step.amount, 70)
        self.assertNotIn("777", step.result)


@freeze_time("2026-02-05")
@tagged("post_install", "-at_install")
class TestYearChecks(ClosingCommon):
    """The same for the checks of a year."""

    LAST = "2025-12-31"

    def setUp(self):
        super().setUp()
        self.closing = self._closings(kind="year")

    def test_which_steps(self):
        names = self.closing.step_ids.rule_id.mapped("name")
        self.assertNotIn("Stocks", names)
        self.assertNotIn("Payroll: 421, 431 and the DSN", names)
        self.assertIn("Accounts deposited at the registry", names)
        self._entry(self.firm_a, "2025-12-31", ("31", 10), ("6031", -10))
        self.firm_a.cocare_legal_form = "association_1901"
        self.env["cocare.closing"]._generate(self.firm_a)
        names = self.closing.step_ids.rule_id.mapped("name")
        self.assertIn("Stocks", names)
        self.assertNotIn("Accounts deposited at the registry", names)
        self.assertIn("Accounts approved by the meeting", names)

    def test_result(self):
        self._entry(self.firm_a, "2025-11-10", ("512", 900), ("707", -900))
        self._entry(self.firm_a, "2025-11-11", ("606", 300.5), ("512", -300.5))
        self.assertEqual(self._state(self.closing, "result"), "ok")
        self.assertEqual(self._step(self.closing, "result").amount, 599.5)
        # an entry that closes 6 and 7 to 120 is found, and has no place
        self._entry(
            self.firm_a,
            "2025-12-31",
            ("707", 900),
            ("606", -300.5),
            ("120", -599.5),
        )
        self.assertEqual(self._state(self.closing, "result"), "failed")

    def test_depreciation(self):
        self._entry(self.firm_a, "2025-08-01", ("2183", 1000), ("512", -1000))
        self.env["cocare.closing"]._generate(self.firm_a)
        # assets, and no charge
        self.assertEqual(self._state(self.closing, "depreciation"), "failed")
        charge = self._entry(self.firm_a, "2025-12-31", ("68112", 150), ("2818", -150))
        self.assertEqual(self._state(self.closing, "depreciation"), "ok")
        self._entry(self.firm_a, "2025-12-31", ("658", 40), ("2818", -40))
        self.assertEqual(self._state(self.closing, "depreciation"), "failed")
        self.assertEqual(self._step(self.closing, "depreciation").amount, 40)
        self.assertTrue(charge)

    def test_third_parties(self):
        partner = self.env["res.partner"].create({"name": "Paid twice"})
        self._third_party_entry(
            self.firm_a, "2025-10-01", partner, ("401", 80), ("512", -80)
        )
        self.assertEqual(self._state(self.closing, "third_parties"), "failed")
        step = self._step(self.closing, "third_parties")
        self.assertIn("Paid twice", step.result)
        self._third_party_entry(
            self.firm_a, "2025-10-02", partner, ("606", 80), ("401", -80)
        )
        self.assertEqual(self._state(self.closing, "third_parties"), "ok")
        self._third_party_entry(
            self.firm_a, "2025-10-03", partner, ("512", 30), ("411", -30)
        )
        self.assertEqual(self._state(self.closing, "third_parties"), "failed")

    def test_associates(self):
        self._entry(self.firm_a, "2025-10-01", ("512", 500), ("455", -500))
        self.assertEqual(self._state(self.closing, "associates"), "ok")
        self._entry(self.firm_a, "2025-10-02", ("455", 600), ("512", -600))
        self.assertEqual(self._state(self.closing, "associates"), "failed")

    @freeze_time("2027-02-05")
    def test_opening(self):
        self._entry(self.firm_a, "2025-10-01", ("512", 500), ("707", -500))
        # books that begin have nothing to open with
        self.assertEqual(self._state(self.closing, "opening"), "ok")
        later = self._closings(kind="year", day="2026-12-31")
        # the year before was not closed here
        self.assertEqual(self._state(later, "opening"), "failed")
        self._close_until(self.closing)
        self.assertEqual(self._state(later, "opening"), "ok")
        # an entry slips into the closed year
        self.closing._reopen("Late bill", "2027-02-06 00:00:00", everyone=True)
        self._entry(self.firm_a, "2025-11-01", ("606", 7), ("512", -7))
        noted = self.closing.sudo().balances
        self.assertFalse(noted)
        self.assertEqual(self._state(later, "opening"), "failed")
        self._close_until(self.closing)
        self.assertEqual(self._state(later, "opening"), "ok")
        self.assertEqual(self.closing.sudo().balances[""], -49300)
        # an opening entry counts what is carried on already
        journal = self.env["account.journal"].create(
            {
                "name": "A nouveaux",
                "code": "AN",
                "type": "general",
                "company_id": self.firm_a.id,
            }
        )
        twice = self._entry(self.firm_a, "2026-01-01", ("512", 493), ("110", -493))
        twice.button_draft()
        twice.write({"name": False, "journal_id": journal.id})
        twice._post(soft=False)
        self.assertEqual(self._state(later, "opening"), "failed")
