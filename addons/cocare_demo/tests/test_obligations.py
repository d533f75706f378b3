from odoo.tests import BaseCase, tagged

from .. import books, obligations, story


@tagged("post_install", "-at_install")
class TestObligations(BaseCase):
    def test_every_firm_has_regimes_and_an_accountant(self):
        self.assertEqual(set(obligations.REGIMES), {"operator", *story.FIRMS})
        self.assertLessEqual(set(obligations.OTHERS), set(obligations.REGIMES))
        self.assertNotEqual(obligations.ACCOUNTANT, obligations.BACKUP)

    def test_regimes_are_those_of_the_books(self):
        for key, regimes in obligations.REGIMES.items():
            files_vat = "ca3_month" in dict(regimes)
            self.assertEqual(files_vat, books_are_taxable(key), key)
            self.assertEqual(key in obligations.TAX_OF_2025, files_vat, key)

    def test_returns_are_of_months_with_books(self):
        ends = {books.end_of_month(month) for month in story.CLOSED}
        self.assertEqual(set(obligations.FILED), ends)
        key, last = obligations.FORGOTTEN
        self.assertIn(key, obligations.TAX_OF_2025)
        self.assertIn(last, obligations.FILED)


def books_are_taxable(key):
    return story.BOOKS[key].taxable
