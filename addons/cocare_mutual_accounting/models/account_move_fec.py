import logging

from odoo import fields, models
from odoo.exceptions import UserError

_logger = logging.getLogger(__name__)


class AccountMove(models.Model):
    """What a ledger file says of an entry that Odoo does not keep, and the letters of
    entries that were not final in it."""

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

    def _post(self, soft=True):
        posted = super()._post(soft)
        posted._cocare_apply_letters()
        return posted

    def _cocare_apply_letters(self):
        """Apply the letters that these entries were the last to wait for, once."""
        taken_over = self.filtered("cocare_fec_import_id")
        letters = set(taken_over.line_ids.mapped("cocare_fec_letter")) - {False}
        if not letters:
            return
        imports = taken_over.cocare_fec_import_id
        lines = self.env["account.move.line"].search(
            [
                ("cocare_fec_letter", "in", list(letters)),
                ("move_id.cocare_fec_import_id", "in", imports.ids),
            ],
            order="id",
        )
        groups = lines.grouped(
            lambda line: (line.move_id.cocare_fec_import_id, line.cocare_fec_letter)
        )
        for (take_over, letter), items in groups.items():
            if not items._cocare_letter_balances():
                continue
            try:
                with self.env.cr.savepoint():
                    take_over._letter([(items[0].cocare_fec_letter_date, items.ids)])
                    items.write({"cocare_fec_letter": False})
            except UserError as refused:
                # people match them later: the entry is posted all the same
                _logger.info("Letter %s of %s: %s", letter, take_over, refused)
