from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools.misc import formatLang


class CocareTariffVersion(models.Model):
    """What a service is expected to cost, from a date on, as the network decided.

    An announced price: it serves to compare and to foresee. What firms pay is the
    real cost of the service, shared by its key.
    """

    _name = "cocare.tariff.version"
    _inherit = "cocare.version.mixin"
    _description = "Announced price of a service"
    _order = "service_id, valid_from desc"

    service_id = fields.Many2one(
        "cocare.service", required=True, index=True, ondelete="restrict"
    )
    network_id = fields.Many2one(
        related="service_id.network_id", store=True, index=True
    )
    uom_id = fields.Many2one(related="service_id.uom_id")
    currency_id = fields.Many2one(related="network_id.currency_id")
    unit_price = fields.Float(
        digits=(12, 4),
        help="What a unit is expected to cost, before tax. What is recharged is the "
        "real cost, shared by the key.",
    )
    monthly_price = fields.Monetary(
        string="Price a month",
        help="What a month is expected to cost whatever the use, before tax.",
    )
    note = fields.Char(
        string="How it was worked out", help="Budget, last year's cost, hours…"
    )

    _one_adopted_a_day = models.UniqueIndex(
        "(service_id, valid_from) WHERE state = 'adopted'",
        "Another tariff of this service was adopted for the same date.",
    )
    _not_negative = models.Constraint(
        "CHECK (COALESCE(unit_price, 0) >= 0 AND COALESCE(monthly_price, 0) >= 0)",
        "A price is not negative.",
    )

    @api.depends("service_id", "valid_from", "unit_price", "monthly_price")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for tariff in self:
            tariff.display_name = self.env._(
                "%(service)s: %(price)s, from %(date)s",
                service=tariff.service_id.name,
                price=tariff._price_text(),
                date=tariff.valid_from and tariff.valid_from.strftime("%d/%m/%Y"),
            )

    def _check_complete(self):
        result = super()._check_complete()
        for tariff in self:
            if not tariff.unit_price and not tariff.monthly_price:
                raise UserError(
                    self.env._(
                        "“%(service)s”: a tariff says a price per unit, a month, or "
                        "both.",
                        service=tariff.service_id.name,
                    )
                )
        return result

    def _price_text(self):
        """The price in words, e.g. ``0.95 € per pallet-day + 20.00 € a month``."""
        self.ensure_one()
        parts = []
        if self.unit_price or not self.monthly_price:
            # Cents, unless the price has smaller parts.
            digits = 2 if round(self.unit_price, 2) == self.unit_price else 4
            amount = formatLang(self.env, self.unit_price, digits=digits)
            parts.append(
                self.env._(
                    "%(amount)s per %(unit)s",
                    amount=f"{amount}\u00a0{self.currency_id.symbol or ''}",
                    unit=self.service_id._unit_text(),
                )
            )
        if self.monthly_price:
            amount = formatLang(
                self.env, self.monthly_price, currency_obj=self.currency_id
            )
            parts.append(self.env._("%(amount)s a month", amount=amount))
        return " + ".join(parts)
