from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain


class CocareAgreement(models.Model):
    """A firm takes a service from a date to a date: who takes part in its cost."""

    _name = "cocare.agreement"
    _inherit = "cocare.guarded.mixin"
    _description = "Service agreement"
    _order = "company_id, service_id, date_start desc"
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
        domain="[('network_id', '=', network_id)]",
    )
    family = fields.Selection(related="service_id.family")
    date_start = fields.Date(required=True, default=fields.Date.context_today)
    date_end = fields.Date(help="Empty: until one of the two ends it.")
    note = fields.Text()

    _dates_in_order = models.Constraint(
        "CHECK (date_end IS NULL OR date_end >= date_start)",
        "An agreement cannot end before it starts.",
    )
    _once_a_day = models.UniqueIndex(
        "(company_id, service_id, date_start)",
        "This firm already has an agreement for this service from that day.",
    )

    @api.depends("company_id", "service_id")
    def _compute_display_name(self):
        for agreement in self:
            agreement.display_name = self.env._(
                "%(firm)s: %(service)s",
                firm=agreement.company_id.name,
                service=agreement.service_id.name,
            )

    @api.constrains("company_id", "service_id")
    def _check_same_network(self):
        for agreement in self.sudo():
            if (
                agreement.service_id.network_id
                != agreement.company_id.cocare_network_id
            ):
                raise ValidationError(
                    self.env._(
                        "“%(service)s” is no service of the network of %(firm)s.",
                        service=agreement.service_id.name,
                        firm=agreement.company_id.name,
                    )
                )

    @api.model
    def _in_force(self, date_from, date_to, services=None, companies=None):
        """Agreements in force on at least one day of the period."""
        domain = Domain("date_start", "<=", date_to) & (
            Domain("date_end", "=", False) | Domain("date_end", ">=", date_from)
        )
        if services is not None:
            domain &= Domain("service_id", "in", services.ids)
        if companies is not None:
            domain &= Domain("company_id", "in", companies.ids)
        return self.search(domain)
