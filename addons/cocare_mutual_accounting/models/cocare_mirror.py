from typing import NamedTuple

from odoo import api, models
from odoo.fields import Domain

from .. import netting
from ..allocation import to_cents

TRADE = ("asset_receivable", "liability_payable")


class Pairing(NamedTuple):
    """The open items of one document in the two books that it is in."""

    #: ``account.move.line`` in the creditor's books
    claims: models.BaseModel
    #: ``account.move.line`` in the debtor's books
    debts: models.BaseModel

    @property
    def claim(self):
        """Cents open in the creditor's books; negative for a credit note."""
        return sum(to_cents(item.amount_residual) for item in self.claims)

    @property
    def debt(self):
        """Cents open in the debtor's books, with the creditor's sign."""
        return -sum(to_cents(item.amount_residual) for item in self.debts)


class CocareMirror(models.AbstractModel):
    """Documents between firms, found again in the books of the other.

    What counts is any open receivable or payable item whose partner is another firm of
    the network, whatever made it. An addon whose documents are known by something else
    than the creditor's number extends ``_number``.
    """

    _name = "cocare.mirror"
    _description = "Documents between firms"

    @api.model
    def _pairings(self, firms, until=None, with_firm=None):
        """Open documents between firms, with the items of both books.

        :param firms: ``res.company``; their books are read as the environment may
        :param date until: items dated later do not count
        :param with_firm: only documents of which it is an end
        :return: ``{(creditor id, debtor id, number): Pairing}``
        """
        found = {}
        empty = self.env["account.move.line"]
        firm_of = {firm.partner_id: firm for firm in firms}
        for item in self._open_items(firms, until, with_firm):
            other = firm_of.get(item.partner_id.commercial_partner_id, item.company_id)
            if other == item.company_id:
                continue
            # Whose books show a receivable is the creditor, of credit notes too.
            is_claim = item.account_type == "asset_receivable"
            ends = item.company_id.id, other.id
            number = netting.same_number(self._number(item.move_id))
            key = *(ends if is_claim else ends[::-1]), number
            claims, debts = found.get(key, (empty, empty))
            found[key] = Pairing(
                claims | item if is_claim else claims,
                debts if is_claim else debts | item,
            )
        return found

    @api.model
    def _open_items(self, firms, until, with_firm):
        domain = Domain(
            [
                ("company_id", "in", firms.ids),
                ("parent_state", "=", "posted"),
                ("partner_id", "child_of", firms.partner_id.ids),
                ("account_id.account_type", "in", TRADE),
                # where clearings end up: settled by transfers, not cleared again
                ("account_id", "not in", self._clearing_accounts(firms).ids),
                ("amount_residual", "!=", 0),
                # cents of one currency are compared, and no others
                ("currency_id", "in", firms.currency_id.ids),
            ]
        )
        if until:
            domain &= Domain("date", "<=", until)
        if with_firm:
            domain &= Domain("company_id", "=", with_firm.id) | Domain(
                "partner_id", "child_of", with_firm.partner_id.ids
            )
        return (
            self.env["account.move.line"]
            .with_context(allowed_company_ids=firms.ids)
            .search(domain, order="id")
        )

    @api.model
    def _clearing_accounts(self, firms):
        accounts = self.env["account.account"].sudo()
        return accounts.union(*(firm._cocare_clearing_account() for firm in firms))

    @api.model
    def _number(self, move):
        """The number that the creditor gave to a document.

        :param move: ``account.move`` of either side
        :return: str; what has none gets one that nothing else has, and matches nothing
        """
        # both sides are tied to the same recharge, or to the same credit note of it
        tied = move.sudo()
        if tied.cocare_credit_id:
            return tied.cocare_credit_id.invoice_credit_id.name
        if tied.cocare_recharge_id:
            return tied.cocare_recharge_id.invoice_id.name
        if move.is_sale_document():
            return move.name
        return move.ref or f"#{move.name}"

    @api.model
    def _reason(self, key, pairing, firms, until):
        """Why the two books do not say the same of a document.

        :param key: see ``_pairings``
        :return: key of the selection ``reason`` of ``cocare.clearing.document``
        """
        creditor, debtor = (firms.browse(firm_id) for firm_id in key[:2])
        claimed = pairing.claims.move_id or self._find_document(
            key, creditor, debtor, "out"
        )
        owed = pairing.debts.move_id or self._find_document(key, debtor, creditor, "in")
        if not claimed:
            return "no_invoice"
        if not owed:
            return "no_bill"
        documents = claimed | owed
        if "draft" in documents.mapped("state"):
            return "draft"
        if until and max(documents.mapped("date")) > until:
            return "date"
        claim, debt = (
            sum(to_cents(document.amount_total) for document in side)
            for side in (claimed, owed)
        )
        return "paid" if claim == debt else "amount"

    @api.model
    def _find_document(self, key, firm, other, direction):
        """A document of a firm that is not open, or not posted, by its number."""
        moves = self.env["account.move"].search(
            [
                ("company_id", "=", firm.id),
                ("partner_id", "child_of", other.partner_id.ids),
                ("state", "in", ("draft", "posted")),
                ("move_type", "in", (f"{direction}_invoice", f"{direction}_refund")),
            ]
        )
        return moves.filtered(
            lambda move: netting.same_number(self._number(move)) == key[2]
        )
