import io

from odoo import fields, models
from odoo.fields import Domain
from odoo.tools.misc import format_date, formatLang


class CocareDeparture(models.Model):
    """What the books add to a departure: money to settle, the ledger to take along."""

    _inherit = "cocare.departure"

    # Obstacles

    def _obstacles(self):
        return [
            *super()._obstacles(),
            *self._obstacles_in_the_books(),
            *self._obstacle_month(),
            *self._obstacles_re_billed(),
            *self._obstacles_between_firms(),
            *self._obstacles_to_file(),
        ]

    def _obstacles_in_the_books(self):
        """Entries that are not final, or later than the last day."""
        Move = self.env["account.move"].with_company(self.company_id)
        mine = Domain("company_id", "=", self.company_id.id)
        for domain, text in (
            (
                Domain("state", "=", "draft"),
                self.env._("%(count)s draft entries: post or delete them."),
            ),
            (
                Domain("state", "=", "posted") & Domain("date", ">", self.last_day),
                self.env._("%(count)s entries are dated after the last day."),
            ),
        ):
            moves = Move.search(mine & domain, order="date")
            if moves:
                yield self._obstacle("books", text % {"count": len(moves)}, moves[0])

    def _obstacle_month(self):
        """The month of the last day has to be shared, if the firm took part in it."""
        month = fields.Date.start_of(self.last_day, "month")
        agreements = self.env["cocare.agreement"]._in_force(
            month, self.last_day, companies=self.company_id
        )
        run = self.env["cocare.allocation.run"].search(
            [
                ("network_id", "=", self.network_id.id),
                ("kind", "=", "month"),
                ("date_from", "=", month),
                ("state", "=", "posted"),
            ]
        )
        if agreements and not run:
            yield self._obstacle(
                "money",
                self.env._(
                    "The shared costs of %(month)s are not recharged yet: close the "
                    "month.",
                    month=format_date(self.env, month, date_format="MMMM yyyy"),
                ),
                agreements[0],
            )

    def _obstacles_re_billed(self):
        """What the firm will be re-billed has to be, before its books are closed."""
        lines = self.env["cocare.rebilling.line"].search(
            [
                ("company_id", "=", self.company_id.id),
                ("excluded", "=", False),
                ("rebilling_id.state", "=", "confirmed"),
            ]
        )
        for rebilling in lines.rebilling_id:
            yield self._obstacle(
                "money",
                self.env._(
                    "“%(name)s” is re-billed by a month that is not posted yet.",
                    name=rebilling.name,
                ),
                rebilling,
            )

    def _obstacles_to_file(self):
        """What is due by the last day has to be filed, or not to be due."""
        left = self.env["cocare.obligation"].search(
            [
                ("company_id", "=", self.company_id.id),
                ("is_open", "=", True),
                ("due_date", "<=", self.last_day),
            ]
        )
        if left:
            yield self._obstacle(
                "books",
                self.env._(
                    "%(count)s obligations are due by the last day: file them, or say "
                    "why they are not due.",
                    count=len(left),
                ),
                left[0],
            )

    def _obstacles_between_firms(self):
        """What the firm owes to the other firms of the network, and they owe to it."""
        firms = self.network_id.company_ids
        for company, partners in (
            (self.company_id, (firms - self.company_id).partner_id),
            *((firm, self.company_id.partner_id) for firm in firms - self.company_id),
        ):
            lines = (
                self.env["account.move.line"]
                .with_company(company)
                .search(
                    [
                        ("company_id", "=", company.id),
                        ("parent_state", "=", "posted"),
                        ("partner_id", "child_of", partners.ids),
                        (
                            "account_id.account_type",
                            "in",
                            ("asset_receivable", "liability_payable"),
                        ),
                        ("amount_residual", "!=", 0),
                    ]
                )
            )
            for partner, theirs in lines.grouped("partner_id").items():
                yield self._obstacle(
                    "money",
                    self.env._(
                        "Books of %(firm)s: %(amount)s open with %(partner)s.",
                        firm=company.name,
                        amount=formatLang(
                            self.env,
                            abs(sum(theirs.mapped("amount_residual"))),
                            currency_obj=company.currency_id,
                        ),
                        partner=partner.name,
                    ),
                    theirs[0].move_id,
                )

    # What the firm takes along

    def _files(self):
        yield from super()._files()
        for date_from, date_to in self._fiscal_years():
            yield from self._ledger(date_from, date_to)
        yield from self._vouchers()

    def _fiscal_years(self):
        """First and last days of the fiscal years that have entries.

        :return: list of (date, date); the last one ends with the last entry's year
        """
        moves = self.env["account.move"].search(
            [("company_id", "=", self.company_id.id), ("state", "=", "posted")],
            order="date",
        )
        years = []
        for date in moves.mapped("date"):
            if not years or date > years[-1][1]:
                year = self.company_id.compute_fiscalyear_dates(date)
                years.append((year["date_from"], year["date_to"]))
        return years

    def _ledger(self, date_from, date_to):
        """The FEC of a fiscal year (art. A47 A-1 LPF) and its trial balance."""
        company = self.company_id
        folder, balance = self.env._("accounts"), self.env._("trial-balance")
        writer, ledger = self.env["cocare.fec.writer"], io.BytesIO()
        writer._write(ledger, company, date_from, date_to, "tab", "utf-8")
        yield f"{folder}/{writer._file_name(company, date_to)}", ledger.getvalue()
        balances = (
            self.env["account.move.line"]
            .with_company(company)
            ._read_group(
                [
                    ("company_id", "=", company.id),
                    ("parent_state", "=", "posted"),
                    ("date", ">=", date_from),
                    ("date", "<=", date_to),
                ],
                ["account_id"],
                ["debit:sum", "credit:sum"],
            )
        )
        yield (
            f"{folder}/{balance}-{date_to:%Y-%m-%d}.csv",
            self._csv(
                [
                    self.env._("Account"),
                    self.env._("Name"),
                    self.env._("Debit"),
                    self.env._("Credit"),
                ],
                [
                    (
                        account.code,
                        account.name,
                        f"{debit:.2f}".replace(".", ","),
                        f"{credit:.2f}".replace(".", ","),
                    )
                    for account, debit, credit in sorted(
                        balances, key=lambda row: row[0].code
                    )
                ],
            ),
        )

    def _vouchers(self):
        """The documents attached to the firm's entries."""
        moves = self.env["account.move"].search(
            [("company_id", "=", self.company_id.id), ("state", "=", "posted")]
        )
        documents = self.env["ir.attachment"].search(
            [("res_model", "=", "account.move"), ("res_id", "in", moves.ids)]
        )
        folder = self.env._("vouchers")
        for document in documents:
            move = moves.browse(document.res_id)
            name = (move.name or "").replace("/", "-")
            yield (
                f"{folder}/{move.date:%Y-%m}/{name}/{document.name}",
                document.raw,
            )

    def _close(self):
        """The books that were handed over do not change any more."""
        result = super()._close()
        self.company_id.write({"hard_lock_date": self.last_day})
        return result
