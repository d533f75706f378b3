from psycopg2.errors import ExclusionViolation, UniqueViolation

from odoo import models
from odoo.tools import SQL


class AccountMove(models.Model):
    """Numbers of documents that are posted together.

    Odoo takes the number of each document in the database, with a savepoint, for the
    first of each journal, and counts on from there for the next ones. Here the first
    numbers of all journals are taken in one statement; Odoo does the rest as ever.
    """

    # One idea a file.
    _inherit = "account.move"  # pylint: disable=consider-merging-classes-inherited

    def _compute_name(self):
        if self.env.context.get("cocare_sequence_formats") is not None:
            self._cocare_take_first_numbers()
        return super()._compute_name()

    def _get_next_sequence_format(self):
        """One document of each journal looks for the last number."""
        known = self.env.context.get("cocare_sequence_formats")
        if known is None or self.journal_id.is_self_billing:  # numbered by partner
            return super()._get_next_sequence_format()
        key = self.journal_id, self.move_type, self.date
        if key not in known:
            known[key] = super()._get_next_sequence_format()
        form, values = known[key]
        return form, dict(values)

    def _cocare_take_first_numbers(self):
        """Take them as ``_locked_increment`` does, for Odoo to find in its cache.

        Where somebody else was faster, Odoo takes them one by one.
        """
        cache = self._get_sequence_cache()
        numbers, names = {}, []
        # as Odoo sorts them, so that they are the first ones
        for move in self.sorted(lambda m: (m.date, m.ref or "", m._origin.id)):
            if move.state != "posted" or (move.name and move.name != "/"):
                continue
            form, values = move._get_next_sequence_format()
            number = values.pop("seq")
            key = form.format(**values, seq=0), move.journal_id
            if key not in cache and key not in numbers:
                numbers[key] = number
                name = form.format(**values, seq=number + 1)
                names.append(SQL("(%s, %s)", move.id, name))
        if not names:
            return
        self.flush_recordset(["state"])  # a number is unique among what is posted
        try:
            with self.env.cr.savepoint(flush=False):
                self.env.cr.execute(
                    SQL(
                        "UPDATE account_move SET name = taken.name"
                        " FROM (VALUES %s) AS taken(id, name)"
                        " WHERE account_move.id = taken.id",
                        SQL(", ").join(names),
                    ),
                    log_exceptions=False,
                )
        except (ExclusionViolation, UniqueViolation):
            return
        cache.update(numbers)
