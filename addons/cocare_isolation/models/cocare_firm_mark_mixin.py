from odoo import SUPERUSER_ID, api, fields, models
from odoo.exceptions import AccessError


class CocareFirmMarkMixin(models.AbstractModel):
    """What people write for themselves and Odoo would show to every firm.

    The record belongs to the firm it was made in. What the system itself makes, such as
    the data of a module, belongs to none and is shared.
    """

    _name = "cocare.firm.mark.mixin"
    _description = "Record Marked with its Firm"

    cocare_company_id = fields.Many2one(
        "res.company",
        string="Firm",
        index="btree_not_null",
        ondelete="cascade",
        default=lambda self: (
            False if self.env.uid == SUPERUSER_ID else self.env.company
        ),
        help="Who works in this firm sees it. Empty: shared by all firms.",
    )

    @api.model_create_multi
    def create(self, vals_list):
        records = super().create(vals_list)
        records._check_firm_is_mine()
        return records

    def write(self, vals):
        result = super().write(vals)
        if "cocare_company_id" in vals:
            self._check_firm_is_mine()
        return result

    def _check_firm_is_mine(self):
        """Refuse to write to other firms: one's own records are open to their author.

        No constraint: those run as superuser, for whom every firm is theirs.
        """
        if self.env.su:
            return
        if self.sudo().cocare_company_id - self.env.user.company_ids:
            raise AccessError(
                self.env._("You can only give a record to a firm that you work for.")
            )
