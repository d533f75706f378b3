from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tools import float_compare
from odoo.tools.misc import formatLang

#: bounds are an amount of the month, or a percentage of its cost
BOUND_KINDS = [("percent", "% of the cost"), ("amount", "Amount a month")]


class CocareAllocationKeyVersion(models.Model):
    """What a key says from a date on. Once adopted it never changes: a new rule is a
    new version, and old months keep the one that shared them.

    It is made of *parts*, each with a percentage of the cost and what shares it; of
    what it says of single firms (fixed percentages, solidarity coefficients); of the
    steps of a start-up discount; of a floor and a ceiling. A key of one part is written
    by ``method`` and ``service_id`` alone.
    """

    _name = "cocare.allocation.key.version"
    _inherit = "cocare.version.mixin"
    _description = "Version of an allocation key"
    _order = "key_id, valid_from desc"

    key_id = fields.Many2one(
        "cocare.allocation.key", required=True, index=True, ondelete="restrict"
    )
    network_id = fields.Many2one(related="key_id.network_id", store=True, index=True)
    currency_id = fields.Many2one(related="network_id.currency_id")
    part_ids = fields.One2many(
        "cocare.allocation.key.part",
        "version_id",
        string="Parts",
        copy=True,
        default=lambda self: [Command.create({})],
    )
    is_detailed = fields.Boolean(
        string="Several parts, or brackets",
        compute="_compute_is_detailed",
        store=True,
        readonly=False,
    )
    method = fields.Selection(
        "_selection_method",
        string="Shared by",
        compute="_compute_method",
        inverse="_inverse_method",
        help="What the only part of the key is shared by.",
    )
    service_id = fields.Many2one(
        "cocare.service",
        string="Metered service",
        compute="_compute_method",
        inverse="_inverse_method",
        domain="[('network_id', '=', network_id)]",
    )
    has_percentages = fields.Boolean(compute="_compute_has_percentages")
    line_ids = fields.One2many(
        "cocare.allocation.key.line", "version_id", string="Firms", copy=True
    )
    discount_ids = fields.One2many(
        "cocare.allocation.key.discount",
        "version_id",
        string="Start-up discount",
        copy=True,
    )
    floor = fields.Float(
        digits=(16, 2), help="The least that a firm pays; 0 for no floor."
    )
    floor_kind = fields.Selection(BOUND_KINDS, required=True, default="percent")
    ceiling = fields.Float(
        digits=(16, 2), help="The most that a firm pays; 0 for no ceiling."
    )
    ceiling_kind = fields.Selection(BOUND_KINDS, required=True, default="percent")

    _one_adopted_a_day = models.UniqueIndex(
        "(key_id, valid_from) WHERE state = 'adopted'",
        "Another version of this key was adopted for the same date.",
    )
    _bounds_positive = models.Constraint(
        "CHECK (COALESCE(floor, 0) >= 0 AND COALESCE(ceiling, 0) >= 0)",
        "A floor and a ceiling are not negative.",
    )
    _bounds_in_range = models.Constraint(
        "CHECK ((floor_kind != 'percent' OR COALESCE(floor, 0) <= 100)"
        " AND (ceiling_kind != 'percent' OR COALESCE(ceiling, 0) <= 100))",
        "A floor and a ceiling are at most 100 % of the cost.",
    )
    _bounds_in_order = models.Constraint(
        "CHECK (floor_kind != ceiling_kind OR COALESCE(ceiling, 0) = 0"
        " OR COALESCE(floor, 0) <= ceiling)",
        "The floor is above the ceiling.",
    )

    def _selection_method(self):
        part = self.env["cocare.allocation.key.part"]
        return part._fields["method"]._description_selection(self.env)

    @api.depends("part_ids.bracket_ids")
    def _compute_is_detailed(self):
        for version in self:
            parts = version.part_ids
            version.is_detailed = (
                version.is_detailed or len(parts) > 1 or bool(parts.bracket_ids)
            )

    @api.depends("part_ids.method", "part_ids.service_id")
    def _compute_method(self):
        for version in self:
            part = version.part_ids if len(version.part_ids) == 1 else None
            version.method = part and part.method
            version.service_id = part and part.service_id

    @api.onchange("method", "service_id")
    def _inverse_method(self):
        for version in self:
            if len(version.part_ids) == 1:
                service = version.method == "usage" and version.service_id
                version.part_ids.update(
                    {"method": version.method, "service_id": service}
                )

    @api.depends("part_ids.method")
    def _compute_has_percentages(self):
        for version in self:
            version.has_percentages = "percent" in version.part_ids.mapped("method")

    @api.depends(
        "key_id",
        "valid_from",
        "part_ids.method",
        "part_ids.percent",
        "part_ids.service_id",
    )
    @api.depends_context("lang")
    def _compute_display_name(self):
        methods = dict(self._selection_method())
        for version in self:
            if not version.key_id or not version.valid_from:
                version.display_name = version.key_id.name
                continue
            version.display_name = self.env._(
                "%(key)s: %(method)s, from %(date)s",
                key=version.key_id.name,
                method=methods.get(version.method)
                or ", ".join(version.part_ids.mapped("display_name")),
                date=version.valid_from.strftime("%d/%m/%Y"),
            )

    def _check_complete(self):
        result = super()._check_complete()
        for version in self:
            if not version.part_ids:
                raise UserError(
                    self.env._(
                        "“%(key)s” does not say what the cost is shared by.",
                        key=version.key_id.name,
                    )
                )
            total = sum(version.part_ids.mapped("percent"))
            if float_compare(total, 100, precision_digits=3):
                raise UserError(
                    self.env._(
                        "The parts of “%(key)s” (%(parts)s) add up to %(total)s %%, "
                        "not to 100 %%.",
                        key=version.key_id.name,
                        parts=", ".join(version.part_ids.mapped("display_name")),
                        total=version._short(total),
                    )
                )
            if version.has_percentages:
                version._check_percentages()
        return result

    def _check_percentages(self):
        total = sum(self.line_ids.mapped("percent"))
        if float_compare(total, 100, precision_digits=3):
            raise UserError(
                self.env._(
                    "The percentages of “%(key)s” add up to %(total)s %%, "
                    "not to 100 %%.",
                    key=self.key_id.name,
                    total=self._short(total),
                )
            )

    def _short(self, number):
        return f"{number:.3f}".rstrip("0").rstrip(".")

    def _in_words(self, firm=None):
        """All that the version says, as an agreement of a firm states it.

        :param firm: see ``_cocare_terms``
        """
        return self.part_ids._one_after_the_other(
            [self.display_name, *self._cocare_terms(firm)]
        )

    def _cocare_terms(self, firm):
        """Also told: brackets, discount, coefficients, bounds.

        What the version says of the firm is told; of the others, how many there are.
        """
        self.ensure_one()
        terms = [
            self.env._(
                "%(part)s by brackets: %(brackets)s",
                part=part._name_in_text(),
                brackets=part.bracket_text,
            )
            for part in self.part_ids
            if part.bracket_ids
        ]
        terms += [
            self.env._(
                "start-up discount of %(percent)s %% until month %(month)s of "
                "membership",
                percent=self.part_ids._number(step.percent),
                month=step.until_month,
            )
            for step in self.discount_ids.sorted("until_month")
        ]
        terms += self._coefficient_in_words(firm)
        if self.floor:
            bound = self._bound_text("floor")
            terms.append(self.env._("at least %(bound)s a firm", bound=bound))
        if self.ceiling:
            bound = self._bound_text("ceiling")
            terms.append(self.env._("at most %(bound)s a firm", bound=bound))
        return terms

    def _coefficient_in_words(self, firm):
        changed = self.line_ids.filtered(lambda line: line.coefficient != 1)
        own = changed.filtered(lambda line: line.company_id == firm)
        if own:
            return [
                self.env._(
                    "solidarity coefficient of %(firm)s: %(number)s",
                    firm=firm.name,
                    number=self.part_ids._number(own.coefficient),
                )
            ]
        if not changed:
            return []
        return [
            self.env._(
                "firms with a solidarity coefficient: %(count)s", count=len(changed)
            )
        ]

    def _bound_text(self, name):
        """The floor or the ceiling as one reads it: ``10.00 €``, ``40 %``."""
        if self[f"{name}_kind"] == "amount":
            return formatLang(self.env, self[name], currency_obj=self.currency_id)
        return self.env._(
            "%(percent)s %% of the cost",
            percent=self.part_ids._number(self[name]),
        )
