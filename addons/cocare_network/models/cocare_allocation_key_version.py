from decimal import Decimal

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import float_compare


class CocareAllocationKeyVersion(models.Model):
    """What a key says from a date on. Once adopted it never changes: a new rule is a
    new version, and old months keep the one that shared them."""

    _name = "cocare.allocation.key.version"
    _inherit = "cocare.guarded.mixin"
    _description = "Version of an allocation key"
    _order = "key_id, valid_from desc"

    key_id = fields.Many2one(
        "cocare.allocation.key", required=True, index=True, ondelete="restrict"
    )
    network_id = fields.Many2one(related="key_id.network_id", store=True, index=True)
    valid_from = fields.Date(required=True)
    state = fields.Selection(
        [("draft", "Draft"), ("adopted", "Adopted")],
        required=True,
        default="draft",
        readonly=True,
        copy=False,
    )
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
    decision_ref = fields.Char(
        string="Adopted by",
        help="The decision that adopted this version: assembly, date, resolution.",
    )
    adopted_on = fields.Date(readonly=True, copy=False)
    adopted_by_id = fields.Many2one("res.users", readonly=True, copy=False)

    _one_adopted_a_day = models.UniqueIndex(
        "(key_id, valid_from) WHERE state = 'adopted'",
        "Another version of this key was adopted for the same date.",
    )
    _usage_has_service = models.Constraint(
        "CHECK (method != 'usage' OR service_id IS NOT NULL)",
        "A key by metered use needs the service whose meter it reads.",
    )

    _adopted_by_decision = models.Constraint(
        "CHECK (state = 'draft' OR decision_ref IS NOT NULL)",
        "Name the decision that adopts this version.",
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

    @api.constrains("state", "line_ids", "method")
    def _check_percentages(self):
        for version in self.filtered(
            lambda v: v.state == "adopted" and v.method == "percent"
        ):
            total = sum(version.line_ids.mapped("percent"))
            if float_compare(total, 100, precision_digits=3):
                raise ValidationError(
                    self.env._(
                        "The percentages of “%(key)s” add up to %(total)s %%, "
                        "not to 100 %%.",
                        key=version.key_id.name,
                        total=f"{total:.3f}".rstrip("0").rstrip("."),
                    )
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

    @api.model_create_multi
    def create(self, vals_list):
        versions = super().create(vals_list)
        versions._check_draft()
        return versions

    def write(self, vals):
        self._check_draft()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_draft_only(self):
        self._check_draft()

    def action_adopt(self):
        """Put the version in force, on the word of the decision it names."""
        for version in self.filtered(lambda v: v.state == "draft"):
            if not version.decision_ref:
                raise UserError(
                    self.env._(
                        "Name the decision that adopts “%(key)s” before adopting it.",
                        key=version.key_id.name,
                    )
                )
            version.write(
                {
                    "state": "adopted",
                    "adopted_on": fields.Date.context_today(self),
                    "adopted_by_id": self.env.uid,
                }
            )

    def _check_draft(self):
        adopted = self.filtered(lambda v: v.state == "adopted")[:1]
        if adopted:
            raise UserError(
                self.env._(
                    "“%(version)s” was adopted and never changes; "
                    "make a new version with a later date.",
                    version=adopted.display_name,
                )
            )

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
