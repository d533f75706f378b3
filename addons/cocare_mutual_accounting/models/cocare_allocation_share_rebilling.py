from odoo import models
from odoo.exceptions import UserError

from .cocare_rebilling import DISBURSEMENT_MENTION, TRANSIT


class CocareAllocationShare(models.Model):
    """A firm's part of an item that is re-billed."""

    # One idea a file.
    _inherit = "cocare.allocation.share"  # pylint: disable=consider-merging-classes-inherited

    def _rebilling(self):
        """The item this is a part of, if it is re-billed.

        Runs as superuser: re-billings are the operator's, and what the firm that pays
        is told of one is what ``_source_text`` says.
        """
        return self.sudo().line_id.rebilling_id

    def _is_disbursement(self):
        return self._rebilling().kind == "disbursement"

    def _claimed_document(self):
        """The supplier's document of a disbursement: it is in the firm's name.

        :return: ``ir.attachment`` as superuser, empty for any other line
        """
        if not self._is_disbursement():
            return self.env["ir.attachment"]
        return self._rebilling()._document()

    def _key_in_words(self, totals):
        rebilling = self._rebilling()
        if not rebilling:
            return super()._key_in_words(totals)
        texts = rebilling._source_text()
        if self.sudo().key_version_id:
            texts.insert(1, super()._key_in_words(totals))
        return self.env["cocare.allocation.key.part"]._one_after_the_other(texts)

    def _period(self):
        rebilling = self._rebilling()
        if not rebilling:
            return super()._period()
        return rebilling.date_from, rebilling.date_to

    def _metered_services(self):
        if not self._rebilling():
            return super()._metered_services()
        return self.key_version_id.sudo().part_ids.service_id.with_env(self.env)

    def _remeasured(self):
        if self._rebilling():
            raise UserError(
                self.env._("An item is re-billed as it was decided: decide an amount.")
            )
        return super()._remeasured()

    def _income_account(self, accounts):
        """Account of the operator's invoice; a disbursement leaves the account that it
        went through as it was before.

        :param dict accounts: see ``cocare.recharge._accounts``
        """
        if self._is_disbursement():
            return self._rebilling().item_id.account_id
        return accounts[self.operator_id, self.service_id.income_account_code]

    def _expense_account_code(self):
        """First digits of the account of the firm's bill.

        The cost and the VAT of a disbursement are booked by the firm from the
        supplier's document, which is in its name; what it owes the supplier is paid
        by the operator: the transit account of the firm shows it until then.
        """
        if self._is_disbursement():
            return TRANSIT
        return self.service_id.expense_account_code

    def _mention(self):
        """What the law wants on the line of the invoice, in French."""
        return DISBURSEMENT_MENTION if self._is_disbursement() else ""
