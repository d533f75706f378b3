"""The story that the demonstration tells: who is in the network and what they did.

Plain data, no ORM: ``books.py`` makes ledgers of it, ``hooks.py`` plays it through the
product. Everybody is invented; the SIREN are numbers that nobody was given. Amounts of
books are in cents, all others in euros.
"""

from datetime import date

from .books import Firm, Party, Pay, Purchase, Sale, Transfer, every_month, weekly

AUGUST, SEPTEMBER, OCTOBER = date(2026, 8, 1), date(2026, 9, 1), date(2026, 10, 1)
JOINED, LATECOMER_JOINED = date(2026, 8, 1), SEPTEMBER

#: months closed with the product's own flow; the last one is left for the visitor
CLOSED = (AUGUST, SEPTEMBER)
#: day of the following month on which the operator collects what it recharged
COLLECTION_DAY = 15

NETWORK = "Co-CARE Alsace"
FIRMS = ("jardins", "atelier", "epicerie", "association")

COMPANIES = {
    "operator": {
        "name": "Co-CARE Alsace SCIC",
        "cocare_legal_form": "scic_sas",
        "company_registry": "00120261300012",
        "vat": "FR33001202613",
        "street": "3 rue du Métier-à-Tisser",
        "zip": "67600",
        "city": "Sélestat",
        "email": "bonjour@co-care.example",
        "phone": "+33 1 99 00 20 01",
        "cocare_vat_status": "taxable",
    },
    "template": {
        "name": "Modèle de structure",
        "city": "Sélestat",
        "email": "modele@co-care.example",
    },
    "jardins": {
        "name": "Les Jardins du Ried Vert",
        "company_registry": "00220262000015",
        "street": "12 chemin des Iris",
        "zip": "67600",
        "city": "Muttersholtz",
        "email": "bonjour@jardins-ried-vert.example",
        "phone": "+33 1 99 00 20 02",
        "cocare_vat_status": "farm_flat_rate",
        "cocare_joined_on": JOINED,
    },
    "atelier": {
        "name": "Atelier Copeaux SCOP",
        "company_registry": "00320263700017",
        "vat": "FR73003202637",
        "street": "5 impasse du Rabot",
        "zip": "67140",
        "city": "Barr",
        "email": "bonjour@atelier-copeaux.example",
        "phone": "+33 1 99 00 20 03",
        "cocare_vat_status": "taxable",
        "cocare_joined_on": JOINED,
    },
    "epicerie": {
        "name": "Épicerie coopérative La Besace",
        "company_registry": "00420264400011",
        "vat": "FR78004202644",
        "street": "27 rue du Panier",
        "zip": "67000",
        "city": "Strasbourg",
        "email": "bonjour@la-besace.example",
        "phone": "+33 1 99 00 20 04",
        "cocare_vat_status": "taxable",
        "cocare_joined_on": JOINED,
    },
    "association": {
        "name": "Association Le Fil Commun",
        "company_registry": "00520265000015",
        "street": "8 place du Lavoir",
        "zip": "68000",
        "city": "Colmar",
        "email": "bonjour@fil-commun.example",
        "phone": "+33 1 99 00 20 05",
        "cocare_vat_status": "non_taxable",
        "cocare_joined_on": LATECOMER_JOINED,
    },
}

# Books

# Two firms of the network trade: the same invoices are in both books.
VEGETABLES = {
    date(2026, 8, 31): 138420,
    date(2026, 9, 30): 151260,
    date(2026, 10, 30): 119640,
}
ENERGY = Party("F0001", "Énergies du Piémont")
TELECOM = Party("F0002", "Télécom Rhin Vosges")
INSURER = Party("F0003", "Assurances de la Vallée")
BANK_FEES = Transfer("Frais de tenue de compte", every_month(28), (("627800", 1850),))


def same_amount(cents):
    return (cents, cents)


# Annualised hours: the shared office works less in August.
PART_TIME = (800, 1040, 1040)

