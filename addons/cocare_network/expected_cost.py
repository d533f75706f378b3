"""What a service is expected to cost, by an announced price: exact, to the cent."""

from decimal import ROUND_HALF_UP, Decimal

CENT = Decimal("0.01")


def decimal(value):
    """A number as it is written, not as binary fractions approach it.

    >>> decimal(0.1) + decimal(0.2)
    Decimal('0.3')
    """
    return Decimal(str(value or 0))


def of_month(quantity, unit_price, monthly_price):
    """The expected cost of a month.

    >>> of_month(330, 0.95, 20)
    Decimal('333.50')
    >>> of_month(1.5, 0.333, 0)
    Decimal('0.50')
    """
    cost = decimal(quantity) * decimal(unit_price) + decimal(monthly_price)
    return cost.quantize(CENT, ROUND_HALF_UP)


def of_year(quantity, unit_price, monthly_price):
    """The expected cost of twelve months, rounded once.

    >>> of_year(1.5, 0.333, 0), 12 * of_month(1.5, 0.333, 0)
    (Decimal('5.99'), Decimal('6.00'))
    """
    cost = decimal(quantity) * decimal(unit_price) + decimal(monthly_price)
    return (12 * cost).quantize(CENT, ROUND_HALF_UP)
