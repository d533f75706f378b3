"""A ledger of 10,000 lines taken over, beside Odoo's own ways of writing entries.

Firms of their own are made in the demonstration network's database and taken back:
nothing is committed. The ledger is generated: entries of five lines, customers and
suppliers, letters. Three ways write it:

* ``one``: an entry at a time, ``create`` and ``action_post``, then ``reconcile`` for
  each letter; on a sample of entries, scaled by lines;
* ``batch``: batches of 200 with all the flags that skip what a ledger does not need;
* ``suite``: the suite: it also reads the file, checks it, and makes accounts, journals
  and third parties, which the others are given.

What is in the books is compared before a time is printed: the sample of the first way
and the whole of the others.
"""

import base64
import gc
import os
import statistics
import time
from contextlib import contextmanager
from datetime import date, timedelta
from decimal import Decimal
from random import Random
from unittest.mock import patch

from odoo import SUPERUSER_ID, api
from odoo.modules.registry import Registry
from odoo.tools import config, split_every

LINES = int(os.environ.get("COCARE_FEC_LINES", "10000"))
COLUMNS = (
    "JournalCode JournalLib EcritureNum EcritureDate CompteNum CompteLib CompAuxNum "
    "CompAuxLib PieceRef PieceDate EcritureLib Debit Credit EcritureLet DateLet "
    "ValidDate Montantdevise Idevise"
).split()
ROUNDS = 3
SAMPLE = 60
BATCH = 200
NAME = "732829320FEC20251231.txt"


