from odoo.tests import BaseCase, tagged

from odoo.addons.cocare_mutual_accounting import bank_file

from .. import bank


@tagged("post_install", "-at_install")
class TestBank(BaseCase):
    def test_statements_are_right(self):
        for movements in (bank.ORDERS, bank.NOVEMBER):
            reading = bank_file.read(bank._camt(bank.ORDERS_IBAN, "A", movements, 500))
            self.assertEqual(reading.problems, [])
            [statement] = reading.statements
            total = sum(cents for _day, cents, *_texts in movements)
            self.assertEqual(statement.closing, 500 + total)

    def test_table_has_an_amount_to_correct(self):
        _table, _meanings, reading = bank_file.read_table(bank.TABLE.encode())
        self.assertEqual([(p.code, p.line) for p in reading.problems], [("amount", 2)])
