"""Obligations and closings are made twice at once: every one of them is there once.

On copies of the demonstration network, by two programs that both looked before either
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
    Model = env[{model!r}]
    tries.append(Model.search_count([]))
    (folder / name).touch()
    while len(list(folder.iterdir())) < 2:
        time.sleep(0.02)
    return len(Model._generate(env["res.company"].search([])))
made = retrying(work, env)
print("ANSWER", json.dumps([made, len(tries)]))
"""
OBLIGATIONS = (
    "SELECT company_id, code, date_from, date_to FROM cocare_obligation ORDER BY 1,2,3"
)
CLOSINGS = """
    SELECT company_id, kind, date_from, date_to, steps_count
      FROM cocare_closing WHERE state = 'open' ORDER BY 1, 2, 3
"""
STEPS = """
    SELECT closing.company_id, closing.kind, closing.date_from, step.rule_id
      FROM cocare_closing_step step
      JOIN cocare_closing closing ON closing.id = step.closing_id
     WHERE closing.state = 'open' ORDER BY 1, 2, 3, 4
"""


@pytest.fixture
def database(demo_database):
    """A copy of the demonstration network for one test."""
    name = f"{demo_database}_twice"
    subprocess.run(["createdb", "-T", demo_database, name], check=True)
    yield name
    subprocess.run(["dropdb", "--force", name], check=True)


def generate(database, model, folder, name):
    """Run a worker.

    :return: how many records it made, in how many attempts
    """
    script = WORKER.format(folder=str(folder), name=name, model=model)
    done = cocare("shell", "--database", database, input=script)
    answers = [line for line in done.stdout.splitlines() if "ANSWER" in line]
    assert answers, done.stderr + done.stdout
    return json.loads(answers[0].partition("ANSWER")[2])


@pytest.mark.parametrize(
    ("model", "forget", "looked_at"),
    [
        (
            "cocare.obligation",
            "DELETE FROM cocare_obligation WHERE state = 'todo'",
            (OBLIGATIONS,),
        ),
        (
            "cocare.closing",
            "DELETE FROM cocare_closing WHERE state = 'open'",
            (CLOSINGS, STEPS),
        ),
    ],
)
def test_two_at_once_make_each_once(database, tmp_path, model, forget, looked_at):
    before = [query(database, look) for look in looked_at]
    assert all(before)
    subprocess.run(["psql", "-q", "-c", forget, database], check=True)
    with ThreadPoolExecutor(2) as pool:
        one, other = pool.map(
            lambda name: generate(database, model, tmp_path, name), ("one", "other")
        )
    assert [query(database, look) for look in looked_at] == before
    made, attempts = zip(one, other, strict=True)
    # all of them by one of the two; the other one was told, and looked again
    assert min(made) == 0 < max(made)
    assert sorted(attempts) == [1, 2]
