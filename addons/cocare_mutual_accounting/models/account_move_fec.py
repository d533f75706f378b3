from odoo import fields, models


class AccountMove(models.Model):
    """What a ledger file says of an entry that Odoo does not keep."""

    # One idea a file.
    _inherit = "account.move"  # pylint: disable=consider-merging-classes-inherited

    cocare_posted_on = fields.Date(
        string="Posted on",
        readonly=True,
        copy=False,
        help="Since when the entry is final: the day it was posted the last time.",
    )

    def write(self, vals):
        # With the state, so that it takes no query of its own. What was taken over
        # became final in the former software.
        if vals.get("state") == "posted" and not self.cocare_fec_import_id:
            vals = {**vals, "cocare_posted_on": fields.Date.context_today(self)}
        return super().write(vals)
