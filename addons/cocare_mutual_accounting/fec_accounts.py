"""Accounts of a ledger file: where each goes in the chart of a firm, and what it is.

Pure module, below ``fec_books.py``.
"""

from collections import Counter
from dataclasses import dataclass

_TRADE = ("asset_receivable", "liability_payable")
#: types whose accounts are not made open to lettering
_FIXED = ("asset_cash", "liability_credit_card", "off_balance")


@dataclass(frozen=True, slots=True)
class Account:
    """An account of the file: where it goes and what it is."""

    file_code: str
    code: str
    label: str
    kind: str
    reconcile: bool
    #: whether the chart has it
    exists: bool


def plan(labels, lettered, chart, chosen=()):
    """Return {code of the file: :class:`Account`}.

    :param labels: ``{code of the file: its name there}``
    :param lettered: codes of the file with letters on some lines
    :param chart: ``{code: type}`` of the firm
    :param chosen: ``{code of the file: code of the chart}`` that somebody chose: then,
        and only then, two codes of the file may share an account
    """
    chosen = {code: to for code, to in dict(chosen).items() if code in labels}
    left = [code for code in labels if code not in chosen]
    accounts = {}
    targets = {**match_accounts(left, chart), **chosen}
    for file_code, label in labels.items():
        code = targets[file_code]
        kind = chart.get(code) or closest_kind(file_code, chart)
        reconcile = kind in _TRADE or (file_code in lettered and kind not in _FIXED)
        accounts[file_code] = Account(
            *(file_code, code, label or file_code, kind, reconcile, code in chart)
        )
    return accounts


def match_accounts(codes, chart):
    """Give each account code of the file its account in the books.

    The file's code is kept as it is, unless the chart holds the same number written
    with another count of closing zeros. Two codes of a file never share an account:
    the trial balance stays that of the file.

    >>> match_accounts(["70100000", "70100100"], ["701000", "707000"])
    {'70100000': '701000', '70100100': '70100100'}
    >>> match_accounts(["701", "701000"], ["701000"])
    {'701': '701', '701000': '701000'}
    """
    codes, chart = list(codes), sorted(chart)
    taken = Counter(code.rstrip("0") for code in codes)
    same_number = {code.rstrip("0"): code for code in reversed(chart)}
    exact, target = set(chart), {}
    for code in codes:
        number = code.rstrip("0")
        alone = code not in exact and taken[number] == 1
        target[code] = same_number.get(number, code) if alone else code
    return target


def closest(code, chart):
    """Codes of the chart that share the longest beginning with ``code``.

    >>> closest("44571200", ["445660", "445710", "445711", "512001"])
    ['445710', '445711']
    >>> closest("9", ["445660"])
    []
    """
    for length in range(len(code), 0, -1):
        found = [other for other in chart if other.startswith(code[:length])]
        if found:
            return found
    return []


def closest_kind(code, chart):
    """Most frequent type of the accounts that begin most like ``code``.

    The type of the yearly result is for one account a firm: never given.

    >>> closest_kind("41100000", {"411100": "asset_receivable", "416": "asset_current"})
    'asset_receivable'
    """
    kinds = Counter(chart[other] for other in closest(code, chart))
    kind = kinds.most_common(1)[0][0] if kinds else "asset_current"
    return "equity" if kind == "equity_unaffected" else kind
