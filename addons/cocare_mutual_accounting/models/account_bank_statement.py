from odoo import fields, models


class AccountBankStatement(models.Model):
    _inherit = "account.bank.statement"

    cocare_closing_day = fields.Date(
        string="Day of the closing balance",
        readonly=True,
        copy=False,
        help="The next statement of the account begins on that day or later.",
    )
