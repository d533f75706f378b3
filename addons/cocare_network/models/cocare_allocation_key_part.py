from decimal import Decimal

from babel.numbers import format_decimal

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools.misc import babel_locale_parse, get_lang


class CocareAllocationKeyPart(models.Model):
    """A percentage of a cost, and what it is shared by.

    Most keys have one part; half in equal shares and half by use is two. An addon that
    measures something adds a method and ``_values_<method>()``.
    """

    _name = "cocare.allocation.key.part"
    _inherit = "cocare.allocation.key.detail.mixin"
    _description = "Part of an allocation key"
    _order = "version_id, sequence, id"

    sequence = fields.Integer(default=10)
    percent = fields.Float(
        string="% of the cost", digits=(6, 3), required=True, default=100
    )
    method = fields.Selection(
        [
            ("equal", "Equal shares"),
            ("percent", "Fixed percentages"),
            ("usage", "Metered use of the service"),
            ("fte", "Full-time equivalents"),
        ],
        string="Shared by",
        required=True,
        default="equal",
    )
    service_id = fields.Many2one(
        "cocare.service",
        string="Metered service",
        ondelete="restrict",
        domain="[('network_id', '=', network_id)]",
    )
    bracket_ids = fields.One2many(
        "cocare.allocation.key.bracket", "part_id", string="Brackets", copy=True
    )
    bracket_text = fields.Char(string="Progressive", compute="_compute_bracket_text")

    _percent_in_range = models.Constraint(
        "CHECK (percent > 0 AND percent <= 100)",
        "A part of a key is above 0 and at most 100 % of the cost.",
    )
    _usage_has_service = models.Constraint(
        "CHECK (method != 'usage' OR service_id IS NOT NULL)",
        "A key by metered use needs the service whose meter it reads.",
    )
    _measured_once = models.UniqueIndex(
        "(version_id, method, COALESCE(service_id, 0))",
        "Two parts of a key are shared by the same thing: make one of them.",
    )

    @api.depends("percent", "method", "service_id")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for part in self:
            part.display_name = self.env._(
                "%(percent)s %% %(method)s",
                percent=part._number(part.percent),
                method=part._name_in_text(),
            )

    @api.depends("bracket_ids.start", "bracket_ids.rate")
    @api.depends_context("lang")
    def _compute_bracket_text(self):
        for part in self:
            part.bracket_text = ", ".join(
                self.env._(
                    "%(rate)s %% from %(start)s",
                    rate=part._number(bracket.rate),
                    start=part._number(bracket.start),
                )
                for bracket in part.bracket_ids.sorted("start")
            )

    @api.constrains("service_id", "version_id")
    def _check_service_network(self):
        for part in self.filtered("service_id"):
            if part.service_id.network_id != part.version_id.network_id:
                raise ValidationError(
                    self.env._(
                        "“%(service)s” is a service of another network.",
                        service=part.service_id.name,
                    )
                )

    def _name_in_text(self):
        """What it is shared by, inside a sentence: a service by its name."""
        self.ensure_one()
        if self.method == "usage":
            return self.service_id.name or ""
        labels = dict(self._fields["method"]._description_selection(self.env))
        label = labels.get(self.method) or ""
        return label[:1].lower() + label[1:]

    def _number(self, number):
        """A number as people of the language write it, without useless zeros."""
        locale = babel_locale_parse(get_lang(self.env).code)
        return format_decimal(number, format="#,##0.########", locale=locale)

    def _one_after_the_other(self, texts):
        """What a key says, or made of a firm, as one sentence."""
        said = texts[0] if texts else ""
        for text in texts[1:]:
            said = self.env._("%(said)s; %(more)s", said=said, more=text)
        return said

    def _is_private(self):
        """Tell whether what is measured is no business of the other firms.

        Their sum is then told only where it tells nothing of one of them.
        """
        self.ensure_one()
        return self.method == "fte"

    def _values(self, companies, date_from, date_to):
        """What the part measures for each firm over a period, e.g. its hours.

        :return: ``{company: Decimal}`` with at most three decimals, for each of
            ``companies``
        """
        self.ensure_one()
        values = getattr(self, f"_values_{self.method}")(companies, date_from, date_to)
        return {
            company: Decimal(str(values.get(company, 0))).quantize(Decimal("0.001"))
            for company in companies
        }

    def _values_equal(self, companies, date_from, date_to):
        return dict.fromkeys(companies, 1)

    def _values_percent(self, companies, date_from, date_to):
        return {line.company_id: line.percent for line in self.version_id.line_ids}

    def _values_usage(self, companies, date_from, date_to):
        return self.env["cocare.usage"]._quantities(
            self.service_id, companies, date_from, date_to
        )

    def _values_fte(self, companies, date_from, date_to):
        return self.env["cocare.worker"]._full_time_equivalents(
            companies, date_from, date_to
        )
