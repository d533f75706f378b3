"""Ledger files as nobody should write them, and some that only look so.

Pure module: (name, bytes) pairs, of a good file with one thing changed, and by hand.
:func:`balances_of` reads one without our reader, to say what it has to give.
"""

import csv
import io
from decimal import Decimal, InvalidOperation

from .fec_common import fec_bytes, fec_row, next_ledger, padded_bytes, small_ledger

#: what may stand in a field, and should be refused or read exactly
TEXTS = (
    *(
        "",
        " ",
        "0",
        "-",
        "+",
        "--1",
        "1e3",
        "NaN",
        "Infinity",
        "1.5",
        "1,234",
        "1 000,00",
    ),
    *("12,5", "12,50-", "-12,50-", "+12,5", "'12,5", "=1+1", "99999999999999,99"),
    *("20250230", "2025-01-31", "31012025", "00000000", "20251301", "99991231"),
    *("\u0661\u0662", "é" * 300, '"', '""', "\\N", "\x07", "\u202e", "‚", "<b>x</b>"),
    *("%s", "{0}", "$(id)", "'; DROP TABLE account_move; --", "411", "4A", "ABCDEFG"),
)
COLUMNS = (
    *("JournalCode", "EcritureNum", "EcritureDate", "CompteNum", "Debit", "Credit"),
    *(
        "EcritureLet",
        "ValidDate",
        "PieceDate",
        "Montantdevise",
        "Idevise",
        "CompAuxNum",
    ),
)


def hostile_files():
    """Yield (name, bytes)."""
    for column in COLUMNS:
        for rank, text in enumerate(TEXTS):
            if column in COLUMNS[6:] and rank % 3:
                continue
            rows = small_ledger()
            rows[3][column] = text
            yield f"{column} {text[:12]!r}", fec_bytes(rows)
    yield from _cut()
    yield from _bytes()
    yield from _shapes()
    yield from _forms()


def _cut():
    """A download that stopped."""
    content = fec_bytes(small_ledger())
    for part in range(0, len(content), 61):
        yield f"cut at {part}", content[:part]


def _bytes():
    """Bytes that went wrong on the way."""
    content = fec_bytes(small_ledger())
    for place in range(150, len(content), 97):
        for byte in (b"\x00", b"\t", b"\n", b"\xff"):
            yield f"{byte!r} at {place}", content[:place] + byte + content[place + 1 :]
    for name in ("utf-16", "utf-16-le", "utf-32", "cp037"):
        yield name, fec_bytes(small_ledger(), encoding=name)
    yield "two files", content + content
    yield "BOM twice", b"\xef\xbb\xbf" * 2 + content
    yield (
        "BOM and latin",
        b"\xef\xbb\xbf" + fec_bytes(small_ledger(), encoding="iso-8859-15"),
    )
    yield "zip", b"PK\x03\x04" + content
    yield "gzip", b"\x1f\x8b\x08" + content
    yield "zeros", b"\x00" * 5000
    yield "no end", b"x" * 200_000
    yield "one line", content.replace(b"\r\n", b" ")
    yield "xml", b"<?xml version='1.0'?><comptabilite><exercice/></comptabilite>"


def _shapes():
    """Lines and columns that are missing, twice, or elsewhere."""
    rows = small_ledger()
    for rank in range(len(rows)):
        yield f"without line {rank}", fec_bytes(rows[:rank] + rows[rank + 1 :])
        yield f"line {rank} twice", fec_bytes(rows[: rank + 1] + rows[rank:])
    for column in rows[0]:
        less = [{k: v for k, v in row.items() if k != column} for row in rows]
        yield f"without {column}", fec_bytes(less, header="\t".join(less[0]))
    head = "\t".join(rows[0])
    yield "no header", fec_bytes(rows).partition(b"\r\n")[2]
    yield "header twice", fec_bytes(rows, header=head + "\r\n" + head)
    yield "column twice", fec_bytes(rows, header=head.replace("Credit", "Debit"))
    yield "header alone", fec_bytes([])
    yield "two dates", fec_bytes(small_ledger()[:2] + small_ledger("20250202")[2:])
    yield (
        "half of last year",
        fec_bytes(small_ledger()[:6] + small_ledger("20240131")[6:]),
    )
    wrong = next_ledger()
    wrong[0]["Debit"], wrong[4]["Credit"] = "621,00", "501,00"
    yield "opening that does not follow", fec_bytes(small_ledger() + wrong)
    yield "many columns", fec_bytes(rows, header=head + "\tx" * 3000)


