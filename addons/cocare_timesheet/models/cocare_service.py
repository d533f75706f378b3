from odoo import api, fields, models
from odoo.exceptions import ValidationError


class CocareService(models.Model):
    _inherit = "cocare.service"

    meter = fields.Selection(
        selection_add=[("time", "Time sheets")], ondelete={"time": "set default"}
    )
    mission_ids = fields.One2many("cocare.mission", "service_id", string="Missions")

    @api.constrains("meter", "uom_id")
    def _check_unit_of_time(self):
        hour = self.env.ref("uom.product_uom_hour")
        for service in self.filtered(lambda s: s.meter == "time"):
            if not service.uom_id._has_common_reference(hour):
                raise ValidationError(
                    self.env._(
                        "“%(service)s” is metered by time sheets: its unit is hours "
                        "or days, not “%(unit)s”.",
                        service=service.name,
                        unit=service.uom_id.name,
                    )
                )

    @api.constrains("meter")
    def _check_meter_of_missions(self):
        self.mission_ids._check_service()

    def _is_read_at_closing(self):
        # Each entry leaves its usage when it is typed in.
        return self.meter != "time" and super()._is_read_at_closing()
