"""Three months of books of a small firm, as the ledger file (FEC) it hands over.

Pure module: a :class:`Firm` says what the firm does, :func:`ledger` returns the file.
The same firm always gives the same bytes: every amount and delay is drawn from one
generator seeded with :data:`SEED` and the firm's SIREN. Amounts are integers, in cents.

>>> sale = Sale(Party("C1", "Cantine"), "706000", "Repas", (5000, 9000), weekly(2))
>>> firm = Firm("732829320", "Le Four", {"512100": 400000}, sales=(sale,))
>>> ledger(firm) == ledger(firm)
True
>>> head, opening, *_rest = ledger(firm).decode().splitlines()
>>> head.split("\\t")[:5]
['JournalCode', 'JournalLib', 'EcritureNum', 'EcritureDate', 'CompteNum']
>>> opening.split("\\t")[:5] + opening.split("\\t")[11:13]
['AN', 'À nouveaux', '00001', '20260101', '512100', '4000,00', '0,00']

How it works: :class:`Books` is the ledger being written, one method for each kind of
operation. Who owes pays later, so a sale writes its own bank entry and letters both;
what falls due after the last day stays open. Entries are numbered at the end, in the
order of their dates, as the law asks.
"""

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import product
from random import Random
from string import ascii_uppercase

SEED = 2026
FIRST_DAY = date(2026, 1, 1)
LAST_DAY = date(2026, 10, 31)
MONTHS = (date(2026, 8, 1), date(2026, 9, 1), date(2026, 10, 1))

COLUMNS = (
    "JournalCode JournalLib EcritureNum EcritureDate CompteNum CompteLib CompAuxNum "
    "CompAuxLib PieceRef PieceDate EcritureLib Debit Credit EcritureLet DateLet "
    "ValidDate Montantdevise Idevise"
).split()

JOURNALS = {
    "AN": "À nouveaux",
    "VE": "Ventes",
    "AC": "Achats",
    "CA": "Caisse",
    "BQ": "Banque",
    "OD": "Opérations diverses",
}

#: accounts of the French chart, and the sub-accounts that the firms opened under them
LABELS = {
    "101300": "Capital souscrit, appelé, versé",
    "106100": "Réserve légale",
    "106800": "Autres réserves",
    "110000": "Report à nouveau",
    "131000": "Subventions d'équipement",
    "164000": "Emprunts auprès des établissements de crédit",
    "215400": "Matériel et outillage",
    "218200": "Matériel de transport",
    "218300": "Matériel de bureau et informatique",
    "218400": "Mobilier",
    "275500": "Cautionnements",
    "281500": "Amortissements du matériel et outillage",
    "281800": "Amortissements des autres immobilisations",
    "401100": "Fournisseurs",
    "411100": "Clients",
    "411700": "Clients - Retenues de garantie",
    "421000": "Personnel - Rémunérations dues",
    "431000": "Sécurité sociale",
    "445510": "TVA à décaisser",
    "445660": "TVA déductible sur biens et services",
    "445670": "Crédit de TVA à reporter",
    "445710": "TVA collectée",
    "511500": "Cartes bancaires à encaisser",
    "512100": "Banque",
    "530000": "Caisse",
    "601000": "Achats de matières premières",
    "602100": "Achats de matières consommables",
    "602610": "Emballages",
    "606100": "Eau et énergie",
    "606110": "Électricité de l'entrepôt",
    "606300": "Petit équipement",
    "606400": "Fournitures administratives",
    "607100": "Achats de marchandises - Alimentation",
    "607200": "Achats de marchandises - Hygiène et maison",
    "611000": "Sous-traitance",
    "613200": "Loyer",
    "613210": "Loyer de l'entrepôt",
    "613220": "Loyer des bureaux",
    "613500": "Locations mobilières",
    "613510": "Location du chariot et des racks",
    "615500": "Entretien et réparations",
    "616100": "Assurance multirisques",
    "622610": "Honoraires - Intervenants extérieurs",
    "623110": "Annonces et insertions du réseau",
    "623610": "Catalogues et imprimés du réseau",
    "624200": "Transports sur ventes",
    "625100": "Voyages et déplacements",
    "625120": "Déplacements de l'accompagnement",
    "625710": "Réceptions - Assemblées et rencontres",
    "626000": "Téléphone et affranchissements",
    "626010": "Hébergement informatique",
    "627800": "Frais et commissions bancaires",
    "641100": "Salaires",
    "641110": "Salaires - Comptabilité",
    "641120": "Salaires - Accompagnement",
    "641190": "Salaires - Coordination",
    "644000": "Rémunération du travail des associés",
    "645100": "Cotisations à l'URSSAF",
    "645110": "Cotisations - Comptabilité",
    "645120": "Cotisations - Accompagnement",
    "645190": "Cotisations - Coordination",
    "651810": "Abonnements aux logiciels",
    "658000": "Charges diverses de gestion",
    "661160": "Intérêts des emprunts",
    "681120": "Dotations aux amortissements",
    "701000": "Ventes de légumes",
    "704000": "Travaux",
    "706000": "Prestations de services",
    "707100": "Ventes de marchandises - Alimentation",
    "707200": "Ventes de marchandises - Hygiène et maison",
    "741000": "Subventions d'exploitation",
    "756000": "Cotisations des adhérents",
    "758000": "Produits divers de gestion",
}


