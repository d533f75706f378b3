import logging
from collections import defaultdict
from datetime import date, timedelta
from decimal import Decimal
from types import SimpleNamespace

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command, Domain
from odoo.tools import date_utils, split_every
from odoo.tools.misc import formatLang

from .. import fec, fec_books, fec_opening

_logger = logging.getLogger(__name__)

#: entries created and posted at a time
BATCH = 200
#: problems kept and shown; the count says how many there are
SHOWN = 200
#: problems named in the message that refuses an import
NAMED = 10
LOCKS = (
    *("hard_lock_date", "fiscalyear_lock_date", "tax_lock_date"),
    *("sale_lock_date", "purchase_lock_date"),
)
#: nothing here weakens a check: no tax line to compute, no follower, no log note
FAST = {
    "skip_invoice_sync": True,
    "skip_account_move_synchronization": True,
    "tracking_disable": True,
    "mail_create_nosubscribe": True,
    "mail_create_nolog": True,
    "mail_notrack": True,
}


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
    the chart holds the same number with another count of closing zeros; no two codes
    share an account, and the trial balance is compared with the file's at the end.
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
        [("draft", "To check"), ("checked", "Ready"), ("done", "Taken over")],
        default="draft",
        required=True,
        readonly=True,
        copy=False,
    )
    encoding = fields.Char(readonly=True, copy=False)
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
        if vals.keys() & {"file", "filename", "company_id"}:
            self._check_not_done()
            vals = {"state": "draft", **vals}
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_done(self):
        self._check_not_done()

    def action_check(self):
        """Read the files and tell what was found; return True when all are ready."""
        for record in self:
            record._check_not_done()
            ledger, problems, plan = record._study()
            record._write_report(ledger, problems, plan)
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

    # Study

    def _exercise_of(self, day):
        company = self.company_id
        return date_utils.get_fiscal_year(
            day,
            day=company.fiscalyear_last_day,
            month=int(company.fiscalyear_last_month),
        )

    def _study(self):
        """Return the ledger of the file, its problems, and the plan to book it."""
        self.ensure_one()
        self = self.with_company(self.company_id)  # noqa: PLW0642
        ledger = fec.read(self._content(), self.filename, self._exercise_of)
        problems, plan = list(ledger.problems), None
        if not (self.company_id.chart_template or "").startswith("fr"):
            problems.append(fec.Problem("no_chart"))
        elif not ledger.errors:
            plan = self._plan(ledger)
            problems += self._study_later_openings(ledger)
            problems += self._study_opening(ledger, plan)
            problems += self._study_archived(plan)
            problems += self._study_locks(plan)
            problems += self._study_names(ledger, plan)
            problems += self._study_letters(plan)
        problems += self._study_siren()
        return ledger, problems, plan

    def _plan(self, ledger):
        chart = {code: item.account_type for code, item in self._chart().items()}
        journals = [
            (journal.id, journal.code, journal.type, journal.cocare_fec_code)
            for journal in self._journals()
        ]
        return fec_books.plan(ledger, chart, journals)

    def _chart(self):
        """Return {code: account} of the firm, archived accounts included."""
        accounts = self.env["account.account"].with_context(active_test=False)
        domain = [("company_ids", "in", self.company_id.ids)]
        return {account.code: account for account in accounts.search(domain)}

    def _journals(self):
        journals = self.env["account.journal"].with_context(active_test=False)
        return journals.search([("company_id", "=", self.company_id.id)])

    def _study_opening(self, ledger, plan):
        """Leave the opening out where the books already say the same, or refuse it."""
        first_day = ledger.exercise[0]
        books = self._balances_before(first_day)
        if not books:
            return []
        unsure = fec_opening.unsure(ledger.entries, plan.opening, first_day)
        problems = [
            fec.Problem(
                *("opening_unsure", entry.lines[0].number, "", {"entry": str(entry)}),
                level="error" if named else "warning",
            )
            for entry, named in unsure
        ]
        if not plan.opening:
            return problems
        codes = {code: account.code for code, account in plan.accounts.items()}
        found = fec_opening.differences(plan.opening, codes, books)
        plan.leave_out_opening()
        day = str(first_day - timedelta(days=1))
        if found:
            return problems + [self._opening_problem(item, day) for item in found]
        count, number = len(plan.opening), plan.opening[0].lines[0].number
        values = {"count": count, "date": day}
        return [*problems, fec.Problem("opening_kept", number, "", values, "warning")]

    def _opening_problem(self, difference, day):
        code = "opening_account" if difference.account else "opening_result"
        values = {
            "date": day,
            "opening": str(difference.opening),
            "books": str(difference.books),
        }
        if difference.account:
            values["account"] = difference.account
        if difference.partner:
            code, values["partner"] = "opening_partner", difference.partner
        return fec.Problem(code, difference.line, values=values)

    def _balances_before(self, day):
        """Return {(account code, reference of the partner or ""): balance}."""
        groups = self.env["account.move.line"]._read_group(
            [
                ("company_id", "=", self.company_id.id),
                ("parent_state", "=", "posted"),
                ("account_id", "!=", False),
                ("date", "<", day),
            ],
            ["account_id", "partner_id"],
            ["balance:sum"],
        )
        books = defaultdict(Decimal)
        for account, partner, balance in groups:
            books[account.code, partner.ref or ""] += Decimal(f"{balance:.2f}")
        return books

    def _study_later_openings(self, ledger):
        """The opening of a later exercise holds all that this file would add again."""
        later = self.search(
            [
                ("company_id", "=", self.company_id.id),
                ("state", "=", "done"),
                ("date_from", ">", ledger.exercise[1]),
            ],
            order="date_from",
        )
        problems = []
        for take_over in later:
            for entry in take_over._written_opening():
                values = {"name": entry.number, "date": str(entry.date)}
                problems.append(fec.Problem("later_opening", values=values))
        return problems

    def _written_opening(self):
        """Return the opening entries of a take-over that are still in the books."""
        moves = self.move_ids.filtered(
            lambda move: move.state == "posted" and move.date == self.date_from
        )
        entries = [
            fec.Entry(
                *(move.journal_id.cocare_fec_code or "", move.journal_id.name),
                *(move.name, move.date, move.ref),
                [
                    SimpleNamespace(account=item.account_id.code)
                    for item in move.line_ids
                ],
            )
            for move in moves.sorted("id")
        ]
        return fec_opening.find(entries, self.date_from)

    def _study_archived(self, plan):
        chart = self._chart()
        codes = [account.code for account in plan.written_accounts]
        return [
            fec.Problem("account_archived", values={"text": code})
            for code in codes
            if code in chart and not chart[code].active
        ]

    def _study_locks(self, plan):
        """The ORM would move such entries to the next open day without a word."""
        problems = []
        for lock in LOCKS:
            day = self.company_id[f"user_{lock}"] or date.min
            late = [entry for entry in plan.entries if entry.date <= day]
            if late:
                values = {"count": len(late), "date": str(day), "lock": lock}
                number = min(entry.lines[0].number for entry in late)
                problems.append(fec.Problem("locked", number, values=values))
        return problems

    def _study_names(self, ledger, plan):
        """Each entry gets its own name, free in its journal and right for its date."""
        problems, seen = [], {}
        existing = [item.existing for item in plan.journals.values() if item.existing]
        names = plan.names
        used = self.env["account.move"].search_fetch(
            [("journal_id", "in", existing), ("name", "in", list(names.values()))],
            ["name"],
        )
        used = set(used.mapped("name"))
        probe = self.env["account.move"].new({"company_id": self.company_id.id})
        written = {entry.key for entry in plan.entries}
        for entry in ledger.entries:
            if entry.key not in written:
                continue
            name, number = names[entry.key], entry.lines[0].number
            values = {"entry": str(entry), "name": name}
            if name in used:
                problems.append(fec.Problem("entry_exists", number, values=values))
            if name in seen:
                values = {**values, "twin": seen[name]}
                problems.append(fec.Problem("same_name", number, values=values))
            seen[name] = str(entry)
            probe.update({"date": entry.date, "name": name})
            if probe.name != name or not probe._sequence_matches_date():
                problems.append(fec.Problem("entry_name", number, values=values))
        return problems

    def _study_letters(self, plan):
        problems = []
        for group in plan.still_open:
            line, gap = group[0], sum(line.balance for line in group)
            values = {"letter": line.letter, "account": line.account, "gap": str(gap)}
            problem = fec.Problem("letter_open", line.number, "", values, "warning")
            problems.append(problem)
        return problems

    def _study_siren(self):
        found, _closing = fec.split_file_name(self.filename)
        expected = (self.company_id.company_registry or "").replace(" ", "")[:9]
        if not found or not expected or found == expected:
            return []
        values = {"found": found, "expected": expected}
        return [fec.Problem("other_siren", values=values, level="warning")]

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
                "date_from": ledger.exercise[0],
                "date_to": ledger.exercise[1],
                "entry_count": len(ledger.entries),
                "line_count": len(ledger.lines),
                "debit": float(ledger.debit),
                "credit": float(ledger.credit),
                "error_count": len(errors),
                "warning_count": len(warnings),
                "summary": fec_books.summary(ledger, plan),
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

    # Booking

    def _import_plan(self, plan):
        """Write accounts, journals, partners, posted entries and lettering."""
        self.ensure_one()
        self = self.with_company(self.company_id).with_context(**FAST)  # noqa: PLW0642
        accounts = self._create_accounts(plan)
        journals = self._create_journals(plan, accounts)
        partners = self._create_partners(plan)
        lettered = {line.number for group in plan.balanced for line in group}
        booked = {}
        for entries in split_every(BATCH, plan.entries):
            moves = self.env["account.move"].create(
                [
                    self._prepare_move_vals(entry, plan, accounts, journals, partners)
                    for entry in entries
                ]
            )
            moves._post(soft=False)
            for move, entry in zip(moves, entries, strict=True):
                lines = zip(move.line_ids.sorted("id"), entry.lines, strict=True)
                for item, line in lines:
                    if line.number in lettered:
                        booked[line.number] = item.id
            self.env.invalidate_all()
        self._letter(plan.balanced, booked)
        self._check_trial_balance(plan, accounts)
        _logger.info(
            "%s: %d entries taken over for company %d",
            *(self.filename, len(plan.entries), self.company_id.id),
        )

    def _create_accounts(self, plan):
        """Return {code of the file: account}; open the lettered ones to lettering."""
        chart = self._chart()
        items = plan.written_accounts
        new = [item for item in items if item.code not in chart]
        created = self.env["account.account"].create(
            [
                {
                    "code": item.code,
                    "name": item.label,
                    "account_type": item.kind,
                    "reconcile": item.reconcile,
                    "company_ids": [Command.set(self.company_id.ids)],
                }
                for item in new
            ]
        )
        chart.update(zip((item.code for item in new), created, strict=True))
        for item in items:
            if item.reconcile and not chart[item.code].reconcile:
                chart[item.code].reconcile = True
        return {item.file_code: chart[item.code] for item in items}

    def _create_journals(self, plan, accounts):
        """Return {code of the file: journal}."""
        journals = {journal.id: journal for journal in self._journals()}
        items = plan.written_journals
        new = [item for item in items if not item.existing]
        created = self.env["account.journal"].create(
            [self._prepare_journal_vals(item, accounts) for item in new]
        )
        result = dict(zip((item.file_code for item in new), created, strict=True))
        for item in items:
            if item.existing:
                journal = result[item.file_code] = journals[item.existing]
                journal.cocare_fec_code = item.file_code
        return result

    def _prepare_journal_vals(self, item, accounts):
        bank_account = accounts[item.bank_account].id if item.bank_account else False
        return {
            "code": item.code,
            "name": item.label,
            "type": item.kind,
            "cocare_fec_code": item.file_code,
            "company_id": self.company_id.id,
            "default_account_id": bank_account,
        }

    def _create_partners(self, plan):
        """Return {auxiliary number: partner}, each one of this firm only.

        A partner without company would be seen by all the firms.
        """
        labels = {}
        for line in plan.lines:
            if line.partner:
                labels[line.partner] = labels.get(line.partner) or line.partner_label
        existing = self.env["res.partner"].with_context(active_test=False)
        existing = existing.search(
            [("company_id", "=", self.company_id.id), ("ref", "in", list(labels))]
        )
        partners = {partner.ref: partner for partner in existing}
        new = [number for number in labels if number not in partners]
        created = self.env["res.partner"].create(
            [
                {
                    "name": labels[number] or number,
                    "ref": number,
                    "company_id": self.company_id.id,
                }
                for number in new
            ]
        )
        partners.update(zip(new, created, strict=True))
        return partners

    def _prepare_move_vals(self, entry, plan, accounts, journals, partners):
        return {
            "move_type": "entry",
            "journal_id": journals[entry.journal].id,
            "date": entry.date,
            "name": plan.names[entry.key],
            "ref": entry.piece,
            "invoice_date_due": entry.date,
            "cocare_fec_valid_date": entry.valid_date,
            "cocare_fec_piece_date": entry.piece_date,
            "cocare_fec_import_id": self.id,
            "line_ids": [
                Command.create(
                    self._prepare_line_vals(
                        line,
                        entry.date,
                        accounts[line.account],
                        partners.get(line.partner),
                    )
                )
                for line in entry.lines
            ],
        }

    def _prepare_line_vals(self, line, day, account, partner):
        """A FEC tells no due date: what is owed is due from the date of its entry."""
        trade = account.account_type in ("asset_receivable", "liability_payable")
        return {
            "account_id": account.id,
            "partner_id": partner and partner.id,
            "name": line.label,
            "balance": float(line.balance),
            "date_maturity": trade and day,
            "tax_ids": [Command.clear()],
        }

    def _letter(self, groups, booked):
        lines = self.env["account.move.line"]
        for some in split_every(BATCH, groups):
            lines._reconcile_plan(
                [lines.browse(booked[line.number] for line in group) for group in some]
            )
            for group in some:
                full = lines.browse(booked[group[0].number]).full_reconcile_id
                days = [line.letter_date for line in group if line.letter_date]
                full.cocare_fec_letter_date = max(days, default=False)

    def _check_trial_balance(self, plan, accounts):
        """The books equal what was to write, account by account, before any commit."""
        expected = defaultdict(Decimal)
        for line in plan.lines:
            expected[accounts[line.account]] += line.balance
        found = dict(
            self.env["account.move.line"]._read_group(
                [
                    ("move_id.cocare_fec_import_id", "=", self.id),
                    ("parent_state", "=", "posted"),
                ],
                ["account_id"],
                ["balance:sum"],
            )
        )
        wrong = [
            account.display_name
            for account in expected.keys() | found.keys()
            if self.currency_id.compare_amounts(
                float(expected.get(account, 0)), found.get(account, 0)
            )
        ]
        if wrong:
            raise UserError(
                self.env._(
                    "The books do not equal the file for these accounts; nothing was "
                    "written: %(accounts)s.",
                    accounts=", ".join(sorted(wrong)),
                )
            )
