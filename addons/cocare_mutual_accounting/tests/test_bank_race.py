from contextlib import closing

from psycopg2.errors import SerializationFailure

from odoo import SUPERUSER_ID, api
from odoo.sql_db import db_connect
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import CocareBooksCommon


@tagged("post_install", "-at_install")
class TestBankRace(CocareBooksCommon):
    """Two who import into one journal at once, each in a connection of their own."""

    def setUp(self):
        super().setUp()
        if not self.env.ref(self.PREPARED, raise_if_not_found=False):
            self.skipTest("needs a journal that other connections see")
        self.bank = self.env["account.journal"].search(
            [("company_id", "=", self.firm_a.id), ("type", "=", "bank")], limit=1
        )
        self.count = self.bank.cocare_bank_imports

    def _cursor(self):
        cursor = db_connect(self.env.cr.dbname).cursor()
        self.addCleanup(cursor.close)
        return api.Environment(cursor, SUPERUSER_ID, {})

    def test_who_did_not_see_the_others_import_starts_again(self):
        self.addCleanup(self._restore)
        first, second = self._cursor(), self._cursor()
        # the second one looks at the statements there are
        self.assertEqual(
            self.bank.with_env(second)._cocare_statement_links(),
            self.bank._cocare_statement_links(),
        )
        self.bank.with_env(first)._cocare_count_import()
        first.cr.commit()
        with mute_logger("odoo.sql_db"), self.assertRaises(SerializationFailure):
            self.bank.with_env(second)._cocare_count_import()
        # Odoo starts the request again: this time it sees what the first one wrote
        second.cr.rollback()
        second.invalidate_all()
        self.bank.with_env(second)._cocare_count_import()
        self.assertEqual(self.bank.with_env(second).cocare_bank_imports, self.count + 2)
        second.cr.rollback()

    def _restore(self):
        with closing(db_connect(self.env.cr.dbname).cursor()) as cursor:
            cursor.execute(
                "UPDATE account_journal SET cocare_bank_imports = %s WHERE id = %s",
                [self.count or None, self.bank.id],
            )
            cursor.commit()
