from odoo import fields, models
from odoo.fields import Domain


class ResCompany(models.Model):
    """Who keeps the books of a firm, under which regimes, and what it has to file.

    For the shared office; others, who may not read it, are told nothing.
    """

    _inherit = "res.company"  # pylint: disable=consider-merging-classes-inherited

    cocare_accountant_id = fields.Many2one(
        "res.users",
        string="Accountant",
        compute="_compute_cocare_accountant",
    )
    cocare_backup_id = fields.Many2one(
        "res.users",
        string="Backup",
        compute="_compute_cocare_accountant",
    )
    cocare_vat_regime_id = fields.Many2one(
        "cocare.regime",
        string="VAT returns",
        compute="_compute_cocare_vat_regime_id",
    )
    cocare_open_obligations = fields.Integer(
        string="Open obligations",
        compute="_compute_cocare_obligations",
    )
    cocare_late_obligations = fields.Integer(
        string="Late obligations",
        compute="_compute_cocare_obligations",
    )

    def _compute_cocare_accountant(self):
        today = fields.Date.context_today(self)
        Assignment = self.env["cocare.firm.accountant"]
        assignments = Assignment._of(self) if Assignment.has_access("read") else {}
        for company in self:
            mine = assignments.get(company)
            current = mine and mine._on(today)
            company.cocare_accountant_id = current and current.user_id
            company.cocare_backup_id = current and current.backup_id

    def _compute_cocare_vat_regime_id(self):
        today = fields.Date.context_today(self)
        Regime = self.env["cocare.firm.regime"]
        domain = Domain("company_id", "in", self.ids) & Domain("family", "=", "vat")
        domain &= Domain("valid_from", "<=", today)
        may_read = Regime.has_access("read")
        by_company = Regime.search(domain).grouped("company_id") if may_read else {}
        for company in self:
            mine = by_company.get(company)
            company.cocare_vat_regime_id = mine and mine[0].regime_id

    def _compute_cocare_obligations(self):
        Obligation = self.env["cocare.obligation"]
        mine = Domain("company_id", "in", self.ids)
        counts = [
            dict(Obligation._read_group(mine & domain, ["company_id"], ["__count"]))
            if Obligation.has_access("read")
            else {}
            for domain in (
                Domain("is_open", "=", True),
                Domain("is_late", "=", True),
            )
        ]
        for company in self:
            company.cocare_open_obligations = counts[0].get(company, 0)
            company.cocare_late_obligations = counts[1].get(company, 0)

    def _cocare_accountants(self):
        """The accountants who have access to a firm.

        Runs as superuser: who may be put in charge is not what one reads of them.

        :return: ``res.users``
        """
        group = self.env.ref("cocare_mutual_accounting.group_accountant").sudo()
        return group.all_user_ids.filtered(
            lambda user: self in user.company_ids
        ).with_env(self.env)

    def _cocare_year_end(self):
        """Month and day on which the fiscal year of the firm ends.

        :return: (int, int)
        """
        self.ensure_one()
        return int(self.fiscalyear_last_month), self.fiscalyear_last_day

    def _cocare_kept_since(self):
        """From which day on the network keeps the books: what was due for a period
        that was over before is not its business.

        :rtype: date
        """
        self.ensure_one()
        return self.cocare_joined_on or self.create_date.date()

    def action_cocare_obligations(self):
        """The obligations of the firm, those that are open first."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "cocare_mutual_accounting.cocare_obligation_action"
        )
        return {
            **action,
            "domain": [("company_id", "=", self.id)],
            "context": {"search_default_open": 1},
        }
