from odoo import models

from ..workbook import OPTIONS


class ReportXlsxAbstract(models.AbstractModel):
    """No text of a spreadsheet is a formula: anybody types the name of a customer."""

    _inherit = "report.report_xlsx.abstract"

    def get_workbook_options(self):
        safe = {name: OPTIONS[name] for name in OPTIONS if name.startswith("strings_")}
        return {**super().get_workbook_options(), **safe}
