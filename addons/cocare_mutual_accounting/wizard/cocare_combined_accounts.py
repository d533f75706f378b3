import base64
from collections import defaultdict

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools.misc import format_date

from ..allocation import from_cents, to_cents
from ..elimination import eliminate
from ..models.cocare_pair_balance import MIRRORED_BY
from ..workbook import workbook

#: the side of the other firm that mirrors a side of one, of the result too
MIRRORS = {**MIRRORED_BY, "income": "expense"}
#: what two firms book with each other is looked for from one of its ends
FROM_ONE_END = ("receivable", "current", "income")
RESULT = ("income", "expense")
CURRENT = ("451", "467")


class CocareCombinedAccounts(models.TransientModel):
    """The accounts of the network as of one firm: sums, less what firms book together.

    A figure of all the firms tells those of each to whoever knows the others. So it is
    for the shared office, with all of them ticked, and read with the reader's own
    rights.
    """

    _name = "cocare.combined.accounts"
    _description = "Combined accounts of the network"

    network_id = fields.Many2one(
        "cocare.network",
        required=True,
        default=lambda self: self.env["cocare.network"].search([], limit=1),
    )
    currency_id = fields.Many2one(related="network_id.operator_id.currency_id")
    date_from = fields.Date(
        string="From",
        required=True,
        default=lambda self: self._default_year("date_from"),
        help="First day of the result. The balance sheet is that of the last day.",
    )
    date_to = fields.Date(
        string="To",
        required=True,
        default=lambda self: fields.Date.context_today(self),
    )
    line_ids = fields.One2many(
        "cocare.combined.accounts.line", "report_id", readonly=True
    )
    difference_ids = fields.One2many(
        "cocare.combined.accounts.difference", "report_id", readonly=True
    )
    total_debit = fields.Monetary(compute="_compute_totals")
    total_credit = fields.Monetary(compute="_compute_totals")
    result = fields.Monetary(
        string="Combined result",
        compute="_compute_totals",
        help="Profit positive. It is the sum of the firms' results.",
    )
    file = fields.Binary(readonly=True, attachment=False)
    filename = fields.Char(readonly=True)

    _dates = models.Constraint(
        "CHECK (date_from <= date_to)", "The first day is not after the last one."
    )

    @api.depends("date_to")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for report in self:
            report.display_name = self.env._(
                "Combined accounts on %(date)s",
                date=format_date(self.env, report.date_to),
            )

    @api.depends("line_ids.combined", "line_ids.section")
    def _compute_totals(self):
        for report in self:
            combined = report.line_ids.mapped("combined")
            report.total_debit = sum(amount for amount in combined if amount > 0)
            report.total_credit = -sum(amount for amount in combined if amount < 0)
            report.result = -sum(
                line.combined for line in report.line_ids if line.section == "result"
            )

    @api.model
    def _default_year(self, end):
        operator = self.env["cocare.network"].search([], limit=1).operator_id
        company = operator or self.env.company
        today = fields.Date.context_today(self)
        return company.sudo().compute_fiscalyear_dates(today)[end]

    def action_compute(self):
        """Fill in the lines and the differences, and show them."""
        self.ensure_one()
        self._check_all_ticked()
        totals, names = self._sums()
        eliminated, differences = self._eliminations()
        self.line_ids.unlink()
        self.difference_ids.unlink()
        self.write(
            {
                "line_ids": [
                    fields.Command.create(
                        {
                            "section": section,
                            "code": code,
                            "name": names[section, code],
                            "total": from_cents(cents),
                            "elimination": from_cents(eliminated[section, code]),
                            "combined": from_cents(cents + eliminated[section, code]),
                        }
                    )
                    for (section, code), cents in sorted(totals.items())
                    if cents or eliminated[section, code]
                ],
                "difference_ids": [fields.Command.create(d) for d in differences],
            }
        )
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Combined accounts"),
            "res_model": self._name,
            "res_id": self.id,
            "view_mode": "form",
            "views": [(False, "form")],
        }

    def action_export(self):
        """Download the accounts and the differences as a spreadsheet."""
        self.ensure_one()
        self._check_all_ticked()
        lines, differences = self.line_ids, self.difference_ids
        sections = dict(lines._fields["section"]._description_selection(self.env))
        kinds = dict(differences._fields["kind"]._description_selection(self.env))
        content = workbook(
            [
                (
                    self.env._("Accounts"),
                    [
                        self.env._("Statement"),
                        self.env._("Account"),
                        self.env._("Name"),
                        self.env._("Sum of the firms"),
                        self.env._("Elimination"),
                        self.env._("Combined"),
                    ],
                    [
                        (
                            sections[line.section],
                            line.code or "",
                            line.name,
                            line.total,
                            line.elimination,
                            line.combined,
                        )
                        for line in lines
                    ],
                ),
                (
                    self.env._("Differences"),
                    [
                        self.env._("Books of"),
                        self.env._("With"),
                        self.env._("Side"),
                        self.env._("Balance"),
                        self.env._("Other books"),
                        self.env._("Difference"),
                    ],
                    [
                        (
                            difference.company_id.name,
                            difference.partner_company_id.name,
                            kinds[difference.kind],
                            difference.balance,
                            difference.mirror_balance,
                            difference.difference,
                        )
                        for difference in differences
                    ],
                ),
            ]
        )
        name = self.env._("combined-accounts")
        self.write(
            {
                "file": base64.b64encode(content),
                "filename": f"{name}-{self.date_to:%Y-%m-%d}.xlsx",
            }
        )
        return {
            "type": "ir.actions.act_url",
            "url": f"/web/content/{self._name}/{self.id}/file/{self.filename}"
            "?download=true",
            "target": "self",
        }

    def _firms(self):
        """Those that were in the network during the period."""
        return self.network_id.sudo().company_ids.filtered(
            lambda firm: not firm.cocare_left_on
            or firm.cocare_left_on >= self.date_from
        )

    def _check_all_ticked(self):
        missing = self._firms() - self.env.companies
        if missing:
            raise UserError(
                self.env._(
                    "Combined accounts tell what is in the books of all firms: tick "
                    "all of them. Missing: %(firms)s.",
                    firms=", ".join(missing.mapped("name")),
                )
            )

    def _domain(self, *conditions):
        return [
            ("company_id", "in", self._firms().ids),
            ("parent_state", "=", "posted"),
            ("date", "<=", self.date_to),
            *conditions,
        ]

    def _read_balances(self, groupby, *conditions):
        """Balances of the balance sheet on the last day and of the result of the
        period.

        :return: iterable of the records of ``groupby`` and the balance
        """
        Line = self.env["account.move.line"]
        groups = ("account_id.internal_group", "in", RESULT)
        other = ("account_id.internal_group", "not in", RESULT)
        for period in ([other], [groups, ("date", ">=", self.date_from)]):
            yield from Line._read_group(
                self._domain(*period, *conditions), groupby, ["balance:sum"]
            )

    def _sums(self):
        """Balances of all firms, account by account.

        :return: ``({(section, code): cents}, {(section, code): name})``
        """
        totals, names = defaultdict(int), {}
        for firm, account, balance in self._read_balances(["company_id", "account_id"]):
            key = self._account_key(firm, account)
            totals[key] += to_cents(balance)
            names.setdefault(key, account.with_company(firm).name)
        [(earlier,)] = self.env["account.move.line"]._read_group(
            self._domain(
                ("account_id.internal_group", "in", RESULT),
                ("date", "<", self.date_from),
            ),
            [],
            ["balance:sum"],
        )
        key = "balance", ""
        totals[key] = to_cents(earlier or 0)
        names[key] = self.env._("Results of earlier years, not carried forward")
        return totals, names

    def _account_key(self, firm, account):
        is_result = account.internal_group in RESULT
        return "result" if is_result else "balance", account.with_company(firm).code

    def _eliminations(self):
        """What firms book with each other, taken out where both books agree on it.

        :return: ``({(section, code): cents}, [values of a difference])``
        """
        firms = self._firms()
        firm_of = {firm.partner_id: firm for firm in firms}
        booked = defaultdict(lambda: defaultdict(int))
        for firm, partner, account, balance in self._read_balances(
            ["company_id", "partner_id", "account_id"],
            ("partner_id", "child_of", firms.partner_id.ids),
        ):
            other = firm_of.get(partner.commercial_partner_id, firm)
            kind = self._kind(firm, account)
            if other != firm and kind:
                key = self._account_key(firm, account)
                booked[firm, other, kind][key] += to_cents(balance)
        eliminated, differences = defaultdict(int), []
        for here, there, kind in self._sides(booked):
            found = eliminate(
                booked.get((here, there, kind), {}),
                booked.get((there, here, MIRRORS[kind]), {}),
            )
            for key, cents in (*found.here.items(), *found.there.items()):
                eliminated[key] += cents
            if found.difference:
                mine = sum(booked.get((here, there, kind), {}).values())
                differences.append(
                    {
                        "company_id": here.id,
                        "partner_company_id": there.id,
                        "kind": kind,
                        "balance": from_cents(mine),
                        "mirror_balance": from_cents(found.difference - mine),
                        "difference": from_cents(found.difference),
                    }
                )
        return eliminated, differences

    def _kind(self, firm, account):
        """The side of what two firms book together that an account is on, if any."""
        if account.with_company(firm).code.startswith(CURRENT):
            return "current"
        return {
            "asset_receivable": "receivable",
            "liability_payable": "payable",
        }.get(account.account_type) or (
            account.internal_group if account.internal_group in RESULT else None
        )

    def _sides(self, booked):
        """Each side that two firms book together, once, from one of its ends."""
        back = {mirror: kind for kind, mirror in MIRRORS.items()}
        sides = set()
        for here, there, kind in booked:
            if kind == "current":
                here, there = sorted((here, there), key=lambda firm: firm.id)
            elif kind not in FROM_ONE_END:
                here, there, kind = there, here, back[kind]
            sides.add((here, there, kind))
        return sorted(sides, key=lambda side: (side[0].id, side[1].id, side[2]))
