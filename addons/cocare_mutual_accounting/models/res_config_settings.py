from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    cocare_vat_status = fields.Selection(
        related="company_id.cocare_vat_status", readonly=False
    )
    cocare_recharge_sale_journal_id = fields.Many2one(
        related="company_id.cocare_recharge_sale_journal_id", readonly=False
    )
    cocare_recharge_purchase_journal_id = fields.Many2one(
        related="company_id.cocare_recharge_purchase_journal_id", readonly=False
    )
    cocare_recharge_sale_tax_id = fields.Many2one(
        related="company_id.cocare_recharge_sale_tax_id", readonly=False
    )
    cocare_recharge_purchase_tax_id = fields.Many2one(
        related="company_id.cocare_recharge_purchase_tax_id", readonly=False
    )
