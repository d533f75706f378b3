"""Netting of what firms owe each other: from open documents to one transfer a firm.

Pure arithmetic: integers (cents), no database and no floats.

How to use::

    >>> claims = {("A", "B", "F1"): 12000, ("B", "C", "F7"): 5000}
    >>> debts = {("A", "B", "F1"): 12000, ("B", "C", "F7"): 4000}
    >>> agreed, differing = match(claims, debts)
    >>> agreed, differing
    ({('A', 'B', 'F1'): 12000}, {('B', 'C', 'F7'): (5000, 4000)})
    >>> found = positions((a, b, cents) for (a, b, _), cents in agreed.items())
    >>> found["A"], found["B"]
    (Position(receivable=12000, payable=0), Position(receivable=0, payable=12000))

How it works: a document is known by its creditor, its debtor and the number that the
creditor gave it. It is netted when both books say that the same amount is open;
whatever one of them says otherwise is left where it is. Every cent that is owed to one
firm is owed by another, so the net positions add up to zero: with the operator in the
middle, each firm makes or receives one transfer.
"""

from collections.abc import Hashable, Iterable, Mapping
from typing import NamedTuple, TypeVar

Firm = TypeVar("Firm", bound=Hashable)
#: creditor, debtor, number given by the creditor
Key = tuple[Firm, Firm, str]


class Position(NamedTuple):
    """What is owed to a firm and what it owes, cents; credit notes count negative."""

    receivable: int = 0
    payable: int = 0

    @property
    def net(self):
        """Cents that the firm receives; negative when it pays.

        >>> Position(500, 700).net
        -200
        """
        return self.receivable - self.payable


def same_number(number):
    """A document number as it is compared: neither case nor spaces count.

    >>> same_number(" fa 2026/ 001"), same_number(False)
    ('FA2026/001', '')
    """
    return "".join((number or "").split()).upper()


def match(claims: Mapping[Key, int], debts: Mapping[Key, int]):
    """What both books agree on, and what they do not.

    :param claims: cents open in the creditor's books, by document
    :param debts: cents open in the debtor's books, by document
    :return: ``(agreed, differing)``: ``{key: cents}`` and ``{key: (claim, debt)}``,
        where 0 is a document that is not open; in the order of the keys

    >>> match({("A", "B", "F1"): 100}, {})
    ({}, {('A', 'B', 'F1'): (100, 0)})
    """
    agreed, differing = {}, {}
    for key in sorted({*claims, *debts}):
        claim, debt = claims.get(key, 0), debts.get(key, 0)
        if claim != debt:
            differing[key] = (claim, debt)
        elif claim:
            agreed[key] = claim
    return agreed, differing


def positions(obligations: Iterable[tuple[Firm, Firm, int]]) -> dict[Firm, Position]:
    """What every firm has to receive and to pay.

    :param obligations: ``(creditor, debtor, cents)``
    :return: a position for every firm that is named, in their order; the net positions
        add up to zero
    :raise ValueError: a firm owes itself

    >>> found = positions([("A", "B", 100), ("B", "C", 100), ("C", "A", 70)])
    >>> {firm: position.net for firm, position in found.items()}
    {'A': 30, 'B': 0, 'C': -30}
    """
    receivable, payable = {}, {}
    for creditor, debtor, cents in obligations:
        if creditor == debtor:
            raise ValueError(f"{creditor!r} owes itself")
        receivable[creditor] = receivable.get(creditor, 0) + cents
        payable[debtor] = payable.get(debtor, 0) + cents
    return {
        firm: Position(receivable.get(firm, 0), payable.get(firm, 0))
        for firm in sorted({*receivable, *payable})
    }
