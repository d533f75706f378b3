"""What the addons say of themselves, read without importing them."""

import ast
import csv

from . import files, paths

DEMO = "cocare_demo"


def manifests():
    """Return ``{name: manifest}`` of the suite's installable addons."""
    found = {}
    for path in sorted(paths.ADDONS.glob("*/__manifest__.py")):
        manifest = ast.literal_eval(path.read_text(encoding="utf-8"))
        if manifest.get("installable", True):
            found[path.parent.name] = manifest
    return found


def dependencies():
    """Return the modules of others (Odoo, OCA) that the suite stands on."""
    suite = manifests()
    needed = {name for manifest in suite.values() for name in manifest["depends"]}
    return sorted(needed - set(suite) | {"base"})


def fingerprint():
    """Return what changes whenever a file that is installed in a database changes.

    Tests are read from the disk, not from the database.
    """
    parts = []
    for addon in manifests():
        top = paths.ADDONS / addon
        for path in files.tree_files(top):
            inside = path.relative_to(top)
            if inside.parts[0] not in ("tests", "readme"):
                parts += [f"{addon}/{inside}", path]
    return files.digest(*parts)


def demo_logins():
    """Return the demonstration's people, one per role, as the demo addon lists them."""
    path = paths.ADDONS / DEMO / "data" / "logins.csv"
    if not path.is_file():
        return []
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))
