"""A record of any model of the suite, for any firm, with a canary in its texts."""

import base64
from datetime import date, datetime

from odoo.exceptions import UserError
from odoo.fields import Command

from odoo.addons.cocare_network.models.cocare_governed_mixin import DECIDED

from . import classification

DAY = date(2025, 7, 1)
MAGIC = {"id", "create_uid", "write_uid", "create_date", "write_date", "display_name"}
TEXTS = ("char", "text", "html")


class CannotFillError(Exception):
    """The filler has no value for a field; the message says of which model."""


#: a value of ``VALUES`` for a field that is not given
LEFT_OUT = object()

#: model → what the generic filler cannot guess: ``function(filler, firm) → values``
VALUES = {
    "cocare.agreement": lambda f, firm: {"state": "signed"},
    "cocare.agreement.signature": lambda f, firm: {"sha256": f.token(firm)},
    # a version has a part in equal shares already
    "cocare.allocation.key.part": lambda f, firm: {"method": "percent"},
    "cocare.allocation.run": lambda f, firm: {"date_from": date(2024, 1, 1)},
    "cocare.allocation.run.line": lambda f, firm: {
        "pool_id": f.get("cocare.cost.pool", firm).id,
        "key_version_id": f.get("cocare.allocation.key.version", firm).id,
    },
    "cocare.bank.import": lambda f, firm: {"filename": f"{f.token(firm)}.xml"},
    "cocare.bank.import.problem": lambda f, firm: {
        "code": "two_firms",
        "details": {"text": f.token(firm)},
    },
    "cocare.bank.import.statement": lambda f, firm: {
        "preview": [[str(DAY), f.token(firm), "", 100]],
    },
    "cocare.budget": lambda f, firm: {"valid_from": DAY},
    "cocare.charter.acceptance": lambda f, firm: {"channel": "portal"},
    "cocare.charter.version": lambda f, firm: {"state": "adopted"},
    "cocare.clearing": lambda f, firm: {"date_from": date(2024, 1, 1)},
    "cocare.clearing.document": lambda f, firm: {"debtor_id": _debtor(f, firm).id},
    "cocare.consent": lambda f, firm: {"withdrawn_why": LEFT_OUT},
    "cocare.cost.pool": lambda f, firm: {"kind": "support"},
    "cocare.departure": lambda f, firm: {"last_day": date(2026, 6, 30)},
    "cocare.document": lambda f, firm: {"attachment_id": LEFT_OUT},
    "cocare.fec.import.problem": lambda f, firm: {
        "code": "columns_missing",
        "details": {"columns": f.token(firm)},
    },
    "cocare.fec.import": lambda f, firm: {"filename": f"{f.token(firm)}.txt"},
    "cocare.fec.export": lambda f, firm: {"filename": f"{f.token(firm)}.txt"},
    "cocare.fec.check": lambda f, firm: {"filename": f"{f.token(firm)}.txt"},
    "cocare.fec.mapping": lambda f, firm: {
        "journal_id": LEFT_OUT,
        "partner_id": LEFT_OUT,
    },
    "cocare.governed.change": lambda f, firm: {
        "res_model": "cocare.allocation.key.version",
        "res_id": f.get("cocare.allocation.key.version", firm).id,
        "values": {"decision_ref": f.network_token(firm.cocare_network_id)},
    },
    "cocare.indicator.group": lambda f, firm: {
        "named": {str(firm.id): f.network_token(firm.cocare_network_id)},
    },
    "cocare.membership": lambda f, firm: {"company_registry": False, "vat": False},
    "cocare.rebilling": lambda f, firm: {
        "item_id": f.post_entry(firm).line_ids[:1].id,
        "service_id": f.get("cocare.service", firm).id,
    },
    "cocare.reading": lambda f, firm: {"import_id": LEFT_OUT, "import_key": LEFT_OUT},
    "cocare.service": lambda f, firm: {"code": f"S{firm.id}"},
    "cocare.service.condition": lambda f, firm: {"stage": "member"},
    # an account number begins with a digit
    "cocare.treasury.measure": lambda f, firm: {
        "prefixes": f"9{f.network_token(firm.cocare_network_id)}",
    },
    # not of whoever made one last
    "cocare.time.entry": lambda f, firm: {
        "mission_id": f.get("cocare.mission", firm).id,
    },
    "cocare.usage.import": lambda f, firm: {
        "filename": f"{f.token(firm)}.csv",
        "encoding": LEFT_OUT,
    },
}


