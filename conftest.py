"""What every test run of the repository shares.

- Doctests are collected from the files that hold pure arithmetic, and no other.
- A warning in Odoo's log fails the test it came in, unless ``assertLogs`` or
  ``mute_logger`` took it.
- No test fails because the machine is slow: Hypothesis does not time what it draws.
- Figures logged to ``cocare.figure`` are printed at the end, for anyone to quote.
"""

import logging
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

settings.register_profile(
    "unhurried", deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("unhurried")

ROOT = Path(__file__).parent
NOT_PURE = {"__init__.py", "__manifest__.py", "hooks.py"}

complaints = pytest.StashKey()
figures = pytest.StashKey()


class Collector(logging.Handler):
    """Keep the log records it is given."""

    def __init__(self, level):
        super().__init__(level)
        self.records = []

    def emit(self, record):
        self.records.append(record)

    def take(self):
        """Return the records since last time."""
        taken, self.records = self.records, []
        return taken


class OdooOnly(logging.Filter):
    def filter(self, record):
        return record.name == "odoo" or record.name.startswith("odoo.")


def is_pure(path):
    """Tell whether a file is arithmetic only: at an addon's root, or the launcher's."""
    inside = path.relative_to(ROOT).parts
    if inside[0] == "launcher":
        return True
    return len(inside) == 3 and inside[0] == "addons" and path.name not in NOT_PURE


def pytest_ignore_collect(collection_path, config):
    """Look for tests in test files, for doctests in pure modules, nowhere else."""
    if collection_path.suffix != ".py" or not collection_path.is_relative_to(ROOT):
        return None
    if (
        collection_path.name.startswith("test_")
        or collection_path.name == "conftest.py"
    ):
        return None
    return None if is_pure(collection_path) else True


def pytest_configure(config):
    warnings = Collector(logging.WARNING)
    warnings.addFilter(OdooOnly())
    logging.getLogger().addHandler(warnings)
    config.stash[complaints] = warnings
    logger = logging.getLogger("cocare.figure")
    logger.setLevel(logging.INFO)
    config.stash[figures] = Collector(logging.INFO)
    logger.addHandler(config.stash[figures])


def pytest_sessionfinish(session):
    """Hand the figures of a process that tests a part over to the one that tells."""
    output = getattr(session.config, "workeroutput", None)
    if output is not None:
        records = session.config.stash[figures].take()
        output["figures"] = [record.getMessage() for record in records]


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node):
    """Take the figures of a process that tested a part."""
    for text in getattr(node, "workeroutput", {}).get("figures", ()):
        node.config.stash[figures].emit(logging.makeLogRecord({"msg": text}))


def added_up(records):
    """What is counted for several readers alike: the files given to all of them."""
    totals = Counter()
    for record in records:
        name, _sign, value = record.getMessage().partition("=")
        reader, _dot, counted = name.partition(".inputs.")
        if counted:
            totals[f"inputs.{counted}"] += int(value)
    return [
        logging.makeLogRecord({"msg": f"{name}={total}"})
        for name, total in totals.items()
    ]


def pytest_unconfigure(config):
    logging.getLogger().removeHandler(config.stash[complaints])
    logging.getLogger("cocare.figure").removeHandler(config.stash[figures])


def _without_complaint(item):
    """Fail if Odoo's log complained while a part of a test ran."""
    collector = item.config.stash[complaints]
    collector.take()
    try:
        result = yield
    except BaseException:
        # it fails or skips for its own reason
        collector.take()
        raise
    records = collector.take()
    if records:
        lines = [f"{r.levelname} {r.name}: {r.getMessage()}" for r in records]
        pytest.fail("In the server's log:\n" + "\n".join(lines), pytrace=False)
    return result


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_setup(item):
    return (yield from _without_complaint(item))


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_call(item):
    return (yield from _without_complaint(item))


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_teardown(item):
    return (yield from _without_complaint(item))


def pytest_terminal_summary(terminalreporter, config):
    records = config.stash[figures].take()
    if records:
        terminalreporter.section("figures")
        records += added_up(records)
        for record in records:
            terminalreporter.write_line(f"FIGURE {record.getMessage()}")
