"""Tell two companies apart, row by row: what a copy has to be equal to its model in.

Knows nothing of how the copy was made: it reads PostgreSQL's catalogue by itself, pairs
the rows of both companies by the order they were made in, and turns ids into ranks.
"""

import json
import re
from collections import Counter

from odoo.tools import SQL

#: who wrote it, when, and what is different by nature
IGNORED = {"id", "create_uid", "write_uid", "create_date", "write_date"}
BY_NATURE = {
    ("mail_message", "date"),
    ("mail_message", "message_id"),
    ("res_partner", "calendar_last_notif_ack"),
}


def foreign_keys(cr):
    """:return: ``{(table, column): table referred to}``"""
    cr.execute(
        """
        SELECT k.conrelid::regclass::text, a.attname, k.confrelid::regclass::text
          FROM pg_constraint k
          JOIN pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = k.conkey[1]
         WHERE k.contype = 'f'
        """
    )
    return {(table, column): target for table, column, target in cr.fetchall()}


class Company:
    """A company with the rows that make it."""

    def __init__(self, env, company, rows):
        self.env = env
        self.company = company
        self.rows = rows
        self.ranks = {
            table: {row_id: rank for rank, row_id in enumerate(ids)}
            for table, ids in rows.items()
        }
        self.models = {
            model._name: model._table for model in env.values() if model._auto
        }
        self.words = {
            company.name: "NAME",
            env["mail.alias"]._sanitize_alias_name(company.name): "SLUG",
        }

    def reference(self, table, row_id):
        """An id in words: its rank when the row is the company's own."""
        rank = self.ranks.get(table, {}).get(row_id)
        return row_id if rank is None else f"{table}#{rank}"

    def text(self, value):
        for word, stand_in in self.words.items():
            value = value.replace(word, stand_in)
        # As Odoo writes it into external ids and codes.
        return re.sub(rf"(^|FRSECURE){self.company.id}([_-])", r"\1C\2", value)

    def by_company(self, value, target):
        """A value by company with the company's key and record in words."""
        found = {}
        for key, content in value.items():
            if key == str(self.company.id):
                key = "C"
                if target and isinstance(content, int):
                    content = self.reference(target, content)
            if isinstance(content, str):
                content = self.text(content)
            found[key] = content
        return found

    def row(self, table, row, keys):
        """A row with everything that depends on the company in words."""
        model = self.env.get(self.model_of(table))
        told = {}
        for column, value in row.items():
            if column in IGNORED or (table, column) in BY_NATURE:
                continue
            field = model._fields.get(column) if model is not None else None
            if value is None:
                pass
            elif (table, column) in keys:
                value = self.reference(keys[table, column], value)
            elif field is not None and field.type == "many2one_reference":
                value = self.reference(self.models.get(row[field.model_field]), value)
            elif isinstance(value, dict):
                target = field is not None and field.type == "many2one"
                value = self.by_company(
                    value, target and self.env[field.comodel_name]._table
                )
            elif column == "parent_path":
                steps = value.rstrip("/").split("/")
                value = [self.reference(table, int(step)) for step in steps]
            elif isinstance(value, str):
                if table == "ir_model_data" and "default_account" in value:
                    # The one name that Odoo ends with the id of its record.
                    value = value.replace(str(row["res_id"]), "ID")
                value = self.text(value)
            told[column] = value
        return self.special(table, told)

    def special(self, table, told):
        """Ids inside texts, where Odoo keeps them so."""
        if table == "ir_default" and told["json_value"].isdigit():
            field = self.env["ir.model.fields"].browse(told["field_id"])
            if field.ttype == "many2one":
                told["json_value"] = self.reference(
                    self.env[field.relation]._table, int(told["json_value"])
                )
        if table == "mail_alias":
            told["alias_defaults"] = {
                name: self.reference("account_journal", value)
                if name == "journal_id"
                else "C"
                if value == self.company.id
                else value
                for name, value in eval(told["alias_defaults"]).items()  # noqa: S307  pylint: disable=eval-used
            }
            for name in ("alias_parent_thread_id", "alias_force_thread_id"):
                told[name] = self.reference("account_journal", told[name])
        return told

    def model_of(self, table):
        return next((n for n, t in self.models.items() if t == table), None)

    def told(self, table, keys):
        """The rows of a table, in the order they are given in."""
        self.env.cr.execute(
            SQL(
                "SELECT * FROM %s WHERE id = ANY(%s)",
                SQL.identifier(table),
                self.rows[table],
            )
        )
        rows = {row["id"]: row for row in self.env.cr.dictfetchall()}
        return [self.row(table, rows[row_id], keys) for row_id in self.rows[table]]

    def links(self, keys):
        """The rows of the many2many tables that hold a row of the company."""
        self.env.cr.execute(
            """
            SELECT c.relname FROM pg_class c
             WHERE c.relkind = 'r' AND c.relnamespace = current_schema()::regnamespace
               AND NOT EXISTS (SELECT 1 FROM pg_attribute a WHERE a.attrelid = c.oid
                                  AND a.attname = 'id' AND NOT a.attisdropped)
            """
        )
        found = Counter()
        for (table,) in self.env.cr.fetchall():
            ends = {c: t for (name, c), t in keys.items() if name == table}
            mine = {c: t for c, t in ends.items() if self.rows.get(t)}
            if not mine:
                continue
            condition = SQL(" OR ").join(
                SQL("%s = ANY(%s)", SQL.identifier(c), self.rows[t])
                for c, t in mine.items()
            )
            self.env.cr.execute(
                SQL("SELECT * FROM %s WHERE %s", SQL.identifier(table), condition)
            )
            for row in self.env.cr.dictfetchall():
                told = {c: self.reference(ends.get(c), v) for c, v in row.items()}
                found[table, json.dumps(told, sort_keys=True)] += 1
        return found

    def shared(self):
        """Its values on records that all the companies share."""
        found = {}
        for model in self.env.values():
            if not model._auto or model._abstract:
                continue
            for field in model._fields.values():
                if not field.company_dependent or not field.store:
                    continue
                self.env.cr.execute(
                    SQL(
                        "SELECT id, %s->%s FROM %s WHERE %s ? %s AND id != ALL(%s)",
                        SQL.identifier(field.name),
                        str(self.company.id),
                        SQL.identifier(model._table),
                        SQL.identifier(field.name),
                        str(self.company.id),
                        self.rows.get(model._table, []),
                    )
                )
                target = (
                    field.type == "many2one" and self.env[field.comodel_name]._table
                )
                for row_id, value in self.env.cr.fetchall():
                    if target and isinstance(value, int):
                        value = self.reference(target, value)
                    found[model._table, field.name, row_id] = value
        return found


