"""Closings of the invented network: a month that is closed, one that is refused, a year
under way.

The accountant closed August of the gardens, and said why without two of the steps. She
asked for September of all firms at once: the report says what each one lacks. The year
of the joiners is begun: the payroll was compared, and signed for.
"""

from datetime import date

ACCOUNTANT = "comptable"
CLOSED_FIRM, CLOSED_MONTH = "jardins", date(2026, 8, 31)
REFUSED_MONTH = date(2026, 9, 30)
YEAR_FIRM, YEAR_END = "atelier", date(2026, 12, 31)
#: check → why the accountant did without it
REASONS = {
    "bank": "Relevé d'août reçu sur papier, pointé ligne à ligne",
    "open_items": "Clients relancés le 04/09, échéancier accordé",
    "vouchers": "Pièces de la reprise, gardées dans le classeur 2026",
    "mirrors": "Écart expliqué avec la structure porteuse, soldé en septembre",
    "zero": "Chèque en attente d'identification, client prévenu",
    "documents": "Pièces reçues sur papier",
    "drafts": "Brouillons repris en septembre",
}
#: signed steps of the year: rule, note
SIGNED = (("closing_year_payroll", "Rapproché des DSN de janvier à octobre"),)


def play(network, companies):
    """Make the checklists, close a month, ask for another, begin a year.

    :param dict companies: ``res.company`` by key of the story
    """
    user = network.env["res.users"].search([("login", "=", ACCOUNTANT)])
    env = network.with_user(user).env
    env = env(context={**env.context, "allowed_company_ids": user.company_ids.ids})
    firms = user.company_ids.filtered("cocare_network_id")
    env["cocare.closing"]._generate(firms)
    _close(_closing(env, companies[CLOSED_FIRM], "month", CLOSED_MONTH))
    wizard = env["cocare.closing.batch"].create(
        {"action": "close", "kind": "month", "day": REFUSED_MONTH}
    )
    wizard.action_run()
    _begin(_closing(env, companies[YEAR_FIRM], "year", YEAR_END))


def _closing(env, company, kind, last):
    return env["cocare.closing"].search(
        [
            ("company_id", "=", company.id),
            ("kind", "=", kind),
            ("date_to", "=", last),
        ]
    )


def _close(closing):
    """Check, say why what is left is left, and close."""
    closing.action_evaluate()
    for step in closing.step_ids.filtered("is_open"):
        step.note = REASONS[step.check]
        step.action_waive()
    closing.action_close()


def _begin(closing):
    """Check, and sign what is done already."""
    closing.action_evaluate()
    for name, note in SIGNED:
        rule = closing.env.ref(f"cocare_mutual_accounting.{name}")
        step = closing.step_ids.filtered(lambda s, r=rule: s.rule_id == r)
        step.note = note
        step.action_sign()