OPERATOR = Firm(
    siren="001202613",
    name="Co-CARE Alsace SCIC",
    reserves="106800",
    season=(750, 1000, 1000),
    opening={
        "101300": -1800000,
        "218300": 640000,
        "281800": -210000,
        "275500": 180000,
        "512100": 2680000,
    },
    pays=(
        Pay(56000, "641110", "645110", season=PART_TIME),
        Pay(68000, "641120", "645120", season=PART_TIME),
        Pay(16000, "641190", "645190", season=PART_TIME),
    ),
    purchases=(
        Purchase(
            Party("F0010", "SCI du Canal couvert"),
            "613210",
            "loyer de l'entrepôt",
            same_amount(48000),
            every_month(3),
            vat=200,
            delay=(2, 4),
        ),
        Purchase(
            Party("F0010", "SCI du Canal couvert"),
            "613220",
            "loyer des bureaux",
            same_amount(19000),
            every_month(3),
            vat=200,
            delay=(2, 4),
        ),
        Purchase(
            ENERGY,
            "606110",
            "électricité de l'entrepôt",
            (7800, 10900),
            every_month(18),
            vat=200,
        ),
        Purchase(
            Party("F0011", "Manutention de l'Ill"),
            "613510",
            "chariot et racks",
            same_amount(9500),
            every_month(6),
            vat=200,
        ),
        Purchase(
            Party("F0012", "Cabinet Sociocratie & Compagnie"),
            "622610",
            "animation d'ateliers",
            (26000, 38000),
            every_month(24),
            vat=200,
        ),
        Purchase(
            Party("F0013", "Imprimerie des Remparts"),
            "623610",
            "dépliants et affiches",
            (14500, 21000),
            every_month(12),
            vat=200,
            seasonal=True,
        ),
        Purchase(
            Party("F0014", "Radio des Collines"),
            "623110",
            "annonces",
            (16000, 22500),
            every_month(20),
            vat=200,
            seasonal=True,
        ),
        Purchase(
            Party("F0015", "Hébergeur Libre du Rhin"),
            "626010",
            "serveurs et sauvegardes",
            same_amount(8900),
            every_month(2),
            vat=200,
            delay=(5, 8),
        ),
        Purchase(
            Party("F0016", "Logiciels en Commun"),
            "651810",
            "abonnements",
            same_amount(13200),
            every_month(4),
            vat=200,
            delay=(5, 8),
        ),
        Purchase(
            Party("F0017", "Traiteur La Marmite ronde"),
            "625710",
            "rencontre mensuelle",
            (9500, 15500),
            every_month(25),
            vat=100,
        ),
        Purchase(
            INSURER,
            "616100",
            "multirisque",
            same_amount(6400),
            every_month(5),
            delay=(3, 5),
        ),
        Purchase(
            TELECOM,
            "626000",
            "téléphone",
            (4200, 5200),
            every_month(9),
            vat=200,
            delay=(10, 15),
        ),
    ),
    transfers=(
        Transfer(
            "Déplacements de l'accompagnement",
            every_month(29),
            (("625120", 8640),),
        ),
        BANK_FEES,
        Transfer(
            "Subvention d'amorçage, versement trimestriel",
            (date(2026, 9, 10),),
            (("741000", -240000),),
        ),
    ),
    depreciation=(("281800", 11000),),
)

