"""What is tried on rows that are somebody else's. A probe that brings something leaked.

Each is ``function(Model, ids, rows) → what came back``; an access error, or nothing,
is what one wants. ``Model`` is the viewer's, ``ids`` are of forbidden rows only.
"""

from odoo.fields import Command

from . import classification

TEXTS = ("char", "text", "html")
MAGIC = ("id", "create_uid", "create_date", "write_uid", "write_date")


def texts(model, stored=True):
    """Names of the text fields that anybody with rights could write or search."""
    return [
        name
        for name, field in model._fields.items()
        if field.type in TEXTS
        and (field.store or not stored)
        and name not in ("display_name", "res_model", "parent_path")
        and not field.groups
    ]


def any_field(model):
    """A stored field that everybody with rights may read and that is not ``id``.

    Odoo gives back ``id`` without looking at rights: it is what was asked with.
    """
    return next(
        name
        for name, field in model._fields.items()
        if field.store
        and field.column_type
        and not field.groups
        and not field.relational
        and name != "id"
    )


def _writable(model):
    """Values that change nothing in meaning, of a field that is written by forms."""
    for name, field in model._fields.items():
        if (
            field.store
            and field.column_type
            and not field.compute
            and not field.related
            and not field.groups
            and field.type in (*TEXTS, "integer", "float", "boolean", "date")
            and name not in (*MAGIC, "res_model", "parent_path")
        ):
            taken = {"integer": 1, "float": 1.0, "boolean": True, "date": "2025-07-02"}
            return {name: taken.get(field.type, "taken")}
    return {}


def _within(ids):
    return [("id", "in", ids)]


def spec(model):
    """What a form asks for: every field that the reader may, and a level below."""
    known = {}
    for name, field in model._fields.items():
        if (
            field.type in ("binary", "properties", "properties_definition")
            or not model._has_field_access(field, "read")
            # of every model with activities, and for internal users only
            or name.startswith("activity_exception")
        ):
            continue
        if field.type == "many2one":
            known[name] = {"fields": {"display_name": {}}}
        elif field.relational and (field.store or field.type == "one2many"):
            below = model.env[field.comodel_name]
            if below.has_access("read"):
                names = [
                    text
                    for text in texts(below)
                    if below._has_field_access(below._fields[text], "read")
                ]
                known[name] = {
                    "fields": {text: {} for text in ["display_name", *names[:5]]}
                }
        else:
            known[name] = {}
    return known


def search(Model, ids, rows):
    return Model.search(_within(ids)).ids


def search_archived(Model, ids, rows):
    return Model.with_context(active_test=False).search(_within(ids)).ids


def search_ordered(Model, ids, rows):
    order = next(iter(texts(Model)), "id")
    return Model.search(_within(ids), order=f"{order} desc", limit=1).ids


def count(Model, ids, rows):
    return Model.search_count(_within(ids))


def read(Model, ids, rows):
    return Model.browse(ids[:1]).read([any_field(Model), *texts(Model)])


def read_all(Model, ids, rows):
    return Model.browse(ids).read([any_field(Model)])


def display_name(Model, ids, rows):
    return Model.browse(ids[:1]).read(["display_name"])


def web_read(Model, ids, rows):
    return Model.browse(ids[:1]).web_read(spec(Model))


def web_search_read(Model, ids, rows):
    names = {name: {} for name in ["id", *texts(Model)[:3]]}
    return Model.web_search_read(_within(ids), names)["records"]


def search_read(Model, ids, rows):
    return Model.search_read(_within(ids), [any_field(Model)])


def groups(Model, ids, rows):
    by = next(
        (n for n in texts(Model) if Model._fields[n]._description_groupable), "id"
    )
    found = Model.formatted_read_group(_within(ids), [by], ["__count"])
    return [group for group in found if group["__count"]]


def web_groups(Model, ids, rows):
    """A grouped list, its groups opened as the web client opens them."""
    by = next(
        (n for n in texts(Model) if Model._fields[n]._description_groupable), "id"
    )
    names = {name: {} for name in texts(Model)[:3]}
    return Model.web_read_group(
        _within(ids),
        [by],
        [],
        auto_unfold=True,
        unfold_read_specification=names,
    )["groups"]


def _column(Model):
    """The field that a kanban would have its columns, and their colours, by."""
    return next(
        (
            name
            for name, field in Model._fields.items()
            if field.type == "selection" and field.store and not field.groups
        ),
        None,
    )


