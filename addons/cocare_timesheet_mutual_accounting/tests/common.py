from odoo.addons.cocare_mutual_accounting.tests.common import CocareBooksCommon
from odoo.addons.cocare_timesheet.tests.common import CocareTimeCommon


class CocareTimeBooksCommon(CocareTimeCommon, CocareBooksCommon):
    """The network of ``CocareBooksCommon``, whose accountant records time."""

    @classmethod
    def setUpUsers(cls):  # pylint: disable=missing-return
        super().setUpUsers()
        cls.spender = cls.accountant
