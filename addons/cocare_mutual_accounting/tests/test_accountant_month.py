from odoo import fields
from odoo.fields import Command
from odoo.tests import HttpCase, tagged

from .common import CocareBooksCommon


@tagged("post_install", "-at_install")
class TestAccountantMonth(CocareBooksCommon, HttpCase):
    """A month of three firms, from the cockpit and back, clicked in a browser."""

    browser_size = "1366x768"

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.today = fields.Date.context_today(cls.env["res.users"])
        cls.last = fields.Date.subtract(cls.today.replace(day=1), days=1)
        cls.first = cls.last.replace(day=1)
        cls.firms.cocare_joined_on = cls.first
        cls.env["cocare.firm.accountant"].create(
            [
                {
                    "company_id": firm.id,
                    "user_id": cls.accountant.id,
                    "valid_from": cls.first,
                }
                for firm in cls.firms
            ]
        )

    def _draft(self, firm):
        journal = self.env["account.journal"].search(
            [("company_id", "=", firm.id), ("type", "=", "general")], limit=1
        )
        return self.env["account.move"].create(
            {
                "journal_id": journal.id,
                "date": self.last,
                "line_ids": [
                    Command.create(
                        {"account_id": self._account(code, firm).id, "balance": amount}
                    )
                    for code, amount in (("606", 10), ("613", -10))
                ],
            }
        )

    def _bill_and_payment(self, firm):
        """An unpaid bill, and the line of the bank that pays it."""
        supplier = self.env["res.partner"].create(
            {"name": "Supplier", "company_id": firm.id}
        )
        bill, invoice = self.env["account.move"].create(
            [
                {
                    "move_type": kind,
                    "company_id": firm.id,
                    "partner_id": supplier.id,
                    "invoice_date": self.first,
                    "date": self.first,
                    "ref": kind,
                    "invoice_date_due": self.first,
                    "invoice_line_ids": [
                        Command.create(
                            {
                                "name": "Wood",
                                "price_unit": amount,
                                "tax_ids": [Command.clear()],
                            }
                        )
                    ],
                }
                for kind, amount in (("in_invoice", 120), ("out_invoice", 75))
            ]
        )
        (bill | invoice).action_post()
        bank = self.env["account.journal"].search(
            [("company_id", "=", firm.id), ("type", "=", "bank")], limit=1
        )
        line = self.env["account.bank.statement.line"].create(
            {
                "journal_id": bank.id,
                "date": self.last,
                "amount": -120,
                "payment_ref": bill.name,
                "partner_id": supplier.id,
            }
        )
        return bill, line

    def _return(self, firm):
        rule = self.env.ref("cocare_mutual_accounting.obligation_rule_ca3_month", False)
        rule = rule or self.env["cocare.obligation.rule"].search(
            [("form", "=", "CA3")], limit=1
        )
        return self.env["cocare.obligation"].create(
            {
                "company_id": firm.id,
                "rule_id": rule.id,
                "code": rule.code,
                "form": "CA3",
                "date_from": self.first,
                "date_to": self.last,
                "nominal_date": self.today,
                "due_date": self.today,
                "user_id": self.accountant.id,
                "evidence_ids": [
                    Command.create({"name": "receipt.pdf", "raw": b"%PDF-1.4 receipt"})
                ],
            }
        )

    def _closing(self, firm):
        """The closing of the last month; what the tour is not about is waived."""
        self.env["cocare.closing"]._generate(firm)
        closing = self.env["cocare.closing"].search(
            [
                ("company_id", "=", firm.id),
                ("kind", "=", "month"),
                ("date_to", "=", self.last),
            ]
        )
        closing.action_evaluate()
        for step in closing.step_ids.filtered("is_open"):
            step.note = "Not the point of this tour"
            step.action_waive()
        return closing

    def test_from_the_cockpit_and_back(self):
        draft = self._draft(self.firm_a)
        bill, line = self._bill_and_payment(self.firm_b)
        obligation = self._return(self.firm_c)
        closing = self._closing(self.firm_c)
        self.start_tour(
            "/odoo/action-cocare_mutual_accounting.cocare_cockpit_action",
            "cocare_accountant_month",
            login=self.accountant.login,
            timeout=180,
        )
        self.assertEqual(draft.state, "posted")
        self.assertTrue(line.is_reconciled)
        self.assertEqual(bill.payment_state, "paid")
        self.assertEqual(obligation.state, "filed")
        self.assertEqual(obligation.filed_by_id, self.accountant)
        self.assertEqual(closing.state, "closed")
        self.assertEqual(closing.closed_by_id, self.accountant)
        self.assertEqual(self.env["cocare.book.month"]._differences(), [])
