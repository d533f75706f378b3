"""Say what is ready, and what to do about what is not."""

import os
import sys

from . import (
    browser,
    databases,
    debian,
    environment,
    files,
    odoo,
    paths,
    postgres,
    server,
)
from .console import Failure

NEED_MB = 3000


def run():
    """Print one line per thing; return 1 when something must be done by the user."""
    must_act = False
    for name, check in CHECKS:
        try:
            mark, text = check()
        except Failure as failure:
            mark, text = "✗", str(failure)
        must_act = must_act or mark == "✗"
        print(f"{mark} {name:<12} {text}")
    print("\n✓ ready   · not yet, or not needed   ✗ to do")
    return int(must_act)


def _python():
    return "✓", f"{sys.version.split()[0]} ({sys.executable})"


def _disk():
    free = files.free_megabytes(paths.RUNTIME)
    if free < NEED_MB and not paths.RUNTIME.exists():
        return "✗", f"{free} MB free, a first run needs {NEED_MB} MB"
    return "✓", f"{free} MB free for {paths.RUNTIME}"


def _cache():
    held = sum(f.stat().st_size for f in paths.CACHE.rglob("*") if f.is_file())
    return "✓", f"{held // files.MB} MB in {paths.CACHE}"


def _apt():
    if odoo.given():
        return "·", "not needed: an Odoo is given"
    if debian.available():
        return "✓", "apt-get and dpkg-deb"
    return "✗", debian.NO_ODOO


def _odoo():
    if odoo.given():
        return "✓", f"{odoo.SERIES}, given: {odoo.given()}"
    if odoo.ready():
        return "✓", f"{odoo.SERIES}, {odoo.version()}"
    return "·", "prepared by the first run"


def _packages():
    locks = [lock for lock in (environment.RUN, environment.TEST) if lock.is_file()]
    late = [lock.name for lock in locks if not environment.installed(lock)]
    if late:
        return "·", f"installed when needed: {', '.join(late)}"
    return "✓", "as locked"


def _postgres():
    if postgres.external():
        return "✓", f"given: {os.environ.get('PGHOST') or os.environ['PGSERVICE']}"
    if postgres.is_running():
        return (
            "✓",
            f"running, PGHOST={postgres.socket_directory()} PGUSER={postgres.ROLE}",
        )
    return "·", f"stopped, in {postgres.home()}"


def _databases():
    if not (postgres.external() or postgres.is_running()):
        return "·", "seen when PostgreSQL runs"
    names = (databases.MAIN, databases.DEPENDENCIES, databases.DEMO, databases.TEST)
    whole = [name for name in names if databases.stamp(name)]
    return ("✓", ", ".join(whole)) if whole else ("·", "made by the first run")


def _chromium():
    found = browser.find()
    if found:
        return "✓", found
    return "·", "./cocare test installs it as root; otherwise tours are skipped"


def _port():
    try:
        server.require_port(server.PORT)
    except Failure as failure:
        if server.answers(server.PORT):
            return "✓", f"{server.PORT}: Odoo answers there"
        return "✗", str(failure)
    return "✓", f"{server.PORT} is free"


CHECKS = (
    ("Python", _python),
    ("Disk", _disk),
    ("Cache", _cache),
    ("APT", _apt),
    ("Odoo", _odoo),
    ("Packages", _packages),
    ("PostgreSQL", _postgres),
    ("Databases", _databases),
    ("Chromium", _chromium),
    ("Port", _port),
)
