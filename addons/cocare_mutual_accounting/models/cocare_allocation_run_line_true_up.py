from odoo import models

from ..allocation import apportion, exact_shares, from_cents, to_cents


class CocareAllocationRunLine(models.Model):
    """What is left to share of a year."""

    _inherit = "cocare.allocation.run.line"

    def _share_true_up(self, year):
        """Create the share of every firm in what is left.

        :param dict year: of the pool, see ``cocare.network._true_up``
        """
        self.ensure_one()
        firms = [
            firm
            for firm in sorted({*year["due"], *year["called"]}, key=lambda f: f.id)
            if year["due"].get(firm) or year["called"].get(firm)
        ]
        due = {firm: year["due"].get(firm, 0) for firm in firms}
        owed = {firm: due[firm] - year["called"].get(firm, 0) for firm in firms}
        weights = due if any(due.values()) else year["called"]
        weights = {firm: max(weights.get(firm, 0), 0) for firm in firms}
        cost = to_cents(self.direct_cost)
        direct = apportion(cost, exact_shares(cost, weights))
        self.env["cocare.allocation.share"].create(
            [
                {
                    "line_id": self.id,
                    "company_id": firm.id,
                    "key_value": from_cents(due[firm]),
                    "key_detail": {"parts": []},
                    "exact_cents": str(owed[firm]),
                    "called": from_cents(year["called"].get(firm, 0)),
                    "direct_cost": from_cents(direct[firm]),
                    "full_cost": from_cents(owed[firm]),
                    "invoiced": from_cents(owed[firm]),
                }
                for firm in firms
            ]
        )