def _debtor(filler, firm):
    """Who owes a firm something: a stranger, so that no other end sees its canary."""
    return filler.env["res.company"].create({"name": f"Owes {firm.id}"})


def _sent_clearing(filler, firm, model):
    """A clearing that members see, as they do once it is sent."""
    Clearing = filler.env[model].with_company(firm)
    clearing = Clearing.create(filler.values(Clearing, firm))
    clearing._set_state("sent")
    return clearing


def _pair_balance(filler, firm, model):
    """A line of the view of the books: an entry with another firm of the network."""
    others = firm.cocare_network_id.company_ids - firm
    filler.post_entry(firm, others[:1].partner_id, "411")
    return filler.env[model].search([("company_id", "=", firm.id)])[:1]


def _firm_month(filler, firm, model):
    """A line of the view of the books: the firm has to have books."""
    filler.post_entry(firm)
    return filler.env[model].search([("company_id", "=", firm.id)])[:1]


def _sent_run(filler, firm, model):
    """A run that firms were sent: before, their members see nothing of it."""
    Run = filler.env[model].with_company(firm)
    run = Run.create(filler.values(Run, firm))
    run._set_state("sent")
    return run


def _of(source):
    """A maker of the line of a view that a record of another model makes appear."""

    def find(filler, firm, model):
        filler.get(source, firm)
        filler.env.flush_all()
        return filler.env[model].search([("company_id", "=", firm.id)])[:1]

    return find


#: model → how to make it without ``create``: ``function(filler, firm, model)``
MAKERS = {
    "cocare.allocation.run": _sent_run,
    "cocare.book.month": _firm_month,
    "cocare.clearing": _sent_clearing,
    "cocare.cockpit.reason": _of("cocare.document"),
    "cocare.firm.month": _firm_month,
    "cocare.key.simulation.firm": _of("cocare.key.simulation.line"),
    "cocare.network": lambda filler, firm, model: firm.cocare_network_id,
    "cocare.pair.balance": _pair_balance,
    "cocare.time.load": _of("cocare.time.entry"),
    "cocare.usage.month": _of("cocare.usage"),
}


