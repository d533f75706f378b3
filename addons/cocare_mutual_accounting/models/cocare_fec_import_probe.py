from collections import defaultdict
from decimal import Decimal

from odoo import models
from odoo.tools import SQL

from .cocare_fec_import_books import Uncovered

#: entries that the ORM writes first, of each type of journal, to see what it writes
PROBED = 3
#: columns that say who wrote a row and when
AUTHOR = ("create_uid", "create_date", "write_uid", "write_date")


# pylint: disable=consider-merging-classes-inherited
class CocareFecImport(models.Model):
    """See what the ORM writes for some entries of a file, and take it back."""

    _inherit = "cocare.fec.import"

    def _probe(self, plan, records, targets):
        """Return {kind: (columns of a move, of a line)} that the file does not drive.

        A kind is the type of the journal and whether the entry is final.
        """
        samples = defaultdict(list)
        for entry in plan.entries:
            of_kind = samples[self._kind(entry, targets)]
            if len(of_kind) < PROBED:
                of_kind.append(entry)
        probe, ranks = {}, self._pending_ranks()
        for kind, entries in samples.items():
            with self.env.cr.savepoint() as savepoint:
                moves, lines = self._written_by_orm(plan, records, entries)
                savepoint.rollback()
            self.env.invalidate_all(flush=False)
            probe[kind] = (
                self._constants(moves, self._expected_moves(plan, targets, entries)),
                self._constants(lines, self._expected_lines(plan, targets, entries)),
            )
        self.env["account.move"]._get_sequence_cache().clear()
        for key in self._pending_ranks():
            pending = self.env.cr.postcommit.data[key]
            pending.clear()
            pending.update(ranks.get(key, {}))
        return probe

    def _pending_ranks(self):
        """What is to be added to ranks after the commit: no savepoint takes it back."""
        return {
            key: dict(ranks)
            for key, ranks in self.env.cr.postcommit.data.items()
            if str(key).startswith("account.res.partner.increase_rank.")
        }

    def _kind(self, entry, targets):
        return targets.journals[entry.journal].type, bool(entry.valid_date)

    def _written_by_orm(self, plan, targets, entries):
        """Write entries by the ORM; return rows of moves and lines, values as text."""
        moves = self.env["account.move"].create(
            [self._prepare_move_vals(entry, plan, targets, {}) for entry in entries]
        )
        if entries[0].valid_date:
            moves._post(soft=False)
        self.env.flush_all()
        return self._rows_of(moves), self._rows_of(moves.line_ids.sorted("id"))

    def _rows_of(self, records):
        columns = [name for name, field in self._columns(records)]
        self.env.cr.execute(
            SQL(
                "SELECT %s FROM %s AS written WHERE id = ANY(%s) ORDER BY written.id",
                SQL(", ").join(SQL("%s::text", SQL.identifier(c)) for c in columns),
                *(SQL.identifier(records._table), list(records.ids)),
            )
        )
        return [dict(zip(columns, row, strict=True)) for row in self.env.cr.fetchall()]

    def _columns(self, records):
        return [
            (name, field)
            for name, field in records._fields.items()
            if field.store and field.column_type
        ]

    def _constants(self, rows, expected):
        """Columns with one value in all rows; the others have the expected values."""
        driven = expected[0].keys() | {"id", "move_id", "made_sequence_gap", *AUTHOR}
        constants = {c: value for c, value in rows[0].items() if c not in driven}
        for row, values in zip(rows, expected, strict=True):
            for column, value in row.items():
                if column in constants:
                    if value != constants[column]:
                        raise Uncovered(f"{column} is not the same in all rows")
                elif column in values and not _same(value, values[column]):
                    raise Uncovered(f"{column}: {value}, not {values[column]}")
        return {c: value for c, value in constants.items() if value is not None}

    def _expected_moves(self, plan, targets, entries):
        values = [self._move_values(entry, plan, targets) for entry in entries]
        for value in values:
            # numbers before it are not in the books of the probe
            del value["made_sequence_gap"]
        return values

    def _expected_lines(self, plan, targets, entries):
        return [
            self._line_values(line, entry, plan.name(entry), targets, None)
            for entry in entries
            for line in entry.lines
        ]


def _same(text, value):
    """Whether PostgreSQL's text is a value that we would write."""
    if text is None or value is None or value is False:
        return (text is None and value is None) or (value is False and text == "false")
    if value is True:
        return text == "true"
    if isinstance(value, Decimal):
        return Decimal(text) == value
    return text == str(value)
