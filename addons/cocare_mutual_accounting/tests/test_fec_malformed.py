import base64
import logging

from odoo.exceptions import UserError
from odoo.tests import tagged

from . import fec_hostile
from .fec_common import NAME, FecCase

_figure = logging.getLogger("cocare.figure")


@tagged("post_install", "-at_install")
class TestFecMalformed(FecCase):
    """Whatever a file is, the books get all of it or nothing, and somebody is told."""

    def test_exact_or_refused(self):
        names = ("tried", "imported", "refused", "crashes", "partial", "wrong")
        figures, complaints = dict.fromkeys(names, 0), []
        for name, content in fec_hostile.hostile_files():
            figures["tried"] += 1
            with self.env.cr.savepoint() as savepoint:
                outcome, complaint = self._tried(name, content)
                savepoint.rollback()
            self.env.invalidate_all(flush=False)
            figures[outcome] += 1
            if complaint:
                complaints.append(f"{name}: {complaint}")
        for figure, count in figures.items():
            _figure.info("fec.inputs.%s=%s", figure, count)
        self.assertFalse(complaints)
        self.assertGreaterEqual(figures["tried"], 200)
        self.assertGreater(figures["imported"], 50)

    def _tried(self, name, content):
        """Return (which figure it counts in, what is wrong)."""
        before = self._books()
        take_over = self.env["cocare.fec.import"].create(
            {
                "company_id": self.firm.id,
                "filename": NAME,
                "file": base64.b64encode(content),
            }
        )
        try:
            with self.env.cr.savepoint():
                take_over.action_check()
                self.assertTrue(all(take_over.problem_ids.mapped("message")))
                take_over.action_import()
                self.env.flush_all()
        except UserError as refused:
            must = name.startswith("form ")
            if self._books() != before or take_over.state == "done":
                return "partial", str(refused)
            return "refused", (must or len(str(refused)) < 20) and str(refused)
        # what else it may be is what the test is about
        except Exception as error:  # pylint: disable=broad-except
            return "crashes", repr(error)
        return self._compared(take_over, content)

    def _compared(self, take_over, content):
        """The trial balance beside what the file adds up to, without our reader."""
        try:
            expected = fec_hostile.balances_of(content)
        except (ValueError, KeyError) as error:
            return "wrong", f"imported, and it cannot be said what: {error!r}"
        codes = {
            account["code"]: account["target"]
            for account in take_over.summary["accounts"]
        }
        booked = self._book_balances(take_over)
        wanted = {}
        for code, balance in expected.items():
            target = codes.get(code, code)
            wanted[target] = wanted.get(target, 0) + balance
        if take_over.problem_ids.filtered(lambda p: p.code == "opening_kept"):
            # the second year's opening is in the file, and not in the books again
            return "imported", self._second_year(booked)
        different = {
            code: (wanted.get(code), booked.get(code))
            for code in wanted.keys() | booked.keys()
            if round(float(wanted.get(code, 0)) - booked.get(code, 0), 2)
        }
        return ("wrong", different) if different else ("imported", None)

    def _second_year(self, booked):
        """Both years' movements and one opening: what small_ledger leaves, twice."""
        cash = booked.get("512100")
        return cash != 740 and f"cash: {cash}"
