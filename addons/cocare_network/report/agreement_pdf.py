"""Lay out an agreement as PDF, with ReportLab. Knows no Odoo: facts in, bytes out."""

import io
import re
from dataclasses import dataclass, field
from xml.sax.saxutils import escape

from lxml import html
from reportlab.lib import colors
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.lib.utils import ImageReader
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.platypus import (
    Image,
    KeepTogether,
    Paragraph,
    SimpleDocTemplate,
    Spacer,
    Table,
    TableStyle,
)

FAMILY = "CocareText"
#: between the margins, less what a frame keeps free on both sides
WIDTH = A4[0] - 40 * mm - 12
GREEN = colors.HexColor("#14532d")
GREY = colors.HexColor("#5b6660")
LINE = colors.HexColor("#c9d3cd")

#: HTML elements that ReportLab knows inside a paragraph
INLINE = {"b": "b", "strong": "b", "i": "i", "em": "i", "u": "u", "sub": "sub"}
TITLES = {"h1", "h2", "h3", "h4", "h5", "h6"}
TABLES = {"table", "thead", "tbody", "tfoot", "tr"}
BLOCKS = {"p", "div", "blockquote", "li", "ul", "ol"} | TITLES | TABLES

TEXT = ParagraphStyle("text", fontName=FAMILY, fontSize=9.5, leading=13.5)
BODY = ParagraphStyle("body", TEXT, spaceAfter=4)
SMALL = ParagraphStyle("small", TEXT, fontSize=7.5, leading=10, textColor=GREY)
LABEL = ParagraphStyle("label", TEXT, textColor=GREY)
TITLE = ParagraphStyle("title", TEXT, fontSize=17, leading=21, textColor=GREEN)
SUBTITLE = ParagraphStyle("subtitle", TEXT, fontSize=11, leading=15, textColor=GREY)
HEADING = ParagraphStyle(
    "heading", TEXT, fontSize=11.5, leading=15, textColor=GREEN, spaceBefore=9
)
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
    _register(fonts)
    buffer = io.BytesIO()
    template = SimpleDocTemplate(
        buffer,
        pagesize=A4,
        leftMargin=20 * mm,
        rightMargin=20 * mm,
        topMargin=18 * mm,
        bottomMargin=18 * mm,
        title=f"{document.reference} {document.title}",
        author=document.parties[0].name,
    )
    footer = _footer(document)
    template.build(_story(document), onFirstPage=footer, onLaterPages=footer)
    return buffer.getvalue()


def _register(fonts):
    names = {style: f"{FAMILY}-{style}" for style in fonts}
    names["normal"] = FAMILY
    for style, path in fonts.items():
        if names[style] not in pdfmetrics.getRegisteredFontNames():
            pdfmetrics.registerFont(TTFont(names[style], path))
    pdfmetrics.registerFontFamily(FAMILY, **names)


def _footer(document):
    def draw(canvas, template):
        canvas.saveState()
        canvas.setFont(FAMILY, 7.5)
        canvas.setFillColor(GREY)
        canvas.drawString(20 * mm, 10 * mm, _clean(document.reference))
        page = document.page.format(page=canvas.getPageNumber())
        canvas.drawRightString(A4[0] - 20 * mm, 10 * mm, _clean(page))
        canvas.restoreState()

    return draw


def _story(document):
    story = [
        Paragraph(f"<b>{_text(document.title)}</b>", TITLE),
        Paragraph(_text(f"{document.reference} – {document.subtitle}"), SUBTITLE),
        Spacer(1, 4 * mm),
        _parties(document.parties),
    ]
    for heading, rows in document.sections:
        story.append(KeepTogether([_heading(heading), _table(rows)]))
    if document.clauses:
        story += [_heading(document.clauses_heading), *flow(document.clauses)]
    story.append(
        KeepTogether(
            [
                _heading(document.signatures_heading),
                _side_by_side([_signature(s) for s in document.signatures]),
            ]
        )
    )
    return story


def _heading(text):
    return Paragraph(f"<b>{_text(text)}</b>", HEADING)


def _parties(parties):
    return _side_by_side([_party(party) for party in parties])


def _party(party):
    cells = []
    if party.logo:
        cells = [_image(party.logo, 30 * mm, 14 * mm), Spacer(1, 2 * mm)]
    cells += [
        Paragraph(_text(party.role), SMALL),
        Paragraph(f"<b>{_text(party.name)}</b>", TEXT),
    ]
    return [*cells, *(Paragraph(_text(line), TEXT) for line in party.lines if line)]


def _signature(signature):
    cells = [Paragraph(_text(signature.role), SMALL)]
    if signature.image:
        cells.append(_image(signature.image, 55 * mm, 20 * mm))
    else:
        cells.append(Spacer(1, 12 * mm))
    if signature.name:
        cells.append(Paragraph(f"<b>{_text(signature.name)}</b>", TEXT))
    return [*cells, *(Paragraph(_text(line), SMALL) for line in signature.lines)]


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


def _table(rows):
    table = Table(
        [[Paragraph(_text(a), LABEL), Paragraph(_text(b), TEXT)] for a, b in rows],
        colWidths=[52 * mm, WIDTH - 52 * mm],
    )
    table.setStyle(
        TableStyle(
            [
                ("VALIGN", (0, 0), (-1, -1), "TOP"),
                ("LINEBELOW", (0, 0), (-1, -1), 0.3, LINE),
                ("LEFTPADDING", (0, 0), (-1, -1), 0),
                ("TOPPADDING", (0, 0), (-1, -1), 2.5),
                ("BOTTOMPADDING", (0, 0), (-1, -1), 2.5),
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


def _clean(text):
    # The narrow no-break space is in few fonts.
    return text.replace("\u202f", "\u00a0")


def _text(text):
    return escape(_clean(str(text or ""))).replace("\n", "<br/>")


def _words(text):
    """A text of HTML: what spaces and line ends it is written with does not count."""
    return escape(_clean(re.sub(r"[ \t\r\n]+", " ", text or "")))


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
