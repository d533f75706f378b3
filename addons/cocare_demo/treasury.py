"""What the firms of the invented network expect to come and to go, by themselves and
by their coach. Open invoices, bills and returns are found in the books.
"""

COACH = "facilitateur"

#: key of the story, which is the login of its member too → what they type on their page
TYPED = {
    "jardins": (
        ("Paniers de l'hiver", "sale", "in", "2850", "2026-11", "2027-04", "1"),
        ("Salaires et cotisations", "wages", "out", "3120", "2026-11", "", "1"),
        ("Semences et terreau", "purchase", "out", "1480,50", "2027-02", "", "12"),
    ),
    "atelier": (
        ("Agencement de la médiathèque", "sale", "in", "14400", "2027-01", "", "0"),
        ("Salaires et cotisations", "wages", "out", "7650", "2026-11", "", "1"),
        ("Petits chantiers", "sale", "in", "4200", "2026-12", "2027-06", "1"),
    ),
    "epicerie": (
        ("Ventes du magasin", "sale", "in", "21500", "2026-12", "", "1"),
        ("Achats de marchandises", "purchase", "out", "15300", "2026-12", "", "1"),
        ("Salaires et cotisations", "wages", "out", "5200", "2026-12", "", "1"),
    ),
    "association": (
        ("Loyer de la salle", "purchase", "out", "420", "2026-12", "", "3"),
    ),
}

#: key of the story → what the coach adds
COACHED = {
    "jardins": ("Serre d'occasion", "investment", "out", 6500, "2027-03-01", 0),
    "association": ("Subvention de la commune", "grant", "in", 3000, "2027-02-01", 12),
}


def play(companies):
    """Type the lines in, each as the person who would.

    :param dict companies: ``res.company`` by key of the story
    """
    env = companies["operator"].env
    fields = ("name", "kind", "direction", "amount", "date_from", "date_to", "every")
    for key, lines in TYPED.items():
        firm = companies[key]
        member = env["res.users"].search([("login", "=", key)])
        Line = env["cocare.forecast.line"].with_user(member).with_company(firm)
        for line in lines:
            Line._add_as_firm(firm, dict(zip(fields, line, strict=True)))
    coach = env["res.users"].search([("login", "=", COACH)])
    for key, line in COACHED.items():
        name, kind, direction, amount, month, every = line
        env["cocare.forecast.line"].with_user(coach).with_company(
            companies[key]
        ).create(
            {
                "company_id": companies[key].id,
                "name": name,
                "kind": kind,
                "direction": direction,
                "amount": amount,
                "date_from": month,
                "every": every,
            }
        )
