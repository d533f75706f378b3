from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools.misc import format_date

from ..allocation import allocate, from_cents, to_cents


class CocareAllocationRun(models.Model):
    """A month of shared costs: frozen inputs → shares → invoices in both books.

    * Created: automatic meters are read and usages of the month are closed. This is a
      transaction of its own, so that the next one sees every usage of the month.
    * Computed: the cost pools are read from the operator's posted items and shared.
      May be repeated.
    * Sent: each firm reads its lines, accepts or contests them until a date. See
      ``cocare_allocation_run_review.py``.
    * Posted: an invoice in the operator's books and its mirror bill in the firm's, for
      every firm, all or nothing.
    * Credited: undone by credit notes on both sides; the month may be run again.
    """

    _name = "cocare.allocation.run"
    _inherit = "cocare.month.mixin"
    _description = "Allocation run"
    _order = "date_from desc, id desc"

    kind = fields.Selection(
        [("month", "Month"), ("true_up", "True-up of the year")],
        required=True,
        default="month",
        help="A true-up shares what is left of a fiscal year whose months are shared.",
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
            ("sent", "Sent to the firms"),
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
        "(network_id, date_from) WHERE state != 'credited' AND kind = 'month'",
        "This month is already being closed, or closed, for this network.",
    )
    _one_true_up_at_once = models.UniqueIndex(
        "(network_id, date_from)"
        " WHERE state NOT IN ('posted', 'credited') AND kind = 'true_up'",
        "A true-up of this year is being worked on.",
    )

    @api.depends("network_id", "date_from", "date_to", "kind")
    def _compute_display_name(self):
        for run in self:
            if run.kind == "true_up":
                run.display_name = self.env._(
                    "True-up to %(date)s, %(network)s",
                    date=format_date(self.env, run.date_to),
                    network=run.network_id.name,
                )
                continue
            month = format_date(self.env, run.date_from, date_format="MMMM yyyy")
            run.display_name = f"{month[:1].upper()}{month[1:]}, {run.network_id.name}"

    @api.depends("date_from", "kind", "network_id")
    def _compute_date_to(self):
        for run in self:
            run.date_to = run.date_from and (
                fields.Date.end_of(run.date_from, "month")
                if run.kind == "month"
                else run.operator_id.compute_fiscalyear_dates(run.date_from)["date_to"]
            )

    @api.depends("date_to")
    def _compute_invoice_date(self):
        for run in self:
            # Numbers follow the dates: never before what was issued last.
            issued = run._last_issued_on()
            run.invoice_date = max(run.date_to, issued) if issued else run.date_to

    @api.depends("line_ids.full_cost")
    def _compute_full_cost(self):
        for run in self:
            run.full_cost = sum(run.line_ids.mapped("full_cost"))

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            if vals.get("state", "draft") != "draft":
                raise UserError(self.env._("A run starts as a draft."))
            if vals.get("kind") == "true_up":
                vals["date_from"] = self._true_up_dates(vals)["date_from"]
            elif vals.get("date_from"):
                month = fields.Date.to_date(vals["date_from"])
                vals["date_from"] = month.replace(day=1)
        runs = super().create(vals_list)
        for run in runs:
            if run.kind == "true_up":
                run._check_year_closed()
            else:
                run._check_month_in_order()
                run._close_usages()
        return runs

    def write(self, vals):
        # The form does not offer these; a remote call could still send them.
        if vals.keys() & {"state", "network_id", "date_from", "kind"}:
            raise UserError(
                self.env._("The month and the state of a run are not typed in.")
            )
        if "invoice_date" in vals:
            self._check_state("draft", "computed")
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_unposted(self):
        if self.filtered(lambda run: run.state in ("posted", "credited")):
            raise UserError(
                self.env._("A posted month is undone by credit notes, never deleted.")
            )
        if self.filtered(lambda run: run.state == "sent"):
            raise UserError(
                self.env._(
                    "The firms were sent this month: compute it again before deleting "
                    "it, which takes back what they were sent."
                )
            )

    def unlink(self):
        networks = self.network_id
        result = super().unlink()
        self._reopen_usages(networks)
        return result

    def action_compute(self):
        """Share the month's cost; may be repeated until the run is posted."""
        self.check_access("write")
        for run in self:
            run._check_state("draft", "computed", "sent")
            run._check_not_contested()
            run.network_id._check_ready_to_share()
            run._set_state("computed")
            run._take_back()
            run._compute_shares()
        return True

    def action_post(self):
        """Post the invoice and the mirror bill of every firm, in one transaction."""
        self.check_access("write")
        for run in self:
            run._check_state("computed", "sent")
            run._check_reviewed()
            # Writing the run first is what serialises two clicks: the second fails
            # with a serialisation error, is retried, and finds the state changed.
            run._set_state("posted")
            run.sudo().line_ids.rebilling_id._bill()
            run._check_shares_add_up()
            run._check_costs_unchanged()
            run._check_invoice_date()
            self.env["cocare.recharge"]._for_run(run)._post()
        return True

    def action_credit(self):
        """Undo the month by credit notes on both sides; it may then be run again."""
        self.check_access("write")
        for run in self:
            run._check_state("posted")
            if run.kind == "month":
                run._check_no_true_up()
            run._set_state("credited")
            run.recharge_ids._credit(self.env._("the month is undone"))
            run.sudo().line_ids.rebilling_id._unbill()
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

    def _check_month_in_order(self):
        """Months are closed one after the other: a gap could never be metered."""
        self.ensure_one()
        runs = self.sudo().search(
            [
                ("network_id", "=", self.network_id.id),
                ("kind", "=", "month"),
                ("id", "!=", self.id),
            ]
        )
        closed = set(runs.filtered(lambda r: r.state != "credited").mapped("date_from"))
        first = min(closed, default=self.date_from)
        month = first
        while month < self.date_from:
            if month not in closed:
                raise UserError(
                    self.env._("Close %(month)s first.", month=self._month_name(month))
                )
            month = fields.Date.add(month, months=1)
        if self.date_from < first and self.date_from not in runs.mapped("date_from"):
            raise UserError(
                self.env._(
                    "The network's first month is %(month)s; usages before it are "
                    "closed.",
                    month=self._month_name(first),
                )
            )

    def _close_usages(self):
        """Read the automatic meters, then close the usages of the month.

        Runs as superuser: the meters of every firm are read, whoever closes.
        """
        self.ensure_one()
        self._check_over()
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
                [
                    ("network_id", "=", network.id),
                    ("kind", "=", "month"),
                    ("state", "!=", "credited"),
                ],
                order="date_from desc",
                limit=1,
            )
            network._unlock_usages(last.date_to)
            self.env["cocare.usage"].sudo()._redate_corrections(network, last.date_to)

    def _compute_shares(self):
        """Read the pools, spread the support over the services, share by the keys.

        Runs as superuser: the keys are measured in every firm's books.
        """
        self.ensure_one()
        run = self.sudo()
        run.line_ids.unlink()
        if run.kind == "true_up":
            run._compute_true_up()
            return
        lines = self.env["cocare.allocation.run.line"].sudo()
        for pool, direct, overhead in run._pool_costs():
            lines.create(run._prepare_line(pool, direct, overhead))._share()

    def _pool_costs(self):
        """What the run has to share of each service pool: its month, and late items;
        or, while a budget is called, its part of it.

        It is the real cost since the operator's fiscal year began, less what the other
        posted runs shared. So an item posted in a month that was already closed is
        shared by the next run, and over the year the cost is shared exactly.

        :return: list of (pool, direct cost, part of the support costs), in cents
        """
        self.ensure_one()
        run = self.sudo()
        if run.kind == "true_up":
            return run._true_up_costs()
        budget = run.network_id._budget(run.date_to)
        if budget:
            parts = [
                (line.pool_id, budget._part(line.pool_id, run.date_from), 0)
                for line in budget.line_ids.sorted("pool_id")
            ]
            return [part for part in parts if part[0]._is_open(run)]
        year = run.operator_id.compute_fiscalyear_dates(run.date_to)
        others = run.line_ids._posted_between(run, **year)
        until = max([run.date_to, *others.run_id.mapped("date_to")])
        cost = {
            pool: pool._cost(year["date_from"], until, run)
            for pool in run.network_id.pool_ids.sorted("id")
        }
        direct = {
            pool: cost[pool]
            - sum(other._shared_cost() for other in others if other.pool_id == pool)
            for pool in cost
            if pool.kind == "service"
        }
        services = [p for p in direct if direct[p] or p._is_open(run)]
        support = sum(cost[pool] for pool in cost if pool.kind == "support")
        support -= sum(to_cents(other.overhead) for other in others)
        direct = [direct[pool] for pool in services]
        overheads = self._spread_support(support, direct, year["date_to"])
        return list(zip(services, direct, overheads, strict=True))

    def _spread_support(self, support, direct, year_end):
        """Support costs of each service, in proportion to the direct costs.

        In a month without direct cost they wait for the next one, within the year.

        :param int support: cents
        :param list direct: cents of each service
        :param date year_end: last day of the operator's fiscal year
        :return: list of cents, as ``direct``
        """
        weights = [max(cents, 0) for cents in direct]
        if any(weights) or not support:
            return allocate(support, weights)
        if self.date_to >= year_end:
            raise UserError(
                self.env._(
                    "There are support costs in %(month)s but no direct cost of any "
                    "service to spread them by.",
                    month=self._month_name(self.date_from),
                )
            )
        return [0] * len(direct)

    def _check_costs_unchanged(self):
        """What is posted is what the books say now, not what they said at computing."""
        run = self.sudo()
        shared = [
            (line.pool_id, to_cents(line.direct_cost), to_cents(line.overhead))
            for line in run.line_ids
            if line.pool_id
        ]
        if sorted(shared, key=str) != sorted(run._pool_costs(), key=str):
            raise UserError(
                self.env._("The operator's costs changed since: compute again.")
            )

    def _last_issued_on(self):
        """Date of the last recharge or credit note in the operator's journal."""
        operator = self.network_id.sudo().operator_id
        journal = operator.cocare_recharge_sale_journal_id
        [(last,)] = (
            self.env["account.move"]
            .sudo()
            ._read_group(
                [("journal_id", "=", journal.id), ("state", "=", "posted")],
                [],
                ["invoice_date:max"],
            )
        )
        return last

    def _check_invoice_date(self):
        """Numbers follow the dates (ann. II art. 242 nonies A CGI)."""
        day, issued = self.invoice_date, self._last_issued_on()
        if day < self.date_to or day > fields.Date.context_today(self):
            raise UserError(
                self.env._(
                    "The invoice date is between the end of the month and today."
                )
            )
        if issued and day < issued:
            raise UserError(
                self.env._(
                    "Recharges were issued on %(date)s: the invoice date cannot be "
                    "earlier, their numbers follow the dates.",
                    date=format_date(self.env, issued),
                )
            )

    def _prepare_line(self, pool, direct, overhead):
        return {
            "run_id": self.id,
            "pool_id": pool.id,
            "key_version_id": pool.key_id._version_at(self.date_to).id,
            "direct_cost": from_cents(direct),
            "overhead": from_cents(overhead),
            "full_cost": from_cents(direct + overhead),
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
                            pool=line._cost_name(),
                            shared=shared,
                            cost=to_cents(line[measure]),
                        )
                    )
            invoiced = sum(
                to_cents(share.invoiced) - to_cents(share.settled)
                for share in line.share_ids
            )
            if invoiced != to_cents(line.full_cost):
                raise UserError(
                    self.env._(
                        "“%(pool)s” would be invoiced %(invoiced)s cents, "
                        "its cost is %(cost)s.",
                        pool=line._cost_name(),
                        invoiced=invoiced,
                        cost=to_cents(line.full_cost),
                    )
                )

    def _shares_of(self, firm):
        """The shares of one firm, in the order of the costs."""
        shares = self.share_ids.filtered(lambda share: share.company_id == firm)
        # What is read of one firm is read of all: they are asked for one by one.
        return shares.with_prefetch(self.share_ids._prefetch_ids)

    def _totals_by_firm(self):
        """Totals of the shares of each firm, in the order of the firms.

        :return: ``{company: {measure: cents}}``, see ``cocare.allocation.share``
        """
        by_firm = self.share_ids.grouped("company_id")
        return {
            firm: by_firm[firm]._totals()
            for firm in sorted(by_firm, key=lambda firm: firm.id)
        }