def progress(Model, ids, rows):
    """The bar above a column of a kanban."""
    by = _column(Model)
    if not by:
        return None
    colors = dict.fromkeys(Model._fields[by].get_values(Model.env), "success")
    bars = Model.read_progress_bar(_within(ids), by, {"field": by, "colors": colors})
    return {name: bar for name, bar in bars.items() if any(bar.values())}


def name_search(Model, ids, rows):
    return Model.name_search(domain=_within(ids))


def web_name_search(Model, ids, rows):
    return Model.web_name_search("", {"display_name": {}}, domain=_within(ids))


def name_guess(Model, ids, rows):
    """By its canary, as one who guesses letter by letter would."""
    fields = texts(Model)
    domain = ["|"] * (len(fields) - 1)
    domain += [(name, "ilike", rows[0].canary) for name in fields]
    return fields and Model.search_count([*domain, *_within(ids)])


def export(Model, ids, rows):
    return Model.browse(ids).export_data([any_field(Model), *texts(Model)[:3]])["datas"]


def foreign_tick(Model, ids, rows):
    ticked = rows[0].audience.ids or [1]
    return Model.with_context(allowed_company_ids=ticked).search(_within(ids)).ids


def copy(Model, ids, rows):
    return Model.browse(ids[:1]).copy().ids


def write(Model, ids, rows):
    values = _writable(Model)
    return values and Model.browse(ids[:1]).write(values)


def load(Model, ids, rows):
    """A file whose lines name their records."""
    name, value = next(iter(_writable(Model).items()), (None, None))
    return name and Model.load([".id", name], [[str(ids[0]), str(value)]])["ids"]


def unlink(Model, ids, rows):
    return Model.browse(ids[:1]).unlink()


def create_in(Model, ids, rows):
    """A record like theirs, in their firm."""
    values = rows[0].record.copy_data()[0]
    made = Model.create(values)
    firms = classification.firms(made.sudo())
    return made.ids if firms and not firms & made.env.companies else None


READS = (
    search,
    search_archived,
    search_ordered,
    count,
    read,
    read_all,
    display_name,
    web_read,
    web_search_read,
    search_read,
    groups,
    web_groups,
    progress,
    name_search,
    web_name_search,
    name_guess,
    export,
    foreign_tick,
)


def brings(probe, Model, rows):
    """Whether a probe must bring something of rows that one may see.

    A probe that could never bring anything would prove nothing.
    """
    if probe is foreign_tick:
        return False
    if probe is export:
        return Model.env.user.has_group("base.group_allow_export")
    if probe is progress:
        by = _column(Model)
        return bool(by and rows[0].record.sudo()[by])
    if probe is name_guess:
        names = texts(Model)
        return rows[0].canary in str(names and rows[0].record.sudo().read(names))
    return True


WRITES = (copy, write, load, unlink, create_in)
PROBES = READS + WRITES
#: the same once more for firms that are like the first: each way in, not each variant
SHORT = (search, count, read, web_read, groups, name_search, write, unlink, create_in)


# what starts from one's own rows


def moved(own, field, firm):
    """Move a record of mine into somebody else's firm; who then has it?"""
    own.write({field: firm.id})
    own.invalidate_recordset()
    return own.sudo()[field] == firm


def made_for(own, field, firm):
    """A record like mine, made in the name of somebody else's firm."""
    values = own.sudo().copy_data()[0]
    made = own.create({**values, field: firm.id}).sudo()
    made.env.flush_all()
    made.invalidate_recordset()
    return made[field] == firm


def commands(model, name, row):
    """What a form could send of somebody else's row, as a line of mine."""
    text = next(iter(texts(model.env[model._fields[name].comodel_name])), None)
    yield Command.link(row.record.id)
    yield Command.delete(row.record.id)
    if text:
        yield Command.update(row.record.id, {text: "taken"})


def snapshot(record):
    """What would change if somebody wrote a row: its texts and where it belongs."""
    record.invalidate_recordset()
    record = record.exists()
    names = texts(record) + [
        name
        for name, field in record._fields.items()
        if field.type == "many2one" and field.store and name != "write_uid"
    ]
    return record.read(names, load=None)


def paths_to_text(model, wanted):
    """``relation.text`` of a model, to guess a text that one may not read.

    :param wanted: names of the models that hold such texts
    """
    for name, field in model._fields.items():
        if (
            field.relational
            and field.comodel_name in wanted
            and field._description_searchable
            and not field.groups
        ):
            for text in texts(model.env[field.comodel_name])[:3]:
                yield f"{name}.{text}"


def related_texts(model):
    """Texts shown from another record: searching them goes round its rules."""
    return [
        name
        for name, field in model._fields.items()
        if field.type in TEXTS
        and field.related
        and not field.store
        and field._description_searchable
        and not field.groups
    ]
