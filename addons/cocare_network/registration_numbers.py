"""The numbers a French firm is known by: SIREN, SIRET, VAT, IBAN, and its postcode.

Pure functions that say what is wrong with a number in one word, and offer a number
instead when there is exactly one that verifies. What is told to people is in
``cocare.registration.mixin``.

A spreadsheet takes numbers for amounts: ``05720093300042`` comes back without its
leading zero, a longer one as ``5,72009E+12``. The zero can be put back; digits that were
rounded away cannot.
"""

import re
from dataclasses import dataclass

from stdnum.exceptions import InvalidChecksum, ValidationError
from stdnum.fr import siren, siret, tva
from stdnum.iso7064 import mod_97_10

SIREN_DIGITS, SIRET_DIGITS, VAT_CHARACTERS, POSTCODE_DIGITS = 9, 14, 13, 5

#: as many zeros as a number of the register starts with, at most
LOST_ZEROS = 3

#: what the post and France's postcodes start with: departments and overseas
POSTCODE = re.compile(r"(0[1-9]|[1-8]\d|9[0-578])\d{3}")

#: characters of an IBAN, in the countries around; others have 15 to 34
IBAN_CHARACTERS = {"FR": 27, "DE": 22, "CH": 21, "LU": 20, "BE": 16}


@dataclass(frozen=True)
class Check:
    """What came of checking a number.

    ``number`` is the number without its separators; ``problem`` one word, empty when
    the number is good; ``offer`` the number to take instead, if there is one.

    - ``missing_zero``: leading zeros were lost; ``offer`` has them
    - ``rounded``: a spreadsheet rounded it, digits are gone
    - ``characters``: something in it is no digit
    - ``length``: too many or too few characters
    - ``siren``: a SIREN where a SIRET is asked for
    - ``checksum``: a digit is wrong, or two changed places
    - ``country``: a VAT number that is not French
    - ``other_firm``: the VAT number of another SIREN; ``offer`` is the firm's
    """

    number: str
    problem: str = ""
    offer: str = ""


def cleaned(text):
    """A number without what people and spreadsheets put in and around it.

    >>> cleaned(" 057 200 933 00042 "), cleaned("fr 40-303.265.045")
    ('05720093300042', 'FR40303265045')
    >>> cleaned("5720093300042.0"), cleaned("5720093300042,00"), cleaned(None)
    ('5720093300042', '5720093300042', '')
    >>> cleaned("5,72009E+12")
    '5,72009E+12'
    """
    text = re.sub(r"[\s\u00a0\u202f'’]", "", str(text or "")).upper()
    text = re.sub(r"^(\d+)[.,]0+$", r"\1", text)
    return text if _rounded(text) else re.sub(r"[.\-–_/]", "", text)


def _rounded(text):
    return bool(re.fullmatch(r"\d[.,]\d+E\+?\d+", text))


def _digits(text, length, is_valid):
    """Check a number of so many digits.

    :param is_valid: tells whether a number of the right length verifies
    :return: ``Check``
    """
    number = cleaned(text)
    if _rounded(number):
        return Check(number, "rounded")
    if not re.fullmatch(r"[0-9]*", number):
        return Check(number, "characters")
    if len(number) == length:
        return Check(number, "" if is_valid(number) else "checksum")
    padded = number.zfill(length)
    if length - LOST_ZEROS <= len(number) < length and is_valid(padded):
        return Check(number, "missing_zero", padded)
    return Check(number, "length")


def check_siren(text):
    """Check the nine digits of a firm.

    >>> check_siren("732 829 320")
    Check(number='732829320', problem='', offer='')
    >>> check_siren("57200933")
    Check(number='57200933', problem='missing_zero', offer='057200933')
    >>> check_siren("732829321").problem, check_siren("7328").problem
    ('checksum', 'length')
    """
    return _digits(text, SIREN_DIGITS, siren.is_valid)


