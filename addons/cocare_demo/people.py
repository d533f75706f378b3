"""Who wrote to the invented network, and what customers let its firms do."""

from datetime import UTC, datetime, timedelta

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

CUSTOMERS = ("Hélène Adam", "Marc Simon", "Yasmine Keller")


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
    now = datetime.now(UTC).replace(tzinfo=None, microsecond=0)
    given = now - timedelta(days=20)
    jardins, epicerie = companies["jardins"], companies["epicerie"]
    consents = env["cocare.consent"].create(
        [
            {
                "partner_id": env["res.partner"]
                .create({"name": name, "company_id": jardins.id, "city": "Sélestat"})
                .id,
                "purpose_id": delivery.id,
                "from_company_id": jardins.id,
                "to_company_id": epicerie.id,
                "given_at": given,
                "channel": "paper",
                "note": "Bulletin d'abonnement aux paniers",
            }
            for name in CUSTOMERS
        ]
    )
    consents[-1]._withdraw("Vient chercher son panier à la ferme")
    env["cocare.disclosure"].create(
        {
            "partner_id": consents[0].partner_id.id,
            "company_id": jardins.id,
            "to_company_id": epicerie.id,
            "user_id": env["res.users"].search([("login", "=", "facilitateur")]).id,
            "date": (given + timedelta(days=3)).date(),
            "kind": "read",
        }
    )
