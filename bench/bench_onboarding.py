"""Thirty firms brought in, beside Odoo's own creation and loading of the chart.

Runs in the demonstration network and takes everything back: nothing is committed. Both
ways are taken in turn; before a time is printed, a copied firm is compared with one of
Odoo, row by row.
"""

import os
import statistics
import time

from odoo import SUPERUSER_ID, api
from odoo.modules.registry import Registry
from odoo.tools import config

ROUNDS = 5
FIRMS = 30


def main():
    config.parse_config(["-c", "odoo.conf", "-d", os.environ["PGDATABASE"]])
    with Registry(os.environ["PGDATABASE"]).cursor() as cr:
        env = api.Environment(cr, SUPERUSER_ID, {})
        network = env["cocare.network"].search([], limit=1)
        if not network:
            raise SystemExit("No demonstration network: ./cocare run makes it.")
        check_equal(env, network)
        measure(env, network)
        cr.rollback()


def check_equal(env, network):
    """Stop unless a copied firm is what Odoo makes."""
    from odoo.addons.cocare_network.tests.same_company import Company, differences

    cloner = env["cocare.firm.cloner"]
    golden = env["cocare.golden.firm"]._for(network)
    firms = []
    for make in (
        lambda: network._make_companies(["Bench, by Odoo"]),
        lambda: golden._copies(["Bench, copied"]),
    ):
        before = cloner._last_ids()
        company = make()
        if firms:
            cloner._link_users(company)
        firms.append(Company(env, company, cloner._rows_since(before)))
    found, compared = differences(*firms)
    if found:
        raise SystemExit(f"The copy is not what Odoo makes: {found[:5]}")
    print(f"FIGURE onboarding.values_compared={compared}")


def measure(env, network):
    odoo, one, sitting = [], [], []
    for turn in range(ROUNDS):
        names = [f"Odoo {turn}"]
        odoo.append(timed(env, network._make_companies, names))
        firm = [{"name": f"One {turn}", "city": "Barr"}]
        one.append(timed(env, network._create_firms, firm))
        firms = [{"name": f"Firm {turn}/{n}", "city": "Barr"} for n in range(FIRMS)]
        sitting.append(timed(env, network._create_firms, firms))
    own, own_queries = middle(odoo)
    copy, copy_queries = middle(one)
    many, many_queries = middle(sitting)
    print(f"FIGURE onboarding.odoo_s={own:.3f}")
    print(f"FIGURE onboarding.odoo_queries={own_queries:.0f}")
    print(f"FIGURE onboarding.one_s={copy:.3f}")
    print(f"FIGURE onboarding.one_queries={copy_queries:.0f}")
    print(f"FIGURE onboarding.of_{FIRMS}_s={many / FIRMS:.3f}")
    print(f"FIGURE onboarding.of_{FIRMS}_queries={many_queries / FIRMS:.0f}")
    print(f"FIGURE bench.onboarding.ratio_one={own / copy:.1f}")
    print(f"FIGURE bench.onboarding.ratio={own / many * FIRMS:.1f}")


def timed(env, call, argument):
    """:return: (seconds, queries)"""
    start, queries = time.perf_counter(), env.cr.sql_log_count
    call(argument)
    env.flush_all()
    return time.perf_counter() - start, env.cr.sql_log_count - queries


def middle(samples):
    return tuple(statistics.median(column) for column in zip(*samples, strict=True))


if __name__ == "__main__":
    main()
