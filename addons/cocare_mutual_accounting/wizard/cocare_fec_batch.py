import base64
import io
import zipfile

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..fec_file import folder_name
from ..models.cocare_fec_export import ENCODINGS, SEPARATORS
from ..workbook import workbook


class CocareFecBatch(models.TransientModel):
    """Make the ledger files of several firms: one archive, and what became of each.

    A firm whose file cannot be made is named with the reason; the others are made.
    """

    _name = "cocare.fec.batch"
    _description = "Ledger files of several firms"

    company_ids = fields.Many2many(
        "res.company",
        string="Firms",
        required=True,
        domain="[('id', 'in', allowed_company_ids)]",
        default=lambda self: self._default_company_ids(),
    )
    date_to = fields.Date(
        string="A day of the exercise",
        required=True,
        default=lambda self: self._default_date_to(),
        help="Each firm's own exercise that holds this day.",
    )
    separator = fields.Selection(
        SEPARATORS,
        required=True,
        default="tab",
    )
    encoding = fields.Selection(
        ENCODINGS,
        string="Characters",
        required=True,
        default="utf-8",
    )
    archive = fields.Binary(readonly=True, attachment=False)
    archive_name = fields.Char(readonly=True)
    line_ids = fields.One2many("cocare.fec.batch.line", "batch_id", readonly=True)

    @api.model
    def _default_company_ids(self):
        context = self.env.context
        if context.get("active_model") == "res.company":
            return self.env["res.company"].browse(context.get("active_ids", []))
        return self.env.companies

    @api.model
    def _default_date_to(self):
        """The last day of the exercise that is over."""
        today = fields.Date.context_today(self)
        year = self.env.company.compute_fiscalyear_dates(today)
        return fields.Date.subtract(year["date_from"], days=1)

    def action_make(self):
        """Make a file of each firm, and the archive of those that could be made."""
        self.ensure_one()
        self.line_ids.unlink()
        exports = self.env["cocare.fec.export"]
        for company in self.company_ids:
            export, refusal = self._make(company)
            exports |= export
            self.env["cocare.fec.batch.line"].create(
                {
                    "batch_id": self.id,
                    "company_id": company.id,
                    "export_id": export.id,
                    "refusal": refusal,
                }
            )
        self.write(
            {
                "archive": base64.b64encode(self._archive(exports)),
                "archive_name": f"FEC-{self.date_to:%Y%m%d}.zip",
            }
        )
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Ledger files of several firms"),
            "res_model": self._name,
            "res_id": self.id,
            "view_mode": "form",
            "target": "new",
        }

    def _make(self, company):
        """:return: (export, empty; why it was refused, or False)"""
        Export = self.env["cocare.fec.export"]
        year = company.compute_fiscalyear_dates(self.date_to)
        try:
            with self.env.cr.savepoint():
                export = Export.create(
                    {
                        "company_id": company.id,
                        "date_from": year["date_from"],
                        "date_to": year["date_to"],
                        "separator": self.separator,
                        "encoding": self.encoding,
                    }
                )
                export.action_make()
                if not export.line_count:
                    raise UserError(self.env._("The exercise has no posted entry."))
        # AccessError and ValidationError are UserErrors
        except UserError as error:
            self.env.invalidate_all()
            return Export, str(error)
        return export, False

    def _archive(self, exports):
        """:return: bytes of a zip: a folder for each firm, and the report"""
        stream = io.BytesIO()
        with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
            for export in exports:
                folder = folder_name(f"{export.company_id.name} {export.company_id.id}")
                with (
                    export._open_file() as source,
                    archive.open(f"{folder}/{export.filename}", "w") as target,
                ):
                    while chunk := source.read(2**20):
                        target.write(chunk)
            archive.writestr(f"{self.env._('report')}.xlsx", self._report())
        return stream.getvalue()

    def _report(self):
        rows = [
            (
                line.company_id.name,
                line.export_id.filename or "",
                line.export_id.entry_count,
                line.export_id.line_count,
                line.export_id.debit,
                line.export_id.draft_count,
                line._verdict_words("verdict_office"),
                line._verdict_words("verdict_books"),
                line.refusal or "",
                line.export_id.sha256 or "",
            )
            for line in self.line_ids
        ]
        header = [
            self.env._("Firm"),
            self.env._("File"),
            self.env._("Entries"),
            self.env._("Lines"),
            self.env._("Debit"),
            self.env._("Drafts left out"),
            self.env._("Tax office's tool"),
            self.env._("Regularity"),
            self.env._("Not made"),
            self.env._("SHA-256"),
        ]
        return workbook([(self.env._("Ledger files"), header, rows)])
