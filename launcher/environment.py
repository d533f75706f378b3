"""The private Python environment, made of what the lock files say and nothing else."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

from . import debian, files, odoo, paths, process
from .console import Failure, Step

PYTHON = paths.VENV / "bin" / "python"
# the machine's own Python, whether it or an environment's runs this
MACHINE = os.path.realpath(sys.executable)
RUN = paths.ROOT / "requirements.txt"
TEST = paths.ROOT / "test-requirements.txt"
# what the benches measure beside us: no part of the suite
BENCH = paths.ROOT / "bench-requirements.txt"
WHEELS = paths.CACHE / "wheels"

# A script, not "python -m odoo": with workers Odoo starts itself again by its file.
ODOO_SCRIPT = """\
#!{python}
import odoo.cli

if __name__ == "__main__":
    odoo.cli.main()
"""


def prepare(*locks):
    """Install Odoo, then the packages of these lock files, unless they are there."""
    with files.locked(paths.RUNTIME / "environment.lock"):
        odoo.prepare()
        create(paths.VENV, RUN)
        for lock in locks:
            install(paths.VENV, lock)
        _link_odoo()


def leave():
    """Go on with the Python of the machine, when it is ours that runs the launcher.

    It would find the Odoo that was put in, and rebuild the ground it stands on.
    """
    if Path(sys.prefix) == paths.VENV:
        os.execv(MACHINE, [MACHINE, paths.ROOT / "cocare", *sys.argv[1:]])


def create(venv, lock):
    """Make a virtual environment with pip, even where Debian split pip away.

    It is made anew for another ``lock``, or what left the lock would stay installed.
    """
    key = files.digest(sys.version, MACHINE, str(venv), lock)
    stamp = f"{venv.parent.name}-{venv.name}"
    if files.is_done(stamp, key) and (venv / "bin" / "python").exists():
        return
    shutil.rmtree(venv, ignore_errors=True)
    _forget_installed(venv)
    with Step(f"Python {sys.version.split()[0]} environment"):
        process.run([MACHINE, "-m", "venv", "--without-pip", venv], "venv")
        _bootstrap_pip(venv)
    files.mark_done(stamp, key)


def install(venv, lock):
    """Install a lock file: exact versions, checked hashes, nothing compiled.

    Dependencies are not followed: the lock has them all, but for what a package asks
    for in vain (``psycopg2``, which needs a compiler, where ``psycopg2-binary`` is).
    """
    key, stamp = installed_key(venv, lock), _stamp(venv, lock)
    if files.is_done(stamp, key):
        return
    fetched = WHEELS / f"{lock.stem}-{files.digest(sys.version, lock)}.complete"
    if not fetched.is_file():
        _download(venv, lock)
        files.write(fetched, "")
    files.require_space(paths.RUNTIME, 900, "Python packages")
    try:
        with Step(f"Installation of {lock.name}"):
            _pip(venv, "install", lock, "--no-index", "--find-links", WHEELS)
    except Failure:
        # the cache may have lost a file: fetch again next time
        fetched.unlink(missing_ok=True)
        raise
    files.mark_done(stamp, key)


def _download(venv, lock):
    files.require_space(WHEELS, 400, "downloaded Python packages")
    total = sum("==" in line for line in lock.read_text(encoding="utf-8").splitlines())
    seen = 0

    def progress(line):
        nonlocal seen
        seen += line.startswith("Collecting ")
        return f"{seen} of {total}"

    with Step(f"Download of {lock.name}") as step:
        _pip(venv, "download", lock, "--dest", WHEELS, step=step, progress=progress)


def _pip(venv, action, lock, *options, **following):
    process.run(
        [venv / "bin" / "python", "-m", "pip", action, "--requirement", lock, *options]
        + ["--no-deps", "--require-hashes", "--only-binary", ":all:", "--no-input"]
        + ["--no-cache-dir", "--disable-pip-version-check"],
        f"pip-{action}-{lock.stem}",
        **following,
    )


def installed_key(venv, lock):
    """Return what the environment's stamp says when it has exactly this lock."""
    return files.digest(sys.version, str(venv), lock)


def installed(lock):
    return files.is_done(_stamp(paths.VENV, lock), installed_key(paths.VENV, lock))


def script(name):
    """Return a command line for a script of the environment.

    It is run by its Python, not by its first line: the system limits the length of
    that line, and a clone may be deep.
    """
    return [PYTHON, paths.VENV / "bin" / name]


def site_packages():
    return (
        paths.VENV
        / f"lib/python{sys.version_info[0]}.{sys.version_info[1]}/site-packages"
    )


def _stamp(venv, lock):
    return f"{venv.parent.name}-{venv.name}-{lock.stem}"


def _forget_installed(venv):
    for stamp in paths.STAMPS.glob(f"{venv.parent.name}-{venv.name}-*"):
        stamp.unlink()


def _bootstrap_pip(venv):
    """Put pip in, from this Python, or from the Debian package that has it."""
    python = venv / "bin" / "python"
    command = [python, "-m", "ensurepip", "--default-pip"]
    if subprocess.run([*command, "--version"], capture_output=True).returncode:
        if not debian.available():
            raise Failure(
                "This Python has no pip (module ensurepip): install the package with "
                "it (python3-venv on Debian and Ubuntu) and run the command again."
            )
        wheel = _debian_pip(venv)
        command = [python, wheel / "pip", "install", "--no-index", wheel]
    process.run(command, "pip")


def _debian_pip(venv):
    package = "python3-pip-whl"
    (deb,) = debian.fetch([package]).values()
    target = venv.with_name("pip")
    with files.fresh_directory(target) as directory:
        debian.unpack(deb, directory)
    (wheel,) = target.glob("usr/share/python-wheels/pip-*.whl")
    return wheel


def _link_odoo():
    """Make Odoo importable, and known to pip, without copying it."""
    link = site_packages() / "cocare-odoo.pth"
    line = f"{odoo.directory()}\n"
    if not link.is_file() or link.read_text(encoding="utf-8") != line:
        files.write(link, line)
    launch = paths.VENV / "bin" / "odoo"
    if not launch.is_file():
        files.write(launch, ODOO_SCRIPT.format(python=PYTHON))
        launch.chmod(0o755)
