from collections import defaultdict

from odoo import fields, models
from odoo.exceptions import UserError

from ..allocation import allocate, apportion, from_cents, to_cents
from .cocare_network_vat import ROUNDING


class CocareNetwork(models.Model):
    """What each firm really owes of a year, beside what it was called."""

    # One idea a file.
    _inherit = "cocare.network"  # pylint: disable=consider-merging-classes-inherited

    budget_ids = fields.One2many("cocare.budget", "network_id", string="Budgets")

    def _budget(self, date):
        """The budget that months are called by on a date, if there is one."""
        self.ensure_one()
        budgets = self.sudo().budget_ids.filtered(
            lambda b: b.state == "adopted" and b.valid_from <= date <= b.date_end
        )
        return budgets.sorted("valid_from")[-1:]

    def _runs_from(self, date):
        """Runs of months from a date on that were not undone."""
        self.ensure_one()
        return self.env["cocare.allocation.run"].search(
            [
                ("network_id", "=", self.id),
                ("kind", "=", "month"),
                ("state", "!=", "credited"),
                ("date_from", ">=", date),
            ],
            order="date_from",
        )

    def _true_up(self, date_from, date_to, but=None):
        """Real cost of each service over months that were shared, firm by firm.

        Each month, its real cost is shared in the proportions of the key as they were
        frozen for it; a month at real cost counts as it was shared. What no month could
        share (an invoice that came in late, an arbitration, a month nobody used) is
        borne in proportion to what each bears of the rest.

        Runs as superuser: pools are read in the operator's books, shares of all firms.

        :param date date_from: first day of the operator's fiscal year
        :param date date_to: last day, at the end of a month
        :param but: ``cocare.allocation.run`` that is being worked out
        :return: ``{pool: {"direct": cents, "overhead": cents, "due": {firm: cents},
            "called": {firm: cents}}}``: the real cost, what each firm owes of it, and
            what it was invoiced
        """
        self.ensure_one()
        network = self.sudo()
        lines = network._shared_lines(date_from, date_to, but)
        pools = (network.pool_ids | lines.pool_id).filtered("service_id").sorted("id")
        direct = {pool: pool._cost(date_from, date_to) for pool in pools}
        support = sum(
            pool._cost(date_from, date_to)
            for pool in network.pool_ids
            if pool.kind == "support"
        )
        # As the months spread it; what none could, by the costs of the year.
        overhead = dict.fromkeys(pools, 0)
        months = lines.filtered(lambda line: line.run_id.kind == "month")
        costs = {run: run._real_costs() for run in months.run_id}
        real = {line: costs[line.run_id][line.pool_id] for line in months}
        for line, (_direct, support_part) in real.items():
            overhead[line.pool_id] += support_part
        rest = network._spread(support - sum(overhead.values()), direct)
        for pool, cents in zip(pools, rest, strict=True):
            overhead[pool] += cents
        return {
            pool: {
                "direct": direct[pool],
                "overhead": overhead[pool],
                **network._due(
                    direct[pool] + overhead[pool],
                    lines.filtered(lambda line, p=pool: line.pool_id == p),
                    real,
                ),
            }
            for pool in pools
        }

    def _expected_true_up(self, firm):
        """What the true-up of the year would bring a firm, if the year ended with the
        last month that is shared.

        Without a budget it is what came after a month was shared, a late invoice or an
        arbitration; the next month shares it before the year ends.

        Runs as superuser, as ``_true_up``; what is told is of this firm only.

        :param firm: ``res.company``
        :return: None when the firm was charged nothing, or it cannot be worked out;
            else dict with ``budget`` (whether months call one), ``until`` (last day
            counted), ``services`` (dicts with ``service``, amounts ``real`` and
            ``called``, and ``differs``) and ``difference``: more to pay, or less when
            negative
        """
        self.ensure_one()
        network = self.sudo()
        last = network._last_posted()
        if not last:
            return None
        budget = network._budget(last.date_to)
        year = network.operator_id.compute_fiscalyear_dates(last.date_to)
        try:
            pools = network._true_up(year["date_from"], last.date_to)
        except UserError:
            # The office is told when it works the true-up out; a page is for reading.
            return None
        services = [
            {
                "service": pool.service_id.with_env(self.env),
                "real": from_cents(figures["due"].get(firm, 0)),
                "called": from_cents(figures["called"].get(firm, 0)),
            }
            for pool, figures in pools.items()
            if figures["due"].get(firm) or figures["called"].get(firm)
        ]
        if not services:
            return None
        cents = 0
        for told in services:
            off = to_cents(told["real"]) - to_cents(told["called"])
            # what rounding leaves of months at real cost evens out over the year
            told["differs"] = bool(off) if budget else abs(off) > ROUNDING
            cents += off if told["differs"] else 0
        return {
            "budget": bool(budget),
            "until": last.date_to,
            "services": services,
            "difference": from_cents(cents),
        }

    def _last_posted(self):
        return self.env["cocare.allocation.run"].search(
            [
                ("network_id", "=", self.id),
                ("kind", "=", "month"),
                ("state", "=", "posted"),
            ],
            order="date_from desc",
            limit=1,
        )

    def _shared_lines(self, date_from, date_to, but=None):
        """Costs of pools that posted runs, but one, shared between two dates."""
        lines = self.env["cocare.allocation.run.line"].search(
            [
                ("pool_id", "!=", False),
                ("run_id.network_id", "=", self.id),
                ("run_id.state", "=", "posted"),
                ("run_id.date_from", ">=", date_from),
                ("run_id.date_to", "<=", date_to),
            ]
        )
        return lines.filtered(lambda line: line.run_id != but) if but else lines

    def _spread(self, support, direct):
        """Support costs of the year, in proportion to its direct costs."""
        weights = [max(cents, 0) for cents in direct.values()]
        if support and not any(weights):
            raise UserError(
                self.env._(
                    "There are support costs in the year but no direct cost of any "
                    "service to spread them by."
                )
            )
        return allocate(support, weights)

    def _due(self, cost, lines, real):
        """What each firm owes of the cost of a pool, and what it was invoiced.

        :param int cost: cents of the year
        :param lines: ``cocare.allocation.run.line`` of the pool
        :param dict real: direct cost and support of the lines that are of a month
        :return: dict with ``due`` and ``called``, each by firm
        """
        entitled, called = defaultdict(int), defaultdict(int)
        for line in lines.filtered(lambda line: line in real):
            exact = {share.company_id: share._exact() for share in line.share_ids}
            whole = sum(exact.values())
            if whole:
                for firm, part in exact.items():
                    entitled[firm] += sum(real[line]) * part / whole
        for share in lines.share_ids:
            entitled[share.company_id] -= share._returned()
            called[share.company_id] += to_cents(share.invoiced)
            called[share.company_id] -= to_cents(share.credited)
        rest = cost - sum(entitled.values())
        borne = {firm: exact for firm, exact in entitled.items() if exact > 0}
        if rest and borne:
            whole = sum(borne.values())
            for firm, exact in borne.items():
                entitled[firm] += rest * exact / whole
        if cost and not entitled:
            return {"due": {}, "called": {}}
        due = apportion(cost if entitled else 0, dict(entitled))
        return {"due": due, "called": dict(called)}
