import base64
from contextlib import contextmanager
from unittest.mock import patch

from odoo import fields
from odoo.exceptions import UserError
from odoo.tests import TransactionCase, new_test_user

from .. import fec
from ..models.cocare_fec_import_books import Uncovered

#: header as a producer writes it: another case, and a separator at the end
PADDED_HEADER = "|".join(fec.COLUMNS).replace("Montantd", "MontantD") + "|"
NAME = "732829320FEC20251231.txt"
NEXT_NAME = "732829320FEC20261231.txt"
#: what small_ledger() leaves: account, partner, debit, credit; 120 is its profit
CLOSING = (
    ("51210000", "", "620,00", "0,00"),
    ("44566000", "", "10,00", "0,00"),
    ("44571200", "", "0,00", "6,25"),
    ("40100000", "F001", "0,00", "60,00"),
    ("10130000", "", "0,00", "500,00"),
    ("12000000", "", "0,00", "63,75"),
)


def fec_row(number, account, debit="0,00", credit="0,00", **values):
    """One line of a FEC as {column: text}; give ``letter``, ``partner``… as needed."""
    row = dict.fromkeys(fec.COLUMNS, "")
    row.update(
        JournalCode=values.get("journal", "VE"),
        JournalLib=values.get("journal_label", "Ventes"),
        EcritureNum=number,
        EcritureDate=values.get("day", "20250131"),
        CompteNum=account,
        CompteLib=values.get("label", f"Compte {account}"),
        CompAuxNum=values.get("partner", ""),
        CompAuxLib=values.get("partner_label", ""),
        PieceRef=values.get("piece", f"P{number}"),
        PieceDate=values.get("day", "20250131"),
        EcritureLib=values.get("text", "Nectar"),
        Debit=debit,
        Credit=credit,
        EcritureLet=values.get("letter", ""),
        DateLet=values.get("day", "20250131") if values.get("letter") else "",
        ValidDate="20251231",
    )
    return row


def fec_bytes(rows, separator="\t", end="\r\n", encoding="utf-8", header=None):
    """A plain file: the columns in order, no padding."""
    lines = [header or separator.join(fec.COLUMNS)]
    lines += [separator.join(row.values()) for row in rows]
    return (end.join(lines) + end).encode(encoding)


def padded_bytes(rows, end="\n", encoding="iso-8859-15"):
    """The same lines as some producers write them: padded, ``|`` also at the end."""
    lines = [PADDED_HEADER]
    for row in rows:
        cells = {column: text.ljust(12) for column, text in row.items()}
        for column in ("Debit", "Credit"):
            cells[column] = row[column].rjust(13, "0")
        lines.append("|".join(cells.values()) + "|")
    return (end.join(lines) + end).encode(encoding)


def small_ledger(day="20250131", number="00000001"):
    """Opening, a sale, its receipt, a purchase: four entries, eleven lines."""
    first = day[:4] + "0101"
    opening = {"journal": "AN", "journal_label": "A nouveaux", "day": first}
    sale = {"journal": "VE", "journal_label": "Ventes", "day": day}
    bank = {"journal": "BQ", "journal_label": "Banque du Ried", "day": day}
    purchase = {"journal": "HA", "journal_label": "Achats", "day": day}
    customer = {"partner": "C001", "partner_label": "Café de l'Étang", "letter": "AA"}
    supplier = {"partner": "F001", "partner_label": "Verrerie du Ried"}
    return [
        fec_row(number, "41100000", "120,00", **sale, **customer),
        fec_row(number, "70100000", "0,00", "100,00", **sale, label="Nectars"),
        fec_row(number, "70100100", "0,00", "13,75", **sale, label="Gaspachos"),
        fec_row(number, "44571200", "0,00", "6,25", **sale),
        fec_row(number, "51210000", "120,00", **bank),
        fec_row(number, "41100000", "0,00", "120,00", **bank, **customer),
        fec_row(number, "60260000", "50,00", **purchase),
        fec_row(number, "44566000", "10,00", **purchase),
        fec_row(number, "40100000", "0,00", "60,00", **purchase, **supplier),
        fec_row(number, "51210000", "500,00", **opening),
        fec_row(number, "10130000", "0,00", "500,00", **opening),
    ]


