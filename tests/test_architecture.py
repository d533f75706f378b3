"""The shape of the suite, kept: a star of addons, pure arithmetic, whole addons.

Needs no database: ``pytest -p no:odoo tests/test_architecture.py``.
"""

import ast
import csv
import re
from functools import cache
from pathlib import Path

import pytest

ADDONS = Path(__file__).resolve().parent.parent / "addons"
CENTRE = "cocare_network"
DEMO = "cocare_demo"
NOT_PURE = {"__init__.py", "__manifest__.py", "hooks.py"}
README = ("DESCRIPTION.md", "USAGE.md")


@cache
def manifest(addon):
    text = (ADDONS / addon / "__manifest__.py").read_text(encoding="utf-8")
    return ast.literal_eval(text)


NAMES = sorted(path.parent.name for path in ADDONS.glob("*/__manifest__.py"))

each_addon = pytest.mark.parametrize("addon", NAMES)


def siblings(addon):
    """The addons of the suite that an addon depends on."""
    return {name for name in manifest(addon)["depends"] if name in NAMES}


def is_bridge(addon):
    """An ``auto_install`` addon between two neighbours, named after both."""
    ends = siblings(addon) - {CENTRE}
    named = all(end.removeprefix("cocare_") in addon for end in ends)
    return bool(manifest(addon).get("auto_install")) and len(ends) == 2 and named


def allowed(addon):
    """The addons of the suite that an addon may depend on."""
    if addon == CENTRE:
        return set()
    if addon == DEMO:
        return set(NAMES) - {DEMO}
    if is_bridge(addon):
        return siblings(addon) | {CENTRE}
    return {CENTRE}


def python_files(addon):
    return sorted((ADDONS / addon).rglob("*.py"))


def tree(path):
    return ast.parse(path.read_text(encoding="utf-8"), str(path))


def imports(path):
    """The absolute names of modules that a file imports."""
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and not node.level:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def pure_modules():
    return [path for path in sorted(ADDONS.glob("*/*.py")) if path.name not in NOT_PURE]


def test_there_is_a_suite():
    assert CENTRE in NAMES


@each_addon
def test_star(addon):
    assert siblings(addon) <= allowed(addon)
    if addon != CENTRE:
        assert CENTRE in siblings(addon)


def test_demo_shows_everything():
    if DEMO in NAMES:
        assert siblings(DEMO) == allowed(DEMO)


def test_no_cycle():
    def visit(addon, path=()):
        assert addon not in path, " → ".join([*path, addon])
        for name in siblings(addon):
            visit(name, (*path, addon))

    for addon in NAMES:
        visit(addon)


@each_addon
def test_imports_follow_the_manifest(addon):
    reach, todo = {addon}, [addon]
    while todo:
        new = siblings(todo.pop()) - reach
        reach |= new
        todo += new
    for path in python_files(addon):
        for name in imports(path):
            match = re.match(r"odoo\.addons\.(cocare_\w+)", name)
            if match:
                assert match[1] in reach, f"{path} imports {name}"


def test_pure_modules_do_not_know_odoo():
    for path in pure_modules():
        known = [name for name in imports(path) if name.split(".")[0] == "odoo"]
        assert not known, f"{path} imports {known}"


@each_addon
def test_manifest(addon):
    stated = manifest(addon)
    assert stated["license"] == "AGPL-3"
    assert re.fullmatch(r"19\.0\.\d+\.\d+\.\d+", stated["version"])
    assert (ADDONS / addon / "pyproject.toml").is_file(), "whool needs it"


@each_addon
def test_readme(addon):
    for name in README:
        fragment = ADDONS / addon / "readme" / name
        assert fragment.is_file() and fragment.read_text(encoding="utf-8").strip(), name


def po_entries(path):
    """Yield ``(message, translations, fuzzy)`` of a translation file."""
    for block in path.read_text(encoding="utf-8").split("\n\n"):
        lines = [line for line in block.splitlines() if not line.startswith("#~")]
        fields, current = {}, None
        for line in lines:
            start = re.match(r'(msgid|msgid_plural|msgstr(?:\[\d\])?) (".*")', line)
            if start:
                current = start[1]
                fields[current] = ast.literal_eval(start[2])
            elif line.startswith('"') and current:
                fields[current] += ast.literal_eval(line)
        if fields.get("msgid"):
            texts = [text for name, text in fields.items() if name[:6] == "msgstr"]
            fuzzy = any(re.match(r"#,.*\bfuzzy\b", line) for line in lines)
            yield fields["msgid"], texts, fuzzy


@each_addon
def test_french_is_complete(addon):
    path = ADDONS / addon / "i18n" / "fr.po"
    assert path.is_file()
    entries = list(po_entries(path))
    late = [message for message, texts, fuzzy in entries if fuzzy or not all(texts)]
    assert not late
    template = path.with_name(f"{addon}.pot")
    if template.is_file():
        wanted = {message for message, _texts, _fuzzy in po_entries(template)}
        assert not wanted - {message for message, _texts, _fuzzy in entries}


@each_addon
def test_every_right_has_a_group(addon):
    path = ADDONS / addon / "security" / "ir.model.access.csv"
    if path.is_file():
        with path.open(encoding="utf-8", newline="") as stream:
            for row in csv.DictReader(stream):
                group = row.get("group_id:id") or row.get("group_id/id")
                assert group, row["id"]


def models_of(path):
    """The models that a file defines or extends, by class."""
    for node in tree(path).body:
        if isinstance(node, ast.ClassDef):
            stated = {
                target.id: statement.value
                for statement in node.body
                if isinstance(statement, ast.Assign)
                for target in statement.targets
                if isinstance(target, ast.Name)
            }
            if "_name" in stated or "_inherit" in stated:
                yield node.name


@each_addon
def test_one_file_per_model(addon):
    for path in sorted((ADDONS / addon).glob("models/*.py")):
        found = list(models_of(path))
        assert len(found) <= 1, f"{path}: {found}"


@each_addon
def test_tests_are_run_by_odoo_too(addon):
    tests = ADDONS / addon / "tests"
    files = {path.stem for path in tests.glob("test_*.py")}
    assert files, "no tests"
    imported = {
        alias.name
        for node in ast.walk(tree(tests / "__init__.py"))
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }
    assert files <= imported


def test_methods_of_the_portal_have_names_of_their_own():
    """Odoo makes one class of all the controllers of a base: a second method of the
    same name takes the place of the first, on other pages."""
    owners = {}
    for path in sorted(ADDONS.glob("*/controllers/*.py")):
        for node in ast.parse(path.read_text()).body:
            bases = [getattr(base, "id", "") for base in getattr(node, "bases", [])]
            if "FirmPortal" not in bases:
                continue
            for method in node.body:
                if isinstance(method, ast.FunctionDef):
                    other = owners.setdefault(method.name, path)
                    assert other == path, f"{method.name}: {other} and {path}"
    assert len(owners) > 20
