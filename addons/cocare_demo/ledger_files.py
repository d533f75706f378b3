"""Ledger files (FEC): two made of this year's books, and a wrong one that was received.

What the former bookkeeper of the weavers left passes the tax office's tool, which does
not see what is wrong with it.
"""

import base64

from . import story
from .books import COLUMNS, ledger

ACCOUNTANT = "comptable"
MADE = ("jardins", "epicerie")
RECEIVED = "association"
BANK = "BQ"


def play(network, companies):
    """The accountant makes two files, and checks one.

    :param dict companies: {key of the story: ``res.company``}
    """
    user = network.env["res.users"].search([("login", "=", ACCOUNTANT)])
    env = network.with_user(user).env
    env = env(context={**env.context, "allowed_company_ids": user.company_ids.ids})
    for key in MADE:
        year = companies[key].compute_fiscalyear_dates(story.OCTOBER)
        env["cocare.fec.export"].create(
            {
                "company_id": companies[key].id,
                "date_from": year["date_from"],
                "date_to": year["date_to"],
            }
        ).action_make()
    firm = story.BOOKS[RECEIVED]
    env["cocare.fec.check"].create(
        {
            "company_id": companies[RECEIVED].id,
            "filename": firm.filename,
            "file": base64.b64encode(spoilt(ledger(firm))),
        }
    ).action_check()


def spoilt(content):
    """The ledger with three mistakes that people make.

    :param bytes content: of a good file
    :return: bytes
    """
    rows = [line.split("\t") for line in content.decode().split("\r\n") if line]
    journal, number, piece_date, debit = (
        COLUMNS.index(name)
        for name in ("JournalCode", "EcritureNum", "PieceDate", "Debit")
    )
    # a day that the calendar does not have
    rows[5][piece_date] = f"{rows[5][piece_date][:4]}0231"
    # an amount mistyped
    bigger = next(row for row in rows[8:] if row[debit] != "0,00")
    bigger[debit] = f"1{bigger[debit]}"
    # an entry in the middle of the bank's, which somebody deleted
    numbers = sorted({row[number] for row in rows if row[journal] == BANK})
    gone = BANK, numbers[len(numbers) // 2]
    rows = [row for row in rows if (row[journal], row[number]) != gone]
    return ("\r\n".join("\t".join(row) for row in rows) + "\r\n").encode()
