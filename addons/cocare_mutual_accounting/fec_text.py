"""The bytes of a ledger file as lines and cells of text, read as a stream.

Pure module, below ``fec.py``. Memory does not depend on the size of the file: it is
read twice, by pieces; once to know how it is written, once for its lines.

>>> from io import BytesIO
>>> file = BytesIO("Libellé;Debit\\r\\r\\nÉté;1\\r\\r\\n".encode("iso-8859-15"))
>>> form = detect(file)
>>> form.encoding, form.end
('iso-8859-15', b'\\n')
>>> [(number, split(text, ";")) for number, text in lines(file, form)]
[(1, ['Libellé', 'Debit']), (2, ['Été', '1'])]
"""

import codecs
import csv
import re
import unicodedata
from dataclasses import dataclass

#: separators of the law first (VI-1°); the others are what spreadsheets write
SEPARATORS = "\t|;,"
#: those that may stand in a text or an amount, which then has quotes
QUOTED = ";,"
#: what somebody may say the file is written in, when the samples look wrong
ENCODINGS = ("utf-8", "iso-8859-15", "cp1252", "cp850", "mac-roman")
PIECE = 2**20
#: a line is some 200 characters; without an end in sight, nothing is kept
MAX_LINE = 2**16

_C1 = re.compile(rb"[\x80-\x9f]")
_NOT_CP1252 = re.compile(rb"[\x81\x8d\x8f\x90\x9d]")
_CONTROLS = (*range(1, 9), 11, 12, *range(14, 32), 127, 160)
#: no letters in any encoding of the law: seen in the samples, another one was meant
_LOST = range(128, 160)
_CLEAN = {
    0: None,
    **dict.fromkeys(_CONTROLS, " "),
    **dict.fromkeys(_LOST, "\ufffd"),
}
_DIRTY = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\xa0]")


class LineTooLong(ValueError):
    """No end of line for :data:`MAX_LINE` bytes; ``args`` is the line's number."""


@dataclass(frozen=True, slots=True)
class Form:
    """How a file is written; ``problem`` when it cannot be read at all."""

    encoding: str = ""
    end: bytes = b"\n"
    problem: str = ""


def detect(file, encoding=""):
    """Tell how the binary ``file`` is written (XII-1°: ASCII, ISO-8859-15, UTF-8).

    Never guessed by statistics: a wrong guess changes names without a word. Bytes
    0x80-0x9F are characters in cp1252 only. ``encoding`` is what somebody says it is.
    """
    decoder = codecs.getincrementaldecoder("utf-8")()
    utf8, western, end = True, "iso-8859-15", b"\r"
    undefined = False
    file.seek(0)
    first = file.read(4)
    if first.startswith((b"\xff\xfe", b"\xfe\xff")):
        return Form(problem="utf16")
    file.seek(0)
    while piece := file.read(PIECE):
        end = b"\n" if b"\n" in piece else end
        if _C1.search(piece):
            western = "cp1252"
            undefined = undefined or bool(_NOT_CP1252.search(piece))
        utf8 = utf8 and _decodes(decoder, piece)
    utf8 = utf8 and _decodes(decoder, b"", final=True)
    found = "utf-8" if utf8 else "iso-8859-15" if undefined else western
    return Form(encoding or found, end)


def _decodes(decoder, piece, final=False):
    try:
        decoder.decode(piece, final)
    except UnicodeDecodeError:
        return False
    return True


def lines(file, form):
    """Yield (number, text) of each line; line ends are CR, LF, CRLF or CR CR LF.

    Controls become spaces and NUL goes, as in the tax office's own tool. With an
    encoding that somebody chose, what does not exist in it is shown as such.
    """
    file.seek(0)
    rest, number = b"", 0
    if file.read(3) != codecs.BOM_UTF8:
        file.seek(0)
    while piece := file.read(PIECE):
        *whole, rest = (rest + piece).split(form.end)
        for raw in whole:
            number += 1
            yield number, _text(raw, form, number)
        if len(rest) > MAX_LINE:
            raise LineTooLong(number + 1)
    if rest:
        yield number + 1, _text(rest, form, number + 1)


def _text(raw, form, number):
    if len(raw) > MAX_LINE:
        raise LineTooLong(number)
    text = raw.rstrip(b"\r").decode(form.encoding, "replace")
    return text.translate(_CLEAN) if _DIRTY.search(text) else text


def separator_of(head):
    """The separator that a header has most of.

    >>> separator_of("JournalCode|JournalLib|EcritureNum")
    '|'
    """
    return max(SEPARATORS, key=head.count)


def split(text, separator):
    """Cells of a line, trimmed; quotes count for the separators that are not legal.

    >>> split("VE | a;b |1", "|"), split('VE;"a;b";"12,5"', ";")
    (['VE', 'a;b', '1'], ['VE', 'a;b', '12,5'])
    >>> split('VE;"a', ";")
    Traceback (most recent call last):
    _csv.Error: unexpected end of data
    """
    if separator in QUOTED and '"' in text:
        [cells] = csv.reader([text], delimiter=separator, strict=True)
    else:
        cells = text.split(separator)
    return [cell.strip() for cell in cells]


def plain(text):
    """
    >>> plain(" Éritûre ")
    'eriture'
    """
    decomposed = unicodedata.normalize("NFKD", text.strip().lower())
    return "".join(char for char in decomposed if not unicodedata.combining(char))
