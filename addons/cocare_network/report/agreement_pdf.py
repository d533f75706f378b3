"""Lay out an agreement as PDF, with ReportLab. Knows no Odoo: facts in, bytes out."""

import io
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
WIDTH = A4[0] - 40 * mm
GREEN = colors.HexColor("#14532d")
GREY = colors.HexColor("#5b6660")
LINE = colors.HexColor("#c9d3cd")

#: HTML elements that ReportLab knows inside a paragraph
INLINE = {"b": "b", "strong": "b", "i": "i", "em": "i", "u": "u", "sub": "sub"}
BLOCKS = {"p", "div", "li", "ul", "ol", "h1", "h2", "h3", "h4", "h5", "h6", "tr"}

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
        Paragraph(_text(document.subtitle), SUBTITLE),
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
    cells = [_image(party.logo, 30 * mm, 14 * mm)] if party.logo else []
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


def flow(source):
    """Flowables of sanitised HTML: paragraphs, titles, lists; emphasis is kept.

    >>> [p.text for p in flow("<p>a <b>b</b></p><ol><li>c &lt; d</li></ol>")]
    ['a <b>b</b>', 'c &lt; d']
    """
    root = html.fragment_fromstring(source, create_parent="div")
    return list(_blocks(root, BODY))


def _blocks(node, style):
    """Walk a block: its own text, then the blocks in it."""
    run = _text(node.text)
    number = 0
    for child in node:
        if child.tag in BLOCKS:
            yield from _paragraph(run, style)
            run = ""
            if child.tag == "li":
                number += 1
                bullet = f"{number}." if node.tag == "ol" else "•"
                yield from _item(child, bullet)
            elif child.tag[0] == "h" and child.tag[1:].isdigit():
                yield from _paragraph(f"<b>{_inline(child)}</b>", HEADING)
            elif child.tag == "tr":
                cells = [_inline(cell).strip() for cell in child]
                yield from _paragraph(" – ".join(cells), style)
            else:
                yield from _blocks(child, style)
        elif child.tag in ("table", "tbody", "thead", "tfoot"):
            yield from _blocks(child, style)
        else:
            run += _element(child)
        run += _text(child.tail)
    yield from _paragraph(run, style)


def _item(node, bullet):
    for index, paragraph in enumerate(_blocks(node, ITEM)):
        if index:
            yield paragraph
        else:
            yield Paragraph(paragraph.text, ITEM, bulletText=bullet)


def _paragraph(markup, style):
    markup = markup.strip("\n\t ")
    while markup.startswith("<br/>"):
        markup = markup.removeprefix("<br/>").lstrip()
    if markup:
        paragraph = Paragraph(markup, style)
        paragraph.text = markup
        yield paragraph


def _element(node):
    if not isinstance(node.tag, str):
        return ""
    if node.tag == "br":
        return "<br/>"
    inside = _inline(node)
    tag = INLINE.get(node.tag)
    return f"<{tag}>{inside}</{tag}>" if tag else inside


def _inline(node):
    return _text(node.text) + "".join(
        _element(child) + _text(child.tail) for child in node
    )
