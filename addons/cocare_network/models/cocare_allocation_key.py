from odoo import api, fields, models
from odoo.exceptions import UserError


class CocareAllocationKey(models.Model):
    """A rule that shares a cost; what it says is in its versions, each with a date."""

    _name = "cocare.allocation.key"
    _inherit = "cocare.guarded.mixin"
    _description = "Allocation key"
    _order = "name"

    name = fields.Char(required=True, translate=True)
    active = fields.Boolean(default=True)
    network_id = fields.Many2one(
        "cocare.network", required=True, index=True, ondelete="restrict"
    )
    version_ids = fields.One2many("cocare.allocation.key.version", "key_id")
    current_version_id = fields.Many2one(
        "cocare.allocation.key.version", compute="_compute_current_version_id"
    )

    @api.ondelete(at_uninstall=False)
    def _unlink_drafts(self):
        # One by one, not by cascade: an adopted version refuses.
        self.version_ids.unlink()

    def _compute_current_version_id(self):
        today = fields.Date.context_today(self)
        for key in self:
            key.current_version_id = key._adopted_versions(today)[:1]

    def _adopted_versions(self, date):
        return self.version_ids.filtered(
            lambda v: v.state == "adopted" and v.valid_from <= date
        ).sorted("valid_from", reverse=True)

    def _version_at(self, date):
        """The adopted version in force on a date.

        :raise UserError: when no version was adopted by then
        """
        self.ensure_one()
        version = self._adopted_versions(date)[:1]
        if not version:
            raise UserError(
                self.env._(
                    "The key “%(key)s” has no adopted version in force on %(date)s.",
                    key=self.name,
                    date=date.strftime("%d/%m/%Y"),
                )
            )
        return version
