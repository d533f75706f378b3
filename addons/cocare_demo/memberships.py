"""Who came near the invented network, and how far they went. Data and its play."""

from datetime import date

FOUNDING = ("Assemblée constitutive du 4 juillet 2026, résolution 7", date(2026, 7, 4))
PREPARING = ("Réunion préparatoire du 13 juin 2026, point 2", date(2026, 6, 13))
WIDENING = (
    "Assemblée du 29 août 2026, résolution 2 (entrée du Fil Commun)",
    date(2026, 8, 29),
)

SECTORS = (
    "Alimentation et commerce",
    "Bois et menuiserie",
    "Culture et jeunesse",
    "Maraîchage",
    "Réparation et réemploi",
)

LABELS = {
    "AB": "Agriculture biologique",
    "ESUS": "Entreprise solidaire d'utilité sociale",
    "Nature & Progrès": "Mention paysanne, garantie participative",
}

CHARTER = """
<p>Nous gardons nos métiers et notre démocratie ;
nous mettons notre gestion en commun.</p>
<ol>
<li>Une structure, une voix ; chacun peut tout savoir des comptes communs.</li>
<li>Le coût réel de chaque service est réparti par une clé que nous avons votée.</li>
<li>Le gain paie le travail sans auto-exploitation : nous regardons les heures.</li>
<li>On entre à l'essai, on part sans rien laisser en suspens.</li>
</ol>
"""

#: steps: (stage, day, why, decision or None)
FOUNDERS = (
    ("application", date(2026, 5, 11), "Candidature à la fondation du réseau", None),
    ("review", date(2026, 5, 20), "Dossier complet", None),
    ("trial", date(2026, 6, 13), "Volonté de mutualiser dès l'été", PREPARING),
    ("member", date(2026, 7, 4), "Fondatrice de la SCIC", FOUNDING),
)

MEMBERS = {
    "jardins": {
        "legal_form": "gaec",
        "sectors": ("Maraîchage",),
        "labels": ("AB", "Nature & Progrès"),
        "steps": FOUNDERS,
        "signatory": "Léna Meyer",
        "workers": (
            ("Léna Meyer", "farmer", "Cultures, marchés", 48, None),
            ("Tom Haas", "farmer", "Serres, paniers", 46, None),
            ("Inès Ott", "employee", "Récolte", 35, date(2026, 10, 31)),
        ),
    },
    "atelier": {
        "legal_form": "scop_sarl",
        "sectors": ("Bois et menuiserie",),
        "labels": ("ESUS",),
        "steps": FOUNDERS,
        "signatory": "Malik Fischer",
        "workers": (
            ("Malik Fischer", "associate", "Gérance, chantiers", 39, None),
            ("Rose Klein", "associate", "Atelier", 35, None),
            ("Hugo Weiss", "employee", "Pose", 35, None),
            ("Nour Adam", "trainee", "Apprentissage CAP", 35, None),
        ),
    },
    "epicerie": {
        "legal_form": "scic_sas",
        "sectors": ("Alimentation et commerce",),
        "labels": (),
        "steps": FOUNDERS,
        "signatory": "Suzanne Wolff",
        "workers": (
            ("Suzanne Wolff", "employee", "Caisse, commandes", 30, None),
            ("Yann Burger", "employee", "Rayons", 24, None),
            ("Équipe bénévole", "volunteer", "Permanences", 20, None),
        ),
    },
    "association": {
        "legal_form": "association_alsace_moselle",
        "sectors": ("Culture et jeunesse",),
        "labels": (),
        "steps": (
            ("application", date(2026, 7, 15), "Rencontrée au marché de Barr", None),
            ("review", date(2026, 8, 3), "Statuts et comptes reçus", None),
            ("trial", date(2026, 8, 29), "Essai d'un an", WIDENING),
        ),
        "signatory": "Aya Klein",
        "workers": (
            ("Aya Klein", "employee", "Coordination", 28, None),
            ("Luc Sutter", "volunteer", "Trésorerie", 6, None),
        ),
    },
}

#: who has no company: (name, values, sectors, steps, tasks done in the last stage)
NEWCOMERS = (
    (
        "Brasserie de la Vieille Zorn",
        {
            "kind": "firm",
            "legal_form": "sarl",
            "city": "Brumath",
            "zip": "67170",
            "email": "bonjour@vieille-zorn.example",
            "presentation": "Trois personnes, de la bière d'orge locale. Nous "
            "cherchons une comptable qui nous explique, et une tournée de livraison.",
        },
        ("Alimentation et commerce",),
        (
            ("application", date(2026, 9, 22), "Formulaire du site", None),
            ("review", date(2026, 10, 6), "Rencontre faite, statuts reçus", None),
        ),
        2,
    ),
    (
        "Atelier de réparation partagé",
        {
            "kind": "project",
            "city": "Sélestat",
            "zip": "67600",
            "email": "reparation@co-care.example",
            "presentation": "Vélos et petit électroménager, deux salariés à terme.",
        },
        ("Réparation et réemploi",),
        (("application", date(2026, 10, 12), "Soirée porteurs de projet", None),),
        0,
    ),
    (
        "Jeanne Wendling",
        {
            "kind": "person",
            "city": "Obernai",
            "zip": "67210",
            "email": "jeanne@co-care.example",
            "presentation": "Ancienne cheffe de rayon, veut aider deux jours par mois.",
        },
        (),
        (),
        0,
    ),
    (
        "Fondation des Trois Vallées",
        {"kind": "supporter", "supporter_type": "company", "city": "Colmar"},
        (),
        (
            ("application", date(2026, 6, 2), "Appel à projets", None),
            ("review", date(2026, 6, 9), "Convention préparée", None),
            ("member", date(2026, 7, 4), "Soutien sans contrepartie", FOUNDING),
        ),
        0,
    ),
    (
        "Paul Heitz",
        {"kind": "supporter", "supporter_type": "individual", "city": "Barr"},
        (),
        (
            ("application", date(2026, 7, 20), "Prêt à donner son camion", None),
            ("review", date(2026, 8, 17), "Camion vu et estimé", None),
            ("member", date(2026, 8, 29), "Don accepté", WIDENING),
        ),
        0,
    ),
)