def ledger(count, customers=80, suppliers=40):
    """A year of a small trader, as bytes: sales, purchases, receipts, payments."""
    random, rows, number = Random(2026), ["\t".join(COLUMNS)], {}
    letters = iter(range(26**4))

    def entry(journal, label, day, lines):
        number[journal] = rank = number.get(journal, 0) + 1
        for account, name, party, cents, letter in lines:
            debit, credit = max(cents, 0), max(-cents, 0)
            rows.append(
                "\t".join(
                    [
                        *(journal, label, f"{rank:06d}", f"{day:%Y%m%d}"),
                        *(account, name, party, party and f"Tiers {party}"),
                        *(f"{journal}{rank}", f"{day:%Y%m%d}", f"{label} {rank}"),
                        *(f"{debit // 100},{debit % 100:02d}",),
                        *(f"{credit // 100},{credit % 100:02d}",),
                        *(letter, f"{day:%Y%m%d}" if letter else ""),
                        *("20251231", "", ""),
                    ]
                )
            )

    while len(rows) <= count:
        day = date(2025, 1, 1) + timedelta(random.randrange(330))
        later = day + timedelta(random.randrange(30))
        parts = [random.randrange(100, 90000) for _ in range(3)]
        total = sum(parts)
        rank, paid = next(letters), random.random() < 0.8
        letter = "".join(chr(65 + rank // 26**p % 26) for p in (3, 2, 1, 0))
        letter = letter if paid else ""
        if random.random() < 0.6:
            party, sign, trade = f"C{random.randrange(customers):03d}", 1, "41100000"
            own, label, codes = "VE", "Ventes", ("70100000", "70700000", "44571200")
        else:
            party, sign, trade = f"F{random.randrange(suppliers):03d}", -1, "40100000"
            own, label, codes = "HA", "Achats", ("60100000", "60610000", "44566000")
        lines = [(trade, "Tiers", party, sign * total, letter)]
        lines += [(c, c, "", -sign * p, "") for c, p in zip(codes, parts, strict=True)]
        entry(own, label, day, [*lines[:3], _half(lines[3]), _half(lines[3], True)])
        if paid:
            bank = [("51210000", "Banque", "", sign * total // 2, "")]
            bank += [("51210000", "Banque", "", sign * total - sign * total // 2, "")]
            bank += [("62700000", "Frais", "", 50, ""), ("51210000", "", "", -50, "")]
            entry(
                "BQ",
                "Banque",
                later,
                [*bank, (trade, "", party, -sign * total, letter)],
            )
    return ("\r\n".join(rows) + "\r\n").encode()


def _half(line, rest=False):
    """The line in two, so that an entry has five."""
    account, name, party, cents, letter = line
    half = cents // 2
    return account, name, party, cents - half if rest else half, letter


def main():
    config.parse_config(
        ["-c", "odoo.conf", "-d", os.environ["PGDATABASE"], "--log-level=warn"]
    )
    with Registry(os.environ["PGDATABASE"]).cursor() as cr:
        env = api.Environment(cr, SUPERUSER_ID, {"tracking_disable": True})
        measure(env, ledger(LINES))
        cr.rollback()


def firm_of(env, name):
    company = env["res.company"].with_context(chart_template_load=True)
    firm = company.create(
        {
            "name": name,
            "country_id": env.ref("base.fr").id,
            "currency_id": env.ref("base.EUR").id,
        }
    )
    firm._cocare_load_chart("fr")
    return firm


class Way:
    """A way of writing the ledger into the books of a firm."""

    def __init__(self, env, name, content):
        # addons are found once the configuration is read
        from odoo.addons.cocare_mutual_accounting.models import cocare_fec_import_books

        self.books = cocare_fec_import_books
        self.firm = firm_of(env, f"Bench {name}")
        self.env = env(
            context={**env.context, "allowed_company_ids": self.firm.ids},
        )
        self.take_over = self.env["cocare.fec.import"].create(
            {
                "company_id": self.firm.id,
                "filename": NAME,
                "file": base64.b64encode(content),
            }
        )

    def prepared(self):
        """The plan and what takes its codes, made beforehand for Odoo's own ways."""
        _ledger, problems, plan = self.take_over._study()
        assert all(problem.level == "warning" for problem in problems), problems
        own = self.take_over.with_company(self.firm).with_context(**self.books.FAST)
        accounts = own._create_accounts(plan)
        targets = self.books.Targets(
            accounts, own._create_journals(plan, accounts), own._create_partners(plan)
        )
        self.env.flush_all()
        return plan, targets

    def values(self, entries, plan, targets):
        return [
            self.take_over._prepare_move_vals(entry, plan, targets, {})
            for entry in entries
        ]

    def one_by_one(self, plan, targets):
        """A sample, entry by entry and letter by letter, without a flag."""
        env = self.env(context={"allowed_company_ids": self.firm.ids})
        entries = sample_of(plan)
        booked = {}
        for entry in entries:
            move = env["account.move"].create(self.values([entry], plan, targets))
            move.action_post()
            for item, line in zip(move.line_ids.sorted("id"), entry.lines, strict=True):
                if key := plan.letters.key_of(line):
                    booked.setdefault(key, []).append(item.id)
        for ids in booked.values():
            if len(ids) > 1:
                env["account.move.line"].browse(ids).reconcile()
        return sum(len(entry.lines) for entry in entries)

    def by_batch(self, plan, targets):
        """As an experienced developer writes it: flags, batches, letters at once."""
        env = self.env(
            context={**self.env.context, **self.books.FAST, "skip_analytic_sync": 1}
        )
        booked = {}
        for entries in split_every(BATCH, plan.entries):
            moves = env["account.move"].create(self.values(entries, plan, targets))
            moves._post(soft=False)
            for move, entry in zip(moves, entries, strict=True):
                lines = zip(move.line_ids.sorted("id"), entry.lines, strict=True)
                for item, line in lines:
                    if key := plan.letters.key_of(line):
                        booked.setdefault(key, []).append(item.id)
            env.invalidate_all()
        lines = env["account.move.line"]
        for some in split_every(BATCH, booked.values()):
            lines._reconcile_plan([lines.browse(ids) for ids in some])
        return plan.ledger.line_count

    def by_suite(self):
        self.take_over.action_import()
        return self.take_over.line_count


def sample_of(plan):
    """Entries whose letters meet: sales and purchases with what pays them."""
    kept, keys = [], set()
    for entry in plan.entries:
        own = {plan.letters.key_of(line) for line in entry.lines} - {None}
        if len(kept) < SAMPLE // 2 and own or own & keys:
            kept.append(entry)
            keys |= own
        if len(kept) >= SAMPLE:
            break
    return kept


def result(firm, names=None):
    """What is in the books: every line with what it is matched with."""
    lines = firm.env["account.move.line"].search(
        [("company_id", "=", firm.id), ("parent_state", "=", "posted")]
    )
    if names is not None:
        lines = lines.filtered(lambda line: line.move_name in names)
    return sorted(
        (
            line.move_name,
            line.sequence,
            line.account_id.with_company(firm).code,
            line.partner_id.ref or "",
            line.name,
            f"{line.balance:.2f}",
            f"{line.amount_residual:.2f}",
            str(line.date),
            line.reconciled,
            tuple(
                sorted((line.full_reconcile_id.reconciled_line_ids).mapped("move_name"))
            ),
        )
        for line in lines
    )


@contextmanager
def taken_back(env):
    savepoint = env.cr.savepoint()
    env.invalidate_all()
    gc.collect()
    yield
    savepoint.close(rollback=True)
    env.invalidate_all(flush=False)
    env.cr.precommit.clear()
    env.cr.postcommit.clear()


def measure(env, content):
    ways = {name: Way(env, name, content) for name in ("one", "batch", "suite")}
    env.flush_all()
    env.cr.execute("ANALYZE")
    speeds = {name: [] for name in ways}
    for _round in range(ROUNDS):
        found = {}
        for name, way in ways.items():
            with taken_back(env):
                speeds[name].append(timed(name, way))
                found[name] = result(way.firm)
        check(found, content)
    for name, values in speeds.items():
        print(f"FIGURE fec.{name}_lines_per_second={statistics.median(values):.0f}")
    for peer, figure in (
        ("one", "bench.fec.ratio"),
        ("batch", "bench.fec.batch_ratio"),
    ):
        ratios = [
            own / other
            for own, other in zip(speeds["suite"], speeds[peer], strict=True)
        ]
        print(f"FIGURE {figure}={statistics.median(ratios):.1f}")
        print(f"FIGURE {figure}_min={min(ratios):.1f}")
        print(f"FIGURE {figure}_max={max(ratios):.1f}")


def timed(name, way):
    """Lines a second."""
    args = () if name == "suite" else way.prepared()
    take = {"one": way.one_by_one, "batch": way.by_batch, "suite": way.by_suite}[name]
    slow = AssertionError("the suite fell back on the ORM")
    with patch.object(type(way.take_over), "_write_by_orm", side_effect=slow):
        start = time.perf_counter()
        lines = take(*args)
        way.env.flush_all()
        spent = time.perf_counter() - start
    return lines / spent


def check(found, content):
    """All ways left the same, and it is what the file says."""
    if found["batch"] != found["suite"]:
        pairs = zip(found["batch"], found["suite"], strict=False)
        raise SystemExit(f"Not the same: {next(p for p in pairs if p[0] != p[1])}")
    names = {row[0] for row in found["one"]}
    sample = [row for row in found["suite"] if row[0] in names]
    if found["one"] != sample:
        pairs = zip(found["one"], sample, strict=False)
        raise SystemExit(f"Not the same: {next(p for p in pairs if p[0] != p[1])}")
    total = sum(Decimal(row[5]) for row in found["suite"] if Decimal(row[5]) > 0)
    rows = [row.split("\t") for row in content.decode().splitlines()[1:]]
    if total != sum(Decimal(row[11].replace(",", ".")) for row in rows):
        raise SystemExit("The books are not those of the file")


if __name__ == "__main__":
    main()
