"""The path into a network, through it and out of it: what may follow what.

Pure data and three functions; the records are in ``cocare.membership``.
"""

STAGES = [
    ("contact", "Contact"),
    ("application", "Application"),
    ("review", "Under review"),
    ("trial", "On trial"),
    ("member", "Member"),
    ("leaving", "Leaving"),
    ("left", "Left"),
    ("closed", "Not pursued"),
]

#: stages that only a decision of the network opens
DECIDED = frozenset({"trial", "member"})

#: stages in which the network shares something with the member
WITHIN = frozenset({"trial", "member", "leaving"})

#: firms and projects try each other out before they are members
WITH_TRIAL = {
    "contact": ("application", "closed"),
    "application": ("review", "closed"),
    "review": ("trial", "application", "closed"),
    "trial": ("member", "leaving"),
    "member": ("leaving",),
    "leaving": ("left", "member"),
    "left": (),
    "closed": ("contact",),
}

#: people and supporters have nothing to try out
WITHOUT_TRIAL = {
    **WITH_TRIAL,
    "review": ("member", "application", "closed"),
}

PATHS = {
    "firm": WITH_TRIAL,
    "project": WITH_TRIAL,
    "person": WITHOUT_TRIAL,
    "supporter": WITHOUT_TRIAL,
}


def next_stages(kind, stage):
    """The stages that may follow, the usual one first.

    :param str kind: ``firm``, ``project``, ``person`` or ``supporter``
    :param str stage: where the member stands
    :return: tuple of stages

    >>> next_stages("firm", "review")
    ('trial', 'application', 'closed')
    >>> next_stages("supporter", "review")
    ('member', 'application', 'closed')
    """
    return PATHS[kind][stage]


def is_step(kind, stage, target):
    """Tell whether a move is one step of the path.

    >>> is_step("firm", "review", "member")
    False
    >>> is_step("person", "review", "member")
    True
    """
    return target in next_stages(kind, stage)


def needs_decision(stage, target):
    """Tell whether the network has to decide a move.

    Who asked to leave and stays does not become a member again: they still are.

    >>> needs_decision("review", "trial"), needs_decision("trial", "member")
    (True, True)
    >>> needs_decision("contact", "application"), needs_decision("leaving", "member")
    (False, False)
    """
    return target in DECIDED and stage != "leaving"
