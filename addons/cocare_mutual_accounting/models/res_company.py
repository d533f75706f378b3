from odoo import api, fields, models
from odoo.exceptions import UserError

TEMPLATE_SETTINGS = (
    "fiscalyear_last_day",
    "fiscalyear_last_month",
    # Both books must round VAT alike, or a mirror bill is a cent off.
    "tax_calculation_rounding_method",
)


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

    def _cocare_apply_template(self, template):
        result = super()._cocare_apply_template(template)
        if template.chart_template and not self.chart_template:
            self._cocare_load_chart(template.chart_template)
            self.write({name: template[name] for name in TEMPLATE_SETTINGS})
        self._cocare_complete_journals(template)
        self._cocare_set_up_recharges()
        return result

    def _cocare_settings_to_copy(self):
        journals = self.env["account.journal"].search([("company_id", "=", self.id)])
        return [
            *super()._cocare_settings_to_copy(),
            self.chart_template,
            *(self[name] for name in TEMPLATE_SETTINGS),
            *((j.code, j.name, j.type) for j in journals),
        ]

    def _cocare_load_chart(self, code):
        """Load a chart of accounts.

        Runs as superuser: Odoo reserves it to administrators, and whoever gets here
        was allowed to bring the firm in. ``_load`` and not ``try_loading``: the latter
        warns when an addon that is being installed creates companies.
        """
        self.env["account.chart.template"].sudo()._load(code, self, install_demo=False)

    def _cocare_complete_journals(self, template):
        """Create the journals of the template company that this one lacks, by code."""
        Journal = self.env["account.journal"].sudo().with_company(self)
        codes = set(
            Journal.with_context(active_test=False)
            .search([("company_id", "=", self.id)])
            .mapped("code")
        )
        for journal in Journal.search([("company_id", "=", template.id)]):
            if journal.code not in codes:
                Journal.create(
                    {
                        "name": journal.name,
                        "code": journal.code,
                        "type": journal.type,
                        "company_id": self.id,
                    }
                )

    def _cocare_set_up_recharges(self):
        """Journals and taxes of the recharges between firms. Safe to repeat."""
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

    def _cocare_recharge_journal(self, side, name):
        code = {"sale": "RFAC", "purchase": "RREC"}[side]
        Journal = self.env["account.journal"].sudo().with_company(self)
        journal = Journal.with_context(active_test=False).search(
            [("company_id", "=", self.id), ("code", "=", code)]
        )
        return journal or Journal.create(
            {"name": name, "code": code, "type": side, "company_id": self.id}
        )

    def _cocare_account(self, code_prefix):
        """The account of this firm with the lowest code that starts so.

        :param str code_prefix: digits of the French chart, e.g. ``6226``
        :raise UserError: the firm has no such account
        """
        self.ensure_one()
        account = (
            self.env["account.account"]
            .with_company(self)
            .search(
                [
                    ("code", "=like", f"{code_prefix}%"),
                    ("company_ids", "in", self.ids),
                ],
                order="code",
                limit=1,
            )
        )
        if not account:
            raise UserError(
                self.env._(
                    "%(firm)s has no account that starts with %(code)s.",
                    firm=self.name,
                    code=code_prefix,
                )
            )
        return account

    def _cocare_latest_month(self):
        today = super()._cocare_latest_month()
        return self.env["cocare.firm.month"]._latest(self, today) or today

    def _cocare_dashboard(self, month):
        shares = self.env["cocare.allocation.share"].search(
            [
                ("company_id", "=", self.id),
                ("date_from", "=", month),
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
