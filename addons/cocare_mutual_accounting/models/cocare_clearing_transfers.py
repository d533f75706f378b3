from odoo import models
from odoo.exceptions import UserError
from odoo.fields import Command


class CocareClearing(models.Model):
    """The transfers of a clearing: one a firm, to the operator or from it."""

    # One idea a file.
    _inherit = "cocare.clearing"  # pylint: disable=consider-merging-classes-inherited

    def action_prepare_transfers(self):
        """Prepare the payment orders, which their own buttons turn into files.

        Safe to repeat: a position whose order was not cancelled keeps it.
        """
        self.check_access("write")
        for clearing in self:
            clearing._check_state("posted")
            clearing._prepare_transfers()
        return True

    def action_open_transfers(self):
        """Open the payment orders, of the firms that are ticked."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "account_payment_batch_oca.account_payment_order_outbound_action"
        )
        orders = self.sudo().position_ids.order_id
        return {**action, "domain": [("id", "in", orders.ids)]}

    def _prepare_transfers(self):
        """An order of each firm that pays, and one of the operator for those it pays.

        Writes as superuser in the books of all firms, by their mandate. Orders are
        drafts: who keeps the books of the firm confirms them.
        """
        self.ensure_one()
        clearing = self.sudo()
        due = clearing.position_ids.filtered(
            lambda p: p.net
            and not p._is_operators()
            and (not p.order_id or p.order_id.state == "cancel")
        )
        payers = due.filtered(lambda p: p.net < 0)
        receivers = due - payers
        clearing._check_bank_accounts(due)
        for position in payers:
            position.order_id = clearing._transfer_order(
                position.company_id, position._clearing_items()
            )
        if receivers:
            operators = clearing.position_ids.filtered(lambda p: p._is_operators())
            items = operators._clearing_items().filtered(
                lambda item: item.partner_id in receivers.company_id.partner_id
            )
            receivers.order_id = clearing._transfer_order(clearing.operator_id, items)

    def _check_bank_accounts(self, positions):
        """All the firms without an account are named at once."""
        if not positions:
            return
        without = (positions.company_id | self.operator_id).filtered(
            lambda firm: not firm._cocare_transfer_journal()
        )
        if without:
            raise UserError(
                self.env._(
                    "No bank journal with an IBAN in the books of: %(firms)s.",
                    firms=", ".join(without.mapped("name")),
                )
            )

    def _transfer_order(self, company, items):
        """A draft order to pay items of a company's books.

        :param company: ``res.company`` that pays
        :param items: its ``account.move.line``, one a transfer
        :return: ``account.payment.order``
        """
        firm_of = {firm.partner_id: firm for firm in self.position_ids.company_id}
        lines = [
            {
                "move_line_id": item.id,
                "partner_bank_id": firm_of[item.partner_id]
                ._cocare_transfer_journal()
                .bank_account_id.id,
                "communication": item.name,
            }
            for item in items
        ]
        return (
            self.env["account.payment.order"]
            .with_context(allowed_company_ids=company.ids, tracking_disable=True)
            .create(
                {
                    "company_id": company.id,
                    "payment_type": "outbound",
                    "payment_method_line_id": company._cocare_transfer_method().id,
                    "date_prefered": "now",
                    "payment_line_ids": [Command.create(line) for line in lines],
                }
            )
        )
