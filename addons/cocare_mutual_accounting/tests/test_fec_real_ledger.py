import logging
import os
import time
import unittest
from pathlib import Path

from odoo.tests import tagged

from .. import fec
from .fec_common import FecCase

_figure = logging.getLogger("cocare.figure")

OPEN = "letter_open"
SAMPLE = os.environ.get("COCARE_FEC_SAMPLE", "")


@tagged("post_install", "-at_install")
@unittest.skipUnless(
    os.path.isfile(SAMPLE), "COCARE_FEC_SAMPLE does not name a real ledger file"
)
class TestFecRealLedger(FecCase):
    """A real ledger is not ours to publish: it is read where its owner put it."""

    def test_trial_balance(self):
        path = Path(SAMPLE)
        content = path.read_bytes()
        expected = self._file_balances(content)
        take_over = self._import(content, path.name)
        self.assertTrue(
            take_over.action_check(), take_over.problem_ids.mapped("message")
        )
        start = time.perf_counter()
        take_over.action_import()
        self.env.flush_all()
        seconds = time.perf_counter() - start
        found = self._book_balances(take_over)
        self.assertEqual(len(found), len(expected))
        codes = {
            account["code"]: account["target"]
            for account in take_over.summary["accounts"]
        }
        differences = [
            code
            for code, balance in expected.items()
            if round(float(balance) - found[codes[code]], 2)
        ]
        ledger = fec.read(content)
        lines = take_over.move_ids.line_ids
        self.assertFalse(differences)
        self.assertEqual(len(lines), len(ledger.lines))
        self.assertEqual(round(sum(lines.mapped("debit")), 2), float(ledger.debit))
        self.assertEqual(round(sum(lines.mapped("credit")), 2), float(ledger.credit))
        for name, value in (
            ("fec.lines", len(lines)),
            ("fec.entries", len(take_over.move_ids)),
            ("fec.trial_balance_accounts", len(found)),
            ("fec.trial_balance_differences", len(differences)),
            ("fec.lettered_groups", len(lines.full_reconcile_id)),
            ("fec.open_letters", take_over.problem_ids.mapped("code").count(OPEN)),
            ("fec.lines_per_second", round(len(lines) / seconds)),
        ):
            _figure.info("%s=%s", name, value)
