from odoo import api, fields, models

from ..allocation import from_cents, to_cents
from ..bank_chain import Link


class CocareBankImportStatement(models.Model):
    """A statement of a bank file: what will be, or was, written in the books."""

    _name = "cocare.bank.import.statement"
    _inherit = "cocare.guarded.mixin"
    _description = "Statement in a bank file"
    _order = "import_id desc, date_from, id"
    _check_company_auto = True

    import_id = fields.Many2one(
        "cocare.bank.import", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="import_id.company_id", store=True, index=True)
    journal_id = fields.Many2one(
        "account.journal", string="Bank account", index=True, check_company=True
    )
    currency_id = fields.Many2one("res.currency")
    number = fields.Integer(string="Line in the file")
    name = fields.Char(string="Reference")
    iban = fields.Char(string="IBAN")
    date_from = fields.Date(string="First day", required=True)
    date_to = fields.Date(string="Last day", required=True)
    opening = fields.Monetary(string="Opening balance")
    credits = fields.Monetary(string="Money in")
    debits = fields.Monetary(string="Money out")
    closing = fields.Monetary(string="Closing balance")
    line_count = fields.Integer(string="Movements")
    previous_name = fields.Char(string="Follows")
    preview = fields.Json(help="First movements, as they will be written.")
    statement_id = fields.Many2one(
        "account.bank.statement",
        string="In the books",
        index="btree_not_null",
        ondelete="set null",
        check_company=True,
    )

    @api.model
    def _prepare_vals(self, statement, journal, previous, previewed):
        """Values for a ``bank_statement.Statement``, its journal, what it follows."""
        currency = self.env["res.currency"].search(
            [("name", "=", statement.currency)], limit=1
        )
        return {
            "journal_id": journal.id,
            "currency_id": currency.id,
            "number": statement.number,
            "name": statement.name,
            "iban": statement.iban,
            "date_from": statement.first_day,
            "date_to": statement.last_day,
            "opening": from_cents(statement.opening or 0),
            "credits": from_cents(statement.credits),
            "debits": from_cents(statement.debits),
            "closing": from_cents(statement.closing or 0),
            "line_count": len(statement.lines),
            "previous_name": previous.name if previous else False,
            "preview": [
                [str(line.day), line.label, line.partner, line.cents]
                for line in statement.lines[:previewed]
            ],
        }

    def _link(self):
        """The statement as ``bank_chain.py`` places it."""
        self.ensure_one()
        return Link(
            f"{self.name or ''} ({self.import_id.filename})".strip(),
            *(self.date_from, self.date_to),
            *(to_cents(self.opening), to_cents(self.closing)),
        )