#: (supporter, what, nature, amount, how estimated, day promised, day received)
CONTRIBUTIONS = (
    (
        "Fondation des Trois Vallées",
        "Subvention d'amorçage, première année",
        "grant",
        12000,
        False,
        date(2026, 7, 4),
        date(2026, 9, 15),
    ),
    (
        "Paul Heitz",
        "Fourgon frigorifique de 2015",
        "kind",
        6500,
        "Moyenne de trois annonces, août 2026",
        date(2026, 8, 29),
        date(2026, 9, 2),
    ),
)


def play(network, companies):
    """Make the files of those who came near, as a facilitator would.

    :param network: ``cocare.network``
    :param dict companies: {key of the story: ``res.company``}
    :return: {key of the story or name: ``cocare.membership``}
    """
    env = network.env
    sectors = {name: env["cocare.sector"].create({"name": name}) for name in SECTORS}
    labels = {
        name: env["cocare.label"].create({"name": name, "description": text})
        for name, text in LABELS.items()
    }
    follower = env["res.users"].search([("login", "=", "facilitateur")])
    files = {}
    for key, member in MEMBERS.items():
        company = companies[key]
        company.cocare_legal_form = member["legal_form"]
        file = _open(network, company.name, {"kind": "firm"}, follower)
        file.write(
            {
                "legal_form": member["legal_form"],
                "company_registry": company.company_registry,
                "vat_status": company.cocare_vat_status,
                "sector_ids": [(4, sectors[name].id) for name in member["sectors"]],
                "label_ids": [(4, labels[name].id) for name in member["labels"]],
                "worker_ids": [
                    (0, 0, _worker(worker, company)) for worker in member["workers"]
                ],
            }
        )
        _walk(file, member["steps"], company)
        files[key] = file
    for name, values, of_sectors, steps, done in NEWCOMERS:
        file = _open(network, name, values, follower)
        file.sector_ids = [(4, sectors[sector].id) for sector in of_sectors]
        _walk(file, steps)
        _tick(file.task_ids.filtered(lambda t, f=file: t.stage == f.stage)[:done])
        files[name] = file
    for name, what, nature, amount, estimate, promised, received in CONTRIBUTIONS:
        env["cocare.contribution"].create(
            {
                "membership_id": files[name].id,
                "name": what,
                "nature": nature,
                "amount": amount,
                "estimated_by": estimate,
                "promised_on": promised,
                "received_on": received,
            }
        )
    _accept_charter(network, files)
    return files


def _open(network, name, values, follower):
    values = {"name": name, "network_id": network.id, "user_id": follower.id, **values}
    contact = {k: values.pop(k) for k in ("city", "zip", "email") if k in values}
    file = network.env["cocare.membership"].create(values)
    file.partner_id.write(contact)
    return file


def _worker(worker, company):
    name, status, role, hours, until = worker
    return {
        "name": name,
        "status": status,
        "role": role,
        "weekly_hours": hours,
        "date_start": company.cocare_joined_on.replace(month=1, day=1),
        "date_end": until,
    }


def _walk(file, steps, company=None):
    """Make the steps, each with its checklist done, and date them as the story says."""
    for stage, day, why, decision in steps:
        _tick(file.task_ids)
        if stage == "member" and company:
            file._link_company(company)
        file._step(stage, why)
        if decision:
            file.cocare_pending_change_id._cocare_decide(True, *decision)
        _date(file, day)
    if company and not file.company_id:
        file._link_company(company)


def _tick(tasks):
    for task in tasks.filtered(lambda t: not t.done_on):
        if task.needs_evidence:
            document = {"name": f"{task.name}.txt", "raw": task.name.encode()}
            task.evidence_ids = [(0, 0, document)]
        task.action_done()


def _date(file, day):
    """The last step was made on a day of the story."""
    file.flush_recordset()
    move = file.move_ids.sorted("id")[-1:]
    file.env.cr.execute(
        "UPDATE cocare_membership_move SET create_date = %s WHERE id = %s",
        (day, move.id),
    )
    file.env.cr.execute(
        "UPDATE cocare_membership SET stage_since = %s WHERE id = %s", (day, file.id)
    )
    (file | move.membership_id).invalidate_recordset()
    move.invalidate_recordset()


def _accept_charter(network, files):
    env = network.env
    charter = env["cocare.charter.version"].create(
        {
            "network_id": network.id,
            "name": "Charte du réseau",
            "text": CHARTER,
            "valid_from": FOUNDING[1],
        }
    )
    charter.action_propose()
    charter.cocare_pending_change_id._cocare_decide(True, *FOUNDING)
    for key, member in MEMBERS.items():
        if key != "epicerie":
            env["cocare.charter.acceptance"].create(
                {
                    "membership_id": files[key].id,
                    "version_id": charter.id,
                    "accepted_on": member["steps"][-1][1],
                    "signatory": member["signatory"],
                    "channel": "portal",
                }
            )
