from odoo import fields, models


class CocareCombinedAccountsDifference(models.TransientModel):
    """What two firms do not book alike, and that is therefore not eliminated."""

    _name = "cocare.combined.accounts.difference"
    _description = "Difference between two firms"
    _order = "company_id, partner_company_id, kind"

    report_id = fields.Many2one(
        "cocare.combined.accounts", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one("res.company", string="Books of", required=True)
    partner_company_id = fields.Many2one("res.company", string="With", required=True)
    kind = fields.Selection(
        [
            ("receivable", "Receivable and payable"),
            ("current", "Current accounts (451, 467)"),
            ("income", "Income and expense"),
        ],
        string="Side",
        required=True,
    )
    currency_id = fields.Many2one(related="report_id.currency_id")
    balance = fields.Monetary()
    mirror_balance = fields.Monetary(string="Other books")
    difference = fields.Monetary()
