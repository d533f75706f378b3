"""The page of the accountants over 1,000,000 items of thirty firms, beside two peers.

A network of its own is made in the demonstration network's database, with three years
of books written by SQL, and taken back: nothing is committed. What is timed, in turn:

* ``oca``: the trial balance of each firm by OCA's ``account_financial_report``;
* ``sql``: the trial balances of all firms, one plain query on the items;
* ``suite``: the whole cockpit of an accountant (reasons, figures, locks of 30 firms)
  and twelve months of the dashboards' figures.

Before a time is printed, the balances of all accounts are compared: those of the peer,
those of the plain query, and those that the suite reads. Then what the suite costs who
posts is measured, with and without its triggers, and how the page grows with history.
"""

import os
import statistics
import time
from datetime import date

import network
from dateutil.relativedelta import relativedelta

from odoo import SUPERUSER_ID, api, fields
from odoo.fields import Command
from odoo.modules.registry import Registry
from odoo.tools import SQL, config

FIRMS = 30
ITEMS = 1_000_000
YEARS = 3
ROUNDS = 5
#: entries posted by the ORM to see what the triggers cost, each time
POSTED = 20

TRIAL_BALANCE = """
    SELECT company_id, account_id, SUM(debit), SUM(credit)
      FROM account_move_line
     WHERE parent_state = 'posted' AND company_id = ANY(%s)
     GROUP BY 1, 2
"""


def main():
    config.parse_config(
        ["-c", "odoo.conf", "-d", os.environ["PGDATABASE"], "--log-level=error"]
    )
    with Registry(os.environ["PGDATABASE"]).cursor() as cr:
        env = api.Environment(cr, SUPERUSER_ID, {"tracking_disable": True})
        try:
            measure(Books(env, FIRMS))
        finally:
            cr.rollback()


