from datetime import date

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..allocation import to_cents


class CocareCostPool(models.Model):
    """A part of the operator's real cost: what is posted on some of its accounts.

    A *service* pool is the direct cost of one service and is shared between firms by
    its key. A *support* pool (rent, software, coordination) has no key of its own: it
    is spread over the service pools in proportion to their direct cost, which gives
    their full cost.
    """

    _name = "cocare.cost.pool"
    _inherit = "cocare.guarded.mixin"
    _description = "Cost pool"
    _order = "kind, name, date_start desc"
    _check_company_auto = True

    name = fields.Char(required=True, translate=True)
    network_id = fields.Many2one(
        "cocare.network", required=True, index=True, ondelete="restrict"
    )
    company_id = fields.Many2one(
        related="network_id.operator_id", store=True, index=True, string="Operator"
    )
    kind = fields.Selection(
        [("service", "Service"), ("support", "Support")],
        required=True,
        default="service",
    )
    service_id = fields.Many2one(
        "cocare.service",
        ondelete="restrict",
        index="btree_not_null",
        domain="[('network_id', '=', network_id)]",
    )
    key_id = fields.Many2one(
        "cocare.allocation.key",
        ondelete="restrict",
        index="btree_not_null",
        domain="[('network_id', '=', network_id)]",
    )
    date_start = fields.Date(
        string="Shared from",
        required=True,
        default=lambda self: fields.Date.context_today(self).replace(day=1),
        help="Costs posted before that day are not shared.",
    )
    date_end = fields.Date(string="Shared until", help="Empty: until further notice.")
    account_ids = fields.Many2many("account.account", required=True, check_company=True)

    _service_pool_complete = models.Constraint(
        "CHECK (kind != 'service' OR (service_id IS NOT NULL AND key_id IS NOT NULL))",
        "A service pool needs its service and its key.",
    )
    _one_pool_a_service = models.UniqueIndex(
        "(service_id) WHERE kind = 'service' AND date_end IS NULL",
        "This service already has a cost pool.",
    )

    @api.constrains("network_id", "service_id", "key_id")
    def _check_same_network(self):
        for pool in self:
            for part in (pool.service_id, pool.key_id):
                if part and part.network_id != pool.network_id:
                    raise ValidationError(
                        self.env._(
                            "“%(part)s” belongs to another network than the pool "
                            "“%(pool)s”.",
                            part=part.sudo().name,
                            pool=pool.name,
                        )
                    )

    @api.constrains("account_ids", "network_id", "date_start", "date_end")
    def _check_account_once(self):
        for pool in self:
            others = self.search(
                [
                    ("network_id", "=", pool.network_id.id),
                    ("id", "!=", pool.id),
                    ("date_start", "<=", pool.date_end or date.max),
                    "|",
                    ("date_end", "=", False),
                    ("date_end", ">=", pool.date_start),
                ]
            )
            twice = others.filtered(lambda o, p=pool: o.account_ids & p.account_ids)[:1]
            if twice:
                account = (twice.account_ids & pool.account_ids)[:1]
                raise ValidationError(
                    self.env._(
                        "Account %(account)s is already in the pool “%(pool)s”: "
                        "its cost would be shared twice.",
                        account=account.display_name,
                        pool=twice.name,
                    )
                )

    def _cost(self, date_from, date_to):
        """Real cost of a period in the operator's posted items.

        :return: cents, debit less credit; only of the days the pool is shared
        :rtype: int
        """
        self.ensure_one()
        last = min(date_to, self.date_end or date_to)
        [(balance,)] = self.env["account.move.line"]._read_group(
            [
                ("company_id", "=", self.company_id.id),
                ("account_id", "in", self.account_ids.ids),
                ("parent_state", "=", "posted"),
                ("date", ">=", max(date_from, self.date_start)),
                ("date", "<=", last),
            ],
            [],
            ["balance:sum"],
        )
        return to_cents(balance or 0)

    def _is_open(self, run):
        """Whether the pool is shared on at least one day of the month of a run."""
        self.ensure_one()
        return self.date_start <= run.date_to and (
            not self.date_end or self.date_end >= run.date_from
        )

    def action_open_items(self):
        """Open the operator's posted items this pool is made of."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.name,
            "res_model": "account.move.line",
            "view_mode": "list,form",
            "domain": [
                ("company_id", "=", self.company_id.id),
                ("account_id", "in", self.account_ids.ids),
                ("parent_state", "=", "posted"),
            ],
        }
