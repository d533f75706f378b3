from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..allocation import from_cents, to_cents


class CocareBudgetLine(models.Model):
    """What is called for one service."""

    _name = "cocare.budget.line"
    _description = "Line of a budget"
    _order = "budget_id, id"

    budget_id = fields.Many2one(
        "cocare.budget", required=True, index=True, ondelete="cascade"
    )
    network_id = fields.Many2one(related="budget_id.network_id", store=True, index=True)
    currency_id = fields.Many2one(related="budget_id.currency_id")
    service_id = fields.Many2one(
        "cocare.service",
        required=True,
        ondelete="restrict",
        domain="[('network_id', '=', network_id)]",
    )
    amount = fields.Monetary(
        required=True, help="Full cost, until the fiscal year ends, before tax."
    )
    monthly = fields.Monetary(
        compute="_compute_monthly", string="A month", help="Give or take a cent."
    )
    pool_id = fields.Many2one(
        "cocare.cost.pool", compute="_compute_pool_id", compute_sudo=True
    )

    _service_once = models.UniqueIndex(
        "(budget_id, service_id)", "A service is once in a budget."
    )
    _not_negative = models.Constraint(
        "CHECK (amount >= 0)", "What is called is not negative."
    )

    @api.depends("service_id")
    def _compute_pool_id(self):
        for line in self:
            line.pool_id = line.network_id.pool_ids.filtered(
                lambda pool, s=line.service_id: pool.service_id == s
                and pool.kind == "service"
            )[:1]

    @api.depends("amount", "budget_id.valid_from", "budget_id.date_end")
    def _compute_monthly(self):
        for line in self:
            first, last = line.budget_id.valid_from, line.budget_id.date_end
            months = (
                (last.year - first.year) * 12 + last.month - first.month + 1
                if first and last
                else 1
            )
            line.monthly = from_cents(to_cents(line.amount) // months)

    @api.constrains("service_id", "budget_id")
    def _check_service(self):
        for line in self:
            if line.service_id.network_id != line.budget_id.network_id:
                raise ValidationError(
                    self.env._(
                        "“%(service)s” is a service of another network.",
                        service=line.service_id.name,
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        lines = super().create(vals_list)
        lines.budget_id._check_draft()
        return lines

    def write(self, vals):
        self.budget_id._check_draft()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_draft_only(self):
        self.budget_id._check_draft()
