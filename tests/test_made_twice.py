"""What firms have to file is made twice at once: every obligation is there once.

On a copy of the demonstration network, by two programs that both looked before either
of them wrote.
"""

import json
import subprocess
from concurrent.futures import ThreadPoolExecutor

import pytest

from .books import query
from .conftest import cocare

#: run in ``./cocare shell``; both have read, and see what there was, before they begin
WORKER = """
import json, pathlib, time
from odoo.service.model import retrying
folder, name = pathlib.Path({folder!r}), {name!r}
tries = []
def work():
    Obligation = env["cocare.obligation"]
    tries.append(Obligation.search_count([]))
    (folder / name).touch()
    while len(list(folder.iterdir())) < 2:
        time.sleep(0.02)
    return len(Obligation._generate(env["res.company"].search([])))
made = retrying(work, env)
print("ANSWER", json.dumps([made, len(tries)]))
"""
KEYS = (
    "SELECT company_id, code, date_from, date_to FROM cocare_obligation ORDER BY 1,2,3"
)


@pytest.fixture
def database(demo_database):
    """A copy of the demonstration network for one test."""
    name = f"{demo_database}_twice"
    subprocess.run(["createdb", "-T", demo_database, name], check=True)
    yield name
    subprocess.run(["dropdb", "--force", name], check=True)


def generate(database, folder, name):
    """Run a worker.

    :return: how many obligations it made, in how many attempts
    """
    script = WORKER.format(folder=str(folder), name=name)
    done = cocare("shell", "--database", database, input=script)
    answers = [line for line in done.stdout.splitlines() if "ANSWER" in line]
    assert answers, done.stderr + done.stdout
    return json.loads(answers[0].partition("ANSWER")[2])


def test_two_at_once_make_each_once(database, tmp_path):
    before = query(database, KEYS)
    assert before
    forget = "DELETE FROM cocare_obligation WHERE state = 'todo'"
    subprocess.run(["psql", "-q", "-c", forget, database], check=True)
    with ThreadPoolExecutor(2) as pool:
        one, other = pool.map(
            lambda name: generate(database, tmp_path, name), ("one", "other")
        )
    assert query(database, KEYS) == before
    made, attempts = zip(one, other, strict=True)
    # all of them by one of the two; the other one was told, and looked again
    assert min(made) == 0 < max(made)
    assert sorted(attempts) == [1, 2]
