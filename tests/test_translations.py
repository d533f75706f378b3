"""What a user reads is there in French: every term Odoo exports, with its placeholders.

"docs/development.md" says how to write the files again.
"""

import logging
import re
from collections import Counter
from contextlib import closing
from pathlib import Path

import polib
import pytest

from odoo.api import SUPERUSER_ID, Environment
from odoo.modules.registry import Registry
from odoo.tests.common import get_db_name
from odoo.tools.translate import TranslationModuleReader

ADDONS = Path(__file__).resolve().parent.parent / "addons"
NAMES = sorted(path.parent.name for path in ADDONS.glob("*/__manifest__.py"))
# %(firm)s, %(cost).2f, %s, %%, and tags, which a translation keeps as they are
PLACEHOLDER = re.compile(r"%\(\w+\)[-+ #0]*[\d.]*[a-zA-Z]|%[sdf%]|<[^>]*>")

_figure = logging.getLogger("cocare.figure")


def reader(cr, addon):
    return TranslationModuleReader(cr, modules=[addon])


@pytest.fixture(scope="module")
def terms():
    """The terms of each addon of the suite that is installed, as Odoo exports them."""
    with closing(Registry(get_db_name()).cursor()) as cr:
        modules = Environment(cr, SUPERUSER_ID, {})["ir.module.module"].search(
            [("name", "in", NAMES), ("state", "=", "installed")]
        )
        # one by one: a record of several addons is exported for one of them only
        found = {
            name: {source for *_start, source, _value, _comments in reader(cr, name)}
            for name in modules.mapped("name")
        }
    return found


def path(addon, file_name):
    return ADDONS / addon / "i18n" / file_name


def placeholders(text):
    return Counter(PLACEHOLDER.findall(text))


def test_the_suite_is_exported(terms):
    assert terms.get("cocare_network")


@pytest.mark.parametrize("addon", NAMES)
def test_french_is_complete(terms, addon):
    if addon not in terms:
        pytest.skip(f"{addon} is not installed in the database")
    french = {
        entry.msgid: entry.msgstr
        for entry in polib.pofile(path(addon, "fr.po"))
        if not entry.fuzzy and not entry.obsolete
    }
    missing = {term for term in terms[addon] if not french.get(term, "").strip()}
    assert not missing
    broken = {
        term: french[term]
        for term in terms[addon]
        if placeholders(term) != placeholders(french[term])
    }
    assert not broken


@pytest.mark.parametrize("addon", NAMES)
def test_files_hold_no_other_term(terms, addon):
    if addon not in terms:
        pytest.skip(f"{addon} is not installed in the database")
    for file in path(addon, "").glob("*.po*"):
        assert {entry.msgid for entry in polib.pofile(file)} <= terms[addon], file.name
    template = path(addon, f"{addon}.pot")
    if terms[addon]:
        assert {entry.msgid for entry in polib.pofile(template)} == terms[addon]


def test_how_many_terms(terms):
    _figure.info("%s=%s", "i18n.fr_terms", sum(map(len, terms.values())))