def check_siret(text):
    """Check the fourteen digits of an establishment.

    >>> check_siret("732 829 320 00074")
    Check(number='73282932000074', problem='', offer='')

    A spreadsheet took the zero away:

    >>> check_siret("5720093300042")
    Check(number='5720093300042', problem='missing_zero', offer='05720093300042')
    >>> check_siret("5,72009E+12").problem
    'rounded'

    A number that does not verify with its zero either is offered none:

    >>> check_siret("5720093300043")
    Check(number='5720093300043', problem='length', offer='')

    The post office's establishments verify in a way of their own: the sum of their
    digits is a multiple of five.

    >>> check_siret("356 000 000 00048").problem, check_siret("35600000049837").problem
    ('', '')
    >>> check_siret("35600000049838").problem
    'checksum'

    A SIREN is not enough; a letter is no digit:

    >>> check_siret("732829320").problem, check_siret("7328293200007O").problem
    ('siren', 'characters')
    """
    check = _digits(text, SIRET_DIGITS, siret.is_valid)
    if check.problem == "length" and siren.is_valid(check.number):
        return Check(check.number, "siren")
    return check


def siren_of(text):
    """The SIREN of a SIRET or of a SIREN, empty when it is neither.

    A lost zero is put back: the firm is the same.

    >>> siren_of("732 829 320 00074"), siren_of("5720093300042"), siren_of("x")
    ('732829320', '057200933', '')
    >>> siren_of("732829320")
    '732829320'
    """
    for check in (check_siret(text), check_siren(text)):
        if check.problem in ("", "missing_zero"):
            return (check.offer or check.number)[:SIREN_DIGITS]
    return ""


def vat_of(number):
    """The VAT number of a SIREN: its key is computed, whether it is used or not.

    >>> vat_of("303265045"), vat_of("057200933")
    ('FR40303265045', 'FR14057200933')
    """
    key = (12 + 3 * (int(number) % 97)) % 97
    return f"FR{key:02d}{number}"


def check_vat(text, registry=""):
    """Check a French VAT number, against the SIREN of the firm when it is known.

    :param str text: the VAT number
    :param str registry: the SIREN or SIRET of the firm

    >>> check_vat("Fr 40 303 265 045")
    Check(number='FR40303265045', problem='', offer='')
    >>> check_vat("FR41303265045").problem
    'checksum'

    With the SIREN, the number is known: it is offered for any that is not it.

    >>> check_vat("FR40303265045", "73282932000074")
    Check(number='FR40303265045', problem='other_firm', offer='FR44732829320')
    >>> check_vat("FR4403265045", "303 265 045")
    Check(number='FR4403265045', problem='length', offer='FR40303265045')
    >>> check_vat("40303265045", "303265045")
    Check(number='40303265045', problem='country', offer='FR40303265045')

    Other countries have other numbers:

    >>> check_vat("DE136695976").problem
    'country'
    """
    number = cleaned(text)
    firm = siren_of(registry)
    offer = vat_of(firm) if firm else ""
    if not number.startswith("FR"):
        return Check(number, "country", offer)
    if len(number) != VAT_CHARACTERS:
        return Check(number, "length", offer)
    try:
        tva.validate(number)
    except InvalidChecksum:
        return Check(number, "checksum", offer)
    except ValidationError:
        return Check(number, "characters", offer)
    if firm and number[-SIREN_DIGITS:] != firm:
        return Check(number, "other_firm", offer)
    return Check(number)


def check_iban(text):
    """Check the number of a bank account, of any country.

    >>> check_iban("FR76 3000 6000 0112 3456 7890 189")
    Check(number='FR7630006000011234567890189', problem='', offer='')
    >>> check_iban("FR76 3000 6000 0112 3456 7890 198").problem
    'checksum'
    >>> check_iban("my bank").problem, check_iban("").problem
    ('length', 'length')
    """
    number = cleaned(text)
    usual = IBAN_CHARACTERS.get(number[:2], len(number))
    if not re.fullmatch(r"[A-Z]{2}\d{2}[A-Z0-9]{11,30}", number) or usual != len(number):
        return Check(number, "length")
    # Not by stdnum.iban: it reads a table of banks, which fails on Odoo's import hook.
    if not mod_97_10.is_valid(number[4:] + number[:4]):
        return Check(number, "checksum")
    return Check(number)


def check_postcode(text):
    """Check a French postcode.

    >>> check_postcode("67600").problem, check_postcode("67 600").number
    ('', '67600')
    >>> check_postcode("1400")
    Check(number='1400', problem='missing_zero', offer='01400')
    >>> check_postcode("00123").problem, check_postcode("676").problem
    ('checksum', 'length')
    >>> check_postcode("D-77694").problem
    'characters'
    """
    check = _digits(text, POSTCODE_DIGITS, POSTCODE.fullmatch)
    if check.problem == "missing_zero" and len(check.number) != POSTCODE_DIGITS - 1:
        return Check(check.number, "length")
    return check
