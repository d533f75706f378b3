import hashlib
import tempfile

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools.misc import format_date

from .. import fec_file

SEPARATORS = [("tab", "Tabulation"), ("pipe", "Vertical bar")]
ENCODINGS = [("utf-8", "UTF-8"), ("iso-8859-15", "ISO-8859-15")]
#: what somebody chooses; the rest is made
CHOSEN = {"company_id", "date_from", "date_to", "separator", "encoding"}


class CocareFecExport(models.Model):
    """The ledger file (FEC) of a firm's exercise, made from its books; both verdicts.

    How to use::

        export = env["cocare.fec.export"].create(
            {"company_id": firm.id, "date_from": first, "date_to": last}
        )
        export.action_make()  # as often as wanted; locks nothing
        export.action_keep()  # the official one: it does not change any more

    ``_status(companies, date_to)`` says where each firm stands. What is in the file,
    see ``cocare.fec.writer``.
    """

    _name = "cocare.fec.export"
    _inherit = ["cocare.guarded.mixin", "cocare.fec.verdict.mixin"]
    _description = "Ledger file of an exercise (FEC)"
    _order = "date_to desc, id desc"

    company_id = fields.Many2one(
        "res.company",
        string="Firm",
        required=True,
        index=True,
        default=lambda self: self.env.company,
    )
    date_from = fields.Date(
        string="Exercise from",
        required=True,
        compute="_compute_exercise",
        store=True,
        readonly=False,
        precompute=True,
    )
    date_to = fields.Date(
        string="Exercise to",
        required=True,
        index=True,
        compute="_compute_exercise",
        store=True,
        readonly=False,
        precompute=True,
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
    state = fields.Selection(
        [("draft", "To make"), ("made", "Made"), ("official", "Official")],
        required=True,
        readonly=True,
        copy=False,
        default="draft",
    )
    file = fields.Binary(string="FEC file", readonly=True, copy=False, attachment=True)
    filename = fields.Char(string="File name", readonly=True, copy=False)
    sha256 = fields.Char(string="SHA-256", readonly=True, copy=False)
    draft_count = fields.Integer(
        string="Drafts left out",
        readonly=True,
        copy=False,
        help="Entries of the exercise that were not posted when the file was made.",
    )
    left_out = fields.Text(
        string="Closing entries left out",
        readonly=True,
        copy=False,
        help="Entries of the last day that bring classes 6 and 7 to 12. They explain "
        "the numbers that are missing.",
    )
    made_on = fields.Datetime(readonly=True, copy=False)
    made_by_id = fields.Many2one("res.users", "Made by", readonly=True, copy=False)
    kept_on = fields.Datetime("Official since", readonly=True, copy=False)
    kept_by_id = fields.Many2one(
        "res.users", "Kept as official by", readonly=True, copy=False
    )

    _one_official = models.UniqueIndex(
        "(company_id, date_to) WHERE state = 'official'",
        "This exercise has its official file.",
    )
    _dates_in_order = models.Constraint(
        "CHECK(date_from <= date_to)", "An exercise begins before it ends."
    )

    @api.depends("company_id")
    def _compute_exercise(self):
        """The last exercise that is over."""
        today = fields.Date.context_today(self)
        for export in self:
            year = export.company_id.compute_fiscalyear_dates(today)
            before = fields.Date.subtract(year["date_from"], days=1)
            year = export.company_id.compute_fiscalyear_dates(before)
            export.date_from, export.date_to = year["date_from"], year["date_to"]

    @api.depends_context("lang")
    @api.depends("filename", "company_id", "date_to")
    def _compute_display_name(self):
        for export in self:
            export.display_name = export.filename or self.env._(
                "FEC %(date)s", date=format_date(self.env, export.date_to)
            )

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            self._check_chosen(vals)
        return super().create(vals_list)

    def write(self, vals):
        self._check_chosen(vals)
        if vals.keys() & CHOSEN:
            self._check_not_official()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_official(self):
        self._check_not_official()

    def _check_chosen(self, vals):
        if not self.env.su and vals.keys() - CHOSEN:
            raise UserError(self.env._("A ledger file is made by its buttons."))

    def _check_not_official(self):
        for export in self.filtered(lambda export: export.state == "official"):
            raise UserError(
                self.env._(
                    "%(file)s is the official file of the exercise: it does not "
                    "change. Make another one to see the books as they are now.",
                    file=export.filename,
                )
            )

    # Steps

    def action_make(self):
        """Make the file from the posted entries, and look at it. Locks nothing."""
        for export in self:
            export.check_access("write")
            export._check_not_official()
            export._check_firm()
            export._make()
        return True

    def action_keep(self):
        """Keep the file as the official one.

        :raise UserError: the exercise is not over, entries are drafts, the tax office's
            tool would refuse the file, or the books have changed since it was made
        """
        for export in self:
            export.check_access("write")
            export._check_not_official()
            export._check_keepable()
            # states are nobody's to write, rights were checked
            export.sudo().write(
                {
                    "state": "official",
                    "kept_on": fields.Datetime.now(),
                    "kept_by_id": self.env.user.id,
                }
            )
        return True

    def action_drafts(self):
        """The entries of the exercise that are not posted."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Drafts of the exercise"),
            "res_model": "account.move",
            "view_mode": "list,form",
            "domain": self._drafts_domain(),
        }

    def _make(self):
        company = self.company_id
        filename = self.env["cocare.fec.writer"]._file_name(company, self.date_to)
        with tempfile.TemporaryFile() as stream:
            left_out = self._write_file(stream)
            exercise = self.date_from, self.date_to
            number = fec_file.siren(company.company_registry, company.vat)
            stream.seek(0)
            verdict = self._verdict_vals(stream, filename, exercise, number)
            stream.seek(0)
            sha256 = hashlib.file_digest(stream, "sha256").hexdigest()
            stream.seek(0)
            content = stream.read()
        # What is made is nobody's to write, rights were checked.
        export = self.sudo()
        export._attach(filename, content)
        export.write(
            {
                **verdict,
                "state": "made",
                "filename": filename,
                "sha256": sha256,
                "draft_count": self.env["account.move"].search_count(
                    self._drafts_domain()
                ),
                "left_out": ", ".join(left_out),
                "made_on": fields.Datetime.now(),
                "made_by_id": self.env.user.id,
            }
        )

    def _write_file(self, stream):
        """:return: names of the closing entries left out"""
        try:
            return self.env["cocare.fec.writer"]._write(
                stream,
                self.company_id,
                self.date_from,
                self.date_to,
                self.separator,
                self.encoding,
            )
        except fec_file.UnencodableError as error:
            raise UserError(
                self.env._(
                    "Entry %(entry)s has characters that ISO-8859-15 does not: "
                    "“%(text)s”. Choose UTF-8.",
                    entry=error.entry,
                    text=error.text,
                )
            ) from error

    def _attach(self, filename, content):
        """Keep the bytes as the field's attachment, without base64 in between.

        No type of text: Odoo would copy the words of the ledger into its index.
        """
        attachments = self.env["ir.attachment"]
        domain = [
            ("res_model", "=", self._name),
            ("res_field", "=", "file"),
            ("res_id", "=", self.id),
        ]
        attachments.search(domain).unlink()
        attachments.create(
            {
                "name": filename,
                "raw": content,
                "mimetype": "application/octet-stream",
                "res_model": self._name,
                "res_field": "file",
                "res_id": self.id,
                "company_id": self.company_id.id,
            }
        )
        self.invalidate_recordset(["file"])

    # Checks

    def _check_firm(self):
        company = self.company_id
        if company.parent_id:
            raise UserError(
                self.env._(
                    "%(firm)s is a branch: the file is its company's.",
                    firm=company.name,
                )
            )
        if not fec_file.siren(company.company_registry, company.vat):
            raise UserError(
                self.env._(
                    "%(firm)s has no SIREN: write its SIRET in its registration "
                    "number.",
                    firm=company.name,
                )
            )

    def _check_keepable(self):
        export = self.display_name
        if self.state != "made":
            raise UserError(self.env._("Make %(file)s first.", file=export))
        if self.date_to >= fields.Date.context_today(self):
            raise UserError(
                self.env._(
                    "The exercise ends on %(date)s: its file is not final before.",
                    date=format_date(self.env, self.date_to),
                )
            )
        drafts = self.env["account.move"].search_count(self._drafts_domain())
        if drafts:
            raise UserError(
                self.env._(
                    "%(count)s entries of the exercise are drafts: post or delete "
                    "them, then make the file again.",
                    count=drafts,
                )
            )
        if self.verdict_office != "conform":
            raise UserError(
                self.env._("The tax office's tool would refuse %(file)s.", file=export)
            )
        with tempfile.TemporaryFile() as stream:
            self._write_file(stream)
            stream.seek(0)
            now = hashlib.file_digest(stream, "sha256").hexdigest()
        if now != self.sha256:
            raise UserError(
                self.env._(
                    "The books have changed since %(file)s was made: make it again.",
                    file=export,
                )
            )

    def _drafts_domain(self):
        return [
            ("company_id", "=", self.company_id.id),
            ("state", "=", "draft"),
            ("date", ">=", self.date_from),
            ("date", "<=", self.date_to),
        ]

    # For others

    @api.model
    def _status(self, companies, date_to):
        """Where firms stand with the file of an exercise.

        :param companies: ``res.company``
        :param date_to: last day of the exercise
        :return: {company: its official file, else the last one that was made}; a firm
            without any is left out
        """
        found = {}
        exports = self.search(
            [
                ("company_id", "in", companies.ids),
                ("date_to", "=", date_to),
                ("state", "!=", "draft"),
            ],
            order="id",
        )
        for export in exports.sorted(lambda export: export.state == "official"):
            found[export.company_id] = export
        return found
