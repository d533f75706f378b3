from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tools.misc import format_date, formatLang

from ..allocation import to_cents
from .account_move import RECHARGING


class CocareRecharge(models.Model):
    """What one firm is recharged for a month: an invoice and its mirror bill.

    The only place that writes in two companies' books. It runs as superuser, in one
    transaction: recharging is the operator's right under the agreements, and a bill
    without its invoice must not exist even for an accountant who keeps only one side.
    """

    _name = "cocare.recharge"
    _description = "Recharge of a firm"
    _order = "run_id desc, company_id"
    _check_company_auto = True

    run_id = fields.Many2one(
        "cocare.allocation.run", required=True, index=True, ondelete="restrict"
    )
    date_from = fields.Date(related="run_id.date_from", store=True, string="Month")
    state = fields.Selection(related="run_id.state", store=True)
    operator_id = fields.Many2one(related="run_id.operator_id", store=True, index=True)
    company_id = fields.Many2one(
        "res.company", string="Firm", required=True, index=True
    )
    currency_id = fields.Many2one(related="operator_id.currency_id")
    invoice_id = fields.Many2one("account.move", readonly=True, index="btree_not_null")
    bill_id = fields.Many2one("account.move", readonly=True, index="btree_not_null")
    invoice_credit_id = fields.Many2one(
        "account.move", readonly=True, index="btree_not_null"
    )
    bill_credit_id = fields.Many2one(
        "account.move", readonly=True, index="btree_not_null"
    )
    amount_untaxed = fields.Monetary(readonly=True)
    amount_total = fields.Monetary(readonly=True)

    _firm_once = models.UniqueIndex(
        "(run_id, company_id)", "A firm is recharged once in a run."
    )

    @api.depends("run_id", "company_id")
    def _compute_display_name(self):
        # either end may be a firm that is not ticked
        for recharge in self:
            known = recharge.sudo()
            recharge.display_name = (
                f"{known.company_id.name}, {known.run_id.display_name}"
            )

    def _create_for_run(self, run):
        """One recharge for every firm that owes something; none for the operator.

        :param run: a ``cocare.allocation.run``
        """
        owed = {
            firm: totals["invoiced"]
            for firm, totals in run.sudo()._totals_by_firm().items()
            if firm != run.operator_id
        }
        return self.sudo().create(
            [
                {"run_id": run.id, "company_id": firm.id}
                for firm, cents in owed.items()
                if cents
            ]
        )

    def _post(self):
        """Create and post the documents of both books."""
        recharges = self.sudo()
        recharges._check_locks(recharges.run_id.invoice_date)
        Move = self._moves()
        invoices = Move.create([r._prepare_invoice() for r in recharges])
        invoices._post(soft=False)
        for recharge, invoice in zip(recharges, invoices, strict=True):
            recharge.write(
                {
                    "invoice_id": invoice.id,
                    "amount_untaxed": abs(invoice.amount_untaxed_signed),
                    "amount_total": invoice.amount_total,
                }
            )
        bills = Move.create([r._prepare_bill() for r in recharges])
        bills._post(soft=False)
        for recharge, bill in zip(recharges, bills, strict=True):
            recharge.bill_id = bill
        recharges._check_mirror("invoice_id", "bill_id")

    def _credit(self):
        """Reverse both sides of each recharge, linked and posted."""
        recharges = self.sudo()
        today = fields.Date.context_today(self)
        date = max([today, *recharges.invoice_id.mapped("invoice_date")])
        recharges._check_locks(date)
        for side in ("invoice", "bill"):
            moves = self._moves().browse(recharges[f"{side}_id"].ids)
            credits_ = moves._reverse_moves(
                [
                    {
                        "invoice_date": date,
                        "date": date,
                        "cocare_recharge_id": recharge.id,
                        "ref": recharge[f"{side}_id"].name,
                    }
                    for recharge in recharges
                ],
                cancel=True,
            )
            for recharge, credit in zip(recharges, credits_, strict=True):
                recharge[f"{side}_credit_id"] = credit
        recharges._check_mirror("invoice_credit_id", "bill_credit_id")

    def _moves(self):
        """``account.move`` that may write in the books of every firm of the run."""
        companies = self.operator_id | self.company_id
        return (
            self.env["account.move"]
            .sudo()
            .with_context(
                allowed_company_ids=companies.ids,
                cocare_recharging=RECHARGING,
                mail_create_nolog=True,
                tracking_disable=True,
            )
        )

    def _check_locks(self, date):
        """Odoo moves a document out of a closed period silently; refuse instead."""
        for recharge in self:
            for company, side in (
                (recharge.operator_id, "sale"),
                (recharge.company_id, "purchase"),
            ):
                journal = recharge._journal(company, side)
                if company._get_violated_lock_dates(date, True, journal):
                    raise UserError(
                        self.env._(
                            "The books of %(firm)s are locked on %(date)s: choose a "
                            "later invoice date or open the period.",
                            firm=company.name,
                            date=format_date(self.env, date),
                        )
                    )

    def _journal(self, company, side):
        journal = company[f"cocare_recharge_{side}_journal_id"]
        if not journal:
            raise UserError(
                self.env._(
                    "%(firm)s has no journal for recharges: load its chart of accounts "
                    "and complete it from the template.",
                    firm=company.name,
                )
            )
        return journal

    def _invoiced_shares(self):
        """Shares that make a line of the invoice and of the bill, in their order."""
        self.ensure_one()
        return self.run_id.share_ids.filtered(
            lambda s: s.company_id == self.company_id and to_cents(s.invoiced)
        )

    def _prepare_invoice(self):
        self.ensure_one()
        operator, firm = self.operator_id, self.company_id
        shares = self._invoiced_shares()
        sign = 1 if sum(to_cents(share.invoiced) for share in shares) > 0 else -1
        values = self._prepare_move(operator, firm, "sale", sign)
        mentions = self._vat_mentions(shares)
        if mentions:
            values["narration"] = mentions
        values["invoice_line_ids"] = [
            Command.create(
                {
                    "name": self.with_context(lang=firm.partner_id.lang)._describe(
                        share
                    ),
                    "quantity": 1,
                    "price_unit": sign * share.invoiced,
                    "account_id": operator._cocare_account(
                        share.service_id.income_account_code
                    ).id,
                    "tax_ids": [Command.set(self._sale_tax(share).ids)],
                }
            )
            for share in shares
        ]
        return values

    def _describe(self, share):
        share = share.with_env(self.env)
        return self.env._(
            "%(service)s, %(month)s. Key: %(key)s, %(value)s",
            service=share.service_id.name,
            month=format_date(self.env, share.date_from, date_format="MMMM yyyy"),
            key=share.key_name,
            value=share._key_text(),
        )

    def _prepare_bill(self):
        """The mirror of the posted invoice in the firm's books."""
        self.ensure_one()
        invoice = self.invoice_id
        sign = 1 if invoice.move_type == "out_invoice" else -1
        values = self._prepare_move(self.company_id, self.operator_id, "purchase", sign)
        values["ref"] = values["payment_reference"] = invoice.name
        values["invoice_line_ids"] = [
            Command.create(line)
            for line in self._mirror_lines(invoice, self._invoiced_shares())
        ]
        return values

    def _prepare_move(self, company, partner_company, side, sign):
        direction = {"sale": "out", "purchase": "in"}[side]
        kind = "invoice" if sign > 0 else "refund"
        return {
            "move_type": f"{direction}_{kind}",
            "company_id": company.id,
            "journal_id": self._journal(company, side).id,
            "partner_id": partner_company.partner_id.id,
            "invoice_date": self.run_id.invoice_date,
            "date": self.run_id.invoice_date,
            "cocare_recharge_id": self.id,
        }

    def _check_mirror(self, sale_side, purchase_side):
        for recharge in self:
            invoice, bill = recharge[sale_side], recharge[purchase_side]
            if to_cents(invoice.amount_total) != to_cents(bill.amount_total):
                raise UserError(
                    self.env._(
                        "%(firm)s: the invoice is %(invoice)s and its mirror bill "
                        "%(bill)s. Check the taxes of the two companies.",
                        firm=recharge.company_id.name,
                        invoice=formatLang(self.env, invoice.amount_total),
                        bill=formatLang(self.env, bill.amount_total),
                    )
                )
