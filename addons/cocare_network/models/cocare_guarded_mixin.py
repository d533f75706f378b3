from odoo import models


class CocareGuardedMixin(models.AbstractModel):
    """A record stays within the firms of whoever writes it.

    Odoo checks record rules on what a record *was* before a write. Without this,
    somebody could move a record of theirs into a firm they have no right to.
    """

    _name = "cocare.guarded.mixin"
    _description = "Stays within the firms of whoever writes it"

    def write(self, vals):
        result = super().write(vals)
        self.check_access("write")
        return result
