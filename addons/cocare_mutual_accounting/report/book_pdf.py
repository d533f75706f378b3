"""Lay out reports on the books of firms, with ReportLab. Knows no Odoo.

Ledgers have thousands of rows: their tables are drawn by ``ledger_flowable``.
"""

from dataclasses import dataclass

from reportlab.lib.pagesizes import A4, landscape
from reportlab.lib.units import mm
from reportlab.platypus import PageBreak, Paragraph, Spacer, Table, TableStyle

from odoo.addons.cocare_network.report.pdf_layout import (
    INSET,
    LINE,
    MARGIN,
    SMALL,
    SUBTITLE,
    TEXT,
    TITLE,
    build,
    register,
    text,
)

from ..book_tables import joined
from .ledger_flowable import Ledger, Mark

#: more columns than this want the long side of the page
UPRIGHT = 4
#: of a page on its long side
WIDE_MARGIN = 13 * mm
#: parts of the width that the facts take
FACTS = (0.16, 0.34, 0.28, 0.22)


@dataclass
class FirmReport:
    """What the report says of one firm."""

    name: str
    #: four (label, value), in a row under the title
    facts: list
    #: of ``book_tables``
    tables: list


@dataclass
class BookReport:
    """A report on the books, in the language of whoever reads it."""

    title: str
    reference: str
    author: str
    firms: list
    #: what is said of a firm without rows
    empty: str
    #: (number, format of the spreadsheet) → text
    write: object
    #: at the top of the next pages, with ``{title}`` in it
    continued: str
    page: str = "{page}"


def render(report, fonts):
    """The PDF of a report: each firm begins on a page of its own.

    :param BookReport report: what it says
    :param dict fonts: see ``pdf_layout.register``
    :return: bytes
    """
    register(fonts)
    columns = [len(table.columns) for firm in report.firms for table in firm.tables]
    upright = max(columns, default=0) <= UPRIGHT
    size, margin, font_size = (
        (A4, MARGIN, 9) if upright else (landscape(A4), WIDE_MARGIN, 7.5)
    )
    width = size[0] - 2 * (margin + INSET)
    story = []
    for firm in report.firms:
        if story:
            story.append(PageBreak())
        story += _firm(report, firm, width, font_size)
    return build(
        story,
        title=f"{report.title} {report.reference}",
        author=report.author,
        reference=f"{report.title} {report.reference}",
        page=report.page,
        pagesize=size,
        margin=margin,
    )


def _firm(report, firm, width, font_size):
    story = [
        Mark(firm.name, 0),
        Paragraph(f"<b>{text(report.title)}</b>", TITLE),
        Paragraph(text(firm.name), SUBTITLE),
        Spacer(1, 2 * mm),
        _facts(firm.facts, width),
        Spacer(1, 4 * mm),
    ]
    filled = [table for table in firm.tables if table.rows]
    if not filled:
        return [*story, Paragraph(text(report.empty), TEXT)]
    running = f"{report.title} – {firm.name}"
    for table in joined(filled):
        ledger = Ledger(
            table, width, font_size, report.write, running, report.continued
        )
        story += [ledger, Spacer(1, 5 * mm)]
    return story[:-1]


def _facts(facts, width):
    table = Table(
        [
            [Paragraph(text(label), SMALL) for label, _value in facts],
            [Paragraph(text(value), TEXT) for _label, value in facts],
        ],
        colWidths=[part * width for part in FACTS],
    )
    table.setStyle(
        TableStyle(
            [
                ("VALIGN", (0, 0), (-1, -1), "TOP"),
                ("LINEABOVE", (0, 0), (-1, 0), 0.5, LINE),
                ("LINEBELOW", (0, 1), (-1, 1), 0.5, LINE),
                ("LEFTPADDING", (0, 0), (-1, -1), 0),
                ("TOPPADDING", (0, 0), (-1, -1), 1.5),
                ("BOTTOMPADDING", (0, 0), (-1, -1), 1.5),
            ]
        )
    )
    return table
