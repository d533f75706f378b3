from decimal import Decimal

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import float_compare


class CocareAllocationKeyVersion(models.Model):
    """What a key says from a date on. Once adopted it never changes: a new rule is a
    new version, and old months keep the one that shared them."""

    _name = "cocare.allocation.key.version"
    _inherit = "cocare.version.mixin"
    _description = "Version of an allocation key"
    _order = "key_id, valid_from desc"

    key_id = fields.Many2one(
        "cocare.allocation.key", required=True, index=True, ondelete="restrict"
    )
    network_id = fields.Many2one(related="key_id.network_id", store=True, index=True)
    method = fields.Selection(
        [
            ("equal", "Equal shares"),
            ("percent", "Fixed percentages"),
            ("usage", "Metered use of the service"),
        ],
        required=True,
        default="equal",
    )
    service_id = fields.Many2one(
        "cocare.service",
        string="Metered service",
        ondelete="restrict",
        domain="[('network_id', '=', network_id)]",
    )
    line_ids = fields.One2many("cocare.allocation.key.line", "version_id", copy=True)

    _one_adopted_a_day = models.UniqueIndex(
        "(key_id, valid_from) WHERE state = 'adopted'",
        "Another version of this key was adopted for the same date.",
    )
    _usage_has_service = models.Constraint(
        "CHECK (method != 'usage' OR service_id IS NOT NULL)",
        "A key by metered use needs the service whose meter it reads.",
    )

    @api.depends("key_id", "valid_from", "method")
    def _compute_display_name(self):
        methods = dict(self._fields["method"]._description_selection(self.env))
        for version in self:
            version.display_name = self.env._(
                "%(key)s: %(method)s, from %(date)s",
                key=version.key_id.name,
                method=methods.get(version.method),
                date=version.valid_from and version.valid_from.strftime("%d/%m/%Y"),
            )

    @api.constrains("service_id", "key_id")
    def _check_service_network(self):
        for version in self.filtered("service_id"):
            if version.service_id.network_id != version.key_id.network_id:
                raise ValidationError(
                    self.env._(
                        "“%(service)s” is a service of another network.",
                        service=version.service_id.name,
                    )
                )

    def _check_complete(self):
        result = super()._check_complete()
        for version in self.filtered(lambda v: v.method == "percent"):
            total = sum(version.line_ids.mapped("percent"))
            if float_compare(total, 100, precision_digits=3):
                raise UserError(
                    self.env._(
                        "The percentages of “%(key)s” add up to %(total)s %%, "
                        "not to 100 %%.",
                        key=version.key_id.name,
                        total=f"{total:.3f}".rstrip("0").rstrip("."),
                    )
                )
        return result

    def _key_values(self, companies, date_from, date_to):
        """The value of the key for each firm over a period, e.g. its hours.

        :return: ``{company: Decimal}`` with at most three decimals, for each of
            ``companies``; the share of a firm is its value over the sum of values
        """
        self.ensure_one()
        values = getattr(self, f"_key_values_{self.method}")(
            companies, date_from, date_to
        )
        return {
            company: Decimal(str(values.get(company, 0))).quantize(Decimal("0.001"))
            for company in companies
        }

    def _key_values_equal(self, companies, date_from, date_to):
        return dict.fromkeys(companies, 1)

    def _key_values_percent(self, companies, date_from, date_to):
        return {line.company_id: line.percent for line in self.line_ids}

    def _key_values_usage(self, companies, date_from, date_to):
        return self.env["cocare.usage"]._quantities(
            self.service_id, companies, date_from, date_to
        )
