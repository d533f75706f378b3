"""What the banks of the invented network sent: one file is imported, two wait.

The grocery opened an account for its orders on line: its first statement is in the
books, to be matched. Of November there is a statement of its main account, ready to be
imported, and the table that the joiners downloaded, where somebody mistyped an amount.
"""

import base64
from datetime import date

ACCOUNTANT = "comptable"
ORDERS_IBAN = "FR7630004000031234567899940"
#: day, cents, what, who
ORDERS = (
    (date(2026, 10, 14), 4250, "Commande CL-0012 click and collect", "Mme Weber"),
    (date(2026, 10, 21), 1890, "Commande CL-0015 click and collect", "M. Heitz"),
    (date(2026, 10, 30), -240, "Frais d'encaissement octobre", ""),
)
NOVEMBER = (
    (date(2026, 11, 3), 128460, "Remise cartes du 31/10 au 02/11", ""),
    (date(2026, 11, 5), -21840, "Prélèvement loyer novembre", "SCI du Panier"),
    (date(2026, 11, 12), 9650, "Virement goûter", "Le Fil commun"),
    (date(2026, 11, 13), -1850, "Frais de tenue de compte", ""),
)
#: as the bank of the joiners writes it; 1.250 is a thousand for some, one for others
TABLE = """Date;Libellé;Débit;Crédit
04/11/2026;Virement client Durand;;1.250
06/11/2026;Prélèvement assurance;86,40;
"""
#: fees of every bank, recognised in all firms
RULE = {
    "name": "Frais de tenue de compte",
    "match_label": "contains",
    "match_label_param": "Frais de tenue de compte",
}
FEES = "627"


def play(network, companies):
    """The accountant hands in three files and imports one.

    :param dict companies: {key of the story: ``res.company``}
    """
    user = network.env["res.users"].search([("login", "=", ACCOUNTANT)])
    env = network.with_user(user).env
    env = env(context={**env.context, "allowed_company_ids": user.company_ids.ids})
    share_fees(network)
    grocery, joiners = companies["epicerie"], companies["atelier"]
    # a second account, after the one that transfers are paid from
    env["account.journal"].with_company(grocery).create(
        {
            "name": "Ventes en ligne",
            "code": "VEL",
            "type": "bank",
            "sequence": 20,
            "company_id": grocery.id,
            "bank_acc_number": ORDERS_IBAN,
        }
    )
    orders = _camt(ORDERS_IBAN, "CL-2026-10", ORDERS, 0)
    _hand_in(env, "ventes-en-ligne-2026-10.xml", orders).action_import()
    main = grocery._cocare_transfer_journal()
    opening = main._cocare_balance_before(NOVEMBER[0][0])
    iban = main.bank_account_id.sanitized_acc_number
    content = _camt(iban, "REL-2026-11-A", NOVEMBER, opening)
    _hand_in(env, "besace-2026-11-15.xml", content)
    journal = joiners._cocare_transfer_journal()
    table = TABLE.encode()
    _hand_in(env, "copeaux-novembre.csv", table, journal_id=journal.id)


def share_fees(network):
    """A rule of the template, which every firm has."""
    template = network.template_id
    account = template._cocare_account(FEES)
    network.env["account.reconcile.model"].with_company(template).create(
        {
            **RULE,
            "company_id": template.id,
            "line_ids": [(0, 0, {"account_id": account.id, "label": RULE["name"]})],
        }
    )


def _hand_in(env, filename, content, **values):
    record = env["cocare.bank.import"].create(
        {"filename": filename, "file": base64.b64encode(content), **values}
    )
    record.action_check()
    return record


def _camt(iban, name, movements, opening):
    """A statement as the bank writes it, camt.053.

    :param opening: cents
    """
    closing = opening + sum(cents for _day, cents, *_texts in movements)
    first, last = movements[0][0], movements[-1][0]
    parts = [
        f"<Stmt><Id>{name}</Id><Acct><Id><IBAN>{iban}</IBAN></Id><Ccy>EUR</Ccy></Acct>",
        _balance("OPBD", opening, first),
        _balance("CLBD", closing, last),
    ]
    for day, cents, what, who in movements:
        side = "Dbtr" if cents > 0 else "Cdtr"
        party = f"<RltdPties><{side}><Nm>{who}</Nm></{side}></RltdPties>" if who else ""
        parts.append(
            f"<Ntry>{_amount(cents)}<Sts>BOOK</Sts><BookgDt><Dt>{day}</Dt></BookgDt>"
            f"<NtryDtls><TxDtls>{party}<RmtInf><Ustrd>{what}</Ustrd></RmtInf></TxDtls>"
            "</NtryDtls></Ntry>"
        )
    return "\n".join(
        [
            '<?xml version="1.0" encoding="UTF-8"?>',
            '<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.02">',
            "<BkToCstmrStmt>",
            *parts,
            "</Stmt>",
            "</BkToCstmrStmt></Document>",
        ]
    ).encode()


def _balance(kind, cents, day):
    return (
        f"<Bal><Tp><CdOrPrtry><Cd>{kind}</Cd></CdOrPrtry></Tp>{_amount(cents)}"
        f"<Dt><Dt>{day}</Dt></Dt></Bal>"
    )


def _amount(cents):
    way = "CRDT" if cents >= 0 else "DBIT"
    amount = f"{abs(cents) // 100}.{abs(cents) % 100:02}"
    return f'<Amt Ccy="EUR">{amount}</Amt><CdtDbtInd>{way}</CdtDbtInd>'
