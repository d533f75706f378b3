from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tools.misc import format_date, formatLang

from ..allocation import from_cents, to_cents
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
    credit_ids = fields.One2many(
        "cocare.recharge.credit", "recharge_id", string="Credit notes", readonly=True
    )
    amount_untaxed = fields.Monetary(readonly=True)
    amount_total = fields.Monetary(readonly=True)
    amount_open = fields.Monetary(
        string="Left to pay", compute="_compute_amount_open", compute_sudo=True
    )

    @api.depends("run_id", "company_id")
    def _compute_display_name(self):
        # either end may be a firm that is not ticked
        for recharge in self:
            known = recharge.sudo()
            recharge.display_name = (
                f"{known.company_id.name}, {known.run_id.display_name}"
            )

    amount_due = fields.Monetary(
        string="Charged",
        compute="_compute_amount_due",
        compute_sudo=True,
        help="The invoice with its tax; before it is posted, the lines before tax.",
    )

    _firm_once = models.UniqueIndex(
        "(run_id, company_id)", "A firm is recharged once in a run."
    )

    @api.depends("amount_total", "run_id.share_ids.invoiced")
    def _compute_amount_due(self):
        for recharge in self:
            shares = recharge.run_id._shares_of(recharge.company_id)
            recharge.amount_due = (
                recharge.amount_total
                if recharge.invoice_id
                else sum(shares.mapped("invoiced"))
            )

    @api.depends("invoice_id.amount_residual_signed")
    def _compute_amount_open(self):
        for recharge in self:
            recharge.amount_open = recharge.invoice_id.amount_residual_signed

    def _for_run(self, run):
        """The recharges of a run: one for every firm with a share, none for the
        operator. Those that the firms were sent are there already.

        :param run: a ``cocare.allocation.run``
        """
        there = run.sudo().recharge_ids
        firms = run.sudo().share_ids.company_id - run.operator_id - there.company_id
        return there | self.sudo().create(
            [
                {"run_id": run.id, "company_id": firm.id}
                for firm in firms.sorted("id")
                if any(to_cents(s.full_cost) for s in run._shares_of(firm))
            ]
        )

    def _post(self):
        """Create and post the documents of both books, for the firms that owe."""
        amounts = {recharge: recharge._to_invoice() for recharge in self.sudo()}
        recharges = self.sudo().filtered(lambda r: sum(c for _s, c in amounts[r]))
        if not recharges:  # a month without cost
            return
        date = recharges.run_id.invoice_date
        recharges._check_locks(date)
        recharges._freeze_vat(date)
        builder = self._moves().env["cocare.move.builder"]
        accounts = recharges._accounts()
        invoices = builder._create_and_post(
            [r._prepare_invoice(amounts[r], date, accounts) for r in recharges]
        )
        bills = builder._create_and_post(
            [
                r._prepare_bill(invoice, amounts[r], date, accounts)
                for r, invoice in zip(recharges, invoices, strict=True)
            ]
        )
        for recharge, invoice, bill in zip(recharges, invoices, bills, strict=True):
            recharge._check_mirror(invoice, bill)
            recharge.write(
                {
                    "invoice_id": invoice.id,
                    "bill_id": bill.id,
                    "amount_untaxed": invoice.amount_untaxed_signed,
                    "amount_total": invoice.amount_total_signed,
                }
            )

    def _credit(self, reason):
        """Undo what is left of each recharge, by a credit note in each of the books.

        :param str reason: in words, on the documents
        """
        invoiced = self.sudo().filtered(lambda r: r.invoice_id and r._left_to_credit())
        if not invoiced:
            return
        Credit = self.env["cocare.recharge.credit"].sudo()
        credits_ = Credit.create(
            [
                {
                    "recharge_id": recharge.id,
                    "reason": reason,
                    "line_ids": [
                        fields.Command.create({"share_id": share.id, "amount": amount})
                        for share, amount in recharge._left_to_credit()
                    ],
                }
                for recharge in invoiced
            ]
        )
        credits_._post()

    def action_credit_part(self):
        """Open a new credit note of a part of the recharge."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Credit in part"),
            "res_model": "cocare.recharge.credit",
            "view_mode": "form",
            "context": {
                "default_recharge_id": self.id,
                "default_line_ids": [
                    fields.Command.create({"share_id": share.id, "amount": 0})
                    for share, _amount in self._left_to_credit()
                ],
            },
        }

    def _left_to_credit(self):
        """Shares that were invoiced and not credited whole, with what is left.

        :return: list of (``cocare.allocation.share``, amount)
        """
        self.ensure_one()
        left = [
            (share, from_cents(cents - to_cents(share.credited)))
            for share, cents in self._to_invoice()
        ]
        return [(share, amount) for share, amount in left if to_cents(amount)]

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
        for company, side in (
            *((operator, "sale") for operator in self.operator_id),
            *((firm, "purchase") for firm in self.company_id),
        ):
            journal = self._journal(company, side)
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

    def _to_invoice(self):
        """Shares that make a line of the invoice and of the bill, in their order.

        :return: list of (``cocare.allocation.share``, cents)
        """
        self.ensure_one()
        shares = self.run_id._shares_of(self.company_id)
        return [(s, to_cents(s.invoiced)) for s in shares if to_cents(s.invoiced)]

    def _accounts(self):
        """Accounts of the services in the books they are recharged in.

        :return: ``{(company, first digits): account}``
        """
        shares = self.run_id.share_ids
        return {
            **self.operator_id._cocare_accounts(
                set(shares.service_id.mapped("income_account_code"))
            ),
            **self.company_id._cocare_accounts(
                {share._expense_account_code() for share in shares}
            ),
        }

    def _prepare_invoice(self, amounts, date, accounts, **more):
        """Values of an invoice of the operator, or of a credit note when it owes.

        :param list amounts: (``cocare.allocation.share``, cents), not empty
        :param date date: of the document
        :param dict accounts: see ``_accounts``
        :param more: other values of the document
        :return: dict for ``account.move``
        """
        self.ensure_one()
        operator, firm = self.operator_id, self.company_id
        sign = 1 if sum(cents for _share, cents in amounts) > 0 else -1
        values = self._prepare_move(operator, firm, "sale", sign, date)
        mentions = self._vat_mentions(amounts)
        if mentions:
            values["narration"] = mentions
        worded = self.with_context(lang=firm.partner_id.lang)
        values["invoice_line_ids"] = [
            Command.create(
                {
                    "name": worded._describe(share),
                    "quantity": 1,
                    "price_unit": from_cents(sign * cents),
                    "account_id": share._income_account(accounts).id,
                    "tax_ids": [Command.set(self._sale_tax(share).ids)],
                }
            )
            for share, cents in amounts
        ]
        return {**values, **more}

    def _describe(self, share):
        share = share.with_env(self.env)
        if not share.key_name:
            return self.env._(
                "%(service)s, %(month)s: %(value)s",
                service=share.display_name,
                month=self._period(),
                value=share.key_text,
            )
        return self.env._(
            "%(service)s, %(month)s. Key: %(key)s, %(value)s",
            service=share.display_name,
            month=self._period(),
            key=share.key_name,
            value=share.key_text,
        )

    def _prepare_bill(self, invoice, amounts, date, accounts, **more):
        """Values of the mirror of a posted invoice in the firm's books.

        :param invoice: what ``_prepare_invoice`` became
        :param list amounts: what it was made from
        :param dict accounts: see ``_accounts``
        """
        self.ensure_one()
        firm = self.company_id
        sign = 1 if invoice.move_type == "out_invoice" else -1
        values = self._prepare_move(firm, self.operator_id, "purchase", sign, date)
        values["ref"] = values["payment_reference"] = invoice.name
        values["invoice_line_ids"] = [
            Command.create(line)
            for line in self._mirror_lines(invoice, amounts, accounts)
        ]
        return {**values, **more}

    def _prepare_move(self, company, partner_company, side, sign, date):
        direction = {"sale": "out", "purchase": "in"}[side]
        kind = "invoice" if sign > 0 else "refund"
        return {
            "move_type": f"{direction}_{kind}",
            "company_id": company.id,
            "journal_id": self._journal(company, side).id,
            "partner_id": partner_company.partner_id.id,
            "invoice_date": date,
            "date": date,
            "cocare_recharge_id": self.id,
        }

    def _check_mirror(self, invoice, bill):
        if to_cents(invoice.amount_total) != to_cents(bill.amount_total):
            raise UserError(
                self.env._(
                    "%(firm)s: the invoice is %(invoice)s and its mirror bill "
                    "%(bill)s. Check the taxes of the two companies.",
                    firm=self.company_id.name,
                    invoice=formatLang(self.env, invoice.amount_total),
                    bill=formatLang(self.env, bill.amount_total),
                )
            )
