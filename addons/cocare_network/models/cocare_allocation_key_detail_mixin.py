from odoo import api, fields, models


class CocareAllocationKeyDetailMixin(models.AbstractModel):
    """A line of a version of a key: free while the version is, frozen with it."""

    _name = "cocare.allocation.key.detail.mixin"
    _description = "Line of a version of a key"

    version_id = fields.Many2one(
        "cocare.allocation.key.version", required=True, index=True, ondelete="cascade"
    )
    network_id = fields.Many2one(
        related="version_id.network_id", store=True, index=True
    )

    @api.model_create_multi
    def create(self, vals_list):
        lines = super().create(vals_list)
        lines.version_id._check_draft()
        return lines

    def write(self, vals):
        self.version_id._check_draft()
        result = super().write(vals)
        # The version it was moved to, as well.
        self.version_id._check_draft()
        self.check_access("write")
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_draft_only(self):
        self.version_id._check_draft()
