"""A month posted in both books of thirty firms, beside OCA's inter-company invoices.

A network of its own is made in the demonstration network's database, with five
services shared by thirty firms, and taken back: nothing is committed. Three ways are
taken in turn:

* ``oca``: an invoice a firm, posted; ``account_invoice_inter_company`` makes the bill
  and posts it. It would also print every invoice as a PDF: left out, in its favour;
* ``odoo``: what ``cocare.recharge`` posts, by Odoo's own creation, which stays the
  fallback of the suite;
* ``suite``: the same, as the suite posts it.

Before a time is printed, the documents are compared: totals, taxes and accounts of both
books.
"""

import gc
import os
import statistics
import time
from unittest.mock import patch

import network

from odoo import SUPERUSER_ID, api, fields
from odoo.fields import Command
from odoo.modules.registry import Registry
from odoo.tools import config

ROUNDS = 5
FIRMS = 30
SERVICES = (
    # name, income account, expense account, cost of the month
    ("Bookkeeping", "706", "6226", "3217.41"),
    ("Payroll", "706", "6226", "1954.07"),
    ("Workshop", "706", "6132", "4100.10"),
    ("Vans", "7083", "6135", "2222.23"),
    ("Coaching", "706", "6228", "1803.59"),
)


def main():
    config.parse_config(
        ["-c", "odoo.conf", "-d", os.environ["PGDATABASE"], "--log-level=warn"]
    )
    with Registry(os.environ["PGDATABASE"]).cursor() as cr:
        env = api.Environment(cr, SUPERUSER_ID, {"tracking_disable": True})
        measure(Month(env))
        cr.rollback()


class Month:
    """A network whose last month is computed, and not posted yet."""

    def __init__(self, env):
        self.last_day = fields.Date.subtract(
            fields.Date.context_today(env["res.users"]).replace(day=1), days=1
        )
        self.first_day = self.last_day.replace(day=1)
        self.operator, self.network, self.firms = network.make(env, FIRMS)
        self.firms.cocare_joined_on = fields.Date.subtract(self.first_day, months=2)
        companies = self.operator | self.firms
        # The peer reads the products as somebody of the firm.
        env["res.users"].create(
            {
                "name": "Bench",
                "login": "bench",
                "company_id": self.operator.id,
                "company_ids": [Command.set(companies.ids)],
                "group_ids": [Command.set(env.ref("account.group_account_user").ids)],
            }
        )
        self.env = env = env(
            context={**env.context, "allowed_company_ids": companies.ids}
        )
        self.services = self.sharing(env)
        self.run = self.computed_run(env)
        self.products = self.sold_products(env)
        env.flush_all()
        # What no one has analysed yet, PostgreSQL plans badly.
        env.cr.execute("ANALYZE")

    def sharing(self, env):
        """Services that every firm takes, each with its cost, shared equally."""
        journal = env["account.journal"].search(
            [("company_id", "=", self.operator.id), ("type", "=", "general")], limit=1
        )
        services = env["cocare.service"]
        for number, (name, income, expense, cost) in enumerate(SERVICES):
            service = env["cocare.service"].create(
                {
                    "name": name,
                    "code": f"BENCH{number}",
                    "network_id": self.network.id,
                    "income_account_code": income,
                    "expense_account_code": expense,
                }
            )
            key = env["cocare.allocation.key"].create(
                {"name": f"Key of {name}", "network_id": self.network.id}
            )
            version = env["cocare.allocation.key.version"].create(
                {"key_id": key.id, "valid_from": self.first_day, "method": "equal"}
            )
            version.action_propose()
            version.cocare_pending_change_id._cocare_decide(
                True, "Bench", self.first_day
            )
            account = self.operator._cocare_account(f"641{number + 1}")
            env["cocare.cost.pool"].create(
                {
                    "name": name,
                    "network_id": self.network.id,
                    "service_id": service.id,
                    "key_id": key.id,
                    "date_start": self.first_day,
                    "account_ids": [Command.set(account.ids)],
                }
            )
            env["cocare.agreement"].create(
                [
                    {
                        "company_id": firm.id,
                        "service_id": service.id,
                        "date_start": self.first_day,
                        "state": "signed",
                    }
                    for firm in self.firms
                ]
            )
            bank = self.operator._cocare_account("512")
            env["account.move"].create(
                {
                    "company_id": self.operator.id,
                    "journal_id": journal.id,
                    "date": self.last_day,
                    "line_ids": [
                        Command.create({"account_id": account_id, "balance": balance})
                        for account_id, balance in (
                            (account.id, float(cost)),
                            (bank.id, -float(cost)),
                        )
                    ],
                }
            )._post(soft=False)
            services |= service
        return services

    def computed_run(self, env):
        run = env["cocare.allocation.run"].create(
            {"network_id": self.network.id, "date_from": self.first_day}
        )
        run.action_compute()
        return run

    def sold_products(self, env):
        """The services as the products the peer wants, with the same books."""
        products = env["product.product"]
        for service in self.services:
            product = env["product.product"].create(
                {
                    "name": service.name,
                    "type": "service",
                    "taxes_id": [
                        Command.set(self.operator.cocare_recharge_sale_tax_id.ids)
                    ],
                    "supplier_taxes_id": [
                        Command.set(self.firms.cocare_recharge_purchase_tax_id.ids)
                    ],
                }
            )
            for company, side, code in [
                (self.operator, "income", service.income_account_code),
                *((f, "expense", service.expense_account_code) for f in self.firms),
            ]:
                product.with_company(company)[f"property_account_{side}_id"] = (
                    company._cocare_account(code)
                )
            products |= product
        return products

    def by_oca(self):
        invoices = self.env["account.move"]
        for firm in self.firms:
            shares = self.run.share_ids.filtered(lambda s, f=firm: s.company_id == f)
            invoice = invoices.create(
                {
                    "move_type": "out_invoice",
                    "company_id": self.operator.id,
                    "journal_id": self.operator.cocare_recharge_sale_journal_id.id,
                    "partner_id": firm.partner_id.id,
                    "invoice_date": self.last_day,
                    "date": self.last_day,
                    "invoice_line_ids": [
                        Command.create(
                            {"product_id": product.id, "price_unit": share.invoiced}
                        )
                        for share, product in zip(shares, self.products, strict=True)
                    ],
                }
            )
            invoice.action_post()
            invoices |= invoice
        bills = invoices.search([("auto_invoice_id", "in", invoices.ids)])
        return invoices | bills

    def by_suite(self):
        recharges = self.env["cocare.recharge"]._for_run(self.run)
        recharges._post()
        return recharges.invoice_id | recharges.bill_id

    def by_odoo(self):
        """The same documents by Odoo's own way, as where nothing is covered."""
        from odoo.addons.cocare_mutual_accounting.models import cocare_move_builder

        builder = type(self.env["cocare.move.builder"])
        uncovered = cocare_move_builder.Uncovered("the bench")
        with patch.object(builder, "_check_known_code", side_effect=uncovered):
            return self.by_suite()


