"""``odoo cocare_close``: meter, allocate and recharge a month from the command line."""

import re
import sys
from datetime import date

from odoo import SUPERUSER_ID
from odoo.api import Environment
from odoo.cli.command import Command
from odoo.exceptions import UserError
from odoo.modules.registry import Registry
from odoo.service.model import retrying
from odoo.tools import config

COLUMNS = ("direct_cost", "full_cost", "invoiced", "alone_cost", "gain")
HEADINGS = ("direct", "full", "invoiced", "alone", "gain")


class CocareClose(Command):
    """Close a month: read the meters, share the costs, send them to the firms, post.

    Where firms review, the first call sends and the next one posts, once they answered
    or their time is over.
    """

    name = "cocare_close"

    def run(self, args):
        self.parser.add_argument("-c", "--config", help="Odoo configuration file")
        self.parser.add_argument("-d", "--database", required=True)
        self.parser.add_argument("--month", required=True, type=self._month)
        self.parser.add_argument("--network", help="its name, if there are several")
        self.parser.add_argument(
            "--dry-run", action="store_true", help="show the shares, change nothing"
        )
        self.parser.add_argument(
            "--no-review", metavar="REASON", help="post without asking the firms"
        )
        options = self.parser.parse_args(args)
        config_args = ["-d", options.database, "--log-level=warn"]
        if options.config:
            config_args += ["-c", options.config]
        config.parse_config(config_args, setup_logging=True)
        try:
            with Registry(options.database).cursor() as cr:
                env = Environment(cr, SUPERUSER_ID, {"lang": "fr_FR"})
                self._close(env, options)
        except UserError as error:
            sys.exit(f"cocare_close: {error}")

    def _month(self, text):
        match = re.fullmatch(r"(\d{4})-(0[1-9]|1[0-2])", text)
        if not match:
            self.parser.error(f"--month {text}: write it YYYY-MM, for example 2026-10")
        return date(int(match[1]), int(match[2]), 1)

    def _close(self, env, options):
        network = self._network(env, options.network)
        run = network._month_run(options.month)
        if run.state == "posted":
            self._print(run)
            print(f"{run.display_name}: already closed, nothing was changed.")
            return
        if options.dry_run:
            run = run or self._open(network, options.month)
            run.action_compute()
            run._check_shares_add_up()
            self._print(run)
            env.cr.rollback()
            print("Dry run: nothing was changed.")
            return
        # Two transactions, each retried and committed by ``retrying``: closing the
        # usages is one of its own (see cocare.allocation.run).
        run = run or retrying(lambda: self._open(network, options.month), env)
        retrying(lambda: self._go_on(run, options.no_review), env)
        self._print(run)
        if run.state == "sent":
            print(
                f"{run.display_name}: sent to the firms, who may contest until "
                f"{run.review_until}. Run this again to post."
            )
            return
        print(f"{run.display_name}: closed, {len(run.recharge_ids)} firms recharged.")

    def _network(self, env, name):
        networks = env["cocare.network"].search([("name", "=", name)] if name else [])
        if len(networks) != 1:
            raise UserError(
                env._(
                    "%(count)s networks match; name one with --network among: "
                    "%(names)s",
                    count=len(networks),
                    names=", ".join(env["cocare.network"].search([]).mapped("name")),
                )
            )
        return networks

    def _open(self, network, month):
        return network.env["cocare.allocation.run"].create(
            {"network_id": network.id, "date_from": month}
        )

    def _go_on(self, run, no_review):
        """Take a run as far as it goes: sent, or posted."""
        if run.state == "sent":
            run.action_post()
            return
        run.action_compute()
        if no_review:
            run.no_review_reason = no_review
        if run.review_days and not no_review:
            run.action_send()
        else:
            run.action_post()

    def _print(self, run):
        """The shares by service and firm, with totals that add up."""
        print(f"\n{run.display_name}\n")
        width = max((len(c.name) for c in run.share_ids.company_id), default=0) + 2
        for line in run.line_ids:
            key = line.key_version_id.display_name
            print(f"{line._cost_name()} ({key})" if key else line._cost_name())
            self._print_row("firm", ("key value", *HEADINGS), width)
            for share in line.share_ids.sorted(lambda s: s.company_id.id):
                self._print_amounts(share.company_id.name, share, width)
            self._print_amounts("total", line.share_ids, width)
            print()
        print("all services")
        self._print_row("firm", ("", *HEADINGS), width)
        for firm, totals in run._totals_by_firm().items():
            self._print_row(firm.name, ("", *self._cells(totals)), width)
        totals = run.share_ids._totals()
        self._print_row("total", ("", *self._cells(totals)), width)
        print(f"\ncost of the month: {run.full_cost:.2f}")

    def _print_amounts(self, label, shares, width):
        # A key of several parts has a value for each.
        simple = len(shares.key_version_id.part_ids) == 1
        key_value = self._number(sum(shares.mapped("key_value"))) if simple else ""
        self._print_row(label, (key_value, *self._cells(shares._totals())), width)

    def _cells(self, totals):
        """Cents as amounts, in the order of the columns."""
        return [f"{totals[name] / 100:.2f}" for name in COLUMNS]

    def _number(self, value):
        return f"{value:.3f}".rstrip("0").rstrip(".")

    def _print_row(self, label, cells, width):
        print(f"  {label:<{width}}" + "".join(f"{cell:>12}" for cell in cells))
