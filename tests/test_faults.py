"""A month is closed and credited, debts are cleared, while everything breaks: nothing
is ever half done.

A worker is killed, or its connection cut, at random instants and before each table it
writes; two of them do the same job at once; one is killed after it committed. After
each fault the books are whole; the job done again completes it, and once more changes
nothing.
"""

import json
import logging
import os
import random
import signal
import subprocess
import sys
import time
from contextlib import closing, contextmanager, suppress

import psycopg2
import pytest

from .books import check_books, closed_months, digest, is_cleared, query
from .conftest import ROOT

MONTH = "2026-10-01"
BEFORE = ["2026-08", "2026-09"]
#: job: (the tables it writes; is the month closed, or its debts cleared, afterwards?)
JOBS = {
    "close": (
        (
            "cocare_usage",
            "cocare_allocation_run",
            "cocare_allocation_share",
            "cocare_recharge",
            "account_move",
            "account_move_line",
        ),
        True,
    ),
    "credit": (
        (
            "cocare_allocation_run",
            "account_move",
            "account_move_line",
            "account_partial_reconcile",
            "account_full_reconcile",
        ),
        False,
    ),
    "clear": (
        (
            "cocare_clearing",
            "cocare_clearing_position",
            "account_move",
            "account_move_line",
            "account_partial_reconcile",
        ),
        True,
    ),
    "unclear": (
        (
            "cocare_clearing",
            "account_move",
            "account_move_line",
            "account_partial_reconcile",
        ),
        False,
    ),
}
#: A job, and the one that undoes it.
TURNS = (("close", "credit"), ("clear", "unclear"))
#: Faults of a turn at random instants; after so many, the job is done to its end.
INSTANTS, ROUND = 22, 11
#: What two of the same job meet at first.
FIRST = {"close": "cocare_allocation_run", "clear": "cocare_clearing"}
PAIRS = 3

_figure = logging.getLogger("cocare.figure")


class Workers:
    """Odoo, loaded once, that forks a worker for every job."""

    def __init__(self, database, log):
        self.database = database
        self.program = subprocess.Popen(
            [sys.executable, "-m", "tests.forks", database],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
        )
        assert self.heard() == "ready"

    def heard(self):
        line = self.program.stdout.readline()
        assert line, "the workers' program ended"
        return json.loads(line)

    def start(self, *jobs, linger=False):
        """Begin jobs, each in a process; whoever does so asks for the ``results`` too.

        :return: the processes' ids
        """
        order = {"jobs": jobs, "month": MONTH, "linger": linger}
        print(json.dumps(order), file=self.program.stdin, flush=True)
        return self.heard()

    def results(self):
        """Wait for the end of what was begun, on both sides.

        :return: exit codes
        """
        codes = self.heard()
        while self.connected():
            time.sleep(0.005)
        return codes

    def do(self, job):
        start = time.monotonic()
        self.start(job)
        assert self.results() == [0]
        return time.monotonic() - start

    def connected(self):
        """The server's processes that work for the workers."""
        return [
            pid
            for (pid,) in query(
                self.database,
                "SELECT pid FROM pg_stat_activity WHERE datname = %s"
                " AND application_name LIKE 'odoo-%%'",
                self.database,
            )
        ]

    def cut(self):
        """End the connections of the workers."""
        for pid in self.connected():
            query(self.database, "SELECT pg_terminate_backend(%s)", pid)

    @contextmanager
    def held_before(self, table, workers=1):
        """Nobody writes to a table while this is open.

        :return: the connection that holds it, and a call that waits for so many
            workers, of these ids, to stand before it
        """
        with closing(psycopg2.connect(dbname=self.database)) as holder:
            with holder.cursor() as cursor:
                cursor.execute(f"LOCK TABLE {table} IN SHARE ROW EXCLUSIVE MODE")

            def wait(pids):
                while self.waiting(table) < workers:
                    for pid in pids:
                        os.kill(pid, 0)  # whoever ended never got there
                    time.sleep(0.005)

            yield holder, wait

    def waiting(self, table):
        [(count,)] = query(
            self.database,
            "SELECT count(*) FROM pg_locks WHERE NOT granted"
            " AND relation = %s::regclass AND database = ("
            "   SELECT oid FROM pg_database WHERE datname = %s)",
            table,
            self.database,
        )
        return count

    def stop(self):
        self.program.stdin.close()
        self.program.wait(timeout=60)
        self.program.stdout.close()


