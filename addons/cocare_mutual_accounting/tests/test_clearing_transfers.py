from datetime import date

from lxml import etree

from odoo.exceptions import UserError
from odoo.tests import freeze_time, tagged

from ..allocation import to_cents
from .clearing_common import CocareClearingCommon

IBANS = (
    "FR7630006000011234567890189",
    "FR7610107001011234567890129",
    "FR7611315000011234567890138",
    "FR7630004000031234567890143",
)


@freeze_time("2025-12-15")
@tagged("post_install", "-at_install")
class TestClearingTransfers(CocareClearingCommon):
    """One transfer a firm, as orders and files for the banks."""

    def setUp(self):
        super().setUp()
        self._trade(self.firm_a, self.firm_b, 1000)
        self._trade(self.firm_b, self.firm_c, 700)
        self._trade(self.firm_c, self.firm_a, 500)
        self._trade(self.firm_c, self.operator, 300)
        self.clearing = self._clearing()
        self.clearing.action_propose()
        self.clearing.action_send()
        with freeze_time("2025-12-16"):
            self.clearing.action_post()

    def _open_accounts(self, companies):
        for company, iban in zip(companies, IBANS, strict=False):
            account = company._cocare_open_bank_account(iban)
            account.allow_out_payment = True

    def test_a_firm_without_account_is_named(self):
        self._open_accounts(self.operator | self.firm_a)
        with self.assertRaisesRegex(UserError, "Firm B, Firm C"):
            self.clearing.action_prepare_transfers()

    @freeze_time("2025-12-16")
    def test_orders_of_payers_and_of_the_operator(self):
        self._open_accounts(self.operator | self.firms)
        self.clearing.action_prepare_transfers()
        orders = {p.company_id: p.order_id for p in self.clearing.position_ids}
        self.assertFalse(orders[self.operator])
        # A and C receive from the operator, in one order; B pays it.
        self.assertEqual(orders[self.firm_a], orders[self.firm_c])
        self.assertEqual(orders[self.firm_a].company_id, self.operator)
        self.assertEqual(orders[self.firm_b].company_id, self.firm_b)
        self.clearing.action_prepare_transfers()
        self.assertEqual(
            orders, {p.company_id: p.order_id for p in self.clearing.position_ids}
        )
        paid = [
            (line.partner_id, to_cents(line.amount_currency))
            for line in orders[self.firm_a].payment_line_ids
        ]
        self.assertEqual(
            sorted(paid, key=lambda line: line[1]),
            [(self.firm_c.partner_id, 10000), (self.firm_a.partner_id, 50000)],
        )

    @freeze_time("2025-12-16")
    def test_the_file_is_valid_and_holds_every_receiver(self):
        self._open_accounts(self.operator | self.firms)
        self.clearing.action_prepare_transfers()
        orders = self.clearing.position_ids.order_id
        for order in orders:
            order = order.with_company(order.company_id)
            order.draft2open()
            # refuses what its schema does not accept
            order.open2generated()
        document = etree.fromstring(
            orders.filtered(lambda o: o.company_id == self.operator).payment_file_id.raw
        )
        namespace = {"p": "urn:iso:std:iso:20022:tech:xsd:pain.001.001.09"}
        transfers = {
            (
                transfer.findtext("p:CdtrAcct/p:Id/p:IBAN", namespaces=namespace),
                transfer.findtext("p:Amt/p:InstdAmt", namespaces=namespace),
            )
            for transfer in document.iterfind(".//p:CdtTrfTxInf", namespace)
        }
        self.assertEqual(transfers, {(IBANS[1], "500.00"), (IBANS[3], "100.00")})
        self.assertEqual(
            document.findtext(".//p:GrpHdr/p:CtrlSum", namespaces=namespace), "600.00"
        )
        with (
            self.assertRaisesRegex(UserError, "under way or made"),
            self.env.cr.savepoint(),
        ):
            self.clearing.action_cancel()

    @freeze_time("2025-12-16")
    def test_an_account_that_is_not_trusted_is_not_paid(self):
        self._open_accounts(self.operator | self.firms)
        self.firm_a.partner_id.bank_ids.allow_out_payment = False
        self.clearing.action_prepare_transfers()
        order = self.clearing.position_ids.order_id.filtered(
            lambda o: o.company_id == self.operator
        )
        with self.assertRaisesRegex(UserError, "untrusted"):
            order.with_company(self.operator).draft2open()

    @freeze_time("2025-12-16")
    def test_undoing_drops_orders_that_are_drafts(self):
        self._open_accounts(self.operator | self.firms)
        self.clearing.action_prepare_transfers()
        orders = self.clearing.position_ids.order_id
        self.clearing.action_cancel()
        self.assertEqual(set(orders.mapped("state")), {"cancel"})

    def test_transfers_come_after_posting(self):
        august = self._clearing(date(2025, 8, 1))
        with self.assertRaisesRegex(UserError, "comes later"):
            august.action_prepare_transfers()
