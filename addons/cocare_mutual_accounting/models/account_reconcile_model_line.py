from odoo import api, models


class AccountReconcileModelLine(models.Model):
    """A line changed for itself changes its rule, in all firms that share it."""

    _inherit = "account.reconcile.model.line"

    @api.model_create_multi
    def create(self, vals_list):
        lines = super().create(vals_list)
        lines.model_id._cocare_check_own()
        lines._cocare_share_rules()
        return lines

    def write(self, vals):
        self.model_id._cocare_check_own()
        result = super().write(vals)
        self._cocare_share_rules()
        return result

    def unlink(self):
        rules = self.model_id
        result = super().unlink()
        if not self.env.context.get("cocare_share_later"):
            rules.exists()._cocare_share()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_shared(self):
        self.model_id._cocare_check_own()

    def _cocare_share_rules(self):
        """Unless the rule is being written, which shares it once it is whole."""
        if not self.env.context.get("cocare_share_later"):
            self.model_id._cocare_share()
