r"""Read an OFX file, 1 (SGML) or 2 (XML), as banks give it to accounting software.

Pure module. OFX has one balance, the closing one: the opening one is what remains when
the movements are taken off, so a missing line shows only against the statement before.

>>> one = '''OFXHEADER:100
... ENCODING:UTF-8
...
... <OFX><BANKMSGSRSV1><STMTTRNRS><STMTRS><CURDEF>EUR
... <BANKACCTFROM><BANKID>30006<BRANCHID>00001<ACCTID>12345678901</BANKACCTFROM>
... <BANKTRANLIST><DTSTART>20261001<DTEND>20261031
... <STMTTRN><TRNTYPE>DEBIT<DTPOSTED>20261012<TRNAMT>-12.50<FITID>1<NAME>FRAIS</STMTTRN>
... </BANKTRANLIST><LEDGERBAL><BALAMT>100.00<DTASOF>20261031</LEDGERBAL>
... </STMTRS></STMTTRNRS></BANKMSGSRSV1></OFX>'''
>>> [statement], problems = read(one.encode())
>>> problems, statement.iban, statement.opening, statement.closing
([], 'FR7630006000011234567890189', 11250, 10000)
"""

import html
import re

from .bank_statement import (
    MAX_LINES,
    Line,
    Problem,
    Refused,
    Statement,
    cents_of,
    check,
    day_of,
    decode,
    iban_of,
    is_iban,
    tidy,
)

_TOKEN = re.compile(r"<(/?)([A-Z][A-Z0-9._]{0,40})>([^<]*)", re.ASCII)
_DAY = re.compile(r"(\d{4})(\d{2})(\d{2})(?:\d{4}(?:\d{2})?.*)?", re.ASCII)
MAX_DEPTH = 12


def recognises(data):
    return bool(re.search(rb"OFXHEADER|<OFX>", data[:2048]))


def read(data):
    """Return the list of :class:`Statement` of ``data`` and the list of problems.

    :raise Refused: nothing of it can be read
    """
    text, _encoding = decode(data)
    if re.search(r"<!\s*(?:DOCTYPE|ENTITY)", text, re.IGNORECASE):
        raise Refused("doctype")
    start = text.find("<OFX>")
    root = _Node("OFX", 1) if start < 0 else _tree(text, start)
    statements, problems = [], []
    for response in root.every("STMTRS"):
        statement, found = _statement(response)
        statements.append(statement)
        problems += found
    if not statements:
        code = "ofx_card" if root.every("CCSTMTRS") else "no_statement"
        raise Refused(code)
    return statements, problems


class _Node:
    """An element: its name, its line, its text or its children."""

    def __init__(self, name, line, text=""):
        self.name, self.line, self.text = name, line, text
        self.children = []

    def every(self, name):
        """All elements of a name, at any depth, in order."""
        return [
            found
            for child in self.children
            for found in ([child] if child.name == name else child.every(name))
        ]

    def one(self, *path):
        """Text at the end of a path, ``""`` where there is none; twice is refused."""
        node = self
        for name in path:
            found = [child for child in node.children if child.name == name]
            if len(found) > 1:
                raise Refused("twice", found[1].line, text=name)
            if not found:
                return ""
            node = found[0]
        return node.text


def _tree(text, start):
    """The tree of the elements from ``start`` on; in SGML leaves are not closed."""
    root = _Node("", 0)
    stack, end, leaf = [root], start, None
    for token in _TOKEN.finditer(text, start):
        if token.start() != end:
            raise Refused("malformed", text.count("\n", 0, end) + 1)
        end = token.end()
        closing, name, value = token[1], token[2], html.unescape(token[3]).strip()
        if closing:
            if leaf and leaf.name == name and not value:
                leaf = None
            elif len(stack) > 1 and stack[-1].name == name and not value:
                stack.pop()
                leaf = None
            else:
                raise Refused("malformed", text.count("\n", 0, token.start()) + 1)
            continue
        node = _Node(name, text.count("\n", 0, token.start()) + 1, value)
        stack[-1].children.append(node)
        leaf = node if value or _closes_at_once(text, end, name) else None
        if not leaf:
            stack.append(node)
            if len(stack) > MAX_DEPTH:
                raise Refused("malformed", node.line)
    if len(stack) > 1 or end != len(text):
        raise Refused("ofx_cut", text.count("\n", 0, end) + 1)
    return root


def _closes_at_once(text, end, name):
    return text.startswith(f"</{name}>", end)


def _statement(response):
    problems = []
    account = [node for node in response.children if node.name == "BANKACCTFROM"]
    number = response.line
    bank, branch, number_of = (
        (account[0].one(name) for name in ("BANKID", "BRANCHID", "ACCTID"))
        if len(account) == 1
        else ("", "", "")
    )
    number_of = number_of.replace(" ", "").upper()
    statement = Statement(
        iban=number_of if is_iban(number_of) else iban_of(bank, branch, number_of),
        account=tidy(f"{bank} {branch} {number_of}"),
        currency=response.one("CURDEF"),
        number=number,
    )
    if not number_of:
        problems.append(Problem("no_account", number))
    movements = response.every("STMTTRN")
    if len(movements) > MAX_LINES:
        raise Refused("too_many_lines", movements[MAX_LINES].line, limit=MAX_LINES)
    for movement in movements:
        line = _line(movement, problems)
        if line:
            statement.lines.append(line)
    for attribute, name in (("first", "DTSTART"), ("last", "DTEND")):
        text = response.one("BANKTRANLIST", name)
        if text:
            day = _day(response, text, problems)
            setattr(statement, f"{attribute}_announced", day)
    statement.closing = _cents(
        response, response.one("LEDGERBAL", "BALAMT"), problems, "no_closing"
    )
    statement.closing_day = _day(
        response, response.one("LEDGERBAL", "DTASOF"), problems
    )
    if not problems:
        problems += _references(movements)
        total = sum(line.cents for line in statement.lines)
        statement.opening = statement.closing - total
        problems += check(statement)
    return statement, problems


def _line(movement, problems):
    known = len(problems)
    cents = _cents(movement, movement.one("TRNAMT"), problems, "no_amount")
    day = _day(movement, movement.one("DTPOSTED"), problems)
    if len(problems) > known:
        return None
    name = tidy(movement.one("NAME") or movement.one("PAYEE", "NAME"))
    label = tidy(f"{name} {movement.one('MEMO')}")
    reference = tidy(movement.one("FITID"))
    return Line(
        movement.line, day, cents, label or reference or "/", reference=reference
    )


def _references(movements):
    """The reference of a movement is its own within a file: twice, it is told twice."""
    seen, problems = {}, []
    for movement in movements:
        key = movement.one("FITID")
        if key and key in seen:
            values = {"text": key, "other": seen[key]}
            problems.append(Problem("ofx_reference", movement.line, values))
        seen[key] = movement.line
    return problems


def _cents(node, text, problems, missing):
    """Cents of an amount; some French banks write a decimal comma."""
    if not text:
        problems.append(Problem(missing, node.line))
        return None
    try:
        return cents_of(re.sub(r"^([+-]?\d+),(\d{1,2})$", r"\1.\2", text))
    except ValueError:
        problems.append(Problem("amount", node.line, {"text": text}))
        return None


def _day(node, text, problems):
    match = _DAY.fullmatch(text)
    try:
        if not match:
            raise ValueError(text)
        return day_of(*map(int, match.groups()))
    except ValueError:
        code = "day" if text else "no_day"
        problems.append(Problem(code, node.line, {"text": text}))
        return None
