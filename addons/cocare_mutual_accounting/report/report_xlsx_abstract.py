from odoo import models

from ..workbook import OPTIONS


class ReportXlsxAbstract(models.AbstractModel):
    """In no spreadsheet is a text a formula: names of customers are typed by anybody."""

    _inherit = "report.report_xlsx.abstract"

    def get_workbook_options(self):
        safe = {name: OPTIONS[name] for name in OPTIONS if name.startswith("strings_")}
        return {**super().get_workbook_options(), **safe}
