from odoo import models
from odoo.fields import Domain

#: model of the records that a check is about, those of accounts without one
MODELS = {
    "bank": "account.bank.statement",
    "drafts": "account.move",
    "fec": "cocare.fec.export",
    "documents": "cocare.document.request",
    "mirrors": "cocare.pair.balance",
    "vat": "cocare.obligation",
    "vouchers": "account.move",
}


class CocareClosingStep(models.Model):
    """The records behind a step, one click away."""

    _inherit = "cocare.closing.step"  # pylint: disable=consider-merging-classes-inherited

    def _records(self):
        """What a step is about, as the user may read it.

        :return: (name of a model, domain)
        """
        self.ensure_one()
        closing = self.closing_id
        of_firm = Domain("company_id", "=", closing.company_id.id)
        until = Domain("date", "<=", closing.date_to)
        within = until & Domain("date", ">=", closing.date_from)
        model = MODELS.get(self.check, "account.move.line")
        domains = {
            "bank": until,
            "drafts": until & Domain("state", "=", "draft"),
            "documents": Domain("state", "=", "asked"),
            "fec": Domain("date_to", "=", closing.date_to),
            "mirrors": Domain.TRUE,
            "vat": Domain("rule_id.amount_from", "=", "vat")
            & Domain("date_from", ">=", closing.date_from)
            & Domain("date_to", "<=", closing.date_to),
            "vouchers": within
            & Domain("state", "=", "posted")
            & Domain("move_type", "in", ("in_invoice", "in_refund", "in_receipt")),
            "vat_settled": self._on_accounts("4455", "4456", "4457") & until,
            "open_items": self._on_accounts("40", "41")
            & until
            & Domain("reconciled", "=", False),
            "third_parties": self._on_accounts("40", "41") & until,
            "opening": Domain("date", "<", closing.date_from),
            "result": self._on_accounts("6", "7") & within,
            "depreciation": self._on_accounts("20", "21", "28", "681") & until,
        }
        prefixes = self.rule_id._prefixes()
        shown = (self._on_accounts(*prefixes) if prefixes else Domain.TRUE) & until
        domain = of_firm & domains.get(self.check, shown)
        if model == "account.move.line":
            domain &= Domain("parent_state", "=", "posted")
        return model, list(domain)

    def _on_accounts(self, *prefixes):
        """Items of the firm on accounts that start with digits."""
        Account = self.env["account.account"].with_company(self.company_id)
        codes = Domain.OR(Domain("code", "=like", f"{prefix}%") for prefix in prefixes)
        mine = Domain("company_ids", "in", self.company_id.ids)
        return Domain("account_id", "in", Account.search(mine & codes).ids)
