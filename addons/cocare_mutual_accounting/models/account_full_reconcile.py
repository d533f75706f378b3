from odoo import fields, models


class AccountFullReconcile(models.Model):
    _inherit = "account.full.reconcile"

    cocare_fec_letter_date = fields.Date(
        string="Lettered on",
        readonly=True,
        copy=False,
        help="When the lines were lettered in the software that they were taken over "
        "from.",
    )
