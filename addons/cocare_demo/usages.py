"""How October's usages came in, and a key that waits for a decision. Data and play."""

import base64
from datetime import date

from . import story

HEADER = ("Structure", "Service", "Date", "Quantité", "Description")
FILENAME = "palettes-de-passage-octobre-2026.csv"
#: (firm, day, pallet-days, what it was), as the file writes them
PALLETS = (
    ("jardins", "08/10/2026", "4", "Paniers du point de retrait"),
    ("epicerie", "15/10/2026", "12", "Arrivage de conserves"),
    ("atelier", "22/10/2026", "3,5", "Étagères en attente de livraison"),
    ("association", "29/10/2026", "1,5", "Matériel de la fête d'automne"),
)
#: hours on the telephone, typed in on the sheet of the month
TELEPHONE = {"jardins": 0.75, "atelier": 1.25, "epicerie": 0.5, "association": 1}
TELEPHONE_NAME = "Permanence téléphonique"

#: from when the digital tools would be shared by entries posted
NEW_KEY = date(2026, 12, 1)


def play(network, services, companies):
    """The facilitator imports a file, types a sheet in, puts a key to a decision."""
    user = network.env["res.users"].search([("login", "=", "facilitateur")])
    env = (
        network.with_user(user)
        .with_context(allowed_company_ids=user.company_ids.ids)
        .env
    )
    _import_pallets(env, network)
    _type_in_hours(env, services["accompagnement"], companies)
    _propose_key(env, network, services)


def file_content():
    """The file that the pick-up point sends, as its spreadsheet writes it."""
    rows = [
        (_said(key), "entrepot", day, quantity, name)
        for key, day, quantity, name in PALLETS
    ]
    return "\r\n".join(";".join(row) for row in (HEADER, *rows)).encode("cp1252")


def _said(key):
    """Some write the name of a firm, some its SIRET."""
    values = story.COMPANIES[key]
    return values["name"] if key != "atelier" else values["company_registry"]


def _import_pallets(env, network):
    record = env["cocare.usage.import"].create(
        {
            "network_id": network.id,
            "filename": FILENAME,
            "file": base64.b64encode(file_content()),
        }
    )
    record.action_check()
    record.action_import()


def _type_in_hours(env, service, companies):
    sheet = env["cocare.reading.sheet"].create(
        {"service_id": service.id, "date_from": story.OCTOBER}
    )
    for key, hours in TELEPHONE.items():
        sheet.line_ids.filtered(
            lambda line, firm=companies[key]: line.company_id == firm
        ).write({"quantity": hours, "name": TELEPHONE_NAME})


def _propose_key(env, network, services):
    """The digital tools by entries posted: simulated over the months closed so far."""
    pool = network.pool_ids.filtered(lambda p: p.service_id == services["numerique"])
    version = env["cocare.allocation.key.version"].create(
        {
            "key_id": pool.key_id.id,
            "valid_from": NEW_KEY,
            "method": "usage",
            "service_id": services["comptabilite"].id,
            # whoever posts little uses the servers all the same
            "floor": 40,
            "floor_kind": "amount",
        }
    )
    version.action_propose()
