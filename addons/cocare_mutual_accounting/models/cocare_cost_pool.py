from datetime import date

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..allocation import to_cents
from ..analytic_parts import analytic_parts


class CocareCostPool(models.Model):
    """A part of the operator's real cost: what is posted on some of its accounts.

    Without what goes another way, see ``cocare.rebilling``.

    It may be restricted to journals, to analytic accounts of one plan (the part of an
    item that its analytic distribution gives them), or to both. No item is in two
    pools: what tells them apart is the account, the journal, the day, or the account
    of the same plan.

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
    journal_ids = fields.Many2many(
        "account.journal", check_company=True, help="Empty: items of every journal."
    )
    analytic_account_ids = fields.Many2many(
        "account.analytic.account",
        check_company=True,
        help="Accounts of one plan. Empty: whole items, whatever their distribution.",
    )

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

    @api.constrains(
        "account_ids",
        "journal_ids",
        "analytic_account_ids",
        "network_id",
        "date_start",
        "date_end",
    )
    def _check_items_once(self):
        """No item is in two pools: its cost would be shared twice.

        Runs as superuser: plans are read by who sets analytic accounting up only.
        """
        for pool in self.sudo():
            if len(pool.analytic_account_ids.root_plan_id) > 1:
                raise ValidationError(
                    self.env._(
                        "The analytic accounts of “%(pool)s” are of several plans: an "
                        "item may be in full in each of them.",
                        pool=pool.name,
                    )
                )
            others = self.sudo().search(
                [
                    ("network_id", "=", pool.network_id.id),
                    ("id", "!=", pool.id),
                    ("date_start", "<=", pool.date_end or date.max),
                    "|",
                    ("date_end", "=", False),
                    ("date_end", ">=", pool.date_start),
                ]
            )
            twice = others.filtered(pool._overlaps)[:1]
            if twice:
                account = (twice.account_ids & pool.account_ids)[:1]
                raise ValidationError(
                    self.env._(
                        "Account %(account)s is already in the pool “%(pool)s”, and no "
                        "journal or analytic account of one plan tells their items "
                        "apart: their cost would be shared twice.",
                        account=account.display_name,
                        pool=twice.name,
                    )
                )

    def _overlaps(self, other):
        """Tell whether an item could be in both pools, while both are shared."""
        self.ensure_one()
        if not self.account_ids & other.account_ids:
            return False
        if self.journal_ids and other.journal_ids:
            if not self.journal_ids & other.journal_ids:
                return False
        ours, theirs = self.analytic_account_ids, other.analytic_account_ids
        if not ours or not theirs or ours.root_plan_id != theirs.root_plan_id:
            return True
        return bool(ours & theirs)

    def _items_domain(self):
        """The operator's posted items that the pool is made of, or has a part of."""
        self.ensure_one()
        domain = [
            ("company_id", "=", self.company_id.id),
            ("account_id", "in", self.account_ids.ids),
            ("parent_state", "=", "posted"),
        ]
        if self.journal_ids:
            domain.append(("journal_id", "in", self.journal_ids.ids))
        if self.analytic_account_ids:
            ids = self.analytic_account_ids.ids
            domain.append(("analytic_distribution", "in", ids))
        return domain

    def _cost(self, date_from, date_to, but=None):
        """Real cost of a period in the operator's posted items.

        :param but: ``cocare.allocation.run`` that is being worked out
        :return: cents, debit less credit; only of the days the pool is shared
        :rtype: int
        """
        self.ensure_one()
        Line = self.env["account.move.line"]
        last = min(date_to, self.date_end or date_to)
        domain = [
            *self._items_domain(),
            ("date", ">=", max(date_from, self.date_start)),
            ("date", "<=", last),
        ]
        taken = self.env["cocare.rebilling"]._taken(self.company_id, domain, but)
        if not self.analytic_account_ids:
            [(balance,)] = Line._read_group(domain, [], ["balance:sum"])
            return to_cents(balance or 0) - sum(taken.values())
        ours = self.analytic_account_ids
        plan = set(
            self.env["account.analytic.account"]
            .with_context(active_test=False)
            .search([("root_plan_id", "=", ours.root_plan_id.id)])
            .ids
        )
        items = Line.search_fetch(domain, ["balance", "analytic_distribution"])
        parts = (
            analytic_parts(
                to_cents(item.balance) - taken.get(item, 0),
                item.analytic_distribution,
                plan,
            )
            for item in items
        )
        return sum(part.get(account, 0) for part in parts for account in ours.ids)

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
            "domain": self._items_domain(),
        }
