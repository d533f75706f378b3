"""Databases: made once, stamped when whole, copied ever after.

``cocare_deps`` holds what the suite stands on (Odoo's and OCA's modules, French); it
costs minutes, depends on the lock and the manifests, and is kept in the cache for the
next clone. ``cocare_test`` is a copy of it with the suite, ``cocare_demo`` a copy with
the demonstration network, and ``cocare``, which people use, a copy of that. So is
``cocare_peers``, with the addons of others that a bench measures beside us.

The stamp is the comment of the database: it lives and dies with it. Attachments are
kept in these databases, so that a copy is whole without a filestore.
"""

import contextlib
import os
import re

from . import addons, environment, files, odoo, paths, postgres, process
from .console import Failure, Step

MAIN = "cocare"
DEPENDENCIES = "cocare_deps"
TEST = "cocare_test"
DEMO = "cocare_demo"
PEERS = "cocare_peers"
LANGUAGE = "fr_FR"
TEST_NETWORKS = paths.ROOT / "tests" / "prepare.py"

DUMPS = paths.CACHE / "databases"
DUMPS_KEPT = 3

PEER = re.compile(r"^odoo-addon-([\w-]+)==", re.MULTILINE)
LOADING = re.compile(r"Loading module (\S+) \((\d+)/(\d+)\)")
COMPLAINT = re.compile(r"^\S+ \S+ \d+ (WARNING|ERROR|CRITICAL) ")


def odoo_environment(database, **more):
    """Return the environment of Odoo's programs on one database."""
    return postgres.client_environment(
        ODOO_RC=str(paths.CONF),
        ODOO_DATA_DIR=str(paths.DATA),
        PGDATABASE=database,
        **more,
    )


def exists(name):
    return bool(postgres.query(f"SELECT 1 FROM pg_database WHERE datname = '{name}'"))


def stamp(name):
    """Return the stamp of a database: nothing as long as it is not whole."""
    return postgres.query(
        "SELECT shobj_description(oid, 'pg_database') FROM pg_database "
        f"WHERE datname = '{name}'"
    )


def set_stamp(name, key):
    postgres.query(f"COMMENT ON DATABASE \"{name}\" IS '{key}'")


def drop(name):
    """Drop a database, whoever of ours is connected to it.

    Not ``WITH (FORCE)``: it fails when an autovacuum worker is there, which is nobody
    of ours to end. A plain ``DROP`` ends those by itself.
    """
    postgres.query(
        "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity "
        f"WHERE datname = '{name}' AND usename = current_user"
    )
    postgres.query(f'DROP DATABASE IF EXISTS "{name}"')


