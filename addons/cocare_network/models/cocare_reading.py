from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tools import float_compare


class CocareReading(models.Model):
    """A quantity read for a firm and a service: by hand, or by a meter at closing."""

    _name = "cocare.reading"
    _inherit = ["cocare.guarded.mixin", "cocare.usage.mixin"]
    _description = "Meter reading"
    _order = "date desc, id desc"
    _check_company_auto = True

    company_id = fields.Many2one(
        "res.company", string="Firm", required=True, index=True
    )
    network_id = fields.Many2one(related="company_id.cocare_network_id", store=True)
    service_id = fields.Many2one(
        "cocare.service",
        required=True,
        index=True,
        ondelete="restrict",
        domain="[('network_id', '=', network_id), ('meter', '=', 'manual')]",
    )
    uom_id = fields.Many2one(related="service_id.uom_id")
    date = fields.Date(required=True, index=True, default=fields.Date.context_today)
    quantity = fields.Float(digits=(16, 3), required=True)
    name = fields.Char(string="Description")
    automatic = fields.Boolean(readonly=True)

    _meter_unique = models.UniqueIndex(
        "(service_id, company_id, date) WHERE automatic",
        "This meter was already read for this firm and day.",
    )
    _quantity_positive = models.Constraint(
        "CHECK (quantity >= 0)",
        "A reading cannot be negative; correct the quantity itself.",
    )

    @api.depends("service_id", "company_id", "date")
    def _compute_display_name(self):
        for reading in self:
            reading.display_name = self.env._(
                "%(service)s, %(firm)s, %(date)s",
                service=reading.service_id.name,
                firm=reading.company_id.name,
                date=reading.date and reading.date.strftime("%d/%m/%Y"),
            )

    @api.constrains("company_id", "service_id")
    def _check_same_network(self):
        for reading in self.sudo():
            if reading.service_id.network_id != reading.company_id.cocare_network_id:
                raise ValidationError(
                    self.env._(
                        "“%(service)s” is no service of the network of %(firm)s.",
                        service=reading.service_id.name,
                        firm=reading.company_id.name,
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        readings = super().create(vals_list)
        readings._check_not_automatic()
        readings._cocare_sync_usages()
        return readings

    def write(self, vals):
        self._check_not_automatic()
        result = super().write(vals)
        self._cocare_sync_usages()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_without_usage(self):
        if self.filtered("cocare_usage_count"):
            raise UserError(
                self.env._(
                    "A reading that was recorded is not deleted: set its quantity "
                    "to 0, which leaves a correction."
                )
            )

    def _check_not_automatic(self):
        """Only the closing of a month writes what an automatic meter says."""
        if not self.env.su and self.filtered("automatic"):
            raise AccessError(self.env._("An automatic meter is not typed in."))

    def _cocare_usages(self):
        self.ensure_one()
        return [
            {
                "company_id": self.company_id.id,
                "service_id": self.service_id.id,
                "date": self.date,
                "quantity": self.quantity,
                "name": self.name or self.display_name,
            }
        ]

    @api.model
    def _set_measure(self, service, company, date, quantity):
        """Store what an automatic meter says; change nothing when it says the same."""
        reading = self.search(
            [
                ("service_id", "=", service.id),
                ("company_id", "=", company.id),
                ("date", "=", date),
                ("automatic", "=", True),
            ]
        )
        if not reading:
            return self.create(
                {
                    "service_id": service.id,
                    "company_id": company.id,
                    "date": date,
                    "quantity": quantity,
                    "automatic": True,
                }
            )
        if float_compare(reading.quantity, quantity, precision_digits=3):
            reading.quantity = quantity
        return reading
