import re
from collections.abc import Callable
from dataclasses import dataclass, field

from odoo import api, models
from odoo.fields import Command

#: what Odoo keeps of every record
LOG = {"id", "create_uid", "write_uid", "create_date", "write_date"}

#: types of fields in which a company may be named
TEXTS = ("char", "text", "html")


@dataclass(frozen=True)
class Kind:
    """A kind of records that a company is set up with.

    :param name: in one word
    :param model: name of the model
    :param key: what two companies' records have in common when they are the same:
        a function of the record, read as its company
    :param watched: fields that are told when they are not the same
    :param lines: one2many fields that are part of the record
    :param also: fields that a copy needs and Odoo does not copy
    :param own: fields that each company has for itself
    :param ticked: whether it is proposed; what firms remove on purpose is offered only
    """

    name: str
    model: str
    key: Callable
    watched: tuple = ()
    lines: tuple = ()
    also: tuple = ()
    own: tuple = ()
    ticked: bool = True


@dataclass(frozen=True)
class Difference:
    """What a company lacks, or has otherwise than its model.

    :param kind: name of the kind
    :param key: what tells it from the others of its kind, whatever the database ids
    :param label: its name
    :param state: ``missing``, or ``different``: then it is shown and never touched
    :param detail: what is different, or what keeps it from being added
    :param ticked: whether adding it is proposed
    """

    kind: str
    key: str
    label: str
    state: str = "missing"
    detail: str = ""
    ticked: bool = True


@dataclass
class Twins:
    """The records of a model company, each with the one that stands for it.

    ``of`` is ``{reference record: own record or an empty one}``, ``name`` the name that
    a record has in its chart of accounts, whatever the company.
    """

    company: object
    reference: object
    of: dict = field(default_factory=dict)
    kind: dict = field(default_factory=dict)
    name: dict = field(default_factory=dict)

    def key(self, record):
        """What tells a reference record from the others of its kind."""
        return self.name.get(record) or str(self.kind[record].key(record))