GARDENERS = Firm(
    siren="002202620",
    name="Les Jardins du Ried Vert",
    taxable=False,
    season=(1060, 1020, 880),
    opening={
        "101300": -800000,
        "131000": -360000,
        "164000": -1420000,
        "215400": 2450000,
        "218200": 980000,
        "281500": -1240000,
        "281800": -520000,
        "512100": 1386000,
        "530000": 20000,
    },
    sales=(
        Sale(
            Party("C0001", "Amap des Trois Ponts"),
            "701000",
            "paniers du mois",
            (310000, 345000),
            every_month(27),
            delay=(8, 14),
        ),
        Sale(
            Party("C0002", "Marché de Sélestat"),
            "701000",
            "marché du samedi",
            (98000, 132000),
            weekly(5),
            till=450,
        ),
        Sale(
            Party("C0004", "Winstub Au Vieux Tilleul"),
            "701000",
            "légumes",
            (18000, 31000),
            every_month(8, 22),
        ),
        Sale(
            Party("C0005", "Cantine de l'école des Saules"),
            "701000",
            "légumes de la rentrée",
            (44000, 56000),
            (date(2026, 9, 18), date(2026, 10, 16)),
            delay=(25, 35),
        ),
        *(
            Sale(
                Party("C0003", "Épicerie coopérative La Besace"),
                "701000",
                "légumes du mois",
                same_amount(cents),
                (day,),
                delay=same_amount(15),
                seasonal=False,
            )
            for day, cents in VEGETABLES.items()
        ),
    ),
    purchases=(
        Purchase(
            Party("F0020", "Pépinière du Haut-Chemin"),
            "601000",
            "plants et semences",
            (52000, 88000),
            every_month(7),
            vat=100,
        ),
        Purchase(
            Party("F0021", "Paille et Terreau d'Alsace"),
            "602100",
            "terreau et paillage",
            (21000, 36000),
            every_month(14),
            vat=100,
        ),
        Purchase(
            Party("F0022", "Cagettes du Ried"),
            "602610",
            "cagettes",
            (9000, 15000),
            every_month(11),
            vat=200,
        ),
        Purchase(
            ENERGY, "606100", "eau et énergie", (21000, 29000), every_month(19), 200
        ),
        Purchase(
            Party("F0023", "Mécanique agricole Weiss"),
            "615500",
            "entretien du tracteur",
            (14000, 42000),
            every_month(21),
            vat=200,
        ),
        Purchase(
            INSURER,
            "616100",
            "multirisque",
            same_amount(12400),
            every_month(5),
            0,
            (3, 5),
        ),
    ),
    pays=(Pay(204000, charges=250),),
    transfers=(
        Transfer(
            "Rémunération du travail des associés",
            every_month(28),
            (("644000", 290000),),
        ),
        Transfer(
            "Échéance de l'emprunt tracteur",
            every_month(10),
            (("164000", 21240), ("661160", 2860)),
        ),
        BANK_FEES,
    ),
    depreciation=(("281500", 21000), ("281800", 9500)),
)

CARPENTERS = Firm(
    siren="003202637",
    name="Atelier Copeaux SCOP",
    season=(820, 1060, 1020),
    opening={
        "101300": -2400000,
        "106100": -620000,
        "164000": -1960000,
        "215400": 4180000,
        "218200": 1460000,
        "281500": -2210000,
        "281800": -830000,
        "275500": 240000,
        "411700": 186000,
        "512100": 3940000,
    },
    sales=(
        Sale(
            Party("C0001", "Famille Kieffer-Muller"),
            "704000",
            "escalier en chêne",
            (640000, 780000),
            every_month(12),
            vat=100,
            delay=(15, 30),
        ),
        Sale(
            Party("C0002", "Copropriété Les Glycines"),
            "704000",
            "menuiseries, situation",
            (920000, 1180000),
            every_month(20),
            vat=100,
            delay=(25, 40),
        ),
        Sale(
            Party("C0003", "Bibliothèque de Dambach-le-Vieux"),
            "704000",
            "rayonnages",
            (480000, 620000),
            every_month(26),
            vat=200,
            delay=(30, 40),
        ),
        Sale(
            Party("C0004", "Brasserie du Bout du Pont"),
            "704000",
            "comptoir et tables",
            (260000, 390000),
            every_month(5),
            vat=200,
        ),
        Sale(
            Party("C0005", "Menuiserie Sans Clou"),
            "706000",
            "façonnage à la commande numérique",
            (62000, 98000),
            every_month(8, 22),
            vat=200,
        ),
        Sale(
            Party("C0006", "Clients de l'atelier"),
            "704000",
            "petits travaux",
            (24000, 52000),
            weekly(4),
            vat=200,
            delay=(3, 10),
        ),
    ),
    purchases=(
        Purchase(
            Party("F0030", "Scierie de la Bruche haute"),
            "601000",
            "chêne et épicéa",
            (420000, 590000),
            every_month(4, 18),
            vat=200,
            delay=(25, 35),
            seasonal=True,
        ),
        Purchase(
            Party("F0031", "Quincaillerie du Vignoble"),
            "601000",
            "ferrures et visserie",
            (46000, 82000),
            every_month(10),
            vat=200,
        ),
        Purchase(
            Party("F0032", "Vitrerie Lumière"),
            "611000",
            "pose de vitrages",
            (88000, 146000),
            every_month(17),
            vat=200,
            delay=(25, 35),
            seasonal=True,
        ),
        Purchase(
            Party("F0033", "SCI des Tanneurs de Barr"),
            "613200",
            "loyer de l'atelier",
            same_amount(135000),
            every_month(3),
            vat=200,
            delay=(2, 4),
        ),
        Purchase(ENERGY, "606100", "électricité", (31000, 42000), every_month(19), 200),
        Purchase(
            Party("F0034", "Affûtage Muller Frères"),
            "606300",
            "lames et affûtage",
            (12000, 26000),
            every_month(13),
            vat=200,
        ),
        Purchase(
            INSURER,
            "616100",
            "décennale",
            same_amount(38600),
            every_month(5),
            0,
            (3, 5),
        ),
        Purchase(TELECOM, "626000", "téléphone", (5200, 6900), every_month(9), 200),
    ),
    pays=(Pay(232000), Pay(218000), Pay(198000)),
    transfers=(
        Transfer(
            "Échéance de l'emprunt machines",
            every_month(10),
            (("164000", 41800), ("661160", 5130)),
        ),
        BANK_FEES,
    ),
    depreciation=(("281500", 39000), ("281800", 17500)),
)

