"""VAT in the invented network: an exemption at risk, a status that will change."""

import base64
from datetime import date

#: what the association declared of the year before, in euros
EXEMPTION = {
    "year": 2026,
    "taxed_receipts": 4180,
    "total_receipts": 61350,
    "evidence": "Comptes annuels 2025 : subventions et cotisations hors champ, ventes "
    "de la boutique taxées. La comptabilité ne sert qu'à l'activité associative.",
}
DOCUMENT = "Recettes 2025 : 61 350 €, dont boutique 4 180 € soumis à la TVA.\n"

ACCOUNTANT = "comptable"

#: the market garden opted for VAT
OPTION = {
    "valid_from": date(2027, 1, 1),
    "status": "taxable",
    "source": "Option pour le régime simplifié agricole, courrier du 12/10/2026",
}


def play(services, companies):
    """Validate the exemption of the association, note the option of the garden.

    :param dict services: ``cocare.service`` by code of the story
    :param dict companies: ``res.company`` by key of the story
    """
    env = companies["operator"].env
    document = env["ir.attachment"].create(
        {
            "name": "Recettes 2025.txt",
            "datas": base64.b64encode(DOCUMENT.encode()),
        }
    )
    exemption = env["cocare.vat.exemption"].create(
        {
            **EXEMPTION,
            "company_id": companies["association"].id,
            "service_id": services["comptabilite"].id,
            "evidence_ids": [(6, 0, document.ids)],
        }
    )
    accountant = env["res.users"].search([("login", "=", ACCOUNTANT)])
    exemption.with_user(accountant).action_validate()
    env["cocare.vat.period"]._record(companies["jardins"], OPTION)
