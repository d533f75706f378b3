from odoo import http

from odoo.addons.cocare_network.spreadsheet import safe
from odoo.addons.web.controllers import export


class TextWriter:
    """Text stays text: Odoo lets the library guess, and ``=…`` becomes a formula."""

    def write(self, row, column, cell_value, style=None):
        if isinstance(cell_value, str):
            return self.worksheet.write_string(row, column, cell_value, style)
        return super().write(row, column, cell_value, style)


class RowsWriter(TextWriter, export.ExportXlsxWriter):
    pass


class GroupsWriter(TextWriter, export.GroupExportXlsxWriter):
    pass


class ExcelExport(export.ExcelExport):
    @http.route()
    def web_export_xlsx(self, data):
        return super().web_export_xlsx(data)

    def from_group_data(self, fields, columns_headers, groups):
        with GroupsWriter(fields, columns_headers, groups.count) as writer:
            row, column = 1, 0
            for name, group in groups.children.items():
                row, column = writer.write_group(row, column, name, group)
        return writer.value

    def from_data(self, fields, columns_headers, rows):
        with RowsWriter(fields, columns_headers, len(rows)) as writer:
            for row, cells in enumerate(rows, start=1):
                for column, value in enumerate(cells):
                    writer.write_cell(row, column, value)
        return writer.value


class CSVExport(export.CSVExport):
    @http.route()
    def web_export_csv(self, data):
        return super().web_export_csv(data)

    def from_data(self, fields, columns_headers, rows):
        return super().from_data(
            fields,
            [safe(header) for header in columns_headers],
            [[safe(value) for value in row] for row in rows],
        )
