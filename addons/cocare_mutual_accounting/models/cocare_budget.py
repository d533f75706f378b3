from odoo import api, fields, models
from odoo.exceptions import UserError

from ..allocation import allocate, to_cents


class CocareBudget(models.Model):
    """What the network decided to call for its services until the fiscal year ends.

    While a budget is in force, a month calls its part of it by the keys instead of the
    real cost; the true-up of the year brings each firm to what it really owes.
    """

    _name = "cocare.budget"
    _inherit = "cocare.version.mixin"
    _description = "Budget of shared costs"
    _order = "valid_from desc"

    network_id = fields.Many2one(
        "cocare.network",
        required=True,
        index=True,
        ondelete="restrict",
        default=lambda self: self.env["cocare.network"].search([], limit=1),
    )
    currency_id = fields.Many2one(related="network_id.currency_id")
    date_end = fields.Date(
        string="Until",
        compute="_compute_date_end",
        compute_sudo=True,
        help="The operator's fiscal year ends.",
    )
    line_ids = fields.One2many("cocare.budget.line", "budget_id", copy=True)
    amount = fields.Monetary(compute="_compute_amount", store=True)
    note = fields.Text(string="How it was worked out")

    _one_adopted_a_day = models.UniqueIndex(
        "(network_id, valid_from) WHERE state = 'adopted'",
        "Another budget was adopted for the same date.",
    )
    _whole_month = models.Constraint(
        "CHECK (valid_from = date_trunc('month', valid_from)::date)",
        "A budget starts on the first day of a month.",
    )

    @api.depends("network_id", "valid_from")
    def _compute_display_name(self):
        for budget in self:
            budget.display_name = budget.valid_from and self.env._(
                "Budget of %(network)s from %(date)s",
                network=budget.network_id.name,
                date=budget.valid_from.strftime("%d/%m/%Y"),
            )

    @api.depends("valid_from", "network_id")
    def _compute_date_end(self):
        for budget in self:
            operator = budget.network_id.operator_id
            budget.date_end = (
                budget.valid_from
                and operator
                and operator.compute_fiscalyear_dates(budget.valid_from)["date_to"]
            )

    @api.depends("line_ids.amount")
    def _compute_amount(self):
        for budget in self:
            budget.amount = sum(budget.line_ids.mapped("amount"))

    def _check_complete(self):
        result = super()._check_complete()
        for budget in self:
            missing = budget._pools() - budget.line_ids.pool_id
            if missing or not budget.line_ids:
                raise UserError(
                    self.env._(
                        "Write what is called for every shared service, 0 for none: "
                        "%(services)s",
                        services=", ".join(missing.service_id.mapped("name")),
                    )
                )
            posted = budget.network_id._runs_from(budget.valid_from)
            if posted:
                raise UserError(
                    self.env._(
                        "%(run)s was shared already: the budget starts later.",
                        run=posted[0].display_name,
                    )
                )
        return result

    def _pools(self):
        """The services that are shared on some day of the budget.

        Runs as superuser: pools are the operator's, a budget is the network's.
        """
        self.ensure_one()
        return self.sudo().network_id.pool_ids.filtered(
            lambda pool: pool.kind == "service"
            and pool.date_start <= self.date_end
            and (not pool.date_end or pool.date_end >= self.valid_from)
        )

    def _part(self, pool, month):
        """What is called for a pool in a month, in cents.

        The amount is spread evenly over the months; the cents left go to the first.

        :param pool: ``cocare.cost.pool`` of a service
        :param date month: first day of a month of the budget
        """
        self.ensure_one()
        line = self.line_ids.filtered(lambda line: line.pool_id == pool)
        months, first = [], self.valid_from
        while first <= self.date_end:
            months.append(first)
            first = fields.Date.add(first, months=1)
        parts = allocate(to_cents(line.amount), [1] * len(months))
        return parts[months.index(month)]
