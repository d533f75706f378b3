"""What the invented firms agreed on with their operator. Data and its play."""

import base64
import io
from datetime import date, datetime
from math import sin

from PIL import Image, ImageDraw

from . import story

#: announced prices: (by unit, a month, how it was worked out)
TARIFFS = {
    "comptabilite": (3.2, 45, "Budget 2026 : 1,4 poste, 9 500 écritures"),
    "accompagnement": (62, 0, "Budget 2026 : 0,6 poste, 560 heures"),
    "entrepot": (0.71, 0, "Loyer et énergie pour 1 400 palettes-jours par mois"),
    "communication": (0, 120, "Plan de communication, réparti sur quatre structures"),
    "numerique": (0, 65, "Contrats en cours, répartis sur quatre structures"),
    "vie": (0, 40, "Budget des assemblées et rencontres"),
    "financement": (0, 30, "Dix dossiers par an, partagés"),
}

#: use a month that the firms foresee
VOLUMES = {
    "comptabilite": {
        "jardins": 60,
        "atelier": 80,
        "epicerie": 110,
        "association": 35,
    },
    "accompagnement": {
        "jardins": 6,
        "atelier": 7.5,
        "epicerie": 6.5,
        "association": 6,
    },
    "entrepot": {"jardins": 360, "atelier": 250, "epicerie": 440, "association": 80},
}

CLAUSES = """
<p><strong>Ce que fait la SCIC.</strong> {what}</p>
<p><strong>Ce que fait la structure.</strong> Elle transmet ses pièces et ses besoins
à temps, et désigne une personne qui répond aux questions.</p>
<ol>
<li>Le coût réel du service est réparti chaque mois par la clé que le réseau a votée ;
chacun peut consulter le détail.</li>
<li>Le tarif annoncé sert à prévoir ; il ne se facture pas.</li>
<li>Un désaccord se règle d'abord entre les deux, puis devant l'assemblée.</li>
</ol>
"""

#: a service that starts next year, for members only: nobody has it yet
FINANCING = {
    "name": "Recherche de financements",
    "code": "financement",
    "description": "Veille, dossiers de subvention et prêts solidaires.",
    "family": "financing",
}

ASKED = "Remplacer la serre nord : aides de la Région et de l'Agence de l'eau ?"

#: signed before the first month; the operator countersigned later
SIGNED = {"association": (datetime(2026, 8, 31, 8, 12), datetime(2026, 8, 31, 15, 5))}
SIGNED_BY_FOUNDERS = datetime(2026, 7, 21, 9, 40), datetime(2026, 7, 23, 14, 20)

AMENDED_FROM = date(2027, 1, 1)
NOTICE = date(2026, 10, 12)


def play(network, services, companies):
    """Decide tariffs, sign agreements; leave one to sign, one in notice, one asked for.

    :param network: ``cocare.network``
    :param dict services: {code: ``cocare.service``}
    :param dict companies: {key of the story: ``res.company``}
    """
    env = network.env
    services = {**services, FINANCING["code"]: _open_financing(network)}
    for code, service in services.items():
        what = (service.description or service.name).rstrip(".")
        service.clauses = CLAUSES.format(what=f"{what}.")
        _decide_tariff(service, *TARIFFS[code])
    facilitator = env["res.users"].search([("login", "=", "facilitateur")])
    agreed = {}
    for key in story.FIRMS:
        member = env["res.users"].search([("login", "=", key)])
        for code in story.SERVICES:
            agreement = _agree(services[code], code, companies[key], key, facilitator)
            agreement.action_propose()
            _sign(agreement, member, facilitator, *SIGNED.get(key, SIGNED_BY_FOUNDERS))
            agreed[key, code] = agreement
    _propose_amendment(agreed["epicerie", "entrepot"])
    agreed["atelier", "communication"]._terminate(
        "firm",
        NOTICE,
        "Malik Fischer",
        "Nous montons notre propre vitrine avec les artisans de la vallée.",
    )
    _ask(services[FINANCING["code"]], companies["jardins"])
    # Nobody has the addresses of the story.
    env["mail.mail"].search([("model", "=", "cocare.agreement")]).unlink()


def _open_financing(network):
    return network.env["cocare.service"].create(
        {
            **FINANCING,
            "network_id": network.id,
            "condition_ids": [(0, 0, {"kind": "stage", "stage": "member"})],
        }
    )


def _decide_tariff(service, by_unit, a_month, note):
    tariff = service.env["cocare.tariff.version"].create(
        {
            "service_id": service.id,
            "valid_from": story.AUGUST,
            "unit_price": by_unit,
            "monthly_price": a_month,
            "note": note,
        }
    )
    tariff.action_propose()
    tariff.cocare_pending_change_id._cocare_decide(True, *story.FOUNDING)


def _agree(service, code, company, key, facilitator):
    """Bookkeeping goes by the year, the rest until notice is given."""
    by_year = 12 if code == "comptabilite" else 0
    return service.env["cocare.agreement"].create(
        {
            "company_id": company.id,
            "service_id": service.id,
            "date_start": company.cocare_joined_on,
            "volume": VOLUMES.get(code, {}).get(key, 0),
            "duration": by_year,
            "renewal": by_year,
            "user_id": facilitator.id,
        }
    )


def _sign(agreement, member, facilitator, signed_at, countersigned_at):
    agreement.proposed_on = signed_at.date()
    agreement.with_user(member).sudo()._sign(
        "firm", "portal", member.name, _drawing(member.name), signed_at=signed_at
    )
    agreement.with_user(facilitator).sudo()._sign(
        "operator", "office", facilitator.name, signed_at=countersigned_at
    )
    agreement.activity_ids.action_feedback()


def _drawing(name):
    """A stroke of the pen that goes up and down with a name: PNG in base 64."""
    letters = [ord(letter) % 23 for letter in name]
    image = Image.new("RGBA", (30 * len(letters) + 60, 150), (0, 0, 0, 0))
    stroke = [
        (30 + x + 9 * sin(x / 7), 75 + (12 + 2 * letters[x // 30]) * sin(x / 9))
        for x in range(30 * len(letters))
    ]
    ImageDraw.Draw(image).line(stroke, "#1b2a6b", 4, joint="curve")
    png = io.BytesIO()
    image.save(png, "PNG")
    return base64.b64encode(png.getvalue())


def _propose_amendment(agreement):
    action = agreement.action_amend()
    amended = agreement.browse(action["res_id"])
    amended.write(
        {
            "date_start": AMENDED_FROM,
            "duration": 12,
            "renewal": 12,
            "volume": 520,
            "note": "Deux travées de plus, pour les produits secs.",
            "user_id": agreement.user_id.id,
        }
    )
    amended.action_propose()


def _ask(service, company):
    env = company.env
    member = env["res.users"].search([("login", "=", "jardins")])
    Agreement = env["cocare.agreement"].with_user(member)
    Agreement._request(service.with_user(member), company.with_user(member), 0, ASKED)