GROCERS = Firm(
    siren="004202644",
    name="Épicerie coopérative La Besace",
    season=(860, 1030, 1040),
    opening={
        "101300": -1260000,
        "164000": -1780000,
        "218400": 2940000,
        "218300": 460000,
        "281800": -1120000,
        "275500": 330000,
        "512100": 1290000,
        "530000": 20000,
    },
    sales=(
        Sale(
            Party("C0001", "Clients du magasin"),
            "707100",
            "caisse de la semaine",
            (720000, 830000),
            weekly(5),
            split=(("707100", 55, 860), ("707200", 200, 140)),
            till=210,
        ),
        Sale(
            Party("C0002", "Crèche Les Pitchouns d'à côté"),
            "707100",
            "livraison du mois",
            (52000, 74000),
            every_month(28),
            vat=55,
        ),
    ),
    purchases=(
        Purchase(
            Party("F0040", "Coopérative Grains et Levains"),
            "607100",
            "épicerie sèche",
            (560000, 660000),
            every_month(4, 18),
            vat=55,
            delay=(20, 30),
            seasonal=True,
        ),
        Purchase(
            Party("F0041", "Laiterie du Val fleuri"),
            "607100",
            "produits laitiers",
            (230000, 280000),
            every_month(11, 25),
            vat=55,
            delay=(14, 20),
            seasonal=True,
        ),
        Purchase(
            Party("F0042", "Boulange du Faubourg"),
            "607100",
            "pain",
            (175000, 215000),
            every_month(27),
            vat=55,
            delay=(10, 15),
            seasonal=True,
        ),
        Purchase(
            Party("F0043", "Savonnerie des Simples"),
            "607200",
            "hygiène et maison",
            (200000, 270000),
            every_month(13),
            vat=200,
            seasonal=True,
        ),
        *(
            Purchase(
                Party("F0044", "Les Jardins du Ried Vert"),
                "607100",
                "légumes du mois",
                same_amount(cents),
                (day,),
                delay=same_amount(15),
            )
            for day, cents in VEGETABLES.items()
        ),
        Purchase(
            Party("F0045", "SCI du Panier"),
            "613200",
            "loyer du magasin",
            same_amount(168000),
            every_month(3),
            vat=200,
            delay=(2, 4),
        ),
        Purchase(ENERGY, "606100", "électricité", (42000, 56000), every_month(19), 200),
        Purchase(
            Party("F0046", "Froid Service du Rhin"),
            "615500",
            "entretien des vitrines",
            (11000, 24000),
            every_month(16),
            vat=200,
        ),
        Purchase(
            INSURER,
            "616100",
            "multirisque",
            same_amount(11900),
            every_month(5),
            0,
            (3, 5),
        ),
    ),
    pays=(Pay(201000, charges=240), Pay(196000, charges=240), Pay(121000, charges=220)),
    transfers=(
        Transfer(
            "Échéance de l'emprunt aménagement",
            every_month(10),
            (("164000", 33600), ("661160", 4410)),
        ),
        BANK_FEES,
    ),
    depreciation=(("281800", 38500),),
)

