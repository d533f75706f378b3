from odoo import api, fields, models
from odoo.exceptions import UserError

from .cocare_governed_mixin import DECIDED

VISIBILITIES = [
    ("own", "Each firm its own only"),
    ("median", "The median of the network"),
    ("named", "Each firm by name"),
]


class CocareTransparencyRule(models.Model):
    """Who sees a figure of the firms in a network: changes by decision only.

    An indicator without a rule is for the firm itself and the shared office. What I see
    of others is what others see of me: a rule is for all firms of the network alike.
    """

    _name = "cocare.transparency.rule"
    _inherit = "cocare.governed.mixin"
    _description = "Transparency rule"
    _order = "network_id, indicator_id"

    network_id = fields.Many2one(
        "cocare.network",
        required=True,
        index=True,
        ondelete="cascade",
        default=lambda self: self.env["cocare.network"].search([], limit=1),
    )
    indicator_id = fields.Many2one(
        "cocare.indicator", required=True, ondelete="cascade"
    )
    visibility = fields.Selection(
        VISIBILITIES,
        string="What is told of the others",
        required=True,
        default="own",
        readonly=True,
        copy=False,
    )
    since = fields.Date(
        string="Told since",
        readonly=True,
        copy=False,
        help="The first whole month after the decision took effect: earlier figures "
        "were made under another rule.",
    )
    decision_ref = fields.Char(string="Decision", readonly=True, copy=False)
    proposed = fields.Selection(
        VISIBILITIES,
        string="What it would become",
        required=True,
        default="median",
        copy=False,
    )
    proposed_from = fields.Date(
        string="From", copy=False, help="Empty: from the day of the decision."
    )

    _once = models.UniqueIndex(
        "(network_id, indicator_id)", "This indicator already has a rule."
    )

    @api.depends("indicator_id")
    def _compute_display_name(self):
        for rule in self:
            rule.display_name = self.env._(
                "Transparency: %(indicator)s", indicator=rule.indicator_id.name
            )

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            self._cocare_check_decided(vals)
        return super().create(vals_list)

    def write(self, vals):
        if {"network_id", "indicator_id"} & set(vals):
            raise UserError(
                self.env._("A rule stays with its indicator: make another one.")
            )
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_own_only(self):
        told = self.filtered(lambda rule: rule.visibility != "own")[:1]
        if told:
            raise UserError(
                self.env._(
                    "“%(rule)s” was decided: it changes by a decision only.",
                    rule=told.display_name,
                )
            )

    def action_propose(self):
        """Put to a decision what the rule would become."""
        for rule in self:
            if rule.proposed == rule.visibility:
                raise UserError(self.env._("This is the rule already."))
            rule._cocare_propose({"visibility": rule.proposed}, rule.proposed_from)

    def _cocare_governed_fields(self):
        return {"visibility", "since", "decision_ref"}

    def _cocare_apply_change(self, change):
        result = super()._cocare_apply_change(change)
        day = change.effective_date
        first = fields.Date.start_of(day, "month")
        self.with_context(cocare_decided=DECIDED).write(
            {
                "since": first if first == day else fields.Date.add(first, months=1),
                "decision_ref": change.decision_ref,
            }
        )
        self.env["cocare.indicator.group"]._publish(self.network_id)
        return result