class Tally:
    """Faults so far, and the cents they cost."""

    def __init__(self, database):
        self.database = database
        self.faults = self.off = self.duplicates = 0

    def check(self):
        self.faults += 1
        self.off += check_books(self.database)
        self.duplicates += self.documents_too_many()

    def documents_too_many(self):
        """Two documents for each firm of a run that counts, and none for the others."""
        [(documents, firms)] = query(
            self.database,
            "SELECT count(move.id), count(DISTINCT (recharge.company_id, run.id))"
            " FROM account_move move"
            " JOIN cocare_recharge recharge ON recharge.id = move.cocare_recharge_id"
            " JOIN cocare_allocation_run run ON run.id = recharge.run_id"
            " WHERE run.state = 'posted'",
        )
        assert documents == 2 * firms
        return documents - 2 * firms


@pytest.fixture(scope="module")
def workers(demo_database, tmp_path_factory):
    name = f"{demo_database}_faults"
    subprocess.run(["createdb", "-T", demo_database, name], check=True)
    log = tmp_path_factory.mktemp("faults") / "workers.log"
    with log.open("w") as stream:
        started = Workers(name, stream)
        try:
            yield started
        finally:
            started.stop()
            subprocess.run(["dropdb", "--force", name], check=True)


@pytest.fixture(scope="module")
def tally(workers):
    counted = Tally(workers.database)
    yield counted
    _figure.info("%s=%s", "faults.injected", counted.faults)
    _figure.info("%s=%s", "faults.cents_off", counted.off)
    _figure.info("%s=%s", "faults.duplicates", counted.duplicates)


def is_closed(database):
    months = closed_months(database)
    assert months in (BEFORE, [*BEFORE, "2026-10"])
    return months != BEFORE


def is_done(database, job):
    """Tell whether the month is closed, or cleared, for the jobs that change that."""
    return (is_closed if job in TURNS[0] else is_cleared)(database)


def kill(_workers, pids):
    for pid in pids:
        with suppress(ProcessLookupError):  # it ended meanwhile
            os.kill(pid, signal.SIGKILL)


def cut(workers, _pids):
    workers.cut()


FAULTS = (kill, cut)


def complete(workers, job):
    """Do a job to its end, unless it is done, then again.

    :return: the seconds it took
    """
    seconds = workers.do(job)
    assert is_done(workers.database, job) == JOBS[job][1]
    workers.do(job)
    assert is_done(workers.database, job) == JOBS[job][1]
    return seconds


@pytest.mark.parametrize("job", JOBS)
def test_stopped_before_each_table(workers, tally, job):
    """Placed: the worker stands before its first write to the table."""
    tables, done = JOBS[job]
    for table in tables:
        for fault in FAULTS:
            with workers.held_before(table) as (holder, wait):
                pids = workers.start(job)
                wait(pids)
                fault(workers, pids)
                holder.rollback()
            assert workers.results() != [0]
            assert is_done(workers.database, job) != done, "half a job was kept"
            tally.check()
    complete(workers, job)


@pytest.mark.parametrize("turn", TURNS)
def test_stopped_at_any_instant(workers, tally, turn):
    """Drawn by lot over the time that the job takes."""
    chance = random.Random(INSTANTS)
    length = {job: complete(workers, job) for job in turn}
    hits = 0
    while hits < INSTANTS:
        job = next(j for j in turn if JOBS[j][1] != is_done(workers.database, j))
        pids = workers.start(job)
        time.sleep(chance.uniform(0, length[job]))
        FAULTS[hits % 2](workers, pids)
        if workers.results() == [0]:
            continue  # it was done before it was hit
        tally.check()
        hits += 1
        if hits % ROUND == 0:
            complete(workers, job)
    complete(workers, turn[1])


@pytest.mark.parametrize("job", [*JOBS] * PAIRS)
def test_two_at_once(workers, tally, job):
    """Both get as far as their first write; the job is done once."""
    first = FIRST["close" if job in TURNS[0] else "clear"]
    with workers.held_before(first, workers=2) as (holder, wait):
        wait(workers.start(job, job))
        holder.rollback()
    codes = workers.results()
    assert 0 in codes and set(codes) <= {0, 2}, codes
    assert is_done(workers.database, job) == JOBS[job][1]
    tally.check()


@pytest.mark.parametrize("job", [*TURNS[0]] * PAIRS)
def test_somebody_else_posts_in_the_same_journal(workers, tally, job):
    """Both get as far as their documents; no number is lost or given twice."""
    with workers.held_before("account_move", workers=2) as (holder, wait):
        wait(workers.start(job, "sell"))
        holder.rollback()
    assert workers.results() == [0, 0]
    assert is_done(workers.database, job) == JOBS[job][1]
    tally.check()


@pytest.mark.parametrize("job", JOBS)
def test_killed_after_it_committed(workers, tally, job):
    """Whoever waits for an answer does it again: nothing changes."""
    pids = workers.start(job, linger=True)
    while is_done(workers.database, job) != JOBS[job][1]:
        time.sleep(0.01)
    kill(workers, pids)
    assert workers.results() == [-signal.SIGKILL]
    tally.check()
    before = digest(workers.database)
    workers.do(job)
    assert digest(workers.database) == before
