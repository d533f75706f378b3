from collections import defaultdict

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools.misc import formatLang

from ..allocation import (
    NoWeightError,
    allocate_cumulative,
    apportion,
    from_cents,
    to_cents,
)
from ..key_formula import BoundsError, KeyShares, NothingMeasuredError


class CocareAllocationRunLine(models.Model):
    """One service pool of a run: its cost, and the key version that shared it.

    Or an item that is re-billed, see ``cocare_allocation_run_line_rebilling.py``.
    """

    _name = "cocare.allocation.run.line"
    _description = "Shared cost of a run"
    _order = "run_id, id"

    run_id = fields.Many2one(
        "cocare.allocation.run", required=True, index=True, ondelete="cascade"
    )
    operator_id = fields.Many2one(related="run_id.operator_id", store=True, index=True)
    currency_id = fields.Many2one(related="run_id.currency_id")
    pool_id = fields.Many2one("cocare.cost.pool", index=True, ondelete="restrict")
    service_id = fields.Many2one(
        "cocare.service", compute="_compute_service_id", store=True, index=True
    )
    key_version_id = fields.Many2one(
        "cocare.allocation.key.version", ondelete="restrict"
    )
    direct_cost = fields.Monetary()
    overhead = fields.Monetary(string="Support", help="Its part of the support pools.")
    full_cost = fields.Monetary()
    share_ids = fields.One2many("cocare.allocation.share", "line_id")

    _pool_once = models.UniqueIndex(
        "(run_id, pool_id)", "A pool is shared once in a run."
    )
    _pool_has_key = models.Constraint(
        "CHECK (pool_id IS NULL OR key_version_id IS NOT NULL)",
        "A cost pool is shared by a version of its key.",
    )

    @api.depends("service_id.name")
    @api.depends_context("lang")
    def _compute_display_name(self):
        # Members see it with their share; the pool's name is the operator's.
        for line in self:
            line.display_name = line.service_id.name

    @api.depends("pool_id.service_id")
    def _compute_service_id(self):
        for line in self:
            line.service_id = line.pool_id.service_id

    def _cost_name(self):
        """What is shared, for those who close the month."""
        return self.pool_id.name

    def _share(self):
        """Create the frozen share of every firm that takes the service.

        The key is worked out once, for the full cost, which the floor and the ceiling
        are about. The direct cost is shown in the same proportions; what is invoiced is
        the full cost, rounded over the year.
        """
        self.ensure_one()
        run = self.run_id
        version = self.key_version_id
        firms = self.service_id._firms(run.date_from, run.date_to)
        self._check_firms(firms)
        measured = version._measure(firms, run.date_from, run.date_to)
        self._check_measured(measured)
        terms = version._terms(firms, run.date_from)
        full, direct = to_cents(self.full_cost), to_cents(self.direct_cost)
        key = self._key_shares(measured, terms, full, direct)
        exact = {firm: full * share for firm, share in key.shares.items()}
        shares = {
            "direct_cost": apportion(
                direct, {firm: direct * share for firm, share in key.shares.items()}
            ),
            "full_cost": apportion(full, exact),
            "invoiced": allocate_cumulative(exact, *self._history()),
        }
        alone = self._alone(firms)
        self.env["cocare.allocation.share"].create(
            [
                {
                    "line_id": self.id,
                    "company_id": firm.id,
                    "exact_cents": str(exact[firm]),
                    **self.env["cocare.allocation.share"]._frozen_key(
                        firm, measured, terms[firm], key.bounds.get(firm)
                    ),
                    "has_reference": firm in alone,
                    "alone_cost": from_cents(alone.get(firm, 0)),
                    **{name: from_cents(cents[firm]) for name, cents in shares.items()},
                }
                for firm in firms
            ]
        )

    def _key_shares(self, measured, terms, full, direct):
        """See ``cocare.allocation.key.version``; in words why it cannot be.

        :return: ``key_formula.KeyShares``; of nothing where there is nothing to share
        :raise UserError: nobody has anything to pay by, bounds that cannot be kept
        """
        if not full and not direct:
            return KeyShares(dict.fromkeys(terms, 0))
        version = self.key_version_id
        try:
            return version._key_shares(measured, terms, full)
        except BoundsError as error:
            raise UserError(
                self.env._(
                    "“%(pool)s” cost %(cost)s this month: %(count)s firms cannot all "
                    "be between the floor and the ceiling of “%(key)s”. Adopt a "
                    "version with other bounds.",
                    pool=self._cost_name(),
                    cost=formatLang(self.env, self.full_cost),
                    count=len(terms),
                    key=version.display_name,
                )
            ) from error
        except NoWeightError as error:
            parts = version.part_ids
            if len(parts) > 1 and isinstance(error, NothingMeasuredError):
                raise UserError(
                    self.env._(
                        "“%(pool)s” cost %(cost)s this month but the part “%(part)s” "
                        "of its key is zero for every firm: no usage or nothing "
                        "posted.",
                        pool=self._cost_name(),
                        cost=formatLang(self.env, from_cents(full or direct)),
                        part=parts[error.rank].display_name,
                    )
                ) from error
            raise UserError(
                self.env._(
                    "“%(pool)s” cost %(cost)s this month but its key “%(key)s” is "
                    "zero for every firm: no usage, no agreement, or nothing posted.",
                    pool=self._cost_name(),
                    cost=formatLang(self.env, from_cents(full or direct)),
                    key=version.display_name,
                )
            ) from error

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
        named = version.line_ids.filtered("percent").company_id
        odd = (named - firms) | (firms - named)
        if version.has_percentages and odd:
            raise UserError(
                self.env._(
                    "The percentages of “%(key)s” are not those of the firms that take "
                    "“%(service)s” (see %(firms)s): adopt a new version.",
                    key=version.display_name,
                    service=self.service_id.name,
                    firms=", ".join(odd.mapped("name")),
                )
            )

    def _check_measured(self, measured):
        for part, values in measured.items():
            for firm, value in values.items():
                if value < 0:
                    raise UserError(
                        self.env._(
                            "%(firm)s has a negative use of “%(service)s” over the "
                            "month, because of corrections of a month already "
                            "invoiced. Credit the months since then and close them "
                            "again instead.",
                            firm=firm.name,
                            service=part.service_id.name,
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
        for share in self.share_ids:
            firm, returned = share.company_id, share._returned()
            entitled[firm] += share._exact() - returned
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
