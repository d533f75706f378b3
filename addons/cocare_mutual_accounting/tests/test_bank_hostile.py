import base64
import logging

from odoo.exceptions import UserError
from odoo.tests import tagged

from . import bank_files
from .bank_common import BankCommon

_figure = logging.getLogger("cocare.figure")


@tagged("post_install", "-at_install")
class TestBankHostile(BankCommon):
    """Whatever a file is, the books get all of it or nothing, and somebody is told."""

    def test_exact_or_refused(self):
        figures = dict.fromkeys(("tried", "refused", "crashes", "partial", "wrong"), 0)
        silent, complaints = [], []
        whole = sorted((day, cents) for day, cents, *_t in bank_files.MOVEMENTS)
        for name, content in bank_files.hostile_files():
            figures["tried"] += 1
            record = self._as_accountant()["cocare.bank.import"].create(
                {
                    "filename": name,
                    "file": base64.b64encode(content),
                    "opening_accepted": True,
                }
            )
            try:
                with self.env.cr.savepoint():
                    self._check_and_import(record)
            except UserError as refused:
                figures["refused"] += 1
                if len(str(refused)) < 20:
                    silent.append(name)
            # what else it may be is what the test is about
            except Exception as error:  # pylint: disable=broad-except
                figures["crashes"] += 1
                complaints.append(f"{name}: {error!r}")
            booked = self._booked() + self._booked(self.other_journal)
            if booked and len(booked) != len(whole):
                figures["partial"] += 1
                complaints.append(f"{name}: {len(booked)} movements")
            elif booked and booked != whole:
                figures["wrong"] += 1
                complaints.append(f"{name}: {booked}")
            if booked:
                record.action_undo()
        for figure, count in figures.items():
            _figure.info("bank.inputs.%s=%s", figure, count)
        self.assertFalse(complaints)
        self.assertFalse(silent, "refused without a reason")
        self.assertGreaterEqual(figures["tried"], 200)

    def _check_and_import(self, record):
        record.action_check()
        if record.state == "draft":
            messages = record.problem_ids.mapped("message")
            self.assertTrue(all(messages), record.filename)
        record.action_import()