def next_ledger(day="20260131", opening=(), **journal):
    """The exercise after :func:`small_ledger`: its opening repeats the closing.

    ``opening`` gives another (account, partner, debit, credit) list, ``journal``
    another journal for it. Cash: 620 at the opening, 740 after the receipt.
    """
    journal = {"journal": "AN", "journal_label": "A nouveaux", **journal}
    rows = [
        fec_row("1", account, debit, credit, partner=partner, **journal)
        for account, partner, debit, credit in opening or CLOSING
    ]
    for row in rows:
        row["EcritureDate"] = day[:4] + "0101"
    return rows + small_ledger(day)[:9]


@contextmanager
def only(case, way):
    """Take one way, and no other."""
    importer = type(case.env["cocare.fec.import"])
    other = {
        "fast": ("_write_by_orm", AssertionError("the ORM was used")),
        "orm": ("_write_set_based", Uncovered("the test")),
    }
    name, effect = other[way]
    with patch.object(importer, name, side_effect=effect):
        yield


class FecCase(TransactionCase):
    """Two firms with the French chart, and one accountant for each of them."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.firm = cls._create_firm("Pressoir d'essai")
        cls.accountant = new_test_user(
            cls.env,
            "fec_accountant",
            groups="cocare_mutual_accounting.group_accountant",
            company_id=cls.firm.id,
            company_ids=[fields.Command.set(cls.firm.ids)],
        )

    @classmethod
    def _create_firm(cls, name):
        company = cls.env["res.company"].with_context(chart_template_load=True)
        firm = company.create(
            {
                "name": name,
                "country_id": cls.env.ref("base.fr").id,
                "currency_id": cls.env.ref("base.EUR").id,
                "company_registry": "73282932000074",
            }
        )
        template = cls.env["account.chart.template"]
        template.try_loading("fr", firm, install_demo=False)
        return firm

    def _import(self, content, filename=NAME, firm=None, user=None):
        firm = firm or self.firm
        imports = self.env["cocare.fec.import"].with_user(user or self.accountant)
        imports = imports.with_company(firm).with_context(lang="en_US")
        return imports.create(
            {
                "company_id": firm.id,
                "filename": filename,
                "file": base64.b64encode(content),
            }
        )

    def _file_balances(self, content):
        """{account code: balance} of the file."""
        balances = {}
        for line in fec.read(content).lines:
            balances[line.account] = balances.get(line.account, 0) + line.balance
        return balances

    def _book_balances(self, take_over):
        """{account code: balance} of the entries of a take-over, final or not."""
        groups = self.env["account.move.line"]._read_group(
            [
                ("move_id.cocare_fec_import_id", "=", take_over.id),
                ("parent_state", "!=", "cancel"),
            ],
            ["account_id"],
            ["balance:sum"],
        )
        firm = take_over.company_id
        return {account.with_company(firm).code: total for account, total in groups}

    def _books(self):
        """What a refused import must leave as it was."""
        models = ("account.account", "account.journal", "res.partner", "account.move")
        return {model: self.env[model].search_count([]) for model in models}

    def _assert_refused(self, take_over, *texts):
        before = self._books()
        with self.assertRaises(UserError) as refused, self.env.cr.savepoint():
            take_over.action_import()
        for text in texts:
            self.assertIn(text, str(refused.exception))
        self.assertEqual(self._books(), before)
        self.assertNotEqual(take_over.state, "done")

    def _moves(self, take_over, journal):
        return take_over.move_ids.filtered(
            lambda move: move.journal_id.cocare_fec_code == journal
        )
