from odoo import fields, models


class MailTemplate(models.Model):
    _inherit = "mail.template"

    cocare_company_id = fields.Many2one(
        "res.company",
        string="Firm",
        index="btree_not_null",
        ondelete="cascade",
        default=lambda self: False if self.env.su else self.env.company,
        help="Only this firm sees the template. Empty: shared by all firms.",
    )
