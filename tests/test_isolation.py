"""Whoever asks, and however: nothing of a firm reaches another firm.

The matrix: every model of the suite and the models of Odoo that hang on them, three
firms, an operator and another network, every role, everything that a client can ask.
``docs/development.md`` says how a new model gets in. Then the controls: each role sees
what is its own, and every rule that is taken away is noticed.
"""

import json
import logging
from contextlib import contextmanager
from unittest.mock import patch

from odoo.http import Request
from odoo.tests import HttpCase, freeze_time, tagged
from odoo.tools import mute_logger

from .isolation import classification, probes, routes
from .isolation.common import STRANGERS
from .isolation.matrix import Ear, Matrix
from .isolation.satellites import SATELLITES

_figure = logging.getLogger("cocare.figure")


@freeze_time("2025-12-15")
@tagged("post_install", "-at_install")
class TestIsolation(Matrix, HttpCase):
    totals = {"probes": 0, "leaks": 0}

    @classmethod
    def tearDownClass(cls):
        for name, value in cls.totals.items():
            _figure.info("isolation.%s=%s", name, value)
        super().tearDownClass()

    def _check(self, leaks):
        """Count what was tried in a test, and have no leak."""
        leaks = list(leaks)
        self.totals["probes"] += self.tried
        self.totals["leaks"] += len(leaks)
        self.assertTrue(self.tried)
        self.assertFalse(leaks, f"{len(leaks)} leaks:\n" + "\n".join(leaks))

    # the matrix itself

    def test_every_model_is_classified_and_has_rows(self):
        """A new model fails here, by its name, until one says whose its records are."""
        self.assertFalse(classification.unclassified(self.env))
        abroad = {self.filler.token(company) for company in self.outside}
        abroad.add(self.filler.network_token(self.other_network))
        for name in classification.owned_models(self.env):
            for viewer in self.viewers:
                self.assertTrue(
                    self.forbidden(viewer, name)
                    or (viewer.kind, name) == ("administrator", "cocare.throttle"),
                    f"{name}: no row that is forbidden to {viewer.name}",
                )
            self.assertTrue(
                {row.canary for row in self.rows[name]} & abroad,
                f"{name}: no row of the other network",
            )

    def test_a_new_model_is_noticed(self):
        """The control of the test above: a model of which nothing is known."""
        fields_of = type(self.env["cocare.worker"])._fields
        without = {k: v for k, v in fields_of.items() if not k.endswith("y_id")}
        without.pop("network_id")
        with patch.object(type(self.env["cocare.worker"]), "_fields", without):
            self.assertEqual(classification.unclassified(self.env), ["cocare.worker"])

    # what is tried

    def test_suite(self):
        leaks = []
        for viewer in self.viewers:
            for name in classification.owned_models(self.env):
                leaks += self.probe(viewer, name)
        self._check(leaks)

    def test_satellites(self):
        leaks = []
        for viewer in self.viewers:
            for name in SATELLITES:
                if name in self.rows:
                    leaks += self.probe(viewer, name)
        self._check(leaks)

    def test_wizards_are_of_who_opened_them(self):
        leaks = []
        for viewer in self.viewers:
            for name, row in self.wizards.items():
                call = (self.model(viewer, name), [row.record.id], [row])
                for probe in (
                    probes.search,
                    probes.read,
                    probes.web_read,
                    probes.write,
                ):
                    found = self.attempt(viewer, lambda p=probe, c=call: p(*c))
                    if found:
                        leaks.append(f"{viewer.name} → {name}: {found}")
        self._check(leaks)

    def test_from_ones_own_rows(self):
        """Moving one's own, lines of one's own form, guessing through relations."""
        leaks = []
        for viewer in self.viewers:
            if viewer.kind not in STRANGERS:
                leaks += self._moves(viewer)
                leaks += self._passes_on(viewer)
                leaks += self._writes_anothers(viewer)
                leaks += self._deep_reads(viewer)
                if not self.is_twin(viewer):
                    leaks += self._lines(viewer)
                    leaks += self._forms(viewer)
                    leaks += self._guesses(viewer)
        self._check(leaks)

    def _moves(self, viewer, names=None):
        for name in names or classification.owned_models(self.env):
            field = classification.AUTHOR.get(name, "company_id")
            foreign = self.forbidden(viewer, name)
            firms = [row.audience[:1] for row in foreign if row.audience]
            mine = [
                row.record
                for row in self.own(viewer, name)
                if field in row.record._fields and row.record[field] in viewer.ticked
            ]
            if not mine or not firms:
                continue
            own = self.model(viewer, name).browse(mine[0].id)
            for act in (probes.moved, probes.made_for):
                call = (own, field, firms[0])
                if self.attempt(viewer, lambda a=act, c=call: a(*c)):
                    yield f"{viewer.name} → {name} {act.__name__}"

    def _passes_on(self, viewer):
        """Who may see a person lets a third firm see them, in the giver's name."""
        for row in self.own(viewer, "cocare.consent"):
            consent = row.record
            if consent.from_company_id in viewer.ticked:
                continue
            third = self.firms - consent.from_company_id - consent.to_company_id
            values = {**consent.copy_data()[0], "to_company_id": third[:1].id}
            # that is who records it, whatever one says
            del values["recorded_by_id"]
            Model = self.model(viewer, "cocare.consent")
            if self.attempt(viewer, lambda M=Model, v=values: M.create(v)):
                yield f"{viewer.name} passes {consent.partner_id.id} on"

    def _writes_anothers(self, viewer):
        """What is one person's, a colleague changes, who may only read it."""
        if viewer.kind == "administrator":
            return
        for name, field in classification.WRITER.items():
            for row in self.own(viewer, name):
                record = self.model(viewer, name).browse(row.record.id)
                if row.record[field] != viewer.user and record.has_access("write"):
                    yield f"{viewer.name} writes {name} of another person"

    def _lines(self, viewer):
        """One2many fields of mine that are told to take, change or delete a row."""
        for name in ("res.company", *classification.owned_models(self.env)):
            Model = self.model(viewer, name)
            mine = (
                Model.browse(viewer.ticked.ids)
                if name == "res.company"
                else Model.browse([row.record.id for row in self.own(viewer, name)[:1]])
            )
            for field_name, field in Model._fields.items() if mine else ():
                if field.type != "one2many" or field.comodel_name not in self.rows:
                    continue
                for row in self.forbidden(viewer, field.comodel_name)[:1]:
                    before = probes.snapshot(row.record)
                    for command in probes.commands(Model, field_name, row):

                        def change(m=mine, f=field_name, c=command, r=row, b=before):
                            m.write({f: [c]})
                            m.env.flush_all()
                            return probes.snapshot(r.record) != b

                        if self.attempt(viewer, change):
                            yield f"{viewer.name} writes {name}.{field_name}"

    def _forms(self, viewer):
        """A form of mine that names somebody else's record: what does it fill in?"""
        for name in classification.owned_models(self.env):
            Model = self.model(viewer, name)
            if not Model.has_access("create"):
                continue
            spec = probes.spec(Model)
            for field_name, field in Model._fields.items():
                if field.type != "many2one" or field.comodel_name not in self.rows:
                    continue
                for row in self.forbidden(viewer, field.comodel_name)[:1]:
                    values = {field_name: row.record.id}

                    def fill(M=Model, v=values, s=spec):
                        result = M.onchange(v, list(v), s)
                        return self.told(viewer, json.dumps(result, default=str))

                    found = self.attempt(viewer, fill)
                    if found:
                        yield f"{viewer.name} fills {name}.{field_name}: {found}"

    def _guesses(self, viewer):
        """Find visible records by a text of somebody else's that they lead to."""
        words = self.forbidden_words[viewer]
        wanted = {name for name in self.rows if name.startswith("cocare.")}
        for name in ("res.company", "res.users", "res.partner", *wanted):
            Model = self.model(viewer, name)
            if not Model.has_access("read"):
                continue
            for path in (
                *probes.paths_to_text(Model, wanted),
                *probes.related_texts(Model),
            ):
                domain = ["|"] * (len(words) - 1)
                domain += [(path, "ilike", word) for word in sorted(words)]
                found = self.attempt(viewer, lambda M=Model, d=domain: M.search(d).ids)
                if found:
                    yield f"{viewer.name} guesses {name}.{path}: {found}"

    def _deep_reads(self, viewer):
        """Everything that I see, with what is below: no word of anybody else."""
        for name in self.rows:
            Model = self.model(viewer, name)

            def look(M=Model):
                if not M.has_access("read"):
                    return None
                seen = M.with_context(active_test=False).search([])
                text = json.dumps(seen.web_read(probes.spec(M)), default=str)
                return self.told(viewer, text)

            found = self.attempt(viewer, look)
            if found:
                yield f"{viewer.name} reads {name}: {found}"

    def test_what_is_sent_reaches_its_firm_only(self):
        """Messages and activities: e-mails, and what opens on screens."""
        sent = []
        Bus, Mail = type(self.env["bus.bus"]), self.env["mail.mail"].sudo()

        def send(bus, target, kind, message):
            sent.append((target, f"{kind} {message}"))

        mails = Mail.search([])
        with patch.object(Bus, "_sendone", send):
            for firm in self.firms:
                staff = self.staff[firm]
                for name in ("cocare.membership", "cocare.agreement"):
                    record = self.rows_of(name, firm)
                    record.message_post(
                        body=self.filler.token(firm),
                        partner_ids=staff.partner_id.ids,
                        message_type="comment",
                        subtype_xmlid="mail.mt_comment",
                    )
                    record.activity_schedule(
                        summary=self.filler.token(firm), user_id=staff.id
                    )
            self.env.flush_all()
        for mail in Mail.search([]) - mails:
            sent += [(partner, mail.body_html) for partner in mail.recipient_ids]
        self.tried += len(sent)
        heard = [
            (target, firm)
            for target, text in sent
            for firm in self.firms
            if self.filler.token(firm) in text
        ]
        self.assertGreater(len(heard), 3)
        self._check(
            f"{target} hears of {firm.name}"
            for target, firm in heard
            if not self._works_for(target, firm)
        )

    def _works_for(self, target, firm):
        """Whether a channel or an address is of people of a firm or of its operator."""
        known = firm | firm.cocare_network_id.operator_id
        if getattr(target, "_name", None) == "res.partner":
            if target.company_id:
                return target.company_id in known
            people = target.user_ids
        elif getattr(target, "_name", None) == "res.users":
            people = target
        else:
            return False
        return bool(people) and not people.company_ids - known

    def rows_of(self, name, firm):
        """The record that was made of a model for a firm."""
        return self.filler.made[name, firm]

    # by their addresses

    def test_every_address_is_known(self):
        """A new address fails here until one says what it is filled with."""
        addresses = routes.routes(self.env)
        self.assertGreater(len(addresses), 40)
        known = {*routes.PARAMETERS, *routes.PLAIN}
        for address, _method, _kind in addresses:
            self.assertFalse(set(routes.parameters(address)) - known, address)

    def test_addresses(self):
        leaks = []
        for name in ("public", "outsider", "clerk", "member A", "reader A"):
            viewer = self.viewer(name)
            self._log_in(viewer)
            for address, method, kind in routes.routes(self.env):
                for other in (self.firm_b, self.operator, self.outside[1]):
                    chosen = self._foreign(viewer, address, other)
                    if chosen is None:
                        continue
                    told = self._ask(viewer, address, method, kind, chosen)
                    if told:
                        leaks.append(f"{name} → {address} of {other.name}: {told}")
        self._check(leaks)

    def test_files(self):
        """Files by their number: of a document, of none; of fields of documents."""
        leaks = []
        for name in ("public", "outsider", "clerk", "member A", "reader A"):
            viewer = self.viewer(name)
            self._log_in(viewer)
            for address in self._addresses_of_files(viewer):
                told = self._ask(viewer, address, "GET", "http", {})
                if told:
                    leaks.append(f"{name} → {address}: {told}")
        self._check(leaks)

    def _addresses_of_files(self, viewer):
        for row in self.forbidden(viewer, "ir.attachment"):
            # who has the link of a public file may open it, that is what they are for
            if not row.record.public:
                yield f"/web/content/{row.record.id}"
                yield f"/web/content/{row.record.id}?access_token=x"
                yield f"/web/image/{row.record.id}"
        for name in classification.owned_models(self.env):
            binaries = [
                field_name
                for field_name, field in self.env[name]._fields.items()
                if field.type == "binary"
            ]
            for row in self.forbidden(viewer, name)[:2] if binaries else ():
                for field_name in binaries:
                    yield f"/web/content/{name}/{row.record.id}/{field_name}"

    def test_addresses_show_what_is_ones_own(self):
        """The control of the pages: a member of a firm finds the firm there."""
        viewer = self.viewer("member A")
        self._log_in(viewer)
        shown = set()
        for address, method, kind in routes.routes(self.env):
            if (method, kind) == ("GET", "http") and address.startswith("/my"):
                chosen = {
                    name: self.firm_a.id
                    if model == "res.company"
                    else self.own(viewer, model)[0].record.id
                    for name, model in routes.PARAMETERS.items()
                    if name in routes.parameters(address)
                    and (model == "res.company" or self.own(viewer, model))
                }
                if set(routes.parameters(address)) - {*chosen, *routes.PLAIN}:
                    continue
                with mute_logger("odoo.http"):
                    page = self.url_open(routes.filled(address, chosen))
                if self.firm_a.name in routes.text_of(page):
                    shown.add(address)
        for address in ("/my/firm/<int:company_id>", "/my/usages/<int:company_id>"):
            self.assertIn(address, shown)
        self.assertGreater(len(shown), 10, shown)

    def viewer(self, name):
        return next(viewer for viewer in self.viewers if viewer.name == name)

    def _log_in(self, viewer):
        login = None if viewer.kind == "public" else viewer.user.login
        self.authenticate(login, login, session_extra={"debug": "1"})

    def _foreign(self, viewer, address, firm):
        """What an address is filled with so that all of it is a firm's, or None."""
        chosen = {}
        for name in routes.parameters(address):
            model = routes.PARAMETERS.get(name)
            if model == "res.company":
                chosen[name] = firm.id
            elif model:
                word = self.filler.token(firm)
                rows = [r for r in self.forbidden(viewer, model) if r.canary == word]
                if rows:
                    chosen[name] = rows[0].record.id
        missing = set(routes.parameters(address)) - {*chosen, *routes.PLAIN}
        return None if missing else chosen

    def _ask(self, viewer, address, method, kind, chosen):
        """Send a request, in debug mode; return the forbidden words that come back."""
        before = {name: self._state(name, number) for name, number in chosen.items()}
        self.tried += 1
        ear, options = Ear(), {"allow_redirects": False, "timeout": 30}
        path = routes.filled(address, chosen)
        asked = {**routes.ARGUMENTS.get(address, {}), **chosen}
        if kind == "jsonrpc":
            options["json"] = {"params": {"name": "x", "signature": "x", **asked}}
        elif method == "POST":
            token = Request.csrf_token(self)
            options["data"] = {"csrf_token": token, "reason": "x", **asked}
        # refusals are warnings of this logger; the ear hears them all the same
        with mute_logger("odoo.http"), ear.on("odoo.http", ""):
            response = self.url_open(path, **options)
        for name, number in chosen.items():
            if self._state(name, number) != before[name]:
                return f"changed {name} {number}"
        said = [routes.text_of(response), *map(str, response.headers.items())]
        return self.told(viewer, "\n".join(said + ear.heard))

    def _state(self, name, number):
        return probes.snapshot(self.env[routes.PARAMETERS[name]].sudo().browse(number))

    # controls

    def test_each_role_sees_exactly_its_own(self):
        """What is closed to others is open to one's own people: nothing is broken."""
        said = []
        for viewer in self.viewers:
            for name in classification.owned_models(self.env):
                said += self.unlike(viewer, name)
        self._check(said)

    def test_every_rule_that_is_taken_away_is_noticed(self):
        """Each record rule gone, each right given to everybody, each field opened."""
        removed, unnoticed = 0, []
        for what, name, remove in self._mutations():
            with self.undone():
                with remove():
                    self.env.registry.clear_all_caches()
                    if not self._notices(name):
                        unnoticed.append(what)
            self.env.registry.clear_all_caches()
            removed += 1
        _figure.info("isolation.rules_removed=%s", removed)
        _figure.info("isolation.rules_noticed=%s", removed - len(unnoticed))
        self.assertGreater(removed, 150)
        self.assertFalse(unnoticed, "\n".join(unnoticed))

    def _mutations(self):
        """What protects the records, one by one.

        :return: iterable of (name of what is taken away, model, context manager)
        """
        rules = self._of_the_suite("ir.rule")
        for rule in rules.filtered("active"):
            other = classification.RULED_TWICE.get(rule.model_id.model)
            if other in self.env.registry._init_modules:
                continue
            yield f"rule {rule.name}", rule.model_id.model, self._without(rule)
        for access in self._of_the_suite("ir.model.access"):
            yield f"right {access.name}", access.model_id.model, self._for_all(access)
        for name in classification.owned_models(self.env):
            for field_name, field in self.env[name]._fields.items():
                if field.groups and field.base_field._module.startswith("cocare_"):
                    yield (
                        f"groups of {name}.{field_name}",
                        name,
                        lambda f=field: patch.object(f, "groups", None),
                    )
        for name in self.wizards:
            yield (
                f"author of {name}",
                name,
                lambda n=name: patch.object(self.env.registry[n], "_transient", False),
            )

    def _of_the_suite(self, model):
        data = self.env["ir.model.data"].search(
            [("model", "=", model), ("module", "=like", "cocare_%")]
        )
        return self.env[model].browse(data.mapped("res_id"))

    def _without(self, rule):
        @contextmanager
        def remove():
            rule.active = False
            self.env.flush_all()
            yield

        return remove

    def _for_all(self, access):
        @contextmanager
        def give():
            access.group_id = False
            self.env.flush_all()
            yield

        return give

    def _notices(self, name):
        """Whether the matrix finds anything on a model."""
        if self._rights_of_strangers(name):
            return True
        if name in self.wizards:
            return any(
                self.attempt(viewer, lambda v=viewer: self._opened_wizard(v, name))
                for viewer in self.viewers
            )
        if name == "crm.lead" and self._missed_leads():
            return True
        suite = name in classification.owned_models(self.env)
        if suite and any(
            self.unlike(viewer, name) or list(self._moves(viewer, [name]))
            for viewer in self.viewers
        ):
            return True
        if name == "cocare.consent" and any(
            list(self._passes_on(viewer)) for viewer in self.viewers
        ):
            return True
        if name in classification.WRITER and any(
            list(self._writes_anothers(viewer)) for viewer in self.viewers
        ):
            return True
        quick = (probes.search, probes.read, *probes.WRITES)
        if any(self.probe(viewer, name, quick) for viewer in self.viewers):
            return True
        return suite and any(self._open_fields(viewer, name) for viewer in self.viewers)

    def _opened_wizard(self, viewer, name):
        row = self.wizards[name]
        return probes.search(self.model(viewer, name), [row.record.id], [row])

    def test_who_has_no_role_has_no_right(self):
        for name in (*classification.suite_models(self.env), *self.wizards):
            self.assertFalse(self._rights_of_strangers(name), name)

    def _rights_of_strangers(self, name):
        """Rights on a model of the suite of people who have no role in it."""
        if not name.startswith("cocare."):
            return []
        return [
            (viewer.name, mode)
            for viewer in self.viewers
            if viewer.kind in STRANGERS
            and not (viewer.kind == "administrator" and name in classification.NOBODYS)
            for mode in ("read", "write", "create", "unlink")
            if self.model(viewer, name).has_access(mode)
            and not (
                mode == "read"
                and viewer.kind != "public"
                and name in classification.PERSONAL
            )
        ]

    def test_who_writes_to_the_network_is_heard(self):
        self.assertFalse(self._missed_leads())

    def _missed_leads(self):
        """Leads of the network that its office does not find."""
        office = self.viewer("office of the operator")
        due = [
            row.record
            for row in self.own(office, "crm.lead")
            if row.record.cocare_network_id
        ]
        self.assertTrue(due)
        found = self.model(office, "crm.lead").search([])
        return [lead for lead in due if lead.id not in found.ids]

    def test_fields_of_some_are_kept_from_others(self):
        for viewer in self.viewers:
            for name in classification.owned_models(self.env):
                self.assertFalse(self._open_fields(viewer, name))

    def _open_fields(self, viewer, name):
        """Fields of ``KEPT`` that a viewer who is not of their groups reads."""
        Model = self.model(viewer, name)
        return [
            field_name
            for field_name, groups in classification.KEPT.get(name, {}).items()
            if not viewer.user.has_groups(groups)
            and Model._has_field_access(Model._fields[field_name], "read")
        ]

    def test_the_probes_bring_what_is_ones_own(self):
        """A probe that never brings anything proves nothing."""
        silent = []
        for name in classification.owned_models(self.env):
            for viewer in self.viewers:
                rows = self.own(viewer, name)
                Model = self.model(viewer, name)
                if not rows or not Model.has_access("read"):
                    continue
                call = (Model, [row.record.id for row in rows], rows)
                for probe in probes.READS:
                    if probes.brings(probe, Model, rows) and not self.attempt(
                        viewer, lambda p=probe, c=call: p(*c)
                    ):
                        what = f"{viewer.name} → {name} by {probe.__name__}"
                        silent.append(f"{what}: {self.refusal}")
        self.assertFalse(silent, "\n".join(silent))
