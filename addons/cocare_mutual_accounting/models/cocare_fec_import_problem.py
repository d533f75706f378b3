from odoo import api, fields, models
from odoo.tools.misc import format_date, formatLang
from odoo.tools.translate import LazyTranslate

# There is no environment at import time: these are translated when they are shown.
# pylint: disable=prefer-env-translation
_lt = LazyTranslate(__name__)

#: What each problem code of ``fec.py`` and of the import says to the accountant.
MESSAGES = {
    "account": _lt(
        "“%(text)s” is not an account number: it must begin with three digits and hold "
        "only digits, letters and dots."
    ),
    "account_archived": _lt(
        "Account %(text)s is archived in the books: restore it first."
    ),
    "amount": _lt(
        "“%(text)s” is not an amount: digits, a decimal comma and at most two decimals "
        "are expected, without separator for thousands."
    ),
    "columns_missing": _lt("These columns are missing: %(columns)s."),
    "columns_twice": _lt("These columns are there more than once: %(columns)s."),
    "currency": _lt(
        "Lines in another currency than the euro: %(count)s, the first one here. Their "
        "amount in that currency is kept beside the one in euros."
    ),
    "currency_unknown": _lt(
        "Nobody knows currency “%(text)s”: only amounts in euros are taken over."
    ),
    "date": _lt("“%(text)s” is not a date of the calendar written YYYYMMDD."),
    "debit_and_credit": _lt("A line cannot hold both a debit and a credit."),
    "empty": _lt("This field is empty; the line cannot be booked without it."),
    "entry_dates": _lt(
        "Entry %(entry)s is dated %(date)s here and %(other)s on its first line: an "
        "entry has one date."
    ),
    "entry_exists": _lt("Entry %(name)s is already in the books."),
    "entry_name": _lt(
        "The books cannot number entry %(entry)s as %(name)s on its date: its number "
        "reads as a date."
    ),
    "entry_unbalanced": _lt(
        "Entry %(entry)s, which begins here, does not balance: debit less credit is "
        "%(gap)s."
    ),
    "fields_count": _lt("Fields found: %(found)s; the header has %(expected)s."),
    "file_name": _lt(
        "The file is not named as the tax rules ask: SIREN, FEC, then the closing date."
    ),
    "file_name_date": _lt(
        "The closing date in the name of the file is not %(last)s, the end of the "
        "exercise of its entries: the dates of the entries are used."
    ),
    "later_opening": _lt(
        "Entry %(name)s of the books, on %(date)s, opens a later exercise and already "
        "holds the balances of this file: they would count twice. Cancel that entry "
        "first, or take exercises over from the oldest on."
    ),
    "letter_open": _lt(
        "Letter %(letter)s of account %(account)s does not balance (gap %(gap)s): its "
        "lines stay open."
    ),
    "letter_waits": _lt(
        "Letters whose entries are not all final: %(count)s, the first one here. Only "
        "posted entries are matched: these lines stay open until the drafts are posted."
    ),
    "line_long": _lt("This line has no end: this is not a ledger file."),
    "locked": _lt(
        "The books of the firm are locked until %(date)s (%(lock)s). Entries of that "
        "time: %(count)s, of which the first begins here."
    ),
    "negative": _lt(
        "Lines with a negative amount: %(count)s, the first one here. It is booked "
        "positive on the other side."
    ),
    "no_chart": _lt(
        "The French chart of accounts is not loaded for this firm: choose it in the "
        "accounting settings first."
    ),
    "no_entry": _lt("The file holds no entry."),
    "not_final": _lt(
        "Entries without a validation date: %(count)s, the first one here. They are "
        "not final, and come in as drafts to post."
    ),
    "not_given": _lt(
        "Lines that leave this field empty: %(count)s, the first one here."
    ),
    "opening_account": _lt(
        "Account %(account)s: the opening entries of the file say %(opening)s, the "
        "books %(books)s on %(date)s."
    ),
    "opening_kept": _lt(
        "The opening entries of the file equal the books on %(date)s: not written "
        "again. Entries left out: %(count)s."
    ),
    "opening_partner": _lt(
        "Account %(account)s, third party %(partner)s: the opening entries of the file "
        "say %(opening)s, the books %(books)s on %(date)s."
    ),
    "opening_result": _lt(
        "Results of the exercises before (accounts 11 and 12, in the books classes 6 "
        "and 7 as well): the opening entries of the file say %(opening)s, the books "
        "%(books)s on %(date)s."
    ),
    "opening_unsure": _lt(
        "Entry %(entry)s moves equity on the first day of the exercise and is not "
        "taken for an opening. If it repeats balances of the books, they would count "
        "twice: such balances belong in entries of their own, in an opening journal, "
        "without accounts of classes 6 and 7."
    ),
    "other_siren": _lt(
        "The file is named after SIREN %(found)s; this firm's is %(expected)s. Check "
        "that these are its books."
    ),
    "outside_exercise": _lt(
        "Entry %(entry)s is dated %(date)s, outside the exercise of the file, from "
        "%(first)s to %(last)s. Check the date, or the end of the fiscal year in the "
        "firm's accounting settings. A file of several exercises needs the opening "
        "balances of each after the first; else make one file for each exercise."
    ),
    "quotes": _lt("A quotation mark opens here and does not close."),
    "same_name": _lt(
        "Entries %(entry)s and %(twin)s would both be numbered %(name)s in the books."
    ),
    "side": _lt("“%(text)s” is not a side: D, C, +1 or -1 is expected."),
    "too_big": _lt("The file is larger than %(limit)s MiB."),
    "too_many": _lt(
        "There are so many errors before this line that the rest was not read."
    ),
    "utf16": _lt("The file is written in UTF-16. Save it again in UTF-8."),
}


class CocareFecImportProblem(models.Model):
    """One thing to correct (error) or to know (warning) in a ledger file."""

    _name = "cocare.fec.import.problem"
    _inherit = ["cocare.file.problem.mixin", "cocare.guarded.mixin"]
    _description = "Problem in a Ledger File"

    import_id = fields.Many2one(
        "cocare.fec.import", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="import_id.company_id", store=True, index=True)
    column = fields.Char()

    @api.model
    def _message(self, code, details):
        """Sentence for a problem, in the user's language."""
        values = dict(details)
        for key in values.keys() & {"date", "other", "first", "last"}:
            values[key] = format_date(self.env, values[key])
        if "lock" in values:
            lock = self.env["res.company"]._fields[values["lock"]]
            values["lock"] = lock._description_string(self.env)
        for key in values.keys() & {"books", "gap", "opening"}:
            values[key] = formatLang(self.env, float(values[key]), digits=2)
        # The text is only known when the problem is.
        return self.env._(MESSAGES[code]) % values  # pylint: disable=translation-not-lazy

    @api.model
    def _located_message(self, problem):
        """Sentence for a ``fec.Problem``, with its line and column."""
        message = self._message(problem.code, problem.values)
        if problem.line and problem.column:
            return self.env._(
                "Line %(line)s, %(column)s: %(message)s",
                line=problem.line,
                column=problem.column,
                message=message,
            )
        if problem.line:
            return self.env._(
                "Line %(line)s: %(message)s", line=problem.line, message=message
            )
        return message
