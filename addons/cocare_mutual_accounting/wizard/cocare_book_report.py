import base64
import io
import json

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import json_default

from ..workbook import OPTIONS, BookOfFirms

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


class CocareBookReport(models.TransientModel):
    """A report of OCA for several firms: one spreadsheet, the sheets of each firm.

    Each firm is read with the reader's own rights, that firm alone ticked: sums of two
    firms never mix.
    """

    _name = "cocare.book.report"
    _description = "Report on the books of several firms"

    kind = fields.Selection(
        [
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
        string="From",
        required=True,
        default=lambda self: self.env.company.compute_fiscalyear_dates(
            fields.Date.context_today(self)
        )["date_from"],
    )
    date_to = fields.Date(
        string="To", required=True, default=lambda self: fields.Date.context_today(self)
    )
    is_of_a_day = fields.Boolean(compute="_compute_is_of_a_day")
    file = fields.Binary(readonly=True, attachment=False)
    filename = fields.Char(readonly=True)

    _dates_in_order = models.Constraint(
        "CHECK (date_to >= date_from)", "The last day is not before the first one."
    )

    @api.depends("kind")
    def _compute_is_of_a_day(self):
        for report in self:
            report.is_of_a_day = report.kind in OF_A_DAY

    def action_make(self):
        """Write the spreadsheet and show where to get it."""
        self.ensure_one()
        self.write({"file": base64.b64encode(self._workbook()), **self._file_name()})
        return {
            "type": "ir.actions.act_url",
            "url": f"/web/content/{self._name}/{self.id}/file/{self.filename}"
            "?download=true",
            "target": "self",
        }

    def _file_name(self):
        return {"filename": f"{self.kind}_{self.date_to:%Y-%m-%d}.xlsx"}

    def _workbook(self):
        """The bytes of the spreadsheet.

        :raise UserError: no firm, or one that is not ticked
        """
        firms = self.company_ids.sorted("name")
        if not firms or firms - self.env.companies:
            raise UserError(
                self.env._("Choose firms among those that you have ticked.")
            )
        stream = io.BytesIO()
        with BookOfFirms(stream, OPTIONS) as book:
            for firm in firms:
                book.firm = firm.name
                self._add_sheets(book, firm)
        return stream.getvalue()

    def _add_sheets(self, book, firm):
        model, name = REPORTS[self.kind]
        alone = self.env(context={**self.env.context, "allowed_company_ids": firm.ids})
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
