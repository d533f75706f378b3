"""Read a camt.053 file, the statement of accounts of ISO 20022.

Pure module: bytes in, statements and problems out. Amounts are those of the entries
that are booked; their sign is the one of the entry, a reversal included (ISO 20022:
``CdtDbtInd`` tells which way the money went). What a file says twice (totals of the
statement, both opening balances) has to agree.
"""

import re

from . import strict_xml
from .bank_statement import (
    MAX_LINES,
    Line,
    Problem,
    Refused,
    Statement,
    cents_of,
    check,
    iso_day,
    tidy,
)

_NAMESPACE = re.compile(
    r"urn:iso:std:iso:20022:tech:xsd:(camt\.05[234])\.001\.(\d{2})", re.ASCII
)
VERSIONS = range(2, 14)
SIGNS = {"CRDT": 1, "DBIT": -1}
#: what may stand in a statement; an unknown name is a movement that would be lost
STATEMENT_PARTS = frozenset(
    "Id StmtPgntn ElctrncSeqNb RptgSeq LglSeqNb CreDtTm FrToDt CpyDplctInd RptgSrc Acct"
    " RltdAcct Intrst Bal TxsSummry Ntry AddtlStmtInf".split()
)
_DAY_TIME = re.compile(r"(\d{4}-\d{2}-\d{2})(?:T\d{2}:\d{2}:\d{2}.*)?", re.ASCII)


def recognises(data):
    """Tell whether ``data`` looks like the XML of a bank, of any kind."""
    return bool(re.search(rb"iso:20022:tech:xsd:camt|<BkToCstmr", data[:4096]))


def read(data):
    """Return the list of :class:`Statement` of ``data`` and the list of problems.

    :raise Refused: nothing of it can be read
    """
    root = strict_xml.parse(data)
    tag = re.fullmatch(r"\{(.*)\}Document", root.tag)
    match = tag and _NAMESPACE.fullmatch(tag[1])
    if not match:
        raise Refused("not_camt", root.sourceline)
    if match[1] != "camt.053" or int(match[2]) not in VERSIONS:
        raise Refused("camt_kind", root.sourceline, text=f"{match[1]}.001.{match[2]}")
    reader = _Reader(tag[1])
    return reader.statements(root), reader.problems


