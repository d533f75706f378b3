import logging
from datetime import date

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tools.misc import format_date, formatLang

from .. import bank_file
from ..allocation import from_cents

_logger = logging.getLogger(__name__)

#: problems kept and shown; the count says how many there are
SHOWN = 200
#: problems named in the message that refuses an import
NAMED = 10
#: movements shown of each statement before it is imported
PREVIEWED = 25
LOCKS = ("hard_lock_date", "fiscalyear_lock_date")
#: what somebody says of a file; the rest is what was found in it
GIVEN = {"file", "filename", "journal_id", "balances_given", "opening", "closing"}
#: no follower, no log note: a statement has hundreds of entries
QUIET = {
    "tracking_disable": True,
    "mail_create_nosubscribe": True,
    "mail_create_nolog": True,
}


class CocareBankImport(models.Model):
    """A file that a bank gave, from the moment it is handed in to the books.

    How to use, from a screen or a command::

        given = env["cocare.bank.import"].create({"filename": name, "file": base64})
        given.action_check()  # True when the file can be imported
        given.action_import()  # UserError naming the lines when it cannot

    How it works: ``bank_file.py`` reads the file or says what is wrong with it; the
    IBAN finds the journal, thereby the firm; ``bank_chain.py`` says whether each
    statement begins where the one before ended. A file is imported whole, as Odoo's own
    bank statements, or not at all. Until its firm is known it is its author's only.

    What keeps two people from importing the same movements: the journal counts its
    imports, so that one who did not see the other's is refused by the database and
    starts again; the fingerprint of a file and the key of a movement are unique.
    """

    _name = "cocare.bank.import"
    _inherit = ["cocare.guarded.mixin", "cocare.file.mixin"]
    _description = "Bank file"
    _order = "id desc"
    _check_company_auto = True

    company_id = fields.Many2one(
        "res.company", string="Firm", readonly=True, index=True
    )
    file = fields.Binary(string="Bank file")
    sha256 = fields.Char(
        help="Fingerprint of the file: the same file cannot be imported twice.",
    )
    journal_id = fields.Many2one(
        "account.journal",
        string="Bank account",
        domain="[('type', '=', 'bank'), ('company_id', 'in', allowed_company_ids)]",
        check_company=True,
        help="For files that do not name their account: tables, some OFX files.",
    )
    currency_id = fields.Many2one(
        "res.currency",
        compute="_compute_currency_id",
    )
    state = fields.Selection(
        [("draft", "To check"), ("checked", "Ready"), ("done", "Imported")],
        default="draft",
        required=True,
        readonly=True,
        copy=False,
    )
    format = fields.Selection(
        [
            ("camt", "camt.053"),
            ("cfonb", "CFONB 120"),
            ("ofx", "OFX"),
            ("csv", "CSV"),
            ("xlsx", "XLSX"),
        ],
        readonly=True,
        copy=False,
    )
    encoding = fields.Char(readonly=True, copy=False)
    is_table = fields.Boolean(compute="_compute_is_table")
    column_ids = fields.One2many(
        "cocare.bank.import.column", "import_id", string="Columns", copy=False
    )
    needs_balances = fields.Boolean(readonly=True, copy=False)
    balances_given = fields.Boolean(
        string="I type in the balances",
        help="For a table without a column of balances: those that the bank shows.",
    )
    opening = fields.Monetary(string="Opening balance")
    closing = fields.Monetary(string="Closing balance")
    needs_opening = fields.Boolean(readonly=True, copy=False)
    opening_accepted = fields.Boolean(
        string="Begin with this balance",
        copy=False,
        help="The first statement of an account opens with another balance than the "
        "books: whoever ticks this looked at the difference.",
    )
    statement_ids = fields.One2many(
        "cocare.bank.import.statement", "import_id", string="Statements", readonly=True
    )
    date_from = fields.Date(string="First day", readonly=True, copy=False)
    date_to = fields.Date(string="Last day", readonly=True, copy=False)
    line_count = fields.Integer(string="Movements", readonly=True, copy=False)
    error_count = fields.Integer(string="To correct", readonly=True, copy=False)
    problem_ids = fields.One2many(
        "cocare.bank.import.problem", "import_id", string="Problems", readonly=True
    )
    summary_html = fields.Html(compute="_compute_summary_html", sanitize=False)
    imported_on = fields.Datetime(readonly=True, copy=False)
    imported_by_id = fields.Many2one(
        "res.users", string="Imported by", readonly=True, copy=False
    )

    _file_once = models.UniqueIndex(
        "(company_id, sha256) WHERE state = 'done'",
        "This bank file has already been imported.",
    )

    @api.depends("journal_id", "company_id")
    def _compute_currency_id(self):
        for record in self:
            record.currency_id = (
                record.journal_id.currency_id
                or (record.company_id or record.journal_id.company_id).currency_id
                or self.env.company.currency_id
            )

    @api.depends("format")
    def _compute_is_table(self):
        for record in self:
            record.is_table = record.format in bank_file.TABLES

    @api.depends_context("lang")
    @api.depends("statement_ids.preview")
    def _compute_summary_html(self):
        for record in self:
            record.summary_html = self.env["ir.qweb"]._render(
                "cocare_mutual_accounting.bank_import_preview",
                {
                    "statements": record.statement_ids,
                    "amount": record._format_cents,
                    "day": lambda text: format_date(self.env, text),
                },
            )

    @api.model_create_multi
    def create(self, vals_list):
        return super().create([self._with_firm(vals) for vals in vals_list])

    def write(self, vals):
        vals = self._with_firm(vals)
        if vals.keys() & GIVEN:
            self._check_not_done()
            vals = {"state": "draft", **vals}
        if "file" in vals:
            vals = {"column_ids": [Command.clear()], **vals}
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_done(self):
        self._check_not_done()

    def _with_firm(self, vals):
        """The values, with the firm of the account that they choose."""
        if not vals.get("journal_id"):
            return vals
        journal = self.env["account.journal"].browse(vals["journal_id"])
        return {**vals, "company_id": journal.company_id.id}

    # What people do

    def action_check(self):
        """Read the files and tell what was found; return True when all are ready."""
        for record in self:
            record._check_not_done()
            record._write_report(*record._study(self._waiting_links))
        return all(record.state == "checked" for record in self)

    def action_import(self):
        """Write each file whole into the books, or refuse naming its lines."""
        for record in self.sorted(lambda record: (record.date_from or date.max)):
            record._check_not_done()
            if not record.try_lock_for_update():
                raise UserError(
                    self.env._("%(file)s is being imported now.", file=record.filename)
                )
            record._journals_before_all()._cocare_count_import()
            reading, found, problems = record._study()
            record._check_importable(problems)
            record._write_report(reading, found, problems)
            # First of all: whoever imports the same file now stops here.
            record.write(
                {
                    "state": "done",
                    "imported_on": fields.Datetime.now(),
                    "imported_by_id": self.env.uid,
                }
            )
            record.flush_recordset()
            record._book(found)
        return True

    def action_import_ready(self):
        """Import the files that are ready, each for itself; those refused say why."""
        done = self.browse()
        for record in self.sorted(lambda record: (record.date_from or date.max)):
            if record.state != "checked":
                continue
            try:
                with self.env.cr.savepoint():
                    record.action_import()
            except UserError:
                # what is wrong now is told on the file
                self.env.invalidate_all()
                record.action_check()
            else:
                done |= record
        left = self - done
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "warning" if left else "success",
                "message": self.env._(
                    "Files imported: %(done)s. Not imported: %(left)s.",
                    done=len(done),
                    left=", ".join(left.mapped("filename")) or "–",
                ),
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }

    def action_undo(self):
        """Take the movements of the files out of the books, while none is matched."""
        for record in self.filtered(lambda record: record.state == "done"):
            statements = record.statement_ids.statement_id
            lines = statements.line_ids
            matched = lines.filtered("is_reconciled")[:1]
            if matched:
                raise UserError(
                    self.env._(
                        "%(label)s of %(date)s is matched: undo that first, then the "
                        "import of %(file)s.",
                        label=matched.payment_ref,
                        date=format_date(self.env, matched.date),
                        file=record.filename,
                    )
                )
            # Odoo keeps the movements of a statement that is right
            statements.unlink()
            lines.unlink()
            record.write({"state": "draft", "imported_on": False})
        return True

    def action_reconcile(self):
        """Open the movements of the file in the screen that matches them."""
        statements = self.statement_ids.statement_id
        action = statements[:1].action_open_statement_lines()
        return {**action, "domain": [("statement_id", "in", statements.ids)]}

    # Report

    def _check_not_done(self):
        for record in self.filtered(lambda record: record.state == "done"):
            raise UserError(
                self.env._(
                    "%(file)s has already been imported: nothing was changed.",
                    file=record.filename,
                )
            )

    def _check_importable(self, problems):
        errors = [problem for problem in problems if problem.level == "error"]
        if not errors:
            return
        message = self.env["cocare.bank.import.problem"]._located_message
        named = [message(problem) for problem in errors[:NAMED]]
        if len(errors) > NAMED:
            named.append(self.env._("… and %(count)s more.", count=len(errors) - NAMED))
        raise UserError(
            self.env._(
                "%(file)s cannot be imported; nothing was written.\n\n%(problems)s",
                file=self.filename,
                problems="\n".join(named),
            )
        )

    def _write_report(self, reading, found, problems):
        errors = [problem for problem in problems if problem.level == "error"]
        shown, _count = bank_file.too_many(problems, SHOWN)
        Problems = self.env["cocare.bank.import.problem"]
        Statements = self.env["cocare.bank.import.statement"]
        firm = self.env["res.company"].union(*(j.company_id for _s, j, _p in found))
        firm = firm or self.journal_id.company_id
        if len(firm) > 1:
            # nobody's: its statements name no account
            firm, found = firm.browse(), [(s, j.browse(), p) for s, j, p in found]
        told = [item for item in found if item[0].closing_day]
        self.write(
            {
                "state": "draft" if errors else "checked",
                "company_id": firm.id,
                "format": reading.format,
                "encoding": reading.encoding,
                "date_from": min((s.first_day for s, _j, _p in told), default=False),
                "date_to": max((s.last_day for s, _j, _p in told), default=False),
                "line_count": sum(len(s.lines) for s, _j, _p in found),
                "error_count": len(errors),
                "problem_ids": [
                    Command.clear(),
                    *(Command.create(Problems._prepare_vals(p)) for p in shown),
                ],
                "statement_ids": [
                    Command.clear(),
                    *(
                        Command.create(Statements._prepare_vals(*item, PREVIEWED))
                        for item in told
                    ),
                ],
            }
        )

    def _format_cents(self, cents):
        return formatLang(self.env, from_cents(cents), currency_obj=self.currency_id)
