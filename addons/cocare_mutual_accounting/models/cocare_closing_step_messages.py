from odoo.tools.translate import LazyTranslate

# There is no environment at import time: these are translated when they are shown.
# pylint: disable=prefer-env-translation
_lt = LazyTranslate(__name__)

#: What each check says, in order or not. Lines with names and amounts follow.
MESSAGES = {
    ("bank", True): _lt("Books and statements say the same."),
    ("bank", False): _lt(
        "%(count)s accounts differ from the statement (books less statement), or cash "
        "is negative. Without an amount: no statement tells the balance of that day."
    ),
    ("zero", True): _lt("All of them are at zero."),
    ("zero", False): _lt("%(count)s accounts are not at zero:"),
    ("in_debit", True): _lt("None of them is in debit."),
    ("in_debit", False): _lt("%(count)s accounts are in debit:"),
    ("drafts", True): _lt("No draft is left."),
    ("drafts", False): _lt("%(count)s drafts are left:"),
    ("open_items", True): _lt("No old item is unmatched."),
    ("open_items", False): _lt(
        "%(count)s third parties have old unmatched items, %(amount)s in all:"
    ),
    ("third_parties", True): _lt(
        "No supplier owes the firm, no customer is owed anything."
    ),
    ("third_parties", False): _lt(
        "%(count)s third parties are on the wrong side (debit positive):"
    ),
    ("documents", True): _lt("No document is waited for, none is to be processed."),
    ("documents", False): _lt("%(count)s documents are missing or to be processed:"),
    ("vouchers", True): _lt("Every bill has its voucher."),
    ("vouchers", False): _lt("%(count)s bills have no voucher, %(amount)s in all:"),
    ("vat", True): _lt(
        "What was declared is what the books say: %(amount)s (a credit is negative)."
    ),
    ("vat", False): _lt(
        "%(count)s returns differ from the books (books less return). Without an "
        "amount: not filed, or no return is known for the period."
    ),
    ("vat_settled", True): _lt("VAT that was declared is settled."),
    ("vat_settled", False): _lt(
        "%(count)s accounts are not what the return leaves: 4457 and 4456 at zero, "
        "4455 or 44567 as declared. Without an amount: the return is not filed."
    ),
    ("mirrors", True): _lt("The other firms say the same."),
    ("mirrors", False): _lt(
        "The books of %(count)s other firms say something else than these (balances "
        "in the books of this firm):"
    ),
    ("opening", True): _lt("The year opens as the one before was closed."),
    ("opening", False): _lt(
        "%(count)s balances are not those of the year before when it was closed. "
        "Without an amount: the year before was not closed here, or an opening entry "
        "counts its balances twice."
    ),
    ("result", True): _lt("Classes 7 less 6: %(amount)s."),
    ("result", False): _lt(
        "Classes 7 less 6: %(amount)s. %(count)s accounts are on the other side, or "
        "closed to the result by an entry:"
    ),
    ("depreciation", True): _lt("Assets, depreciation and its charge agree."),
    ("depreciation", False): _lt(
        "%(count)s differences between assets (20, 21), depreciation (28) and its "
        "charge (681):"
    ),
}
