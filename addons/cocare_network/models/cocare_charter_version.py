from odoo import api, fields, models


class CocareCharterVersion(models.Model):
    """What the members of a network commit themselves to, from a date on."""

    _name = "cocare.charter.version"
    _inherit = "cocare.version.mixin"
    _description = "Version of the charter"
    _order = "network_id, valid_from desc"

    network_id = fields.Many2one(
        "cocare.network",
        required=True,
        index=True,
        ondelete="restrict",
        default=lambda self: self.env["cocare.network"].search([], limit=1),
    )
    name = fields.Char(string="Title", required=True)
    text = fields.Html(required=True, sanitize_style=True)
    acceptance_ids = fields.One2many("cocare.charter.acceptance", "version_id")
    acceptance_count = fields.Integer(compute="_compute_acceptance_count")

    _one_adopted_a_day = models.UniqueIndex(
        "(network_id, valid_from) WHERE state = 'adopted'",
        "Another version of the charter was adopted for the same date.",
    )

    @api.depends("acceptance_ids")
    def _compute_acceptance_count(self):
        for version in self:
            version.acceptance_count = len(version.acceptance_ids)

    @api.depends("name", "valid_from")
    def _compute_display_name(self):
        for version in self:
            version.display_name = self.env._(
                "%(name)s, from %(date)s",
                name=version.name,
                date=version.valid_from and version.valid_from.strftime("%d/%m/%Y"),
            )

    def action_open_missing(self):
        """The members that have not accepted this version yet."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "cocare_network.cocare_membership_action"
        )
        return {
            **action,
            "name": self.env._("Charter not accepted yet"),
            "domain": [
                ("network_id", "=", self.network_id.id),
                ("stage", "in", ("trial", "member")),
                ("id", "not in", self.acceptance_ids.membership_id.ids),
            ],
            "context": {},
        }