class Filler:
    """Makes, and keeps, one record of each model for each firm.

    A new model of the suite gets its record by itself: required fields are filled by
    their type, many2one fields with the firm's record of the other model. What cannot
    be guessed goes in ``VALUES``; what is not created at all, in ``MAKERS``.

    :param env: as superuser
    :param dict staff: ``{company: res.users}`` of who is named where a user is required
    """

    def __init__(self, env, staff):
        # what a decision would have written may hold a canary too
        self.env = env(su=True, context={**env.context, "cocare_decided": DECIDED})
        self.staff = staff
        self.made = {}
        self.under_way = []

    def at(self, firm):
        """The environment of the firm's staff, with every right."""
        env = self.env(user=self.staff[firm], su=True)
        return env(context={**env.context, "allowed_company_ids": firm.ids})

    def token(self, firm):
        """What stands in every text of a firm, and nowhere else."""
        return f"CANARY{firm.id:05}Z{(firm.id * 2654435761) % 2**32:08x}"

    def network_token(self, network):
        return f"CANARYN{network.id:05}Z{(network.id * 40503) % 2**32:08x}"

    def word(self, model, firm):
        """The canary of a row: of the network where all its firms may see it."""
        if classification.is_suite(model) and (
            model._name == "cocare.network" or classification.is_network_wide(model)
        ):
            return self.network_token(firm.cocare_network_id)
        if classification.is_suite(model):
            firm = classification.owner(model, firm)
        return self.token(firm)

    def get(self, model_name, firm):
        """The record of a model for a firm, made the first time.

        :raise CannotFillError: with the model and the field
        """
        model = self.env[model_name].with_company(firm)
        if classification.is_suite(model):
            firm = classification.owner(model, firm)
            model = model.with_company(firm)
        key = model_name, firm
        if key not in self.made:
            if key in self.under_way:
                raise CannotFillError(f"{model_name} needs itself: see VALUES")
            self.under_way.append(key)
            maker = MAKERS.get(model_name)
            try:
                record = (
                    maker(self, firm, model_name)
                    if maker
                    else model.create(self.values(model, firm))
                )
            except UserError as refused:
                raise CannotFillError(
                    f"{model_name}: {refused}; see VALUES"
                ) from refused
            finally:
                self.under_way.pop()
            if not record:
                raise CannotFillError(f"{model_name}: nothing was made")
            self.made[key] = record
        return self.made[key]

    def values(self, model, firm, **given):
        """Values for ``create``: required fields, and the canary in every text."""
        known = {**given}
        if model._name in VALUES:
            known |= VALUES[model._name](self, firm)
        defaults = model.default_get(list(model._fields))
        names_of_models = {
            field.model_field
            for field in model._fields.values()
            if field.type == "many2one_reference"
        }
        for name, field in model._fields.items():
            if name in MAGIC or name in known or not self._is_filled(field):
                continue
            if name in names_of_models:
                known[name] = "res.partner"
            elif field.type in TEXTS:
                known[name] = self.word(model, firm)
            elif field.comodel_name == "res.company" and field.type == "many2one":
                if field.required or name == "company_id":
                    known[name] = firm.id
            elif field.comodel_name == "cocare.network" and field.type == "many2one":
                known[name] = firm.cocare_network_id.id
            elif field.required and not self._has_default(defaults, name, field):
                known[name] = self._required(model, name, field, firm)
        return {name: v for name, v in known.items() if v is not LEFT_OUT}

    def _is_filled(self, field):
        if not field.store or field.related or field.inherited:
            return False
        return not field.compute or not field.readonly

    def _has_default(self, defaults, name, field):
        return name in defaults and (field.type == "boolean" or bool(defaults[name]))

    def _required(self, model, name, field, firm):
        if field.type == "many2one":
            return self._other(field.comodel_name, firm, model, name).id
        if field.type == "many2many":
            other = self._other(field.comodel_name, firm, model, name)
            return [Command.set(other.ids)]
        if field.type == "many2one_reference":
            return self.partner(firm).id
        if field.type == "selection":
            return field.get_values(self.env)[0]
        simple = {
            "date": DAY,
            "datetime": datetime(2025, 7, 1, 8),
            "float": 1.0,
            "integer": 1,
            "monetary": 1.0,
            "boolean": False,
            "binary": base64.b64encode(self.token(firm).encode()),
            "json": {},
        }
        if field.type not in simple:
            raise CannotFillError(f"{model._name}.{name}: a {field.type}; see VALUES")
        return simple[field.type]

    def _other(self, comodel_name, firm, model, name):
        makers = {
            "res.partner": self.partner,
            "res.users": lambda firm: self.staff[firm],
            "res.currency": lambda firm: firm.currency_id,
            "uom.uom": lambda firm: self.env.ref("uom.product_uom_hour"),
            **{
                name: lambda firm, name=name: self.env[name].search([], limit=1)
                for name in classification.SHARED_WORDS
            },
            "account.account": lambda firm: firm._cocare_account("6132"),
        }
        if comodel_name in makers:
            return makers[comodel_name](firm)
        if not classification.is_suite(self.env[comodel_name]):
            raise CannotFillError(f"{model._name}.{name}: {comodel_name}; see VALUES")
        return self.get(comodel_name, firm)

    # what several models need

    def partner(self, firm):
        """A contact of a firm."""
        key = "res.partner", firm
        if key not in self.made:
            self.made[key] = self.env["res.partner"].create(
                {
                    "name": self.token(firm),
                    "email": f"{self.token(firm)}@firm.example".lower(),
                    "company_id": firm.id,
                }
            )
        return self.made[key]

    def membership(self, firm, kind):
        """A file without company, of somebody who is no firm: the operator's."""
        return self.env["cocare.membership"].create(
            {
                "name": self.token(firm),
                "kind": kind,
                "network_id": firm.cocare_network_id.id,
                "partner_id": self.partner(firm).id,
            }
        )

    def post_entry(self, firm, partner=None, code="512"):
        """A sale, at the bank or to a partner."""
        accounts = [firm._cocare_account(start) for start in (code, "706")]
        partner = partner or self.partner(firm)
        move = (
            self.env["account.move"]
            .with_company(firm)
            .create(
                {
                    "move_type": "entry",
                    "date": DAY,
                    "ref": self.token(firm),
                    "journal_id": self.env["account.journal"]
                    .search(
                        [("company_id", "=", firm.id), ("type", "=", "general")],
                        limit=1,
                    )
                    .id,
                    "line_ids": [
                        Command.create(
                            {
                                "account_id": account.id,
                                "balance": sign * 73541.17,
                                "name": self.token(firm),
                                "partner_id": partner.id,
                            }
                        )
                        for account, sign in zip(accounts, (1, -1), strict=True)
                    ],
                }
            )
        )
        move.action_post()
        self.env.flush_all()
        return move
