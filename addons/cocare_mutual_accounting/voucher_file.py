"""What a file that a firm sends may be, told by its first bytes and not by its name.

Pure module. A photo of a receipt, a PDF, an electronic invoice, a spreadsheet; nothing
that a browser or an office would run.

>>> kind_of(b"%PDF-1.7 ..."), kind_of(b"\\x89PNG\\r\\n\\x1a\\n...")
('pdf', 'png')
>>> kind_of(b"\\xff\\xd8\\xff\\xe0..."), kind_of(b"....ftypheic....")
('jpeg', 'heic')
>>> kind_of(b"RIFF....WEBPVP8 "), kind_of(b"PK\\x03\\x04....")
('webp', 'zip')
>>> kind_of(b'\\xef\\xbb\\xbf<?xml version="1.0"?><Invoice/>')
'xml'
>>> kind_of("Date;Libellé;Montant\\n".encode("cp1252")), kind_of(b"Nothing to book")
('csv', 'text')
>>> kind_of(b"MZ\\x90\\x00"), kind_of(b""), kind_of(b"<html><script>")
(None, None, None)
"""

import re
import zipfile
from io import BytesIO

MAX_BYTES = 20 * 2**20
#: extension that a file is kept under, and its MIME type
TYPES = {
    "pdf": (".pdf", "application/pdf"),
    "png": (".png", "image/png"),
    "jpeg": (".jpg", "image/jpeg"),
    "heic": (".heic", "image/heic"),
    "webp": (".webp", "image/webp"),
    "xml": (".xml", "application/xml"),
    "xlsx": (
        ".xlsx",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ),
    "ods": (".ods", "application/vnd.oasis.opendocument.spreadsheet"),
    "csv": (".csv", "text/csv"),
    "text": (".txt", "text/plain"),
}
IMAGES = {"png", "jpeg", "heic", "webp"}

_HEIC = (b"heic", b"heix", b"hevc", b"mif1", b"msf1")
_HTML = re.compile(rb"<\s*(!doctype\s+html|html|script|svg)", re.IGNORECASE)


class RefusedFile(Exception):
    """A file is not taken; ``code`` is one of ``empty``, ``size``, ``type``."""

    def __init__(self, code):
        super().__init__(code)
        self.code = code


def check(content: bytes) -> str:
    """Return what a file is, a key of :data:`TYPES`.

    :raise RefusedFile: empty, above :data:`MAX_BYTES`, or nothing that is taken

    >>> check(b"%PDF-1.4")
    'pdf'
    >>> for content in (b"", b"MZ\\x00", bytes(MAX_BYTES + 1), b"PK\\x03\\x04"):
    ...     try:
    ...         check(content)
    ...     except RefusedFile as refused:
    ...         print(refused.code)
    empty
    type
    size
    type
    """
    if not content:
        raise RefusedFile("empty")
    if len(content) > MAX_BYTES:
        raise RefusedFile("size")
    kind = kind_of(content)
    if kind == "zip":
        kind = _office(content)
    if kind is None:
        raise RefusedFile("type")
    return kind


def kind_of(content: bytes) -> str | None:
    """Return what the first bytes say, None where they say nothing that is taken."""
    head = content[:512]
    if head.startswith(b"%PDF-"):
        return "pdf"
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return "png"
    if head.startswith(b"\xff\xd8\xff"):
        return "jpeg"
    if head[4:8] == b"ftyp" and head[8:12] in _HEIC:
        return "heic"
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "webp"
    if head.startswith(b"PK\x03\x04"):
        return "zip"
    text = content.removeprefix(b"\xef\xbb\xbf").lstrip()
    if _HTML.search(text[:512]):
        return None
    if text.startswith(b"<?xml"):
        return "xml"
    if not text or re.search(rb"[\x00-\x08\x0e-\x1f]", content):
        return None
    return "csv" if re.search(rb"[;\t]", head.partition(b"\n")[0]) else "text"


def _office(content: bytes) -> str | None:
    """Return which spreadsheet a zip archive is; macros are not taken."""
    try:
        names = set(zipfile.ZipFile(BytesIO(content)).namelist())
    except zipfile.BadZipFile:
        return None
    if any("vbaProject" in name for name in names):
        return None
    if "xl/workbook.xml" in names:
        return "xlsx"
    return "ods" if {"content.xml", "mimetype"} <= names else None
