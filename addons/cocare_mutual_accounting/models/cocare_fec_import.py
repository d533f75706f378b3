from contextlib import contextmanager
from datetime import date
from io import BytesIO

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command, Domain
from odoo.tools.misc import formatLang

from .. import fec_books, fec_text

#: problems kept and shown; the count says how many there are
SHOWN = 200
#: problems named in the message that refuses an import
NAMED = 10


class CocareFecImport(models.Model):
    """Take over the ledger of a firm from its former accounting software.

    How to use, from a screen, a command or a generator::

        take_over = env["cocare.fec.import"].create(
            {"company_id": firm.id, "filename": name, "file": base64_of_the_file}
        )
        take_over.action_check()  # True when the file can be imported
        take_over.action_import()  # UserError naming the lines when it cannot

    How it works: ``fec.py`` reads the file and finds its errors, ``fec_books.py``
    decides on accounts, journals, names and lettering, and this model writes all of
    it in one transaction, or nothing. The accounts of the file keep their codes unless
    the chart holds the same number with another count of closing zeros, or somebody
    chose another one (``cocare.fec.mapping``); no two codes share an account otherwise,
    and the trial balance is compared with the file's at the end. Entries without a
    ``ValidDate`` are not final: they come in as drafts, and are matched when the last
    one of their letter is posted (``account_move_fec.py``).
    Where the books hold earlier entries, the opening of the file must equal them and
    is not written again (``fec_opening.py``): the books carry on by themselves.
    A FEC holds no VAT data: the entries carry no tax.
    """

    _name = "cocare.fec.import"
    _inherit = ["cocare.guarded.mixin", "cocare.file.mixin"]
    _description = "Ledger Take-over (FEC)"
    _order = "id desc"
    _check_company_auto = True

    company_id = fields.Many2one(
        "res.company",
        string="Firm",
        required=True,
        index=True,
        default=lambda self: self.env.company,
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    file = fields.Binary(string="FEC File")
    sha256 = fields.Char(
        help="Fingerprint of the file: the same file cannot be taken over twice.",
    )
    state = fields.Selection(
        [
            ("draft", "To check"),
            ("checked", "Ready"),
            ("queued", "Being taken over"),
            ("done", "Taken over"),
        ],
        default="draft",
        required=True,
        readonly=True,
        copy=False,
    )
    encoding = fields.Char(readonly=True, copy=False)
    given_encoding = fields.Selection(
        [(name, name) for name in fec_text.ENCODINGS],
        string="Read as",
        help="When the accents below look wrong: how the file is written.",
    )
    samples = fields.Json(readonly=True, copy=False)
    samples_html = fields.Html(compute="_compute_samples_html", sanitize=False)
    mapping_ids = fields.One2many(
        "cocare.fec.mapping",
        "import_id",
        string="New in the books",
        domain=[("kind", "!=", "partner")],
    )
    party_ids = fields.One2many(
        "cocare.fec.mapping",
        "import_id",
        string="Third parties",
        domain=[("kind", "=", "partner")],
    )
    date_from = fields.Date(string="Exercise from", readonly=True, copy=False)
    date_to = fields.Date(string="Exercise to", readonly=True, copy=False)
    entry_count = fields.Integer(string="Entries", readonly=True, copy=False)
    line_count = fields.Integer(string="Lines", readonly=True, copy=False)
    debit = fields.Monetary(readonly=True, copy=False)
    credit = fields.Monetary(readonly=True, copy=False)
    error_count = fields.Integer(string="To Correct", readonly=True, copy=False)
    warning_count = fields.Integer(string="To Know", readonly=True, copy=False)
    problem_ids = fields.One2many(
        "cocare.fec.import.problem", "import_id", string="Problems", readonly=True
    )
    summary = fields.Json(
        readonly=True, copy=False, help="Totals by journal and by account of the file."
    )
    summary_html = fields.Html(compute="_compute_summary_html", sanitize=False)
    move_ids = fields.One2many(
        "account.move", "cocare_fec_import_id", string="Journal Entries", readonly=True
    )
    move_count = fields.Integer(compute="_compute_move_count")

    _unique_done = models.UniqueIndex(
        "(company_id, sha256) WHERE state = 'done'",
        "This file has already been taken over for this firm.",
    )

    @api.depends_context("lang")
    @api.depends("summary")
    def _compute_summary_html(self):
        for record in self:
            record.summary_html = record.summary and self.env["ir.qweb"]._render(
                "cocare_mutual_accounting.fec_import_summary",
                {"summary": record.summary, "amount": record._format_amount},
            )

    @api.depends("samples")
    def _compute_samples_html(self):
        for record in self:
            record.samples_html = record.samples and self.env["ir.qweb"]._render(
                "cocare_mutual_accounting.fec_import_samples",
                {"samples": record.samples},
            )

    @api.depends("move_ids")
    def _compute_move_count(self):
        counts = dict(
            self.env["account.move"]._read_group(
                [("cocare_fec_import_id", "in", self.ids)],
                ["cocare_fec_import_id"],
                ["__count"],
            )
        )
        for record in self:
            record.move_count = counts.get(record, 0)

    def write(self, vals):
        if vals.keys() & {"file", "filename", "company_id", "given_encoding"}:
            self._check_not_done()
            self._check_not_queued()
            vals = {"state": "draft", **vals}
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_done(self):
        self._check_not_done()
        self._check_not_queued()

    def action_check(self):
        """Read the files and tell what was found; return True when all are ready."""
        for record in self:
            record._check_not_done()
            record._check_not_queued()
            ledger, problems, plan = record._study()
            record._write_report(ledger, problems, plan)
            if plan:
                self.env["cocare.fec.mapping"]._propose(record, plan)
        return all(record.state == "checked" for record in self)

    def action_import(self):
        """Write the whole ledger, or refuse naming the lines and write nothing."""
        for record in self:
            record._check_not_done()
            record._lock()
            ledger, problems, plan = record._study()
            record._check_importable(problems)
            record._write_report(ledger, problems, plan)
            # First of all: a concurrent take-over of the same file stops here.
            record.state = "done"
            record.flush_recordset()
            record._import_plan(plan)
        return True

    @contextmanager
    def _open(self):
        """The file, to be read by pieces: it may be larger than memory should be."""
        self.check_access("read")
        # Odoo hides the attachments of fields, even from who reads the field.
        attachment = self.env["ir.attachment"].sudo()
        attachment = attachment.search(
            [
                ("res_model", "=", self._name),
                ("res_field", "=", "file"),
                ("res_id", "=", self.id),
            ],
            limit=1,
        )
        if attachment.store_fname:
            with open(attachment._full_path(attachment.store_fname), "rb") as file:
                yield file
        else:
            yield BytesIO(self._content())

    def action_view_moves(self):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Entries taken over"),
            "res_model": "account.move",
            "view_mode": "list,form",
            "views": [
                (self.env.ref("account.view_move_tree").id, "list"),
                (False, "form"),
            ],
            "domain": [("cocare_fec_import_id", "=", self.id)],
            "context": {"create": False, "view_no_maturity": True},
        }

    # Report

    def _check_not_done(self):
        for record in self.filtered(lambda record: record.state == "done"):
            raise UserError(
                self.env._(
                    "%(file)s has already been taken over for %(firm)s: nothing was "
                    "changed.",
                    file=record.filename,
                    firm=record.company_id.display_name,
                )
            )

    def _check_not_queued(self):
        for record in self.filtered(lambda record: record.state == "queued"):
            raise UserError(
                self.env._("%(file)s is being taken over now.", file=record.filename)
            )

    def _lock(self):
        if not self.try_lock_for_update():
            raise UserError(
                self.env._("%(file)s is being taken over now.", file=self.filename)
            )

    def _check_importable(self, problems):
        """Refuse a file with errors, or one already taken over from another record."""
        self.ensure_one()
        twin = self.search(
            Domain("company_id", "=", self.company_id.id)
            & Domain("sha256", "=", self.sha256)
            & Domain("state", "=", "done"),
            limit=1,
        )
        twin._check_not_done()
        errors = [problem for problem in problems if problem.level == "error"]
        if not errors:
            return
        message = self.env["cocare.fec.import.problem"]._located_message
        named = [message(problem) for problem in errors[:NAMED]]
        if len(errors) > NAMED:
            named.append(self.env._("… and %(count)s more.", count=len(errors) - NAMED))
        raise UserError(
            self.env._(
                "%(file)s cannot be taken over; nothing was written.\n\n%(problems)s",
                file=self.filename,
                problems="\n".join(named),
            )
        )

    def _write_report(self, ledger, problems, plan):
        errors = [problem for problem in problems if problem.level == "error"]
        warnings = [problem for problem in problems if problem.level != "error"]
        self.write(
            {
                "state": "draft" if errors else "checked",
                "encoding": ledger.encoding,
                "samples": [list(sample) for sample in ledger.samples],
                "date_from": ledger.exercise[0],
                "date_to": ledger.exercise[1],
                "entry_count": len(ledger.entries),
                "line_count": ledger.line_count,
                "debit": float(ledger.debit),
                "credit": float(ledger.credit),
                "error_count": len(errors),
                "warning_count": len(warnings),
                "summary": plan and fec_books.summary(plan),
                "problem_ids": [
                    Command.clear(),
                    *(
                        Command.create(self._prepare_problem_vals(problem))
                        for problem in (errors + warnings)[:SHOWN]
                    ),
                ],
            }
        )

    @api.model
    def _prepare_problem_vals(self, problem):
        return {
            "level": problem.level,
            "line": problem.line,
            "column": problem.column,
            "code": problem.code,
            "details": {
                key: str(value) if isinstance(value, date) else value
                for key, value in problem.values.items()
            },
        }

    def _format_amount(self, text):
        return formatLang(self.env, float(text), currency_obj=self.currency_id)
