from odoo import fields, models
from odoo.exceptions import AccessError
from odoo.fields import Domain

from .cocare_obligation import SETTLED

#: months before today of what was filed, and ahead of it of what is to come
PAST, AHEAD = 6, 4


class ResCompany(models.Model):
    """What a firm has to file, for the people of the firm."""

    _inherit = "res.company"  # pylint: disable=consider-merging-classes-inherited

    def _cocare_deadlines(self):
        """What the page of deadlines shows: what is late or to come, what was filed.

        Read as superuser, for one firm that the worker-member has ticked: they read no
        obligation, whose notes and messages are the accountants'.

        :return: dict of two lists, ``open`` (the next one first) and ``settled`` (the
            last one first), of dicts with ``form``, ``name``, ``period``, ``due``,
            ``late`` (days), ``amount`` (None when it is not known or nothing is paid),
            ``filed_on``, ``paid_on``
        :raise AccessError: the firm is not ticked, or not of the reader
        """
        self.ensure_one()
        if self not in self.env.companies or not self.env.user.has_group(
            "cocare_network.group_worker_member"
        ):
            raise AccessError(self.env._("The deadlines of a firm are for its people."))
        today = fields.Date.context_today(self)
        Obligation = self.env["cocare.obligation"].sudo()
        mine = Domain("company_id", "=", self.id)
        coming = mine & Domain("is_open", "=", True)
        coming &= Domain("due_date", "<=", fields.Date.add(today, months=AHEAD))
        settled = mine & Domain("state", "in", SETTLED)
        settled &= Domain("filed_on", ">=", fields.Date.subtract(today, months=PAST))
        return {
            "open": [
                obligation._as_told()
                for obligation in Obligation.search(coming, order="due_date, id")
            ],
            "settled": [
                obligation._as_told()
                for obligation in Obligation.search(
                    settled, order="filed_on desc, due_date desc, id desc"
                )
            ],
        }
