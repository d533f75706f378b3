"""Keys that the assembly of October made finer, and what else may be metered.

Data and play. They share the month of October, which is left for the visitor to close.
"""

from datetime import date

from . import story

DECISION = ("Assemblée du 17 octobre 2026, résolution 3", date(2026, 10, 17))

#: service → its new key; parts are (percent, method, service metered, brackets)
REFINED = {
    # Half of the warehouse is there whatever one stores.
    "entrepot": {
        "parts": ((50, "equal", None, ()), (50, "usage", "entrepot", ())),
    },
    # The first 10,000 of a margin weigh more than the rest; nobody pays too little or
    # too much.
    "communication": {
        "parts": ((100, "margin", None, ((0, 5), (10000, 3))),),
        "values": {
            "floor": 20,
            "floor_kind": "amount",
            "ceiling": 30,
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
                "part_ids": [],
                **spec.get("values", {}),
            }
        )
        _fill(version, spec, services, companies)
        version.action_propose()
        version.cocare_pending_change_id._cocare_decide(True, *DECISION)


def _fill(version, spec, services, companies):
    """Write the parts of a draft, and what it says of firms."""
    env = version.env
    for percent, method, metered, brackets in spec["parts"]:
        part = env["cocare.allocation.key.part"].create(
            {
                "version_id": version.id,
                "percent": percent,
                "method": method,
                "service_id": metered and services[metered].id,
            }
        )
        env["cocare.allocation.key.bracket"].create(
            [
                {"part_id": part.id, "start": start, "rate": rate}
                for start, rate in brackets
            ]
        )
    env["cocare.allocation.key.line"].create(
        [
            {
                "version_id": version.id,
                "company_id": companies[key].id,
                "coefficient": coefficient,
            }
            for key, coefficient in spec.get("coefficients", {}).items()
        ]
    )
    env["cocare.allocation.key.discount"].create(
        [
            {"version_id": version.id, "until_month": month, "percent": percent}
            for month, percent in spec.get("discounts", ())
        ]
    )
