"""Names of the files that the tax office wants."""


def fec_file_name(company_registry, date_to):
    """Name of a FEC: SIREN, ``FEC``, last day of the fiscal year (art. A47 A-1, IX).

    The SIREN is the first nine digits of the registry number, whether the firm has a
    VAT number or not.

    :param company_registry: SIREN or SIRET, may be empty
    :param date date_to: last day of the fiscal year
    :return: str

    >>> from datetime import date
    >>> fec_file_name("123 456 782 00010", date(2025, 12, 31))
    '123456782FEC20251231.txt'
    >>> fec_file_name(False, date(2025, 12, 31))
    'FEC20251231.txt'
    """
    digits = "".join(c for c in company_registry or "" if c.isdigit())
    return f"{digits[:9]}FEC{date_to:%Y%m%d}.txt"
