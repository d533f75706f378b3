from odoo import fields, models
from odoo.exceptions import UserError


class AccountMove(models.Model):
    _inherit = "account.move"

    cocare_fec_import_id = fields.Many2one(
        "cocare.fec.import",
        string="Taken over from",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
        check_company=True,
    )
    cocare_recharge_id = fields.Many2one(
        "cocare.recharge",
        string="Recharge",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
    )

    _recharge_side_once = models.UniqueIndex(
        "(cocare_recharge_id, move_type) WHERE cocare_recharge_id IS NOT NULL",
        "This recharge already has its document in these books.",
    )

    def button_draft(self):
        self._check_not_recharge()
        return super().button_draft()

    def button_cancel(self):
        self._check_not_recharge()
        return super().button_cancel()

    def _reverse_moves(self, default_values_list=None, cancel=False):
        if not self.env.context.get("cocare_recharging"):
            self._check_not_recharge()
        return super()._reverse_moves(default_values_list, cancel)

    def _check_not_recharge(self):
        """One side of a recharge never moves without the other."""
        move = self.filtered("cocare_recharge_id")[:1]
        if move:
            raise UserError(
                self.env._(
                    "%(move)s is one side of a recharge: undo it from the allocation "
                    "run, which credits the invoice and its mirror bill together.",
                    move=move.name,
                )
            )
