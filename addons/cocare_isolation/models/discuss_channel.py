from odoo import fields, models


class DiscussChannel(models.Model):
    _inherit = "discuss.channel"

    cocare_company_id = fields.Many2one(
        "res.company",
        string="Firm",
        index="btree_not_null",
        ondelete="cascade",
        default=lambda self: False if self.env.su else self.env.company,
        help="Only this firm and the channel's members see it. Empty: open to all "
        "firms.",
    )
