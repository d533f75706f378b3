from odoo import models

from ..allocation import from_cents, to_cents


class ReportJournalLedgerXlsx(models.AbstractModel):
    """Each journal ends with its sums."""

    _inherit = "report.a_f_r.report_journal_ledger_xlsx"

    def _generate_moves_content(
        self, workbook, sheet_name, report, res_data, moves, report_data
    ):
        result = super()._generate_moves_content(
            workbook, sheet_name, report, res_data, moves, report_data
        )
        lines = [line for move in moves for line in move["report_move_lines"]]
        sheet, row = report_data["sheet"], report_data["row_pos"]
        formats = report_data["formats"]
        for position, column in report_data["columns"].items():
            name = column["field"]
            if name in ("debit", "credit"):
                total = from_cents(sum(to_cents(line[name]) for line in lines))
                sheet.write_number(
                    row, position, total, formats["format_header_amount"]
                )
            else:
                label = self.env._("Total") if position == 0 else ""
                sheet.write_string(row, position, label, formats["format_header_left"])
        report_data["row_pos"] += 1
        return result
