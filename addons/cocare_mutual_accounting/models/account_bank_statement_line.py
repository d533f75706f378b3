from odoo import fields, models


class AccountBankStatementLine(models.Model):
    _inherit = "account.bank.statement.line"

    cocare_bank_key = fields.Char(
        string="Key of the movement",
        readonly=True,
        copy=False,
        help="Day, amount and what the bank says: the same movement is never imported "
        "twice, whatever file it comes in.",
    )

    _cocare_bank_key_once = models.UniqueIndex(
        "(journal_id, cocare_bank_key) WHERE cocare_bank_key IS NOT NULL",
        "This movement of the account has already been imported.",
    )
