"""What the launcher does when things are not as they should be. No network needed."""

import fcntl
import os
import re
import shutil
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from launcher import (
    addons,
    console,
    debian,
    environment,
    files,
    odoo,
    paths,
    process,
    server,
    sources,
)

from .conftest import cocare

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture
def clone(tmp_path, monkeypatch):
    """A runtime and a cache of our own, empty."""
    runtime = tmp_path / "clone" / ".runtime"
    monkeypatch.setattr(paths, "RUNTIME", runtime)
    monkeypatch.setattr(paths, "STAMPS", runtime / "stamps")
    monkeypatch.setattr(paths, "LOGS", runtime / "log")
    monkeypatch.setattr(debian, "DEBS", tmp_path / "cache" / "debs")
    monkeypatch.setattr(debian, "INDEX", tmp_path / "cache" / "debs" / "index.json")
    return tmp_path


# The command line


def test_help_names_every_command():
    text = cocare("--help").stdout
    for (
        command
    ) in "run test lint bench close shell update backup restore doctor".split():
        assert command in text


def test_month_is_checked():
    result = cocare("close", "--month", "2026-13")
    assert result.returncode == 2
    assert "write YYYY-MM" in result.stderr


def test_activated_environment_is_left_whole():
    python = environment.PYTHON
    if not python.exists():
        pytest.skip("no environment was made here")
    command = [python, ROOT / "cocare", "doctor"]
    result = subprocess.run(command, capture_output=True, text=True)
    assert f"({python}" not in result.stdout
    assert re.search("Python +3", result.stdout)


def test_unknown_option_is_refused():
    assert "unrecognized" in cocare("doctor", "--fast").stderr
    assert "unrecognized" in cocare("close", "--month", "2026-01", "--dry").stderr


def test_port_taken():
    with socket.socket() as other:
        other.bind((server.HOST, 0))
        other.listen()
        port = other.getsockname()[1]
        result = cocare("run", "--port", port)
    assert result.returncode == 1
    assert f"Port {port} cannot be used" in result.stderr
    assert f"process {os.getpid()} " in result.stderr
    assert f"--port {port + 1}" in result.stderr
    assert "Traceback" not in result.stderr


def test_odoo_home_that_is_none(tmp_path):
    env = {**os.environ, "ODOO_HOME": str(tmp_path)}
    result = cocare("run", "--port", 0, env=env)
    assert result.returncode == 1
    assert "is no Odoo" in result.stderr


def test_odoo_home_of_another_version(tmp_path, monkeypatch):
    (tmp_path / "odoo").mkdir()
    release = tmp_path / "odoo" / "release.py"
    monkeypatch.setenv("ODOO_HOME", str(tmp_path))
    release.write_text("version_info = (18, 0, 0, 'final', 0, '')\n")
    with pytest.raises(console.Failure, match=r"holds Odoo 18\.0"):
        odoo.given()
    release.write_text("version_info = (19, 0, 0, 'final', 0, '')\n")
    assert odoo.directory() == tmp_path


# The disk


def test_full_disk_is_told_before(tmp_path):
    with pytest.raises(console.Failure, match="Not enough disk space for Odoo"):
        files.require_space(tmp_path / "not" / "yet", 10**9, "Odoo")
    files.require_space(tmp_path, 0, "Odoo")


def test_cause_of_a_failure_is_read_in_its_output(clone):
    with pytest.raises(console.Failure, match="The disk is full") as caught:
        process.run(["sh", "-c", "echo 'tar: No space left on device'; exit 2"], "x")
    assert str(paths.LOGS / "x.log") in str(caught.value)


# Killed half-way


def test_directory_is_whole_or_absent(tmp_path):
    target = tmp_path / "odoo"
    with pytest.raises(RuntimeError):
        with files.fresh_directory(target) as directory:
            (directory / "half").touch()
            raise RuntimeError("killed")
    assert not target.exists()
    with files.fresh_directory(target) as directory:
        (directory / "whole").touch()
    assert [path.name for path in tmp_path.iterdir()] == ["odoo"]
    assert (target / "whole").exists()


def test_file_is_old_or_new(tmp_path):
    path = tmp_path / "a" / "b"
    files.write(path, "old")
    files.write(path, "new")
    assert path.read_text() == "new"
    assert list(path.parent.iterdir()) == [path]


def test_stamp_of_other_contents_does_not_count(clone):
    lock = clone / "requirements.txt"
    lock.write_text("a==1\n")
    files.mark_done("packages", files.digest(lock))
    assert files.is_done("packages", files.digest(lock))
    lock.write_text("a==2\n")
    assert not files.is_done("packages", files.digest(lock))


def test_truncated_download_is_not_used(clone):
    deb = debian.DEBS / "odoo-19_19.0_all.deb"
    files.write(deb, "a whole package")
    files.write(
        debian.INDEX,
        '{"odoo-19": {"file": "%s", "sha256": "%s"}}' % (deb.name, files.sha256(deb)),
    )
    assert debian.cached("odoo-19") == deb
    deb.write_text("a whole pa")
    assert debian.cached("odoo-19") is None
    deb.unlink()
    assert debian.cached("odoo-19") is None


def test_truncated_index_is_not_used(clone):
    files.write(debian.INDEX, '{"odoo-19": {"fi')
    assert debian.cached("odoo-19") is None


def test_environment_without_its_python_is_made_again(clone):
    if not shutil.which("apt-get"):
        pytest.importorskip("ensurepip")
    venv, lock = paths.RUNTIME / "venv", clone / "requirements.txt"
    lock.write_text("")
    environment.create(venv, lock)
    python = venv / "bin" / "python"
    python.unlink()
    environment.create(venv, lock)
    assert process.output([python, "-m", "pip", "--version"]).startswith("pip ")


