"""Bank files for tests: whole ones of every format, and what can happen to them.

Deterministic: the same files in the same order, each with a name that says what it is.
"""

import io
import zipfile
from datetime import date

import openpyxl

IBAN = "FR7630006000011234567890189"
OTHER_IBAN = "FR7610107001011234567890129"
#: cents, label, partner: a month that opens at 1 000,00 and closes at 2 159,50
OPENING, CLOSING = 100000, 215950
MOVEMENTS = (
    (date(2026, 10, 1), -80050, "Loyer octobre", "SCI du Ried"),
    (date(2026, 10, 5), 250000, "Virement AMAP d'Élise", "AMAP d'Élise"),
    (date(2026, 10, 5), -1250, "Frais de tenue de compte", ""),
    (date(2026, 10, 5), -1250, "Frais de tenue de compte", ""),
    (date(2026, 10, 31), -51500, "Cotisations MSA", "MSA d'Alsace"),
)


def _decimal(cents, mark="."):
    return f"{abs(cents) // 100}{mark}{abs(cents) % 100:02}"


def _signed(cents, mark=","):
    return f"{'-' if cents < 0 else ''}{_decimal(cents, mark)}"


def camt(
    movements=MOVEMENTS,
    opening=OPENING,
    iban=IBAN,
    version="02",
    currency="EUR",
    **more,
):
    """One statement as camt.053; ``closing`` when it must not be the right one."""
    closing = more.get("closing", opening + sum(m[1] for m in movements))
    days = [movement[0] for movement in movements] or [date(2026, 10, 31)]
    status = "<Sts>BOOK</Sts>" if version == "02" else "<Sts><Cd>BOOK</Cd></Sts>"
    entries = []
    for rank, (day, cents, label, partner) in enumerate(movements, start=1):
        way, other = ("CRDT", "Dbtr") if cents > 0 else ("DBIT", "Cdtr")
        named = f"<Nm>{partner}</Nm>"
        if version != "02":
            named = f"<Pty>{named}</Pty>"
        party = partner and (f"<RltdPties><{other}>{named}</{other}></RltdPties>")
        entries.append(
            f'<Ntry><Amt Ccy="{currency}">{_decimal(cents)}</Amt>'
            f"<CdtDbtInd>{way}</CdtDbtInd>{status}<BookgDt><Dt>{day}</Dt></BookgDt>"
            f"<ValDt><Dt>{day}</Dt></ValDt><AcctSvcrRef>R{rank}</AcctSvcrRef>"
            f"<NtryDtls><TxDtls>{party}<RmtInf><Ustrd>{label}</Ustrd></RmtInf>"
            f"</TxDtls></NtryDtls></Ntry>"
        )

    def balance(kind, cents, day):
        way = "CRDT" if cents >= 0 else "DBIT"
        return (
            f"<Bal><Tp><CdOrPrtry><Cd>{kind}</Cd></CdOrPrtry></Tp>"
            f'<Amt Ccy="{currency}">{_decimal(cents)}</Amt><CdtDbtInd>{way}</CdtDbtInd>'
            f"<Dt><Dt>{day}</Dt></Dt></Bal>"
        )

    last = max(days)
    return "\n".join(
        [
            '<?xml version="1.0" encoding="UTF-8"?>',
            f'<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.{version}">',
            "<BkToCstmrStmt><GrpHdr><MsgId>M1</MsgId></GrpHdr>",
            f"<Stmt><Id>{more.get('name', 'S202610')}</Id>"
            f"<FrToDt><FrDtTm>{min(days)}T00:00:00</FrDtTm>"
            f"<ToDtTm>{last}T23:59:59</ToDtTm></FrToDt>"
            f"<Acct><Id><IBAN>{iban}</IBAN></Id><Ccy>{currency}</Ccy></Acct>",
            balance("OPBD", opening, min(days)),
            balance("CLBD", closing, last),
            *entries,
            "</Stmt></BkToCstmrStmt></Document>",
            "",
        ]
    ).encode()


