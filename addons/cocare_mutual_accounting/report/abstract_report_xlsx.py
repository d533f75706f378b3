from odoo import models


class AbstractReportXlsx(models.AbstractModel):
    """Items of nobody, in the language of the reader: OCA has it in English only."""

    _inherit = "report.account_financial_report.abstract_report_xlsx"

    def _cocare_name(self, name):
        return self.env._("Without partner") if name == "Missing Partner" else name

    def write_array_title(self, title, report_data):
        return super().write_array_title(self._cocare_name(title), report_data)

    def write_ending_balance_from_dict(self, my_object, name, label, report_data):
        return super().write_ending_balance_from_dict(
            my_object, self._cocare_name(name), label, report_data
        )
