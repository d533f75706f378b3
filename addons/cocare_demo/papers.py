"""Papers of invented people: a page of a few lines, the same bytes every time."""

import io

from reportlab.lib.pagesizes import A5
from reportlab.pdfgen import canvas


def page(*lines):
    """Return a PDF that says these lines."""
    content = io.BytesIO()
    sheet = canvas.Canvas(content, pagesize=A5, invariant=True)
    for rank, text in enumerate(lines):
        sheet.drawString(40, 520 - 24 * rank, text)
    sheet.save()
    return content.getvalue()
