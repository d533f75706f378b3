from ast import literal_eval

from odoo import SUPERUSER_ID, fields, models
from odoo.tools import SQL

from odoo.addons.base.models.ir_sequence import _create_sequence

#: columns that say who wrote a row and when
LOG = {"create_uid", "write_uid", "create_date", "write_date"}

#: columns that Odoo fills with the moment of creation, beside those
NOW = {"mail_message": ("date",), "res_partner": ("calendar_last_notif_ack",)}

#: ids of golden companies start here; no other row is numbered so high
GOLDEN_IDS = 1_900_000_000

#: tables that refer to the golden company and are not part of it: what it is copied
#: for, and whose it is (each copy gets its own users)
NOT_COPIED = {"cocare_golden_firm", "res_company_users_rel"}


class CannotCloneError(Exception):
    """The copy could not be proved complete; the message says why, for the log."""


class CocareFirmCloner(models.AbstractModel):
    """Copies the rows that make a company, by ``INSERT … SELECT`` with new ids.

    How it works: the rows of the golden company are known one by one (they were seen
    appearing when Odoo made it). A temporary table gives each of them a new id per
    copy; one statement then inserts all the copies, so that PostgreSQL checks the
    foreign keys once everything is there, whatever refers to what.

    What to copy and how is read from PostgreSQL's catalogue and Odoo's registry, never
    from a list of ours: foreign keys, references by model and id, values by company,
    translations, paths of trees, the company's name inside other texts. What cannot be
    explained so is refused, and the company is made by Odoo's own way.
    """

    _name = "cocare.firm.cloner"
    _description = "Copies a company row by row"

    # What Odoo made

    def _last_ids(self):
        """The highest id of every table, to tell afterwards what was inserted.

        :return: ``{table: id}``
        """
        self.env.flush_all()
        self.env.cr.execute(
            """
            SELECT c.relname
              FROM pg_class c
              JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'id'
             WHERE c.relkind = 'r' AND c.relnamespace = current_schema()::regnamespace
               AND a.atttypid = 'int4'::regtype
            """
        )
        tables = [table for (table,) in self.env.cr.fetchall()]
        self.env.cr.execute(
            SQL(" UNION ALL ").join(
                SQL(
                    "SELECT %s, MAX(id) FROM %s WHERE id < %s",
                    table,
                    SQL.identifier(table),
                    GOLDEN_IDS,
                )
                for table in tables
            )
        )
        return {table: last or 0 for table, last in self.env.cr.fetchall()}

    def _rows_since(self, last_ids):
        """The rows inserted since ``_last_ids``: those of others are not visible yet.

        Golden companies are left out, whoever makes one knows it.

        :return: ``{table: [ids]}``, only tables with new rows
        """
        rows = {}
        for table, last in self._last_ids().items():
            if last > last_ids.get(table, 0):
                self.env.cr.execute(
                    SQL(
                        "SELECT id FROM %s WHERE id > %s AND id < %s ORDER BY id",
                        SQL.identifier(table),
                        last_ids.get(table, 0),
                        GOLDEN_IDS,
                    )
                )
                rows[table] = [row_id for (row_id,) in self.env.cr.fetchall()]
        return rows

    # How to copy it

    def _plan(self, company, rows):
        """Work out how each column of each row is copied.

        :param company: the golden ``res.company``
        :param dict rows: ``{table: [ids]}``, all that makes the company
        :return: dict for ``_copy``
        :raise CannotCloneError: something refers to the company that is not explained
        """
        self.env.flush_all()
        foreign_keys = self._foreign_keys()
        columns = self._columns([*rows, *self._link_tables(foreign_keys)])
        models_by_table = {
            model._table: model
            for model in self.env.values()
            if model._auto and not model._abstract and not model._transient
        }
        self._check_explained(company, rows, foreign_keys, columns, models_by_table)
        return {
            "company_id": company.id,
            "name": company.name,
            "census": self._census(company),
            "rows": rows,
            "tables": {
                table: self._plan_table(
                    company, table, rows, columns[table], foreign_keys, models_by_table
                )
                for table in rows
            },
            "links": self._plan_links(rows, foreign_keys, columns),
            "shared": self._plan_shared(company, rows, models_by_table),
            "models": {
                table: models_by_table[table]._name
                for table in rows
                if table in models_by_table
            },
        }

    def _census(self, company):
        """How many rows of each table are the company's.

        :return: ``{"table.column": count}``, without the tables that have none
        """
        columns = [
            (table, column)
            for table, keys in self._foreign_keys().items()
            for column, target in keys.items()
            if target == "res_company" and table not in NOT_COPIED
        ]
        self.env.cr.execute(
            SQL(" UNION ALL ").join(
                SQL(
                    "SELECT %s, COUNT(*) FROM %s WHERE %s = %s",
                    f"{table}.{column}",
                    SQL.identifier(table),
                    SQL.identifier(column),
                    company.id,
                )
                for table, column in columns
            )
        )
        return {name: count for name, count in self.env.cr.fetchall() if count}

    def _check_untouched(self, plan):
        """Refuse to copy a golden company that is no longer what Odoo made.

        :raise CannotCloneError: something was added to it, or taken from it
        """
        census = self._census(self.env["res.company"].browse(plan["company_id"]))
        if census != plan["census"]:
            changed = dict(census.items() ^ plan["census"].items())
            raise CannotCloneError(
                f"{plan['name']} changed: {', '.join(sorted(changed))}"
            )

    def _foreign_keys(self):
        """:return: ``{table: {column: table referred to}}``"""
        self.env.cr.execute(
            """
            SELECT k.conrelid::regclass::text, a.attname, k.confrelid::regclass::text
              FROM pg_constraint k
              JOIN pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = k.conkey[1]
             WHERE k.contype = 'f' AND array_length(k.conkey, 1) = 1
               AND k.connamespace = current_schema()::regnamespace
            """
        )
        keys = {}
        for table, column, target in self.env.cr.fetchall():
            keys.setdefault(table.strip('"'), {})[column] = target.strip('"')
        return keys

    def _columns(self, tables):
        """:return: ``{table: {column: type}}``, without generated columns"""
        self.env.cr.execute(
            """
            SELECT table_name, column_name, udt_name
              FROM information_schema.columns
             WHERE table_schema = current_schema() AND is_generated = 'NEVER'
               AND table_name = ANY(%s)
             ORDER BY table_name, ordinal_position
            """,
            [list(tables)],
        )
        columns = {}
        for table, column, kind in self.env.cr.fetchall():
            columns.setdefault(table, {})[column] = kind
        return columns

    def _link_tables(self, foreign_keys):
        """Tables of the registry's many2many fields."""
        relations = {
            field.relation
            for model in self.env.values()
            for field in model._fields.values()
            if field.type == "many2many" and field.store and field.relation
        }
        return relations & set(foreign_keys)

    def _check_explained(self, company, rows, foreign_keys, columns, models_by_table):
        """Refuse what refers to the golden company's rows and would not be copied."""
        links = self._link_tables(foreign_keys)
        for table, keys in foreign_keys.items():
            targets = {column: t for column, t in keys.items() if t in rows}
            if not targets or table in NOT_COPIED or table in links:
                continue
            refers = SQL(" OR ").join(
                SQL("%s = ANY(%s)", SQL.identifier(column), rows[target])
                for column, target in targets.items()
            )
            if table in models_by_table and table in rows:
                refers = SQL("(%s) AND id != ALL(%s)", refers, rows[table])
            self.env.cr.execute(
                SQL("SELECT 1 FROM %s WHERE %s LIMIT 1", SQL.identifier(table), refers)
            )
            if self.env.cr.fetchone():
                raise CannotCloneError(f"{table} refers to rows of {company.name}")
        unknown = set(rows) - set(models_by_table)
        if unknown:
            raise CannotCloneError(f"no model explains {', '.join(sorted(unknown))}")

    def _plan_table(self, company, table, rows, columns, foreign_keys, models_by_table):
        """:return: ``{column: (way, detail)}`` for every column of a table"""
        model = models_by_table[table]
        ways = {}
        for column, kind in columns.items():
            field = model._fields.get(column)
            if column == "id" or column in LOG:
                way = (column, None)
            elif column == "parent_path":
                way = ("path", None)
            elif column.endswith("token"):
                way = ("null", None)
            elif foreign_keys.get(table, {}).get(column) in rows:
                way = ("key", foreign_keys[table][column])
            elif field is not None and field.type == "many2one_reference":
                way = ("reference", field.model_field)
            elif kind == "jsonb" and self._has_key(table, column, rows, company):
                target = field is not None and field.type == "many2one"
                table_of = self.env[field.comodel_name]._table if target else None
                way = ("by_company", table_of if table_of in rows else None)
            elif kind in ("varchar", "text", "jsonb") and self._has_text(
                table, column, rows, company
            ):
                way = ("text", kind)
            else:
                way = ("same", None)
            ways[column] = way
        if table == "ir_model_data":
            ways["name"] = ("xmlid", self._named_after_rows(rows[table]))
        if table == "ir_sequence":
            ways["number_next"] = ("one", None)
        if table == "mail_message":
            ways["message_id"] = ("message_id", None)
        if table == "res_company":
            ways["active"] = ("true", None)
        for column in set(NOW.get(table, ())) & set(ways):
            ways[column] = ("write_date", None)
        return ways

    def _named_after_rows(self, ids):
        """External ids that end with the id of their record, and not with a code that
        happens to be the same number: then another company has the same name.

        :return: list of ids
        """
        self.env.cr.execute(
            """
            SELECT d.id
              FROM ir_model_data d
             WHERE d.id = ANY(%(ids)s) AND d.name ~ ('_' || d.res_id || '$')
               AND NOT EXISTS (
                    SELECT 1 FROM ir_model_data o
                     WHERE o.module = d.module AND o.model = d.model AND o.id != d.id
                       AND regexp_replace(o.name, '^[0-9]+_', '')
                         = regexp_replace(d.name, '^[0-9]+_', ''))
            """,
            {"ids": ids},
        )
        return [row_id for (row_id,) in self.env.cr.fetchall()]

    def _has_key(self, table, column, rows, company):
        return self._any(
            table, rows, SQL("%s ? %s", SQL.identifier(column), str(company.id))
        )

    def _has_text(self, table, column, rows, company):
        """Tell whether texts hold the company's name, or its id, which stands out."""
        return self._any(
            table,
            rows,
            SQL(
                "%(column)s::text ~ %(company)s",
                column=SQL.identifier(column),
                company=f"{company.name}|{company.id}",
            ),
        )

    def _any(self, table, rows, condition):
        self.env.cr.execute(
            SQL(
                "SELECT 1 FROM %s WHERE id = ANY(%s) AND %s LIMIT 1",
                SQL.identifier(table),
                rows[table],
                condition,
            )
        )
        return bool(self.env.cr.fetchone())

    def _plan_links(self, rows, foreign_keys, columns):
        """Many2many tables that hold rows of the company.

        The users of the company are left out: each copy gets its own.

        :return: ``{table: {column: table copied or None}}``
        """
        links = {}
        for table in self._link_tables(foreign_keys) - NOT_COPIED:
            keys = foreign_keys[table]
            ends = {
                column: keys.get(column) if keys.get(column) in rows else None
                for column in columns[table]
            }
            copied = {column: target for column, target in ends.items() if target}
            if copied and any(
                self._refers(table, column, rows[target])
                for column, target in copied.items()
            ):
                links[table] = ends
        return links

    def _refers(self, table, column, ids):
        self.env.cr.execute(
            SQL(
                "SELECT 1 FROM %s WHERE %s = ANY(%s) LIMIT 1",
                SQL.identifier(table),
                SQL.identifier(column),
                ids,
            )
        )
        return bool(self.env.cr.fetchone())

    def _plan_shared(self, company, rows, models_by_table):
        """Values by company on records of all the companies.

        :return: list of (table, column, table of the value when it is copied too)
        """
        shared = []
        for table, model in models_by_table.items():
            for field in model._fields.values():
                if not field.company_dependent or not field.store:
                    continue
                condition = SQL("%s ? %s", SQL.identifier(field.name), str(company.id))
                self.env.cr.execute(
                    SQL(
                        "SELECT 1 FROM %s WHERE %s AND id != ALL(%s) LIMIT 1",
                        SQL.identifier(table),
                        condition,
                        rows.get(table, []),
                    )
                )
                if self.env.cr.fetchone():
                    target = (
                        self.env[field.comodel_name]._table
                        if field.type == "many2one"
                        else None
                    )
                    shared.append(
                        (table, field.name, target if target in rows else None)
                    )
        return shared

    # Copying

    def _copy(self, plan, names):
        """Insert a copy of the golden company for each name.

        :param dict plan: from ``_plan``
        :param list names: names of the new companies, all different
        :return: the new ``res.company``, in the order of the names
        :raise CannotCloneError: the golden company changed since the plan was made
        """
        self.env.flush_all()
        self._check_untouched(plan)
        self._make_map(plan, names)
        self.env.cr.execute(
            SQL(
                "WITH %s SELECT 1",
                SQL(", ").join(
                    [
                        *(
                            SQL(
                                "%s AS (%s RETURNING 1)",
                                SQL.identifier(f"copy_{table}"),
                                self._insert(plan, table, ways),
                            )
                            for table, ways in plan["tables"].items()
                        ),
                        *(
                            SQL(
                                "%s AS (%s RETURNING 1)",
                                SQL.identifier(f"link_{table}"),
                                self._insert_links(table, ends),
                            )
                            for table, ends in plan["links"].items()
                        ),
                    ]
                ),
            )
        )
        for table, column, target in plan["shared"]:
            self._update_shared(plan, table, column, target)
        self._finish_sequences(plan)
        self._finish_defaults(plan)
        self._finish_aliases(plan)
        self.env.cr.execute(
            "SELECT new FROM cocare_clone WHERE tbl = 'res_company' ORDER BY k"
        )
        companies = self.env["res.company"].browse(
            [row_id for (row_id,) in self.env.cr.fetchall()]
        )
        self.env.cr.execute("DROP TABLE cocare_clone, cocare_clone_name")
        self.env.invalidate_all()
        self.env.registry.clear_cache()
        return companies

    def _make_map(self, plan, names):
        """Give each row its new id in each copy, in the order of the old ones."""
        cr = self.env.cr
        cr.execute(
            """
            CREATE TEMPORARY TABLE cocare_clone_name (
                k int PRIMARY KEY, name text, slug text
            ) ON COMMIT DROP;
            CREATE TEMPORARY TABLE cocare_clone (
                tbl text, model text, k int, old int, new int
            ) ON COMMIT DROP
            """
        )
        cr.execute(
            SQL(
                "INSERT INTO cocare_clone_name VALUES %s",
                SQL(", ").join(
                    SQL("(%s, %s, %s)", k, name, slug)
                    for k, (name, slug) in enumerate(
                        zip(names, self._slugs(names), strict=True)
                    )
                ),
            )
        )
        for table, ids in plan["rows"].items():
            cr.execute(
                SQL(
                    """
                    INSERT INTO cocare_clone
                    SELECT %(table)s, %(model)s, k, old,
                           nextval(pg_get_serial_sequence(%(table)s, 'id'))
                      FROM (
                            SELECT k, old FROM cocare_clone_name, unnest(%(ids)s) AS old
                             ORDER BY k, old
                           ) AS pair
                    """,
                    table=table,
                    model=plan["models"].get(table),
                    ids=ids,
                )
            )
        cr.execute(
            """
            CREATE UNIQUE INDEX ON cocare_clone (tbl, k, old);
            ANALYZE cocare_clone;
            UPDATE cocare_clone_name AS n
               SET slug = c.new::text
              FROM cocare_clone AS c
             WHERE c.tbl = 'res_company' AND c.k = n.k AND n.slug IS NULL
            """
        )

    def _slugs(self, names):
        """What e-mail aliases call the companies, None for one that is taken: the id
        of the company stands in for it, as in Odoo for a name that makes none."""
        Alias = self.env["mail.alias"].sudo()
        slugs = []
        for name in names:
            slug = Alias._is_encodable(name) and Alias._sanitize_alias_name(name)
            taken = slug in slugs or Alias.search_count(
                [("alias_name", "=like", f"%{slug}")], limit=1
            )
            slugs.append(None if taken or not slug else slug)
        return slugs

    def _insert(self, plan, table, ways):
        joins, values = [], []
        for column, (way, detail) in ways.items():
            source = SQL("t.%s", SQL.identifier(column))
            values.append(self._value(plan, table, column, way, detail, source, joins))
        return SQL(
            """
            INSERT INTO %(table)s (%(columns)s)
            SELECT %(values)s
              FROM %(table)s AS t
              JOIN cocare_clone AS m ON m.tbl = %(name)s AND m.old = t.id
              JOIN cocare_clone_name AS n ON n.k = m.k
              JOIN cocare_clone AS c ON c.tbl = 'res_company' AND c.k = m.k
              %(joins)s
            """,
            table=SQL.identifier(table),
            columns=SQL(", ").join(SQL.identifier(column) for column in ways),
            values=SQL(", ").join(values),
            name=table,
            joins=SQL(" ").join(joins),
        )

    def _value(self, plan, table, column, way, detail, source, joins):
        """The expression that fills a column of a copy."""
        alias = SQL.identifier(f"j{len(joins)}")
        if way == "id":
            return SQL("m.new")
        if way in ("create_uid", "write_uid"):
            return SQL("%s", self.env.uid)
        if way in ("create_date", "write_date"):
            return SQL("%s::timestamp", fields.Datetime.now())
        if way == "null":
            return SQL("NULL")
        if way == "one":
            return SQL("1")
        if way == "true":
            return SQL("TRUE")
        if way == "message_id":
            return SQL("'<' || gen_random_uuid() || '@cocare>'")
        if way == "key":
            joins.append(
                SQL(
                    "LEFT JOIN cocare_clone AS %(j)s ON %(j)s.tbl = %(target)s"
                    " AND %(j)s.k = m.k AND %(j)s.old = %(source)s",
                    j=alias,
                    target=detail,
                    source=source,
                )
            )
            return SQL("COALESCE(%s.new, %s)", alias, source)
        if way == "reference":
            joins.append(
                SQL(
                    "LEFT JOIN cocare_clone AS %(j)s ON %(j)s.model = t.%(model)s"
                    " AND %(j)s.k = m.k AND %(j)s.old = %(source)s",
                    j=alias,
                    model=SQL.identifier(detail),
                    source=source,
                )
            )
            return SQL("COALESCE(%s.new, %s)", alias, source)
        if way == "path":
            return SQL(
                """
                (SELECT string_agg(
                            COALESCE(p.new::text, step.id), '/' ORDER BY step.rank
                        ) || '/'
                   FROM unnest(string_to_array(trim(trailing '/' FROM %(source)s), '/'))
                        WITH ORDINALITY AS step(id, rank)
                   LEFT JOIN cocare_clone AS p
                     ON p.tbl = %(table)s AND p.k = m.k AND p.old = step.id::int)
                """,
                source=source,
                table=table,
            )
        if way == "by_company":
            return self._by_company(plan, source, detail)
        if way == "text":
            return self._text(plan, column, detail, source)
        if way == "xmlid":
            return self._xmlid(plan, detail, source, joins)
        return source

    def _text(self, plan, column, kind, source):
        """A text that holds the company's name or id."""
        name = SQL("n.slug") if column.startswith("alias_") else SQL("n.name")
        if kind == "jsonb":
            # Inside JSON the name is quoted, as everything is there.
            name = SQL(
                "substr(to_json(%(n)s)::text, 2, length(to_json(%(n)s)::text) - 2)",
                n=name,
            )
        text = SQL(
            "REPLACE(REPLACE(%s::text, %s, %s), %s, c.new::text)",
            source,
            plan["name"],
            name,
            str(plan["company_id"]),
        )
        return SQL("%s::jsonb", text) if kind == "jsonb" else text

    def _xmlid(self, plan, named_after_rows, source, joins):
        """The name of an external id: it holds the company's id, and may end with its
        record's."""
        alias = SQL.identifier(f"j{len(joins)}")
        joins.append(
            SQL(
                "LEFT JOIN cocare_clone AS %(j)s ON %(j)s.model = t.model"
                " AND %(j)s.k = m.k AND %(j)s.old = t.res_id",
                j=alias,
            )
        )
        return SQL(
            "REPLACE(CASE WHEN t.id = ANY(%(rows)s) THEN regexp_replace(%(source)s,"
            " '_' || t.res_id || '$', '_' || %(j)s.new) ELSE %(source)s END,"
            " %(company)s, c.new::text)",
            rows=named_after_rows,
            source=source,
            company=str(plan["company_id"]),
            j=alias,
        )

    def _by_company(self, plan, source, target):
        """A value by company, under the id of the copy."""
        key = str(plan["company_id"])
        value = SQL("%s->%s", source, key)
        if target:
            value = SQL(
                "COALESCE((SELECT to_jsonb(v.new) FROM cocare_clone AS v WHERE v.tbl ="
                " %(target)s AND v.k = m.k AND v.old = (%(source)s->>%(key)s)::int),"
                " %(value)s)",
                target=target,
                source=source,
                key=key,
                value=value,
            )
        return SQL(
            "CASE WHEN %(source)s ? %(key)s THEN (%(source)s - %(key)s) ||"
            " jsonb_build_object(c.new::text, %(value)s) ELSE %(source)s END",
            source=source,
            key=key,
            value=value,
        )

    def _insert_links(self, table, ends):
        joins, values, found = [], [], []
        for number, (column, target) in enumerate(ends.items()):
            source = SQL("t.%s", SQL.identifier(column))
            if not target:
                values.append(source)
                continue
            alias = SQL.identifier(f"j{number}")
            joins.append(
                SQL(
                    "LEFT JOIN cocare_clone AS %(j)s ON %(j)s.tbl = %(target)s"
                    " AND %(j)s.k = n.k AND %(j)s.old = %(source)s",
                    j=alias,
                    target=target,
                    source=source,
                )
            )
            values.append(SQL("COALESCE(%s.new, %s)", alias, source))
            found.append(SQL("%s.new IS NOT NULL", alias))
        return SQL(
            "INSERT INTO %s (%s) SELECT %s FROM %s AS t"
            " CROSS JOIN cocare_clone_name AS n %s WHERE %s",
            SQL.identifier(table),
            SQL(", ").join(SQL.identifier(column) for column in ends),
            SQL(", ").join(values),
            SQL.identifier(table),
            SQL(" ").join(joins),
            SQL(" OR ").join(found),
        )

    def _update_shared(self, plan, table, column, target):
        """Add the copies' values to records that all the companies share."""
        name = SQL.identifier(column)
        key = str(plan["company_id"])
        value = SQL("t.%s->%s", name, key)
        if target:
            value = SQL(
                "COALESCE((SELECT to_jsonb(v.new) FROM cocare_clone AS v WHERE v.tbl ="
                " %s AND v.k = m.k AND v.old = (t.%s->>%s)::int), %s)",
                target,
                name,
                key,
                value,
            )
        self.env.cr.execute(
            SQL(
                """
                UPDATE %(table)s AS t
                   SET %(name)s = t.%(name)s || (
                        SELECT jsonb_object_agg(m.new::text, %(value)s)
                          FROM cocare_clone AS m WHERE m.tbl = 'res_company')
                 WHERE t.%(name)s ? %(key)s AND t.id != ALL(%(rows)s)
                """,
                table=SQL.identifier(table),
                name=name,
                value=value,
                key=key,
                rows=plan["rows"].get(table, []),
            )
        )

    def _finish_sequences(self, plan):
        """PostgreSQL's own sequences behind Odoo's standard ones."""
        if "ir_sequence" not in plan["rows"]:
            return
        self.env.cr.execute(
            """
            SELECT s.id, s.number_increment
              FROM ir_sequence s
              JOIN cocare_clone m ON m.tbl = 'ir_sequence' AND m.new = s.id
             WHERE s.implementation = 'standard'
            """
        )
        for sequence_id, increment in self.env.cr.fetchall():
            _create_sequence(
                self.env.cr, f"ir_sequence_{sequence_id:03d}", increment, 1
            )

    def _finish_defaults(self, plan):
        """Defaults that are records of the company: their ids stand in JSON text."""
        ids = plan["rows"].get("ir_default")
        if not ids:
            return
        for default in self.env["ir.default"].sudo().browse(ids):
            field = default.field_id
            if field.ttype != "many2one" or field.relation not in self.env:
                continue
            self.env.cr.execute(
                SQL(
                    """
                    UPDATE ir_default AS d
                       SET json_value = v.new::text
                      FROM cocare_clone AS m, cocare_clone AS v
                     WHERE m.tbl = 'ir_default' AND m.old = %s AND m.new = d.id
                       AND v.tbl = %s AND v.k = m.k AND v.old::text = d.json_value
                    """,
                    default.id,
                    self.env[field.relation]._table,
                )
            )

    def _finish_aliases(self, plan):
        """What an alias creates names its company and journal by their ids, in text."""
        self.env.cr.execute(
            """
            SELECT a.id, m.k, a.alias_defaults, a.alias_parent_thread_id,
                   a.alias_force_thread_id, p.model, f.model
              FROM mail_alias a
              JOIN cocare_clone m ON m.tbl = 'mail_alias' AND m.new = a.id
              LEFT JOIN ir_model p ON p.id = a.alias_parent_model_id
              LEFT JOIN ir_model f ON f.id = a.alias_model_id
            """
        )
        aliases = self.env.cr.fetchall()
        if not aliases:
            return
        comodels = {
            field.comodel_name
            for row in aliases
            for name in literal_eval(row[2])
            if (field := self.env[row[6]]._fields.get(name)) is not None
        }
        threads = {name for row in aliases for name in row[5:]}
        new = self._new_ids(comodels | threads)
        for alias_id, k, defaults, parent_id, thread_id, parent, model in aliases:
            values = literal_eval(defaults)
            for name, value in values.items():
                field = self.env[model]._fields.get(name)
                if field is not None and field.type == "many2one":
                    values[name] = new.get((k, field.comodel_name, value), value)
            self.env.cr.execute(
                SQL(
                    "UPDATE mail_alias SET alias_defaults = %s,"
                    " alias_parent_thread_id = %s, alias_force_thread_id = %s"
                    " WHERE id = %s",
                    repr(values),
                    new.get((k, parent, parent_id), parent_id),
                    new.get((k, model, thread_id), thread_id),
                    alias_id,
                )
            )

    def _new_ids(self, model_names):
        """:return: ``{(copy, model, old id): new id}`` of some models"""
        self.env.cr.execute(
            SQL(
                "SELECT k, model, old, new FROM cocare_clone WHERE model = ANY(%s)",
                [name for name in model_names if name],
            )
        )
        return {(k, model, old): new for k, model, old, new in self.env.cr.fetchall()}

    def _link_users(self, companies):
        """The companies are given to whoever made them, as Odoo does."""
        users = self.env.user | self.env["res.users"].browse(SUPERUSER_ID)
        users.sudo().write(
            {"company_ids": [fields.Command.link(c.id) for c in companies]}
        )
