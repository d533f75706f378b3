"""What the bookkeepers ask of the firms, and what these send."""

from datetime import date, timedelta

from . import papers

ACCOUNTANT = "comptable"

NOTICE = timedelta(days=10)

#: (firm, kind, what, day it is due, note)
ASKED = (
    (
        "jardins",
        "statement",
        "Relevé bancaire d'octobre",
        date(2026, 11, 5),
        "À télécharger sur le site de la banque, en PDF.",
    ),
    (
        "atelier",
        "bill",
        "Facture de la scie à ruban",
        date(2026, 10, 28),
        "Virement de 1 280 € du 14 octobre, sans justificatif.",
    ),
    (
        "association",
        "contract",
        "Convention avec la Ville de Colmar",
        date(2026, 11, 20),
        "La version signée, pour les comptes de l'année.",
    ),
)
#: (firm, kind, name of the file, lines of the page)
SENT = (
    (
        "epicerie",
        "bill",
        "Moulin des Trois Épis 2210.pdf",
        ("Moulin des Trois Épis", "Facture 2210 du 19/10/2026", "Farines : 318,40 €"),
    ),
    (
        "jardins",
        "other",
        "Attestation assurance.pdf",
        ("Assurance du Ried", "Attestation 2026, serres et matériel"),
    ),
)
#: answered and sent back: (firm, what was asked, why)
SENT_BACK = (
    "jardins",
    "Bail de la parcelle des Iris",
    date(2026, 11, 12),
    "Il manque la page signée.",
)


def play(network, companies):
    """Ask, receive, send one back; a firm has an address of its own."""
    user = network.env["res.users"].search([("login", "=", ACCOUNTANT)])
    env = network.env(user=user)
    env = env(context={**env.context, "allowed_company_ids": user.company_ids.ids})
    Asked = env["cocare.document.request"]
    for key, kind, name, due, note in ASKED:
        Asked.create(
            {
                "company_id": companies[key].id,
                "kind": kind,
                "name": name,
                "asked_on": due - NOTICE,
                "due_date": due,
                "note": note,
            }
        )
    for key, kind, name, lines in SENT:
        _send(companies[key], kind, name, lines)
    key, name, due, reason = SENT_BACK
    asked = Asked.create(
        {
            "company_id": companies[key].id,
            "kind": "contract",
            "name": name,
            "asked_on": due - NOTICE,
            "due_date": due,
        }
    )
    document = _send(companies[key], "contract", "Bail.pdf", ("Bail rural",), asked)
    document = document.with_env(env)
    document.refused_because = reason
    document.action_refuse()


def _send(company, kind, name, lines, asked=None):
    """A worker-member sends it from the page of the firm."""
    member = company._cocare_members()[:1]
    return (
        company.env["cocare.document"]
        .with_user(member)
        ._receive_as_firm(
            company,
            [(name, papers.page(*lines))],
            kind,
            asked and asked.with_user(member),
        )
    )
