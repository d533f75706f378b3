import logging
from datetime import date

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tools.misc import format_date, formatLang

from .. import bank_chain, bank_file
from ..allocation import from_cents, to_cents
from ..bank_statement import Problem

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

    # Study

    def _study(self, more_links=None):
        """Read the file and look at it beside the books.

        :param more_links: ``journal → [Link]``, statements that wait in other files
        :return: reading, list of (statement, journal, previous link), problems
        """
        self.ensure_one()
        reading = self._read()
        problems, found = list(reading.problems), []
        for statement in reading.statements:
            journal, wrong = self._find_journal(statement)
            problems += wrong
            if journal and statement.currency:
                problems += self._study_currency(statement, journal)
            found.append((statement, journal, None))
        firms = self.env["res.company"].union(*(j.company_id for _s, j, _p in found))
        if len(firms) > 1:
            problems.append(
                Problem("two_firms", 0, {"text": ", ".join(firms.mapped("name"))})
            )
        if not any(problem.level == "error" for problem in problems):
            known = self._study_same_file(firms)
            found, wrong = self._study_chain(found, more_links)
            # one reason says it: of the same file, everything is there already
            problems += known or wrong
            for statement, journal, _previous in found:
                problems += self._study_locks(statement, journal)
                if not known and "overlap" not in [problem.code for problem in wrong]:
                    problems += self._study_keys(statement, journal)
        return reading, found, problems

    def _read(self):
        """The ``Reading`` of the file; the columns of a table are proposed once."""
        data = self._content()
        reading = bank_file.read(data)
        self.needs_balances = False
        if reading.errors or reading.format not in bank_file.TABLES:
            return reading
        given = {"currency": self.currency_id.name}
        if self.balances_given:
            for name in ("opening", "closing"):
                given[name] = to_cents(self[name])
        chosen = [column.meaning or "" for column in self.column_ids] or None
        table, meanings, reading = bank_file.read_table(
            data, chosen, self.journal_id.cocare_bank_columns, **given
        )
        if table and len(self.column_ids) != len(table.header):
            self.column_ids = [
                Command.clear(),
                *(
                    Command.create(self._prepare_column_vals(table, rank, meaning))
                    for rank, meaning in enumerate(meanings)
                ),
            ]
        self.needs_balances = "balance" not in meanings
        return reading

    @api.model
    def _prepare_column_vals(self, table, rank, meaning):
        samples = [str(cells[rank]) for _l, cells in table.rows if rank < len(cells)]
        samples = [sample for sample in samples if sample][:3]
        return {
            "rank": rank,
            "name": table.header[rank] or "–",
            "sample": " | ".join(samples),
            "meaning": meaning or False,
        }

    def _find_journal(self, statement):
        """Return the journal of a statement and what keeps it from being found."""
        number, chosen = statement.number, self.journal_id
        if not statement.iban:
            if not chosen:
                return chosen, [Problem("journal_wanted", number)]
            if not _is_part(statement.account, chosen.bank_account_id):
                values = {"found": statement.account, "expected": chosen.display_name}
                return chosen.browse(), [Problem("other_account", number, values)]
            return chosen, []
        journals = self._journals_of(statement.iban)
        values = {"iban": statement.iban}
        if len(journals) == 1 and chosen in (journals, chosen.browse()):
            return journals, []
        if len(journals) == 1:
            values["expected"] = chosen.display_name
            return chosen.browse(), [Problem("other_iban", number, values)]
        if journals:
            values["text"] = ", ".join(journals.mapped("display_name"))
            return chosen.browse(), [Problem("iban_twice", number, values)]
        own = self.with_context(allowed_company_ids=self.env.user.company_ids.ids)
        elsewhere = own._journals_of(statement.iban)[:1]
        if elsewhere:
            values["firm"] = elsewhere.company_id.name
            return chosen.browse(), [Problem("firm_not_ticked", number, values)]
        return chosen.browse(), [Problem("no_journal", number, values)]

    def _journals_of(self, iban):
        """The bank journals on an IBAN, of the firms that are ticked."""
        return self.env["account.journal"].search(
            [
                ("type", "=", "bank"),
                ("bank_account_id.sanitized_acc_number", "=", iban),
                ("company_id", "in", self.env.companies.ids),
            ]
        )

    def _study_currency(self, statement, journal):
        expected = journal.currency_id or journal.company_id.currency_id
        if expected.name == statement.currency and expected.decimal_places == 2:
            return []
        values = {"found": statement.currency, "expected": expected.name}
        return [Problem("currency", statement.number, values)]

    def _study_same_file(self, firm):
        twin = self.search(
            [
                ("sha256", "=", self.sha256),
                ("company_id", "=", firm.id),
                ("state", "in", ("checked", "done")),
                ("id", "!=", self.id),
            ],
            order="state desc, id",
            limit=1,
        )
        if not twin:
            return []
        code = "same_file" if twin.state == "done" else "same_file_waits"
        values = {
            "name": twin.filename,
            "day": (twin.imported_on or twin.create_date).date(),
            "user": (twin.imported_by_id or twin.create_uid).sudo().name,
        }
        return [Problem(code, 0, values)]

    def _study_chain(self, found, more_links):
        """Place each statement after those of its journal, in the books or waiting."""
        links, placed, problems, first = {}, [], [], False
        for statement, journal, _none in sorted(
            found, key=lambda item: (item[0].first_day, item[0].last_day)
        ):
            if journal not in links:
                links[journal] = journal._cocare_statement_links()
                links[journal] += more_links(journal) if more_links else []
            link = bank_chain.Link(
                statement.name or self.filename,
                *(statement.first_day, statement.last_day),
                *(statement.opening, statement.closing),
            )
            previous, wrong = bank_chain.place(link, links[journal], statement.number)
            problems += wrong
            if not previous and not wrong:
                begins, wrong = self._study_first(statement, journal)
                first, problems = first or begins, problems + wrong
            if statement.lines:
                links[journal].append(link)
            else:
                problems.append(Problem("no_movement", statement.number, {}, "warning"))
            placed.append((statement, journal, previous))
        self.needs_opening = first
        return placed, problems

    def _study_first(self, statement, journal):
        """The first statement opens with the balance of the books, or somebody says so.

        :return: whether it has to be accepted, problems
        """
        books = journal._cocare_balance_before(statement.first_day)
        if books == statement.opening:
            return False, []
        values = {
            "account": journal.default_account_id.display_name,
            **{"opening": statement.opening, "books": books},
            **{"gap": statement.opening - books, "day": statement.first_day},
        }
        level = "warning" if self.opening_accepted else "error"
        return True, [Problem("first", statement.number, values, level)]

    def _study_locks(self, statement, journal):
        """Odoo would date such movements on the next open day without a word."""
        problems = []
        for lock in LOCKS:
            day = journal.company_id[f"user_{lock}"] or date.min
            late = [line for line in statement.lines if line.day <= day]
            if late:
                values = {"count": len(late), "day": day, "lock": lock}
                problems.append(Problem("locked", late[0].number, values))
        return problems

    def _study_keys(self, statement, journal):
        """Movements that an earlier statement of the account holds already."""
        keys = dict(zip(statement.keys, statement.lines, strict=True))
        known = self.env["account.bank.statement.line"].search(
            [
                ("journal_id", "=", journal.id),
                ("cocare_bank_key", "in", list(keys)),
            ]
        )
        return [
            Problem(
                "known_line",
                keys[line.cocare_bank_key].number,
                values={"text": line.payment_ref, "name": line.statement_id.name},
            )
            for line in known
        ]

    def _waiting_links(self, journal):
        """Statements of the journal in files that are ready and not imported yet."""
        waiting = self.env["cocare.bank.import.statement"].search(
            [
                ("journal_id", "=", journal.id),
                ("import_id.state", "=", "checked"),
                ("import_id", "not in", self.ids),
                ("line_count", ">", 0),
            ]
        )
        return [statement._link() for statement in waiting]

    def _journals_before_all(self):
        """Journals that an earlier check found, and the one that was chosen."""
        return self.journal_id | self.statement_ids.journal_id

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

    # Books

    def _book(self, found):
        """Write the statements of the file and look that the books say the same."""
        self = self.with_company(self.company_id).with_context(**QUIET)  # noqa: PLW0642
        told = {(item.number, item.iban): item for item in self.statement_ids}
        for statement, journal, _previous in found:
            if statement.lines:
                booked = self._book_statement(statement, journal)
                told[statement.number, statement.iban or ""].statement_id = booked
            if self.is_table:
                journal._cocare_keep_columns(self.column_ids)
        _logger.info(
            "%s: %d movements imported for company %d",
            *(self.filename, self.line_count, self.company_id.id),
        )

    def _book_statement(self, statement, journal):
        booked = self.env["account.bank.statement"].create(
            {
                "name": statement.name or self._statement_name(statement, journal),
                "reference": self.filename,
                "balance_start": from_cents(statement.opening),
                "balance_end_real": from_cents(statement.closing),
                "cocare_closing_day": statement.last_day,
                "line_ids": [
                    Command.create(self._prepare_line_vals(line, key, journal))
                    for line, key in zip(statement.lines, statement.keys, strict=True)
                ],
            }
        )
        self.env.flush_all()
        self._check_booked(statement, journal, booked)
        return booked

    def _statement_name(self, statement, journal):
        return self.env._(
            "%(journal)s, %(first)s to %(last)s",
            journal=journal.code,
            first=format_date(self.env, statement.first_day),
            last=format_date(self.env, statement.last_day),
        )

    @api.model
    def _prepare_line_vals(self, line, key, journal):
        return {
            "journal_id": journal.id,
            "date": line.day,
            "amount": from_cents(line.cents),
            "payment_ref": line.label,
            "partner_name": line.partner or False,
            "account_number": line.account or False,
            "ref": line.reference or False,
            "cocare_bank_key": key,
        }

    def _check_booked(self, statement, journal, booked):
        """What the books hold equals the file, before any commit."""
        items = booked.line_ids.move_id.line_ids.filtered(
            lambda item: item.account_id == journal.default_account_id
        )
        wanted = sorted((line.day, line.cents) for line in statement.lines)
        found = sorted((line.date, to_cents(line.amount)) for line in booked.line_ids)
        posted = set(booked.line_ids.mapped("state")) == {"posted"}
        amount = "amount_currency" if journal.currency_id else "balance"
        if (
            wanted != found
            or not posted
            or not booked.is_complete
            or to_cents(booked.balance_end) != statement.closing
            or to_cents(sum(items.mapped(amount))) != sum(c for _day, c in wanted)
        ):
            raise UserError(
                self.env._(
                    "The books would not say what statement %(name)s of %(file)s says; "
                    "nothing was written.",
                    name=booked.name,
                    file=self.filename,
                )
            )


def _is_part(account, bank_account):
    """Whether the number that a file gives instead of an IBAN is the account's."""
    number = (account or "").split()[-1:]
    iban = bank_account.sanitized_acc_number or ""
    return not number or not iban or number[0] in iban