def test_program_ends_with_the_launcher(tmp_path):
    """A killed launcher leaves no server behind that holds the port."""
    if not shutil.which("setpriv"):
        pytest.skip("no setpriv (util-linux) here")
    code = (
        "import subprocess, sys, time; from launcher import process;"
        "p = subprocess.Popen(process.with_launcher(['sleep', '60']));"
        "print(p.pid, flush=True); time.sleep(60)"
    )
    launcher = subprocess.Popen(
        [sys.executable, "-c", code], cwd=ROOT, stdout=subprocess.PIPE, text=True
    )
    child = int(launcher.stdout.readline())
    # sleep has taken the place of setpriv, which sets the signal first
    while Path(f"/proc/{child}/comm").read_text().strip() != "sleep":
        assert launcher.poll() is None
    launcher.kill()
    launcher.wait()
    launcher.stdout.close()
    for _try in range(1000):
        status = Path(f"/proc/{child}/stat")
        if (
            not status.exists()
            or status.read_text().rsplit(")", 1)[1].split()[0] == "Z"
        ):
            break
        subprocess.run(["sleep", "0.01"], check=True)
    else:
        pytest.fail("the program is still there")


def test_second_launcher_waits(tmp_path, capsys):
    path = tmp_path / "lock"
    code = (
        "import sys, pathlib; from launcher import files;"
        f"lock = files.locked(pathlib.Path({str(path)!r})); lock.__enter__();"
        "print('held', flush=True); sys.stdin.read()"
    )
    other = subprocess.Popen(
        [sys.executable, "-c", code],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert other.stdout.readline() == "held\n"
    with path.open("a") as stream, pytest.raises(BlockingIOError):
        fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
    other.kill()
    other.communicate()
    # killed, it holds nothing any more
    with files.locked(path):
        pass
    assert "Waiting" not in capsys.readouterr().err


# APT sources


DEB822 = """\
# Debian itself
Types: deb deb-src
URIs: http://mirror.example/debian
Suites: trixie trixie-updates
Components: main contrib
Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg

Types: deb
URIs: http://mirror.example/debian-security
Suites: trixie-security
Components: main

Enabled: no
Types: deb
URIs: http://off.example/debian
Suites: trixie
Components: main

Types: deb
URIs: https://vendor.example/apt
Suites: trixie
Components: main
Signed-By:
 -----BEGIN PGP PUBLIC KEY BLOCK-----
 .
 mQINBF
 -----END PGP PUBLIC KEY BLOCK-----
"""

ONE_LINE = """\
# deb http://old.example/debian bookworm main
deb [arch=amd64 signed-by=/k.gpg] http://mirror.example/debian bookworm main  # here
deb-src http://mirror.example/debian bookworm main
deb http://security.example/debian-security bookworm-security main
"""


def test_sources_in_paragraphs():
    found = sources.parse_deb822(DEB822)
    assert [(s.uri, s.suite) for s in found] == [
        ("http://mirror.example/debian", "trixie"),
        ("http://mirror.example/debian", "trixie-updates"),
        ("http://mirror.example/debian-security", "trixie-security"),
        ("https://vendor.example/apt", "trixie"),
    ]
    assert found[0].components == ("main", "contrib")
    assert found[0].signed_by.endswith("debian-archive-keyring.gpg")
    assert found[3].signed_by == ""


def test_sources_on_lines():
    found = sources.parse_list(ONE_LINE)
    assert [(s.uri, s.suite, s.signed_by) for s in found] == [
        ("http://mirror.example/debian", "bookworm", "/k.gpg"),
        ("http://security.example/debian-security", "bookworm-security", ""),
    ]


def test_unstable_is_read_from_the_mirror_of_the_machine(tmp_path):
    parts = tmp_path / "sources.list.d"
    parts.mkdir()
    (parts / "debian.sources").write_text(DEB822)
    (parts / "old.list.disabled").write_text("deb http://no.example/debian trixie main")
    lines = sources.private_list(sources.read(tmp_path), "trixie")
    assert lines[0].endswith("http://mirror.example/debian trixie main contrib")
    assert lines[-1].endswith("http://mirror.example/debian unstable main")
    assert "signed-by=/usr/share/keyrings/debian-archive-keyring.gpg" in lines[-1]
    assert not any("security" in line or "no.example" in line for line in lines)


def test_machine_without_a_debian_mirror(tmp_path):
    (tmp_path / "sources.list").write_text(
        "deb http://archive.example/ubuntu noble main universe\n"
    )
    assert sources.private_list(sources.read(tmp_path), "") == []


# The addons


def test_dependencies_are_those_of_others():
    needed = addons.dependencies()
    assert "base" in needed
    assert not set(needed) & set(addons.manifests())


def test_fingerprint_follows_what_is_installed(tmp_path, monkeypatch):
    addon = tmp_path / "cocare_x"
    (addon / "tests").mkdir(parents=True)
    (addon / "__manifest__.py").write_text("{'name': 'X', 'depends': ['base']}")
    monkeypatch.setattr(paths, "ADDONS", tmp_path)
    before = addons.fingerprint()
    (addon / "tests" / "test_x.py").write_text("")
    assert addons.fingerprint() == before
    (addon / "models.py").write_text("")
    assert addons.fingerprint() != before


def test_logins_are_optional(tmp_path, monkeypatch):
    monkeypatch.setattr(paths, "ADDONS", tmp_path)
    assert addons.demo_logins() == []
    path = tmp_path / addons.DEMO / "data" / "logins.csv"
    files.write(path, "role,login,password,sees\nAccountant,a@x.example,a,all firms\n")
    assert addons.demo_logins()[0]["sees"] == "all firms"
