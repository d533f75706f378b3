"""Who wrote to the invented network, and what customers let its firms do."""

from datetime import date, datetime

#: leads: (name, intent, further values, stage reached)
LEADS = (
    (
        "Fournil des Trois Épis",
        "join",
        {
            "partner_name": "Fournil des Trois Épis",
            "contact_name": "Léo Ritter",
            "email_from": "leo.ritter@fournil.example",
            "city": "Turckheim",
            "zip": "68230",
            "cocare_message": "Pain au levain, deux associés. "
            "Nous cherchons une comptabilité et des tournées partagées.",
        },
        "lead_stage_talk",
    ),
    (
        "Laverie coopérative",
        "project",
        {
            "contact_name": "Nora Kuntz",
            "email_from": "nora.kuntz@laverie.example",
            "city": "Sélestat",
            "zip": "67600",
            "cocare_message": "Laver les bocaux consignés des producteurs du Ried.",
        },
        "lead_stage_met",
    ),
    (
        "Paul Weber",
        "help",
        {
            "contact_name": "Paul Weber",
            "email_from": "paul.weber@perso.example",
            "city": "Colmar",
            "zip": "68000",
            "cocare_message": "Retraité de la logistique, une journée par semaine.",
        },
        "lead_stage_new",
    ),
)

WAITING = {
    "name": "Julie Marchal",
    "email": "julie.marchal@perso.example",
    "organisation": "Vélos du Ried",
    "city": "Benfeld",
    "zip": "67230",
    "message": "Réparation de vélos à domicile, je démarre en janvier.",
}

#: who shares the customers, with whom
SHARE = ("jardins", "epicerie")
#: customers of the Jardins, and when they let La Besace deliver
CUSTOMERS = {
    "Hélène Adam": datetime(2026, 9, 4, 15, 20),
    "Marc Simon": datetime(2026, 9, 11, 16, 5),
    "Yasmine Keller": datetime(2026, 9, 11, 16, 40),
}
#: the last of them changed her mind
WITHDRAWN = datetime(2026, 10, 9, 15, 10)
#: the first of them was looked at
DISCLOSED = date(2026, 9, 18)


def receive(network, companies):
    """Make the leads, a request that waits for its e-mail, and the consents.

    :param network: ``cocare.network``
    :param dict companies: {key of the story: ``res.company``}
    """
    network.open_to_applications = True
    for name, intent, values, stage in LEADS:
        network.env["crm.lead"].create(
            {
                "name": name,
                "type": "opportunity",
                "cocare_intent": intent,
                "cocare_network_id": network.id,
                "company_id": network.operator_id.id,
                "team_id": network._lead_team().id,
                "stage_id": network.env.ref(f"cocare_network.{stage}").id,
                "user_id": False,
                **values,
            }
        )
    _wait(network)
    _consent(network.env, companies)


def _wait(network):
    """A request whose e-mail nobody confirmed; the demonstration writes to nobody."""
    env = network.env
    env["cocare.join.request"]._receive(network, "join", WAITING)
    env["mail.mail"].search([("email_to", "=", WAITING["email"])]).unlink()


def _consent(env, companies):
    """Customers of the Jardins let La Besace deliver; one of them changed her mind."""
    delivery = env.ref("cocare_network.purpose_delivery")
    jardins, epicerie = (companies[key] for key in SHARE)
    consents = env["cocare.consent"].create(
        [
            {
                "partner_id": env["res.partner"]
                .create({"name": name, "company_id": jardins.id, "city": "Sélestat"})
                .id,
                "purpose_id": delivery.id,
                "from_company_id": jardins.id,
                "to_company_id": epicerie.id,
                "given_at": given_at,
                "channel": "paper",
                "note": "Bulletin d'abonnement aux paniers",
            }
            for name, given_at in CUSTOMERS.items()
        ]
    )
    consents[-1]._withdraw("Vient chercher son panier à la ferme")
    consents[-1].withdrawn_at = WITHDRAWN
    env["cocare.disclosure"].create(
        {
            "partner_id": consents[0].partner_id.id,
            "company_id": jardins.id,
            "to_company_id": epicerie.id,
            "user_id": env["res.users"].search([("login", "=", "facilitateur")]).id,
            "date": DISCLOSED,
            "kind": "read",
        }
    )
