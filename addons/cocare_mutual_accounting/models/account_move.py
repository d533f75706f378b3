from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools.misc import format_date

#: In the context of whoever may write recharges: an object of this process, which a
#: remote call cannot send.
RECHARGING = object()
#: The same for whoever may write the entries of a clearing.
CLEARING = object()

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
    cocare_fec_valid_date = fields.Date(
        string="Final since",
        readonly=True,
        copy=False,
        help="When the entry became final in the software that it was taken over from.",
    )
    cocare_fec_piece_date = fields.Date(
        string="Date of the voucher", readonly=True, copy=False
    )
    cocare_fec_key = fields.Char(
        readonly=True,
        copy=False,
        export_string_translation=False,
        help="What the entry is known by in the ledger files of the firm: exercise, "
        "journal and number. The same entry is not taken over twice.",
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

    cocare_clearing_id = fields.Many2one(
        "cocare.clearing",
        string="Clearing",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
    )

    _cocare_draft_idx = models.Index("(company_id, date) WHERE state = 'draft'")
    _fec_entry_once = models.UniqueIndex(
        "(company_id, cocare_fec_key) WHERE cocare_fec_key IS NOT NULL",
        "This entry of a ledger file has already been taken over.",
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
        if any(vals.get("cocare_clearing_id") for vals in vals_list):
            self._check_clearing()
        return super().create(vals_list)

    def write(self, vals):
        if vals.keys() & TIES:
            self._check_recharging()
        if "cocare_clearing_id" in vals:
            self._check_clearing()
        return super().write(vals)

    def _post(self, soft=True):
        self._check_firm_has_not_left()
        return super()._post(soft)

    def button_draft(self):
        self._check_not_recharge()
        self._check_not_clearing()
        self._check_not_rebilled()
        return super().button_draft()

    def button_cancel(self):
        self._check_not_recharge()
        self._check_not_clearing()
        self._check_not_rebilled()
        return super().button_cancel()

    def _reverse_moves(self, default_values_list=None, cancel=False):
        if self.env.context.get("cocare_recharging") is not RECHARGING:
            self._check_not_recharge()
        if self.env.context.get("cocare_clearing") is not CLEARING:
            self._check_not_clearing()
        return super()._reverse_moves(default_values_list, cancel)

    @api.model
    def _cocare_count(self, companies, date_from, date_to, domain=Domain.TRUE):
        """Count what people booked in the books of firms over a period.

        :param domain: which entries, all of them when left out
        :return: ``{company: int}``, firms without any left out
        """
        domain = (
            Domain(domain)
            & Domain("company_id", "in", companies.ids)
            & Domain("state", "=", "posted")
            & Domain("date", ">=", date_from)
            & Domain("date", "<=", date_to)
            # What is booked by itself is no work of the bookkeepers.
            & Domain("cocare_recharge_id", "=", False)
            & Domain("tax_cash_basis_origin_move_id", "=", False)
        )
        return dict(self._read_group(domain, ["company_id"], ["__count"]))

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

    def _check_clearing(self):
        if self.env.context.get("cocare_clearing") is not CLEARING:
            raise UserError(self.env._("Only a clearing ties entries to it."))

    def _check_not_clearing(self):
        """The entry of one firm never moves without those of the others."""
        move = self.filtered("cocare_clearing_id")[:1]
        if move:
            raise UserError(
                self.env._(
                    "%(move)s is a part of a clearing between firms: undo it from the "
                    "clearing, which reverses the entries of all of them together.",
                    move=move.name,
                )
            )

    def action_cocare_rebill(self):
        """Open what is re-billed of an entry of the operator, to add to it."""
        self.ensure_one()
        network = self.env["cocare.network"].search(
            [("operator_id", "=", self.company_id.id)]
        )
        if not network or self.state != "posted":
            raise UserError(
                self.env._("Only posted entries of the operator are re-billed.")
            )
        costs = self.line_ids.filtered(
            lambda item: item.display_type == "product" and item.balance > 0
        )
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "cocare_mutual_accounting.cocare_rebilling_action"
        )
        return {
            **action,
            "domain": [("item_id.move_id", "=", self.id)],
            "context": {
                "default_network_id": network.id,
                "default_item_id": costs[:1].id,
                "default_name": costs[:1].name,
            },
        }

    def _check_not_rebilled(self):
        """What firms are charged for stays as they were shown it.

        Runs as superuser: re-billings are the operator's desk's.
        """
        rebilling = (
            self.env["cocare.rebilling"]
            .sudo()
            .search(
                [("item_id.move_id", "in", self.ids), ("state", "!=", "draft")], limit=1
            )
        )
        if rebilling:
            raise UserError(
                self.env._(
                    "%(move)s is re-billed (“%(rebilling)s”): put that back to draft "
                    "first, or credit it.",
                    move=rebilling.move_id.name,
                    rebilling=rebilling.name,
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
