from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from ..allocation import to_cents


class CocareRechargeCredit(models.Model):
    """A credit note of a recharge, whole or in part, in both books at once.

    What it takes off goes back to the cost pools: the next run shares it.
    """

    _name = "cocare.recharge.credit"
    _description = "Credit note of a recharge"
    _order = "id desc"

    recharge_id = fields.Many2one(
        "cocare.recharge", required=True, index=True, ondelete="restrict"
    )
    operator_id = fields.Many2one(
        related="recharge_id.operator_id", store=True, index=True
    )
    company_id = fields.Many2one(
        related="recharge_id.company_id", store=True, index=True, string="Firm"
    )
    currency_id = fields.Many2one(related="operator_id.currency_id")
    reason = fields.Char(required=True)
    state = fields.Selection(
        [("draft", "Draft"), ("posted", "Posted")],
        required=True,
        default="draft",
        readonly=True,
        copy=False,
    )
    line_ids = fields.One2many("cocare.recharge.credit.line", "credit_id")
    amount_untaxed = fields.Monetary(compute="_compute_amount_untaxed", store=True)
    invoice_credit_id = fields.Many2one(
        "account.move",
        string="Operator's credit note",
        readonly=True,
        index="btree_not_null",
    )
    bill_credit_id = fields.Many2one(
        "account.move",
        string="Firm's credit note",
        readonly=True,
        index="btree_not_null",
    )

    @api.depends("recharge_id")
    def _compute_display_name(self):
        for credit in self:
            credit.display_name = self.env._(
                "Credit of %(recharge)s", recharge=credit.recharge_id.display_name
            )

    @api.depends("line_ids.amount")
    def _compute_amount_untaxed(self):
        for credit in self:
            credit.amount_untaxed = sum(credit.line_ids.mapped("amount"))

    @api.constrains("line_ids")
    def _check_shares(self):
        for credit in self:
            other = credit.line_ids.share_id - credit.recharge_id.run_id._shares_of(
                credit.company_id
            )
            if other:
                raise ValidationError(
                    self.env._(
                        "“%(share)s” is no line of this recharge.",
                        share=other[0].display_name,
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            if vals.keys() & {"state", "invoice_credit_id", "bill_credit_id"}:
                raise UserError(self.env._("A credit note starts as a draft."))
        return super().create(vals_list)

    def write(self, vals):
        # The form does not offer the others; a remote call could still send them.
        if vals.keys() - {"reason", "line_ids"}:
            raise UserError(self.env._("A credit note is posted by its button."))
        self._check_draft()
        return super().write(vals)

    def _step(self, vals):
        """What posting writes, and nobody types."""
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_draft_only(self):
        self._check_draft()

    def _check_draft(self):
        if self.filtered(lambda credit: credit.state != "draft"):
            raise UserError(self.env._("A posted credit note never changes."))

    def action_post(self):
        """Post the credit note in both books; the accountant's right on the run."""
        self.check_access("write")
        for credit in self:
            credit._check_draft()
            credit.recharge_id.run_id._check_state("posted")
        self._post()

    def _post(self):
        """Create, post and match the credit notes of both books.

        Runs as superuser, as recharges do: both books move together.
        """
        credits_ = self.sudo()
        # Writing the state first serialises two clicks, as a run does; two credit
        # notes of the same line meet where they write what it was credited.
        credits_._step({"state": "posted"})
        credits_.flush_recordset(["state"])
        for credit in credits_:
            credit._check_amounts()
        date = credits_._date()
        recharges = credits_.recharge_id
        recharges._check_locks(date)
        moves = recharges._moves().with_context(move_reverse_cancel=True)
        builder = moves.env["cocare.move.builder"]
        accounts = recharges._accounts()
        notes = builder._create_and_post(
            [credit._prepare_invoice(date, accounts) for credit in credits_]
        )
        bills = builder._create_and_post(
            [
                credit._prepare_bill(note, date, accounts)
                for credit, note in zip(credits_, notes, strict=True)
            ]
        )
        for credit, note, bill in zip(credits_, notes, bills, strict=True):
            credit.recharge_id._check_mirror(note, bill)
            credit._step({"invoice_credit_id": note.id, "bill_credit_id": bill.id})
            for line in credit.line_ids:
                line.share_id.credited += line.amount

    def _date(self):
        """Today, or later where a document credited is of a later day."""
        today = fields.Date.context_today(self)
        return max([today, *self.recharge_id.invoice_id.mapped("invoice_date")])

    def _amounts(self):
        """What the documents say, as what the operator would be owed: cents below 0
        for what the firm gets back.

        :return: list of (``cocare.allocation.share``, cents)
        """
        self.ensure_one()
        lines = self.line_ids.filtered(lambda line: to_cents(line.amount))
        return [(line.share_id, -to_cents(line.amount)) for line in lines]

    def _check_amounts(self):
        """Nothing is credited that was not invoiced, and nothing twice."""
        left = {
            share: to_cents(amount)
            for share, amount in self.recharge_id._left_to_credit()
        }
        if not self._amounts():
            raise UserError(self.env._("Write what is credited."))
        for share, cents in self._amounts():
            rest = left.get(share, 0)
            if not min(0, rest) <= -cents <= max(0, rest):
                raise UserError(
                    self.env._(
                        "%(service)s: no more than %(left)s is left to credit.",
                        service=share.display_name,
                        left=share.currency_id.format(rest / 100),
                    )
                )

    def _prepare_invoice(self, date, accounts):
        recharge = self.recharge_id
        ref = self._describe(recharge.invoice_id)
        values = recharge._prepare_invoice(self._amounts(), date, accounts, ref=ref)
        return {**values, **self._ties(recharge.invoice_id, values["move_type"])}

    def _prepare_bill(self, note, date, accounts):
        recharge = self.recharge_id
        values = recharge._prepare_bill(note, self._amounts(), date, accounts)
        return {**values, **self._ties(recharge.bill_id, values["move_type"])}

    def _ties(self, move, move_type):
        """What ties a credit note to what it credits, when it is of the other kind.

        Where a recharge was itself a credit note, or its lines have both signs, a part
        may be of the same kind: it is tied to the recharge only.
        """
        ties = {"cocare_credit_id": self.id}
        if move.move_type != move_type:
            ties["reversed_entry_id"] = move.id
        return ties

    def _describe(self, invoice):
        lang = self.company_id.partner_id.lang
        return self.with_context(lang=lang).env._(
            "Credit of %(invoice)s: %(reason)s",
            invoice=invoice.name,
            reason=self.reason,
        )