def _forms():
    """What has to go in."""
    rows = small_ledger()
    for separator in "\t|;":
        for end in ("\n", "\r", "\r\n", "\r\r\n"):
            for encoding in ("utf-8", "utf-8-sig", "iso-8859-15", "cp1252"):
                yield (
                    f"form {separator!r} {end!r} {encoding}",
                    fec_bytes(rows, separator, end, encoding),
                )
    yield "form padded", padded_bytes(rows)
    yield "form blank lines", fec_bytes(rows).replace(b"\r\n", b"\r\n\r\n")
    yield "form backwards", fec_bytes(rows[::-1])
    yield "form numbers 0", fec_bytes(small_ledger(number="0"))
    yield "form both years", fec_bytes(rows + next_ledger())
    more = [{**row, "DateRglt": "", "ModeRglt": "", "NatOp": ""} for row in rows]
    yield "form 21 columns", fec_bytes(more, header="\t".join(more[0]))
    sided = [
        {
            ("Montant" if k == "Debit" else "Sens" if k == "Credit" else k): v
            for k, v in row.items()
        }
        for row in rows
    ]
    for row, whole in zip(sided, rows, strict=True):
        debit = whole["Debit"] != "0,00"
        row["Montant"] = whole["Debit" if debit else "Credit"]
        row["Sens"] = "D" if debit else "C"
    yield "form Montant and Sens", fec_bytes(sided, header="\t".join(sided[0]))
    zeros = [fec_row("77", "411", "0,00"), fec_row("77", "701", "0,00")]
    yield "form nothing moved", fec_bytes(rows + zeros)


def balances_of(content):
    """What a file adds up to, read by csv and Decimal: {account: balance}.

    :raises ValueError: when it cannot be said; such a file has to be refused
    """
    for encoding in ("utf-8-sig", "iso-8859-15"):
        try:
            text = content.decode(encoding)
            break
        except UnicodeDecodeError:
            continue
    # what the tax office's own tool reads as blanks
    text = text.replace("\x00", "").translate(dict.fromkeys(range(1, 9), " "))
    text = text.replace("\r\r\n", "\n").replace("\r\n", "\n")
    text = text if "\n" in text else text.replace("\r", "\n")
    head = text.partition("\n")[0]
    separator = max("\t|;", key=head.count)
    quoting = csv.QUOTE_MINIMAL if separator == ";" else csv.QUOTE_NONE
    names, *rows = csv.reader(
        io.StringIO(text, newline="\n"), delimiter=separator, quoting=quoting
    )
    names = [name.strip().lower() for name in names]
    balances = {}
    for row in rows:
        if not any(cell.strip() for cell in row):
            continue
        cells = dict(zip(names, (cell.strip() for cell in row), strict=False))
        if "sens" in cells:
            sign = {"D": 1, "+1": 1, "C": -1, "-1": -1}[cells["sens"]]
            amount = sign * _number(cells["montant"])
        else:
            amount = _number(cells["debit"]) - _number(cells["credit"])
        account = cells["comptenum"]
        balances[account] = balances.get(account, 0) + amount
    return balances


def _number(text):
    if text.endswith("-"):
        text = "-" + text[:-1]
    try:
        return Decimal(text.replace(",", ".") or "0")
    except InvalidOperation as error:
        raise ValueError(text) from error
