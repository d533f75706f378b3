from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tools.misc import formatLang

from ..allocation import from_cents, to_cents


class CocareClearingPosition(models.Model):
    """What one firm has to receive, or to pay, once its debts are cleared.

    Seen by the firm and by the operator, its counterpart.
    """

    _name = "cocare.clearing.position"
    _description = "Position of a firm in a clearing"
    _inherit = "cocare.guarded.mixin"
    _order = "clearing_id desc, company_id"

    clearing_id = fields.Many2one(
        "cocare.clearing", required=True, index=True, ondelete="restrict"
    )
    clearing_state = fields.Selection(
        related="clearing_id.state", store=True, string="Status"
    )
    date_from = fields.Date(related="clearing_id.date_from", store=True, string="Month")
    objection_until = fields.Date(related="clearing_id.objection_until", store=True)
    operator_id = fields.Many2one(
        related="clearing_id.operator_id", store=True, index=True
    )
    company_id = fields.Many2one(
        "res.company", string="Firm", required=True, index=True
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    receivable = fields.Monetary(
        string="Owed to it", help="Documents of the firm that others owe it."
    )
    payable = fields.Monetary(string="It owes", help="Documents that the firm owes.")
    net = fields.Monetary(
        string="To receive", help="Negative: the firm pays it to the operator."
    )
    move_id = fields.Many2one(
        "account.move", string="Entry", index="btree_not_null", ondelete="restrict"
    )
    order_id = fields.Many2one(
        "account.payment.order",
        string="Transfer order",
        index="btree_not_null",
        help="In the books of who pays: the firm, or the operator.",
    )

    _firm_once = models.UniqueIndex(
        "(clearing_id, company_id)", "A firm has one position in a clearing."
    )

    @api.depends("clearing_id", "company_id")
    def _compute_display_name(self):
        # the clearing itself is the operator's
        for position in self:
            known = position.sudo()
            position.display_name = (
                f"{known.company_id.name}, {known.clearing_id.display_name}"
            )

    def _is_operators(self):
        self.ensure_one()
        return self.company_id == self.operator_id

    def _prepare_entry(self, items):
        """The entry of a firm: its documents, against what it has left to settle.

        :param items: open ``account.move.line`` of the firm, which come first, in order
        """
        self.ensure_one()
        firm = self.company_id
        lines = [
            {
                "name": item.move_id.ref or item.move_id.name,
                "account_id": item.account_id.id,
                "partner_id": item.partner_id.id,
                "balance": -item.amount_residual,
            }
            for item in items
        ]
        lines += [
            {
                "name": self.clearing_id.display_name,
                "account_id": firm._cocare_clearing_account().id,
                "partner_id": other.partner_id.id,
                "balance": from_cents(cents),
                "date_maturity": self.clearing_id.entry_date,
            }
            for other, cents in self._counterparts()
            if cents
        ]
        return {
            "move_type": "entry",
            "company_id": firm.id,
            "journal_id": firm.cocare_clearing_journal_id.id,
            "date": self.clearing_id.entry_date,
            "ref": self.clearing_id.with_context(
                lang=firm.partner_id.lang
            ).display_name,
            "cocare_clearing_id": self.clearing_id.id,
            "line_ids": [Command.create(line) for line in lines],
        }

    def _counterparts(self):
        """With whom a firm settles: the operator; the operator, with every firm.

        :return: list of (company, cents), debit of the firm's account 467 positive
        """
        if not self._is_operators():
            return [(self.operator_id, to_cents(self.net))]
        others = self.clearing_id.position_ids - self
        return [(other.company_id, -to_cents(other.net)) for other in others]

    def _clearing_items(self):
        """The items of the position's entry that a transfer settles."""
        items = self.move_id.line_ids
        return items.filtered(
            lambda item: item.account_id == item.company_id._cocare_clearing_account()
        )

    def _check_booked(self):
        """The account of the clearing holds what is left, for each counterpart."""
        self.ensure_one()
        for other, cents in self._counterparts():
            booked = sum(
                to_cents(item.balance)
                for item in self._clearing_items()
                if item.partner_id == other.partner_id
            )
            if booked != cents:
                raise UserError(
                    self.env._(
                        "Books of %(firm)s: %(booked)s with %(other)s instead of "
                        "%(due)s.",
                        firm=self.company_id.name,
                        booked=formatLang(self.env, from_cents(booked)),
                        other=other.name,
                        due=formatLang(self.env, from_cents(cents)),
                    )
                )

    def _check_no_transfer(self):
        """What was transferred is not undone by a reversal."""
        for position in self:
            settled = position._clearing_items().filtered(
                lambda item: to_cents(item.amount_residual) != to_cents(item.balance)
            )
            order = position.order_id.filtered(
                lambda order: order.state not in ("draft", "cancel")
            )
            if settled or order:
                raise UserError(
                    self.env._(
                        "The transfer of %(firm)s is under way or made: it has to be "
                        "cancelled first.",
                        firm=position.company_id.name,
                    )
                )
