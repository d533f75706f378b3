"""What the invented network decided to tell its firms of each other."""

from .memberships import FOUNDING, WIDENING

#: (indicator, what is told, decision); with four firms no median is shown, and the page
#: says why
DECIDED = (
    ("gain", "median", FOUNDING),
    ("weekly_hours", "named", WIDENING),
)


def decide(network):
    """Propose the rules and record what was decided; the figures are told from then.

    :param network: ``cocare.network``
    """
    env = network.env
    for code, visibility, decision in DECIDED:
        rule = env["cocare.transparency.rule"].create(
            {
                "network_id": network.id,
                "indicator_id": env["cocare.indicator"]
                .search([("code", "=", code)])
                .id,
                "proposed": visibility,
            }
        )
        rule.action_propose()
        rule.cocare_pending_change_id._cocare_decide(True, *decision)
