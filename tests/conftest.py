"""Fixtures of the tests that look at the whole suite from outside."""

import os
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent


def cocare(*arguments, **options):
    """Run the launcher; its result has ``returncode``, ``stdout`` and ``stderr``."""
    command = [str(ROOT / "cocare"), *map(str, arguments)]
    options = {"cwd": ROOT, "text": True, "capture_output": True, **options}
    return subprocess.run(command, **options)


@pytest.fixture(scope="session")
def demo_database():
    """The name of a fresh copy of the demonstration network, dropped at the end."""
    name = f"cocare_demo_copy_{os.getpid()}"
    made = cocare("demo", name)
    assert made.returncode == 0, made.stderr
    yield name
    subprocess.run(["dropdb", "--force", "--if-exists", name], check=True)


@pytest.fixture(scope="session")
def cocare_cli(demo_database):
    """Run ``./cocare <command> …`` on the copy of the demonstration network."""

    def run(command, *arguments, **options):
        return cocare(command, *arguments, "--database", demo_database, **options)

    return run
