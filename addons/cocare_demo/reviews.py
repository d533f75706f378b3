"""The firms review what they are charged: accepted, contested, arbitrated."""

from datetime import date

from . import story

#: first month, before the network had a rule
UNREVIEWED = "Premier mois du réseau : vu ensemble en réunion le 3 septembre"

SENT = date(2026, 10, 1)
ARBITRATED = date(2026, 10, 6)

#: hours too many of the last meeting, typed in by mistake
MISTAKE = 1
CONTESTS = {
    "atelier": (
        "accompagnement",
        "L'entretien du 25 septembre a duré deux heures, pas trois.",
        "Vérifié avec l'accompagnatrice : la séance est corrigée à deux heures, la "
        "ligne est recalculée.",
    ),
    "epicerie": (
        "entrepot",
        "Nous pensions avoir rendu deux emplacements dès le 10 septembre.",
        "Les palettes ont quitté l'entrepôt le 16 d'après les bons de sortie : la "
        "ligne reste comme elle est.",
    ),
}


def set_up(network):
    """Who arbitrates, and how long firms have to answer."""
    arbitrator = network.env["res.users"].search([("login", "=", "facilitateur")])
    network.write({"recharge_review_days": 7, "arbitrator_id": arbitrator.id})


def mistake(files):
    """The last meeting of September with the workshop was typed in too long."""
    meeting = _meeting(files)
    meeting.duration += MISTAKE


def play(run, companies, services, files):
    """Send a run, have two firms contest, arbitrate, have the others accept."""
    run.action_send()
    for key, (service, comment, _answer) in CONTESTS.items():
        share = run.share_ids.filtered(
            lambda s, c=companies[key], o=services[service]: s.company_id == c
            and s.line_id.pool_id.service_id == o
        )
        share.with_user(_member(companies[key]))._contest_as_firm(comment)
    _meeting(files).duration -= MISTAKE
    arbitrator = run.arbitrator_id
    for contest in run.contest_ids:
        key = next(k for k in CONTESTS if companies[k] == contest.company_id)
        decided = contest.with_user(arbitrator).with_context(
            allowed_company_ids=arbitrator.company_ids.ids
        )
        decided.answer = CONTESTS[key][2]
        if key == "atelier":
            decided.action_uphold()
        else:
            decided.action_reject()
    for company, shares in run._to_review().grouped("company_id").items():
        waiting = shares.filtered(lambda s: s.review == "waiting")
        waiting.with_user(_member(company))._accept_as_firm()
    _date(run)


def _member(company):
    return company._cocare_members()[:1]


def _meeting(files):
    meetings = (
        files["atelier"]
        .env["cocare.coaching.meeting"]
        .search([("membership_id", "=", files["atelier"].id)], order="date desc")
    )
    return meetings.filtered(lambda m: m.date < story.OCTOBER)[:1]


def _date(run):
    """What was just played happened on days of the story."""
    run.env.flush_all()
    execute = run.env.cr.execute
    execute(
        "UPDATE cocare_allocation_run SET review_until = %s WHERE id = %s",
        (date(2026, 10, 8), run.id),
    )
    execute(
        "UPDATE cocare_contest SET create_date = %s, answer_by = %s, answered_on = %s"
        " WHERE run_id = %s",
        (SENT, date(2026, 10, 10), ARBITRATED, run.id),
    )
    execute(
        "UPDATE cocare_allocation_share SET reviewed_on = %s WHERE run_id = %s",
        (ARBITRATED, run.id),
    )
    run.env.invalidate_all()
