import logging

from odoo import api, fields, models
from odoo.exceptions import UserError

_logger = logging.getLogger(__name__)

#: lines that a person waits for; more are written by a job
AT_ONCE = 20_000
#: where the entries and their lines begin and end, in hundredths of the time that a
#: ledger of 400,000 lines takes: before, the file is read again; after come foreign
#: keys, letters and checks
ENTRIES, LINES = (35, 45), (45, 65)


# pylint: disable=consider-merging-classes-inherited
class CocareFecImport(models.Model):
    """Take a large ledger over in the background, and say how far it is.

    It stays one transaction, all or nothing, which nobody else sees into: how many
    entries and lines were written is what PostgreSQL says of its ``COPY`` (since
    version 14).
    """

    _inherit = "cocare.fec.import"

    progress = fields.Integer(string="How far", compute="_compute_progress")

    @api.depends("state", "line_count")
    @api.depends_context("uid")
    def _compute_progress(self):
        self.progress = 0
        queued = self.filtered(lambda record: record.state == "queued")
        # the job takes the oldest first
        first = queued.search([("state", "=", "queued")], order="id", limit=1) & queued
        first.progress = first and self._progress(first.entry_count, first.line_count)

    @api.model
    def _progress(self, entry_count, line_count):
        """How far the job is with a ledger of so many entries and lines, in hundredths;
        0 while it writes neither."""
        if self.env.cr.connection.server_version < 140000:
            return 0
        self.env.cr.execute(
            """
            SELECT relid::regclass::text, tuples_processed FROM pg_stat_progress_copy
             WHERE datname = current_database()
            """
        )
        written = dict(self.env.cr.fetchall())
        for table, count, (begin, end) in (
            ("account_move", entry_count, ENTRIES),
            ("account_move_line", line_count, LINES),
        ):
            if table in written:
                part = min(1, written[table] / max(count, 1))
                return begin + int((end - begin) * part)
        return 0

    def action_start(self):
        """Take the ledger over, or have it done by the job when it is large."""
        self.ensure_one()
        if self.state != "checked" or self.line_count <= AT_ONCE:
            return self.action_import()
        self._check_not_done()
        self._lock()
        self.state = "queued"
        cron = self.env.ref("cocare_mutual_accounting.cron_import_ledgers")
        # people who keep books do not manage jobs
        cron.sudo()._trigger()
        return True

    @api.model
    def _cron_import(self):
        """Take over what waits, each as whoever asked; what is refused says why."""
        queued = self.search([("state", "=", "queued")], order="id")
        for rank, record in enumerate(queued, 1):
            own = record.with_user(record.write_uid).with_context(
                allowed_company_ids=record.company_id.ids
            )
            own._import_queued()
            self.env["ir.cron"]._commit_progress(1, remaining=len(queued) - rank)

    def _import_queued(self):
        try:
            with self.env.cr.savepoint():
                self.action_import()
        except UserError as refused:
            _logger.info("%s: %s", self.filename, refused)
            self.env.invalidate_all()
            self.state = "draft"
            self.action_check()
