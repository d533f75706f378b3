import base64
import io
import json

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import json_default
from odoo.tools.misc import format_date
from odoo.tools.translate import LazyTranslate

from ..allocation import from_cents, to_cents
from ..book_tables import BookOfTables
from ..statements import balance_sheet, income_statement
from ..workbook import OPTIONS, BookOfFirms, Title, Total, write_table

# There is no environment at import time: these are translated when they are shown.
# pylint: disable=prefer-env-translation
_lt = LazyTranslate(__name__)

#: kind → the form of OCA that prepares it, and the report that writes its sheets
REPORTS = {
    "trial_balance": ("trial.balance.report.wizard", "trial_balance"),
    "general_ledger": ("general.ledger.report.wizard", "general_ledger"),
    "journal_ledger": ("journal.ledger.report.wizard", "journal_ledger"),
    "open_items": ("open.items.report.wizard", "open_items"),
    "aged_partner_balance": (
        "aged.partner.balance.report.wizard",
        "aged_partner_balance",
    ),
}
#: those of a day, and not of the days from one to another
OF_A_DAY = ("open_items", "aged_partner_balance")
#: names of the French chart that Odoo's has not, or has otherwise
NAMES = {
    "14": _lt("Regulated provisions"),
    "22": _lt("Fixed assets under concession"),
    "28": _lt("Depreciation of fixed assets"),
    "31": _lt("Raw materials"),
    "36": _lt("Stocks from fixed assets"),
    "37": _lt("Goods for resale"),
    "38": _lt("Stocks in transit"),
    "41": _lt("Customers and related accounts"),
    "52": _lt("Financial instruments"),
    "53": _lt("Cash in hand"),
    "58": _lt("Internal transfers"),
}
SECTIONS = ("assets", "liabilities", "income", "expenses")


