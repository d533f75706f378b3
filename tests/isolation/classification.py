"""Whose a record is: which firms, among those a person has ticked, may see it.

Most models say it by themselves: ``company_id`` is the firm, ``network_id`` the network
whose firms all see it. What follows are the others, each with its reason.
"""

#: models that carry a firm and are for the whole network
NETWORK_WIDE = {
    "cocare.allocation.key.line": "percentages and coefficients are adopted by all and "
    "bind all",
}

#: models of words that all networks share: no row to protect, only who may write
SHARED_WORDS = {
    "cocare.closing.rule": "checklists: what is looked at, for which firms",
    "cocare.consent.purpose": "what consents are asked for, like a dictionary",
    "cocare.due.day": "the law: due days of VAT returns",
    "cocare.indicator": "the registry: which figures there are, no figure",
    "cocare.label": "labels: organic, fair trade",
    "cocare.obligation.rule": "the law: forms, dates, rates",
    "cocare.public.holiday": "the law: holidays",
    "cocare.regime": "the law: ways of declaring",
    "cocare.regime.limit": "the law: up to which figure one is under a regime",
    "cocare.sector": "sectors of activity",
}

#: what is in the operator's books or its desk: one row a network, the operator's
OPERATORS = {
    "cocare.allocation.run",
    "cocare.allocation.run.line",
    "cocare.clearing",
    "cocare.cost.pool",
    "cocare.join.request",
    "cocare.rebilling",
    "cocare.rebilling.line",
}

#: fields that hold the firms of a record, where it is not ``company_id`` alone
AUDIENCE = {
    "cocare.network": ("operator_id", "company_ids"),
    "cocare.allocation.run": ("operator_id",),
    "cocare.allocation.run.line": ("operator_id",),
    "cocare.clearing": ("operator_id",),
    # both ends, and the operator that has the mandate to clear
    "cocare.clearing.document": ("company_id", "debtor_id", "operator_id"),
    "cocare.clearing.position": ("company_id", "operator_id"),
    # both ends of a recharge
    "cocare.allocation.share": ("company_id", "operator_id"),
    "cocare.recharge": ("company_id", "operator_id"),
    # the firm it names is told on its own line of the month
    "cocare.rebilling.line": ("operator_id",),
    "cocare.vat.exemption": ("company_id", "operator_id"),
    "cocare.recharge.credit": ("company_id", "operator_id"),
    "cocare.recharge.credit.line": ("company_id", "operator_id"),
    "cocare.contest": ("company_id", "operator_id"),
    "cocare.key.simulation.firm": ("company_id", "operator_id"),
    "cocare.key.simulation.line": ("company_id", "operator_id"),
    # who shares a contact, and who is given it
    "cocare.consent": ("from_company_id", "to_company_id"),
    "cocare.join.request": ("network_id.operator_id",),
    # who gave the file, and who works for every firm of the network
    "cocare.usage.import": (),
    # counted by the superuser, read by nobody
    "cocare.throttle": (),
}

#: as above, of what a worker-member may see
MEMBER_AUDIENCE = {
    "cocare.allocation.share": ("company_id",),
    "cocare.clearing.document": ("company_id", "debtor_id"),
    "cocare.clearing.position": ("company_id",),
    "cocare.contest": ("company_id",),
    "cocare.recharge": ("company_id",),
    "cocare.key.simulation.firm": ("company_id",),
    "cocare.key.simulation.line": ("company_id",),
    # on the portal, of the person only: none of the rows is of a member
    "cocare.consent": (),
    "cocare.disclosure": (),
}

#: what a record must not be given to by those who write it, where it is not its company
AUTHOR = {"cocare.consent": "from_company_id"}

#: records that colleagues read and only one person writes: the field that names them
WRITER = {"cocare.time.entry": "user_id"}

#: models of the suite that people see who have no role in it, on their own account
PERSONAL = {"cocare.consent", "cocare.consent.purpose", "cocare.disclosure"}

