"""Lay out an agreement as PDF, with ReportLab. Knows no Odoo: facts in, bytes out."""

import io
import re
from dataclasses import dataclass, field
from xml.sax.saxutils import escape

from lxml import html
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.lib.utils import ImageReader
from reportlab.platypus import (
    Image,
    KeepTogether,
    Paragraph,
    Spacer,
    Table,
    TableStyle,
)

from .pdf_layout import (
    BODY,
    HEADING,
    LINE,
    SMALL,
    SUBTITLE,
    TEXT,
    TITLE,
    WIDTH,
    build,
    clean,
    facts,
    heading,
    register,
    text,
)

#: HTML elements that ReportLab knows inside a paragraph
INLINE = {"b": "b", "strong": "b", "i": "i", "em": "i", "u": "u", "sub": "sub"}
TITLES = {"h1", "h2", "h3", "h4", "h5", "h6"}
TABLES = {"table", "thead", "tbody", "tfoot", "tr"}
BLOCKS = {"p", "div", "blockquote", "li", "ul", "ol"} | TITLES | TABLES

ITEM = ParagraphStyle("item", BODY, leftIndent=14, bulletIndent=2)
STYLES = {"text": BODY, "title": HEADING, "item": ITEM}


@dataclass
class Party:
    """One of the two sides: in which role, who, and lines that identify it."""

    role: str
    name: str
    lines: list
    logo: bytes = b""


@dataclass
class Signature:
    """Where a side signs: who did, lines that prove it, and the drawing."""

    role: str
    name: str = ""
    lines: list = field(default_factory=list)
    image: bytes = b""


@dataclass
class Document:
    """What the page says, in the language of whoever reads it."""

    title: str
    subtitle: str
    reference: str
    parties: list
    #: (heading, [(label, value)])
    sections: list
    clauses_heading: str
    clauses: str
    signatures_heading: str
    signatures: list
    page: str = "{page}"


def render(document, fonts):
    """The PDF of an agreement.

    :param Document document: what it says
    :param dict fonts: paths of TrueType files: ``normal``, ``bold``, ``italic`` and
        ``boldItalic``
    :return: bytes
    """
    register(fonts)
    return build(
        _story(document),
        title=f"{document.reference} {document.title}",
        author=document.parties[0].name,
        reference=document.reference,
        page=document.page,
    )


def _story(document):
    story = [
        Paragraph(f"<b>{text(document.title)}</b>", TITLE),
        Paragraph(text(f"{document.reference} – {document.subtitle}"), SUBTITLE),
        Spacer(1, 4 * mm),
        _parties(document.parties),
    ]
    for title, rows in document.sections:
        story.append(KeepTogether([heading(title), facts(rows)]))
    if document.clauses:
        story += [heading(document.clauses_heading), *flow(document.clauses)]
    story.append(
        KeepTogether(
            [
                heading(document.signatures_heading),
                _side_by_side([_signature(s) for s in document.signatures]),
            ]
        )
    )
    return story


def _parties(parties):
    return _side_by_side([_party(party) for party in parties])


def _party(party):
    cells = []
    if party.logo:
        cells = [_image(party.logo, 30 * mm, 14 * mm), Spacer(1, 2 * mm)]
    cells += [
        Paragraph(text(party.role), SMALL),
        Paragraph(f"<b>{text(party.name)}</b>", TEXT),
    ]
    return [*cells, *(Paragraph(text(line), TEXT) for line in party.lines if line)]


def _signature(signature):
    cells = [Paragraph(text(signature.role), SMALL)]
    if signature.image:
        cells.append(_image(signature.image, 55 * mm, 20 * mm))
    else:
        cells.append(Spacer(1, 12 * mm))
    if signature.name:
        cells.append(Paragraph(f"<b>{text(signature.name)}</b>", TEXT))
    return [*cells, *(Paragraph(text(line), SMALL) for line in signature.lines)]


def _side_by_side(cells):
    table = Table([cells], colWidths=[WIDTH / len(cells)] * len(cells))
    table.setStyle(
        TableStyle(
            [
                ("VALIGN", (0, 0), (-1, -1), "TOP"),
                ("BOX", (0, 0), (-1, -1), 0.5, LINE),
                ("INNERGRID", (0, 0), (-1, -1), 0.5, LINE),
                ("TOPPADDING", (0, 0), (-1, -1), 6),
                ("BOTTOMPADDING", (0, 0), (-1, -1), 6),
            ]
        )
    )
    return table


def _image(content, width, height):
    """A picture within a box, in its own proportions."""
    reader = ImageReader(io.BytesIO(content))
    across, down = reader.getSize()
    scale = min(width / across, height / down)
    return Image(
        io.BytesIO(content), across * scale, down * scale, hAlign="LEFT", mask="auto"
    )


def _words(content):
    """A text of HTML: what spaces and line ends it is written with does not count."""
    return escape(clean(re.sub(r"[ \t\r\n]+", " ", content or "")))


def flow(source):
    """Flowables of sanitised HTML."""
    return [
        Paragraph(markup, STYLES[kind], bulletText=bullet)
        for kind, markup, bullet in blocks(source)
    ]


def blocks(source):
    """What sanitised HTML says, block by block: paragraphs, titles, items of lists.

    :return: list of (kind, text with the emphasis ReportLab knows, bullet or None)

    >>> blocks("<h2>a</h2><p>b\\n <b>c</b></p><ol><li>d &lt; e</li><li>f</li></ol>")
    [('title', '<b>a</b>', None), ('text', 'b <b>c</b>', None), \
('item', 'd &lt; e', '1.'), ('item', 'f', '2.')]
    """
    root = html.fragment_fromstring(source, create_parent="div")
    return list(_blocks(root, "text"))


def _blocks(node, kind):
    """Walk a block: its own text, then the blocks in it."""
    run = _words(node.text)
    number = 0
    for child in node:
        if child.tag in BLOCKS:
            yield from _block(run, kind)
            run = ""
            number += child.tag == "li"
            yield from _child(node, child, kind, number)
        else:
            run += _element(child)
        run += _words(child.tail)
    yield from _block(run, kind)


def _child(node, child, kind, number):
    """A block within another."""
    if child.tag == "li":
        bullet = f"{number}." if node.tag == "ol" else "•"
        for index, (inner, markup, own) in enumerate(_blocks(child, "item")):
            yield inner, markup, own if index else bullet
    elif child.tag in TITLES:
        yield from _block(f"<b>{_inline(child)}</b>", "title")
    elif child.tag == "tr":
        yield from _block(" – ".join(_inline(c).strip() for c in child), kind)
    else:
        yield from _blocks(child, kind)


def _block(markup, kind):
    markup = markup.strip()
    while markup.startswith("<br/>"):
        markup = markup.removeprefix("<br/>").lstrip()
    if markup:
        yield kind, markup, None


def _element(node):
    if not isinstance(node.tag, str):
        return ""
    if node.tag == "br":
        return "<br/>"
    inside = _inline(node)
    tag = INLINE.get(node.tag)
    return f"<{tag}>{inside}</{tag}>" if tag else inside


def _inline(node):
    return _words(node.text) + "".join(
        _element(child) + _words(child.tail) for child in node
    )
