from odoo import api, fields, models
from odoo.exceptions import UserError


class CocareRechargeCreditLine(models.Model):
    """What is taken off one line of a recharge."""

    _name = "cocare.recharge.credit.line"
    _description = "Line of a credit note of a recharge"
    _order = "credit_id, id"

    credit_id = fields.Many2one(
        "cocare.recharge.credit", required=True, index=True, ondelete="cascade"
    )
    operator_id = fields.Many2one(related="credit_id.operator_id", store=True)
    company_id = fields.Many2one(
        related="credit_id.company_id", store=True, index=True, string="Firm"
    )
    currency_id = fields.Many2one(related="credit_id.currency_id")
    share_id = fields.Many2one(
        "cocare.allocation.share", required=True, index=True, ondelete="restrict"
    )
    service_id = fields.Many2one(related="share_id.service_id")
    invoiced = fields.Monetary(related="share_id.invoiced")
    credited = fields.Monetary(related="share_id.credited", string="Credited before")
    amount = fields.Monetary(help="Before tax.")

    _share_once = models.UniqueIndex(
        "(credit_id, share_id)", "A line is credited once in a credit note."
    )

    @api.model_create_multi
    def create(self, vals_list):
        lines = super().create(vals_list)
        lines.credit_id._check_draft()
        return lines

    def write(self, vals):
        # The form offers the amount only.
        if vals.keys() - {"amount"}:
            raise UserError(self.env._("The line of a credit note stays the same."))
        self.credit_id._check_draft()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_draft_only(self):
        self.credit_id._check_draft()