def csv(movements=MOVEMENTS, opening=OPENING, encoding="utf-8", balance=True):
    """A table with a column of balances, the account above it."""
    lines = [f"Compte;{IBAN};;;"] if balance else []
    lines.append("Date;Libellé;Tiers;Montant" + ";Solde" * balance)
    total = opening
    for day, cents, label, partner in movements:
        total += cents
        cells = [f"{day:%d/%m/%Y}", label, partner, _signed(cents)]
        lines.append(";".join([*cells, _signed(total)] if balance else cells))
    return ("\r\n".join(lines) + "\r\n").encode(encoding)


def xlsx(movements=MOVEMENTS, opening=OPENING, change=None):
    """The same table as a workbook; ``change`` works on its sheet."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(["Compte", IBAN])
    sheet.append(["Date", "Libellé", "Tiers", "Débit", "Crédit", "Solde"])
    total = opening
    for day, cents, label, partner in movements:
        total += cents
        debit = -cents / 100 if cents < 0 else None
        credit = cents / 100 if cents > 0 else None
        sheet.append([day, label, partner, debit, credit, total / 100])
    if change:
        change(sheet)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def punched(cents):
    last = ("{ABCDEFGHI" if cents >= 0 else "}JKLMNOPQR")[abs(cents) % 10]
    return f"{abs(cents) // 10:013}{last}"


def cfonb(movements=MOVEMENTS, opening=OPENING, closing=None, end="\r\n"):
    """One statement as CFONB 120."""
    bank, branch, account = IBAN[4:9], IBAN[9:14], IBAN[14:25]
    closing = opening + sum(m[1] for m in movements) if closing is None else closing

    def record(kind, day, text, cents, reference=""):
        start = f"{kind}{bank}    {branch}EUR2 {account}  {day:%d%m%y}"
        return f"{start}{text:<50}"[:90] + punched(cents) + f"{reference:<16}"

    records = [record("01", date(2026, 9, 30), "", opening)]
    for rank, (day, cents, label, partner) in enumerate(movements, start=1):
        text = f"  {day:%d%m%y}{label[:31]:<31}  {rank:07}"
        records.append(record("04", day, text, cents))
        if partner:
            start = f"05{bank}    {branch}EUR2 {account}  {day:%d%m%y}     NPY"
            records.append(f"{start}{partner:<70}"[:118].ljust(120))
    records.append(record("07", max(m[0] for m in movements), "", closing))
    return (end.join(records) + end).encode("cp1252")


def ofx(movements=MOVEMENTS, closing=CLOSING):
    """One statement as OFX 1 (SGML)."""
    bank, branch, account = IBAN[4:9], IBAN[9:14], IBAN[14:25]
    entries = [
        f"<STMTTRN>\n<TRNTYPE>{'CREDIT' if cents > 0 else 'DEBIT'}\n"
        f"<DTPOSTED>{day:%Y%m%d}\n<TRNAMT>{_signed(cents, '.')}\n<FITID>F{rank}\n"
        f"<NAME>{label}\n</STMTTRN>"
        for rank, (day, cents, label, _partner) in enumerate(movements, start=1)
    ]
    return "\n".join(
        [
            "OFXHEADER:100\nDATA:OFXSGML\nVERSION:102\nENCODING:UTF-8\n",
            "<OFX>\n<BANKMSGSRSV1>\n<STMTTRNRS>\n<STMTRS>\n<CURDEF>EUR",
            f"<BANKACCTFROM>\n<BANKID>{bank}\n<BRANCHID>{branch}\n<ACCTID>{account}",
            "<ACCTTYPE>CHECKING\n</BANKACCTFROM>",
            "<BANKTRANLIST>\n<DTSTART>20261001\n<DTEND>20261031",
            *entries,
            f"</BANKTRANLIST>\n<LEDGERBAL>\n<BALAMT>{_signed(closing, '.')}",
            "<DTASOF>20261031\n</LEDGERBAL>\n</STMTRS>\n</STMTTRNRS>",
            "</BANKMSGSRSV1>\n</OFX>\n",
        ]
    ).encode()


def zipped(**members):
    """An archive of texts, ``{name: bytes}``; dots of names are written ``__``."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name.replace("__", "."), content)
    return stream.getvalue()