WEAVERS = Firm(
    siren="005202650",
    name="Association Le Fil Commun",
    taxable=False,
    season=(880, 1080, 1040),
    opening={
        "106800": -450000,
        "218400": 620000,
        "281800": -260000,
        "275500": 90000,
        "512100": 1120000,
    },
    sales=(
        Sale(
            Party("C0001", "Participants aux ateliers"),
            "706000",
            "stages et ateliers",
            (130000, 165000),
            weekly(2),
            delay=(1, 3),
        ),
        Sale(
            Party("C0002", "Maison de quartier Les Peupliers"),
            "706000",
            "atelier couture",
            (68000, 88000),
            every_month(15),
            delay=(20, 30),
        ),
        Sale(
            Party("C0003", "Collège de la Lauch haute"),
            "706000",
            "intervention en classe",
            (110000, 150000),
            (date(2026, 9, 24), date(2026, 10, 22)),
            delay=(25, 35),
        ),
        Sale(
            Party("C0004", "Théâtre du Bastringue"),
            "706000",
            "costumes",
            (150000, 210000),
            every_month(21),
            delay=(20, 30),
        ),
    ),
    purchases=(
        Purchase(
            Party("F0050", "Filature de la Weiss claire"),
            "601000",
            "laines et tissus",
            (48000, 82000),
            every_month(8),
            vat=200,
        ),
        Purchase(
            Party("F0051", "Mercerie Bobine et Fils"),
            "606300",
            "fournitures d'atelier",
            (14000, 26000),
            every_month(14),
            vat=200,
        ),
        Purchase(
            Party("F0052", "Foncière du Lavoir"),
            "613200",
            "loyer de l'atelier",
            same_amount(72000),
            every_month(3),
            delay=(2, 4),
        ),
        Purchase(ENERGY, "606100", "électricité", (11000, 17000), every_month(19), 200),
        Purchase(
            INSURER,
            "616100",
            "responsabilité",
            same_amount(5200),
            every_month(5),
            0,
            (3, 5),
        ),
        Purchase(TELECOM, "626000", "téléphone", (3600, 4300), every_month(9), 200),
    ),
    pays=(Pay(228000, charges=210), Pay(152000, charges=200)),
    transfers=(
        Transfer(
            "Subvention de fonctionnement", (date(2026, 9, 8),), (("741000", -300000),)
        ),
        Transfer("Cotisations des adhérents", every_month(16), (("756000", -24000),)),
        BANK_FEES,
    ),
    depreciation=(("281800", 9000),),
)

BOOKS = {
    "operator": OPERATOR,
    "jardins": GARDENERS,
    "atelier": CARPENTERS,
    "epicerie": GROCERS,
    "association": WEAVERS,
}

# What is shared: services, keys, pools

EVERYONE = FIRMS
EARLY = FIRMS[:3]

#: service: values, meter, key and what standing alone costs (fixed, by unit, source)
SERVICES = {
    "comptabilite": {
        "name": "Comptabilité et fiscalité",
        "description": "Tenue des livres, déclarations et bilans par l'équipe commune.",
        "family": "management",
        "unit": "Écritures",
        "meter": "entries",
        "expense_account_code": "6226",
        "pool": ("641110", "645110"),
        "key": ("Nombre d'écritures", "usage"),
        "alone": (130, 4.9, "Enquête 2025 auprès de trois cabinets comptables"),
    },
    "accompagnement": {
        "name": "Accompagnement de la direction collégiale",
        "description": "Heures d'accompagnement des équipes et de leurs projets.",
        "family": "coaching",
        "unit": "Heure",
        "expense_account_code": "6228",
        "pool": ("641120", "645120", "622610", "625120"),
        "key": ("Heures d'accompagnement", "usage"),
        "alone": (0, 90, "Tarif moyen de cinq consultants indépendants, 2025"),
    },
    "entrepot": {
        "name": "Entrepôt et point de retrait",
        "description": "Palettes entreposées à Sélestat, préparation et retrait.",
        "family": "logistics",
        "unit": "Palettes-jours",
        "expense_account_code": "6135",
        "pool": ("613210", "606110", "613510"),
        "key": ("Clé de l'entrepôt", "usage"),
        "alone": (20, 0.95, "Tarifs publics de trois entrepôts, janvier 2026"),
    },
    "communication": {
        "name": "Communication et marchés",
        "description": "Affiches, annonces et présence commune sur les marchés.",
        "family": "communication",
        "unit": "Unité",
        "expense_account_code": "6231",
        "pool": ("623110", "623610"),
        "key": ("Clé de la communication", "turnover"),
        "alone": (175, 0, "Devis de deux agences, automne 2025"),
    },
    "numerique": {
        "name": "Outils numériques",
        "description": "Serveurs, sauvegardes et logiciels de gestion.",
        "family": "management",
        "unit": "Unité",
        "expense_account_code": "6518",
        "pool": ("626010", "651810"),
        "key": ("Clé fixe des outils numériques", "percent"),
        "alone": (95, 0, "Tarifs publics de deux éditeurs, janvier 2026"),
    },
    "vie": {
        "name": "Vie du réseau",
        "description": "Assemblées, rencontres mensuelles et entraide.",
        "family": "management",
        "unit": "Unité",
        "expense_account_code": "6281",
        "pool": ("625710",),
        "key": ("Clé de la vie du réseau", "equal"),
        "alone": (60, 0, "Cotisation moyenne à trois fédérations, 2025"),
    },
}

