from odoo import api, fields, models
from odoo.exceptions import ValidationError


class CocareRebillingLine(models.Model):
    """A firm that a re-billed item is about: it pays, or it is excluded and why."""

    _name = "cocare.rebilling.line"
    _description = "Firm of a re-billed item"
    _order = "rebilling_id, id"

    rebilling_id = fields.Many2one(
        "cocare.rebilling", required=True, index=True, ondelete="cascade"
    )
    operator_id = fields.Many2one(
        related="rebilling_id.company_id", store=True, index=True
    )
    currency_id = fields.Many2one(related="rebilling_id.currency_id")
    company_id = fields.Many2one(
        "res.company", string="Firm", required=True, index=True, ondelete="restrict"
    )
    excluded = fields.Boolean(help="The firm does not pay, for the reason written.")
    reason = fields.Char(string="Why excluded")
    amount = fields.Monetary(help="Where amounts are written by hand.")

    _firm_once = models.UniqueIndex(
        "(rebilling_id, company_id)", "A firm is once in a re-billing."
    )

    @api.constrains("rebilling_id", "company_id")
    def _check_firm(self):
        for line in self:
            network = line.rebilling_id.network_id
            if line.sudo().company_id.cocare_network_id != network:
                raise ValidationError(
                    self.env._(
                        "%(firm)s is no firm of this network.",
                        firm=line.sudo().company_id.name,
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        lines = super().create(vals_list)
        lines.rebilling_id._check_draft()
        return lines

    def write(self, vals):
        self.rebilling_id._check_draft()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_draft_only(self):
        self.rebilling_id._check_draft()
