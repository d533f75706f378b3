from odoo import models
from odoo.exceptions import UserError
from odoo.tools.misc import formatLang

from ..allocation import from_cents, to_cents
from .cocare_rebilling import TRANSIT


class CocareRebilling(models.Model):
    """What is refused when an item is re-billed, and why."""

    # One idea a file.
    _inherit = "cocare.rebilling"  # pylint: disable=consider-merging-classes-inherited

    def _check_item(self):
        """The item is a posted cost of the operator, or its transit account."""
        item = self.sudo().item_id
        if item.parent_state != "posted":
            raise UserError(
                self.env._("Post %(entry)s first.", entry=item.move_id.display_name)
            )
        transit = self._is_transit(item)
        if self.kind == "disbursement" and not transit:
            raise UserError(
                self.env._(
                    "A disbursement goes through a transit account (%(transit)s), not "
                    "through %(account)s.",
                    transit=TRANSIT,
                    account=item.account_id.display_name,
                )
            )
        if self.kind != "disbursement" and item.account_id.internal_group != "expense":
            raise UserError(
                self.env._(
                    "%(account)s is no cost of the operator.",
                    account=item.account_id.display_name,
                )
            )

    def _is_transit(self, item):
        code = item.account_id.with_company(item.company_id).code or ""
        return code.startswith(TRANSIT)

    def _check_amount(self):
        """Something of the item, no more than the others leave of it."""
        cents, left = to_cents(self.amount), self._cents_left()
        if not cents or not min(0, left) <= cents <= max(0, left):
            raise UserError(
                self.env._(
                    "%(left)s is left of this item: the amount is between 0 and that.",
                    left=formatLang(
                        self.env, from_cents(left), currency_obj=self.currency_id
                    ),
                )
            )

    def _check_firms(self):
        """Who pays is of the network, and by how much."""
        if self.kind == "kept":
            if self.line_ids:
                raise UserError(
                    self.env._("What the operator keeps is charged to nobody.")
                )
            return
        if not self._firms():
            raise UserError(self.env._("Say which firms pay."))
        gone = self.line_ids.company_id.filtered("cocare_left_on")[:1]
        if gone:
            raise UserError(
                self.env._("%(firm)s left the network.", firm=gone.sudo().name)
            )
        silent = self.line_ids.filtered(
            lambda line: line.excluded and not (line.reason or "").strip()
        )[:1]
        if silent:
            raise UserError(
                self.env._(
                    "Write why %(firm)s does not pay: the others read it.",
                    firm=silent.company_id.name,
                )
            )
        if self.kind == "disbursement" or self.split != "amounts":
            return
        typed = sum(self._exact().values())
        if typed != to_cents(self.amount):
            raise UserError(
                self.env._(
                    "The amounts of the firms add up to %(typed)s, not to %(amount)s.",
                    typed=formatLang(self.env, from_cents(int(typed))),
                    amount=formatLang(self.env, self.amount),
                )
            )

    def _check_disbursement(self):
        """Conditions of art. 267, II-2° CGI: on behalf of one, to the cent, justified.

        That it goes through a transit account is checked with the item.
        """
        item = self.sudo().item_id
        if len(self.line_ids) != 1 or self.line_ids.excluded:
            raise UserError(
                self.env._(
                    "A disbursement is made in the name of one firm, and claimed from "
                    "it alone."
                )
            )
        if to_cents(self.amount) != to_cents(item.balance):
            raise UserError(
                self.env._(
                    "A disbursement is claimed whole: %(amount)s.",
                    amount=formatLang(
                        self.env, item.balance, currency_obj=self.currency_id
                    ),
                )
            )
        if item.tax_ids:
            raise UserError(
                self.env._(
                    "%(entry)s: the operator does not recover the VAT of a "
                    "disbursement, its line is with VAT and without tax.",
                    entry=item.move_id.display_name,
                )
            )
        if not self.sudo()._document():
            raise UserError(
                self.env._(
                    "Attach the supplier's document to %(entry)s: a disbursement is "
                    "justified.",
                    entry=item.move_id.display_name,
                )
            )