class CocareBookReport(models.TransientModel):
    """A report on the books of several firms: one file, a spreadsheet or a PDF.

    Ledgers and balances are those of OCA; the balance sheet and the income statement
    are sums by the first two digits of accounts, see ``statements.py``.

    Each firm is read with the reader's own rights, that firm alone ticked: sums of two
    firms never mix.
    """

    _name = "cocare.book.report"
    _description = "Report on the books of several firms"

    kind = fields.Selection(
        [
            ("balance_sheet", "Balance sheet"),
            ("income_statement", "Income statement"),
            ("trial_balance", "Trial balance"),
            ("general_ledger", "General ledger"),
            ("journal_ledger", "Journals"),
            ("open_items", "Open items"),
            ("aged_partner_balance", "Aged partner balance"),
        ],
        string="Report",
        required=True,
        default="trial_balance",
    )
    company_ids = fields.Many2many(
        "res.company",
        string="Firms",
        required=True,
        default=lambda self: self.env.companies,
        domain=lambda self: [("id", "in", self.env.companies.ids)],
    )
    date_from = fields.Date(
        string="First day",
        required=True,
        default=lambda self: self.env.company.compute_fiscalyear_dates(
            fields.Date.context_today(self)
        )["date_from"],
    )
    date_to = fields.Date(
        string="Last day",
        required=True,
        default=lambda self: fields.Date.context_today(self),
    )
    is_of_a_day = fields.Boolean(compute="_compute_is_of_a_day")
    file = fields.Binary(readonly=True, attachment=False)
    filename = fields.Char(readonly=True)

    _dates_in_order = models.Constraint(
        "CHECK (date_to >= date_from)", "The last day is not before the first one."
    )

    @api.depends_context("lang")
    def _compute_display_name(self):
        self.display_name = self.env._("Reports of several firms")

    @api.depends("kind")
    def _compute_is_of_a_day(self):
        for report in self:
            report.is_of_a_day = report.kind in OF_A_DAY

    def action_make(self):
        """Write the spreadsheet and show where to get it."""
        return self._download(self._workbook(), "xlsx")

    def action_make_pdf(self):
        """Write the PDF and show where to get it."""
        document = self.env["cocare.book.document"]
        return self._download(document._pdf(self), "pdf")

    def _download(self, content, extension):
        self.ensure_one()
        filename = f"{self.kind}_{self.date_to:%Y-%m-%d}.{extension}"
        self.write({"file": base64.b64encode(content), "filename": filename})
        return {
            "type": "ir.actions.act_url",
            "url": f"/web/content/{self._name}/{self.id}/file/{filename}?download=true",
            "target": "self",
        }

    def _firms(self):
        """:raise UserError: no firm, or one that is not ticked"""
        firms = self.company_ids.sorted("name")
        if not firms or firms - self.env.companies:
            raise UserError(
                self.env._("Choose firms among those that you have ticked.")
            )
        return firms

    def _workbook(self):
        """The bytes of the spreadsheet."""
        stream = io.BytesIO()
        with BookOfFirms(stream, OPTIONS) as book:
            for firm in self._firms():
                book.firm = firm.name
                self._add_sheets(book, firm)
        return stream.getvalue()

    def _tables(self, firm):
        """The sheets of a firm as tables.

        :return: list of ``book_tables.Table``
        """
        book = BookOfTables()
        self._add_sheets(book, firm)
        return book.tables()

    def _add_sheets(self, book, firm):
        """Write the report of a firm.

        :param book: ``BookOfFirms`` or ``BookOfTables``
        """
        alone = self.env(context={**self.env.context, "allowed_company_ids": firm.ids})
        if self.kind not in REPORTS:
            firm = firm.with_env(alone)
            write_table(book, firm.name, *self._statement_table(firm))
            return
        model, name = REPORTS[self.kind]
        form = alone[model].create(self._form_values(alone, firm))
        # as the web client would send it
        data = json.loads(json.dumps(form._prepare_report_data(), default=json_default))
        alone[f"report.a_f_r.report_{name}_xlsx"].generate_xlsx_report(book, data, form)

    def _form_values(self, env, firm):
        if not self.is_of_a_day:
            return {
                "company_id": firm.id,
                "date_from": self.date_from,
                "date_to": self.date_to,
            }
        accounts = env["account.account"].search(
            [
                ("company_ids", "in", firm.ids),
                ("reconcile", "=", True),
                ("account_type", "in", ("asset_receivable", "liability_payable")),
            ]
        )
        return {
            "company_id": firm.id,
            "date_at": self.date_to,
            "account_ids": accounts.ids,
        }

    def _statement_table(self, firm):
        """Header and rows of a statement: this period, and the same a year before.

        :param firm: ``res.company``, alone ticked
        """
        periods = [
            (self.date_from, self.date_to),
            tuple(
                fields.Date.subtract(day, years=1)
                for day in (self.date_from, self.date_to)
            ),
        ]
        told = [self._statement(firm, *period) for period in periods]
        header = [
            self.env._("Accounts"),
            self.env._("Label"),
            *(format_date(self.env, last) for _first, last in periods),
        ]
        names, rows = self._statement_names(firm), []
        for section in (name for name in SECTIONS if name in told[0]):
            rows.append(Title(("", names[section])))
            for key in sorted({key for one in told for key in one[section]}):
                amounts = [from_cents(one[section].get(key, 0)) for one in told]
                code = key if key.isdigit() else ""
                rows.append((code, names.get(key, ""), *amounts))
            totals = [from_cents(sum(one[section].values())) for one in told]
            rows.append(Total(("", self.env._("Total"), *totals)))
        if "income" in told[0]:
            profits = [
                from_cents(sum(one["income"].values()) - sum(one["expenses"].values()))
                for one in told
            ]
            rows.append(Total(("", names["result"], *profits)))
        return header, rows

    def _statement(self, firm, first, last):
        if self.kind == "income_statement":
            return income_statement(self._balances(firm, last, first))
        year = firm.compute_fiscalyear_dates(last)["date_from"]
        earlier = self._balances(firm, fields.Date.subtract(year, days=1))
        before = -sum(
            cents for code, cents in earlier.items() if code.startswith(("6", "7"))
        )
        return balance_sheet(self._balances(firm, last), before)

    def _balances(self, firm, last, first=None):
        """Cents of each account in posted items, up to a day, or from a day on."""
        domain = [
            ("company_id", "=", firm.id),
            ("parent_state", "=", "posted"),
            ("date", "<=", last),
        ]
        if first:
            domain.append(("date", ">=", first))
        sums = firm.env["account.move.line"]._read_group(
            domain, ["account_id"], ["balance:sum"]
        )
        balances = {}
        for account, balance in sums:
            code = account.code or ""
            balances[code] = balances.get(code, 0) + to_cents(balance)
        return balances

    def _statement_names(self, firm):
        groups = firm.env["account.group"].search([("company_id", "=", firm.id)])
        names = {group.code_prefix_start: group.name for group in groups}
        for code, name in NAMES.items():
            names[code] = self.env._(name)  # pylint: disable=translation-not-lazy
        return {
            **names,
            "assets": self.env._("Assets"),
            "liabilities": self.env._("Equity and liabilities"),
            "income": self.env._("Income"),
            "expenses": self.env._("Expenses"),
            "result": self.env._("Result of the year"),
            "result_before": self.env._("Results of the years before, not allocated"),
        }
