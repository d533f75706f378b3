from odoo.tools.translate import LazyTranslate

# There is no environment at import time: these are translated when they are shown.
# pylint: disable=prefer-env-translation
_lt = LazyTranslate(__name__)

#: what each check says of books that are in order
IN_ORDER = {
    "bank": _lt("Books and statements say the same."),
    "zero": _lt("All of them are at zero."),
    "in_debit": _lt("None of them is in debit."),
    "drafts": _lt("No draft is left."),
    "open_items": _lt("No old item is unmatched."),
    "third_parties": _lt("No supplier owes the firm, no customer is owed anything."),
    "documents": _lt("No document is waited for, none is to be processed."),
    "vouchers": _lt("Every bill has its voucher."),
    "vat": _lt("Declared as in the books: %(amount)s (a credit is negative)."),
    "vat_settled": _lt("VAT that was declared is settled."),
    "mirrors": _lt("The other firms say the same."),
    "opening": _lt("The year opens as the one before ended, or the books begin."),
    "result": _lt("Classes 7 less 6: %(amount)s."),
    "depreciation": _lt("Assets, depreciation and its charge agree."),
    "fec": _lt("The ledger file was made, and would be accepted."),
}
#: what it says of books that are not; the lines follow
NOT_IN_ORDER = {
    "bank": _lt("Books less statement, or cash below zero. Accounts: %(count)s."),
    "zero": _lt("Accounts that are not at zero: %(count)s."),
    "in_debit": _lt("Accounts in debit: %(count)s."),
    "drafts": _lt("Drafts left: %(count)s."),
    "open_items": _lt(
        "Third parties with old unmatched items: %(count)s, for %(amount)s."
    ),
    "third_parties": _lt(
        "Third parties on the wrong side: %(count)s (debit positive)."
    ),
    "documents": _lt("Documents missing, or to be processed: %(count)s."),
    "vouchers": _lt("Bills without voucher: %(count)s, for %(amount)s."),
    "vat": _lt("Books less return, for %(count)s of them."),
    "vat_settled": _lt(
        "Not what the return leaves: 4457 and 4456 at zero, 4455 or 44567 as declared."
    ),
    "mirrors": _lt(
        "The other books say something else. Balances in the books of this firm:"
    ),
    "opening": _lt("Other balances than when the year before was closed: %(count)s."),
    "result": _lt(
        "Classes 7 less 6: %(amount)s. On the other side, or closed by an entry:"
    ),
    "depreciation": _lt("Differences between 20, 21, 28 and 681: %(count)s."),
    "fec": _lt("The ledger file of the year is missing, or would be refused."),
}
#: what a line without an amount says
WITHOUT_AMOUNT = {
    "bank": _lt("no statement tells the balance of the last day"),
    "vat": _lt("not filed, or no return is known"),
    "vat_settled": _lt("the return is not filed"),
    "opening": _lt("not closed here, or counted twice"),
}
