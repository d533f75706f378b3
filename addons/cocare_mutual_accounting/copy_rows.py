r"""Rows as PostgreSQL's ``COPY … FROM STDIN`` reads them, made while it reads.

Pure module: knows no database.

>>> from decimal import Decimal
>>> text([1, None, True, "a\tb\\", Decimal("1.50")])
'1\t\\N\tt\ta\\tb\\\\\t1.50\n'
>>> rows = Rows([n] for n in range(3))
>>> rows.read(2), rows.read(100), rows.read(100), rows.count
(b'0\n', b'1\n2\n', b'', 3)
"""

import re

_ESCAPES = {"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"}
_ESCAPED = re.compile(r"[\\\t\n\r]")


def text(values):
    """One line for ``COPY``: numbers, dates, texts, True, False and None."""
    return "\t".join(map(_field, values)) + "\n"


def _field(value):
    if value is None:
        return "\\N"
    if value is True or value is False:
        return "t" if value else "f"
    if isinstance(value, str):
        return _ESCAPED.sub(lambda found: _ESCAPES[found[0]], value)
    return str(value)


class Rows:
    """A file made of an iterable of rows; ``count`` is how many were read.

    Psycopg asks for ``read``, which pylint takes for the method of a model.
    """

    def __init__(self, rows):
        self._rows = iter(rows)
        self._rest = b""
        self.count = 0

    def read(self, size=-1):  # pylint: disable=method-required-super
        pieces, length = [self._rest], len(self._rest)
        while size < 0 or length < size:
            row = next(self._rows, None)
            if row is None:
                break
            self.count += 1
            pieces.append(text(row).encode())
            length += len(pieces[-1])
        whole = b"".join(pieces)
        size = len(whole) if size < 0 else size
        self._rest = whole[size:]
        return whole[:size]
