from collections import defaultdict

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools.misc import format_date

from ..allocation import allocate, to_cents


class CocareAllocationRun(models.Model):
    """A month of shared costs: frozen inputs → shares → invoices in both books.

    * Created: automatic meters are read and usages of the month are closed. This is a
      transaction of its own, so that the next one sees every usage of the month.
    * Computed: the cost pools are read from the operator's posted items and shared.
      May be repeated.
    * Posted: an invoice in the operator's books and its mirror bill in the firm's, for
      every firm, all or nothing.
    * Credited: undone by credit notes on both sides; the month may be run again.
    """

    _name = "cocare.allocation.run"
    _description = "Allocation run"
    _order = "date_from desc, id desc"

    network_id = fields.Many2one(
        "cocare.network",
        required=True,
        index=True,
        ondelete="restrict",
        default=lambda self: self.env["cocare.network"].search([], limit=1),
    )
    operator_id = fields.Many2one(
        related="network_id.operator_id", store=True, index=True
    )
    currency_id = fields.Many2one(related="operator_id.currency_id")
    date_from = fields.Date(
        string="Month",
        required=True,
        default=lambda self: fields.Date.subtract(
            fields.Date.context_today(self).replace(day=1), months=1
        ),
    )
    date_to = fields.Date(
        string="Until", compute="_compute_date_to", store=True, precompute=True
    )
    invoice_date = fields.Date(
        compute="_compute_invoice_date",
        store=True,
        precompute=True,
        readonly=False,
        required=True,
    )
    state = fields.Selection(
        [
            ("draft", "Usages closed"),
            ("computed", "Computed"),
            ("posted", "Posted"),
            ("credited", "Credited"),
        ],
        required=True,
        default="draft",
        readonly=True,
        copy=False,
    )
    line_ids = fields.One2many(
        "cocare.allocation.run.line", "run_id", string="Shared costs", readonly=True
    )
    share_ids = fields.One2many(
        "cocare.allocation.share", "run_id", string="Shares", readonly=True
    )
    recharge_ids = fields.One2many(
        "cocare.recharge", "run_id", string="Recharges", readonly=True
    )
    full_cost = fields.Monetary(compute="_compute_full_cost", store=True)

    _one_run_a_month = models.UniqueIndex(
        "(network_id, date_from) WHERE state != 'credited'",
        "This month is already being closed, or closed, for this network.",
    )
    _whole_month = models.Constraint(
        "CHECK (date_from = date_trunc('month', date_from)::date)",
        "A run starts on the first day of a month.",
    )

    @api.depends("network_id", "date_from")
    def _compute_display_name(self):
        for run in self:
            month = format_date(self.env, run.date_from, date_format="MMMM yyyy")
            run.display_name = f"{month[:1].upper()}{month[1:]}, {run.network_id.name}"

    @api.depends("date_from")
    def _compute_date_to(self):
        for run in self:
            run.date_to = run.date_from and fields.Date.end_of(run.date_from, "month")

    @api.depends("date_to")
    def _compute_invoice_date(self):
        for run in self:
            run.invoice_date = run.date_to

    @api.depends("line_ids.full_cost")
    def _compute_full_cost(self):
        for run in self:
            run.full_cost = sum(run.line_ids.mapped("full_cost"))

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            if vals.get("date_from"):
                month = fields.Date.to_date(vals["date_from"])
                vals["date_from"] = month.replace(day=1)
        runs = super().create(vals_list)
        for run in runs:
            run._close_usages()
        return runs

    @api.ondelete(at_uninstall=False)
    def _unlink_unposted(self):
        if self.filtered(lambda run: run.state in ("posted", "credited")):
            raise UserError(
                self.env._("A posted month is undone by credit notes, never deleted.")
            )

    def unlink(self):
        networks = self.network_id
        result = super().unlink()
        self._reopen_usages(networks)
        return result

    def action_compute(self):
        """Share the month's cost; may be repeated until the run is posted."""
        for run in self:
            run._check_state("draft", "computed")
            run.network_id._check_ready_to_share()
            run.line_ids.unlink()
            run._compute_shares()
            run.state = "computed"
        return True

    def action_post(self):
        """Post the invoice and the mirror bill of every firm, in one transaction."""
        for run in self:
            run._check_state("computed")
            # Writing the run first is what serialises two clicks: the second fails
            # with a serialisation error, is retried, and finds the state changed.
            run.state = "posted"
            run.flush_recordset(["state"])
            run._check_shares_add_up()
            self.env["cocare.recharge"]._create_for_run(run)._post()
        return True

    def action_credit(self):
        """Undo the month by credit notes on both sides; it may then be run again."""
        for run in self:
            run._check_state("posted")
            run.state = "credited"
            run.flush_recordset(["state"])
            run.recharge_ids._credit()
            self._reopen_usages(run.network_id)
        return True

    def action_open_shares(self):
        """Open the shares of the run, firm by firm."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "cocare_mutual_accounting.cocare_allocation_share_action"
        )
        return {
            **action,
            "domain": [("run_id", "=", self.id)],
            "context": {"search_default_group_company": 1},
        }

    def action_open_moves(self):
        """Open every document of the run, in all books the user is allowed in."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "account.action_move_line_form"
        )
        return {
            **action,
            "domain": [("cocare_recharge_id.run_id", "=", self.id)],
            "context": {"create": False},
        }

    def _check_state(self, *allowed):
        self.ensure_one()
        if self.state not in allowed:
            states = dict(self._fields["state"]._description_selection(self.env))
            raise UserError(
                self.env._(
                    "%(run)s is in state “%(state)s”: this was already done.",
                    run=self.display_name,
                    state=states[self.state],
                )
            )

    def _close_usages(self):
        """Read the automatic meters, then close the usages of the month.

        Runs as superuser: the meters of every firm are read, whoever closes.
        """
        self.ensure_one()
        if self.date_to >= fields.Date.context_today(self):
            raise UserError(
                self.env._(
                    "%(month)s is not over yet.",
                    month=format_date(
                        self.env, self.date_from, date_format="MMMM yyyy"
                    ),
                )
            )
        network = self.sudo().network_id
        services = self.env["cocare.service"].sudo()
        lock_date = network.usage_lock_date
        if not lock_date or lock_date < self.date_to:
            services.search([("network_id", "=", network.id)])._meter_period(
                self.date_from, self.date_to
            )
        network._lock_usages(self.date_to)

    @api.model
    def _reopen_usages(self, networks):
        """Usages stay closed up to the last month that still counts."""
        for network in networks.sudo():
            last = self.sudo().search(
                [("network_id", "=", network.id), ("state", "!=", "credited")],
                order="date_from desc",
                limit=1,
            )
            network.usage_lock_date = last.date_to

    def _compute_shares(self):
        """Read the pools, spread the support over the services, share by the keys.

        Runs as superuser: the keys are measured in every firm's books.
        """
        self.ensure_one()
        run = self.sudo()
        pools = run.network_id.pool_ids
        direct = {pool: pool._cost(run.date_from, run.date_to) for pool in pools}
        services = pools.filtered(lambda p: p.kind == "service").sorted("id")
        support = sum(direct[pool] for pool in pools - services)
        overheads = self._spread_support(services, direct, support)
        for pool, overhead in zip(services, overheads, strict=True):
            line = (
                self.env["cocare.allocation.run.line"]
                .sudo()
                .create(run._prepare_line(pool, direct[pool], overhead))
            )
            line._share()

    def _spread_support(self, services, direct, support):
        weights = [max(direct[pool], 0) for pool in services]
        if support and not any(weights):
            raise UserError(
                self.env._(
                    "There are support costs in %(month)s but no direct cost of any "
                    "service to spread them by.",
                    month=format_date(
                        self.env, self.date_from, date_format="MMMM yyyy"
                    ),
                )
            )
        return allocate(support, weights) if services else []

    def _prepare_line(self, pool, direct, overhead):
        return {
            "run_id": self.id,
            "pool_id": pool.id,
            "key_version_id": pool.key_id._version_at(self.date_to).id,
            "direct_cost": direct / 100,
            "overhead": overhead / 100,
            "full_cost": (direct + overhead) / 100,
        }

    def _check_shares_add_up(self):
        """The last gate before money moves: every pool is shared to the cent."""
        for line in self.sudo().line_ids:
            for measure in ("direct_cost", "full_cost"):
                shared = sum(to_cents(share[measure]) for share in line.share_ids)
                if shared != to_cents(line[measure]):
                    raise UserError(
                        self.env._(
                            "The shares of “%(pool)s” add up to %(shared)s cents, "
                            "its cost is %(cost)s.",
                            pool=line.pool_id.name,
                            shared=shared,
                            cost=to_cents(line[measure]),
                        )
                    )
            invoiced = sum(to_cents(share.invoiced) for share in line.share_ids)
            if invoiced != to_cents(line.full_cost):
                raise UserError(
                    self.env._(
                        "“%(pool)s” would be invoiced %(invoiced)s cents, "
                        "its cost is %(cost)s.",
                        pool=line.pool_id.name,
                        invoiced=invoiced,
                        cost=to_cents(line.full_cost),
                    )
                )

    def _totals_by_firm(self):
        """Sum of the shares of each firm, in the order of the firms.

        :return: ``{company: {"direct_cost": cents, "full_cost": …, "invoiced": …,
            "alone_cost": …, "gain": …}}``
        """
        totals = defaultdict(lambda: defaultdict(int))
        for share in self.share_ids.sorted(lambda s: s.company_id.id):
            for measure in (
                "direct_cost",
                "full_cost",
                "invoiced",
                "alone_cost",
                "gain",
            ):
                totals[share.company_id][measure] += to_cents(share[measure])
        return totals
