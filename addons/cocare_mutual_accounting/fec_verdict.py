"""Two verdicts on a ledger file (FEC), ours or one that was received.

Pure module: a binary file in, findings out, read line by line; nothing is written.

1. *office*: what the tax office's tool says (``fec_office.py``): ``conform``, also with
   alerts; ``not_conform`` where data that the law asks for are missing; ``blocked``
   where it refuses the file.
2. *books*: what that tool does not check (``fec_ledger_check.py``): ``clean`` or
   ``findings``.

>>> from io import BytesIO
>>> from odoo.addons.cocare_mutual_accounting.fec_fields import COLUMNS
>>> row = "VE|Sales|{}|20250131|{}|x|||F1|20250131|x|{}|{}|||20250201||"
>>> rows = ["|".join(COLUMNS), row.format(1, "411", "12,50", "0,00"),
...         row.format(1, "701", "0,00", "12,50")]
>>> verdict = check(BytesIO("\\n".join(rows).encode()), "732829320FEC20251231.txt")
>>> verdict.office, verdict.books, verdict.lines, verdict.entries, verdict.debit
('conform', 'clean', 2, 1, Decimal('12.5'))
>>> rows[2] = row.format(3, "701", "0,00", "12,40")
>>> verdict = check(BytesIO("\\n".join(rows).encode()), "732829320FEC20251231.txt")
>>> verdict.office, [finding.code for finding in verdict.findings]
('conform', ['unbalanced_file', 'unbalanced', 'hole'])
"""

from dataclasses import dataclass, field
from decimal import Decimal

from .fec_findings import BLOCKING, BOOKS, MISSING, OFFICE, TOLD, Findings
from .fec_ledger_check import LedgerCheck
from .fec_lines import Lines
from .fec_office import OfficeCheck

SEPARATOR_NAMES = {"\t": "tab", "|": "pipe"}


@dataclass(slots=True)
class Verdict:
    office: str
    books: str
    #: of :class:`fec_findings.Finding`, the worst first
    findings: list = field(default_factory=list)
    encoding: str = ""
    separator: str = ""
    lines: int = 0
    entries: int = 0
    debit: Decimal = Decimal()
    credit: Decimal = Decimal()


def check(stream, filename, exercise=None, siren=""):
    """
    :param stream: binary file, at its beginning
    :param str filename: as it would be handed to the tax office
    :param exercise: (first day, last day) where it is known
    :param str siren: of the firm, where it is known
    :return: :class:`Verdict`; never raises on what the file holds
    """
    findings = Findings()
    lines = Lines(stream)
    office = OfficeCheck(findings, filename)
    place = office.read_header(lines.names)
    totals = ()
    if place:
        ledger = LedgerCheck(findings, filename, exercise, siren)
        ledger.read_header(place)
        for number, cells in lines:
            if office.look(number, cells):
                ledger.look(number, cells)
            else:
                ledger.skip()
        office.finish()
        totals = ledger.finish()
    if lines.is_mixed:
        findings.add(BOOKS, "mixed_encoding", TOLD)
    return Verdict(
        _office(findings.levels(OFFICE)),
        "findings" if findings.levels(BOOKS) else "clean",
        findings.sorted(),
        lines.encoding,
        SEPARATOR_NAMES[lines.separator],
        *totals,
    )


def _office(levels):
    if BLOCKING in levels:
        return "blocked"
    return "not_conform" if MISSING in levels else "conform"
