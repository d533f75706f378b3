import re

from odoo import models


class ReportAgedPartnerBalanceXlsx(models.AbstractModel):
    """Ages and sums in the language of the reader: OCA has them in English only."""

    _inherit = "report.a_f_r.report_aged_partner_balance_xlsx"

    def _get_report_columns(self, report):
        columns = super()._get_report_columns(report)
        for column in columns.values():
            age = re.fullmatch(r"Age ≤ ([0-9]+) d\.", column["header"])
            if age:
                column["header"] = self.env._("Age ≤ %s days", age[1])
        return columns

    def write_account_footer_from_dict(self, report, account, label, *args):
        labels = {"Total": self.env._("Total"), "Percents": self.env._("In percent")}
        label = labels.get(label, label)
        return super().write_account_footer_from_dict(report, account, label, *args)
