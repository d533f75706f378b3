from odoo import api, fields, models
from odoo.exceptions import ValidationError


class CocareMission(models.Model):
    """A kind of work done for firms, which time is recorded on.

    With a service its hours are a usage of that service, and share its cost; without,
    they say what the work takes and nothing more.
    """

    _name = "cocare.mission"
    _inherit = "cocare.guarded.mixin"
    _description = "Mission"
    _order = "sequence, name"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    network_id = fields.Many2one(
        "cocare.network",
        required=True,
        index=True,
        ondelete="restrict",
        default=lambda self: self.env.company.cocare_network_id,
    )
    service_id = fields.Many2one(
        "cocare.service",
        index="btree_not_null",
        ondelete="restrict",
        domain="[('network_id', '=', network_id), ('meter', '=', 'time')]",
        help="The hours are a usage of this service: the firm takes part in its cost "
        "by them. Empty: they are counted for the load of the office alone.",
    )

    @api.constrains("service_id", "network_id")
    def _check_service(self):
        for mission in self.sudo().filtered("service_id"):
            service = mission.service_id
            if service.network_id != mission.network_id:
                raise ValidationError(
                    self.env._(
                        "“%(service)s” is a service of another network.",
                        service=service.name,
                    )
                )
            if service.meter != "time":
                raise ValidationError(
                    self.env._(
                        "“%(service)s” is not metered by time sheets, and the mission "
                        "“%(mission)s” counts on it.",
                        service=service.name,
                        mission=mission.name,
                    )
                )
