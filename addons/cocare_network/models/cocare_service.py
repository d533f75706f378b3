from babel.numbers import format_decimal

from odoo import api, fields, models
from odoo.tools.misc import babel_locale_parse, get_lang

from .. import unit_words

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
    # A portal account reads no unit of measure.
    unit_name = fields.Char(related="uom_id.name", string="Name of the unit")
    meter = fields.Selection(
        [("manual", "Readings typed in")],
        required=True,
        default="manual",
        help="Where the quantities come from. An automatic meter is read when the "
        "month is closed, or when each record of the activity is made.",
    )
    agreement_ids = fields.One2many("cocare.agreement", "service_id")
    condition_ids = fields.One2many(
        "cocare.service.condition",
        "service_id",
        string="Who may subscribe",
        copy=True,
        help="Nothing here: every firm of the network. Of the lines of one kind, one "
        "has to be true; of each kind there is, one.",
    )
    clauses = fields.Html(
        string="Clauses of an agreement",
        translate=True,
        sanitize_style=True,
        help="What an agreement for this service starts from.",
    )
    tariff_ids = fields.One2many("cocare.tariff.version", "service_id")
    current_tariff_id = fields.Many2one(
        "cocare.tariff.version",
        string="Announced price",
        compute="_compute_current_tariff_id",
        help="What a unit is expected to cost. What is recharged is the real cost.",
    )
    price_text = fields.Char(string="Price", compute="_compute_current_tariff_id")

    _code_unique = models.UniqueIndex(
        "(network_id, code)", "This service code is already used in the network."
    )

    @api.depends("tariff_ids.state", "tariff_ids.valid_from")
    @api.depends_context("lang")
    def _compute_current_tariff_id(self):
        today = fields.Date.context_today(self)
        for service in self:
            tariff = service._tariff_at(today)
            service.current_tariff_id = tariff
            service.price_text = tariff and tariff._price_text()

    def _tariff_at(self, date):
        """The tariff in force on a date, empty when none was adopted by then."""
        return self.tariff_ids.filtered(
            lambda t: t.state == "adopted" and t.valid_from <= date
        ).sorted("valid_from", reverse=True)[:1]

    def _shared_by(self, date):
        """The key that shares the cost of the service on a date.

        :return: ``cocare.allocation.key``; empty where nothing says it: whoever
            writes an agreement then chooses one. The addon that shares costs extends
            this, so that there is one place that says it.
        """
        self.ensure_one()
        return self.env["cocare.allocation.key"]

    def _unit_text(self, quantity=1):
        """The unit beside a quantity, as people write it; of one when none is given."""
        self.ensure_one()
        return unit_words.beside(self.unit_name or "", quantity, self._locale())

    def _quantity_text(self, quantity):
        """A quantity with its unit, e.g. ``1.5 hours``."""
        number = format_decimal(quantity, format="#,##0.###", locale=self._locale())
        return f"{number}\N{NO-BREAK SPACE}{self._unit_text(quantity)}".rstrip()

    def _locale(self):
        return babel_locale_parse(get_lang(self.env).code)

    def _subscription_obstacles(self, company):
        """Why a firm may not take this service.

        :param company: ``res.company``
        :return: list of texts, empty when it may
        """
        self.ensure_one()
        return self.condition_ids._obstacles(company)

    def _is_read_at_closing(self):
        """Whether its meter is read for the month as a whole: not when each record of
        an activity leaves its usage by itself."""
        self.ensure_one()
        return self.meter != "manual"

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
        for service in self.filtered(lambda s: s._is_read_at_closing()):
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
