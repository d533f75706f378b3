from odoo import fields, models

FAMILIES = [
    ("vat", "VAT"),
    ("profit", "Tax on profit"),
    ("local", "Local taxes"),
    ("social", "Payroll"),
    ("fees", "Fees paid"),
    ("accounts", "Annual accounts"),
]


class CocareRegime(models.Model):
    """A way of declaring or paying: what a firm is under decides what it has to do."""

    _name = "cocare.regime"
    _inherit = "cocare.dated.parameter.mixin"
    _description = "Regime"
    _order = "family, sequence, id"

    name = fields.Char(required=True, translate=True)
    family = fields.Selection(FAMILIES, required=True)
    sequence = fields.Integer(default=10)
    rule_ids = fields.One2many("cocare.obligation.rule", "regime_id", string="Rules")
    limit_ids = fields.One2many("cocare.regime.limit", "regime_id", string="Limits")
