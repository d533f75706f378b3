from odoo import fields, models

from ..allocation import to_cents
from ..obligation_dates import standing

MEASURES = [
    ("turnover_goods", "Turnover, goods"),
    ("turnover_services", "Turnover, services"),
    ("turnover", "Turnover"),
    ("vat", "VAT of the year"),
]


class CocareRegimeLimit(models.Model):
    """Up to which figure a firm may be under a regime, from a day to a day."""

    _name = "cocare.regime.limit"
    _inherit = "cocare.dated.parameter.mixin"
    _description = "Limit of a regime"
    _order = "regime_id, measure, valid_from desc"

    regime_id = fields.Many2one(
        "cocare.regime", required=True, index=True, ondelete="cascade"
    )
    measure = fields.Selection(MEASURES, string="What is measured", required=True)
    currency_id = fields.Many2one(
        "res.currency", required=True, default=lambda self: self.env.ref("base.EUR")
    )
    entry = fields.Monetary(string="Up to", required=True)
    leaving = fields.Monetary(
        string="Left at once above", help="Within the year. Zero: the same amount."
    )

    def _standing(self, cents):
        """Where a figure stands beside the limit, see ``obligation_dates.standing``."""
        self.ensure_one()
        return standing(cents, to_cents(self.entry), to_cents(self.leaving))
