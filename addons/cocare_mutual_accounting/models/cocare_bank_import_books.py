import logging

from odoo import api, models
from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tools.misc import format_date

from ..allocation import from_cents, to_cents

_logger = logging.getLogger(__name__)

#: no follower, no log note: a statement has hundreds of entries
QUIET = {
    "tracking_disable": True,
    "mail_create_nosubscribe": True,
    "mail_create_nolog": True,
}


class CocareBankImport(models.Model):
    """How the statements of a bank file are written into the books."""

    _inherit = "cocare.bank.import"  # pylint: disable=consider-merging-classes-inherited

    def _book(self, found):
        """Write the statements of the file and look that the books say the same."""
        self = self.with_company(self.company_id).with_context(**QUIET)  # noqa: PLW0642
        told = {(item.number, item.iban): item for item in self.statement_ids}
        for statement, journal, _previous in found:
            if statement.lines:
                booked = self._book_statement(statement, journal)
                told[statement.number, statement.iban or ""].statement_id = booked
            if self.is_table:
                journal._cocare_keep_columns(self.column_ids)
        _logger.info(
            "%s: %d movements imported for company %d",
            *(self.filename, self.line_count, self.company_id.id),
        )

    def _book_statement(self, statement, journal):
        booked = self.env["account.bank.statement"].create(
            {
                "name": statement.name or self._statement_name(statement, journal),
                "reference": self.filename,
                "balance_start": from_cents(statement.opening),
                "balance_end_real": from_cents(statement.closing),
                "cocare_closing_day": statement.last_day,
                "line_ids": [
                    Command.create(self._prepare_line_vals(line, key, journal))
                    for line, key in zip(statement.lines, statement.keys, strict=True)
                ],
            }
        )
        self.env.flush_all()
        self._check_booked(statement, journal, booked)
        return booked

    def _statement_name(self, statement, journal):
        return self.env._(
            "%(journal)s, %(first)s to %(last)s",
            journal=journal.code,
            first=format_date(self.env, statement.first_day),
            last=format_date(self.env, statement.last_day),
        )

    @api.model
    def _prepare_line_vals(self, line, key, journal):
        return {
            "journal_id": journal.id,
            "date": line.day,
            "amount": from_cents(line.cents),
            "payment_ref": line.label,
            "partner_name": line.partner or False,
            "account_number": line.account or False,
            "ref": line.reference or False,
            "cocare_bank_key": key,
        }

    def _check_booked(self, statement, journal, booked):
        """What the books hold equals the file, before any commit."""
        items = booked.line_ids.move_id.line_ids.filtered(
            lambda item: item.account_id == journal.default_account_id
        )
        wanted = sorted((line.day, line.cents) for line in statement.lines)
        found = sorted((line.date, to_cents(line.amount)) for line in booked.line_ids)
        posted = set(booked.line_ids.mapped("state")) == {"posted"}
        amount = "amount_currency" if journal.currency_id else "balance"
        if (
            wanted != found
            or not posted
            or not booked.is_complete
            or to_cents(booked.balance_end) != statement.closing
            or to_cents(sum(items.mapped(amount))) != sum(c for _day, c in wanted)
        ):
            raise UserError(
                self.env._(
                    "The books would not say what statement %(name)s of %(file)s says; "
                    "nothing was written.",
                    name=booked.name,
                    file=self.filename,
                )
            )
