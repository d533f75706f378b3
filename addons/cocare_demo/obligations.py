"""What the firms of the invented network have to file: regimes, who keeps whom, and
what was done of it.

The returns of August are filed and paid, one of September was forgotten. The rest is
left for the visitor.
"""

import io
from datetime import date

from reportlab.lib.pagesizes import A5
from reportlab.pdfgen import canvas

ACCOUNTANT, BACKUP = "comptable", "comptable2"

#: key of the story → regimes, and what proves them
REGIMES = {
    "operator": (
        ("ca3_month", "Option pour le réel normal, courrier du 03/02/2025"),
        ("corporate_tax", "Statuts : société coopérative à l'IS"),
        ("accounts_company", "Statuts, article 19"),
        ("cfe", "Avis de CFE 2025"),
    ),
    "atelier": (
        ("ca3_month", "Option pour le réel normal, courrier du 14/01/2024"),
        ("corporate_tax", "Statuts : SCOP à l'IS"),
        ("accounts_company", "Statuts, article 24"),
        ("cfe", "Avis de CFE 2025"),
    ),
    "epicerie": (
        ("ca3_month", "TVA 2025 de 17 400 €, au-dessus du seuil du régime simplifié"),
        ("corporate_tax", "Statuts : SCIC à l'IS"),
        ("accounts_company", "Statuts, article 21"),
        ("cfe", "Avis de CFE 2025"),
    ),
    "jardins": (
        ("vat_none", "Remboursement forfaitaire agricole"),
        ("accounts_meeting", "Statuts du GAEC, article 30"),
    ),
    "association": (
        ("vat_none", "Organisme non assujetti, rescrit du 08/06/2021"),
        ("accounts_meeting", "Statuts, article 12"),
    ),
}
SINCE = date(2026, 1, 1)
#: who took over the payroll returns, from a day on; and who pays fees to others
EMPLOYERS = ("operator", "atelier", "epicerie")
EMPLOYERS_SINCE = date(2026, 11, 1)
FEES = ("operator", "atelier")
#: firms that the other accountant keeps; each is the backup of the other
OTHERS = ("jardins", "association")

#: last day of the period → when its returns were filed, and whether they are paid
FILED = {
    date(2026, 8, 31): (date(2026, 9, 18), True),
    date(2026, 9, 30): (date(2026, 10, 20), False),
}
#: the return of September that nobody filed
FORGOTTEN = ("epicerie", date(2026, 9, 30))
#: corporate tax of 2025, of which instalments are a part
TAX_OF_2025 = {"operator": 1240, "atelier": 4380, "epicerie": 2610}
#: the instalment of September of the only firm that owes one
INSTALMENT = ("atelier", date(2026, 9, 14))
#: communes of the network with a Protestant church
GOOD_FRIDAY = "67000, 67140, 67600, 68000"


def play(network, companies):
    """Note regimes and accountants, file what was filed.

    :param dict companies: ``res.company`` by key of the story
    """
    env = network.env
    users = {
        login: env["res.users"].search([("login", "=", login)])
        for login in (ACCOUNTANT, BACKUP)
    }
    env.ref("cocare_mutual_accounting.holiday_good_friday").postcodes = GOOD_FRIDAY
    env["cocare.firm.regime"].create(
        [
            {
                "company_id": companies[key].id,
                "regime_id": env.ref(f"cocare_mutual_accounting.regime_{name}").id,
                "valid_from": since,
                "source": source,
            }
            for key, name, since, source in _regimes()
        ]
    )
    env["cocare.firm.accountant"].create(
        [
            {
                "company_id": companies[key].id,
                "valid_from": SINCE,
                "user_id": users[mine].id,
                "backup_id": users[other].id,
            }
            for key in REGIMES
            for mine, other in [
                (BACKUP, ACCOUNTANT) if key in OTHERS else (ACCOUNTANT, BACKUP)
            ]
        ]
    )
    accountant = users[ACCOUNTANT]
    mine = env["cocare.obligation"].with_user(accountant)
    mine = mine.with_context(allowed_company_ids=accountant.company_ids.ids)
    for key, amount in TAX_OF_2025.items():
        instalments = mine.search(
            [
                ("company_id", "=", companies[key].id),
                ("code", "in", ("is_september", "is_december")),
                ("due_date", "<", "2027-01-01"),
            ]
        )
        instalments.base_amount = amount
    key, day = INSTALMENT
    instalment = mine.search(
        [("company_id", "=", companies[key].id), ("code", "=", "is_september")],
        order="due_date",
        limit=1,
    )
    _settle(instalment, day, "Acompte d'IS, septembre 2026", paid=True)
    _file_returns(mine, companies)


def _regimes():
    """(key of the story, regime, first day, what proves it)"""
    yield from (
        (key, name, SINCE, source)
        for key, regimes in REGIMES.items()
        for name, source in regimes
    )
    for key in EMPLOYERS:
        yield key, "employer", EMPLOYERS_SINCE, "Mandat de dépôt des DSN du 20/10/2026"
    for key in FEES:
        yield key, "fees", SINCE, "Honoraires de l'exercice, compte 6226"


def _file_returns(mine, companies):
    """File the VAT returns of the months that are over."""
    for last, (day, paid) in FILED.items():
        returns = mine.search([("code", "=", "ca3"), ("date_to", "=", last)])
        if FORGOTTEN[1] == last:
            forgotten = companies[FORGOTTEN[0]]
            returns = returns.filtered(lambda r, f=forgotten: r.company_id != f)
        for record in returns:
            _settle(record, day, f"Déclaration CA3, {last:%m/%Y}", paid)


def _settle(record, day, what, paid):
    """File an obligation with its receipt, on a day of the story."""
    receipt = record.env["ir.attachment"].create(
        {
            "name": f"Accusé, {what}.pdf",
            "raw": _receipt(record.company_id.name, what, day),
        }
    )
    record.evidence_ids = [(6, 0, receipt.ids)]
    record.action_file()
    # it is installed later than it was filed
    record.sudo()._settle({"filed_on": day})
    if paid and record.amount > 0:
        record.action_pay()
        record.sudo()._settle({"paid_on": day})


def _receipt(firm, what, day):
    """An invented receipt of the tax office, the same bytes every time."""
    page = io.BytesIO()
    sheet = canvas.Canvas(page, pagesize=A5, invariant=True)
    for rank, text in enumerate(
        (
            "Accusé de réception (exemple inventé)",
            what,
            firm,
            f"Reçue le {day:%d/%m/%Y}",
        )
    ):
        sheet.drawString(40, 520 - 24 * rank, text)
    sheet.save()
    return page.getvalue()