class _Reader:
    def __init__(self, namespace):
        self.namespace = namespace
        self.problems = []
        self.count = 0

    # the tree

    def all(self, node, name):
        return node.findall(f"{{{self.namespace}}}{name}") if node is not None else []

    def one(self, node, *path):
        """The element at ``path``, ``None`` where there is none; twice is refused."""
        for name in path:
            found = self.all(node, name)
            if len(found) > 1:
                raise Refused("twice", found[1].sourceline, text=name)
            node = found[0] if found else None
        return node

    def text(self, node, *path):
        found = self.one(node, *path)
        if found is None:
            return ""
        if len(found):
            raise Refused("camt_text", found.sourceline, text=path[-1] if path else "")
        return (found.text or "").strip()

    def problem(self, code, node, level="error", **values):
        self.problems.append(Problem(code, node.sourceline, values, level))

    # what it says

    def statements(self, root):
        message = self.one(root, "BkToCstmrStmt")
        found = self.all(message, "Stmt")
        if not found:
            raise Refused("no_statement", root.sourceline)
        return [self.statement(node) for node in found]

    def statement(self, node):
        for child in node:
            name = child.tag.rpartition("}")[2]
            if child.tag != f"{{{self.namespace}}}{name}" or (
                name not in STATEMENT_PARTS
            ):
                self.problem("camt_unknown", child, text=name)
        page = self.one(node, "StmtPgntn")
        if page is not None and (
            self.text(page, "PgNb").lstrip("0") != "1"
            or self.text(page, "LastPgInd") not in ("true", "1")
        ):
            self.problem("camt_page", page)
        statement = Statement(
            iban=self.text(node, "Acct", "Id", "IBAN").replace(" ", "").upper(),
            account=tidy(self.text(node, "Acct", "Id", "Othr", "Id")),
            currency=self.text(node, "Acct", "Ccy"),
            name=tidy(self.text(node, "Id")),
            number=node.sourceline,
        )
        known = len(self.problems)
        self.period(node, statement)
        self.balances(node, statement)
        for entry in self.all(node, "Ntry"):
            self.entry(entry, statement)
        self.totals(node, statement)
        if len(self.problems) == known or not self.broken(known):
            self.problems += check(statement)
        return statement

    def broken(self, known):
        return any(problem.level == "error" for problem in self.problems[known:])

    def period(self, node, statement):
        period = self.one(node, "FrToDt")
        for attribute, name in (("first", "FrDtTm"), ("last", "ToDtTm")):
            text = self.text(period, name) if period is not None else ""
            if not text:
                continue
            try:
                setattr(statement, f"{attribute}_announced", _day(text))
            except ValueError:
                self.problem("day", period, text=text)

    def balances(self, node, statement):
        openings = {}
        for balance in self.all(node, "Bal"):
            kind = self.text(balance, "Tp", "CdOrPrtry", "Cd")
            if kind not in ("OPBD", "PRCD", "CLBD"):
                continue
            amount = self.amount(balance, statement)
            day = self.day(balance, "Dt")
            if amount is None or day is None:
                continue
            if kind == "CLBD":
                if statement.closing is not None:
                    self.problem("twice", balance, text="CLBD")
                statement.closing, statement.closing_day = amount, day
            elif openings and amount not in openings.values():
                self.problem("camt_openings", balance)
            openings |= {} if kind == "CLBD" else {kind: amount}
        statement.opening = next(iter(openings.values()), None)

    def amount(self, node, statement):
        """Cents of an entry or a balance with its sign; ``None`` after a problem."""
        found = self.one(node, "Amt")
        if found is None:
            self.problem("no_amount", node)
            return None
        text, currency = self.text(node, "Amt"), found.get("Ccy", "")
        statement.currency = statement.currency or currency
        if currency != statement.currency:
            values = {"found": currency, "expected": statement.currency}
            self.problem("line_currency", found, **values)
            return None
        try:
            cents = cents_of(text)
        except ValueError:
            self.problem("amount", found, text=text)
            return None
        if cents < 0:
            self.problem("amount_signed", found, text=text)
            return None
        way = self.text(node, "CdtDbtInd")
        if way not in SIGNS:
            self.problem("camt_way", node, text=way)
            return None
        return SIGNS[way] * cents

    def day(self, node, name):
        """The date of ``name``, given as a day or a time; ``None`` after a problem."""
        found = self.one(node, name)
        text = (
            self.text(found, "Dt") or self.text(found, "DtTm")
            if found is not None
            else ""
        )
        try:
            return _day(text)
        except ValueError:
            self.problem("day" if text else "no_day", node, text=text)
            return None

    def entry(self, node, statement):
        self.count += 1
        if self.count > MAX_LINES:
            raise Refused("too_many_lines", node.sourceline, limit=MAX_LINES)
        status = self.one(node, "Sts")
        code = (
            ""
            if status is None
            else (self.text(status, "Cd") if len(status) else self.text(node, "Sts"))
        )
        if code in ("PDNG", "INFO", "FUTR"):
            self.problem("not_booked", node, "warning")
            return
        if code != "BOOK":
            self.problem("camt_status", node, text=code)
            return
        cents, day = self.amount(node, statement), self.day(node, "BookgDt")
        if cents is None or day is None:
            return
        partner, account, label = self.details(node, cents)
        reference = self.text(node, "AcctSvcrRef") or self.text(node, "NtryRef")
        statement.lines.append(
            Line(
                node.sourceline,
                day,
                cents,
                label or tidy(reference) or "/",
                partner,
                account,
                tidy(reference),
            )
        )

    def details(self, node, cents):
        """Who and why: of the transaction when the entry is one, else of the batch."""
        extra = tidy(self.text(node, "AddtlNtryInf"))
        found = [
            details
            for group in self.all(node, "NtryDtls")
            for details in self.all(group, "TxDtls")
        ]
        if len(found) != 1:
            return "", "", extra
        parties = self.one(found[0], "RltdPties")
        other = "Dbtr" if cents > 0 else "Cdtr"
        name = self.text(parties, other, "Nm") or self.text(parties, other, "Pty", "Nm")
        account = self.text(parties, f"{other}Acct", "Id", "IBAN").replace(" ", "")
        info = self.one(found[0], "RmtInf")
        texts = [self.text(part) for part in self.all(info, "Ustrd")]
        for structured in self.all(info, "Strd"):
            texts.append(self.text(structured, "CdtrRefInf", "Ref"))
        texts.append(extra or self.text(found[0], "AddtlTxInf"))
        label = tidy(" ".join(dict.fromkeys(text for text in texts if text)))
        return tidy(name), account, label or extra

    def totals(self, node, statement):
        """Counts and sums that the bank gives beside the entries."""
        summary = self.one(node, "TxsSummry")
        if summary is None:
            return
        lines = statement.lines
        for name, kept in (
            ("TtlNtries", lines),
            ("TtlCdtNtries", [line for line in lines if line.cents > 0]),
            ("TtlDbtNtries", [line for line in lines if line.cents < 0]),
        ):
            said = self.one(summary, name)
            if said is None:
                continue
            count, total = self.text(said, "NbOfNtries"), self.text(said, "Sum")
            real = sum(abs(line.cents) for line in kept)
            try:
                wrong = (count and int(count) != len(kept)) or (
                    total and cents_of(total) != real
                )
            except ValueError:
                wrong = True
            if wrong and not self.has_unbooked(node):
                values = {"count": count or "–", "total": total or "–"}
                self.problem("camt_totals", said, found=len(kept), real=real, **values)

    def has_unbooked(self, node):
        """Whether entries were left out, which the bank may have counted."""
        lines = {entry.sourceline for entry in self.all(node, "Ntry")}
        return any(
            problem.code == "not_booked" and problem.line in lines
            for problem in self.problems
        )


def _day(text):
    """The day of a date, or of a time of the country where the bank is.

    >>> _day("2026-10-31T23:59:59+01:00")
    datetime.date(2026, 10, 31)
    """
    match = _DAY_TIME.fullmatch(text)
    if not match:
        raise ValueError(text)
    return iso_day(match[1])
