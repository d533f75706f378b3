"""The lines of a ledger file, one at a time: memory does not grow with the file.

Cut as the tax office's tool "Test Compta Demat" cuts them: the end of lines is looked
for in the first 4 KiB (CR LF, else CR, else LF), NUL and blanks around separators are
dropped, no-break spaces are spaces. Pure: no Odoo here.

>>> from io import BytesIO
>>> lines = Lines(BytesIO(b"JournalCode | Debit\\r\\nVE|1,00 \\r\\n"))
>>> lines.names, list(lines)
(['JOURNALCODE', 'DEBIT'], [(2, ['VE', '1,00'])])
"""

import re

#: where the tool looks for the end of lines
HEAD = 4096
CHUNK = 2**16
#: a line that has no end is cut here
LONGEST = 2**16
BOM = b"\xef\xbb\xbf"
SEPARATORS = "\t|"

_NOT_NAME = re.compile(r"[^A-Za-z0-9]")


class Lines:
    """Iterable of (line number, fields) after the header.

    :param stream: binary file, at its beginning
    """

    def __init__(self, stream):
        self._stream = stream
        head = stream.read(HEAD)
        self.end = next((end for end in (b"\r\n", b"\r") if end in head), b"\n")
        self.has_bom = head.startswith(BOM)
        #: the first encoding in which all lines so far can be read
        self.encoding = "utf-8"
        #: a line was UTF-8 beyond ASCII before another one could not be read as such
        self.is_mixed = False
        self._has_accents = False
        self._pieces = self._cut(head[len(BOM) :] if self.has_bom else head)
        first = self._clean(next(self._pieces, b""))
        self.separator = max(SEPARATORS, key=first.count)
        #: names of the columns as they are compared, without case and accents
        self.names = [_name(cell) for cell in self._split(first)]

    def __iter__(self):
        for number, piece in enumerate(self._pieces, start=2):
            yield number, self._split(self._clean(piece))

    def _cut(self, rest):
        while chunk := self._stream.read(CHUNK):
            *pieces, rest = (rest + chunk).split(self.end)
            yield from pieces
            while len(rest) > LONGEST:
                yield rest[:LONGEST]
                rest = rest[LONGEST:]
        pieces = rest.split(self.end)
        if not pieces[-1]:
            pieces.pop()
        yield from pieces

    def _clean(self, piece):
        text = self._decode(piece.replace(b"\0", b""))
        return text.removesuffix("\r").replace("\xa0", " ").rstrip(" ")

    def _decode(self, piece):
        """Not guessed by statistics; bytes 0x80-0x9F are characters in cp1252 only."""
        if self.encoding == "utf-8":
            try:
                text = piece.decode()
            except UnicodeDecodeError:
                self.is_mixed = self._has_accents
                self.encoding = "iso-8859-15"
            else:
                self._has_accents = self._has_accents or not text.isascii()
                return text
        if self.encoding == "iso-8859-15" and re.search(rb"[\x80-\x9f]", piece):
            self.encoding = "cp1252"
        return piece.decode(self.encoding, errors="replace")

    def _split(self, text):
        return [cell.strip(" ") for cell in text.split(self.separator)]


def _name(cell):
    """
    >>> _name("Éritûre ")
    '_RIT_RE'
    >>> _name("PièceDate")
    'PIECEDATE'
    """
    plain = cell.replace("é", "e").replace("è", "e").rstrip(" ")
    return _NOT_NAME.sub("_", plain).upper()
