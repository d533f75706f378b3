from collections import defaultdict

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools.misc import formatLang

from ..allocation import (
    allocate_cumulative,
    apportion,
    exact_shares,
    from_cents,
    to_cents,
)


class CocareAllocationRunLine(models.Model):
    """One service pool of a run: its cost, and the key version that shared it."""

    _name = "cocare.allocation.run.line"
    _description = "Shared cost of a run"
    _order = "run_id, id"

    run_id = fields.Many2one(
        "cocare.allocation.run", required=True, index=True, ondelete="cascade"
    )
    operator_id = fields.Many2one(related="run_id.operator_id", store=True, index=True)
    currency_id = fields.Many2one(related="run_id.currency_id")
    pool_id = fields.Many2one(
        "cocare.cost.pool", required=True, index=True, ondelete="restrict"
    )
    service_id = fields.Many2one(related="pool_id.service_id", store=True, index=True)
    key_version_id = fields.Many2one(
        "cocare.allocation.key.version", required=True, ondelete="restrict"
    )
    direct_cost = fields.Monetary()
    overhead = fields.Monetary(string="Support", help="Its part of the support pools.")
    full_cost = fields.Monetary()
    share_ids = fields.One2many("cocare.allocation.share", "line_id")

    _pool_once = models.UniqueIndex(
        "(run_id, pool_id)", "A pool is shared once in a run."
    )

    def _share(self):
        """Create the frozen share of every firm that takes the service."""
        self.ensure_one()
        run = self.run_id
        firms = self.service_id._firms(run.date_from, run.date_to)
        self._check_firms(firms)
        values = self.key_version_id._key_values(firms, run.date_from, run.date_to)
        weights = {firm: int(value * 1000) for firm, value in values.items()}
        full, direct = to_cents(self.full_cost), to_cents(self.direct_cost)
        self._check_weights(weights, full or direct)
        entitled, invoiced = self._history()
        shares = {
            "direct_cost": self._split(direct, weights),
            "full_cost": self._split(full, weights),
            "invoiced": allocate_cumulative(full, weights, entitled, invoiced),
        }
        alone = self._alone(firms)
        self.env["cocare.allocation.share"].create(
            [
                {
                    "line_id": self.id,
                    "company_id": firm.id,
                    "key_value": float(values[firm]),
                    "has_reference": firm in alone,
                    "alone_cost": from_cents(alone.get(firm, 0)),
                    **{name: from_cents(cents[firm]) for name, cents in shares.items()},
                }
                for firm in firms
            ]
        )

    def _split(self, total, weights):
        return apportion(total, exact_shares(total, weights))

    def _check_firms(self, firms):
        """Whoever used the service, or is in its key, takes part in its cost.

        :param firms: firms with an agreement in force
        :raise UserError: others would silently pay for somebody
        """
        run = self.run_id
        used = self.env["cocare.usage"]._quantities(
            self.service_id,
            run.network_id.company_ids - firms,
            run.date_from,
            run.date_to,
        )
        for firm, quantity in used.items():
            if quantity:
                raise UserError(
                    self.env._(
                        "%(firm)s used “%(service)s” (%(quantity)s) without an "
                        "agreement: make one, or set the readings to 0.",
                        firm=firm.name,
                        service=self.service_id.name,
                        quantity=f"{quantity:g}",
                    )
                )
        version = self.key_version_id
        odd = (version.line_ids.company_id - firms) | (
            firms - version.line_ids.company_id
        )
        if version.method == "percent" and odd:
            raise UserError(
                self.env._(
                    "The percentages of “%(key)s” are not those of the firms that take "
                    "“%(service)s” (see %(firms)s): adopt a new version.",
                    key=version.display_name,
                    service=self.service_id.name,
                    firms=", ".join(odd.mapped("name")),
                )
            )

    def _check_weights(self, weights, cost):
        for firm, weight in weights.items():
            if weight < 0:
                raise UserError(
                    self.env._(
                        "%(firm)s has a negative use of “%(service)s” over the month, "
                        "because of corrections of a month already invoiced. Credit "
                        "the months since then and close them again instead.",
                        firm=firm.name,
                        service=self.service_id.name,
                    )
                )
        if cost and not any(weights.values()):
            raise UserError(
                self.env._(
                    "“%(pool)s” cost %(cost)s this month but its key “%(key)s” is "
                    "zero for every firm: no usage, no agreement, or nothing posted.",
                    pool=self.pool_id.name,
                    cost=formatLang(self.env, from_cents(cost)),
                    key=self.key_version_id.display_name,
                )
            )

    def _history(self):
        """What the firms owed exactly and were invoiced, since the year began.

        The rounding of the months evens out over the operator's fiscal year.

        :return: exact cents and invoiced cents by firm, over the posted runs
        """
        run = self.run_id
        year = run.operator_id.compute_fiscalyear_dates(run.date_to)
        others = self._posted_between(run, **year)
        return others.filtered(
            lambda line: line.pool_id == self.pool_id
        )._entitled_and_invoiced()

    def _entitled_and_invoiced(self):
        """Exact cents and invoiced cents of each firm over these lines.

        :return: two dicts by firm
        """
        entitled, invoiced = defaultdict(int), defaultdict(int)
        for line in self:
            weights = {s.company_id: s._weight() for s in line.share_ids}
            exact = exact_shares(to_cents(line.full_cost), weights)
            for share in line.share_ids:
                firm, returned = share.company_id, share._returned()
                entitled[firm] += exact[firm] - returned
                invoiced[firm] += to_cents(share.invoiced) - to_cents(share.credited)
        return entitled, invoiced

    def _shared_cost(self):
        """What the firms bear of the direct cost, in cents.

        What an arbitration or a credit note took off goes back to the pool: the next
        run shares it.
        """
        self.ensure_one()
        returned = sum(share._returned() for share in self.share_ids)
        return to_cents(self.direct_cost) - returned

    @api.model
    def _posted_between(self, run, date_from, date_to):
        """Lines of the other posted runs of a network in a fiscal year."""
        return self.search(
            [
                ("run_id", "!=", run.id),
                ("run_id.network_id", "=", run.network_id.id),
                ("run_id.state", "=", "posted"),
                ("run_id.date_from", ">=", date_from),
                ("run_id.date_to", "<=", date_to),
            ]
        )

    def _alone(self, firms):
        run = self.run_id
        reference = run.network_id._alone_reference(self.service_id, run.date_to)
        if not reference:
            return {}
        quantities = self.env["cocare.usage"]._quantities(
            self.service_id, firms, run.date_from, run.date_to
        )
        return {firm: reference._amount(quantities.get(firm, 0)) for firm in firms}
