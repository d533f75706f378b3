"""What each finding of the two verdicts on a ledger file says to the accountant."""

from odoo.tools.translate import LazyTranslate

# There is no environment at import time: these are translated when they are shown.
# pylint: disable=prefer-env-translation
_lt = LazyTranslate(__name__)

#: (side, code) of ``fec_findings.Finding``; values are those of its first place
TEXTS = {
    ("office", "absent"): _lt("This field is empty: the law asks for it."),
    ("office", "account"): _lt(
        "An account number begins with three digits; here: “%(text)s”."
    ),
    ("office", "amount"): _lt("“%(text)s” is not an amount."),
    ("office", "amount_point"): _lt(
        "“%(text)s” has a point: the decimal mark is a comma."
    ),
    ("office", "amount_thousands"): _lt("“%(text)s” has a separator of thousands."),
    ("office", "column_missing"): _lt("This column is missing in the header."),
    ("office", "date_calendar"): _lt("“%(text)s” has no such month or day."),
    ("office", "date_format"): _lt("“%(text)s” is not a date."),
    ("office", "date_year"): _lt("The year of “%(text)s” is out of range."),
    ("office", "empty"): _lt("This field is empty: the file is refused."),
    ("office", "empty_line"): _lt("The line is empty."),
    ("office", "fields_count"): _lt(
        "The line has %(found)s fields, the header has %(expected)s."
    ),
    ("office", "file_name"): _lt(
        "The name of the file is not the SIREN, FEC and the closing date."
    ),
    ("office", "no_amount"): _lt("Neither a debit nor a credit."),
    ("office", "no_line"): _lt("The file has no line after the header."),
    ("office", "side"): _lt("“%(text)s” is not a side: D, C, +1 or -1."),
    ("office", "two_sides"): _lt("A debit and a credit on the same line."),
    ("books", "account"): _lt(
        "“%(text)s” is not an account: three digits, then digits or letters."
    ),
    ("books", "amount"): _lt(
        "“%(text)s” cannot be added up: an amount is written in euros and cents."
    ),
    ("books", "amount_padded"): _lt(
        "“%(text)s” is filled up with zeros: legal, but hard to read."
    ),
    ("books", "closing"): _lt(
        "The entry brings classes 6 and 7 to 12 on the last day: closing entries are "
        "left out of the file."
    ),
    ("books", "column_order"): _lt("The columns are not in the order of the law."),
    ("books", "copied"): _lt("Same voucher, day and lines as %(other)s: booked twice?"),
    ("books", "currency_euro"): _lt("A foreign amount is given in euros."),
    ("books", "date"): _lt("“%(text)s” is not a day of the calendar written YYYYMMDD."),
    ("books", "file_name_date"): _lt(
        "The name of the file does not have the closing date %(date)s."
    ),
    ("books", "half"): _lt(
        "This field is empty, the one that goes with it is not: EcritureLet and "
        "DateLet, Montantdevise and Idevise."
    ),
    ("books", "hole"): _lt("Numbers missing after %(before)s: %(missing)s."),
    ("books", "letter"): _lt(
        "Letter %(letter)s of account %(account)s does not balance (gap %(gap)s)."
    ),
    ("books", "letter_digits"): _lt("The lettering is a number, not letters."),
    ("books", "mixed_encoding"): _lt(
        "Some lines are written in UTF-8, others are not: names may be wrong."
    ),
    ("books", "number_text"): _lt("The number of the entry has no digit."),
    ("books", "opening_late"): _lt(
        "Opening balances come after other entries: they have the first numbers."
    ),
    ("books", "other_siren"): _lt(
        "The file is named after %(text)s, the SIREN of the firm is %(expected)s."
    ),
    ("books", "outside"): _lt(
        "%(date)s is not in the exercise, from %(first)s to %(last)s."
    ),
    ("books", "scattered"): _lt("The lines of the entry do not follow each other."),
    ("books", "siren"): _lt(
        "The name of the file does not begin with a SIREN that exists: “%(text)s”."
    ),
    ("books", "twice"): _lt("Every line of the entry is there twice."),
    ("books", "two_dates"): _lt("The entry has two dates: %(date)s and %(other)s."),
    ("books", "unbalanced"): _lt(
        "The entry does not balance: debit less credit is %(gap)s."
    ),
    ("books", "unbalanced_file"): _lt(
        "The file does not balance: debit %(debit)s, credit %(credit)s."
    ),
    ("books", "unread"): _lt(
        "Lines that cannot be read: %(lines)s. Until they can, nothing is said of "
        "balances and letters."
    ),
    ("books", "valid_before"): _lt(
        "The entry is final on %(date)s, before its own date %(other)s."
    ),
    ("books", "valid_copied"): _lt(
        "Every entry is final on its own date: the day of validation was probably not "
        "recorded."
    ),
    ("books", "valid_order"): _lt(
        "Final on %(date)s, after an entry that is final on %(other)s: entries are in "
        "the order of their validation."
    ),
}
DAYS = {"date", "other", "first", "last"}
AMOUNTS = {"gap", "debit", "credit"}