class Books:
    """Firms, an accountant of all of them, and their items."""

    def __init__(self, env, count):
        self.today = fields.Date.context_today(env["res.users"])
        _operator, _network, self.firms = network.make(env, count)
        self.user = env["res.users"].create(
            {
                "name": "Bench",
                "login": "bench",
                "company_id": self.firms[0].id,
                "company_ids": [Command.set(self.firms.ids)],
                "group_ids": [
                    Command.set(
                        env.ref("cocare_mutual_accounting.group_accountant").ids
                    )
                ],
            }
        )
        env["cocare.firm.accountant"].create(
            [
                {
                    "company_id": firm.id,
                    "user_id": self.user.id,
                    "valid_from": self.today,
                }
                for firm in self.firms
            ]
        )
        self.env = env(context={**env.context, "allowed_company_ids": self.firms.ids})

    def fill(self, items):
        """Copy an invoice, its payment and a bill of each firm over the months.

        They are made and posted by Odoo, and matched; copies of the last two months are
        open, as they would be.
        """
        env = self.env
        start = self.today.replace(day=1) - relativedelta(years=YEARS)
        days = (self.today - start).days
        for firm in self.firms:
            moves = self.models(firm)
            copies = items // len(self.firms) // len(moves.line_ids)
            env.flush_all()
            for move in moves:
                self.copy(move, copies, start, days)
        env.invalidate_all()
        # What the nightly jobs and PostgreSQL itself do.
        env["cocare.book.month"]._add_up()
        env.cr.execute("ANALYZE account_move, account_move_line, cocare_book_month")

    def models(self, firm):
        env = self.env(context={**self.env.context, "allowed_company_ids": firm.ids})
        partner = env["res.partner"].create(
            {"name": f"Customer of {firm.name}", "company_id": firm.id}
        )
        day = self.today - relativedelta(years=YEARS, months=1)
        invoices = env["account.move"].create(
            [
                {
                    "move_type": kind,
                    "company_id": firm.id,
                    "partner_id": partner.id,
                    "invoice_date": day,
                    "date": day,
                    "ref": kind,
                    "invoice_line_ids": [
                        Command.create({"name": "Work", "price_unit": amount})
                        for amount in amounts
                    ],
                }
                for kind, amounts in (
                    ("out_invoice", (100, 20, 35.5)),
                    ("in_invoice", (60, 12.25)),
                )
            ]
        )
        invoices._post(soft=False)
        return invoices

    def copy(self, move, count, start, days):
        """:param count: how many copies, spread over ``days`` from ``start``"""
        cr = self.env.cr
        cr.execute(
            SQL(
                """
                CREATE TEMP TABLE copied ON COMMIT DROP AS
                SELECT nextval('account_move_id_seq') AS id,
                       %s::date + (%s * n / %s)::int AS day, n
                  FROM generate_series(1, %s) n
                """,
                *(start, days, count, count),
            )
        )
        self.insert(
            "account_move",
            SQL("source.id = %s", move.id),
            id=SQL("copied.id"),
            name=SQL("source.name || '-' || copied.n"),
            date=SQL("copied.day"),
            invoice_date=SQL("copied.day"),
            invoice_date_due=SQL("copied.day"),
            sequence_number=SQL("copied.n"),
            payment_reference=SQL("NULL"),
        )
        recent = SQL("copied.day > %s::date - 60", self.today)
        trade = SQL("source.amount_residual != 0")
        self.insert(
            "account_move_line",
            SQL("source.move_id = %s", move.id),
            id=SQL("nextval('account_move_line_id_seq')"),
            move_id=SQL("copied.id"),
            move_name=SQL("source.move_name || '-' || copied.n"),
            date=SQL("copied.day"),
            invoice_date=SQL("copied.day"),
            date_maturity=SQL(
                "CASE WHEN source.date_maturity IS NOT NULL THEN copied.day END"
            ),
            reconciled=SQL("CASE WHEN %s THEN NOT (%s) ELSE FALSE END", trade, recent),
            amount_residual=SQL(
                "CASE WHEN %s AND %s THEN source.amount_residual ELSE 0 END",
                *(trade, recent),
            ),
        )
        cr.execute("DROP TABLE copied")

    def insert(self, table, where, **values):
        names = self.env.execute_query(
            SQL(
                """
                SELECT column_name FROM information_schema.columns
                 WHERE table_schema = current_schema() AND table_name = %s
                   AND is_generated = 'NEVER'
                """,
                table,
            )
        )
        names = [name for (name,) in names]
        columns = SQL(", ").join(SQL.identifier(name) for name in names)
        taken = SQL(", ").join(
            values.get(name) or SQL("source.%s", SQL.identifier(name)) for name in names
        )
        self.env.cr.execute(
            SQL(
                "INSERT INTO %s (%s) SELECT %s FROM %s source, copied WHERE %s",
                *(SQL.identifier(table), columns, taken, SQL.identifier(table), where),
            )
        )

    def count(self):
        return self.env["account.move.line"].search_count(
            [("company_id", "in", self.firms.ids)]
        )


