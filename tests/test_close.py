"""The demonstration network closes a month: what a user sees, and what can go wrong.

Faults are placed, not timed: the test holds a lock on a table, waits until the closing
stands before it, and kills it there.
"""

import logging
import os
import re
import signal
import subprocess
import time
from contextlib import closing, contextmanager
from decimal import Decimal

import psycopg2
import pytest

from .conftest import ROOT, cocare

MONTH = "2026-10"
COLUMNS = ("direct", "full", "invoiced", "alone", "gain")

_figure = logging.getLogger("cocare.figure")


def query(database, sql, *parameters):
    with closing(psycopg2.connect(dbname=database)) as connection:
        with connection.cursor() as cursor:
            cursor.execute(sql, parameters)
            return cursor.fetchall()


def digest(database):
    """A fingerprint of every row of every table."""
    tables = query(
        database,
        "SELECT quote_ident(table_name) FROM information_schema.tables"
        " WHERE table_schema = 'public' AND table_type = 'BASE TABLE' ORDER BY 1",
    )
    # Row by row, the order of the rows does not matter.
    return {
        table: query(
            database,
            f"SELECT count(*), sum(hashtextextended(t::text, 0)) FROM {table} t",
        )
        for (table,) in tables
    }


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


def check_books(database):
    """What holds at any moment, whatever happened. Returns cents off."""
    off = 0
    for company, debit, credit in query(
        database,
        "SELECT company_id, sum(debit), sum(credit) FROM account_move_line"
        " WHERE parent_state = 'posted' GROUP BY 1",
    ):
        assert debit == credit, company
    for state, pool, full, shared in query(
        database,
        "SELECT run.state, line.pool_id, line.full_cost, sum(share.invoiced)"
        " FROM cocare_allocation_run_line line"
        " JOIN cocare_allocation_run run ON run.id = line.run_id"
        " JOIN cocare_allocation_share share ON share.line_id = line.id"
        " GROUP BY 1, 2, 3, line.id",
    ):
        off += abs(int((full - shared) * 100))
        assert full == shared, (state, pool)
    for invoice, bill, total in query(
        database,
        "SELECT invoice.amount_total, bill.amount_total, recharge.amount_total"
        " FROM cocare_recharge recharge"
        " LEFT JOIN account_move invoice"
        "   ON invoice.id = recharge.invoice_id AND invoice.state = 'posted'"
        " LEFT JOIN account_move bill"
        "   ON bill.id = recharge.bill_id AND bill.state = 'posted'",
    ):
        assert invoice == bill == abs(total), "an invoice without its mirror"
    [(orphans,)] = query(
        database,
        "SELECT count(*) FROM account_move move"
        " LEFT JOIN cocare_recharge recharge ON recharge.id = move.cocare_recharge_id"
        " LEFT JOIN cocare_recharge_credit credit ON credit.id = move.cocare_credit_id"
        " WHERE move.cocare_recharge_id IS NOT NULL AND move.id NOT IN ("
        "   COALESCE(recharge.invoice_id, 0), COALESCE(recharge.bill_id, 0),"
        "   COALESCE(credit.invoice_credit_id, 0), COALESCE(credit.bill_credit_id, 0))",
    )
    assert not orphans
    for invoice, bill in query(
        database,
        "SELECT invoice.amount_total, bill.amount_total"
        " FROM cocare_recharge_credit credit"
        " LEFT JOIN account_move invoice"
        "   ON invoice.id = credit.invoice_credit_id AND invoice.state = 'posted'"
        " LEFT JOIN account_move bill"
        "   ON bill.id = credit.bill_credit_id AND bill.state = 'posted'"
        " WHERE credit.state = 'posted'",
    ):
        assert invoice == bill is not None, "a credit note without its mirror"
    return off


def closed_months(database):
    return [
        month.strftime("%Y-%m")
        for (month,) in query(
            database,
            "SELECT date_from FROM cocare_allocation_run WHERE state = 'posted'"
            " ORDER BY date_from",
        )
    ]


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


@contextmanager
def stopped_before(database, table):
    """A closing that stands before its first write to a table."""
    with closing(psycopg2.connect(dbname=database)) as holder:
        with holder.cursor() as cursor:
            cursor.execute(f"LOCK TABLE {table} IN SHARE ROW EXCLUSIVE MODE")
        process = subprocess.Popen(
            [str(ROOT / "cocare"), *at_once(database)],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
        pid = wait_for_lock(database, table, process)
        yield process, pid, holder
        if process.poll() is None:
            process.wait(timeout=120)
        process.stdout.close()


def wait_for_lock(database, table, process, waiting=1):
    """Poll until so many closings wait for the table; return one backend's pid."""
    while process.poll() is None:
        pids = query(
            database,
            "SELECT pid FROM pg_locks WHERE NOT granted"
            " AND relation = %s::regclass"
            " AND database = (SELECT oid FROM pg_database WHERE datname = %s)",
            table,
            database,
        )
        if len(pids) >= waiting:
            return pids[0][0]
        time.sleep(0.01)
    raise AssertionError(f"never got to {table}:\n{process.stdout.read()}")


STAGES = (
    "cocare_usage",
    "cocare_allocation_run",
    "cocare_allocation_share",
    "cocare_recharge",
    "account_move",
    "account_move_line",
)


def test_killed_anywhere_then_closed_again(database):
    """Server killed, or its connection cut, before each write: nothing half done."""
    moves = "SELECT count(*) FROM account_move"
    before = query(database, moves)
    faults = off = 0
    for stage in STAGES:
        for cut in ("process", "connection"):
            with stopped_before(database, stage) as (process, pid, _holder):
                if cut == "process":
                    os.killpg(process.pid, signal.SIGKILL)
                    query(database, "SELECT pg_terminate_backend(%s)", pid)
                else:
                    query(database, "SELECT pg_terminate_backend(%s)", pid)
            faults += 1
            assert process.returncode != 0
            assert closed_months(database) == ["2026-08", "2026-09"]
            assert query(database, moves) == before
            off += check_books(database)
    result = close(database)
    assert result.returncode == 0, result.stderr
    off += check_books(database)
    _figure.info("%s=%s", "close.faults", faults)
    _figure.info("%s=%s", "close.cents_off", off)


def test_two_closings_at_once(database):
    """Both get as far as posting; one month comes out, once."""
    with stopped_before(database, "cocare_allocation_run") as (first, _pid, holder):
        second = subprocess.Popen(
            [str(ROOT / "cocare"), *at_once(database)],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        wait_for_lock(database, "cocare_allocation_run", second, waiting=2)
        holder.rollback()
        outputs = [process.communicate(timeout=300)[0] for process in (first, second)]
    assert 0 in (first.returncode, second.returncode), outputs
    assert not any("Traceback" in output for output in outputs), outputs
    assert closed_months(database) == ["2026-08", "2026-09", MONTH]
    [(documents, firms)] = query(
        database,
        "SELECT count(move.id), count(DISTINCT recharge.company_id)"
        " FROM account_move move"
        " JOIN cocare_recharge recharge ON recharge.id = move.cocare_recharge_id"
        " JOIN cocare_allocation_run run ON run.id = recharge.run_id"
        " WHERE run.date_from = '2026-10-01'",
    )
    assert documents == 2 * firms
    assert check_books(database) == 0
    _figure.info("%s=%s", "close.duplicates", documents - 2 * firms)
