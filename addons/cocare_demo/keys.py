"""Keys that the assembly of October made finer, and what else may be metered.

Data and play. They share the month of October, which is left for the visitor to close.
"""

from datetime import date

from odoo.fields import Command

from . import story

DECISION = ("Assemblée du 17 octobre 2026, résolution 3", date(2026, 10, 17))

#: service → its new key; parts are (percent, method, service metered, brackets)
REFINED = {
    # Half of the warehouse is there whatever one stores.
    "entrepot": {
        "parts": ((50, "equal", None, ()), (50, "usage", "entrepot", ())),
    },
    # Small margins pay at a higher rate on their first euros only, nobody pays all.
    "communication": {
        "parts": ((100, "margin", None, ((0, 5), (10000, 3))),),
        "values": {
            "floor": 20,
            "floor_kind": "amount",
            "ceiling": 45,
            "ceiling_kind": "percent",
        },
    },
    # Newcomers pay half, then three quarters; the association has few means.
    "accompagnement": {
        "parts": ((100, "usage", "accompagnement", ()),),
        "discounts": ((2, 50), (6, 25)),
        "coefficients": {"association": 0.8},
    },
    "vie": {
        "parts": ((50, "equal", None, ()), (50, "fte", None, ())),
    },
}

#: services that are offered and that nobody takes yet: (code, name, unit, what it is)
OFFERED = (
    (
        "bureaux",
        "Bureaux partagés",
        "uom.product_uom_square_meter",
        "Surface occupée à l'étage de l'entrepôt, comptée au mètre carré.",
    ),
    (
        "volume",
        "Stockage en volume",
        "cocare_network.uom_cubic_meter_day",
        "Marchandises hors palette, comptées en mètres cubes et en jours.",
    ),
    (
        "colis",
        "Préparation de colis",
        "cocare_network.uom_parcel",
        "Colis préparés et étiquetés pour l'expédition.",
    ),
    (
        "tournees",
        "Tournées de livraison",
        "uom.product_uom_km",
        "Kilomètres parcourus pour chaque structure.",
    ),
)


def offer(network):
    """Put services in the catalogue of which the unit can be the driver of a key."""
    env = network.env
    env["cocare.service"].create(
        [
            {
                "name": name,
                "code": code,
                "description": description,
                "network_id": network.id,
                "family": "logistics",
                "uom_id": env.ref(unit).id,
            }
            for code, name, unit, description in OFFERED
        ]
    )


def refine(network, services, companies):
    """Propose the new versions, which simulates them, and adopt them."""
    for code, spec in REFINED.items():
        pool = network.pool_ids.filtered(lambda p, c=code: p.service_id == services[c])
        version = network.env["cocare.allocation.key.version"].create(
            {
                "key_id": pool.key_id.id,
                "valid_from": story.OCTOBER,
                "part_ids": [
                    Command.create(
                        {
                            "percent": percent,
                            "method": method,
                            "service_id": metered and services[metered].id,
                            "bracket_ids": [
                                Command.create({"start": start, "rate": rate})
                                for start, rate in brackets
                            ],
                        }
                    )
                    for percent, method, metered, brackets in spec["parts"]
                ],
                "line_ids": [
                    Command.create(
                        {"company_id": companies[key].id, "coefficient": coefficient}
                    )
                    for key, coefficient in spec.get("coefficients", {}).items()
                ],
                "discount_ids": [
                    Command.create({"until_month": month, "percent": percent})
                    for month, percent in spec.get("discounts", ())
                ],
                **spec.get("values", {}),
            }
        )
        version.action_propose()
        version.cocare_pending_change_id._cocare_decide(True, *DECISION)
