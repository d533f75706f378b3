import io
import zipfile
from datetime import date

from odoo.exceptions import UserError
from odoo.tests import freeze_time, tagged

from .common import CocareBooksCommon

LAST_DAY = date(2025, 7, 31)

#: 2 hours of 10, 1,000.00 of coaches, 20 % VAT
TOTAL = "240.00\N{NO-BREAK SPACE}€"


@tagged("post_install", "-at_install")
class TestDepartureBooks(CocareBooksCommon):
    """A firm leaves with its ledger once every cent is settled."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.startClassPatcher(freeze_time("2025-08-20 12:00:00"))
        cls.env["cocare.checklist.item"].search([]).active = False
        cls.firm_a.company_registry = "12345678200010"
        file = cls.env["cocare.membership"].create(
            {"name": cls.firm_a.name, "network_id": cls.network.id}
        )
        for stage in ("application", "review", "trial"):
            file._step(stage, "on the way")
            cls._decide(file)
        file._link_company(cls.firm_a)
        file._step("member", "they fit")
        cls._decide(file)
        file._step("leaving", "they asked")
        cls.departure = file.departure_ids
        cls.departure.last_day = LAST_DAY
        mine = cls.agreements.filtered(lambda a: a.company_id == cls.firm_a)
        mine.date_end = LAST_DAY

    @classmethod
    def _decide(cls, file):
        if file.cocare_pending_change_id:
            file.cocare_pending_change_id._cocare_decide(
                True, "Assembly of June", date(2025, 6, 30)
            )

    def _what_remains(self):
        self.departure.action_check()
        return self.departure.obstacle_ids.mapped("name")

    def _month(self):
        """July is worked, shared and recharged."""
        for firm, hours in zip(self.firms, (2, 3, 5), strict=True):
            self._read(firm, date(2025, 7, 3), hours)
        self._costs(date(2025, 7, 15), coaches=1000)
        self._entry(self.firm_a, date(2025, 7, 10), ("512", 300), ("706", -300))
        return self._close(self.JULY)

    def _pay(self, run):
        """Both sides of the recharge of the firm are paid, as the bank says."""
        recharge = run.recharge_ids.filtered(lambda r: r.company_id == self.firm_a)
        for move in (recharge.invoice_id, recharge.bill_id):
            self._pay_by_bank(move, date(2025, 8, 10))

    def test_month_that_is_not_recharged(self):
        self.assertEqual(
            self._what_remains(),
            [
                "The shared costs of July 2025 are not recharged yet: close the month.",
            ],
        )

    def test_item_that_is_not_re_billed_yet(self):
        self._month()
        cost = self._entry(self.operator, date(2025, 7, 9), ("615", 90), ("512", -90))
        self.env["cocare.rebilling"].create(
            {
                "name": "Repair",
                "network_id": self.network.id,
                "item_id": cost.line_ids[0].id,
                "service_id": self.coaching.id,
                "reason": "Theirs alone",
                "line_ids": [(0, 0, {"company_id": self.firm_a.id})],
            }
        ).action_confirm()
        self.assertIn(
            "“Repair” is re-billed by a month that is not posted yet.",
            self._what_remains(),
        )

    def test_money_that_is_not_settled(self):
        self._month()
        remains = self._what_remains()
        self.assertEqual(len(remains), 2, remains)
        for books, other in (("Firm A", "Operator"), ("Operator", "Firm A")):
            self.assertIn(f"Books of {books}: {TOTAL} open with {other}.", remains)
        self.departure.action_hand_over()
        with self.assertRaisesRegex(UserError, f"{TOTAL} open with Operator"):
            self.departure.action_leave()

    def test_books_that_are_not_final(self):
        move = self._entry(self.firm_a, date(2025, 8, 2), ("512", 10), ("706", -10))
        self.assertIn("1 entries are dated after the last day.", self._what_remains())
        move.button_draft()
        self.assertIn("1 draft entries: post or delete them.", self._what_remains())

    def test_leaves_with_its_ledger(self):
        run = self._month()
        self._pay(run)
        # Payments of August are after the last day: it leaves with August's books.
        self.departure.last_day = date(2025, 8, 15)
        self.assertEqual(self._what_remains(), [])
        voucher = run.recharge_ids.filtered(
            lambda r: r.company_id == self.firm_a
        ).bill_id
        self.env["ir.attachment"].create(
            {
                "name": "../voucher.txt",
                "raw": b"voucher",
                "res_model": "account.move",
                "res_id": voucher.id,
            }
        )
        self.departure.action_hand_over()
        archive = zipfile.ZipFile(io.BytesIO(self.departure.archive_id.raw))
        names = archive.namelist()
        self.assertIn("accounts/123456782FEC20251231.txt", names)
        self.assertIn("accounts/trial-balance-2025-12-31.csv", names)
        number = voucher.name.replace("/", "-")
        self.assertIn(f"vouchers/2025-07/{number}/voucher.txt", names)
        fec = archive.read("accounts/123456782FEC20251231.txt").decode("utf-8")
        self.assertTrue(fec.startswith("JournalCode\tJournalLib\tEcritureNum"))
        total = sum(
            float(line.split("\t")[11].replace(",", "."))
            for line in fec.splitlines()[1:]
        )
        balance = archive.read("accounts/trial-balance-2025-12-31.csv").decode(
            "utf-8-sig"
        )
        debits = sum(
            float(line.split(";")[2].replace(",", "."))
            for line in balance.splitlines()[1:]
        )
        self.assertAlmostEqual(total, debits, 2)
        self.assertGreater(total, 0)
        self.departure.action_leave()
        self.assertEqual(self.departure.state, "done")
        self.assertEqual(self.firm_a.hard_lock_date, date(2025, 8, 15))
        with self.assertRaisesRegex(UserError, "its books are closed"):
            self._entry(self.firm_a, date(2025, 8, 18), ("512", 10), ("706", -10))
        self.assertNotIn(self.firm_a, self.accountant.company_ids)
