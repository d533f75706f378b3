from odoo import fields, models


class CocareNetwork(models.Model):
    """What closing a month locks in the books of firms."""

    # One idea a file.
    _inherit = "cocare.network"  # pylint: disable=consider-merging-classes-inherited

    closing_month_lock = fields.Selection(
        [
            ("none", "VAT returns only"),
            ("sale_purchase", "Sales and purchases"),
            ("fiscalyear", "All journals"),
        ],
        string="A closed month locks",
        required=True,
        default="sale_purchase",
        help="What is locked besides VAT, which is once its return is filed. All "
        "journals stay open until the year is closed otherwise.",
    )
