from odoo import fields, models


class AccountJournal(models.Model):
    _inherit = "account.journal"

    cocare_fec_code = fields.Char(
        string="Code in the FEC",
        copy=False,
        readonly=True,
        help="Code of this journal in the ledger files taken over from the firm's "
        "former accounting software: the next year's file finds it again.",
    )
