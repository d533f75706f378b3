"""Read XML that somebody sent: whole and plain, or not at all.

Pure module. No repair (a cut file would be read in part), no document type (entities
that name files or grow), no network.

>>> parse(b"<a><b>1</b></a>")[0].text
'1'
>>> def why(data):
...     try:
...         parse(data)
...     except Refused as refused:
...         return refused.problem.code, refused.problem.line
>>> why(b"<a>\\n<b>1</a>"), why(b"<!DOCTYPE a [<!ENTITY x 'y'>]><a>&x;</a>")
(('xml', 2), ('doctype', 1))
>>> why("<a/>".encode("utf-16")), why(b"")
(('not_text', 0), ('empty', 0))
"""

import re

from lxml import etree

from .bank_statement import Refused

_DECLARED = re.compile(rb"""^\s*<\?xml[^>]*?encoding\s*=\s*["']([A-Za-z0-9._-]+)""")
_DOCTYPE = re.compile(rb"<!\s*(?:DOCTYPE|ENTITY)", re.IGNORECASE)
ENCODINGS = {
    *("utf-8", "us-ascii", "ascii", "windows-1252"),
    *("iso-8859-1", "iso-8859-15"),
}


def parse(data):
    """Return the root element of ``data``, bytes.

    :raise Refused: with the line where it stops being plain XML
    """
    if not data.strip():
        raise Refused("empty")
    if data.startswith((b"\xff\xfe", b"\xfe\xff")) or b"\0" in data:
        raise Refused("not_text")
    found = _DOCTYPE.search(data)
    if found:
        raise Refused("doctype", data.count(b"\n", 0, found.start()) + 1)
    declared = _DECLARED.match(data.removeprefix(b"\xef\xbb\xbf"))
    if declared and declared[1].decode().lower() not in ENCODINGS:
        raise Refused("xml_encoding", 1, text=declared[1].decode())
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        recover=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        return etree.fromstring(data, parser)
    except etree.XMLSyntaxError as error:
        raise Refused("xml", error.lineno or 0) from None
