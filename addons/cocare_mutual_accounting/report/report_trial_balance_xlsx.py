from odoo import models

from ..allocation import from_cents, to_cents


class ReportTrialBalanceXlsx(models.AbstractModel):
    """The trial balance ends with its sums: its debits are its credits."""

    _inherit = "report.a_f_r.report_trial_balance_xlsx"

    def write_line_from_dict(self, line_dict, report_data):
        result = super().write_line_from_dict(line_dict, report_data)
        sums = report_data.setdefault("cocare_sums", {})
        for column in report_data["columns"].values():
            if column.get("type") == "amount":
                name = column["field"]
                sums[name] = sums.get(name, 0) + to_cents(line_dict.get(name) or 0)
        return result

    def _generate_report_content(self, workbook, report, data, report_data):
        super()._generate_report_content(workbook, report, data, report_data)
        if report.show_partner_details or report.grouped_by or report.show_hierarchy:
            # OCA sums up the former two; groups would count their accounts again.
            return
        names = [column["field"] for column in report_data["columns"].values()]
        sums = report_data.get("cocare_sums", {})
        total = {name: from_cents(sums.get(name, 0)) for name in names}
        total.update(code="", currency_id=False)
        self.write_account_footer(total, self.env._("Total"), report_data)