def result(moves):
    """What is in the books: per company and partner, totals, taxes and accounts."""
    return sorted(
        (
            move.company_id.name,
            move.partner_id.name,
            move.move_type,
            move.state,
            str(move.date),
            f"{move.amount_untaxed:.2f} {move.amount_tax:.2f} {move.amount_total:.2f}",
            sorted(
                (
                    line.account_id.with_company(move.company_id).code,
                    f"{line.balance:.2f}",
                    tuple(line.tax_ids.ids),
                    line.tax_line_id.id,
                )
                for line in move.line_ids
            ),
        )
        for move in moves
    )


def measure(month):
    ways = {"oca": month.by_oca, "odoo": month.by_odoo, "suite": month.by_suite}
    spent = {name: [] for name in ways}
    queries = {name: [] for name in ways}
    for _round in range(ROUNDS):
        results = {}
        for name, way in ways.items():
            seconds, count, results[name] = taken(month.env, way)
            spent[name].append(seconds)
            queries[name].append(count)
        if len(results["oca"]) != 2 * FIRMS or any(
            other != results["oca"] for other in results.values()
        ):
            raise SystemExit(f"The books are not the same: {differing(results)}")
    for name in ways:
        middle = statistics.median(spent[name])
        print(f"FIGURE recharge.{name}_s={middle / FIRMS:.4f}")
        print(
            f"FIGURE recharge.{name}_queries="
            f"{statistics.median(queries[name]) / FIRMS:.1f}"
        )
    for name in ("odoo", "suite"):
        ratios = [
            peer / own for peer, own in zip(spent["oca"], spent[name], strict=True)
        ]
        key = "bench.recharge.ratio" if name == "suite" else "recharge.odoo_ratio"
        print(f"FIGURE {key}={statistics.median(ratios):.1f}")
        print(f"FIGURE {key}_min={min(ratios):.1f}")
        print(f"FIGURE {key}_max={max(ratios):.1f}")


def taken(env, way):
    """Take a way, and take it back.

    :return: (seconds, queries, what it left in the books)
    """
    savepoint = env.cr.savepoint()
    env.invalidate_all()
    # Environments that the way before left would be looked through by this one.
    gc.collect()
    with patch.object(
        type(env["account.move"]), "_attach_original_pdf_report", lambda _moves: None
    ):
        start, queries = time.perf_counter(), env.cr.sql_log_count
        moves = way()
        env.flush_all()
        spent = time.perf_counter() - start, env.cr.sql_log_count - queries
    books = result(moves)
    savepoint.close(rollback=True)
    env.invalidate_all(flush=False)
    env.cr.precommit.clear()
    return *spent, books


def differing(results):
    for name, books in results.items():
        for peer, own in zip(results["oca"], books, strict=False):
            if peer != own:
                return f"\noca: {peer}\n{name}: {own}"
    return {name: len(books) for name, books in results.items()}


if __name__ == "__main__":
    main()