def differences(one, other):
    """What two companies differ in.

    :param one: a ``Company``
    :param other: a ``Company``
    :return: (list of differences in words, number of values compared)
    """
    keys = foreign_keys(one.env.cr)
    found, compared = [], 0
    for table in sorted(set(one.rows) | set(other.rows)):
        counts = len(one.rows.get(table, ())), len(other.rows.get(table, ()))
        if counts[0] != counts[1]:
            found.append(f"{table}: {counts[0]} rows, {counts[1]} rows")
            continue
        pairs = zip(one.told(table, keys), other.told(table, keys), strict=True)
        for rank, (mine, theirs) in enumerate(pairs):
            for column in mine:
                compared += 1
                if mine[column] != theirs[column]:
                    found.append(
                        f"{table}#{rank}.{column}: {mine[column]!r}, {theirs[column]!r}"
                    )
    links = one.links(keys), other.links(keys)
    compared += sum(links[0].values())
    for side, sign in ((links[0] - links[1], "-"), (links[1] - links[0], "+")):
        found += [f"{sign} {table} {row}" for table, row in side]
    shared = one.shared(), other.shared()
    compared += len(shared[0])
    if shared[0] != shared[1]:
        found.append(f"shared: {shared[0]}, {shared[1]}")
    return found, compared
