"""The form of a ledger file (FEC): its name, its lines, its letters.

Article A47 A-1 of the Livre des procédures fiscales, paragraphs VI to XII: eighteen
columns in this order, TAB or ``|`` between them, dates AAAAMMJJ, a decimal comma, no
separator of thousands, lines that end with CR and LF. Pure: no Odoo here.
"""

import re
from decimal import Decimal
from functools import lru_cache
from types import SimpleNamespace

from .fec_fields import COLUMNS
from .fec_opening import in_opening_journal

END = b"\r\n"
SEPARATORS = {"tab": "\t", "pipe": "|"}
ENCODINGS = ("utf-8", "iso-8859-15")
CENT = Decimal("0.01")

#: what would cut a line or a field, and blanks that look like another one
_BLANKS = re.compile(r"[\s\x00-\x1f\x7f-\xa0\u2028\u2029\ufeff]+")
#: what the name of a folder may not have
_UNSAFE = re.compile(r"[^0-9A-Za-zÀ-ÿ' ._-]+")


class UnencodableError(ValueError):
    """A text has a character that the encoding does not."""

    def __init__(self, entry, text):
        super().__init__(text)
        self.entry = entry
        self.text = text


def siren(company_registry, vat=""):
    """The nine digits by which the tax office knows a firm.

    The registry number says it, whether the firm has a VAT number or not; else the
    French VAT number ends with it.

    :param company_registry: SIREN or SIRET, may be empty
    :param vat: VAT number, may be empty
    :return: str, empty when neither says it

    >>> siren("123 456 782 00010"), siren("", "FR 83 404 833 048"), siren(False, "BE1")
    ('123456782', '404833048', '')
    """
    digits = re.sub(r"[^0-9]", "", company_registry or "")
    if len(digits) >= 9:
        return digits[:9]
    match = re.fullmatch(r"FR[0-9A-Z]{2}([0-9]{9})", re.sub(r"\W", "", vat or ""))
    return match[1] if match else ""


def file_name(number, date_to):
    """Name of a FEC: SIREN, ``FEC``, last day of the exercise (IX).

    :param str number: SIREN
    :param date date_to: last day of the exercise
    :return: str

    >>> from datetime import date
    >>> file_name("123456782", date(2025, 12, 31))
    '123456782FEC20251231.txt'
    """
    return f"{number}FEC{date_to:%Y%m%d}.txt"


def folder_name(name):
    """A name that stays in its folder, on every system.

    :return: str, never empty

    >>> folder_name("../Épicerie / du Ried:*"), folder_name("..")
    ('Épicerie - du Ried', 'firm')
    """
    return _UNSAFE.sub("-", name).strip(" .-'")[:80] or "firm"


@lru_cache(maxsize=256)
def names_opening(journal, label):
    """Whether a journal holds opening balances, by its code or its name.

    >>> names_opening("AN", ""), names_opening("OD", "À-nouveaux")
    (True, True)
    >>> names_opening("VE", "Ventes")
    False
    """
    return in_opening_journal(
        SimpleNamespace(date=0, journal=journal, journal_label=label), 0
    )


def text(value):
    """A text that stays in its field: no separator, no line break, no blank twice.

    >>> text(" Café\\tde\\r\\nl'Étang | Ried\\xa0"), text(None)
    ("Café de l'Étang / Ried", '')
    """
    return _BLANKS.sub(" ", (value or "").replace("|", "/")).strip()


def day(value):
    """
    >>> from datetime import date
    >>> day(date(2025, 1, 31)), day(None)
    ('20250131', '')
    """
    return f"{value:%Y%m%d}" if value else ""


def amount(value):
    """Plain figures, a comma, the cents; more decimals where there are (dinars).

    >>> [amount(Decimal(text)) for text in ("3000", "-12.5", "0", "1.234", "1E+3")]
    ['3000,00', '-12,50', '0,00', '1,234', '1000,00']
    """
    cents = value.quantize(CENT)
    exact = cents if cents == value else value.normalize()
    return f"{exact:f}".replace(".", ",")


def letter(number):
    """The letters of the ``number``-th group of an account, from 1 on.

    >>> [letter(number) for number in (1, 2, 26, 27, 676, 677, 18252, 18253)]
    ['AA', 'AB', 'AZ', 'BA', 'ZZ', 'AAA', 'ZZZ', 'AAAA']
    """
    length, rank = 2, number - 1
    while rank >= 26**length:
        rank -= 26**length
        length += 1
    letters = ""
    for _place in range(length):
        rank, rest = divmod(rank, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def header(separator):
    """The first line.

    :param str separator: TAB or ``|``
    :return: bytes
    """
    return separator.join(COLUMNS).encode() + END


def line(cells, separator, encoding):
    """A line of the file.

    :param list cells: eighteen texts, clean
    :param str encoding: of ``ENCODINGS``
    :return: bytes
    :raise UnencodableError: naming the entry, rather than losing a character

    >>> line(["VE", "Café"], "|", "iso-8859-15")
    b'VE|Caf\\xe9\\r\\n'
    >>> line(["VE", "", "7", "Łódź"], "|", "iso-8859-15")
    Traceback (most recent call last):
    odoo.addons.cocare_mutual_accounting.fec_file.UnencodableError: Łódź
    """
    try:
        return separator.join(cells).encode(encoding) + END
    except UnicodeEncodeError as error:
        bad = next(cell for cell in cells if error.object[error.start] in cell)
        raise UnencodableError(cells[2], bad) from None
