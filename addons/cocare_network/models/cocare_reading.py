from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tools import float_compare

# Only code holds it: a remote call cannot say that a reading came from a file.
IMPORTING = object()


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
    sheet_id = fields.Many2one(
        "cocare.reading.sheet",
        string="Sheet",
        index="btree_not_null",
        readonly=True,
        copy=False,
        ondelete="restrict",
    )
    import_id = fields.Many2one(
        "cocare.usage.import",
        string="File imported",
        index="btree_not_null",
        readonly=True,
        copy=False,
        ondelete="restrict",
    )
    import_key = fields.Char(
        readonly=True,
        copy=False,
        export_string_translation=False,
        help="Firm, service, day, description and quantity as the file said them: the "
        "same line is never imported twice, even once it was corrected.",
    )
    previous_quantity = fields.Float(
        string="Month before",
        digits=(16, 3),
        compute="_compute_month_quantities",
        help="What the firm used of the service in the month before.",
    )
    month_quantity = fields.Float(
        string="This month, all records",
        digits=(16, 3),
        compute="_compute_month_quantities",
        help="What all records of the month add up to, this reading included.",
    )

    _meter_unique = models.UniqueIndex(
        "(service_id, company_id, date) WHERE automatic",
        "This meter was already read for this firm and day.",
    )
    _line_imported_once = models.UniqueIndex(
        "(import_key) WHERE import_key IS NOT NULL",
        "This line of the file was already imported.",
    )
    _firm_once_a_sheet = models.UniqueIndex(
        "(sheet_id, company_id) WHERE sheet_id IS NOT NULL",
        "A firm has one line on a sheet.",
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

    @api.depends("service_id", "company_id", "date", "quantity")
    def _compute_month_quantities(self):
        self.previous_quantity = self.month_quantity = 0
        groups = self.filtered(lambda r: r.service_id and r.company_id and r.date)
        for (service, month), readings in groups.grouped(
            lambda r: (r.service_id, r.date.replace(day=1))
        ).items():
            before = fields.Date.subtract(month, months=1)
            past, present = (
                self.env["cocare.usage"]._quantities(
                    service,
                    readings.company_id,
                    first,
                    fields.Date.end_of(first, "month"),
                )
                for first in (before, month)
            )
            for reading in readings:
                reading.previous_quantity = past.get(reading.company_id, 0)
                reading.month_quantity = present.get(reading.company_id, 0)

    @api.constrains("company_id", "service_id", "date", "sheet_id")
    def _check_sheet(self):
        for reading in self.filtered("sheet_id"):
            sheet = reading.sheet_id
            if (
                reading.service_id != sheet.service_id
                or not sheet.date_from <= reading.date <= sheet.date_to
            ):
                raise ValidationError(
                    self.env._(
                        "“%(reading)s” is on the sheet “%(sheet)s”: it keeps its "
                        "service and its month.",
                        reading=reading.display_name,
                        sheet=sheet.display_name,
                    )
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
        for vals in vals_list:
            self._check_written(vals)
        readings = super().create(vals_list)
        readings._check_not_automatic()
        readings._cocare_sync_usages()
        return readings

    def write(self, vals):
        self._check_not_automatic()
        self._check_written(vals)
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

    def _check_written(self, vals):
        """Refuse what no form offers: where a reading came from is not typed in."""
        if not {"import_id", "import_key"} & set(vals):
            return
        if self.env.context.get("cocare_importing") is not IMPORTING:
            raise AccessError(
                self.env._("What a reading was imported from is written by its import.")
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
