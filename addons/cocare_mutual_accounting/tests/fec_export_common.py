"""Ledger files written by hand, apart from the reader and the writer of the suite."""

import io

from .. import fec_verdict

HEADER = (
    "JournalCode JournalLib EcritureNum EcritureDate CompteNum CompteLib CompAuxNum "
    "CompAuxLib PieceRef PieceDate EcritureLib Debit Credit EcritureLet DateLet "
    "ValidDate Montantdevise Idevise"
).split()
NAME = "732829320FEC20251231.txt"


def row(number, account, debit="0,00", credit="0,00", **values):
    """One line as {column: text}."""
    day = values.pop("EcritureDate", "20250131")
    return {
        **dict.fromkeys(HEADER, ""),
        "JournalCode": "VE",
        "JournalLib": "Ventes",
        "EcritureNum": number,
        "EcritureDate": day,
        "CompteNum": account,
        "CompteLib": f"Compte {account}",
        "PieceRef": f"F{number}",
        "PieceDate": day,
        "EcritureLib": "Nectar",
        "Debit": debit,
        "Credit": credit,
        "ValidDate": "20260110",
        **values,
    }


def entry(number, cents="12,50", **values):
    """A sale: two lines that balance."""
    return [
        row(number, "411000", cents, **values),
        row(number, "701000", "0,00", cents, **values),
    ]


def ledger(rows, separator="|", end="\r\n", encoding="utf-8", header=HEADER):
    """:return: bytes of a file with these lines"""
    lines = [separator.join(header)]
    lines += [separator.join(cells[name] for name in header) for cells in rows]
    return (end.join(lines) + end).encode(encoding)


def verdict(content, filename=NAME, **known):
    """:return: the verdict on these bytes"""
    if not isinstance(content, bytes):
        content = ledger(content)
    return fec_verdict.check(io.BytesIO(content), filename, **known)


def codes(found, side):
    """:return: {code: count} of a side"""
    counts = {}
    for finding in found.findings:
        if finding.side == side:
            counts[finding.code] = counts.get(finding.code, 0) + finding.count
    return counts
