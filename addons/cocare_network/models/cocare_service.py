from odoo import fields, models

FAMILIES = [
    ("management", "Management"),
    ("coaching", "Engineering and coaching"),
    ("logistics", "Logistics"),
    ("sales", "Sales"),
    ("communication", "Communication"),
    ("financing", "Financing"),
]


class CocareService(models.Model):
    """A service the operator does for firms: what is metered and recharged."""

    _name = "cocare.service"
    _inherit = "cocare.guarded.mixin"
    _description = "Shared service"
    _order = "family, name"

    name = fields.Char(required=True, translate=True)
    code = fields.Char(required=True)
    active = fields.Boolean(default=True)
    description = fields.Text(translate=True)
    network_id = fields.Many2one(
        "cocare.network", required=True, index=True, ondelete="restrict"
    )
    family = fields.Selection(FAMILIES, required=True, default="management")
    uom_id = fields.Many2one(
        "uom.uom",
        string="Unit",
        required=True,
        default=lambda self: self.env.ref("uom.product_uom_unit"),
    )
    meter = fields.Selection(
        [("manual", "Readings typed in")],
        required=True,
        default="manual",
        help="Where the quantities come from. An automatic meter is read when the "
        "month is closed.",
    )
    agreement_ids = fields.One2many("cocare.agreement", "service_id")

    _code_unique = models.UniqueIndex(
        "(network_id, code)", "This service code is already used in the network."
    )

    def _measure(self, companies, date_from, date_to):
        """Read an automatic meter. Addons extend it with the meters they own.

        :param companies: the firms to measure
        :param date date_from: first day of the period
        :param date date_to: last day of the period
        :return: ``{company: quantity}`` in the service's unit; firms that used
            nothing may be left out
        """
        self.ensure_one()
        return {}

    def _meter_period(self, date_from, date_to):
        """Write the readings of the automatic meters. Safe to repeat.

        :return: the ``cocare.reading`` of the period, whether changed or not
        """
        readings = self.env["cocare.reading"]
        for service in self.filtered(lambda s: s.meter != "manual"):
            firms = service._firms(date_from, date_to)
            measured = service._measure(firms, date_from, date_to)
            for firm in firms:
                readings |= readings._set_measure(
                    service, firm, date_to, measured.get(firm, 0)
                )
        return readings

    def _firms(self, date_from, date_to):
        """Firms with an agreement in force for this service, in a fixed order."""
        self.ensure_one()
        agreements = self.env["cocare.agreement"]._in_force(
            date_from, date_to, services=self
        )
        return agreements.company_id.sorted("id")
