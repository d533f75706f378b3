from odoo import fields, models


class CocareCombinedAccountsLine(models.TransientModel):
    """An account of the combined accounts; debit positive."""

    _name = "cocare.combined.accounts.line"
    _description = "Account of the combined accounts"
    _order = "section, code, id"

    report_id = fields.Many2one(
        "cocare.combined.accounts", required=True, index=True, ondelete="cascade"
    )
    section = fields.Selection(
        [("balance", "Balance sheet"), ("result", "Profit and loss")],
        string="Statement",
        required=True,
    )
    code = fields.Char(string="Account")
    name = fields.Char(required=True)
    currency_id = fields.Many2one(related="report_id.currency_id")
    total = fields.Monetary(string="Sum of the firms")
    elimination = fields.Monetary()
    combined = fields.Monetary()
