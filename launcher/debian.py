"""Fetch Debian packages through an APT state of our own: no root, system left alone."""

import json
import platform
import shutil
import subprocess

from . import files, paths, process, sources
from .console import Failure, Step

DEBS = paths.CACHE / "debs"
INDEX = DEBS / "index.json"

NO_ODOO = (
    "There is no odoo-19 to download: it takes a Debian with apt-get, and a mirror "
    "that has the suite unstable.\n"
    "Get Odoo 19.0 another way and say where it is:\n"
    "  git clone --depth 1 --branch 19.0 https://github.com/odoo/odoo ~/odoo\n"
    "  ODOO_HOME=~/odoo ./cocare run"
)


def available():
    return bool(shutil.which("apt-get") and shutil.which("dpkg-deb"))


def codename():
    """Return the name of this Debian release, or nothing elsewhere."""
    try:
        release = platform.freedesktop_os_release()
    except OSError:
        return ""
    return release.get("VERSION_CODENAME", "")


def cached(package):
    """Return the package file fetched before, if it is there and whole."""
    entry = _index().get(package)
    if entry:
        path = DEBS / entry["file"]
        if path.is_file() and files.sha256(path) == entry["sha256"]:
            return path
    return None


def fetch(packages, optional=()):
    """Return ``{package: file}``; a package may be written as ``name=version``.

    The ``optional`` ones are left out when the mirror does not have them.
    """
    found = {package: cached(package) for package in packages}
    missing = [package for package, path in found.items() if not path]
    if missing:
        log = _update()
        wanted = [p for p in missing if p not in optional or _offered(p)]
        if not _offered(*wanted):
            cause = process.explain(log.read_text(errors="replace"))
            raise Failure(f"{cause} Run the command again then." if cause else NO_ODOO)
        found.update(_download(wanted))
    return {package: path for package, path in found.items() if path}


def _index():
    try:
        return json.loads(INDEX.read_text(encoding="utf-8"))
    except (FileNotFoundError, ValueError):
        return {}


def _options():
    state = paths.RUNTIME / "apt"
    for part in ("lists/partial", "cache/archives/partial"):
        (state / part).mkdir(parents=True, exist_ok=True)
    return [
        f"-oDir::State::lists={state}/lists",
        f"-oDir::Cache={state}/cache",
        f"-oDir::Etc::SourceList={state}/sources.list",
        "-oDir::Etc::SourceParts=/dev/null",
        # as root, APT would drop to a user who cannot write here
        "-oAPT::Sandbox::User=root",
        "-oAcquire::Languages=none",
        "-oAcquire::Retries=3",
    ]


def _update():
    lines = sources.private_list(sources.read(), codename())
    if not lines or not available():
        raise Failure(NO_ODOO)
    files.require_space(paths.RUNTIME, 200, "the package lists")
    options = _options()
    files.write(paths.RUNTIME / "apt" / "sources.list", "\n".join(lines) + "\n")
    with Step("Package lists of the Debian mirror") as step:
        return process.run(["apt-get", *options, "update"], "apt-update", step)


def _download(packages):
    files.require_space(DEBS, 400, "downloaded packages")
    fetched = DEBS / "fetched"
    with files.fresh_directory(fetched) as directory:

        def progress():
            return (
                f"{sum(f.stat().st_size for f in directory.iterdir()) // files.MB} MB"
            )

        more = f" and {len(packages) - 1} others" if len(packages) > 1 else ""
        with Step(f"Download of {packages[0]}{more}", poll=progress) as step:
            command = ["apt-get", *_options(), "download", *packages]
            process.run(command, "apt-download", step, cwd=directory)
    found, index = {}, _index()
    for package in packages:
        (deb,) = fetched.glob(f"{package.partition('=')[0]}_*.deb")
        found[package] = deb.replace(DEBS / deb.name)
        index[package] = {"file": deb.name, "sha256": files.sha256(found[package])}
    fetched.rmdir()
    files.write(INDEX, json.dumps(index, indent=2))
    return found


def _offered(*packages):
    """Tell whether the mirror has the packages, in the versions asked for."""
    command = ["apt-get", *_options(), "download", "--print-uris", *packages]
    return subprocess.run(command, capture_output=True).returncode == 0


def unpack(deb, target, excluded=()):
    """Unpack a package's files into a directory, leaving out the ``excluded`` ones."""
    paths.LOGS.mkdir(parents=True, exist_ok=True)
    log = paths.LOGS / "unpack.log"
    with log.open("w") as errors:
        archive = subprocess.Popen(
            process.with_launcher(["dpkg-deb", "--fsys-tarfile", deb]),
            stdout=subprocess.PIPE,
            stderr=errors,
        )
        extract = subprocess.run(
            process.with_launcher(
                ["tar", "-x", "-C", target, "--no-same-owner"]
                + [f"--exclude={pattern}" for pattern in excluded]
            ),
            stdin=archive.stdout,
            stderr=errors,
        )
        archive.stdout.close()
    if archive.wait() or extract.returncode:
        text = log.read_text(errors="replace")
        raise Failure(
            f"{text}\n{deb.name} could not be unpacked. {process.explain(text)}"
        )
