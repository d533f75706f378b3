from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command

TEMPLATE_SETTINGS = (
    "fiscalyear_last_day",
    "fiscalyear_last_month",
    # Both books must round VAT alike, or a mirror bill is a cent off.
    "tax_calculation_rounding_method",
)

#: first digits of the account of the clearing, a part of 467 (sundry debtors/creditors)
CLEARING_ACCOUNT = "4678"
CLEARING_JOURNAL = "COMP"
#: VAT statuses of an operator whose services carry VAT
CHARGING = ("taxable", "mixed")


class ResCompany(models.Model):
    _inherit = "res.company"

    cocare_recharge_sale_journal_id = fields.Many2one(
        "account.journal",
        string="Journal of recharges issued",
        domain="[('type', '=', 'sale')]",
        check_company=True,
        copy=False,
    )
    cocare_recharge_purchase_journal_id = fields.Many2one(
        "account.journal",
        string="Journal of recharges received",
        domain="[('type', '=', 'purchase')]",
        check_company=True,
        copy=False,
    )
    cocare_recharge_sale_tax_id = fields.Many2one(
        "account.tax",
        string="VAT on recharges issued",
        domain="[('type_tax_use', '=', 'sale')]",
        check_company=True,
        copy=False,
        help="Services are taxed when they are paid (art. 269-2-c CGI).",
    )
    cocare_recharge_purchase_tax_id = fields.Many2one(
        "account.tax",
        string="VAT on recharges received",
        domain="[('type_tax_use', '=', 'purchase')]",
        check_company=True,
        copy=False,
    )

    cocare_clearing_journal_id = fields.Many2one(
        "account.journal",
        string="Journal of the clearing",
        domain="[('type', '=', 'general')]",
        check_company=True,
        copy=False,
        help="Its default account holds what the firm has to receive or to pay once "
        "its debts with the other firms are cleared.",
    )

    def _cocare_apply_template(self, template):
        if template.chart_template and not self.chart_template:
            self._cocare_take_chart(template)
        result = super()._cocare_apply_template(template)
        self._cocare_set_up_recharges()
        return result

    def _cocare_take_chart(self, template):
        """Load the chart of accounts of another company, with its fiscal year."""
        self._cocare_load_chart(template.chart_template)
        self.sudo().write({name: template[name] for name in TEMPLATE_SETTINGS})

    def _cocare_has_accounts(self):
        """Whether the company has accounts or journals, of a chart or of its own."""
        self.ensure_one()
        return any(
            self.env[model]
            .sudo()
            .with_context(active_test=False)
            .search_count([(owner, "in", self.ids)], limit=1)
            for model, owner in (
                ("account.account", "company_ids"),
                ("account.journal", "company_id"),
            )
        )

    def _cocare_settings_to_copy(self):
        journals = self.env["account.journal"].search([("company_id", "=", self.id)])
        settings = [
            *super()._cocare_settings_to_copy(),
            self.chart_template,
            *(self[name] for name in TEMPLATE_SETTINGS),
            *((j.code, j.name, j.type) for j in journals),
        ]
        if not self._existing_accounting():
            settings += self._cocare_setup_marks()
        return settings

    def _cocare_setup_marks(self):
        """What changes whenever a record that a new firm copies does.

        :return: list of (model, how many, last one, last change)
        """
        marks = []
        for kind in self.env["cocare.firm.completer"]._kinds():
            Model = self.env[kind.model].sudo().with_context(active_test=False)
            owner = "company_ids" if "company_ids" in Model._fields else "company_id"
            marks.append(
                (
                    kind.model,
                    *Model._read_group(
                        [(owner, "in", self.ids)],
                        [],
                        ["__count", "id:max", "write_date:max"],
                    )[0],
                )
            )
        return marks

    def _cocare_load_chart(self, code):
        """Load a chart of accounts.

        Runs as superuser: Odoo reserves it to administrators, and whoever gets here
        was allowed to bring the firm in. ``_load`` and not ``try_loading``: the latter
        warns when an addon that is being installed creates companies.
        """
        self.env["account.chart.template"].sudo()._load(code, self, install_demo=False)

    def _cocare_set_up_recharges(self):
        """Journals and taxes of what firms owe each other. Safe to repeat."""
        self.ensure_one()
        if not self.chart_template:
            return
        self = self.with_context(lang=self.partner_id.lang or self.env.lang)
        chart = self.env["account.chart.template"].sudo().with_company(self)
        values = {}
        for side, name in (
            ("sale", self.env._("Recharges issued")),
            ("purchase", self.env._("Recharges received")),
        ):
            if not self[f"cocare_recharge_{side}_journal_id"]:
                journal = self._cocare_recharge_journal(side, name)
                values[f"cocare_recharge_{side}_journal_id"] = journal.id
        for side, xmlid in (
            ("sale", "tva_normale_encaissement"),
            ("purchase", "tva_acq_encaissement"),
        ):
            tax = chart.ref(xmlid, raise_if_not_found=False)
            if tax and not self[f"cocare_recharge_{side}_tax_id"]:
                values[f"cocare_recharge_{side}_tax_id"] = tax.id
        self.sudo().write(values)
        self._cocare_set_up_clearing()

    def _cocare_set_up_clearing(self):
        """Journal and account of the clearing between firms. Safe to repeat."""
        self.ensure_one()
        if not self.chart_template or self.cocare_clearing_journal_id:
            return
        self = self.with_context(lang=self.partner_id.lang or self.env.lang)
        Journal = self.env["account.journal"].sudo().with_company(self)
        journal = Journal.with_context(active_test=False).search(
            [("company_id", "=", self.id), ("code", "=", CLEARING_JOURNAL)]
        )
        self.sudo().cocare_clearing_journal_id = journal or Journal.create(
            {
                "name": self.env._("Clearing between firms"),
                "code": CLEARING_JOURNAL,
                "type": "general",
                "company_id": self.id,
                "default_account_id": self._cocare_make_clearing_account().id,
            }
        )

    def _cocare_make_clearing_account(self):
        """The account of the clearing, made if the firm has none.

        Of type payable, so that a transfer settles it like a bill, and not of trade, so
        that it is no supplier's in the reports.
        """
        Account = self.env["account.account"].sudo().with_company(self)
        found = Account.search(
            [
                ("code", "=like", f"{CLEARING_ACCOUNT}%"),
                ("company_ids", "in", self.ids),
                ("account_type", "=", "liability_payable"),
            ],
            order="code",
            limit=1,
        )
        return found or Account.create(
            {
                "name": self.env._("Clearing between firms of the network"),
                "code": Account._search_new_account_code(f"{CLEARING_ACCOUNT}00"),
                "account_type": "liability_payable",
                "non_trade": True,
                "reconcile": True,
                "company_ids": [Command.set(self.ids)],
            }
        )

    def _cocare_clearing_account(self):
        """The account that holds the firm's position, empty when it has none."""
        return self.sudo().cocare_clearing_journal_id.default_account_id

    def _cocare_transfer_journal(self):
        """The bank journal that a firm pays and is paid by: its first with an IBAN."""
        self.ensure_one()
        journals = (
            self.env["account.journal"]
            .sudo()
            .search([("company_id", "=", self.id), ("type", "=", "bank")])
        )
        return journals.filtered(lambda j: j.bank_account_id.acc_type == "iban")[:1]

    def _cocare_transfer_method(self):
        """SEPA transfers of that journal, made selectable if they are not there yet."""
        journal = self._cocare_transfer_journal()
        method = self.env.ref(
            "account_payment_sepa_credit_transfer.sepa_credit_transfer"
        )
        found = journal.outbound_payment_method_line_ids.filtered(
            lambda line: line.payment_method_id == method and line.payment_order_ok
        )[:1]
        return found or self.env["account.payment.method.line"].sudo().create(
            {
                "name": self.env._("SEPA transfer"),
                "company_id": self.id,
                "journal_id": journal.id,
                "payment_method_id": method.id,
                "selectable": True,
            }
        )

    def _cocare_recharge_journal(self, side, name):
        code = {"sale": "RFAC", "purchase": "RREC"}[side]
        Journal = self.env["account.journal"].sudo().with_company(self)
        journal = Journal.with_context(active_test=False).search(
            [("company_id", "=", self.id), ("code", "=", code)]
        )
        return journal or Journal.create(
            {"name": name, "code": code, "type": side, "company_id": self.id}
        )

    def _cocare_open_bank_account(self, iban):
        """The bank journal of the firm is opened on its account.

        The first bank journal without account takes it; there is a new one when all of
        them have theirs.
        """
        account = super()._cocare_open_bank_account(iban)
        Journal = self.env["account.journal"].with_company(self)
        journals = Journal.search(
            [("company_id", "=", self.id), ("type", "=", "bank")], order="sequence, id"
        )
        if not self.chart_template or account in journals.bank_account_id:
            return account
        free = journals.filtered(lambda journal: not journal.bank_account_id)[:1]
        if free:
            free.bank_account_id = account
        else:
            Journal.create(
                {
                    "name": self.env._("Bank"),
                    "type": "bank",
                    "company_id": self.id,
                    "bank_account_id": account.id,
                }
            )
        return account

    def _cocare_account(self, code_prefix):
        """The account of this firm with the lowest code that starts so.

        :param str code_prefix: digits of the French chart, e.g. ``6226``
        :raise UserError: the firm has no such account
        """
        self.ensure_one()
        return self._cocare_accounts({code_prefix})[self, code_prefix]

    def _cocare_accounts(self, code_prefixes):
        """The account of each firm with the lowest code that starts so, in one query.

        :param code_prefixes: digits of the French chart, see ``_cocare_account``
        :return: ``{(company, prefix): account}``
        :raise UserError: a firm lacks one of them
        """
        Account = self.env["account.account"]
        Account.flush_model(["active", "code_store", "company_ids"])
        # A code is kept by company, which the ORM reads for one company at a time.
        self.env.cr.execute(
            """
            WITH chart AS MATERIALIZED (
                SELECT company.id AS company_id, account.id,
                       account.code_store->>split_part(company.parent_path, '/', 1)
                           AS code
                  FROM res_company company
                  JOIN account_account_res_company_rel link
                    ON link.res_company_id = company.id
                  JOIN account_account account
                    ON account.id = link.account_account_id AND account.active
                 WHERE company.id = ANY(%s)
            )
            SELECT DISTINCT ON (company_id, prefix) company_id, prefix, id
              FROM chart JOIN unnest(%s) prefix ON starts_with(code, prefix)
             ORDER BY company_id, prefix, code
            """,
            [self.ids, list(code_prefixes)],
        )
        found = {(owner, prefix): id_ for owner, prefix, id_ in self.env.cr.fetchall()}
        for company in self:
            for prefix in code_prefixes:
                if (company.id, prefix) not in found:
                    raise UserError(
                        self.env._(
                            "%(firm)s has no account that starts with %(code)s.",
                            firm=company.name,
                            code=prefix,
                        )
                    )
        accounts = {account.id: account for account in Account.browse(found.values())}
        return {
            (company, prefix): accounts[found[company.id, prefix]]
            for company in self
            for prefix in code_prefixes
        }

    def _cocare_latest_month(self):
        today = super()._cocare_latest_month()
        return self.env["cocare.firm.month"]._latest(self, today) or today

    def _cocare_dashboard(self, month):
        shares = self.env["cocare.allocation.share"].search(
            [
                ("company_id", "=", self.id),
                ("date_from", "=", month),
                ("kind", "=", "month"),
                ("state", "=", "posted"),
            ]
        )
        return {
            **super()._cocare_dashboard(month),
            "shares": shares.sorted("invoiced", reverse=True),
        }

    @api.model_create_multi
    def create(self, vals_list):
        companies = super().create(vals_list)
        for company in companies.filtered("cocare_network_id"):
            company._cocare_set_up_recharges()
        return companies

    def write(self, vals):
        status = vals.get("cocare_vat_status")
        Period = self.env["cocare.vat.period"].sudo()
        today = fields.Date.context_today(self)
        if status:
            for company in self.filtered(
                lambda c: c.cocare_network_id and c.cocare_vat_status != status
            ):
                Period._open(company, today)
        result = super().write(vals)
        if status:
            for company in self:
                if company._cocare_vat_status_on(today) != status:
                    Period._record(
                        company,
                        {
                            "valid_from": today,
                            "status": status,
                            "source": self.env._(
                                "Written on the company by %(user)s",
                                user=self.env.user.name,
                            ),
                        },
                    )
        return result

    def _cocare_vat_period_on(self, date):
        """The period that tells the VAT status of a day.

        Before the first one that was recorded, the first one counts.

        :return: ``cocare.vat.period``, empty when the status never changed
        """
        self.ensure_one()
        periods = self.env["cocare.vat.period"].sudo()._of(self)
        return periods.filtered(lambda p: p.valid_from <= date)[:1] or periods[-1:]

    def _cocare_vat_status_on(self, date):
        """The VAT status of a day, a key of ``VAT_STATUSES``."""
        period = self._cocare_vat_period_on(date)
        return period.status or self.sudo().cocare_vat_status

    def _cocare_vat_recovered_on(self, date):
        """Percent of the VAT of a bill that the firm recovers on a day.

        A partly taxable firm recovers what was set for the year of the day, nothing
        when nothing was: VAT that was not deducted can be later, with the final
        coefficient; VAT deducted by guess is owed.

        :rtype: int
        """
        period = self._cocare_vat_period_on(date)
        status = period.status or self.sudo().cocare_vat_status
        if status == "mixed" and period._is_of_year(date):
            return period.recovery_percent
        return 100 if status == "taxable" else 0

    def _cocare_misses_recovery_on(self, date):
        """Tell whether a partly taxable firm has no percentage for a day's year."""
        period = self._cocare_vat_period_on(date)
        status = period.status or self.sudo().cocare_vat_status
        return status == "mixed" and not period._is_of_year(date)

    def _cocare_exempt_tax(self):
        """The chart's tax for services that are exempt, empty where there is none."""
        self.ensure_one()
        chart = self.env["account.chart.template"].sudo().with_company(self)
        tax = chart.ref("tva_sale_service_0", raise_if_not_found=False)
        return tax or self.env["account.tax"]
