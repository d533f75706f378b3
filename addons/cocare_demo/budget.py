"""What the assembly is asked to call for the next year, month by month."""

from datetime import date

YEAR = date(2027, 1, 1)
#: service: euros of the year
AMOUNTS = {
    "comptabilite": 12600,
    "accompagnement": 14400,
    "entrepot": 9600,
    "communication": 6600,
    "numerique": 3600,
    "vie": 1800,
}
NOTE = (
    "Coûts d'août à octobre 2026 rapportés à douze mois, avec un mi-temps de plus à "
    "l'accompagnement à partir de mars."
)


def propose(network, services):
    """Put the budget to a decision, which the assembly of December takes."""
    budget = network.env["cocare.budget"].create(
        {
            "network_id": network.id,
            "valid_from": YEAR,
            "note": NOTE,
            "line_ids": [
                (0, 0, {"service_id": services[code].id, "amount": amount})
                for code, amount in AMOUNTS.items()
            ],
        }
    )
    budget.action_propose()
