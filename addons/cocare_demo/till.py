"""A ledger file that waits: the till of the grocery's stall, for November.

The grocery's books are kept here; the stall it opened has a till that exports its
entries as a FEC, in the encoding and with the accounts of its maker. The accountant
checked the file and has to say which accounts of the books take those that are new, and
whom the customers on account are: the till has its own numbers and capitals.
"""

import base64
from datetime import date

from .books import COLUMNS, amount

ACCOUNTANT = "comptable"
#: day, cents of cheese, of bread, paid in cash, customer who pays later, how much
SALES = (
    (date(2026, 11, 7), 18240, 6310, 9120, "C0001", 1840),
    (date(2026, 11, 14), 21475, 5980, 8450, "ET02", 3260),
    (date(2026, 11, 21), 19990, 7105, 10260, "ET03", 4705),
)
#: one of the same number as in the books, one of the same words, one nobody knows
CUSTOMERS = {
    "C0001": "CLIENTS DIVERS",
    "ET02": "CRECHE LES PITCHOUNS D'A COTE",
    "ET03": "AUBERGE DU BAC",
}
ACCOUNTS = {
    "70711000": "Ventes à l'étal - Fromages fermiers",
    "70712000": "Ventes à l'étal - Pains d'épeautre",
    "44571055": "TVA collectée 5,5 %",
    "53100000": "Caisse de l'étal",
    "51150000": "Cartes bancaires à encaisser",
    "41110000": "Clients en compte",
}
JOURNAL = ("ETAL", "Étal du marché")


def play(network, companies):
    """The accountant hands in the file of the till and checks it.

    :param dict companies: {key of the story: ``res.company``}
    """
    user = network.env["res.users"].search([("login", "=", ACCOUNTANT)])
    env = network.with_user(user).env
    env = env(context={**env.context, "allowed_company_ids": user.company_ids.ids})
    grocery = companies["epicerie"]
    siren = (grocery.company_registry or "").replace(" ", "")[:9]
    env["cocare.fec.import"].with_company(grocery).create(
        {
            "company_id": grocery.id,
            "filename": f"{siren}FEC20261231.txt",
            "file": base64.b64encode(ledger()),
        }
    ).action_check()


def ledger():
    """The file: 18 columns between bars, ISO-8859-15.

    >>> head, first, *_rest = ledger().decode("iso-8859-15").splitlines()
    >>> first.split("|")[:5] + first.split("|")[11:13]
    ['ETAL', 'Étal du marché', '000001', '20261107', '53100000', '91,20', '0,00']
    """
    rows = [COLUMNS]
    for number, (day, cheese, bread, cash, party, later) in enumerate(SALES, 1):
        total = cheese + bread
        vat = round(total * 55 / 1055)
        bread_net = round(bread * 1000 / 1055)
        lines = [
            ("53100000", cash),
            ("51150000", total - cash - later),
            ("41110000", later),
            ("70711000", -(total - vat - bread_net)),
            ("70712000", -bread_net),
            ("44571055", -vat),
        ]
        for account, cents in lines:
            who = (party, CUSTOMERS[party]) if account == "41110000" else ("", "")
            rows.append(
                [
                    *(*JOURNAL, f"{number:06d}", f"{day:%Y%m%d}", account),
                    *(ACCOUNTS[account], *who, f"Z{number:04d}", f"{day:%Y%m%d}"),
                    f"Recettes du marché du {day:%d/%m}",
                    *(amount(max(cents, 0)), amount(max(-cents, 0))),
                    *("", "", f"{day:%Y%m%d}", "", ""),
                ]
            )
    return "".join("|".join(row) + "\r\n" for row in rows).encode("iso-8859-15")
