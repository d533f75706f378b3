"""Run by ``./cocare test`` when it makes the tests' database, by ``click-odoo``.

What the test classes start from costs seconds each (a chart of accounts, the company
that firms are copied from), so it is made once and kept. Classes find it by its name,
and change it inside a transaction that is rolled back; where it is not there (tests
started by Odoo alone) they make it themselves. It has books, for the classes that
need none as well: names of companies are unique.
"""

from odoo.addons.cocare_mutual_accounting.tests.common import CocareBooksCommon

CocareBooksCommon._prepare(env)  # noqa: F821 (click-odoo's)
