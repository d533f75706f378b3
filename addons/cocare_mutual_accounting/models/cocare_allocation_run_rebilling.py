from odoo import models
from odoo.exceptions import UserError

from ..allocation import to_cents


class CocareAllocationRun(models.Model):
    """A month carries the items that are re-billed, beside the pools."""

    # One idea a file.
    _inherit = "cocare.allocation.run"  # pylint: disable=consider-merging-classes-inherited

    def _rebillings(self):
        """Confirmed items of periods that are over by the end of the month; once it is
        posted, those it billed.

        Runs as superuser: re-billings are the operator's.
        """
        self.ensure_one()
        if self.kind != "month":
            return self.env["cocare.rebilling"].sudo()
        return (
            self.env["cocare.rebilling"]
            .sudo()
            .search(
                [
                    ("network_id", "=", self.network_id.id),
                    ("kind", "!=", "kept"),
                    ("date_to", "<=", self.date_to),
                    "|",
                    ("state", "=", "confirmed"),
                    "&",
                    ("state", "=", "billed"),
                    ("run_line_ids.run_id", "in", self.ids),
                ],
                order="date_to, id",
            )
        )

    def _compute_shares(self):
        result = super()._compute_shares()
        run = self.sudo()
        lines = self.env["cocare.allocation.run.line"].sudo()
        for rebilling in run._rebillings():
            lines.create(
                {
                    "run_id": run.id,
                    "rebilling_id": rebilling.id,
                    "key_version_id": rebilling._key_version().id,
                    "direct_cost": rebilling.amount,
                    "full_cost": rebilling.amount,
                }
            )._share_rebilling()
        return result

    def _check_costs_unchanged(self):
        result = super()._check_costs_unchanged()
        shared = {
            line.rebilling_id: to_cents(line.full_cost)
            for line in self.sudo().line_ids
            if line.rebilling_id
        }
        if shared != {r: to_cents(r.amount) for r in self._rebillings()}:
            raise UserError(
                self.env._("What is re-billed changed since: compute again.")
            )
        return result
