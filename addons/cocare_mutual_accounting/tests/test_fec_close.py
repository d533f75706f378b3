import base64
import logging
import os
import unittest
from collections import Counter
from datetime import date
from pathlib import Path

from odoo.tests import tagged

from ..allocation import to_cents
from .common import CocareBooksCommon
from .fec_common import NAME, fec_bytes, small_ledger
from .test_fec_real_ledger import SAMPLE

_figure = logging.getLogger("cocare.figure")


@tagged("post_install", "-at_install")
class TestFecClose(CocareBooksCommon):
    """A month closes on books that were taken over, as on books kept here."""

    def _take_over(self, content, filename):
        take_over = self.env["cocare.fec.import"].create(
            {
                "company_id": self.firm_a.id,
                "filename": filename,
                "file": base64.b64encode(content),
            }
        )
        take_over.action_import()
        return take_over.move_ids

    def _close_on(self, moves, month):
        """Close a month in which only firm A has entries; return its share."""
        self._costs(month.replace(day=15), bookkeepers=660)
        run = self._close(month)
        share = run.share_ids.filtered(
            lambda s: s.company_id == self.firm_a and s.service_id == self.bookkeeping
        )
        of_month = moves.filtered(lambda m: run.date_from <= m.date <= run.date_to)
        self.assertEqual(share.key_value, len(of_month))
        self.assertEqual(share.invoiced, 660)
        [recharge] = run.recharge_ids
        self.assertEqual(recharge.company_id, self.firm_a)
        self.assertEqual(
            recharge.invoice_id.amount_total, recharge.bill_id.amount_total
        )
        for company in self.operator | self.firms:
            [(debit, credit)] = self.env["account.move.line"]._read_group(
                [("company_id", "=", company.id), ("parent_state", "=", "posted")],
                [],
                ["debit:sum", "credit:sum"],
            )
            self.assertEqual(to_cents(debit or 0), to_cents(credit or 0))
        return share

    def test_month_of_a_taken_over_ledger(self):
        moves = self._take_over(fec_bytes(small_ledger(day="20250710")), NAME)
        self._close_on(moves, self.july)
        month = self.env["cocare.firm.month"].search(
            [("company_id", "=", self.firm_a.id), ("month", "=", self.july)]
        )
        self.assertEqual((month.turnover, month.cash), (113.75, 620))

    @unittest.skipUnless(
        os.path.isfile(SAMPLE), "COCARE_FEC_SAMPLE does not name a real ledger file"
    )
    def test_month_of_a_real_ledger(self):
        path = Path(SAMPLE)
        moves = self._take_over(path.read_bytes(), path.name)
        months = Counter(move.date.replace(day=1) for move in moves)
        [(month, _entries)] = months.most_common(1)
        start = date(month.year, 1, 1)
        self.agreements.date_start = self.pools.date_start = start
        self._adopt_version(
            self.pools[1].key_id, start, method="usage", service_id=self.bookkeeping.id
        )
        self._adopt_version(self.pools[0].key_id, start)
        share = self._close_on(moves, month)
        _figure.info("%s=%d", "fec.entries_recharged", share.key_value)
