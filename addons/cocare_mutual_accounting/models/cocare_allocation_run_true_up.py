from odoo import api, fields, models
from odoo.exceptions import UserError

from ..allocation import allocate, to_cents


class CocareAllocationRun(models.Model):
    """The true-up of a fiscal year: what was called becomes what it really cost."""

    # One idea a file.
    _inherit = "cocare.allocation.run"  # pylint: disable=consider-merging-classes-inherited

    @api.model
    def _true_up_dates(self, vals):
        """The fiscal year of the operator around the day that was given."""
        network = self.env["cocare.network"].browse(vals["network_id"])
        day = fields.Date.to_date(vals["date_from"])
        return network.sudo().operator_id.compute_fiscalyear_dates(day)

    def _check_year_closed(self):
        """Every month of the year is shared, and no true-up of it waits."""
        self.ensure_one()
        runs = self.network_id._runs_from(self.date_from).filtered(
            lambda run: run.date_to <= self.date_to
        )
        if not runs:
            raise UserError(self.env._("No month of this year was shared."))
        month = runs[0].date_from
        while month <= self.date_to:
            run = runs.filtered(lambda r, m=month: r.date_from == m)
            if run.state != "posted":
                raise UserError(
                    self.env._("Close %(month)s first.", month=self._month_name(month))
                )
            month = fields.Date.add(month, months=1)

    def _true_up_costs(self):
        """What is left to share of each pool, with its parts.

        :return: list of (pool, direct cents, overhead cents), as ``_pool_costs``
        """
        left = []
        network = self.network_id.sudo()
        shared = network._shared_lines(self.date_from, self.date_to, self)
        for pool, year in self._year().items():
            lines = shared.filtered(lambda line, p=pool: line.pool_id == p)
            direct = year["direct"] - sum(line._shared_cost() for line in lines)
            overhead = year["overhead"] - sum(to_cents(line.overhead) for line in lines)
            owed = {f: c - year["called"].get(f, 0) for f, c in year["due"].items()}
            if direct or overhead or any(owed.values()):
                left.append((pool, direct, overhead))
        return left

    def _year(self):
        return self.network_id._true_up(self.date_from, self.date_to, self)

    def _real_costs(self):
        """What the month of a run cost, by service.

        While a budget is called it is what was posted in the month, with its part of
        the support; else what the run shared.

        :return: ``{pool: (direct cost, part of the support)}``, in cents
        """
        self.ensure_one()
        if not self.network_id._budget(self.date_to):
            return {
                line.pool_id: (to_cents(line.direct_cost), to_cents(line.overhead))
                for line in self.line_ids.filtered("pool_id")
            }
        pools = self.network_id.pool_ids
        services = pools.filtered(lambda pool: pool.kind == "service").sorted("id")
        month = self.date_from, self.date_to
        direct = [pool._cost(*month) for pool in services]
        support = sum(pool._cost(*month) for pool in pools - services)
        weights = [max(cents, 0) for cents in direct]
        # Without direct cost they stay with the rest of the year.
        overheads = allocate(support if any(weights) else 0, weights)
        return dict(zip(services, zip(direct, overheads, strict=True), strict=True))

    def _compute_true_up(self):
        """Create what each firm owes, or gets back, of each service.

        Runs as superuser, as ``_compute_shares``.
        """
        run = self.sudo()
        year, costs = run._year(), run._true_up_costs()
        if not costs:
            raise UserError(
                self.env._(
                    "Nothing is left to share: what was charged is the real cost."
                )
            )
        for pool, direct, overhead in costs:
            line = run.line_ids.create(run._prepare_line(pool, direct, overhead))
            line._share_true_up(year[pool])

    def _check_no_true_up(self):
        """A month of a year that was trued up is not undone before its true-up."""
        true_up = self.sudo().search(
            [
                ("network_id", "in", self.network_id.ids),
                ("kind", "=", "true_up"),
                ("state", "!=", "credited"),
                ("date_from", "<=", self.date_from),
                ("date_to", ">=", self.date_to),
            ],
            limit=1,
        )
        if true_up:
            raise UserError(
                self.env._(
                    "%(run)s counts this month: undo it first.",
                    run=true_up.display_name,
                )
            )