def every_month(*days):
    """The same days of each month.

    >>> [str(day) for day in every_month(5)]
    ['2026-08-05', '2026-09-05', '2026-10-05']
    """
    return tuple(month.replace(day=day) for month in MONTHS for day in days)


def weekly(weekday, start=MONTHS[0]):
    """One weekday (Monday is 0) of all weeks.

    >>> len(weekly(5)), str(weekly(5)[0])
    (14, '2026-08-01')
    """
    first = start + timedelta((weekday - start.weekday()) % 7)
    weeks = (LAST_DAY - first).days // 7
    return tuple(first + timedelta(7 * week) for week in range(weeks + 1))


def end_of_month(day):
    """
    >>> end_of_month(date(2026, 8, 1))
    datetime.date(2026, 8, 31)
    """
    return (day.replace(day=28) + timedelta(4)).replace(day=1) - timedelta(1)


def part(amount, permille):
    """Thousandths of an amount, half up.

    >>> part(1250, 200), part(1005, 55), part(-1250, 200)
    (250, 55, -250)
    """
    sign = -1 if amount < 0 else 1
    return sign * ((abs(amount) * permille + 500) // 1000)


def seasonal(amount, season, day):
    """
    >>> seasonal(1000, (900, 1000, 1100), date(2026, 10, 5))
    1100
    """
    return part(amount, season[day.month - MONTHS[0].month])


@dataclass(frozen=True)
class Party:
    """A customer or supplier: auxiliary number and name."""

    number: str
    name: str


@dataclass(frozen=True)
class Sale:
    """Invoices to a customer; ``amount`` (lowest, highest) is before tax.

    ``split`` shares the amount over (account, VAT, weight) when it is not all on
    ``account``. ``till`` is the part paid on the spot in cash, the rest being paid by
    card; None when the customer pays by transfer. Rates are in thousandths.
    """

    customer: Party
    account: str
    label: str
    amount: tuple
    days: tuple
    vat: int = 0
    delay: tuple = (10, 30)
    split: tuple = ()
    till: int | None = None
    seasonal: bool = True


@dataclass(frozen=True)
class Purchase:
    supplier: Party
    account: str
    label: str
    amount: tuple
    days: tuple
    vat: int = 0
    delay: tuple = (15, 30)
    split: tuple = ()
    seasonal: bool = False


@dataclass(frozen=True)
class Pay:
    """Gross pay of a month and the accounts that bear it; charges in thousandths."""

    gross: int
    account: str = "641100"
    charges_account: str = "645100"
    charges: int = 280
    season: tuple = (1000, 1000, 1000)


@dataclass(frozen=True)
class Transfer:
    """A bank movement without an invoice: fees, grants, contributions, interest.

    ``lines`` are (account, amount): positive is paid out, negative is received.
    """

    label: str
    days: tuple
    lines: tuple


@dataclass(frozen=True)
class Firm:
    """What a firm does. ``opening`` is {account: balance}; the rest is its reserves."""

    siren: str
    name: str
    opening: dict
    sales: tuple = ()
    purchases: tuple = ()
    pays: tuple = ()
    transfers: tuple = ()
    depreciation: tuple = ()  # (account, monthly amount)
    season: tuple = (1000, 1000, 1000)  # of each month, in thousandths
    taxable: bool = True
    reserves: str = "110000"

    @property
    def filename(self):
        return f"{self.siren}FEC{FIRST_DAY.year}1231.txt"


@dataclass
class Line:
    account: str
    balance: int
    party: Party | None = None
    letter: str = ""
    lettered_on: date | None = None


@dataclass
class Entry:
    journal: str
    date: date
    piece: str
    label: str
    lines: list = field(default_factory=list)

    def __post_init__(self):
        assert not sum(line.balance for line in self.lines), self


class Books:
    """The ledger of a firm, being written."""

    def __init__(self, firm):
        self.firm = firm
        self.entries = []
        self._random = Random(f"{SEED}-{firm.siren}")
        self._letters = defaultdict(letters)
        self._pieces = Counter()

    def post(self):
        """Write the operations of the firm; the tax returns need all the others."""
        firm = self.firm
        self._open()
        for sale in firm.sales:
            self._each(sale, self._sell)
        for purchase in firm.purchases:
            self._each(purchase, self._buy)
        for transfer in firm.transfers:
            for day in transfer.days:
                self._transfer(transfer, day)
        for month in MONTHS:
            last = end_of_month(month)
            if firm.pays:
                self._pay_wages(last)
            self._depreciate(last)
            self._deposit_cash(last)
            if firm.taxable:
                self._declare_vat(last)
        return self

    def numbered(self):
        """Entries with their numbers: in each journal, in the order of the dates."""
        rank = {journal: index for index, journal in enumerate(JOURNALS)}
        numbers = Counter()
        for entry in sorted(self.entries, key=lambda e: (e.date, rank[e.journal])):
            numbers[entry.journal] += 1
            yield f"{numbers[entry.journal]:05d}", entry

    def _add(self, journal, day, piece, label, lines):
        kept = [line for line in lines if line.balance]
        if kept and day <= LAST_DAY:
            self.entries.append(Entry(journal, day, piece, label, kept))
            return True
        return False

    def _piece(self, kind, day):
        self._pieces[kind] += 1
        return f"{kind}{day:%y%m}-{self._pieces[kind]:03d}"

    def _draw(self, low, high):
        return self._random.randint(low, high)

    def _each(self, operation, write):
        """Draw the amount and the delay of every occurrence, in a fixed order."""
        for day in operation.days:
            amount, delay = self._draw(*operation.amount), self._draw(*operation.delay)
            if operation.seasonal:
                amount = seasonal(amount, self.firm.season, day)
            write(operation, day, amount, due(day, delay))

    def _split(self, operation, amount):
        """Yield (account, before tax, tax) of each part; they add up to the amount."""
        parts = operation.split or ((operation.account, operation.vat, 1000),)
        left = amount
        for account, vat, weight in parts[1:]:
            net = part(amount, weight)
            left -= net
            yield account, net, part(net, vat)
        account, vat, _weight = parts[0]
        yield account, left, part(left, vat)

    def _open(self):
        lines = [Line(account, cents) for account, cents in self.firm.opening.items()]
        reserves = -sum(line.balance for line in lines)
        lines.append(Line(self.firm.reserves, reserves))
        self._add("AN", FIRST_DAY, "AN2026", "À nouveaux au 1er janvier 2026", lines)

    def _sell(self, sale, day, amount, paid_on):
        label = f"{sale.customer.name}, {sale.label}"
        piece = self._piece("F", day)
        parts = list(self._split(sale, amount))
        if not self.firm.taxable:
            parts = [(account, net, 0) for account, net, _tax in parts]
        total = sum(net + tax for _account, net, tax in parts)
        owed = Line("411100", total, sale.customer)
        lines = [owed, *(Line(account, -net) for account, net, _tax in parts)]
        lines.append(Line("445710", -sum(tax for _account, _net, tax in parts)))
        self._add("VE", day, piece, label, lines)
        settled = Line("411100", -total, sale.customer)
        if sale.till is None:
            bank = Line("512100", total)
            done = self._add("BQ", paid_on, piece, label, [bank, settled])
        else:
            done = self._take(sale, day, piece, total, settled)
        if done:
            self._letter(owed, settled, day=paid_on if sale.till is None else day)

    def _take(self, sale, day, piece, total, settled):
        """Takings of a day: cash in the till, cards at the bank two days later."""
        cash = part(total, sale.till)
        cards = total - cash
        label = f"Recettes {sale.label}"
        lines = [Line("530000", cash), Line("511500", cards), settled]
        done = self._add("CA", day, piece, label, lines)
        fee = part(cards, 7)
        lines = [Line("512100", cards - fee), Line("627800", fee)]
        lines.append(Line("511500", -cards))
        label = f"Remise cartes du {day:%d/%m}"
        self._add("BQ", due(day, 2), piece, label, lines)
        return done

    def _deposit_cash(self, day):
        """What the till holds above a float of 200 euros is taken to the bank."""
        held = sum(
            line.balance
            for entry in self.entries
            for line in entry.lines
            if line.account == "530000" and entry.date <= day
        )
        if held > 20000:
            lines = [Line("512100", held - 20000), Line("530000", 20000 - held)]
            self._add("BQ", day, self._piece("RE", day), "Remise d'espèces", lines)

    def _buy(self, purchase, day, amount, paid_on):
        label = f"{purchase.supplier.name}, {purchase.label}"
        piece = self._piece("A", day)
        lines, tax_total = [], 0
        for account, net, tax in self._split(purchase, amount):
            recovered = tax if self.firm.taxable else 0
            lines.append(Line(account, net + tax - recovered))
            tax_total += recovered
        lines.append(Line("445660", tax_total))
        total = sum(line.balance for line in lines)
        owed = Line("401100", -total, purchase.supplier)
        self._add("AC", day, piece, label, [*lines, owed])
        settled = Line("401100", total, purchase.supplier)
        if self._add("BQ", paid_on, piece, label, [settled, Line("512100", -total)]):
            self._letter(owed, settled, day=paid_on)

    def _transfer(self, transfer, day):
        lines = [Line(account, cents) for account, cents in transfer.lines]
        lines.append(Line("512100", -sum(line.balance for line in lines)))
        self._add("BQ", day, self._piece("BQ", day), transfer.label, lines)

    def _pay_wages(self, last):
        """Gross pay, the firm's contributions, net pay on the day, URSSAF on the 15th.

        The employees' part of the contributions is 22 % here.
        """
        month = f"{last:%m/%Y}"
        piece = self._piece("PAIE", last)
        gross, charges = Counter(), Counter()
        for pay in self.firm.pays:
            cents = seasonal(pay.gross, pay.season, last)
            gross[pay.account] += cents
            charges[pay.charges_account] += part(cents, pay.charges)
        withheld = part(sum(gross.values()), 220)
        net = sum(gross.values()) - withheld
        owed = Line("421000", -net)
        lines = [Line(account, cents) for account, cents in gross.items()]
        lines += [owed, Line("431000", -withheld)]
        self._add("OD", last, piece, f"Salaires {month}", lines)
        social = sum(charges.values())
        lines = [Line(account, cents) for account, cents in charges.items()]
        lines.append(Line("431000", -social))
        self._add("OD", last, piece, f"Cotisations patronales {month}", lines)
        settled = Line("421000", net)
        label = f"Virement des salaires {month}"
        if self._add("BQ", last, piece, label, [settled, Line("512100", -net)]):
            self._letter(owed, settled, day=last)
        total = withheld + social
        lines = [Line("431000", total), Line("512100", -total)]
        self._add("BQ", due(last, 15), piece, f"URSSAF {month}", lines)

    def _depreciate(self, last):
        lines = [Line(account, -cents) for account, cents in self.firm.depreciation]
        total = -sum(line.balance for line in lines)
        label = f"Dotation aux amortissements {last:%m/%Y}"
        lines.insert(0, Line("681120", total))
        self._add("OD", last, self._piece("AM", last), label, lines)

    def _declare_vat(self, last):
        """Monthly return (CA3), in whole euros; paid on the 21st of the next month."""
        moved = Counter()
        for entry in self.entries:
            if last.replace(day=1) <= entry.date <= last:
                for line in entry.lines:
                    moved[line.account] += line.balance
        collected, deducted = -moved["445710"], moved["445660"]
        carried = self._vat_credit()
        due_exact = collected - deducted - carried
        amount = part(due_exact, 10) * 100
        credit = Line("445670", -carried - min(amount, 0))
        owed = Line("445510", -max(amount, 0))
        lines = [Line("445710", collected), Line("445660", -deducted), credit, owed]
        gap = -sum(line.balance for line in lines)
        lines.append(Line("658000" if gap > 0 else "758000", gap))
        label = f"Déclaration de TVA {last:%m/%Y}"
        piece = self._piece("CA3", last)
        self._add("OD", last, piece, label, lines)
        settled = Line("445510", max(amount, 0))
        lines = [settled, Line("512100", -settled.balance)]
        if self._add("BQ", due(last, 21), piece, label, lines):
            self._letter(owed, settled, day=due(last, 21))

    def _vat_credit(self):
        return sum(
            line.balance
            for entry in self.entries
            for line in entry.lines
            if line.account == "445670"
        )

    def _letter(self, *lines, day):
        letter = next(self._letters[lines[0].account])
        for line in lines:
            line.letter, line.lettered_on = letter, day


def letters():
    """Letters of an account: AA, AB, … AZ, BA, …

    >>> source = letters()
    >>> [next(source) for _ in range(28)][-3:]
    ['AZ', 'BA', 'BB']
    """
    yield from map("".join, product(ascii_uppercase, repeat=2))


def due(day, delay):
    """A number of days later, on a working day of the bank.

    >>> due(date(2026, 8, 1), 7), due(date(2026, 8, 31), 15)
    (datetime.date(2026, 8, 10), datetime.date(2026, 9, 15))
    """
    later = day + timedelta(delay)
    return later + timedelta(max(0, 7 - later.weekday()) if later.weekday() > 4 else 0)


def ledger(firm):
    """The ledger file of a firm: 18 columns, tabs, UTF-8."""
    rows = [COLUMNS]
    for number, entry in Books(firm).post().numbered():
        day = f"{entry.date:%Y%m%d}"
        valid = f"{end_of_month(entry.date):%Y%m%d}"
        for line in entry.lines:
            party = line.party or Party("", "")
            rows.append(
                [
                    *(entry.journal, JOURNALS[entry.journal], number, day),
                    *(line.account, LABELS[line.account], party.number, party.name),
                    *(entry.piece, day, entry.label),
                    *(amount(max(line.balance, 0)), amount(max(-line.balance, 0))),
                    *(
                        line.letter,
                        f"{line.lettered_on or '':%Y%m%d}" if line.letter else "",
                    ),
                    *(valid, "", ""),
                ]
            )
    return ("\r\n".join("\t".join(row) for row in rows) + "\r\n").encode()


def amount(cents):
    """
    >>> amount(123456), amount(5)
    ('1234,56', '0,05')
    """
    return f"{cents // 100},{cents % 100:02d}"
