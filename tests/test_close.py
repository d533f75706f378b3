"""The demonstration network closes a month: what a user sees.

What can go wrong meanwhile is in ``test_faults.py``.
"""

import logging
import re
import subprocess
from decimal import Decimal

import pytest

from .books import check_books, closed_months, digest, query
from .conftest import cocare

MONTH = "2026-10"
COLUMNS = ("direct", "full", "invoiced", "alone", "gain")

_figure = logging.getLogger("cocare.figure")


def parse(output):
    """Amounts in cents by block, firm and column of what ``close`` prints."""
    blocks, block = {}, None
    for line in output.splitlines():
        amounts = re.findall(r"-?\d+\.\d\d(?= |$)", line)
        if line and not line.startswith(" "):
            block = line
        elif len(amounts) >= len(COLUMNS):
            firm = re.split(r"  +", line.strip())[0]
            # Before them, the value of the key may look like an amount.
            cents = [int(Decimal(amount) * 100) for amount in amounts[-len(COLUMNS) :]]
            blocks.setdefault(block, {})[firm] = cents
    return blocks


@pytest.fixture
def database(demo_database):
    """A copy of the demonstration network for one test."""
    name = f"{demo_database}_one"
    subprocess.run(["createdb", "-T", demo_database, name], check=True)
    yield name
    subprocess.run(["dropdb", "--force", name], check=True)


def at_once(database):
    """The arguments that close the open month at once, as its firms agreed to."""
    agreed = "Agreed on in the meeting"
    return ["close", "--database", database, "--month", MONTH, "--no-review", agreed]


def close(database, *arguments):
    return cocare(*at_once(database), *arguments)


def test_demonstration_has_two_closed_months_and_one_open(database):
    assert closed_months(database) == ["2026-08", "2026-09"]
    assert check_books(database) == 0


def expected_true_up(database):
    """Cents that the true-up of the year would bring, what differs, by firm."""
    script = """
for firm in env["res.company"].search([("cocare_network_id", "!=", False)]):
    told = firm.cocare_network_id._expected_true_up(firm)
    if told:
        differs = [line["service"].code for line in told["services"] if line["differs"]]
        print("TRUE-UP", firm.name, round(100 * told["difference"]), *differs, sep=";")
"""
    shell = cocare("shell", "--database", database, input=script)
    assert shell.returncode == 0, shell.stderr
    found = {}
    for line in shell.stdout.splitlines():
        if "TRUE-UP;" in line:
            _mark, firm, cents, *services = line.split(";")
            found[firm] = int(cents), services
    return found


def test_demonstration_expects_a_true_up_until_the_next_month(database):
    """What an arbitration took off a line is the others' too, and is then shared."""
    expected = expected_true_up(database)
    assert len(expected) == 4
    assert all(services == ["accompagnement"] for _cents, services in expected.values())
    [(settled,)] = query(database, "SELECT sum(settled) FROM cocare_allocation_share")
    relieved = round(-100 * settled)
    assert sum(cents for cents, _services in expected.values()) == relieved > 0
    assert close(database).returncode == 0
    for firm, after in expected_true_up(database).items():
        assert after == (0, []), firm


def test_dry_run_shows_the_shares_and_changes_nothing(database):
    before = digest(database)
    result = close(database, "--dry-run")
    assert result.returncode == 0, result.stderr
    assert "nothing was changed" in result.stdout
    assert digest(database) == before


def test_close_then_again(database):
    first = close(database)
    assert first.returncode == 0, first.stderr
    assert closed_months(database) == ["2026-08", "2026-09", MONTH]
    blocks = parse(first.stdout)
    assert len(blocks) > 2
    for block, firms in blocks.items():
        total = firms.pop("total")
        assert [sum(cents) for cents in zip(*firms.values(), strict=True)] == total, (
            block
        )
    cost = re.search(r"cost of the month: ([\d.]+)", first.stdout)[1]
    invoiced = total[COLUMNS.index("invoiced")]
    assert int(Decimal(cost) * 100) == invoiced
    assert check_books(database) == 0

    before = digest(database)
    again = close(database)
    assert again.returncode == 0, again.stderr
    assert "already closed" in again.stdout
    assert parse(again.stdout) == parse(first.stdout)
    assert digest(database) == before
    _figure.info("%s=%s", "close.rows_changed_by_second_close", 0)


def test_close_sends_to_the_firms_first(database):
    """Without a reason to do without, the firms are asked, and nothing is posted."""
    arguments = ("close", "--database", database, "--month", MONTH)
    sent = cocare(*arguments)
    assert sent.returncode == 0, sent.stderr
    assert "sent to the firms, who may contest until" in sent.stdout
    before = digest(database)
    waiting = cocare(*arguments)
    assert waiting.returncode
    assert "peut contester jusqu" in waiting.stderr
    assert "Traceback" not in waiting.stderr
    assert digest(database) == before
    assert closed_months(database) == ["2026-08", "2026-09"]


@pytest.mark.parametrize("month", ["2026-13", "2026", "October"])
def test_month_that_is_none_is_explained(cocare_cli, month):
    result = cocare_cli("close", "--month", month)
    assert result.returncode
    assert "YYYY-MM" in result.stderr
    assert "Traceback" not in result.stderr
