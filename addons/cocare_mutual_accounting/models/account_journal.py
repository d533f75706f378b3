from odoo import fields, models
from odoo.tools import SQL

from ..allocation import to_cents
from ..bank_chain import Link
from ..bank_table import plain


class AccountJournal(models.Model):
    _inherit = "account.journal"

    cocare_fec_code = fields.Char(
        string="Code in the FEC",
        copy=False,
        readonly=True,
        help="Code of this journal in the ledger files taken over from the firm's "
        "former accounting software: the next year's file finds it again.",
    )
    cocare_bank_columns = fields.Json(
        copy=False,
        export_string_translation=False,
        help="What the columns of this bank's tables hold: {name: meaning}.",
    )
    cocare_bank_imports = fields.Integer(
        copy=False,
        readonly=True,
        export_string_translation=False,
        help="Bank files imported so far. Whoever imports writes it, so that two who "
        "do so at once do not overlook each other's statement.",
    )

    def _cocare_count_import(self):
        """Make who imports into these journals at the same moment start again.

        As superuser: accountants import statements and do not set journals up.
        """
        for journal in self.sudo():
            journal.cocare_bank_imports += 1
        self.sudo().flush_recordset(["cocare_bank_imports"])

    def _cocare_keep_columns(self, columns):
        """Propose the same columns for the next table; as superuser, see above.

        :param columns: ``cocare.bank.import.column`` of a table that was imported
        """
        kept = {plain(column.name): column.meaning or "" for column in columns}
        self.sudo().cocare_bank_columns = {**(self.cocare_bank_columns or {}), **kept}

    def _cocare_statement_links(self):
        """The statements in the books, whoever wrote them, as ``bank_chain.py`` has it.

        :return: list of ``Link``
        """
        self.ensure_one()
        self.check_access("read")
        self.env["account.bank.statement.line"].flush_model()
        self.env["account.bank.statement"].flush_model()
        self.env["account.move"].flush_model(["date", "state"])
        self.env.cr.execute(
            SQL(
                """
                SELECT statement.name, MIN(move.date),
                       GREATEST(MAX(move.date), statement.cocare_closing_day),
                       statement.balance_start, statement.balance_end_real
                  FROM account_bank_statement statement
                  JOIN account_bank_statement_line line
                    ON line.statement_id = statement.id
                  JOIN account_move move ON move.id = line.move_id
                 WHERE line.journal_id = %s AND move.state = 'posted'
                 GROUP BY statement.id
                """,
                self.id,
            )
        )
        return [
            Link(name, first, last, to_cents(opening or 0), to_cents(closing or 0))
            for name, first, last, opening, closing in self.env.cr.fetchall()
        ]

    def _cocare_balance_before(self, day):
        """Cents that the books hold on the account at the end of the day before."""
        self.ensure_one()
        amount = "amount_currency" if self.currency_id else "balance"
        [(total,)] = self.env["account.move.line"]._read_group(
            [
                ("company_id", "=", self.company_id.id),
                ("account_id", "=", self.default_account_id.id),
                ("parent_state", "=", "posted"),
                ("date", "<", day),
            ],
            [],
            [f"{amount}:sum"],
        )
        return to_cents(total or 0)
