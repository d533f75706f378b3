"""The page of a firm beside the portal's home page, asked for in turn by the same member.

Both go through Odoo's own web stack, in this process, in the demonstration network.
Before a time is printed, the page is checked to hold the firm's figures.
"""

import json
import os
import statistics
import time

from werkzeug.test import Client

from odoo import http
from odoo.modules.registry import Registry
from odoo.tools import config

ROUNDS = 40
MEMBER = "jardins"
PAGES = {"dashboard": "/fr/my/firm?month=2026-09", "home": "/fr/my/home"}
HERE = {"REMOTE_ADDR": "127.0.0.1"}
FIGURES = ("15 048,15", "10 711,36", "663,70")


def main():
    database = os.environ["PGDATABASE"]
    config.parse_config(
        ["-c", "odoo.conf", "-d", database, f"--db-filter=^{database}$"]
    )
    Registry(database)
    client = Client(http.root)
    login(client, database)
    check(client)
    spent = {name: [] for name in PAGES}
    queries = {name: [] for name in PAGES}
    for _round in range(ROUNDS):
        for name, path in PAGES.items():
            seconds, count = timed(client, path)
            spent[name].append(seconds)
            queries[name].append(count)
    middle = {name: statistics.median(times) for name, times in spent.items()}
    for name in PAGES:
        print(f"FIGURE bench.{name}.p50_ms={middle[name] * 1000:.1f}")
        print(f"FIGURE bench.{name}.queries={statistics.median(queries[name]):.0f}")
    print(f"FIGURE bench.dashboard.ratio={middle['dashboard'] / middle['home']:.2f}")


def login(client, database):
    answer = client.post(
        "/web/session/authenticate",
        data=json.dumps(
            {"params": {"db": database, "login": MEMBER, "password": MEMBER}}
        ),
        content_type="application/json",
        environ_base=HERE,
    )
    if not answer.json.get("result", {}).get("uid"):
        raise SystemExit("No demonstration network: ./cocare run makes it.")


def check(client):
    """Stop unless both pages are there, the firm's with its figures."""
    for path in PAGES.values():
        answer = client.get(path, environ_base=HERE)
        if answer.status_code != 200:
            raise SystemExit(f"{path}: {answer.status} {answer.location or ''}")
    page = client.get(PAGES["dashboard"], environ_base=HERE).text
    for blank in "\N{NO-BREAK SPACE}\N{NARROW NO-BREAK SPACE}":
        page = page.replace(blank, " ")
    missing = [figure for figure in FIGURES if figure not in page]
    if missing:
        raise SystemExit(f"The page of the firm does not hold {missing}.")


def timed(client, path):
    """:return: (seconds, queries)"""
    from odoo import sql_db

    start, queries = time.perf_counter(), sql_db.sql_counter
    client.get(path, environ_base=HERE)
    return time.perf_counter() - start, sql_db.sql_counter - queries


if __name__ == "__main__":
    main()
