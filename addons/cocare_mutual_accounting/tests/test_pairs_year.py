import logging
from datetime import date

from odoo import fields
from odoo.tests import freeze_time, tagged

from ..allocation import to_cents
from .clearing_common import CocareClearingCommon

_figure = logging.getLogger("cocare.figure")

FIRMS = 30
#: documents a month; over the year every firm sells twice and buys twice
DOCUMENTS = 5


@freeze_time("2025-12-15")
@tagged("post_install", "-at_install")
class TestPairsYear(CocareClearingCommon):
    """A year of 30 firms: late bills, part payments, objections, an undoing."""

    @classmethod
    def setUpCompanies(cls):  # pylint: disable=missing-return
        super().setUpCompanies()
        for number in range(len(cls.firms), FIRMS):
            cls.firms |= cls.network._create_firm(
                {"name": f"Firm {number + 1}", "cocare_joined_on": cls.JULY}
            )

    def test_pairs_agree_after_a_year(self):
        late = []
        for month in range(12):
            first = date(2025, month + 1, 1)
            last = fields.Date.end_of(first, "month")
            with freeze_time(fields.Date.add(last, days=1)):
                for bill in late:
                    self._document(*bill)
                late = [self._month_of_trade(month, last)]
                clearing = self._clearing(
                    first, objection_until=fields.Date.add(last, days=10)
                )
                clearing.action_propose()
                clearing.action_send()
                self._object_to_one(clearing)
            with freeze_time(fields.Date.add(last, days=11)):
                clearing.action_post()
                if month == 5:
                    clearing.action_cancel()
                self.assertEqual(
                    clearing.state, "posted" if month != 5 else "cancelled"
                )
        for bill in late:
            self._document(*bill)
        self._check_pairs()

    def _month_of_trade(self, month, day):
        """Firms sell to the next ones; a part is paid, a bill is not there yet.

        :return: arguments of the bill that comes in the month after
        """
        firms = list(self.firms | self.operator)
        for number in range(DOCUMENTS - 1):
            at = month * DOCUMENTS + number
            seller, buyer = firms[at % FIRMS], firms[(at * 7 + 3) % (FIRMS + 1)]
            if seller == buyer:
                buyer = firms[(at + 1) % FIRMS]
            invoice, bill = self._trade(seller, buyer, 100 + at + 0.37, day)
            if number == 1:
                self._pay(invoice, 33.33, day)
                self._pay(bill, 33.33, day)
        at = month * DOCUMENTS + DOCUMENTS - 1
        seller, buyer = firms[at % FIRMS], firms[(at + 1) % FIRMS]
        invoice = self._document("out_invoice", seller, buyer, 250.09, day)
        return "in_invoice", buyer, seller, 250.09, day, invoice.name

    def _object_to_one(self, clearing):
        """The debtor of a document has something against it, some months."""
        document = clearing.document_ids.filtered(
            lambda d: d.state == "agreed" and d.debtor_id in self.members
        )[:1]
        if document:
            document.with_user(self.members[document.debtor_id])._object(
                document.debtor_id, "Not delivered"
            )

    def _check_pairs(self):
        rows = (
            self.env["cocare.pair.balance"]
            .with_context(allowed_company_ids=(self.firms | self.operator).ids)
            .with_user(self.accountant)
            .search([])
        )
        unmatched = sum(abs(to_cents(row.difference)) for row in rows)
        self.assertTrue(all(row.is_known for row in rows))
        self.assertGreater(len(rows), FIRMS)
        self.assertEqual(unmatched, 0)
        self.assertTrue(any(to_cents(row.balance) for row in rows))
        _figure.info("pairs.checked=%s", len(rows))
        _figure.info("pairs.cents_unmatched=%s", unmatched)
