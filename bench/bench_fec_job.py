"""A ledger of 400,000 lines taken over by the job, in an Odoo process.

As a person does it: the file is given and checked, then left to the job, which runs
here rather than in a worker. A firm of its own is made in the demonstration network's
database and taken back: nothing is committed. Another connection reads meanwhile what
the page shows of how far it is. The trial balance, by account and by third party, is
compared with sums of the file made here, before anything is printed.
"""

import base64
import os
import re
import threading
import time
from collections import defaultdict
from decimal import Decimal
from pathlib import Path
from unittest.mock import patch

from bench_fec import COLUMNS, NAME, firm_of, ledger

from odoo import SUPERUSER_ID, api
from odoo.modules.registry import Registry
from odoo.tools import config

LINES = int(os.environ.get("COCARE_FEC_JOB_LINES", "400000"))
CUSTOMERS, SUPPLIERS = 4000, 1000
BALANCES = """
    SELECT account.code_store ->> %(firm)s, partner.ref, sum(line.balance)::text
      FROM account_move_line line
      JOIN account_account account ON account.id = line.account_id
      LEFT JOIN res_partner partner ON partner.id = line.partner_id
     WHERE line.company_id = %(firm)s::int AND line.parent_state = 'posted'
     GROUP BY 1, 2
"""


def main():
    config.parse_config(
        ["-c", "odoo.conf", "-d", os.environ["PGDATABASE"], "--log-level=warn"]
    )
    with Registry(os.environ["PGDATABASE"]).cursor() as cr:
        env = api.Environment(cr, SUPERUSER_ID, {"tracking_disable": True})
        measure(env, ledger(LINES, CUSTOMERS, SUPPLIERS))
        cr.rollback()


def measure(env, content):
    firm = firm_of(env, "Bench job")
    env = env(context={**env.context, "allowed_company_ids": firm.ids})
    take_over = env["cocare.fec.import"].create(
        {"company_id": firm.id, "filename": NAME, "file": base64.b64encode(content)}
    )
    env.flush_all()
    expected = sums(content)
    print(f"FIGURE fec.job.file_mb={len(content) / 1e6:.0f}")
    del content
    with watched("check"):
        assert take_over.action_check(), take_over.problem_ids.mapped("message")
    take_over.action_start()
    assert take_over.state == "queued"
    env.flush_all()
    slow = AssertionError("the suite fell back on the ORM")
    cron = type(env["ir.cron"])
    with (
        patch.object(type(take_over), "_write_by_orm", side_effect=slow),
        patch.object(cron, "_commit_progress"),
        Progress(take_over) as progress,
        watched("import"),
    ):
        env["cocare.fec.import"]._cron_import()
        env.flush_all()
    assert take_over.state == "done", take_over.problem_ids.mapped("message")
    env.cr.execute(BALANCES, {"firm": str(firm.id)})
    found = {
        (code.rstrip("0"), ref or ""): Decimal(total)
        for code, ref, total in env.cr.fetchall()
    }
    if found != expected:
        raise SystemExit("The books are not those of the file")
    print(f"FIGURE fec.job.lines={take_over.line_count}")
    print(f"FIGURE fec.job.balances_compared={len(expected)}")
    print(f"FIGURE fec.job.progress_steps={len(set(progress.seen))}")
    print("progress, by second:", *progress.seen)


def sums(content):
    """{(account without closing zeros, third party): balance} of the file."""
    account, party, debit, credit = map(
        COLUMNS.index, ("CompteNum", "CompAuxNum", "Debit", "Credit")
    )
    found = defaultdict(Decimal)
    for row in content.decode().splitlines()[1:]:
        cells = row.split("\t")
        key = cells[account].rstrip("0"), cells[party]
        found[key] += Decimal(cells[debit].replace(",", "."))
        found[key] -= Decimal(cells[credit].replace(",", "."))
    return dict(found)


class watched:  # noqa: N801, used as a function
    """Print the seconds, and the memory before and at the peak."""

    def __init__(self, name):
        self.name = name

    def __enter__(self):
        Path("/proc/self/clear_refs").write_text("5")
        self.before, self.start = self._memory("RSS"), time.perf_counter()

    def __exit__(self, *_error):
        spent = time.perf_counter() - self.start
        print(f"FIGURE fec.job.{self.name}_seconds={spent:.0f}")
        print(f"FIGURE fec.job.{self.name}_mib_before={self.before}")
        print(f"FIGURE fec.job.{self.name}_mib_peak={self._memory('HWM')}")

    def _memory(self, name):
        status = Path("/proc/self/status").read_text()
        return int(re.search(rf"Vm{name}:\s+([0-9]+)", status)[1]) // 1024


class Progress:
    """What the page would show, each second, from another connection."""

    def __init__(self, take_over):
        self.counts = take_over.entry_count, take_over.line_count
        self.seen = []
        self.done = threading.Event()
        self.thread = threading.Thread(target=self._watch)

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_error):
        self.done.set()
        self.thread.join()

    def _watch(self):
        with Registry(os.environ["PGDATABASE"]).cursor() as cr:
            take_over = api.Environment(cr, SUPERUSER_ID, {})["cocare.fec.import"]
            while not self.done.wait(1):
                self.seen.append(take_over._progress(*self.counts))
                cr.rollback()


if __name__ == "__main__":
    main()