SUPPORT = {
    "Bureaux et assurance": ("613220", "616100", "626000"),
    "Coordination et frais généraux": ("641190", "645190", "627800", "681120"),
}

# Decisions: (what is written in the register, the day)

FOUNDING = ("Assemblée constitutive du 4 juillet 2026, résolution 7", date(2026, 7, 4))
WIDENING = (
    "Assemblée du 29 août 2026, résolution 2 (entrée du Fil Commun)",
    date(2026, 8, 29),
)

#: percentages of the fixed key, from a date on, and the decision that adopted them
PERCENTAGES = (
    (AUGUST, {"jardins": 25, "atelier": 40, "epicerie": 35}, FOUNDING),
    (
        SEPTEMBER,
        {"jardins": 22, "atelier": 33, "epicerie": 28, "association": 17},
        WIDENING,
    ),
)

# Readings by hand: {firm: {month: …}}

#: (day, hours, what was done)
COACHING = {
    "jardins": {
        AUGUST: ((6, 2, "Point d'équipe"), (20, 3, "Prix des paniers")),
        SEPTEMBER: ((3, 2.5, "Point d'équipe"), (17, 4, "Installation d'une associée")),
        OCTOBER: ((1, 2.5, "Point d'équipe"), (22, 3.5, "Plan de culture 2027")),
    },
    "atelier": {
        AUGUST: ((7, 3, "Réunion des associés"), (27, 4, "Grille de salaires")),
        SEPTEMBER: (
            (4, 3, "Réunion des associés"),
            (18, 3.5, "Grille de salaires"),
            (25, 2, "Entretien d'un candidat au sociétariat"),
        ),
        OCTOBER: ((2, 3, "Réunion des associés"), (23, 4.5, "Carnet de commandes")),
    },
    "epicerie": {
        AUGUST: ((12, 3, "Cercle de gestion"), (26, 3, "Planning des bénévoles")),
        SEPTEMBER: ((9, 3, "Cercle de gestion"), (23, 3.5, "Choix des producteurs")),
        OCTOBER: ((7, 3, "Cercle de gestion"), (28, 4, "Préparation de l'assemblée")),
    },
    "association": {
        SEPTEMBER: ((10, 4, "Accueil dans le réseau"), (24, 2.5, "Budget de saison")),
        OCTOBER: ((8, 3, "Répartition des rôles"), (29, 3.5, "Demande de subvention")),
    },
}

#: pallets in store over each half of the month
PALLETS = {
    "jardins": {AUGUST: (11, 13), SEPTEMBER: (14, 12), OCTOBER: (10, 8)},
    "atelier": {AUGUST: (7, 7), SEPTEMBER: (8, 10), OCTOBER: (9, 9)},
    "epicerie": {AUGUST: (13, 14), SEPTEMBER: (15, 15), OCTOBER: (17, 16)},
    "association": {SEPTEMBER: (2, 3), OCTOBER: (3, 3)},
}
