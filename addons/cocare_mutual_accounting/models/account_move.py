from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools.misc import format_date

#: In the context of whoever may write recharges: an object of this process, which a
#: remote call cannot send.
RECHARGING = object()

#: what ties a document to a recharge
TIES = {"cocare_recharge_id", "cocare_credit_id"}


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
    cocare_credit_id = fields.Many2one(
        "cocare.recharge.credit",
        string="Credit note of a recharge",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
    )

    _recharge_side_once = models.UniqueIndex(
        "(cocare_recharge_id, move_type)"
        " WHERE cocare_recharge_id IS NOT NULL AND cocare_credit_id IS NULL",
        "This recharge already has its document in these books.",
    )
    _credit_side_once = models.UniqueIndex(
        "(cocare_credit_id, move_type) WHERE cocare_credit_id IS NOT NULL",
        "This credit note already has its document in these books.",
    )

    @api.model_create_multi
    def create(self, vals_list):
        if any(vals.get(tie) for vals in vals_list for tie in TIES):
            self._check_recharging()
        return super().create(vals_list)

    def write(self, vals):
        if vals.keys() & TIES:
            self._check_recharging()
        return super().write(vals)

    def _post(self, soft=True):
        self._check_firm_has_not_left()
        return super()._post(soft)

    def button_draft(self):
        self._check_not_recharge()
        return super().button_draft()

    def button_cancel(self):
        self._check_not_recharge()
        return super().button_cancel()

    def _reverse_moves(self, default_values_list=None, cancel=False):
        if self.env.context.get("cocare_recharging") is not RECHARGING:
            self._check_not_recharge()
        return super()._reverse_moves(default_values_list, cancel)

    def _check_recharging(self):
        if self.env.context.get("cocare_recharging") is not RECHARGING:
            raise UserError(
                self.env._("Only an allocation run ties documents to a recharge.")
            )

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

    def _check_firm_has_not_left(self):
        left = self.company_id.filtered("cocare_left_on")[:1]
        if left:
            raise UserError(
                self.env._(
                    "%(firm)s left the network on %(date)s: its books are closed.",
                    firm=left.name,
                    date=format_date(self.env, left.cocare_left_on),
                )
            )
