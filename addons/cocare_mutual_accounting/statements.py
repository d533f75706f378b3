"""Balance sheet and income statement by the first two digits of the French chart.

Pure arithmetic in cents, debit less credit. Each account is on one side, once:

- classes 2 and 3 are assets, class 1 liabilities, whatever their balance;
- accounts of classes 4 and 5 are assets when debit and liabilities when credit, but 49
  and 59, what third parties and securities lost of their value, are always assets;
- classes 6 and 7 make the result; Odoo does not close them, so those of the years
  before are results that were not allocated yet.

Source: plan comptable général, art. 932-1 (classes of the chart).

>>> rows = balance_sheet(
...     {"2154": 900, "2815": -300, "411": 500, "4091": 40, "401": -240, "512": -100,
...      "101": -700, "706": -400, "606": 300}, result_before=-50)
>>> rows["assets"]
{'21': 900, '28': -300, '40': 40, '41': 500}
>>> rows["liabilities"]
{'10': 700, '40': 240, '51': 100, 'result_before': -50, 'result': 150}
>>> sum(rows["assets"].values()) == sum(rows["liabilities"].values())
True
>>> income_statement({"706": -400, "606": 300, "2154": 900})
{'income': {'70': 400}, 'expenses': {'60': 300}}
"""

LOSSES_OF_VALUE = ("49", "59")


def _add(rows, code, cents):
    key = code[:2]
    rows[key] = rows.get(key, 0) + cents


def _in_order(rows):
    return {key: rows[key] for key in sorted(rows) if rows[key]}


def balance_sheet(balances, result_before):
    """Assets and liabilities on a day.

    :param dict balances: cents by account code, of all accounts from the first day on
    :param int result_before: profit of the years before, part of classes 6 and 7
    :return: ``{"assets": {two digits: cents}, "liabilities": {…, "result_before":
        cents, "result": cents}}``; the sums are equal when debits equal credits
    """
    assets, liabilities, profit = {}, {}, 0
    for code, cents in balances.items():
        if code.startswith(("6", "7")):
            profit -= cents
        elif code.startswith(("2", "3", *LOSSES_OF_VALUE)):
            _add(assets, code, cents)
        elif code.startswith("1") or cents < 0:
            _add(liabilities, code, -cents)
        else:
            _add(assets, code, cents)
    return {
        "assets": _in_order(assets),
        "liabilities": {
            **_in_order(liabilities),
            "result_before": result_before,
            "result": profit - result_before,
        },
    }


def income_statement(balances):
    """Income and expenses of a period.

    :param dict balances: cents by account code, of the period
    :return: ``{"income": {two digits: cents}, "expenses": {two digits: cents}}``; the
        result is the sum of the former less that of the latter
    """
    income, expenses = {}, {}
    for code, cents in balances.items():
        if code.startswith("7"):
            _add(income, code, -cents)
        elif code.startswith("6"):
            _add(expenses, code, cents)
    return {"income": _in_order(income), "expenses": _in_order(expenses)}
