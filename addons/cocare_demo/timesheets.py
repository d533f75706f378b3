"""What the two accountants spent in November, per firm and mission. Data and play.

Entering documents is shared by the entries posted, as before; the hours of review and
advice have a service of their own from November on, which the bookkeeping key may read.
"""

from datetime import date, datetime

from . import agreements

SERVICE = {
    "name": "Révision et conseil de gestion",
    "code": "revision",
    "description": "Révision des comptes, préparation du bilan, conseil : au temps.",
    "family": "management",
    "meter": "time",
}
FROM = date(2026, 11, 1)
SIGNED = datetime(2026, 10, 27, 10, 15), datetime(2026, 10, 28, 9, 5)
#: hours a month that the firms foresee
VOLUMES = {"jardins": 3, "atelier": 6, "epicerie": 8, "association": 2}

#: mission → whether its hours are usages of the service
MISSIONS = {
    "Saisie et rapprochement": False,
    "TVA et déclarations": False,
    "Révision et clôture": True,
    "Conseil de gestion": True,
    "Questions et relances": False,
}

#: login → (day of November, firm, mission, hours, what it was)
SPENT = {
    "comptable": (
        (3, "epicerie", "Saisie et rapprochement", 2.5, "Caisse et banque d'octobre"),
        (3, "atelier", "Saisie et rapprochement", 1.75, "Factures d'achat"),
        (5, "operator", "Saisie et rapprochement", 1.5, ""),
        (10, "epicerie", "Révision et clôture", 3.25, "Comptes de tiers d'octobre"),
        (
            12,
            "atelier",
            "Révision et clôture",
            2.5,
            "En-cours de Ribeauvillé",
        ),
        (17, "epicerie", "TVA et déclarations", 0.75, "CA3 d'octobre"),
        (17, "atelier", "TVA et déclarations", 0.5, "CA3 d'octobre"),
        (18, "atelier", "Conseil de gestion", 1.5, "Prix de revient d'un agencement"),
        (19, "epicerie", "Révision et clôture", 5.5, "Écarts de caisse, stocks"),
        (20, "operator", "Questions et relances", 0.333, ""),
    ),
    "comptable2": (
        (4, "jardins", "Saisie et rapprochement", 2, "Achats et paniers d'octobre"),
        (4, "association", "Saisie et rapprochement", 1, ""),
        (13, "jardins", "Conseil de gestion", 1.25, "Financer la serre"),
        (13, "association", "Révision et clôture", 0.75, "Subvention de la commune"),
        (18, "jardins", "Révision et clôture", 1.5, "Stocks de légumes"),
        (19, "jardins", "Questions et relances", 0.5, "Reçus de carburant"),
    ),
}


def play(network, companies):
    """Open the service and its agreements, then type in the time, each their own.

    :param network: ``cocare.network``
    :param dict companies: ``res.company`` by key of the story
    """
    env = network.env
    service = env["cocare.service"].create(
        {
            **SERVICE,
            "network_id": network.id,
            "uom_id": env.ref("uom.product_uom_hour").id,
            "clauses": agreements.CLAUSES.format(what=SERVICE["description"]),
        }
    )
    facilitator = env["res.users"].search([("login", "=", "facilitateur")])
    for key, volume in VOLUMES.items():
        agreement = env["cocare.agreement"].create(
            {
                "company_id": companies[key].id,
                "service_id": service.id,
                "date_start": FROM,
                "volume": volume,
                "user_id": facilitator.id,
            }
        )
        agreement.action_propose()
        member = env["res.users"].search([("login", "=", key)])
        agreements._sign(agreement, member, facilitator, *SIGNED)
    env["mail.mail"].search([("model", "=", "cocare.agreement")]).unlink()
    missions = {
        mission.name: mission
        for mission in env["cocare.mission"].create(
            [
                {
                    "name": name,
                    "network_id": network.id,
                    "service_id": shared and service.id,
                }
                for name, shared in MISSIONS.items()
            ]
        )
    }
    for login, spent in SPENT.items():
        user = env["res.users"].search([("login", "=", login)])
        Entry = (
            env["cocare.time.entry"]
            .with_user(user)
            .with_context(allowed_company_ids=user.company_ids.ids)
        )
        Entry.create(
            [
                {
                    "company_id": companies[key].id,
                    "mission_id": missions[mission].id,
                    "date": FROM.replace(day=day),
                    "hours": hours,
                    "name": name,
                }
                for day, key, mission, hours, name in spent
            ]
        )