def copy(template, name):
    """Make ``name`` a copy of ``template``, in place of what it was."""
    drop(name)
    postgres.query(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')


def dependencies_key():
    return files.digest(
        environment.RUN, odoo.version(), LANGUAGE, *addons.dependencies()
    )


def suite_key(modules):
    return files.digest(dependencies_key(), addons.fingerprint(), *modules)


def test_modules():
    """Return the addons installed for tests: those make their own data."""
    return [name for name in addons.manifests() if name != addons.DEMO]


def prepare_dependencies():
    """Have the database of what the suite stands on: found, restored or made."""
    key = dependencies_key()
    if stamp(DEPENDENCIES) == key:
        return
    with _building(DEPENDENCIES, key) as name:
        if not _restored(name, "deps", key):
            files.require_space(postgres.home(), 1000, "the databases")
            _install_dependencies(name)
            _keep(name, "deps", key)


def prepare_test():
    """Have the tests' database: what the suite stands on, and the suite as it is."""
    modules = test_modules()
    # What the tests start from is made by files of theirs.
    common = sorted(paths.ADDONS.glob("*/tests/common.py"))
    key = files.digest(suite_key(modules), TEST_NETWORKS, *common)
    if stamp(TEST) == key:
        return
    prepare_dependencies()
    with _building(TEST, key) as name:
        copy(DEPENDENCIES, name)
        _install_suite(name, modules, "Suite installed for tests", complain=True)
        with Step("Networks the tests start from"):
            process.run(
                environment.script("click-odoo")
                + ["-c", paths.CONF, "-d", name, "--log-level", "warn", TEST_NETWORKS],
                "test-networks",
                env=odoo_environment(name, **postgres.IMPATIENT),
            )


def prepare_demo():
    """Have the demonstration network, untouched, for others to be copied from."""
    modules = list(addons.manifests())
    key = suite_key(modules)
    if stamp(DEMO) == key:
        return
    with _building(DEMO, key) as name:
        if not _restored(name, "demo", key):
            prepare_dependencies()
            copy(DEPENDENCIES, name)
            _install_suite(name, modules, "Demonstration network")
            _keep(name, "demo", key)


def prepare_main(fresh=False):
    """Have the database that people use; it is kept, and updated to the addons."""
    modules = list(addons.manifests())
    key = suite_key(modules)
    if fresh or not stamp(MAIN):
        prepare_demo()
        with Step("Copy of the demonstration network"):
            with _building(MAIN, key) as name:
                copy(DEMO, name)
    elif stamp(MAIN) != key:
        update(MAIN)


def prepare_peers():
    """Have a copy of the demonstration network with the addons of the benches' lock."""
    lock = environment.BENCH
    key = files.digest(suite_key(list(addons.manifests())), lock)
    if stamp(PEERS) == key:
        return
    prepare_demo()
    peers = PEER.findall(lock.read_text(encoding="utf-8"))
    with _building(PEERS, key) as name:
        copy(DEMO, name)
        modules = ",".join(peer.replace("-", "_") for peer in peers)
        _odoo(name, f"Installation of {modules}", ["-i", modules])


def update(name):
    """Bring a database to the addons as they are on disk."""
    modules = list(addons.manifests())
    known = postgres.query(
        "SELECT name FROM ir_module_module WHERE state = 'installed'", database=name
    ).splitlines()
    new = [module for module in modules if module not in known]
    if new:
        _odoo(name, f"Installation of {', '.join(new)}", ["-i", ",".join(new)])
    with Step(f"Update of {name}") as step:
        process.run(
            environment.script("click-odoo-update")
            + ["-c", paths.CONF, "-d", name, "--log-level", "info"],
            f"update-{name}",
            step,
            _loading,
            env=odoo_environment(name),
        )
    set_stamp(name, suite_key(modules))


@contextlib.contextmanager
def _building(name, key):
    """Give the name of a database to fill; stamped and put in place at the end."""
    aside = f"{name}_building"
    drop(aside)
    yield aside
    set_stamp(aside, key)
    drop(name)
    postgres.query(f'ALTER DATABASE "{aside}" RENAME TO "{name}"')


def _install_dependencies(name):
    modules = addons.dependencies()
    with Step(f"Modules the suite stands on ({len(modules)} and theirs)") as step:
        process.run(
            environment.script("click-odoo-initdb")
            + ["-c", paths.CONF, "-n", name, "-m", ",".join(modules), "--no-demo"]
            + ["--no-cache", "--attachments-in-db-persistent", "--log-level", "info"],
            "dependencies",
            step,
            _loading,
            env=odoo_environment(name, **postgres.IMPATIENT),
        )
    with Step("French"):
        process.run(
            environment.script("odoo")
            + ["i18n", "loadlang", "-c", paths.CONF, "-d", name, "-l", LANGUAGE],
            "language",
            env=odoo_environment(name, **postgres.IMPATIENT),
        )


def _install_suite(name, modules, title, complain=False):
    """Install the suite; for tests, what the log complains of is an error."""
    if not modules:
        return
    log = _odoo(name, title, ["-i", ",".join(modules)], **postgres.IMPATIENT)
    complaints = [
        line for line in log.read_text().splitlines() if COMPLAINT.match(line)
    ]
    if complain and complaints:
        raise Failure("\n".join(["The suite installs with complaints:", *complaints]))
    process.run(
        environment.script("click-odoo-update")
        + ["-c", paths.CONF, "-d", name, "--only-compute-hashes"],
        f"hashes-{name}",
        env=odoo_environment(name, **postgres.IMPATIENT),
    )


def _odoo(name, title, options, **env):
    """Run Odoo once on a database, to install something."""
    with Step(title) as step:
        return process.run(
            environment.script("odoo")
            + [
                "-c",
                paths.CONF,
                "-d",
                name,
                "--stop-after-init",
                "--no-http",
                *options,
            ],
            f"odoo-{name}",
            step,
            _loading,
            env=odoo_environment(name, **env),
        )


def _loading(line):
    match = LOADING.search(line)
    return f"{match[2]} of {match[3]} modules" if match else None


def _dump(kind, key):
    return DUMPS / f"{kind}-{key}.dump"


def _restored(name, kind, key):
    """Fill a database from the cache; tell whether there was something to fill from."""
    dump = _dump(kind, key)
    if not dump.is_file():
        return False
    with Step(f"{dump.name} from the cache"):
        _create_empty(name)
        process.run(
            ["pg_restore", "--no-owner", "--no-acl", "--jobs=2", "-d", name, dump],
            f"restore-{kind}",
            env=postgres.client_environment(**postgres.IMPATIENT),
        )
    os.utime(dump)
    return True


def _create_empty(name):
    # sorted by bytes, as Odoo makes its databases
    postgres.query(
        f"CREATE DATABASE \"{name}\" TEMPLATE template0 ENCODING 'UTF8' LC_COLLATE 'C'"
    )


def _keep(name, kind, key):
    """Put a database in the cache for the next clone, and drop the oldest there."""
    files.require_space(DUMPS, 200, "the cache of databases")
    dump = _dump(kind, key)
    DUMPS.mkdir(parents=True, exist_ok=True)
    aside = dump.with_suffix(f".{os.getpid()}.tmp")
    with Step(f"{dump.name} kept in the cache"):
        process.run(
            [
                "pg_dump",
                "--format=custom",
                "--compress=1",
                "--no-owner",
                "-f",
                aside,
                name,
            ],
            f"dump-{kind}",
            env=postgres.client_environment(),
        )
        aside.replace(dump)
    dumps = sorted(DUMPS.glob(f"{kind}-*.dump"), key=lambda path: path.stat().st_mtime)
    for old in dumps[:-DUMPS_KEPT]:
        old.unlink()
