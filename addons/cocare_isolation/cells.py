"""What a spreadsheet would take for a formula, made text."""

FORMULA = ("=", "+", "-", "@")
CONTROL = ("\t", "\r", "\n")


def as_text(value):
    """Return a cell's value so that a spreadsheet reads it as text.

    >>> as_text("=1+1"), as_text(" @SUM(A1)"), as_text("hello")
    ("'=1+1", "' @SUM(A1)", 'hello')
    >>> as_text(-5)
    -5
    """
    if isinstance(value, bytes):
        value = value.decode()
    if isinstance(value, str) and (
        value.startswith(CONTROL) or value.lstrip().startswith(FORMULA)
    ):
        return f"'{value}"
    return value
