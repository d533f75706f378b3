"""What goes another way than the pools in the invented network.

Data and play. September carries a repair that two firms pay and what was advanced for
the workshop; October will carry what an expert did for two firms, and the operator
keeps what a mistake of its own cost.
"""

import base64
from datetime import date

from . import papers

ACCOUNTANT = "comptable"

#: supplier, reference, day, account, amount, VAT or not, what
REPAIR = (
    "Froid d'Alsace",
    "FA-26-0914",
    date(2026, 9, 14),
    "6155",
    480.0,
    True,
    "Dépannage de la chambre froide",
)
REGISTRY = (
    "Greffe du tribunal judiciaire de Colmar",
    "2026-B-77120",
    date(2026, 9, 21),
    "467",
    46.11,
    False,
    "Dépôt des comptes annuels de l'Atelier Copeaux SCOP",
)
EXPERT = (
    "Agro Conseil Ried",
    "2026/311",
    date(2026, 10, 8),
    "6226",
    900.0,
    True,
    "Étude de la gamme de conserves",
)
MISTAKE = (
    "Hébergeur du Rhin",
    "HR-10-2207",
    date(2026, 10, 12),
    "62601",
    38.0,
    True,
    "Serveur commandé deux fois",
)


def repair(network, services, companies):
    """Two firms pay the repair of what they alone use."""
    return _rebill(
        network,
        _bill(network, REPAIR),
        name="Dépannage de la chambre froide",
        service_id=services["entrepot"].id,
        reason="Seules ces structures ont des denrées en chambre froide",
        line_ids=[
            *_paying(companies, "jardins", "epicerie"),
            *_not_paying(companies, "atelier", "association"),
        ],
    )


def registry_fees(network, companies):
    """What was advanced in the name of the workshop, with the document."""
    return _rebill(
        network,
        _bill(network, REGISTRY, "Greffe 2026-B-77120.pdf"),
        name="Dépôt des comptes annuels",
        kind="disbursement",
        reason="Avancé au nom de l'Atelier Copeaux SCOP, mandat du 2 septembre",
        line_ids=_paying(companies, "atelier"),
    )


def open_month(network, services, companies):
    """What October will carry, and what it will not."""
    expert = _rebill(
        network,
        _bill(network, EXPERT),
        name="Étude de la gamme de conserves",
        service_id=services["accompagnement"].id,
        split="amounts",
        amount=750,
        reason="Commandée par les deux structures ; le réseau garde le reste",
        line_ids=[
            (0, 0, {"company_id": companies["jardins"].id, "amount": 500}),
            (0, 0, {"company_id": companies["epicerie"].id, "amount": 250}),
        ],
    )
    kept = _rebill(
        network,
        _bill(network, MISTAKE),
        name="Serveur commandé deux fois",
        kind="kept",
        reason="Erreur de la structure commune : aucun membre n'a à la payer",
    )
    return expert | kept


def _paying(companies, *keys):
    return [(0, 0, {"company_id": companies[key].id}) for key in keys]


def _not_paying(companies, *keys):
    reason = {"excluded": True, "reason": "rien en froid"}
    return [(0, 0, {"company_id": companies[key].id, **reason}) for key in keys]


def _rebill(network, item, **values):
    """Written and confirmed by the accountant."""
    user = network.env["res.users"].search([("login", "=", ACCOUNTANT)])
    rebilling = (
        network.env["cocare.rebilling"]
        .with_user(user)
        .with_context(allowed_company_ids=user.company_ids.ids)
        .create({"network_id": network.id, "item_id": item.id, **values})
    )
    rebilling.action_confirm()
    return rebilling


def _bill(network, bill, document=None):
    """The line of a supplier's bill in the operator's books, posted."""
    supplier, ref, day, account, amount, taxed, label = bill
    operator = network.operator_id
    env = network.env
    partner = env["res.partner"].create({"name": supplier, "company_id": operator.id})
    tax = operator.cocare_recharge_purchase_tax_id
    move = (
        env["account.move"]
        .with_company(operator)
        .create(
            {
                "move_type": "in_invoice",
                "partner_id": partner.id,
                "ref": ref,
                "invoice_date": day,
                "date": day,
                "invoice_line_ids": [
                    (
                        0,
                        0,
                        {
                            "name": label,
                            "quantity": 1,
                            "price_unit": amount,
                            "account_id": operator._cocare_account(account).id,
                            "tax_ids": [(6, 0, tax.ids if taxed else [])],
                        },
                    )
                ],
            }
        )
    )
    if document:
        total = f"Total TTC : {amount:.2f} €".replace(".", ",")
        page = papers.page(supplier, f"Facture {ref} du {day:%d/%m/%Y}", label, total)
        env["ir.attachment"].create(
            {
                "name": document,
                "datas": base64.b64encode(page),
                "res_model": "account.move",
                "res_id": move.id,
            }
        )
    move.action_post()
    return move.invoice_line_ids
