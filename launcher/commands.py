"""The commands beside ``run``: each prepares, then lets the right tool work."""

import contextlib
import os
import subprocess

from . import browser, databases, environment, files, paths, postgres
from .console import Failure, Step, say

BESIDE_PEERS = {"bench_recharge"}


def test(arguments):
    """Run everything in one pytest: addon tests, ``tests/``, tours, doctests.

    Without arguments, a process a core, each with its copy of the tests' database;
    with some, as they say.
    """
    environment.prepare(environment.RUN, environment.TEST)
    browser.prepare()
    with postgres.running():
        with files.locked(paths.RUNTIME / "prepare.lock"):
            databases.prepare_test()
        return _call(
            [environment.PYTHON, "-m", "pytest", "--odoo-http"]
            + ["--odoo-log-level=warn", f"--odoo-database={databases.TEST}"]
            + [f"--odoo-extra=db-filter=^{databases.TEST}$"]
            + (arguments or ["-n", str(os.cpu_count() or 1), "--dist", "loadfile"]),
            databases.odoo_environment(databases.TEST),
        )


def bench(arguments):
    """Run the benches; each prints its figures.

    Those of ``BESIDE_PEERS`` run where the addons of others are installed too.
    """
    environment.prepare(environment.RUN, environment.TEST, environment.BENCH)
    benches = sorted((paths.ROOT / "bench").glob("bench_*.py"))
    wanted = [path for path in benches if not arguments or path.stem in arguments]
    if not wanted:
        raise Failure(f"No such bench. There are: {' '.join(b.stem for b in benches)}")
    with _database(databases.MAIN):
        if any(path.stem in BESIDE_PEERS for path in wanted):
            with files.locked(paths.RUNTIME / "prepare.lock"):
                databases.prepare_peers()
        return max(_bench(path) for path in wanted)


def _bench(path):
    peers = path.stem in BESIDE_PEERS
    name = databases.PEERS if peers else databases.MAIN
    return _call([environment.PYTHON, path], databases.odoo_environment(name))


def close(database, month, dry_run, no_review):
    """Close a month: an Odoo command of the accounting addon does it."""
    with _database(database) as env:
        return _call(
            environment.script("odoo")
            + [f"--addons-path={paths.ADDONS}", "cocare_close", "-c", paths.CONF]
            + ["-d", database, "--month", month, *(["--dry-run"] if dry_run else [])]
            + (["--no-review", no_review] if no_review else []),
            env,
        )


def shell(database, arguments):
    with _database(database) as env:
        return _call(
            environment.script("odoo")
            + ["shell", "-c", paths.CONF, "-d", database, "--no-http", *arguments],
            env,
        )


def update(database):
    with _database(database):
        databases.update(database)


def backup(database, target):
    """Save a database and its files.

    The files are copied before the database, so what is attached in between would be
    missing: that is why nothing may serve the database meanwhile.
    """
    with _database(database) as env:
        _require_unused(database)
        with Step(f"Backup of {database}"):
            code = _call(
                environment.script("click-odoo-backupdb")
                + ["-c", paths.CONF, "--format", "zip", database, target],
                env,
            )
    if code:
        raise Failure("No backup was made.")
    say(f"{database} is saved in {target}.")


def restore(database, source, force):
    environment.prepare(environment.RUN)
    with postgres.running():
        if databases.exists(database):
            if not force:
                raise Failure(
                    f"There is a database {database} already: add --force to replace "
                    "it, or --database to restore beside it."
                )
            _require_unused(database)
        with Step(f"Restore of {database}"):
            code = _call(
                environment.script("click-odoo-restoredb")
                + ["-c", paths.CONF, "--move", *(["--force"] if force else [])]
                + [database, source],
                databases.odoo_environment(database),
            )
        if code:
            raise Failure(f"{source} was not restored.")
        databases.set_stamp(database, "restored")
    say(f"{database} is restored from {source}.")


def demo(database):
    """Make a fresh copy of the demonstration network under another name."""
    environment.prepare(environment.RUN)
    with postgres.running():
        with files.locked(paths.RUNTIME / "prepare.lock"):
            databases.prepare_demo()
            databases.copy(databases.DEMO, database)


@contextlib.contextmanager
def _database(name):
    """Give the environment of a database that exists, with its server on."""
    environment.prepare(environment.RUN)
    with postgres.running():
        if not databases.exists(name):
            if name != databases.MAIN:
                raise Failure(f"There is no database {name}.")
            with files.locked(paths.RUNTIME / "prepare.lock"):
                databases.prepare_main()
        yield databases.odoo_environment(name)


def _require_unused(database):
    users = postgres.query(
        f"SELECT count(*) FROM pg_stat_activity WHERE datname = '{database}'"
    )
    if users != "0":
        raise Failure(
            f"{database} is in use: stop its server first ({users} connections)."
        )


def _call(command, env):
    """Run a program on this terminal; Ctrl-C is for it, and ends it."""
    return subprocess.call([str(part) for part in command], cwd=paths.ROOT, env=env)
