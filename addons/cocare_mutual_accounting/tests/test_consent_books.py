from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import Form, tagged
from odoo.tools.safe_eval import safe_eval

from .common import CocareBooksCommon


@tagged("post_install", "-at_install")
class TestConsentBooks(CocareBooksCommon):
    """Firm B invoiced a customer of firm A, who then withdraws the consent."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.customer, cls.other = cls.env["res.partner"].create(
            [
                {"name": name, "email": email, "company_id": cls.firm_a.id}
                for name, email in (
                    ("Camille", "camille@example.org"),
                    ("Dominique", "dominique@example.org"),
                )
            ]
        )
        cls.door, cls.holidays = cls.env["res.partner"].create(
            [
                {
                    "name": street,
                    "street": street,
                    "type": "delivery",
                    "parent_id": cls.customer.id,
                    "company_id": cls.firm_a.id,
                }
                for street in ("Rue de la porte", "Chemin du lac")
            ]
        )
        delivery = cls.env["cocare.consent.purpose"].search([("code", "=", "delivery")])
        cls.consents = cls.env["cocare.consent"].create(
            [
                {
                    "partner_id": person.id,
                    "purpose_id": delivery.id,
                    "from_company_id": cls.firm_a.id,
                    "to_company_id": firm.id,
                    "note": "Signed at the stall",
                }
                for person in (cls.customer, cls.other)
                for firm in (cls.firm_b, cls.firm_c)
            ]
        )
        cls.accountants = {
            firm: cls._new_user(
                f"accountant_{firm.id}",
                "cocare_mutual_accounting.group_accountant",
                firm,
            )
            for firm in (cls.firm_b, cls.firm_c)
        }

    def _as_accountant(self, record, firm=None):
        return record.with_user(self.accountants[firm or self.firm_b])

    def _invoice(self, person=None):
        """An invoice of firm B, as its accountant types it in."""
        return self._as_accountant(self.env["account.move"]).create(
            {
                "move_type": "out_invoice",
                "partner_id": (person or self.customer).id,
                "partner_shipping_id": (person or self.door).id,
                "invoice_date": self.july,
                "invoice_line_ids": [
                    Command.create({"name": "Vegetables", "price_unit": 100})
                ],
            }
        )

    def _withdraw(self):
        self.consents._withdraw("Enough")

    def test_a_firm_invoices_who_consented_and_nobody_else(self):
        self.assertEqual(self._invoice().partner_id, self.customer)
        with Form(
            self._as_accountant(self.env["account.move"]).with_context(
                default_move_type="out_invoice"
            )
        ) as form:
            form.partner_id = self.customer
        partner = self.env["account.move"].fields_get(["partner_id"])["partner_id"]
        offered = self._as_accountant(self.env["res.partner"]).search(
            safe_eval(partner["domain"], {"company_id": self.firm_b.id})
        )
        self.assertIn(self.customer, offered)
        self._withdraw()
        with self.assertRaisesRegex(UserError, "belongs to another company"):
            self._invoice(self.other)

    def test_to_whom_others_were_given_is_not_told(self):
        partners = self._as_accountant(self.env["res.partner"])
        self.assertFalse(
            partners.search([("cocare_given_to_id", "in", self.firm_c.ids)])
        )

    def test_what_was_invoiced_is_kept(self):
        invoice = self._invoice()
        invoice.action_post()
        self._withdraw()
        for named in (self.customer, self.door):
            named = self._as_accountant(named)
            self.assertTrue(named.read(["name", "email", "street"]))
            self.assertTrue(named.search([("id", "=", named.id)]))
        # the invoice is printed, with the particulars it has to have
        html = self._as_accountant(self.env["ir.actions.report"])._render_qweb_html(
            "account.report_invoice", invoice.ids
        )[0]
        self.assertIn(b"Camille", html)

    def test_what_follows_of_it_may_be_written(self):
        """Odoo would refuse the payment: its partner is of another company."""
        invoice = self._invoice()
        invoice.action_post()
        self._withdraw()
        payment = (
            self._as_accountant(self.env["account.payment.register"])
            .with_context(active_model="account.move", active_ids=invoice.ids)
            .create({})
            ._create_payments()
        )
        self.assertEqual(payment.partner_id, self.customer)
        self.assertIn(invoice.payment_state, ("paid", "in_payment"))
        credit = invoice._reverse_moves()
        credit.action_post()
        self.assertEqual(credit.partner_id, self.customer)

    def test_nothing_else_is_kept(self):
        self._invoice().action_post()
        self._invoice(self.other)
        self._withdraw()
        customer = self._as_accountant(self.customer)
        with self.assertRaises(AccessError):
            customer.email = "other@example.org"
        self.assertFalse(customer._cocare_may_use("delivery", self.firm_b))
        for person, user, why in (
            (self.holidays, self.accountants[self.firm_b], "address not invoiced"),
            (self.other, self.accountants[self.firm_b], "draft only"),
            (self.customer, self.accountants[self.firm_c], "another firm"),
            (self.customer, self.readers[self.firm_b], "reads no invoice"),
            (self.customer, self.members[self.firm_b], "portal"),
        ):
            with self.subTest(why):
                self.assertFalse(person.with_user(user).has_access("read"))
                with self.assertRaises(AccessError):
                    person.with_user(user).read(["email"])