class CocareFirmCompleter(models.AbstractModel):
    """Compares a company with its model, and adds what it lacks.

    How it works: a record of the model company has its twin in the other one, by the
    name both have in the chart of accounts, whatever became of them since; else by a
    key (a code, a name). A record without twin is missing. What is added is a copy
    in which the model company's records are replaced by their twins. What is there is
    told when it differs, and never written: that is what makes it safe to repeat.

    The model is the template of a network for a new firm, and the golden company,
    which is what a new firm would be, for one that exists. Each addon adds the kinds it
    owns in ``_kinds()``, and what is no plain record in ``_differences`` and ``_add``.
    """

    _name = "cocare.firm.completer"
    _description = "Completes a company from a model"

    # What there is

    @api.model
    def _kinds(self):
        """:return: list of ``Kind``, what others refer to first"""
        return [
            Kind(
                "sequence",
                "ir.sequence",
                key=lambda sequence: sequence.code,
                watched=("prefix", "padding", "implementation"),
                also=("name", "code"),
                own=("number_next",),
            )
        ]

    @api.model
    def _kind_labels(self):
        """:return: ``{name: label}``, in the order they are shown"""
        return {
            "sequence": self.env._("Sequences"),
            "user": self.env._("People of the shared office"),
            "portal": self.env._("Portal accounts"),
        }

    def _differences(self, company, reference):
        """What a company lacks of its model, and what it has otherwise.

        :param company: ``res.company`` to complete
        :param reference: ``res.company`` to compare with
        :return: list of ``Difference``
        """
        twins = self._twins(company, reference)
        found = []
        for record, own in twins.of.items():
            kind = twins.kind[record]
            if not own:
                found.append(
                    Difference(
                        kind.name,
                        twins.key(record),
                        self._label(record),
                        ticked=kind.ticked,
                    )
                )
            elif detail := self._told_apart(kind, record, own, twins):
                found.append(
                    Difference(
                        kind.name,
                        twins.key(record),
                        self._label(own),
                        "different",
                        detail,
                        False,
                    )
                )
        return found + self._own_differences(twins)

    def _own_differences(self, twins):
        """What is compared beside records: addons add what they own.

        :param twins: ``Twins``
        :return: list of ``Difference``
        """
        return []

    def _add(self, company, reference, wanted):
        """Add to a company what it lacks.

        :param wanted: list of ``Difference``, those missing are added, with what they
            cannot do without
        """
        keys = {(d.kind, d.key) for d in wanted if d.state == "missing"}
        twins = self._twins(company, reference)
        made = {}
        for record in list(twins.of):
            # asked anew: what another one could not do without was copied with it
            if twins.of[record]:
                continue
            if (twins.kind[record].name, twins.key(record)) in keys:
                self._copy(record, twins, made)
        self._add_own(twins, keys, made)
        self._link(twins, made)

    def _add_own(self, twins, keys, made):
        """Add what ``_own_differences`` found.

        :param keys: set of (kind, key) to add
        :param made: ``{reference record: copy}``, for ``_twin``
        """

    # Twins

    def _twins(self, company, reference):
        """:return: ``Twins`` of everything the model company is set up with"""
        twins = Twins(company, reference)
        for kind in self._kinds():
            theirs = self._records(kind, reference)
            own = self._records(kind, company)
            names, own_names = (
                self._chart_names(kind.model, reference),
                {
                    name: id_
                    for id_, name in self._chart_names(kind.model, company).items()
                },
            )
            by_name = {
                record: own.filtered_domain([("id", "=", own_names.get(name))])
                if name in own_names
                else own.browse()
                for record, name in ((r, names.get(r.id)) for r in theirs)
            }
            named = own.browse().union(*by_name.values())
            by_key = {}
            # Who has no namesake first; a code that is taken is not made twice.
            for record in (own - named) | named:
                by_key.setdefault(kind.key(record), record)
            for record in self._wanted(kind, theirs, names, reference):
                twins.of[record] = by_name[record] or by_key.get(
                    self._key_there(kind, record, twins), own.browse()
                )
                twins.kind[record] = kind
                twins.name[record] = names.get(record.id)
        return twins

    def _key_there(self, kind, record, twins):
        """The key that a record of the model company has in the other one."""
        key = kind.key(record)
        parts = key if isinstance(key, tuple) else (key,)
        parts = tuple(
            self._named_after(part, twins) if isinstance(part, str) else part
            for part in parts
        )
        return parts if isinstance(key, tuple) else parts[0]

    def _records(self, kind, company):
        """All the records of a kind that a company has, read as that company."""
        Model = self.env[kind.model].with_company(company)
        owner = "company_ids" if "company_ids" in Model._fields else "company_id"
        records = Model.with_context(
            active_test=False, lang=None, allowed_company_ids=company.ids
        ).search([(owner, "in", company.ids)], order="id")
        return records.filtered(kind.key)

    def _chart_names(self, model, company):
        """Names of records that do not depend on the company.

        :return: ``{id: name}``
        """
        return {}

    def _wanted(self, kind, records, names, reference):
        """The records of the model company that others are to have too.

        Sequences that a company names in a field of its own are made by Odoo for each.
        """
        if kind.model != "ir.sequence":
            return records
        return records - self._own_sequences(reference)

    def _own_sequences(self, company):
        return self.env["ir.sequence"].union(
            *(
                company[name]
                for name, shown in company._fields.items()
                if shown.store and shown.comodel_name == "ir.sequence"
            )
        )

    def _label(self, record):
        """The name of a record, after its code when it has one."""
        record = record.with_context(lang=self.env.lang)
        code = "code" in record._fields and record.code
        return f"{code} {record.name}" if code else record.display_name

    def _told_apart(self, kind, record, own, twins):
        """What an own record has otherwise than its twin, in words."""
        found = []
        for name in kind.watched:
            lang = {"lang": self.env.lang if own._fields[name].translate else None}
            theirs = record.with_context(**lang)[name]
            mine = own.with_context(**lang)[name]
            if isinstance(theirs, models.BaseModel):
                theirs = twins.of.get(theirs, theirs)
            elif own._fields[name].type in TEXTS:
                theirs = self._named_after(theirs, twins)
            if theirs != mine:
                found.append(self._in_words(own, name, mine, record))
        return "; ".join(found)

    def _in_words(self, own, name, mine, record):
        """A difference: what is there, and what the model has."""
        lang = {"lang": self.env.lang}
        shown = own._fields[name]
        return self.env._(
            "%(field)s: %(mine)s (model: %(model)s)",
            field=shown._description_string(self.env),
            mine=self._shown(shown, own.with_context(**lang)),
            model=self._shown(shown, record.with_context(**lang)),
        )

    def _shown(self, shown, record):
        value = record[shown.name]
        if isinstance(value, models.BaseModel):
            return ", ".join(value.mapped("display_name")) or "–"
        if shown.type == "selection":
            return dict(shown._description_selection(self.env)).get(value, "–")
        if shown.type == "boolean":
            return self.env._("yes") if value else self.env._("no")
        return value if value not in (False, None, "") else "–"

    # Copies

    def _copy(self, record, twins, made):
        """Copy a record of the model company, after what it cannot do without.

        :param dict made: ``{reference record: copy}``, the copy is added
        """
        kind = twins.kind[record]
        made[record] = None
        values = self._values(record, kind, twins, made)
        Model = self.env[kind.model].with_company(twins.company)
        copy = Model.with_context(
            allowed_company_ids=twins.company.ids,
            active_test=False,
            lang=None,
            tracking_disable=True,
            mail_create_nolog=True,
        ).create(values)
        twins.of[record] = made[record] = copy
        for name in kind.lines:
            for line, new in zip(
                record[name].sorted("id"), copy[name].sorted("id"), strict=True
            ):
                self._translate(line, new, twins)
        self._translate(record, copy, twins)
        if twins.name[record]:
            self._name_copy(copy, twins.name[record], twins.company)

    def _values(self, record, kind, twins, made):
        """What a copy is created with; what it is linked to comes later."""
        values = {}
        for name in self._copied(record, kind):
            shown, value = record._fields[name], record[name]
            if name == "company_id":
                values[name] = twins.company.id
            elif name == "company_ids":
                values[name] = [Command.set(twins.company.ids)]
            elif shown.type == "many2one":
                values[name] = self._twin(value, twins, made).id
            elif shown.type == "many2many":
                if not set(value) & set(twins.of):
                    values[name] = [Command.set(value.ids)]
            elif shown.type in TEXTS:
                values[name] = self._named_after(value, twins)
            else:
                values[name] = shown.convert_to_write(value, record)
        for name in kind.lines:
            part = Kind(kind.name, record[name]._name, key=None)
            inverse = record._fields[name].inverse_name
            values[name] = [
                Command.create(
                    {
                        column: value
                        for column, value in self._values(
                            line, part, twins, made
                        ).items()
                        if column != inverse
                    }
                )
                for line in record[name].sorted("id")
            ]
        return values

    def _copied(self, record, kind):
        """Names of the fields that a copy is created with."""
        return [
            name
            for name, shown in record._fields.items()
            if name in kind.also
            or (
                shown.store
                and shown.copy
                and not shown.related
                and not shown.company_dependent
                and not (shown.compute and shown.readonly)
                and shown.type not in ("one2many", "many2one_reference")
                and name not in LOG
                and name not in kind.own
            )
        ]

    def _twin(self, value, twins, made):
        """The record that stands for one of the model company; made when it lacks.

        A record that is being made is linked later.
        """
        if value not in twins.of:
            owner = next(
                (n for n in ("company_id", "company_ids") if n in value._fields), None
            )
            own = owner and value.sudo()[owner] == twins.reference
            return value.browse() if own else value
        if not twins.of[value] and value not in made:
            self._copy(value, twins, made)
        return twins.of[value]

    def _link(self, twins, made):
        """Link the copies with what has a twin now that all of them are there."""
        for record, copy in made.items():
            values = {}
            for name in self._copied(record, twins.kind[record]):
                shown, value = record._fields[name], record[name]
                if shown.type == "many2many" and set(value) & set(twins.of):
                    own = value.browse().union(*(twins.of.get(v, v) for v in value))
                    values[name] = [Command.set(own.ids)]
                elif shown.type == "many2one" and value in twins.of and not copy[name]:
                    values[name] = twins.of[value].id
            if values:
                copy.write(values)

    def _named_after(self, text, twins):
        """A text of the model company, for the other one: Odoo names some records after
        their company, such as the sequence of its scraps."""
        if not text:
            return text
        name = re.escape(twins.reference.name)
        return re.sub(rf"(?<!\w){name}(?!\w)", lambda _: twins.company.name, text)

    def _translate(self, record, copy, twins):
        """Give a copy the translations of its model."""
        for code, _name in self.env["res.lang"].get_installed():
            theirs, own = record.with_context(lang=code), copy.with_context(lang=code)
            values = {
                name: text
                for name, shown in record._fields.items()
                if shown.translate
                and shown.store
                and (text := self._named_after(theirs[name], twins)) != own[name]
            }
            if values:
                own.write(values)

    def _name_copy(self, copy, name, company):
        """Give a copy the name that its model has in the chart of accounts."""
