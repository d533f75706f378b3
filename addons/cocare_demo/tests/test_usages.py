from odoo.tests import BaseCase, tagged

from odoo.addons.cocare_network import usage_csv

from .. import story, usages


@tagged("post_install", "-at_install")
class TestUsages(BaseCase):
    def test_file_reads_as_it_was_meant(self):
        rows = [(usages._said(key), "entrepot", *rest) for key, *rest in usages.PALLETS]
        sheet = usage_csv.read(usage_csv.write(usages.HEADER, rows))
        self.assertEqual(sheet.problems, [])
        for row in sheet.rows:
            self.assertEqual(row.problems, [])
            self.assertEqual(row.day.replace(day=1), story.OCTOBER)
            self.assertTrue(row.quantity)

    def test_october_is_of_members_and_still_open(self):
        self.assertNotIn(story.OCTOBER, story.CLOSED)
        self.assertEqual(set(usages.TELEPHONE), set(story.FIRMS))
        self.assertEqual({key for key, *_rest in usages.PALLETS}, set(story.FIRMS))
        self.assertIn("entrepot", story.SERVICES)
