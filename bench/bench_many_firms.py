"""Two hundred firms of one accountant: the cockpit, and closing a month of all of them.

A network of its own is made in the demonstration network's database, with regimes,
returns, checklists and 400,000 items, and taken back: nothing is committed. There is no
peer: OCA's reports are beside the cockpit in ``bench_cockpit.py``.
"""

import os

from bench_cockpit import Books, middle, timed
from dateutil.relativedelta import relativedelta

from odoo import SUPERUSER_ID, api
from odoo.fields import Command
from odoo.modules.registry import Registry
from odoo.tools import config

FIRMS = 200
ITEMS = 400_000
REGIMES = ("ca3_month", "corporate_tax", "accounts_company", "cfe")


def main():
    config.parse_config(
        ["-c", "odoo.conf", "-d", os.environ["PGDATABASE"], "--log-level=error"]
    )
    with Registry(os.environ["PGDATABASE"]).cursor() as cr:
        env = api.Environment(cr, SUPERUSER_ID, {"tracking_disable": True})
        try:
            measure(env)
        finally:
            cr.rollback()


def measure(env):
    books = Books(env, FIRMS)
    books.fill(ITEMS)
    start = books.today.replace(day=1) - relativedelta(months=2)
    books.firms.cocare_joined_on = start
    env["cocare.firm.regime"].create(
        [
            {
                "company_id": firm.id,
                "regime_id": env.ref(f"cocare_mutual_accounting.regime_{code}").id,
                "valid_from": start,
                "source": "Bench",
            }
            for firm in books.firms
            for code in REGIMES
        ]
    )
    env["cocare.closing"]._generate(books.firms)
    env.flush_all()
    env.cr.execute("ANALYZE")
    accountant = books.env(user=books.user)
    for by in ("month", "code"):
        spent = middle(lambda by=by: board(accountant, by))
        print(f"FIGURE bench.many_firms.by_{by}_s={spent:.2f}")
    firms = board(accountant, "month")["firms"]
    reasons = sum(len(firm["reasons"]) for firm in firms)
    if len(firms) != FIRMS:
        raise SystemExit(f"{len(firms)} firms on the page, {FIRMS} are kept.")
    print(f"FIGURE bench.many_firms.firms={len(firms)}")
    print(f"FIGURE bench.many_firms.reasons={reasons}")
    for action in ("evaluate", "close"):
        spent = timed(lambda action=action: together(accountant, books, action))
        print(f"FIGURE bench.many_firms.{action}_s={spent:.2f}")


def board(env, by):
    env.invalidate_all()
    return env["cocare.cockpit"].board([], by=by)


def together(env, books, action):
    """Check, or close, the last month of all firms; each is told what became of it."""
    env.invalidate_all()
    batch = env["cocare.closing.batch"].create(
        {
            "action": action,
            "kind": "month",
            "day": books.today.replace(day=1) - relativedelta(days=1),
            "company_ids": [Command.set(books.firms.ids)],
        }
    )
    report = batch.action_run()
    env.flush_all()
    told = env["cocare.closing.outcome"].search_count(report["domain"])
    if told != FIRMS:
        raise SystemExit(f"{told} firms are told of, {FIRMS} were asked for.")


if __name__ == "__main__":
    main()
