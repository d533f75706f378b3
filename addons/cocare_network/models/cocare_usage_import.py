import hashlib
from collections import defaultdict

from odoo import api, fields, models
from odoo.exceptions import UserError

from .. import usage_csv
from .cocare_reading import IMPORTING

#: lines named in the message that refuses an import
NAMED = 10
#: what the one who gives a file says; the rest is what was found in it
GIVEN = {"network_id", "file", "filename"}


class CocareUsageImport(models.Model):
    """A file of readings (CSV) that somebody gave: what it said and what became of it.

    How to use: give the file, check it, look at every line with its reading and its
    error, then import. Nothing is written while a line is wrong, unless whoever imports
    says so by leaving the wrong lines out.

    How it works: ``usage_csv.py`` reads the file, this model finds the firms and the
    services and writes ``cocare.reading``, which leave their usages as if they had been
    typed in. A line is known by what it says (``import_key``, a unique index), so that
    the same line in another file, or in the same one again, is never counted twice.
    """

    _name = "cocare.usage.import"
    _inherit = ["cocare.guarded.mixin", "cocare.file.mixin"]
    _description = "Import of readings"
    _order = "id desc"

    network_id = fields.Many2one(
        "cocare.network",
        required=True,
        index=True,
        ondelete="restrict",
        default=lambda self: self.env["cocare.network"].search([], limit=1),
    )
    file = fields.Binary(string="CSV file")
    sha256 = fields.Char(
        help="Fingerprint of the file: one that was imported whole is refused again.",
    )
    state = fields.Selection(
        [("draft", "To check"), ("checked", "Checked"), ("done", "Imported")],
        required=True,
        default="draft",
        readonly=True,
        copy=False,
    )
    encoding = fields.Char(readonly=True, copy=False)
    problem = fields.Json(readonly=True, copy=False)
    message = fields.Text(
        compute="_compute_message", help="What keeps the file from being read."
    )
    line_ids = fields.One2many(
        "cocare.usage.import.line",
        "import_id",
        string="Lines of the file",
        readonly=True,
    )
    line_count = fields.Integer(string="Lines", readonly=True, copy=False)
    ready_count = fields.Integer(string="To import", readonly=True, copy=False)
    known_count = fields.Integer(string="Imported before", readonly=True, copy=False)
    error_count = fields.Integer(string="To correct", readonly=True, copy=False)
    imported_on = fields.Datetime(readonly=True, copy=False)
    imported_by_id = fields.Many2one(
        "res.users", string="Imported by", readonly=True, copy=False
    )

    _file_once = models.UniqueIndex(
        "(network_id, sha256) WHERE state = 'done' AND error_count = 0",
        "This file has already been imported.",
    )

    @api.depends("problem")
    @api.depends_context("lang")
    def _compute_message(self):
        Line = self.env["cocare.usage.import.line"]
        for record in self:
            record.message = record.problem and Line._located(*record.problem)

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            self._check_given(vals)
        return super().create(vals_list)

    def write(self, vals):  # pylint: disable=method-required-super
        self._check_given(vals)
        self._check_not_done()
        return self._store({**vals, "state": "draft"})

    @api.ondelete(at_uninstall=False)
    def _unlink_except_done(self):
        self._check_not_done()

    def action_check(self):
        """Read the files; write no reading, only what was found in them."""
        for record in self:
            record._check_not_done()
            record._store_report(*record._study())
        return True

    def action_import(self):
        """Write the readings of the whole file, or refuse naming the lines."""
        return self._import(skip_errors=False)

    def action_import_good(self):
        """Write the readings of the good lines; the wrong ones are left out."""
        return self._import(skip_errors=True)

    def action_open_readings(self):
        """Open the readings that came from the file."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "cocare_network.cocare_reading_action"
        )
        return {**action, "domain": [("import_id", "=", self.id)], "context": {}}

    def action_download_template(self):
        """A file to fill in, with the firms and services of today's agreements."""
        return {
            "type": "ir.actions.act_url",
            "url": "/cocare/usages/template",
            "target": "download",
        }

    def _import(self, skip_errors):
        self.check_access("write")
        for record in self:
            record._check_not_done()
            problem, lines = record._study()
            record._store_report(problem, lines)
            record._check_importable(lines, skip_errors)
            # First of all: the same file imported at the same time stops here.
            record._store(
                {
                    "state": "done",
                    "imported_on": fields.Datetime.now(),
                    "imported_by_id": self.env.uid,
                }
            )
            record.flush_recordset()
            record._write_readings()
        return True

    def _check_importable(self, lines, skip_errors):
        Line = self.env["cocare.usage.import.line"]
        if self.problem:
            raise UserError(self.message)
        wrong = [line for line in lines if line["state"] == "error"]
        if wrong and not skip_errors:
            texts = [Line._text(line["problems"]) for line in wrong[:NAMED]]
            if len(wrong) > NAMED:
                texts.append(
                    self.env._("And %(count)s more.", count=len(wrong) - NAMED)
                )
            raise UserError("\n".join([self.env._("Nothing was imported:"), *texts]))
        if not any(line["state"] == "ready" for line in lines):
            raise UserError(
                self.env._(
                    "%(file)s holds no line to import: %(known)s imported before, "
                    "%(wrong)s to correct.",
                    file=self.filename,
                    known=self.known_count,
                    wrong=self.error_count,
                )
            )

    def _write_readings(self):
        """Create the readings with the rights of whoever imports."""
        lines = self.line_ids.filtered(lambda line: line.state == "ready")
        Reading = self.env["cocare.reading"].with_context(cocare_importing=IMPORTING)
        readings = Reading.create(
            [
                {
                    "company_id": line.company_id.id,
                    "service_id": line.service_id.id,
                    "date": line.date,
                    "quantity": line.quantity,
                    "name": line.name,
                    "import_id": self.id,
                    "import_key": line.import_key,
                }
                for line in lines
            ]
        )
        lines._store_readings(readings.with_env(self.env))

    # Study

    def _study(self):
        """What the file says, and who and what that is.

        :return: ``[code, line, values]`` of the problem of the file or False, and the
            values of its lines
        """
        self.ensure_one()
        twin = self.sudo().search(
            [
                ("network_id", "=", self.network_id.id),
                ("sha256", "=", self.sha256),
                ("state", "=", "done"),
                ("error_count", "=", 0),
            ]
        )
        if twin:
            values = {
                "date": fields.Datetime.to_string(twin.imported_on),
                "user": twin.imported_by_id.name,
            }
            return ["same_file", 0, values], []
        sheet = usage_csv.read(self._content())
        self._store({"encoding": sheet.encoding})
        if sheet.problems:
            problem = sheet.problems[0]
            return [problem.code, problem.line, problem.values], []
        lines = self._find_firms_and_services(sheet.rows)
        self._find_closed_and_unagreed(lines)
        self._find_known(lines)
        for line in lines:
            line["state"] = line.get("state") or (
                "error" if line["problems"] else "ready"
            )
        return False, lines

    def _find_firms_and_services(self, rows):
        firms, services = self._firms_by_word(), self._services_by_word()
        lines = []
        for row in rows:
            line = {
                "line": row.line,
                "firm_text": row.firm[: usage_csv.MAX_TEXT],
                "service_text": row.service[: usage_csv.MAX_TEXT],
                "date_text": row.date_text[: usage_csv.MAX_TEXT],
                "quantity_text": row.quantity_text[: usage_csv.MAX_TEXT],
                "name": row.name[: usage_csv.MAX_TEXT],
                "date": row.day or False,
                "quantity": float(row.quantity or 0),
                "problems": [[p.code, p.line, p.values] for p in row.problems],
            }
            self._find_one(line, "company_id", "firm", row.firm, firms)
            self._find_one(line, "service_id", "service", row.service, services)
            service = self.env["cocare.service"].browse(line["service_id"])
            if service and service.meter != "manual":
                self._add(line, "service_metered", service=service.name)
            lines.append(line)
        return lines

    def _find_one(self, line, field, kind, text, found):
        records = found.get(usage_csv.plain(text)) or found.get(
            "".join(c for c in text if c.isalnum())
        )
        line[field] = records.id if records and len(records) == 1 else False
        if text and not records:
            self._add(line, f"{kind}_unknown", text=text[: usage_csv.MAX_TEXT])
        elif records and len(records) > 1:
            self._add(line, f"{kind}_twice", text=text)

    def _add(self, line, code, **values):
        line["problems"].append([code, line["line"], values])

    def _firms_by_word(self):
        """The firms one works in, by name, SIRET and code, as a file may say them."""
        firms = self.env["res.company"].search(
            [
                ("cocare_network_id", "=", self.network_id.id),
                ("id", "in", self.env.companies.ids),
            ]
        )
        found = defaultdict(self.env["res.company"].browse)
        for firm in firms:
            words = {
                usage_csv.plain(firm.name),
                usage_csv.plain(firm.partner_id.ref or ""),
                "".join(c for c in firm.company_registry or "" if c.isalnum()),
            }
            for word in words - {""}:
                found[word] |= firm
        return dict(found)

    def _services_by_word(self):
        services = self.env["cocare.service"].search(
            [("network_id", "=", self.network_id.id)]
        )
        found = defaultdict(self.env["cocare.service"].browse)
        for service in services:
            for word in {usage_csv.plain(service.code), usage_csv.plain(service.name)}:
                found[word] |= service
        return dict(found)

    def _find_closed_and_unagreed(self, lines):
        lock_date = self.network_id.usage_lock_date
        agreed = {}
        for line in lines:
            day, service = line["date"], line["service_id"]
            if not day:
                continue
            if lock_date and day <= lock_date:
                self._add(line, "closed", date=str(lock_date))
            if not service or not line["company_id"]:
                continue
            month = day.replace(day=1)
            if (service, month) not in agreed:
                agreed[service, month] = (
                    self.env["cocare.service"]
                    .browse(service)
                    ._firms(month, fields.Date.end_of(month, "month"))
                    .filtered(lambda firm: not firm.cocare_left_on)
                    .ids
                )
            if line["company_id"] not in agreed[service, month]:
                self._add(
                    line,
                    "no_agreement",
                    firm=self.env["res.company"].browse(line["company_id"]).name,
                    service=self.env["cocare.service"].browse(service).name,
                    month=str(month),
                )

    def _find_known(self, lines):
        """Lines that say the same as one before, here or in an earlier import."""
        first = {}
        for line in lines:
            line["import_key"] = False
            if line["problems"] or not line["date"]:
                continue
            line["import_key"] = key = self._key(line)
            if key in first:
                self._add(line, "twice", other=first[key])
            first.setdefault(key, line["line"])
        known = self._known_keys(first)
        for line in lines:
            if not line["problems"] and line["import_key"] in known:
                line["state"] = "known"
                self._add(line, "known")

    def _known_keys(self, keys):
        """Keys that were imported before; told of lines one was allowed to find only.

        Runs as superuser: a key names its firm, which whoever asks works for.
        """
        readings = self.env["cocare.reading"].sudo()
        return set(
            readings.search([("import_key", "in", list(keys))]).mapped("import_key")
        )

    def _key(self, line):
        said = (
            line["company_id"],
            line["service_id"],
            line["date"],
            f"{line['quantity']:.3f}",
            line["name"],
        )
        return hashlib.sha256("\x1f".join(map(str, said)).encode()).hexdigest()

    # Keep

    def _store(self, vals):
        """The only way to write what was found; a form or a remote call cannot."""
        return super().write(vals)

    def _store_report(self, problem, lines):
        """Keep what was found in the file.

        Runs as superuser for the lines: nobody writes them otherwise.
        """
        self.ensure_one()
        states = [line["state"] for line in lines]
        self._store(
            {
                "problem": problem,
                "state": "draft" if problem else "checked",
                "line_count": len(lines),
                "ready_count": states.count("ready"),
                "known_count": states.count("known"),
                "error_count": states.count("error"),
            }
        )
        self.line_ids.sudo().unlink()
        self.env["cocare.usage.import.line"].sudo().create(
            [{**line, "import_id": self.id} for line in lines]
        )
        self.invalidate_recordset(["line_ids"])

    def _check_given(self, vals):
        """Refuse what the form does not offer; a remote call could still send it."""
        if vals.keys() - GIVEN:
            raise UserError(
                self.env._("What was found in a file is not typed in: check the file.")
            )

    def _check_not_done(self):
        done = self.filtered(lambda record: record.state == "done")[:1]
        if done:
            raise UserError(
                self.env._(
                    "%(file)s was imported and is kept; correct its readings instead.",
                    file=done.filename,
                )
            )
