from odoo import api, fields, models


class MailAlias(models.Model):
    _inherit = "mail.alias"

    cocare_company_id = fields.Many2one(
        "res.company",
        string="Firm",
        compute="_compute_cocare_company_id",
        store=True,
        index="btree_not_null",
        help="The firm of the journal or team that the address writes to.",
    )

    @api.depends("alias_parent_model_id", "alias_parent_thread_id")
    def _compute_cocare_company_id(self):
        for alias in self:
            parent = self.env.get(alias.alias_parent_model_id.sudo().model)
            thread = alias.alias_parent_thread_id
            firm = False
            if parent is not None and "company_id" in parent and thread:
                firm = parent.sudo().browse(thread).exists().company_id
            alias.cocare_company_id = firm
