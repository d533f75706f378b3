from datetime import date

from odoo import api, fields, models
from odoo.tools.misc import format_date, formatLang
from odoo.tools.translate import LazyTranslate

from ..allocation import from_cents

# There is no environment at import time: these are translated when they are shown.
# pylint: disable=prefer-env-translation
_lt = LazyTranslate(__name__)

#: What each problem code of the readers and of the import says to the accountant.
MESSAGES = {
    "amount": _lt(
        "“%(text)s” is not an amount that can be read one way only: digits and at most "
        "two decimals are expected."
    ),
    "amount_signed": _lt("“%(text)s”: amounts of a camt file carry no sign."),
    "balances_wanted": _lt(
        "No column holds the balance: tick “I type in the balances” and give the "
        "opening and the closing one, as the bank shows them."
    ),
    "camt_kind": _lt(
        "This is a %(text)s message, not a statement: ask the bank for camt.053."
    ),
    "camt_openings": _lt("The file gives two different opening balances."),
    "camt_page": _lt(
        "This is one page of a statement only: ask the bank for the whole statement."
    ),
    "camt_status": _lt(
        "“%(text)s” does not say whether the movement is booked (BOOK expected)."
    ),
    "camt_text": _lt("“%(text)s” holds other elements where a text is expected."),
    "camt_totals": _lt(
        "The bank counts %(count)s movements for %(total)s here; the file holds "
        "%(found)s for %(real)s."
    ),
    "camt_unknown": _lt("“%(text)s” is no part of a camt.053 statement."),
    "camt_way": _lt(
        "“%(text)s” does not say whether the money came in (CRDT) or went out (DBIT)."
    ),
    "cfonb_account": _lt("This record is of another account than the old balance."),
    "cfonb_cut": _lt(
        "The statement that begins here has no new balance: the file is cut."
    ),
    "cfonb_open": _lt(
        "An old balance begins before the new balance of the one before."
    ),
    "cfonb_order": _lt("This record comes before the one it belongs to."),
    "cfonb_record": _lt("“%(text)s” is no kind of record of a CFONB 120 statement."),
    "cfonb_rib": _lt("“%(text)s” is not the number of a French account."),
    "cfonb_size": _lt("The record has %(found)s characters instead of 120."),
    "column_missing": _lt("No column is said to hold this: %(meaning)s."),
    "columns_amount": _lt(
        "Choose a column of amounts, or one of debits and one of credits, not both."
    ),
    "columns_twice": _lt("More than one column is said to hold this: %(meaning)s."),
    "credit_negative": _lt("An amount in the column of credits is negative."),
    "currency": _lt("The statement is in %(found)s, the account in %(expected)s."),
    "day": _lt("“%(text)s” is not a day of the calendar."),
    "debit_and_credit": _lt("A movement cannot be both a debit and a credit."),
    "doctype": _lt(
        "The file declares a document type or entities, which no bank does: it is not "
        "read."
    ),
    "empty": _lt("The file is empty."),
    "encoding": _lt(
        "The letters here are neither UTF-8 nor Windows-1252: the file was damaged on "
        "its way. Download it again."
    ),
    "fields_count": _lt(
        "There are more cells here than the %(expected)s of the header."
    ),
    "firm_not_ticked": _lt(
        "Account %(iban)s is of %(firm)s: tick that firm at the top of the page."
    ),
    "first": _lt(
        "First statement of this account: it opens with %(opening)s on %(day)s, the "
        "books hold %(books)s on %(account)s (difference %(gap)s). Look at it, then "
        "tick “Begin with this balance”."
    ),
    "formula": _lt("“%(text)s” is a formula: paste its value instead."),
    "gap": _lt(
        "The statement before (%(name)s, to %(last)s) closed at %(expected)s; this one "
        "opens at %(found)s: difference %(gap)s. A statement is missing between them."
    ),
    "gap_after": _lt(
        "The next statement (%(name)s, from %(first)s) opened at %(expected)s; this "
        "one closes at %(found)s: difference %(gap)s."
    ),
    "iban": _lt("“%(iban)s” is not an IBAN: a character is wrong or missing."),
    "iban_twice": _lt("Several journals are on account %(iban)s: %(text)s."),
    "journal_wanted": _lt(
        "The file does not say which account it is of: choose the account above."
    ),
    "known_line": _lt("“%(text)s” was imported before, with statement %(name)s."),
    "line_account": _lt(
        "The movement is of account %(found)s, the statement of %(expected)s."
    ),
    "line_currency": _lt("The amount is in %(found)s, the statement in %(expected)s."),
    "locked": _lt(
        "The books of the firm are locked until %(day)s (%(lock)s). Movements of that "
        "time: %(count)s, the first one here."
    ),
    "malformed": _lt("The file is damaged here: what is opened is not closed."),
    "no_account": _lt("The statement does not name its account."),
    "no_amount": _lt("The movement has no amount."),
    "no_balance": _lt("The balance after this movement is not given."),
    "no_closing": _lt("The statement has no closing balance."),
    "no_currency": _lt("The statement does not give its currency."),
    "no_day": _lt("The movement, or the balance, has no date."),
    "no_header": _lt(
        "No line names the columns: a table of three columns or more is expected."
    ),
    "no_journal": _lt(
        "No bank journal of the firms that are ticked is on account %(iban)s: write "
        "the account on the journal of its firm first."
    ),
    "no_label": _lt("The movement has no label."),
    "no_line": _lt("The table has a header and no movement."),
    "no_movement": _lt("Nothing moved on the account: there is nothing to write."),
    "no_opening": _lt("The statement has no opening balance."),
    "no_statement": _lt("The file holds no statement of an account."),
    "not_booked": _lt("The bank has not booked this movement yet: it is left out."),
    "not_camt": _lt("The file is XML, and not a statement of ISO 20022 (camt.053)."),
    "not_text": _lt("The file is not written in UTF-8 or Windows-1252: save it again."),
    "ofx_card": _lt("The file is the statement of a card, not of a bank account."),
    "ofx_cut": _lt("The file ends here before the statement does: it is cut."),
    "ofx_reference": _lt(
        "Reference %(text)s was given to the movement of line %(other)s already."
    ),
    "old_workbook": _lt("This is an old workbook (XLS): save it as XLSX or CSV."),
    "other_account": _lt("The file is of account %(found)s, not of %(expected)s."),
    "other_closing": _lt(
        "The closing balance typed in is %(given)s; the column of balances ends at "
        "%(closing)s."
    ),
    "other_iban": _lt("The file is of account %(iban)s, not of %(expected)s."),
    "other_opening": _lt(
        "The opening balance typed in is %(given)s; the column of balances begins at "
        "%(opening)s."
    ),
    "outside_period": _lt(
        "The movement is of %(day)s, the statement from %(first)s to %(last)s."
    ),
    "overlap": _lt(
        "The statement, from %(new_first)s to %(new_last)s, overlaps %(name)s, from "
        "%(first)s to %(last)s: movements would count twice. Ask the bank for the days "
        "that are missing only."
    ),
    "running_balance": _lt(
        "The balance is %(closing)s; the one before and the movement give %(computed)s "
        "(difference %(gap)s)."
    ),
    "same_file": _lt("This file was imported on %(day)s by %(user)s (%(name)s)."),
    "same_file_waits": _lt(
        "This file was handed in on %(day)s by %(user)s (%(name)s) and waits to be "
        "imported."
    ),
    "sum": _lt(
        "Opening balance %(opening)s and movements %(total)s make %(computed)s; the "
        "statement closes at %(closing)s (difference %(gap)s)."
    ),
    "too_big": _lt("The file is larger than %(limit)s MiB."),
    "too_long": _lt(
        "The movements go from %(first)s to %(last)s, more than a year: one of the "
        "dates must be wrong."
    ),
    "too_many_columns": _lt("There are more than %(limit)s columns."),
    "too_many_lines": _lt("There are more than %(limit)s movements."),
    "twice": _lt("“%(text)s” is given twice where one is expected."),
    "two_accounts": _lt("Several accounts are named above the table."),
    "two_firms": _lt(
        "The file holds accounts of several firms (%(text)s): ask the bank for a file "
        "for each firm."
    ),
    "unknown_format": _lt(
        "This is no statement: camt.053, CFONB 120, OFX, CSV or XLSX is expected."
    ),
    "unzipped": _lt("Unzipped, the file is larger than %(limit)s MiB."),
    "workbook": _lt("The workbook is damaged or protected by a password."),
    "xml": _lt("The file is damaged or cut here: it is not whole XML."),
    "xml_encoding": _lt("“%(text)s” is not an encoding that banks use."),
    "zip": _lt(
        "This is an archive: take the files out of it and give them one by one."
    ),
}
AMOUNTS = {
    *("opening", "closing", "total", "computed", "gap", "expected", "found", "books"),
    *("given", "real"),
}
DAYS = {"day", "first", "last", "new_first", "new_last"}


