import io
import re

from odoo import api, fields, models
from odoo.tools.misc import format_date, formatLang

from .. import fec_verdict
from ..fec_ledger_check import real_date
from ..workbook import workbook
from .cocare_fec_finding_texts import AMOUNTS, DAYS, TEXTS

OFFICE = [
    ("conform", "Conform"),
    ("not_conform", "Not conform"),
    ("blocked", "Refused"),
]
BOOKS = [("clean", "Nothing found"), ("findings", "Findings")]


class CocareFecVerdictMixin(models.AbstractModel):
    """A ledger file with the two verdicts on it, see ``fec_verdict.py``.

    The model has the fields ``file`` (Binary, attachment) and ``filename``. Findings
    are kept as codes and values: each reader sees them in their own language.
    """

    _name = "cocare.fec.verdict.mixin"
    _description = "Two verdicts on a ledger file"

    verdict_office = fields.Selection(
        OFFICE,
        string="Tax office's tool",
        readonly=True,
        copy=False,
        help="What “Test Compta Demat” says of the form of the file. It binds nobody.",
    )
    verdict_books = fields.Selection(
        BOOKS,
        string="Regularity",
        readonly=True,
        copy=False,
        help="What that tool does not check: balances, numbers, dates, order, letters.",
    )
    findings = fields.Json(readonly=True, copy=False)
    verdict_html = fields.Html(compute="_compute_verdict_html", sanitize=False)
    encoding_found = fields.Char(string="Encoding", readonly=True, copy=False)
    line_count = fields.Integer(string="Lines", readonly=True, copy=False)
    entry_count = fields.Integer(string="Entries", readonly=True, copy=False)
    debit = fields.Monetary(readonly=True, copy=False)
    credit = fields.Monetary(readonly=True, copy=False)
    currency_id = fields.Many2one("res.currency", compute="_compute_currency_id")

    def _compute_currency_id(self):
        # a ledger file is in euros
        self.currency_id = self.env.ref("base.EUR")

    @api.depends_context("lang")
    @api.depends("findings", "verdict_office", "verdict_books")
    def _compute_verdict_html(self):
        for record in self:
            record.verdict_html = record.verdict_office and self.env["ir.qweb"]._render(
                "cocare_mutual_accounting.fec_verdicts", record._verdict_values()
            )

    def action_verdict_report(self):
        """Download both verdicts as a spreadsheet."""
        self.ensure_one()
        values = {
            "name": f"{(self.filename or '').removesuffix('.txt')}.xlsx",
            "res_model": self._name,
            "res_id": self.id,
        }
        attachment = self.env["ir.attachment"].search(
            [(name, "=", value) for name, value in values.items()], limit=1
        )
        attachment = attachment or attachment.create(values)
        attachment.raw = self._verdict_report()
        return {
            "type": "ir.actions.act_url",
            "url": f"/web/content/{attachment.id}?download=true",
            "target": "self",
        }

    @api.model
    def _verdict_vals(self, stream, filename, exercise=None, siren=""):
        """Look at a file, and say what to write of it.

        :param stream: binary file, at its beginning
        :return: values of the fields of this mixin
        """
        verdict = fec_verdict.check(stream, filename, exercise, siren)
        return {
            "verdict_office": verdict.office,
            "verdict_books": verdict.books,
            "encoding_found": verdict.encoding,
            "line_count": verdict.lines,
            "entry_count": verdict.entries,
            "debit": float(verdict.debit),
            "credit": float(verdict.credit),
            "findings": [
                {
                    "side": item.side,
                    "code": item.code,
                    "level": item.level,
                    "column": item.column,
                    "count": item.count,
                    "places": item.places,
                }
                for item in verdict.findings
            ],
        }

    def _open_file(self):
        """:return: the file, as a binary stream that is not read as a whole"""
        self.ensure_one()
        attachment = (
            self.env["ir.attachment"]
            .sudo()  # those of a field are nobody's to search; the record is checked
            .search(
                [
                    ("res_model", "=", self._name),
                    ("res_field", "=", "file"),
                    ("res_id", "=", self.id),
                ]
            )
        )
        if attachment.store_fname:
            return open(attachment._full_path(attachment.store_fname), "rb")
        return io.BytesIO(attachment.raw or b"")

    # Words

    def _verdict_values(self):
        """What the template of the verdicts shows."""
        self.ensure_one()
        rows = [self._finding_row(finding) for finding in self.findings or []]
        return {
            "sides": [
                {
                    "title": self._fields[field]._description_string(self.env),
                    "help": self._fields[field]._description_help(self.env),
                    "verdict": self[field],
                    "words": self._selection_label(field),
                    "rows": [row for row in rows if row["side"] == side],
                }
                for side, field in (
                    ("office", "verdict_office"),
                    ("books", "verdict_books"),
                )
            ]
        }

    def _selection_label(self, field):
        labels = dict(self._fields[field]._description_selection(self.env))
        return labels[self[field]]

    @api.model
    def _level_label(self, level):
        return {
            "blocking": self.env._("Refused"),
            "missing": self.env._("Data missing"),
            "alert": self.env._("Alert"),
            "told": self.env._("To look at"),
        }[level]

    def _finding_row(self, finding):
        line, entry, values = finding["places"][0]
        lines = [place[0] for place in finding["places"] if place[0]]
        where = ", ".join(map(str, lines))
        return {
            "side": finding["side"],
            "level": finding["level"],
            "level_words": self._level_label(finding["level"]),
            "text": self._finding_text(finding["side"], finding["code"], values),
            "column": finding["column"],
            "count": finding["count"],
            "entry": entry,
            "lines": f"{where}…" if finding["count"] > len(lines) and where else where,
        }

    def _finding_text(self, side, code, values):
        """A sentence in the reader's language."""
        values = dict(values)
        for key in values.keys() & DAYS:
            values[key] = self._shown_day(values[key])
        for key in values.keys() & AMOUNTS:
            values[key] = formatLang(self.env, float(values[key]), digits=2)
        # The text is only known when the finding is.
        return self.env._(TEXTS[side, code]) % values  # pylint: disable=translation-not-lazy

    def _shown_day(self, text):
        """A date in words; a text that is none (an entry, a day not of the calendar) as
        it is."""
        day = re.fullmatch(r"([0-9]{4})-?([0-9]{2})-?([0-9]{2})", text)
        if day and real_date("".join(day.groups())):
            return format_date(self.env, "-".join(day.groups()))
        return text

    def _verdict_report(self):
        """:return: bytes of an XLSX file; no text of the ledger is a formula in it"""
        self.ensure_one()

        summary = [
            (side["title"], side["words"], len(side["rows"]))
            for side in self._verdict_values()["sides"]
        ]
        rows = [
            (
                self._fields[f"verdict_{finding['side']}"]._description_string(
                    self.env
                ),
                self._level_label(finding["level"]),
                self._finding_text(finding["side"], finding["code"], values),
                finding["count"],
                line or "",
                finding["column"],
                entry,
            )
            for finding in self.findings or []
            for line, entry, values in finding["places"]
        ]
        return workbook(
            [
                (
                    self.env._("Verdicts"),
                    [
                        self.filename or "",
                        self.env._("Verdict"),
                        self.env._("Findings"),
                    ],
                    summary,
                ),
                (
                    self.env._("Findings"),
                    [
                        self.env._("Side"),
                        self.env._("Level"),
                        self.env._("Finding"),
                        self.env._("Times in the file"),
                        self.env._("Line"),
                        self.env._("Column"),
                        self.env._("Entry"),
                    ],
                    rows,
                ),
            ]
        )