#: rows that nobody of a firm reads, and no role of the shared office
NOBODYS = {
    "cocare.golden.firm": "the company that firms are copied from: administrators only",
    "cocare.throttle": "counts of the public form: administrators only",
}

#: models that administrators of the database see all of, whatever their firm
ADMINISTERED = {
    "cocare.throttle": "who came too often to the public form",
    "mail.message": "they keep the mail server, and read what it sends",
    "res.users": "they open and close accounts",
}

#: models on which another addon has the same rule as the suite, which is there for
#: databases without that addon
RULED_TWICE = {
    "account.payment.method.line": "account_payment_base_oca",
}

#: fields that are for some of those who read the record, with the groups
KEPT = {
    "cocare.allocation.share": {"exact_cents": "base.group_system"},
    "cocare.coaching.meeting": {"private_note": "cocare_network.group_facilitator"},
    "cocare.join.request": {"token_digest": "base.group_system"},
    "cocare.key.simulation": dict.fromkeys(
        ("note_text", "notes", "rule"), "cocare_network.group_network_reader"
    ),
    "cocare.worker": dict.fromkeys(
        ("email", "portal_state", "user_id"), "cocare_network.group_network_reader"
    ),
}


def is_suite(model):
    """Tell whether a class of the registry is a model of the suite with records."""
    return model._original_module.startswith("cocare_") and not model._abstract


def suite_models(env):
    """Names of the models of the suite, wizards left out."""
    return [n for n, m in sorted(env.items()) if is_suite(m) and not m._transient]


def owned_models(env):
    """Names of the models of the suite whose records are somebody's."""
    return [name for name in suite_models(env) if name not in SHARED_WORDS]


def suite_wizards(env):
    """Names of the forms of the suite that are forgotten after use."""
    return [n for n, m in sorted(env.items()) if is_suite(m) and m._transient]


def unclassified(env):
    """Models of the suite of which nothing says whose they are."""
    return [name for name in suite_models(env) if not _is_classified(env[name])]


def _is_classified(model):
    return model._name in {*SHARED_WORDS, *AUDIENCE} or any(
        name in model._fields and model._fields[name].comodel_name == comodel
        for name, comodel in (
            ("company_id", "res.company"),
            ("network_id", "cocare.network"),
        )
    )


def is_network_wide(model):
    """Tell whether the rows of a model are for all the firms of a network."""
    return model._name in NETWORK_WIDE or (
        model._name not in AUDIENCE and "company_id" not in model._fields
    )


def owner(model, firm):
    """The company whose row of a model there is, for a firm: itself, or its operator.

    :param model: a model of the suite
    :param firm: ``res.company``
    """
    if model._name in OPERATORS or is_network_wide(model):
        return firm.cocare_network_id.operator_id
    return firm


def firms(record):
    """The firms that a record is of: its own, or those of its network.

    :param record: any record, as superuser
    :return: ``res.company``, empty when nothing says so
    """
    if record._fields.get("company_id") and record.company_id:
        return record.company_id
    if record._fields.get("network_id") and record.network_id:
        return record.network_id.company_ids
    return record._fields.get("cocare_company_id") and record.cocare_company_id


def audience(record, member=False):
    """The firms whose people may see a record.

    :param record: a record of the suite, as superuser
    :param bool member: what worker-members may see, which is less
    :return: ``res.company``
    """
    paths = (MEMBER_AUDIENCE if member else {}).get(
        record._name, AUDIENCE.get(record._name)
    )
    if paths is not None:
        companies = (record.mapped(path) for path in paths)
        return record.env["res.company"].union(*companies)
    if is_network_wide(record):
        return record.network_id.company_ids
    if member and record._name == "cocare.agreement":
        hidden = record.state == "draft" and not record.requested_by_id
        return record.company_id.browse() if hidden else record.company_id
    if record.company_id or member:
        return record.company_id
    # the file of an applicant is the operator's
    return record.network_id.operator_id