def measure(books):
    books.fill(ITEMS // 4)
    early = middle(lambda: suite(books))
    books.fill(ITEMS * 3 // 4)
    check(books)
    ways = {"sql": sql, "suite": suite}
    spent = {name: [] for name in ways}
    for _round in range(ROUNDS):
        for name, way in ways.items():
            spent[name].append(timed(lambda way=way: way(books)))
    spent["oca"] = [timed(lambda: oca(books)) for _round in range(2)]
    seconds = {name: statistics.median(times) for name, times in spent.items()}
    print(f"FIGURE bench.cockpit.items={books.count()}")
    for name, value in seconds.items():
        low, high = min(spent[name]), max(spent[name])
        print(f"FIGURE bench.cockpit.{name}_s={value:.3f} ({low:.3f} to {high:.3f})")
    print(f"FIGURE bench.cockpit.vs_sql={seconds['suite'] / seconds['sql']:.2f}")
    print(f"FIGURE bench.cockpit.vs_oca={seconds['oca'] / seconds['suite']:.0f}")
    print(f"FIGURE bench.cockpit.growth={seconds['suite'] / early:.2f}")
    print(f"FIGURE bench.cockpit.upkeep_percent={upkeep(books):.1f}")


def suite(books):
    """The cockpit, and the figures of the dashboards of a year."""
    env = books.env(user=books.user)
    env.invalidate_all()
    board = env["cocare.cockpit"].board([])
    since = books.today.replace(day=1) - relativedelta(months=12)
    months = env["cocare.firm.month"].search_read(
        [("month", ">=", since)], ["company_id", "month", "cash", "turnover", "gain"]
    )
    return board, months


def sql(books):
    return books.env.execute_query(SQL(TRIAL_BALANCE, books.firms.ids))


def oca(books):
    """The trial balance of each firm, as its report works it out."""
    report = books.env["report.account_financial_report.trial_balance"]
    result = {}
    for firm in books.firms:
        unallocated = books.env["account.account"].search(
            [
                ("account_type", "=", "equity_unaffected"),
                ("company_ids", "in", firm.ids),
            ],
            limit=1,
        )
        totals, accounts, _partners = report.with_company(firm)._get_data(
            [],
            [],
            [],
            firm.id,
            books.today,
            date(books.today.year - YEARS - 2, 1, 1),
            False,
            True,
            False,
            False,
            unallocated.id,
            date(books.today.year, 1, 1),
            False,
        )
        for account in accounts:
            total = totals[account]
            result[firm.id, account] = (total["debit"], total["credit"])
    return result


def check(books):
    """Stop unless the peer, the items and the months of the suite say the same."""
    plain = {
        (company, account): (round(debit, 2), round(credit, 2))
        for company, account, debit, credit in sql(books)
        if debit or credit
    }
    rows = books.env["cocare.book.month"]._read_group(
        [("company_id", "in", books.firms.ids)],
        ["company_id", "account_id"],
        ["debit:sum", "credit:sum"],
    )
    ours = {
        (company.id, account.id): (round(debit, 2), round(credit, 2))
        for company, account, debit, credit in rows
    }
    peer = {
        key: (round(debit, 2), round(credit, 2))
        for key, (debit, credit) in oca(books).items()
        if debit or credit
    }
    as_floats = {
        key: tuple(float(value) for value in values) for key, values in plain.items()
    }
    for name, found in (("the suite", ours), ("OCA", peer)):
        if found != as_floats:
            apart = {
                key
                for key in found.keys() | as_floats
                if found.get(key) != as_floats.get(key)
            }
            raise SystemExit(f"{name}: {len(apart)} accounts differ.")


def upkeep(books):
    """What the triggers add to posting by the ORM, in percent of it."""
    switch = "ALTER TABLE account_move_line %s TRIGGER USER"
    spent = {"ENABLE": [], "DISABLE": []}
    for number in range(ROUNDS * 2):
        for how in spent:
            books.env.cr.execute(switch % how)
            spent[how].append(timed(lambda number=number: post(books, number)))
    books.env.cr.execute(switch % "ENABLE")
    with_them, without = (statistics.median(spent[how]) for how in spent)
    return (with_them / without - 1) * 100


def post(books, number):
    firm = books.firms[number % FIRMS]
    env = books.env
    accounts = env["account.account"].with_company(firm)
    account = accounts.search([("code", "=like", "606%")], limit=1)
    journal = env["account.journal"].search(
        [("company_id", "=", firm.id), ("type", "=", "general")], limit=1
    )
    env["account.move"].create(
        [
            {
                "journal_id": journal.id,
                "date": books.today,
                "line_ids": [
                    Command.create({"account_id": account.id, "balance": balance})
                    for balance in (1, 2, 3, -6)
                ],
            }
            for _entry in range(POSTED)
        ]
    )._post(soft=False)
    env.flush_all()


def timed(way):
    start = time.perf_counter()
    way()
    return time.perf_counter() - start


def middle(way):
    return statistics.median(timed(way) for _round in range(ROUNDS))


if __name__ == "__main__":
    main()