def _bombs():
    zeros = b"0" * (30 * 2**20)
    inner = zipped(a__xml=zeros)
    yield "zip of one statement", zipped(statement__xml=camt())
    yield "zip bomb", zipped(statement__xml=zeros)
    yield "nested zip", zipped(inner__zip=inner)
    yield "workbook bomb", _workbook_with("xl/worksheets/sheet1.xml", zeros)
    yield (
        "workbook with entities",
        _workbook_with(
            "xl/sharedStrings.xml", b'<!DOCTYPE a [<!ENTITY x "y">]><sst>&x;</sst>'
        ),
    )
    yield (
        "workbook of many members",
        _workbook_with(
            *(item for n in range(300) for item in (f"xl/{n}.xml", b"<a/>"))
        ),
    )
    yield "workbook without sheet", _workbook_with("xl/worksheets/sheet1.xml", b"")
    yield "old workbook", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 512


def _workbook_with(*pairs):
    """A workbook where some members hold something else."""
    changed = dict(zip(pairs[::2], pairs[1::2], strict=True))
    stream = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(xlsx())) as source,
        zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as target,
    ):
        for name in source.namelist():
            kept = source.read(name)
            target.writestr(name, changed.pop(name, kept))
        for name, content in changed.items():
            target.writestr(name, content)
    return stream.getvalue()


def _camt_texts():
    """Pairs of texts of the camt file: what is there, and what is wrong instead."""
    amounts = (
        *("NaN", "Infinity", "-Infinity", "1e9", "2.500,00", "2500,00", "2 500.00"),
        *("2500.001", "", "-2500.00", "0x9C4", "٢٥٠٠", "99999999999999999999.00"),
        *("2500.0.0", "+-2500", "1_000", "2500.00 EUR", "null", "2499.99", "25000.00"),
        *("2500.000000000000000001", "−2500.00", "1e400", "=2500", "2500.00\n1"),
    )
    for text in amounts:
        yield f"amount {text!r}", ">2500.00<", f">{text}<"
    for text in (
        "2026-02-30",
        "2026-13-01",
        "05/10/2026",
        "",
        "0000-00-00",
        "9999-12-31",
        "2026-10-5",
        "20261005",
        "2026-W40-1",
        "now",
        "1926-10-05",
    ):
        yield f"date {text!r}", "<BookgDt><Dt>2026-10-31<", f"<BookgDt><Dt>{text}<"
    for text in ("CREDIT", "C", "", "crdt", "DBIT ", "CRDTDBIT"):
        yield (
            f"way {text!r}",
            "<CdtDbtInd>CRDT</CdtDbtInd><Sts>",
            (f"<CdtDbtInd>{text}</CdtDbtInd><Sts>"),
        )
    for text in ("", "BOOKED", "book", "XXX"):
        yield f"status {text!r}", "<Sts>BOOK</Sts>", f"<Sts>{text}</Sts>"
    for tag in (
        "Ntry",
        "Amt",
        "Bal",
        "Acct",
        "Stmt",
        "IBAN",
        "BookgDt",
        "CdtDbtInd",
        "Sts",
    ):
        yield f"element {tag} renamed", f"<{tag}", f"<{tag}x"
        yield f"element {tag} not closed", f"</{tag}>", ""
    yield "no opening balance", "OPBD", "ITBD"
    yield "no closing balance", "CLBD", "CLAV"
    yield "two closing balances", "OPBD", "CLBD"
    yield "wrong iban", IBAN, IBAN[:-1] + "8"
    yield "iban of nobody", IBAN, OTHER_IBAN
    yield "iban is empty", IBAN, ""
    yield "iban is long", IBAN, IBAN * 50
    yield "in dollars", "EUR", "USD"
    yield "one amount in dollars", 'Ccy="EUR">2500', 'Ccy="USD">2500'
    yield "no currency", ' Ccy="EUR"', ""
    yield "other message", "camt.053.001.02", "camt.054.001.02"
    yield "unknown version", "camt.053.001.02", "camt.053.001.99"
    yield "no namespace", ' xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.02"', ""
    yield "movement outside the period", "<FrDtTm>2026-10-01", "<FrDtTm>2026-10-03"
    yield (
        "first page",
        "<FrToDt>",
        ("<StmtPgntn><PgNb>1</PgNb><LastPgInd>false</LastPgInd></StmtPgntn><FrToDt>"),
    )
    yield (
        "wrong totals",
        "<Ntry>",
        (
            "<TxsSummry><TtlNtries><NbOfNtries>9</NbOfNtries></TtlNtries></TxsSummry><Ntry>"
        ),
    )
    yield "movement twice in one", "<Amt Ccy", '<Amt Ccy="EUR">1.00</Amt><Amt Ccy'
    yield "elements in an amount", ">2500.00<", "><b>2500.00</b><"
    yield "entity that is not declared", "Loyer", "&loyer;"
    yield "null character", "Loyer", "Loy\0er"
    yield "character reference", "Loyer", "&#0;"
    yield "bare ampersand", "Loyer", "Loyer & charges"
    yield "wrong encoding declared", "UTF-8", "UTF-16"
    yield "unknown encoding declared", "UTF-8", "EBCDIC-CP-FR"
    yield "pending movement", "<Sts>BOOK</Sts>", "<Sts>PDNG</Sts>"


