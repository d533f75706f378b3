"""What the suite's own documents have in common, with ReportLab. Knows no Odoo."""

import io
from xml.sax.saxutils import escape

from reportlab.lib import colors
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.platypus import Paragraph, SimpleDocTemplate, Table, TableStyle

FAMILY = "CocareText"
MARGIN = 20 * mm
#: between the margins, less what a frame keeps free on both sides
WIDTH = A4[0] - 2 * MARGIN - 12
GREEN = colors.HexColor("#14532d")
GREY = colors.HexColor("#5b6660")
LINE = colors.HexColor("#c9d3cd")

TEXT = ParagraphStyle("text", fontName=FAMILY, fontSize=9.5, leading=13.5)
BODY = ParagraphStyle("body", TEXT, spaceAfter=4)
SMALL = ParagraphStyle("small", TEXT, fontSize=7.5, leading=10, textColor=GREY)
LABEL = ParagraphStyle("label", TEXT, textColor=GREY)
TITLE = ParagraphStyle("title", TEXT, fontSize=17, leading=21, textColor=GREEN)
SUBTITLE = ParagraphStyle("subtitle", TEXT, fontSize=11, leading=15, textColor=GREY)
HEADING = ParagraphStyle(
    "heading", TEXT, fontSize=11.5, leading=15, textColor=GREEN, spaceBefore=9
)


def build(story, title, author, reference, page):
    """A document of A4 pages, with its reference and a page number at the foot.

    :param list story: flowables of ReportLab, made once the fonts are known
    :param str page: how a page is numbered, with ``{page}`` in it
    :return: bytes
    """
    buffer = io.BytesIO()
    template = SimpleDocTemplate(
        buffer,
        pagesize=A4,
        leftMargin=MARGIN,
        rightMargin=MARGIN,
        topMargin=18 * mm,
        bottomMargin=18 * mm,
        title=title,
        author=author,
    )

    def foot(canvas, _template):
        canvas.saveState()
        canvas.setFont(FAMILY, 7.5)
        canvas.setFillColor(GREY)
        canvas.drawString(MARGIN, 10 * mm, clean(reference))
        number = page.format(page=canvas.getPageNumber())
        canvas.drawRightString(A4[0] - MARGIN, 10 * mm, clean(number))
        canvas.restoreState()

    template.build(story, onFirstPage=foot, onLaterPages=foot)
    return buffer.getvalue()


def register(fonts):
    """Have ReportLab know the fonts; again changes nothing.

    :param dict fonts: paths of TrueType files: ``normal``, ``bold``, ``italic`` and
        ``boldItalic``
    """
    names = {style: f"{FAMILY}-{style}" for style in fonts}
    names["normal"] = FAMILY
    for style, path in fonts.items():
        if names[style] not in pdfmetrics.getRegisteredFontNames():
            pdfmetrics.registerFont(TTFont(names[style], path))
    pdfmetrics.registerFontFamily(FAMILY, **names)


def facts(rows):
    """A table of two columns.

    :param list rows: (label, value)
    """
    table = Table(
        [[Paragraph(text(a), LABEL), Paragraph(text(b), TEXT)] for a, b in rows],
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


def heading(content):
    """The title of a section."""
    return Paragraph(f"<b>{text(content)}</b>", HEADING)


def clean(content):
    """A text with characters that the fonts have: few have a narrow no-break space."""
    return content.replace("\u202f", "\u00a0")


def text(content):
    """A text as ReportLab wants it: nothing of it is markup, lines stay lines."""
    return escape(clean(str(content or ""))).replace("\n", "<br/>")
