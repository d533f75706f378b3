"""Find or unpack Odoo 19.0."""

import importlib.util
import os
import re
from pathlib import Path

from . import debian, files, paths
from .console import Failure, Step

SERIES = "19.0"

# The packages whose fonts and scripts the files of odoo-19 link to. The icons are those
# of Font Awesome 4.7: later versions of the package moved the files.
ICONS = "fonts-font-awesome=5.0.10+really4.7.0*"
PACKAGES = (
    "odoo-19",
    ICONS,
    "fonts-glyphicons-halflings",
    "fonts-inconsolata",
    "fonts-montserrat",
    "fonts-ocr-b",
    "fonts-roboto-unhinted",
    "libjs-jquery",
    "libjs-jquery-form",
    "libjs-underscore",
)
# Translations are two thirds of the package; French and German (the neighbours') stay.
EXCLUDED = (
    "*/i18n*/[!df]*.po",
    "*/i18n*/d[!e]*.po",
    "*/i18n*/f[!r]*.po",
    "./usr/share/doc*",
)
# The package leaves this file out, and every backend page logs an error without it.
# It only serves to blur the background of video calls.
MISSING = "mail/static/lib/selfie_segmentation/selfie_segmentation.js"


def given():
    """Return the directory of an Odoo that is already there, to be used as it is."""
    home = os.environ.get("ODOO_HOME")
    if home:
        directory = Path(home).expanduser().resolve()
        if not (directory / "odoo" / "release.py").is_file():
            raise Failure(
                f"ODOO_HOME={home} is no Odoo: there is no odoo/release.py in it."
            )
        return _checked(directory)
    if importlib.util.find_spec("odoo"):
        spec = importlib.util.find_spec("odoo.release")
        if spec and spec.origin:
            directory = Path(spec.origin).parent.parent
            return directory if _series(directory) == SERIES else None
    return None


def directory():
    """Return the directory to put on Python's path, whether it is prepared or not."""
    return given() or paths.ODOO / "usr/lib/python3/dist-packages"


def version():
    """Return what identifies this Odoo, for the keys of what is built with it."""
    if given():
        release = directory() / "odoo" / "release.py"
        return files.digest(str(directory()), release)
    unpacked = paths.STAMPS / "odoo"
    return unpacked.read_text(encoding="utf-8") if unpacked.is_file() else ""


def ready():
    return bool(given()) or (bool(version()) and (directory() / "odoo").is_dir())


def prepare():
    """Make Odoo available: the one that is given, or Debian's package, unpacked."""
    if ready():
        return
    if not debian.available():
        raise Failure(debian.NO_ODOO)
    debs = debian.fetch(PACKAGES, optional=(ICONS,))
    files.require_space(paths.RUNTIME, 800, "Odoo")
    with Step(f"Odoo {SERIES} unpacked"):
        with files.fresh_directory(paths.ODOO) as target:
            for deb in debs.values():
                debian.unpack(deb, target, EXCLUDED)
            addons = target / "usr/lib/python3/dist-packages/odoo/addons"
            missing = addons / MISSING
            if not missing.exists():
                missing.parent.mkdir(parents=True, exist_ok=True)
                missing.write_text("")
    files.mark_done("odoo", debs["odoo-19"].name)


def _series(directory):
    text = (directory / "odoo" / "release.py").read_text(encoding="utf-8")
    match = re.search(r"version_info\s*=\s*\(\s*(\d+)\s*,\s*(\d+)", text)
    return f"{match[1]}.{match[2]}" if match else ""


def _checked(directory):
    series = _series(directory)
    if series != SERIES:
        raise Failure(f"{directory} holds Odoo {series}; Co-CARE needs {SERIES}.")
    return directory
