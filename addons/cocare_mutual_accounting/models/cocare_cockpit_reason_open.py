from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from .cocare_cockpit_reason import AHEAD

#: form of a bank line beside the list of them
RECONCILE = "bank_statement_line_form_reconcile_view"


class CocareCockpitReason(models.Model):
    """One click from a reason to the screen where it is dealt with."""

    _inherit = "cocare.cockpit.reason"  # pylint: disable=consider-merging-classes-inherited

    def action_open(self):
        """Open what a row of the list is about."""
        self.ensure_one()
        return self.open_reason(
            self.company_id.id,
            self.code,
            self.month,
            self.month,
            self.subject,
            self.other_company_id.id,
        )

    @api.model
    def open_reason(
        self, company_id, code, first, last, subject=False, other_company_id=False
    ):
        """The action that shows what remains to be done.

        :param company_id: id of the firm
        :param code: kind of reason
        :param first: first month that counts, empty for all before ``last``
        :param last: last month that counts, any day of it
        :param subject: form or account that the reason is about
        :param other_company_id: id of the firm that the books differ with
        :return: a window action, with the records of this firm only
        """
        firm = self.env["res.company"].browse(company_id)
        known = dict(self._fields["code"].selection).keys() - {"month"}
        if code not in known or firm not in self.env.companies:
            raise UserError(self.env._("There is nothing to open here."))
        first = fields.Date.to_date(first) or fields.Date.to_date("1900-01-01")
        until = fields.Date.to_date(last) + relativedelta(day=31)
        opened = getattr(self, f"_open_{code}")
        action, domain, context = opened(firm, first, until, subject, other_company_id)
        result = self.env["ir.actions.act_window"]._for_xml_id(action)
        return {
            **result,
            "domain": list(Domain(domain) & Domain("company_id", "=", firm.id)),
            "context": {"active_test": False, **context},
        }

    def _open_bank(self, firm, first, until, subject, other):
        domain = [
            ("is_reconciled", "=", False),
            ("date", ">=", first),
            ("date", "<=", until),
        ]
        return (
            "account_reconcile_oca.action_bank_statement_line_reconcile_all",
            domain,
            {"view_ref": f"account_reconcile_oca.{RECONCILE}"},
        )

    def _open_bank_file(self, firm, first, until, subject, other):
        domain = [("state", "!=", "done")]
        return "cocare_mutual_accounting.cocare_bank_import_action", domain, {}

    def _open_bank_missing(self, firm, first, until, subject, other):
        return "cocare_mutual_accounting.cocare_bank_import_action", [], {}

    def _open_obligation(self, firm, first, until, subject, other):
        today = fields.Date.context_today(self)
        domain = [
            ("is_open", "=", True),
            ("form", "=", subject),
            ("due_date", "<=", fields.Date.add(today, days=AHEAD)),
            ("date_to", ">=", first),
        ]
        # Of the current month are those whose period is not over, too.
        if until < today:
            domain.append(("date_to", "<=", until))
        return "cocare_mutual_accounting.cocare_obligation_action", domain, {}

    def _open_limit(self, firm, first, until, subject, other):
        domain = [("regime_id.limit_ids", "!=", False)]
        return "cocare_mutual_accounting.cocare_firm_regime_action", domain, {}

    def _open_contest(self, firm, first, until, subject, other):
        domain = [("state", "=", "open")]
        return "cocare_mutual_accounting.cocare_contest_action", domain, {}

    def _open_request(self, firm, first, until, subject, other):
        domain = [("state", "=", "asked")]
        return "cocare_mutual_accounting.cocare_document_request_action", domain, {}

    def _open_document(self, firm, first, until, subject, other):
        domain = [("state", "=", "received")]
        return "cocare_mutual_accounting.cocare_document_action", domain, {}

    def _open_draft(self, firm, first, until, subject, other):
        domain = [
            ("state", "=", "draft"),
            ("date", ">=", first),
            ("date", "<=", until),
        ]
        return "account.action_move_journal_line", domain, {}

    def _open_suspense(self, firm, first, until, subject, other):
        domain = [
            ("account_id.code", "=like", f"{subject}%"),
            ("parent_state", "=", "posted"),
            ("date", ">=", first),
        ]
        return "account.action_account_moves_all", domain, {}

    def _open_overdue(self, kind, first, until):
        today = fields.Date.context_today(self)
        domain = [
            ("account_id.account_type", "=", kind),
            ("parent_state", "=", "posted"),
            ("reconciled", "=", False),
            ("amount_residual", "!=", 0),
            ("date", ">=", first),
            ("date", "<=", until),
            "|",
            ("date_maturity", "<", today),
            "&",
            ("date_maturity", "=", False),
            ("date", "<", today),
        ]
        return "account.action_account_moves_all", domain, {}

    def _open_receivable(self, firm, first, until, subject, other):
        return self._open_overdue("asset_receivable", first, until)

    def _open_payable(self, firm, first, until, subject, other):
        return self._open_overdue("liability_payable", first, until)

    def _open_mirror(self, firm, first, until, subject, other):
        domain = [("partner_company_id", "=", other)]
        return "cocare_mutual_accounting.cocare_pair_balance_action", domain, {}

    def _open_closing(self, firm, first, until, subject, other):
        domain = [
            ("state", "=", "open"),
            ("kind", "=", subject),
            ("date_to", ">=", first),
            ("date_to", "<=", until),
        ]
        return "cocare_mutual_accounting.cocare_closing_action", domain, {}

    def _open_fec(self, firm, first, until, subject, other):
        return "cocare_mutual_accounting.cocare_fec_export_action", [], {}