class CocareBankImportProblem(models.Model):
    """One thing to correct (error) or to know (warning) in a bank file."""

    _name = "cocare.bank.import.problem"
    _inherit = ["cocare.file.problem.mixin", "cocare.guarded.mixin"]
    _description = "Problem in a bank file"

    import_id = fields.Many2one(
        "cocare.bank.import", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="import_id.company_id", store=True, index=True)

    @api.model
    def _message(self, code, details):
        """Sentence for a problem, in the user's language."""
        values = dict(details)
        for key in values.keys() & DAYS:
            values[key] = format_date(self.env, values[key])
        for key in values.keys() & AMOUNTS:
            if isinstance(values[key], int) and (code, key) != ("camt_totals", "found"):
                values[key] = formatLang(self.env, from_cents(values[key]), digits=2)
        if "lock" in values:
            lock = self.env["res.company"]._fields[values["lock"]]
            values["lock"] = lock._description_string(self.env)
        if "meaning" in values:
            meaning = self.env["cocare.bank.import.column"]._fields["meaning"]
            names = dict(meaning._description_selection(self.env))
            values["meaning"] = names[values["meaning"]]
        # The text is only known when the problem is.
        return self.env._(MESSAGES[code]) % values  # pylint: disable=translation-not-lazy

    @api.model
    def _located_message(self, problem):
        """Sentence for a ``bank_statement.Problem``, with its line."""
        message = self._message(problem.code, problem.values)
        if not problem.line:
            return message
        return self.env._(
            "Line %(line)s: %(message)s", line=problem.line, message=message
        )

    @api.model
    def _prepare_vals(self, problem):
        return {
            "level": problem.level,
            "line": problem.line,
            "code": problem.code,
            "details": {
                key: str(value) if isinstance(value, date) else value
                for key, value in problem.values.items()
            },
        }