def _camt_files():
    whole = camt()
    text = whole.decode()
    for percent in range(2, 100, 4):
        yield f"cut at {percent} %", whole[: len(whole) * percent // 100]
    for name, found, instead in _camt_texts():
        assert found in text, name
        yield name, text.replace(found, instead, 1).encode("utf-8", "surrogatepass")
    entities = "".join(f'<!ENTITY l{n + 1} "{f"&l{n};" * 10}">' for n in range(9))
    laughs = f'<!DOCTYPE x [<!ENTITY l0 "lol">{entities}]>'
    outside = '<!DOCTYPE x [<!ENTITY f SYSTEM "file:///etc/passwd">]>'
    include = '<!DOCTYPE x SYSTEM "http://127.0.0.1:9/x.dtd">'
    for name, kind, entity in (
        ("billion laughs", laughs, "&l9;"),
        ("file of the server", outside, "&f;"),
        ("type on another server", include, ""),
        ("parameter entity", '<!DOCTYPE x [<!ENTITY % p SYSTEM "file:///x">%p;]>', ""),
        ("type in small letters", "<!doctype x>", ""),
    ):
        changed = text.replace("<Document", f"{kind}<Document", 1)
        yield name, changed.replace("Loyer", entity or "Loyer", 1).encode()
    yield "deep", text.replace("Loyer", "<a>" * 5000 + "</a>" * 5000, 1).encode()
    yield "as UTF-16", text.encode("utf-16")
    yield "as Windows-1252 said UTF-8", text.encode("cp1252")
    yield "glued to itself", whole + whole
    yield "text before", b"x" + whole
    yield "text after", whole + b"x"
    yield "closing balance wrong", camt(closing=CLOSING + 1)
    yield "huge", whole.replace(b"Loyer", b"L" * (11 * 2**20), 1)
    yield "too many movements", camt(MOVEMENTS * 1200)
    yield (
        "same movement in two statements",
        text.replace(
            "</BkToCstmrStmt>",
            text[text.index("<Stmt>") : text.index("</BkToCstmrStmt>")]
            + "</BkToCstmrStmt>",
        ).encode(),
    )


def _csv_files():
    whole, text = csv(), csv().decode()
    for percent in range(5, 100, 9):
        yield f"cut at {percent} %", whole[: len(whole) * percent // 100]
    for bad in (
        "NaN",
        "Infinity",
        "1e9",
        "1.234",
        "1,234",
        "2500,001",
        "",
        "--2500,00",
        "2 50,00",
        "(2500,00)",
        "=2500",
        "2500,00$",
        "12,34,56",
        "٢٥٠٠,٠٠",
        "99999999999999,00",
        "2499,99",
        "-2500,00",
        "2500,00-+",
        "x",
    ):
        yield f"amount {bad!r}", text.replace(";2500,00;", f";{bad};").encode()
    for bad in (
        "31/02/2026",
        "2026-31-10",
        "10/31/2026",
        "",
        "31/10",
        "31-oct-2026",
        "31/10/1926",
        "20261031",
        "Total",
        "٣١/١٠/٢٠٢٦",
    ):
        yield f"date {bad!r}", text.replace("31/10/2026", bad).encode()
    for name in ("Date", "Libellé", "Montant", "Solde"):
        yield f"no column {name}", text.replace(name, "Colonne").encode()
        yield f"column {name} twice", text.replace("Tiers", name).encode()
    yield "only a header", "Date;Libellé;Montant;Solde\n".encode()
    yield "wrong iban above", text.replace(IBAN, OTHER_IBAN).encode()
    yield "wrong balance", text.replace("2159,50", "2159,51").encode()
    yield (
        "line left out",
        "\r\n".join(line for line in text.splitlines() if "Frais" not in line).encode(),
    )
    yield (
        "one line left out",
        text.replace(text.splitlines()[4] + "\r\n", "", 1).encode(),
    )
    yield (
        "lines in disorder",
        "\r\n".join(
            sorted(text.splitlines()[2:], reverse=True, key=lambda line: line[11:])
        )
        .join(["Date;Libellé;Tiers;Montant;Solde\r\n", ""])
        .encode(),
    )
    yield "more cells", text.replace("Frais de tenue", "Frais;de;tenue").encode()
    yield "quote not closed", text.replace("Loyer", '"Loyer', 1).encode()
    yield "as UTF-16", text.encode("utf-16")
    yield "null characters", whole.replace(b"Loyer", b"Lo\0er")
    yield "half UTF-8, half Windows-1252", whole + csv(encoding="cp1252")
    yield "UTF-8 with a broken letter", whole.replace("É".encode(), b"\xc3", 1)
    yield "one column", whole.replace(b";", b" ")
    yield "many columns", whole.replace(b";", b";" * 50)
    yield "too many lines", csv(MOVEMENTS * 1200)
    yield "no balances", csv(balance=False)


def _workbook_files():
    whole = xlsx()
    for percent in range(10, 100, 15):
        yield f"cut at {percent} %", whole[: len(whole) * percent // 100]

    def cell(place, value):
        return xlsx(change=lambda sheet: sheet.__setitem__(place, value))

    for name, place, value in (
        ("formula", "E4", "=1000+1500"),
        ("formula as date", "A4", "=TODAY()"),
        ("thin amount", "E4", 2500.001),
        ("huge amount", "E4", 1e300),
        ("amount as text", "E4", "deux mille"),
        ("error", "E4", "#REF!"),
        ("number as date", "A4", 45000),
        ("text as date", "A4", "hier"),
        ("debit and credit", "D4", 2500.0),
        ("neither", "E4", None),
        ("wrong balance", "F7", 1.0),
        ("no balance", "F5", None),
        ("iban of nobody", "B1", OTHER_IBAN),
        ("boolean", "E4", True),
        ("no label", "B4", None),
        ("credit below zero", "E4", -2500.0),
        ("column gone", "F2", "Autre"),
    ):
        yield name, cell(place, value)
    yield "far cell", cell("XFD1048576", "x")


def _cfonb_files():
    text = cfonb().decode("cp1252")
    lines = text.splitlines()
    for rank in range(len(lines)):
        left = lines[:rank] + lines[rank + 1 :]
        if not lines[rank].startswith("05"):
            yield f"record {rank + 1} left out", "\r\n".join(left).encode("cp1252")
        short = [*lines[:rank], lines[rank][:90], *lines[rank + 1 :]]
        if not lines[rank].startswith("05"):
            yield f"record {rank + 1} cut", "\r\n".join(short).encode("cp1252")
    right = punched(250000)
    for bad in (
        "000000002500}0",
        "0000000025000Z",
        "NaN           ",
        "000000002500.0",
        "              ",
        punched(-250000),
        punched(250001),
    ):
        yield f"amount {bad!r}", text.replace(right, bad).encode("cp1252")
    for bad in ("310226", "      ", "31/10/", "001026", "٣١١٠٢٦"[:6]):
        yield f"date {bad!r}", text.replace("311026", bad).encode("utf-8")
    yield (
        "other account in the middle",
        text.replace(lines[2], lines[2].replace("12345678901", "12345678902")).encode(
            "cp1252"
        ),
    )
    yield "in dollars", text.replace("EUR", "USD").encode("cp1252")
    yield "three decimals", text.replace("EUR2", "EUR3").encode("cp1252")
    yield "decimals not given", text.replace("EUR2", "EUR ").encode("cp1252")
    yield "unknown record", text.replace("\r\n04", "\r\n99", 1).encode("cp1252")
    yield "long record", text.replace("\r\n", "x\r\n", 1).encode("cp1252")
    yield "closing balance wrong", cfonb(closing=CLOSING - 1)
    yield "movements first", "\r\n".join(lines[1:] + lines[:1]).encode("cp1252")


def _ofx_files():
    whole, text = ofx(), ofx().decode()
    for percent in range(10, 100, 9):
        yield f"cut at {percent} %", whole[: len(whole) * percent // 100]
    for bad in ("NaN", "Infinity", "1e9", "", "2500.001", "2,500.00", "2500..0", "0x1"):
        yield f"amount {bad!r}", text.replace(">2500.00", f">{bad}").encode()
    for bad in ("20260230", "2026", "", "hier", "99999999", "2026-10-05"):
        yield (
            f"date {bad!r}",
            text.replace("<DTPOSTED>20261031", f"<DTPOSTED>{bad}").encode(),
        )
    yield "no closing balance", text.replace("LEDGERBAL", "AVAILBAL").encode()
    yield "reference twice", text.replace("F2", "F1").encode()
    yield "card", text.replace("STMTRS", "CCSTMTRS").encode()
    yield "in dollars", text.replace("EUR", "USD").encode()
    yield "no account", text.replace("<ACCTID>12345678901", "<ACCTID>").encode()
    yield "account of nobody", text.replace("12345678901", "12345678902").encode()
    yield "doctype", text.replace("<OFX>", "<!DOCTYPE OFX><OFX>").encode()
    yield "deep", text.replace("<STMTTRN>", "<A>" * 5000, 1).encode()
    yield (
        "outside the period",
        text.replace("<DTSTART>20261001", "<DTSTART>20261003").encode(),
    )
    yield "closed twice", text.replace("</STMTTRN>", "</STMTTRN></STMTTRN>", 1).encode()
    yield "text between", text.replace("</STMTTRN>", "</STMTTRN>x", 1).encode()


def _others():
    yield from (
        ("empty", b""),
        ("spaces", b" \r\n\t " * 100),
        ("PDF", b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"),
        ("image", b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 10),
        ("JSON", b'{"amount": 1}'),
        ("HTML", b"<html><body>Session expir\xc3\xa9e</body></html>"),
        ("other XML", b'<?xml version="1.0"?><invoice><amount>1</amount></invoice>'),
        ("noise", bytes((n * 7919) % 256 for n in range(5000))),
        ("one letter", b"x"),
        ("line ends", b"\n" * 1000),
        ("QIF", b"!Type:Bank\nD05/10/2026\nT-12.50\nPFrais\n^\n"),
        ("MT940", b":20:START\n:25:FR76/123\n:60F:C261001EUR1000,00\n-\n"),
    )


def hostile_files():
    """Yield (name, bytes) of files that are no exact statement of the account."""
    for kind, files in (
        ("camt", _camt_files()),
        ("csv", _csv_files()),
        ("xlsx", _workbook_files()),
        ("cfonb", _cfonb_files()),
        ("ofx", _ofx_files()),
        ("archive", _bombs()),
        ("other", _others()),
    ):
        for name, content in files:
            yield f"{kind}: {name}", content


def whole_files():
    """Yield (name, bytes) of the same month in every form that is right."""
    for version in ("02", "04", "08"):
        yield f"camt.053.001.{version}", camt(version=version)
    yield "camt with comments", camt().replace(b"Loyer", b"<!-- x -->Loyer", 1)
    yield (
        "camt in Windows-1252",
        camt().decode().replace("UTF-8", "windows-1252").encode("cp1252"),
    )
    yield "csv", csv()
    yield "csv in Windows-1252", csv(encoding="cp1252")
    yield "csv with a mark", csv(encoding="utf-8-sig")
    yield "csv newest first", _newest_first()
    yield "csv with tabs", csv().replace(b";", b"\t")
    yield "xlsx", xlsx()
    yield "cfonb", cfonb()
    yield "cfonb without line ends", cfonb(end="")
    yield "ofx", ofx()


def _newest_first():
    account, head, *lines = csv().decode().splitlines()
    return "\r\n".join([account, head, *reversed(lines)]).encode()
