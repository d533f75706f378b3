"""Third parties of a ledger file, and the contacts of the firm that they may be.

Pure module, below ``fec_books.py``: knows no ORM, writes nothing.

A file names a third party by a number and a name (article A47 A-1 LPF, fields 7 and 8);
both are the former software's. Nothing proposed here is certain but the same number:
people see how each one was found before anything is written.
"""

import re
from collections import defaultdict
from dataclasses import dataclass

from . import fec_text


@dataclass(frozen=True, slots=True)
class Contact:
    """A contact of the firm. Only those that stand alone are known by their name: the
    persons of a company bear each other's."""

    id: int
    ref: str
    name: str
    alone: bool = True


def match(parties, contacts, given=()):
    """Say which contact of the firm each third party is, as far as it can be told.

    A contact bears the number as its reference; else it bears the very name; else the
    same words, whatever their order, capitals, accents and marks. By name, one number
    of the file goes to one contact: where either side has several of a name, or another
    number has the contact, nobody can tell and nothing is said.

    :param parties: ``{number: name}`` of the file
    :param contacts: list of :class:`Contact`, the first of a reference is taken
    :param given: ``{number: id, or None for a contact to be made}`` that is settled
    :return: ``{number: (id, "ref", "name" or "near")}``, given ones left out

    >>> contacts = [Contact(1, "C001", "Anything"), Contact(2, "", "Café de l'Étang"),
    ...             Contact(3, "X", "Léa Muller"), Contact(4, "", "Noé"),
    ...             Contact(5, "", "Noé")]
    >>> match({"C001": "Martin", "9": "Café de l'Étang", "8": "MULLER, Lea",
    ...        "7": "Noé", "6": ""}, contacts)
    {'C001': (1, 'ref'), '9': (2, 'name'), '8': (3, 'near')}
    >>> match({"1": "Léa Muller", "2": "Léa Muller"}, contacts)
    {}
    >>> match({"1": "Léa Muller", "2": "Martin"}, contacts, {"2": 3})
    {}
    """
    given, by_ref = dict(given), {}
    for contact in contacts:
        by_ref.setdefault(contact.ref, contact.id)
    left = {number: name for number, name in parties.items() if number not in given}
    found = {number: (by_ref[number], "ref") for number in left if number in by_ref}
    taken = {given[number] for number in parties if number in given}
    taken |= {contact_id for contact_id, _how in found.values()}
    for how, key_of in (("name", str.strip), ("near", words)):
        ours, theirs = defaultdict(list), defaultdict(list)
        for number, name in parties.items():
            ours[key_of(name)].append(number)
        for contact in (contact for contact in contacts if contact.alone):
            theirs[key_of(contact.name)].append(contact.id)
        for key, numbers in ours.items():
            number, ids = numbers[0], theirs.get(key, ())
            if key and len(numbers) == len(ids) == 1 and ids[0] not in taken:
                if number in left and number not in found:
                    found[number] = ids[0], how
                    taken.add(ids[0])
    return found


def words(name):
    """The words of a name in one order, without capitals, accents and marks.

    >>> words("MULLER, Léa"), words("léa  Muller"), words("L'Œuf"), words("…")
    ('lea muller', 'lea muller', 'l oeuf', '')
    """
    text = fec_text.plain(name).replace("œ", "oe")
    return " ".join(sorted(re.findall(r"[^\W_]+", text)))


def same(contacts):
    """Numbers that are one contact go by the first of them.

    :param contacts: ``{number: id, or None for a contact to be made}``
    :return: ``{number: number}``

    >>> same({"C001": 7, "F001": 7, "C002": None, "C003": None})
    {'C001': 'C001', 'F001': 'C001', 'C002': 'C002', 'C003': 'C003'}
    """
    first = {}
    return {
        number: first.setdefault(contact, number) if contact else number
        for number, contact in contacts.items()
    }
