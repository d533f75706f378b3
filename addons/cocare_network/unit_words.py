"""The name of a unit as people write it beside a number: 3 hours, 1 hour, € / hour.

Pure words: no Odoo here. A unit of measure is named as a title and in the plural:
“Hours”.
"""

import re

from babel import Locale

#: words that end in s in the singular too
INVARIABLE = {"colis", "cours", "devis", "fois", "mois", "repas", "temps"}


def beside(name, quantity=1, language="en"):
    """The name of a unit after a quantity; after one of them where none is given.

    >>> beside("Hours"), beside("Hours", 3), beside("Hours", 1.5)
    ('hour', 'hours', 'hours')

    In French it takes two to be many:

    >>> [beside("Heures", number, "fr") for number in (1.5, -2, 0)]
    ['heure', 'heures', 'heure']

    Each word of it, and no symbol:

    >>> [beside(name, 1, "fr") for name in ("Palettes-jours", "Colis", "m² par mois")]
    ['palette-jour', 'colis', 'm² par mois']
    >>> beside("kg", 3), beside("L"), beside("kWh"), beside("kms/h"), beside("")
    ('kg', 'L', 'kWh', 'kms/h', '')

    A name that is in the singular is left so: which plural it has is not known.

    >>> beside("Unité", 3, "fr")
    'unité'
    """
    words = name[:1].lower() + name[1:] if name[1:3].islower() else name
    rule = Locale.parse(language).plural_form
    if rule(abs(int(quantity) if quantity == int(quantity) else quantity)) != "one":
        return words
    return re.sub(r"\w{3,}s\b", _singular, words)


def _singular(word):
    return word[0] if word[0] in INVARIABLE or word[0][-2] == "s" else word[0][:-1]
