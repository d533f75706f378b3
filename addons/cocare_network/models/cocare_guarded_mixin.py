from odoo import api, models
from odoo.exceptions import UserError
from odoo.tools.misc import format_date


class CocareGuardedMixin(models.AbstractModel):
    """A record stays within the firms of its writer, and rests when its firm left.

    Odoo checks record rules on what a record *was* before a write. Without this,
    somebody could move a record of theirs into a firm they have no right to.

    What a firm leaves behind stays readable for ten years and as it was: nothing of it
    is added, changed or deleted, by nobody.
    """

    _name = "cocare.guarded.mixin"
    _description = "Stays within the firms of whoever writes it"

    @api.model_create_multi
    def create(self, vals_list):
        records = super().create(vals_list)
        records._check_firm_has_not_left()
        return records

    def write(self, vals):
        self._check_firm_has_not_left()
        result = super().write(vals)
        self.check_access("write")
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_firm_has_not_left(self):
        self._check_firm_has_not_left()

    def _check_firm_has_not_left(self):
        if "company_id" not in self._fields:
            return
        left = self.sudo().company_id.filtered("cocare_left_on")[:1]
        if left:
            raise UserError(
                self.env._(
                    "%(firm)s left the network on %(date)s: what it left behind stays "
                    "as it was.",
                    firm=left.name,
                    date=format_date(self.env, left.cocare_left_on),
                )
            )
