"""The firms, the people, and the rows that everybody goes after."""

from collections import namedtuple

from odoo.fields import Command

from odoo.addons.cocare_mutual_accounting.tests.common import CocareBooksCommon

from . import classification
from .filler import Filler
from .satellites import SATELLITES

#: what is tried for: a record, the firms whose people may see it, the same of
#: worker-members, and the word that must not come out
Row = namedtuple("Row", "record audience member_audience canary")

#: somebody who tries: a name, a user, the firms ticked, and what they are
Viewer = namedtuple("Viewer", "name user ticked kind")

GROUPS = {
    "reader": "cocare_network.group_network_reader,base.group_allow_export",
    "facilitator": "cocare_network.group_facilitator,base.group_allow_export",
    "accountant": "cocare_mutual_accounting.group_accountant,base.group_allow_export",
}
ADMINISTRATOR = "base.group_system,account.group_account_manager"

#: these have no right on any model of the suite, not even on rows of their own firm
STRANGERS = ("public", "outsider", "clerk", "administrator")

#: models whose applicants have no company yet: their file is the operator's
APPLICANTS = "cocare.membership.mixin"


class IsolationCommon(CocareBooksCommon):
    """Two networks, three firms and the operator in one, each with rows of every model.

    Odoo's own rows are made for the firms too (``SATELLITES``).
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.setUpOtherNetwork()
        cls.companies = cls.operator | cls.firms | cls.outside
        cls.staff = {
            company: cls._new_user(f"staff_{company.id}", GROUPS["reader"], company)
            for company in cls.companies
        }
        cls.filler = Filler(cls.env(su=True), cls.staff)
        cls.viewers = cls._viewers()
        cls.rows = {}
        # before there is a condition that keeps firms from the service
        cls._fill_draft_agreement()
        for name in classification.owned_models(cls.env):
            cls._fill(name)
        cls._fill_applicant()
        cls._fill_consents()
        cls._fill_satellites()
        cls.wizards = cls._fill_wizards()
        cls.env.flush_all()

    @classmethod
    def setUpServices(cls):
        # the services of other tests would only be more of the same rows
        return

    @classmethod
    def setUpUsers(cls):
        # people come with the other network, see ``_viewers``
        return

    @classmethod
    def setUpOtherNetwork(cls):
        """An operator and a firm that are of another network."""
        cls.outside = cls.network._create_firms(
            [{"name": "Other operator"}, {"name": "Firm of the other network"}]
        )
        cls.outside.cocare_network_id = False
        cls.other_network = cls.env["cocare.network"].create(
            {"name": "Other network", "operator_id": cls.outside[0].id}
        )
        cls.outside.cocare_network_id = cls.other_network
        for company in cls.network.company_ids | cls.outside:
            network = company.cocare_network_id
            network.name = Filler(cls.env, {}).network_token(network)

    @classmethod
    def _viewers(cls):
        viewers = []
        for firm in cls.firms:
            letter = firm.name[-1]
            member = cls._member(firm)
            viewers.append(Viewer(f"member {letter}", member, firm, "member"))
            for role, group in GROUPS.items():
                user = cls._new_user(f"{role}_{firm.id}", group, firm)
                viewers.append(Viewer(f"{role} {letter}", user, firm, "office"))
        shared = cls._new_user(
            "shared",
            f"{GROUPS['facilitator']},{GROUPS['accountant']},"
            "cocare_network.group_decision_recorder",
            cls.firm_a | cls.firm_b,
        )
        viewers.append(Viewer("office of A and B", shared, cls.firm_a, "office"))
        desk = cls._new_user(
            "desk", f"{GROUPS['facilitator']},{GROUPS['accountant']}", cls.operator
        )
        viewers.append(Viewer("office of the operator", desk, cls.operator, "office"))
        member = cls._member(cls.operator)
        viewers.append(Viewer("member O", member, cls.operator, "member"))
        outsider = cls._new_user("outsider", "base.group_portal", cls.firm_a)
        viewers.append(Viewer("outsider", outsider, cls.firm_a, "outsider"))
        both = cls.firm_a | cls.operator
        clerk = cls._new_user("clerk", "base.group_user", both)
        viewers.append(Viewer("clerk", clerk, both, "clerk"))
        admin = cls._new_user("admin_a", ADMINISTRATOR, cls.firm_a)
        viewers.append(Viewer("administrator A", admin, cls.firm_a, "administrator"))
        # as a website of the firm would have it
        public = cls.env.ref("base.public_user")
        public.write(
            {"company_ids": [Command.set(cls.firm_a.ids)], "company_id": cls.firm_a.id}
        )
        viewers.append(Viewer("public", public, cls.firm_a, "public"))
        return viewers

    @classmethod
    def _member(cls, firm):
        login = f"member_{firm.id}"
        return cls._new_user(login, "cocare_network.group_worker_member", firm)

    # rows

    @classmethod
    def _fill(cls, name):
        """Rows of one model of the suite, for every firm and both networks."""
        records = {company: cls.filler.get(name, company) for company in cls.companies}
        for company, record in records.items():
            if record not in [row.record for row in cls.rows.get(name, [])]:
                company = classification.owner(record, company)
                cls._keep(record, cls.filler.word(record, company))

    @classmethod
    def _keep(cls, record, canary):
        cls.rows.setdefault(record._name, []).append(
            Row(
                record,
                classification.audience(record),
                classification.audience(record, member=True),
                canary,
            )
        )

    @classmethod
    def _fill_applicant(cls):
        """The file of somebody without company, with all its parts."""
        filler = Filler(cls.env(su=True), cls.staff)
        filler.token = lambda firm: f"CANARYAPPLICANT{firm.id:05}"
        mixin = type(cls.env[APPLICANTS])
        parts = [
            name
            for name in classification.suite_models(cls.env)
            # a departure is of a firm that has a company
            if isinstance(cls.env[name], mixin) and name != "cocare.departure"
        ]
        own = {"cocare.membership", "cocare.coaching.action", *parts}
        filler.made = {
            key: made for key, made in cls.filler.made.items() if key[0] not in own
        }
        membership = filler.membership(cls.operator, "person")
        filler.made["cocare.membership", cls.operator] = membership
        cls._keep(membership, filler.token(cls.operator))
        for name in (*parts, "cocare.coaching.action"):
            cls._keep(filler.get(name, cls.operator), filler.token(cls.operator))

    @classmethod
    def _fill_draft_agreement(cls):
        """What the office prepares, and members are not shown yet."""
        agreement = cls.filler.get("cocare.agreement", cls.firm_a)
        model = agreement.browse()
        values = cls.filler.values(model, cls.firm_a, state="draft")
        cls._keep(
            model.create({**values, "state": "draft"}), cls.filler.token(cls.firm_a)
        )

    @classmethod
    def _fill_consents(cls):
        """Persons whom each firm lets the next one see."""
        for giver, taker in zip(cls.firms, [*cls.firms[1:], cls.firms[0]], strict=True):
            word = f"CANARYGUEST{giver.id:05}"
            person = cls.env["res.partner"].create(
                {"name": word, "company_id": giver.id}
            )
            model = cls.env["cocare.consent"].with_company(giver).sudo()
            consent = model.create(
                cls.filler.values(
                    model,
                    giver,
                    partner_id=person.id,
                    to_company_id=taker.id,
                    note=word,
                )
            )
            cls._keep(consent, word)
            both = giver | taker
            cls.rows.setdefault("res.partner", []).append(
                Row(person, both, both.browse(), word)
            )

    @classmethod
    def _fill_satellites(cls):
        for name, maker in SATELLITES.items():
            if name not in cls.env:
                continue
            for company in cls.companies - cls.outside[0]:
                for record in maker(cls.filler, company):
                    audience = company
                    cls.rows.setdefault(record._name, []).append(
                        Row(record, audience, audience, cls.filler.token(company))
                    )

    @classmethod
    def _fill_wizards(cls):
        """A wizard of each kind, opened by somebody of firm A who is no viewer.

        :return: dict ``{model name: row}``
        """
        at_a = Filler(cls.filler.at(cls.firm_a), cls.staff)
        at_a.made = cls.filler.made
        return {
            name: Row(
                at_a.get(name, cls.firm_a),
                cls.firm_a,
                cls.firm_a,
                at_a.token(cls.firm_a),
            )
            for name in classification.suite_wizards(cls.env)
        }

    # what a viewer may and may not see

    @classmethod
    def allowed(cls, viewer, row):
        """Whether a row is one that a viewer may see, if they have the right at all."""
        name = row.record._name
        if viewer.kind == "administrator" and name in classification.ADMINISTERED:
            return True
        if viewer.kind == "administrator" and name in classification.NOBODYS:
            return bool(row.audience & viewer.ticked)
        if viewer.kind in STRANGERS and row.record._name.startswith("cocare."):
            return False
        seen_by = row.member_audience if viewer.kind == "member" else row.audience
        return bool(seen_by & viewer.ticked)

    @classmethod
    def forbidden(cls, viewer, name):
        """The rows of a model that are none of a viewer's business."""
        return [row for row in cls.rows[name] if not cls.allowed(viewer, row)]

    @classmethod
    def canaries(cls, viewer):
        """The words that must not come out for a viewer, wherever they look."""
        allowed, refused = set(), set()
        for rows in cls.rows.values():
            for row in rows:
                known = cls.allowed(viewer, row)
                (allowed if known else refused).add(row.canary)
        return refused - allowed

    def model(self, viewer, name):
        """A model as a viewer reaches it, with their firms ticked."""
        return (
            self.env(su=False)[name]
            .with_user(viewer.user)
            .with_context(allowed_company_ids=viewer.ticked.ids)
        )
