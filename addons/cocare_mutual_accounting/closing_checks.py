"""What a closing finds in the books of a firm.

Pure arithmetic, no database; money in integer cents, debits positive. Which accounts a
check looks at is given by the caller, as first digits of the French chart.

    >>> books = [
    ...     Account("471000", "Suspense", 0, 1200),
    ...     Account("512001", "Bank", 5000, -300),
    ... ]
    >>> result = not_zero(books, ("471", "58"))
    >>> result.ok, result.count, result.amount
    (False, 1, 1200)
    >>> result.lines
    (('471000 Suspense', 1200),)
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from .obligation_dates import in_month

MONTHS = {"month": 1, "quarter": 3, "year": 12}
#: lines of a result that are kept; the count says how many there are
KEPT_LINES = 12


@dataclass(frozen=True)
class Account:
    """An account of a firm: its balance on the eve of a period, and what it moved."""

    code: str
    name: str
    opening: int
    movement: int
    #: income or expense, by its type in the chart
    is_result: bool = False

    @property
    def balance(self) -> int:
        return self.opening + self.movement

    @property
    def label(self) -> str:
        return f"{self.code} {self.name}".strip()


@dataclass(frozen=True)
class Result:
    """What a check found: whether it is in order, the figures, and what they are of."""

    ok: bool
    count: int = 0
    amount: int = 0
    lines: tuple = ()

    def figures(self) -> dict:
        """What is kept of it, and compared with what was signed.

        >>> Result(False, 1, 500, (("471000", 500),)).figures()
        {'count': 1, 'amount': 500, 'lines': [['471000', 500]]}
        """
        return {
            "count": self.count,
            "amount": self.amount,
            "lines": [list(line) for line in self.lines],
        }


def found(lines: Iterable, ok: bool | None = None) -> Result:
    """The result of a check that lists what is wrong: in order when there is nothing.

    :param lines: (what it is, cents, or None where there is no amount), all of them
    :param ok: said by the caller, where a line is no fault

    >>> found([]).ok, found([("471000", -500), ("580000", 200)]).amount
    (True, 700)
    """
    lines = tuple(lines)
    return Result(
        ok=not lines if ok is None else ok,
        count=len(lines),
        amount=sum(abs(cents or 0) for _label, cents in lines),
        lines=lines[:KEPT_LINES],
    )


def of(accounts: Iterable[Account], prefixes: Sequence[str]) -> list:
    """The accounts that start with one of some digits, by code."""
    mine = (account for account in accounts if account.code.startswith(tuple(prefixes)))
    return sorted(mine, key=lambda account: account.code)


def not_zero(accounts: Iterable[Account], prefixes: Sequence[str]) -> Result:
    """Accounts that have to be empty at the end of the period, and are not."""
    return found(
        (account.label, account.balance)
        for account in of(accounts, prefixes)
        if account.balance
    )


def in_debit(accounts: Iterable[Account], prefixes: Sequence[str]) -> Result:
    """Accounts that may owe nothing to the firm, and do.

    >>> in_debit([Account("455000", "Associate", 0, -900)], ("455",)).ok
    True
    """
    return found(
        (account.label, account.balance)
        for account in of(accounts, prefixes)
        if account.balance > 0
    )


def shown(accounts: Iterable[Account], prefixes: Sequence[str]) -> Result:
    """The balances that somebody signs for; nothing is right or wrong by itself.

    >>> shown([Account("164000", "Loan", -50000, 1000)], ("164",)).lines
    (('164000 Loan', -49000),)
    """
    return found(
        (
            (account.label, account.balance)
            for account in of(accounts, prefixes)
            if account.balance
        ),
        ok=True,
    )


def year_result(accounts: Iterable[Account]) -> Result:
    """Classes 7 less 6 have to be what the books carry to the next year.

    They are not when an income or expense account is outside classes 6 and 7, or the
    other way round: the profit of the return and the one of the balance sheet differ.

    :return: the profit (negative: the loss) in ``amount``; accounts that stand apart

    >>> books = [
    ...     Account("701000", "Sales", 0, -10000, is_result=True),
    ...     Account("601000", "Purchases", 0, 4000, is_result=True),
    ...     Account("512001", "Bank", 0, 6000),
    ... ]
    >>> year_result(books)
    Result(ok=True, count=0, amount=6000, lines=())
    >>> year_result([*books, Account("658000", "Cents", 0, 3)]).lines
    (('658000 Cents', 3),)
    """
    accounts = list(accounts)
    apart = [
        (account.label, account.movement)
        for account in sorted(accounts, key=lambda account: account.code)
        if account.movement and account.is_result != (account.code[:1] in ("6", "7"))
    ]
    profit = -sum(account.movement for account in of(accounts, ("6", "7")))
    return Result(not apart, len(apart), profit, tuple(apart[:KEPT_LINES]))


def depreciation(accounts: Iterable[Account], disposed: int = 0) -> Result:
    """What is wrong between fixed assets, their depreciation and its charge.

    * more depreciation (280, 281) than assets (20, 21);
    * assets that lose value (all of 20 and 21 but 206, 207 and 211) and no charge (681)
      in the year, while something is left to depreciate;
    * depreciation grew by another amount than the charges less what was taken back
      (781), leaving out what disposals took off.

    :param int disposed: what entries moved on 28 that move 20 or 21 too: disposals, and
        the opening of books that were taken over

    >>> assets = Account("218000", "Machines", 100000, 0)
    >>> worn = Account("281800", "Worn", -20000, -20000)
    >>> depreciation([assets, worn, Account("681120", "Charge", 0, 20000)]).ok
    True
    >>> depreciation([assets, worn, Account("681120", "Charge", 0, 15000)]).lines
    (('28 / 681', 5000),)
    >>> depreciation([assets]).lines
    (('681', 100000),)
    """
    accounts = list(accounts)

    def total(*prefixes, moved=False):
        return sum(
            account.movement if moved else account.balance
            for account in of(accounts, prefixes)
        )

    wrong = []
    for gross, worn in (("20", "280"), ("21", "281")):
        excess = -total(worn) - total(gross)
        if total(worn) and excess > 0:
            wrong.append((f"{worn} > {gross}", excess))
    wearing = total("20", "21") - total("206", "207", "211")
    left = wearing + total("280", "281")
    charge = total("681", moved=True) - total("6815", "6816", "6817", moved=True)
    back = total("781", moved=True) - total("7815", "7816", "7817", moved=True)
    if wearing and left > 0 and not charge:
        wrong.append(("681", left))
    grown = -(total("280", "281", moved=True) - disposed)
    if grown != charge + back:
        wrong.append(("28 / 681", grown - charge - back))
    return found(wrong)


def opening(accounts: Iterable[Account], noted: Mapping[str, int]) -> Result:
    """Balances on the eve of a period beside those noted when it was closed.

    :param noted: cents by code; the result under ``""``, see :func:`to_note`

    >>> now = [Account("512001", "Bank", 700, 0), Account("701", "", -700, 0, True)]
    >>> opening(now, {"512001": 700, "": -700}).ok
    True
    >>> opening(now, {"512001": 500, "": -500}).lines
    (('512001', 200), ('6 / 7', -200))
    """
    today = to_note((a.code, a.opening, a.is_result) for a in accounts)
    return found(
        (code or "6 / 7", today.get(code, 0) - noted.get(code, 0))
        for code in sorted(
            today.keys() | noted.keys(), key=lambda code: (not code, code)
        )
        if today.get(code, 0) != noted.get(code, 0)
    )


def to_note(balances: Iterable) -> dict:
    """What is noted of the books when a year is closed.

    :param balances: (code, cents, whether it is income or expense)
    :return: cents by code of what is not zero; income and expense as one, under ``""``
    """
    noted = {}
    for code, cents, is_result in balances:
        key = "" if is_result else code
        noted[key] = noted.get(key, 0) + cents
    return {code: cents for code, cents in noted.items() if cents}


def latest_day(kind: str, last: date) -> date:
    """Until when a period is closed: the end of the one that follows.

    Art. 921-4 of the plan comptable général.

    >>> latest_day("month", date(2026, 1, 31)), latest_day("year", date(2027, 6, 30))
    (datetime.date(2026, 2, 28), datetime.date(2028, 6, 30))
    """
    return in_month(last.year, last.month + MONTHS[kind], 31)
