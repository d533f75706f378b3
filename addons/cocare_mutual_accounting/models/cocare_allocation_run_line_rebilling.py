from odoo import api, fields, models

from ..allocation import apportion, from_cents, to_cents


class CocareAllocationRunLine(models.Model):
    """An item that is re-billed, as a line of a month."""

    # One idea a file.
    _inherit = "cocare.allocation.run.line"  # pylint: disable=consider-merging-classes-inherited

    rebilling_id = fields.Many2one(
        "cocare.rebilling", readonly=True, index="btree_not_null", ondelete="restrict"
    )

    _rebilling_once = models.UniqueIndex(
        "(run_id, rebilling_id) WHERE rebilling_id IS NOT NULL",
        "An item is re-billed once in a run.",
    )
    _pool_or_rebilling = models.Constraint(
        "CHECK ((pool_id IS NULL) != (rebilling_id IS NULL))",
        "A line of a run is of a cost pool or of a re-billed item.",
    )

    @api.depends("rebilling_id.name")
    def _compute_display_name(self):
        re_billed = self.filtered("rebilling_id")
        for line in re_billed:
            line.display_name = line.rebilling_id.name
        return super(CocareAllocationRunLine, self - re_billed)._compute_display_name()

    @api.depends("rebilling_id.service_id", "rebilling_id.kind")
    def _compute_service_id(self):
        re_billed = self.filtered("rebilling_id")
        for line in re_billed:
            rebilling = line.rebilling_id
            line.service_id = rebilling.kind == "service" and rebilling.service_id
        return super(CocareAllocationRunLine, self - re_billed)._compute_service_id()

    def _cost_name(self):
        return self.rebilling_id.name or super()._cost_name()

    def _share_rebilling(self):
        """Create the share of every firm that pays for the item."""
        self.ensure_one()
        rebilling, cents = self.rebilling_id, to_cents(self.full_cost)
        firms = rebilling._firms()
        frozen = {firm: {} for firm in firms}
        if self.key_version_id:
            exact, frozen = self._exact_by_key(firms, cents)
        else:
            exact = rebilling._exact()
        amounts = apportion(cents, exact)
        self.env["cocare.allocation.share"].create(
            [
                {
                    "line_id": self.id,
                    "company_id": firm.id,
                    "exact_cents": str(exact[firm]),
                    "direct_cost": from_cents(amounts[firm]),
                    "full_cost": from_cents(amounts[firm]),
                    "invoiced": from_cents(amounts[firm]),
                    **frozen[firm],
                }
                for firm in firms
            ]
        )

    def _exact_by_key(self, firms, cents):
        """What a key makes of the item, measured over its period.

        :return: ``{firm: Fraction}`` in cents, and what is frozen for each firm
        """
        rebilling, version = self.rebilling_id, self.key_version_id
        measured = version._measure(firms, rebilling.date_from, rebilling.date_to)
        self._check_measured(measured)
        terms = version._terms(firms, rebilling.date_from.replace(day=1))
        key = self._key_shares(measured, terms, cents, cents)
        frozen = {
            firm: self.env["cocare.allocation.share"]._frozen_key(
                firm, measured, terms[firm], key.bounds.get(firm)
            )
            for firm in firms
        }
        return {firm: cents * part for firm, part in key.shares.items()}, frozen
