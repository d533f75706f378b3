"""Lay out what a firm is recharged for a month, with ReportLab. Knows no Odoo."""

from dataclasses import dataclass, field

from reportlab.graphics.charts.textlabels import Label
from reportlab.graphics.shapes import Drawing, Line, PolyLine, String
from reportlab.lib import colors
from reportlab.lib.enums import TA_RIGHT
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.platypus import KeepTogether, Paragraph, Spacer, Table, TableStyle

from odoo.addons.cocare_network.report.pdf_layout import (
    BODY,
    FAMILY,
    GREEN,
    GREY,
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

AMOUNT = ParagraphStyle("amount", TEXT, alignment=TA_RIGHT)
SMALL_AMOUNT = ParagraphStyle("small_amount", SMALL, alignment=TA_RIGHT)
ORANGE = colors.HexColor("#b45309")
CURVE = (WIDTH, 45 * mm)


@dataclass
class Cost:
    """One shared cost of the firm: what it is, how it was shared, what it is made of.

    Amounts and quantities are texts in the reader's language.
    """

    name: str
    #: direct, full, invoiced, standing alone, gain
    amounts: list
    key: str
    decision: str
    #: (day, what, quantity)
    readings: list
    #: of the readings that are not listed
    more: str = ""
    #: what was contested and decided, a text each
    contests: list = field(default_factory=list)


@dataclass
class Curve:
    """Amounts of the last months, as numbers to draw and texts to read."""

    heading: str
    #: names of the two lines
    names: list
    #: (name of the month, invoiced, standing alone or None)
    months: list
    #: amount → text
    write: object


@dataclass
class Statement:
    """What the statement says, in the language of whoever reads it."""

    title: str
    subtitle: str
    reference: str
    author: str
    #: (label, value)
    facts: list
    costs_heading: str
    #: headings of the columns: service, direct, full, invoiced, alone, gain
    columns: list
    costs: list
    #: as the amounts of a cost
    totals: list
    total_name: str
    details_heading: str
    #: words of the details: key, decision, readings
    words: dict
    curve: Curve
    notes: list
    page: str = "{page}"


def render(statement, fonts):
    """The PDF of a statement.

    :param Statement statement: what it says
    :param dict fonts: see ``pdf_layout.register``
    :return: bytes
    """
    register(fonts)
    return build(
        _story(statement),
        title=f"{statement.title} {statement.reference}",
        author=statement.author,
        reference=statement.reference,
        page=statement.page,
    )


def _story(statement):
    story = [
        Paragraph(f"<b>{text(statement.title)}</b>", TITLE),
        Paragraph(text(statement.subtitle), SUBTITLE),
        Spacer(1, 3 * mm),
        facts(statement.facts),
        heading(statement.costs_heading),
        _costs(statement),
        Spacer(1, 2 * mm),
        *(Paragraph(text(note), SMALL) for note in statement.notes),
        KeepTogether(
            [
                heading(statement.curve.heading),
                Spacer(1, 2 * mm),
                curve(statement.curve),
            ]
        ),
        heading(statement.details_heading),
    ]
    for cost in statement.costs:
        story += _details(cost, statement.words)
    return story


def _costs(statement):
    rows = [
        [
            Paragraph(text(name), SMALL if rank == 0 else SMALL_AMOUNT)
            for rank, name in enumerate(statement.columns)
        ],
        *(
            [
                Paragraph(f"<b>{text(cost.name)}</b>", TEXT),
                *(Paragraph(text(amount), AMOUNT) for amount in cost.amounts),
            ]
            for cost in statement.costs
        ),
        [
            Paragraph(f"<b>{text(statement.total_name)}</b>", TEXT),
            *(Paragraph(f"<b>{text(a)}</b>", AMOUNT) for a in statement.totals),
        ],
    ]
    amounts = len(statement.columns) - 1
    table = Table(
        rows,
        colWidths=[WIDTH - amounts * 24 * mm, *[24 * mm] * amounts],
        repeatRows=1,
    )
    table.setStyle(
        TableStyle(
            [
                ("VALIGN", (0, 0), (-1, -1), "MIDDLE"),
                ("LINEBELOW", (0, 0), (-1, 0), 0.8, GREEN),
                ("LINEBELOW", (0, 1), (-1, -2), 0.3, LINE),
                ("LINEABOVE", (0, -1), (-1, -1), 0.8, GREEN),
                ("LEFTPADDING", (0, 0), (0, -1), 0),
                ("RIGHTPADDING", (0, 0), (-1, -1), 2),
                ("TOPPADDING", (0, 0), (-1, -1), 3),
                ("BOTTOMPADDING", (0, 0), (-1, -1), 3),
            ]
        )
    )
    return table


def _details(cost, words):
    top = [
        Paragraph(f"<b>{text(cost.name)}</b>", BODY),
        Paragraph(f"{text(words['key'])} {text(cost.key)}", TEXT),
    ]
    if cost.decision:
        top.append(Paragraph(f"{text(words['decision'])} {text(cost.decision)}", TEXT))
    top += [Paragraph(text(contest), TEXT) for contest in cost.contests]
    story = [KeepTogether(top)]
    if cost.readings:
        rows = [
            [
                Paragraph(text(day), SMALL),
                Paragraph(text(what), SMALL),
                Paragraph(text(quantity), SMALL_AMOUNT),
            ]
            for day, what, quantity in cost.readings
        ]
        table = Table(rows, colWidths=[26 * mm, WIDTH - 58 * mm, 32 * mm])
        table.setStyle(
            TableStyle(
                [
                    ("VALIGN", (0, 0), (-1, -1), "TOP"),
                    ("LINEBELOW", (0, 0), (-1, -1), 0.25, LINE),
                    ("LEFTPADDING", (0, 0), (0, -1), 0),
                    ("TOPPADDING", (0, 0), (-1, -1), 1.5),
                    ("BOTTOMPADDING", (0, 0), (-1, -1), 1.5),
                ]
            )
        )
        story += [Spacer(1, 1 * mm), table]
    if cost.more:
        story.append(Paragraph(text(cost.more), SMALL))
    return [*story, Spacer(1, 3 * mm)]


def curve(shown):
    """Two lines over the months: what was invoiced, and standing alone.

    :param Curve shown: from one month on
    :return: a ``Drawing``
    """
    width, height = CURVE
    left, bottom, top = 18 * mm, 8 * mm, height - 8 * mm
    amounts = [amount for _m, *two in shown.months for amount in two if amount]
    highest = max([1, *amounts])
    lowest = min([0, *amounts])
    step = (width - left - 8 * mm) / max(len(shown.months) - 1, 1)

    def place(rank, amount):
        high = (amount - lowest) / (highest - lowest)
        return left + rank * step, bottom + high * (top - bottom)

    drawing = Drawing(width, height)
    for amount in sorted({lowest, 0, highest}):
        _x, y = place(0, amount)
        drawing.add(Line(left, y, width, y, strokeColor=LINE, strokeWidth=0.5))
        drawing.add(_words(left - 2 * mm, y - 2, shown.write(amount), "end"))
    for rank, (month, *_two) in enumerate(shown.months):
        drawing.add(_words(left + rank * step, 2 * mm, month, "middle"))
    for column, color in ((1, GREEN), (2, ORANGE)):
        points = [
            place(rank, month[column])
            for rank, month in enumerate(shown.months)
            if month[column] is not None
        ]
        if len(points) == 1:
            # A line of one point would be nothing to see.
            points.append((points[0][0] + 2, points[0][1]))
        if points:
            flat = [number for point in points for number in point]
            drawing.add(PolyLine(flat, strokeColor=color, strokeWidth=1.6))
        drawing.add(_legend(column, shown.names[column - 1], color, height))
    return drawing


def _legend(column, name, color, height):
    label = Label()
    label.setText(clean(f"— {name}"))
    label.setOrigin(18 * mm + (column - 1) * 60 * mm, height - 2 * mm)
    label.boxAnchor = "w"
    label.fontName = FAMILY
    label.fontSize = 8
    label.fillColor = color
    return label


def _words(x, y, words, anchor):
    return String(
        x,
        y,
        clean(words),
        fontName=FAMILY,
        fontSize=6.5,
        fillColor=GREY,
        textAnchor=anchor,
    )
