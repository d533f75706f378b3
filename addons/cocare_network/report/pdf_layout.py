"""What the suite's own documents have in common, with ReportLab. Knows no Odoo."""

import io
from xml.sax.saxutils import escape

from reportlab.lib import colors
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Paragraph, SimpleDocTemplate, Table, TableStyle

FAMILY = "CocareText"
MARGIN = 20 * mm
#: what a frame keeps free within the margins
INSET = 6
#: what is left for texts
WIDTH = A4[0] - 2 * (MARGIN + INSET)
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


class NumberedCanvas(Canvas):
    """Pages that are finished once it is known how many there are.

    ``foot`` (margin, reference, numbering) is set by :func:`build`; a flowable may
    ask for an entry in the outline of the document with :meth:`mark`.
    """

    foot = (0, "", "")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self._drawn, self._marks = [], []

    def mark(self, title, level):
        """Have the page being drawn in the outline.

        :param int level: 0, or one more than that of the entry before at most
        """
        self._marks.append((clean(title), level))

    def showPage(self):
        self._drawn.append(dict(self.__dict__))
        self._marks = []
        self._startPage()

    def save(self):  # pylint: disable=missing-return
        for page in self._drawn:
            self.__dict__.update(page)
            self._finish(len(page["_drawn"]))
            super().showPage()
        super().save()

    def _finish(self, pages):
        margin, reference, number = self.foot
        width, _height = self._pagesize
        self.setFont(FAMILY, 7.5)
        self.setFillColor(GREY)
        self.drawString(margin, 10 * mm, clean(reference))
        number = number.format(page=self.getPageNumber(), pages=pages)
        self.drawRightString(width - margin, 10 * mm, clean(number))
        for rank, (title, level) in enumerate(self._marks):
            key = f"{self.getPageNumber()}.{rank}"
            self.bookmarkPage(key)
            self.addOutlineEntry(title, key, level, closed=True)


def build(story, title, author, reference, page, pagesize=A4, margin=MARGIN):
    """A document of pages, with its reference and a number at the foot.

    :param list story: flowables of ReportLab, made once the fonts are known
    :param str page: how a page is numbered, with ``{page}`` and maybe ``{pages}`` in it
    :param tuple pagesize: of ``reportlab.lib.pagesizes``
    :param margin: at both sides
    :return: bytes
    """
    buffer = io.BytesIO()
    template = SimpleDocTemplate(
        buffer,
        pagesize=pagesize,
        leftMargin=margin,
        rightMargin=margin,
        topMargin=margin - 2 * mm,
        bottomMargin=18 * mm,
        title=title,
        author=author,
    )

    def canvas(*args, **kwargs):
        numbered = NumberedCanvas(*args, **kwargs)
        numbered.foot = (margin + INSET, reference, page)
        return numbered

    template.build(story, canvasmaker=canvas)
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
