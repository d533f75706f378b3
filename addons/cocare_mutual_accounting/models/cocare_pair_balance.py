from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from ..allocation import from_cents, to_cents

#: what the other firm's books should hold the opposite of
MIRRORED_BY = {"receivable": "payable", "payable": "receivable", "current": "current"}


class CocarePairBalance(models.Model):
    """What a firm's books say of another firm, beside what the other's books say.

    The view holds the amounts of one firm only, and the rule on ``company_id`` applies
    as to any model. The other's amount, and the difference, are looked up with the
    rights of the reader: who has ticked one of the two firms learns nothing of the
    other, by search neither.
    """

    _name = "cocare.pair.balance"
    _description = "Balance between two firms"
    _auto = False
    _order = "company_id, partner_company_id, kind"
    _depends = {
        "account.account": ["account_type", "code_store"],
        "account.move.line": [
            "account_id",
            "balance",
            "company_id",
            "parent_state",
            "partner_id",
        ],
        "res.company": ["cocare_network_id", "partner_id"],
        "res.partner": ["commercial_partner_id"],
    }

    id = fields.Id()
    company_id = fields.Many2one("res.company", string="Books of", readonly=True)
    partner_company_id = fields.Many2one("res.company", string="With", readonly=True)
    kind = fields.Selection(
        [
            ("receivable", "Receivable"),
            ("payable", "Payable"),
            ("current", "Current accounts (451, 467)"),
        ],
        readonly=True,
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    balance = fields.Monetary(readonly=True, help="Debit positive.")
    is_known = fields.Boolean(
        string="Other books ticked",
        compute="_compute_mirror",
        help="The other firm is ticked: its books can be compared.",
    )
    mirror_balance = fields.Monetary(
        string="Other books", compute="_compute_mirror", help="Debit positive."
    )
    difference = fields.Monetary(
        compute="_compute_mirror", search="_search_difference", help="Should be zero."
    )
    documents = fields.Text(
        string="Documents that differ", compute="_compute_documents"
    )

    @property
    def _table_query(self):
        return SQL(
            """
            SELECT min(id) AS id, company_id, partner_company_id, kind,
                   sum(balance) AS balance
              FROM (%s) item
             GROUP BY company_id, partner_company_id, kind
            """,
            self._items_query(),
        )

    @api.model
    def _items_query(self):
        """Posted items that a firm has with another one of its network.

        :return: ``SQL`` of rows of ``id, company_id, partner_company_id, kind, date,
            balance``
        """
        return SQL(
            """
            SELECT line.id,
                   line.company_id,
                   other.id AS partner_company_id,
                   side.kind,
                   line.date,
                   line.balance
              FROM account_move_line line
              JOIN account_account account ON account.id = line.account_id
              JOIN res_partner partner ON partner.id = line.partner_id
              JOIN res_company own ON own.id = line.company_id
              JOIN res_company other
                ON other.partner_id = partner.commercial_partner_id
               AND other.id != own.id
               AND other.cocare_network_id = own.cocare_network_id
             CROSS JOIN LATERAL (
                    SELECT CASE
                      WHEN account.code_store ->> own.id::text ~ '^(451|467)'
                      THEN 'current'
                      WHEN account.account_type = 'asset_receivable' THEN 'receivable'
                      WHEN account.account_type = 'liability_payable' THEN 'payable'
                       END AS kind
                   ) side
             WHERE line.parent_state = 'posted'
               AND side.kind IS NOT NULL
            """
        )

    @api.depends("balance", "company_id", "partner_company_id", "kind")
    @api.depends_context("allowed_company_ids", "uid")
    def _compute_mirror(self):
        # Searched with the rights of the reader, which is the point.
        seen = self.search([("company_id", "in", self.partner_company_id.ids)])
        balances = {
            (row.company_id, row.partner_company_id, row.kind): row.balance
            for row in seen
        }
        for row in self:
            other = row.partner_company_id
            row.is_known = other in self.env.companies
            mirror = (other, row.company_id, MIRRORED_BY[row.kind])
            row.mirror_balance = row.is_known and balances.get(mirror, 0)
            row.difference = row.is_known and from_cents(
                to_cents(row.balance) + to_cents(row.mirror_balance)
            )

    def _search_difference(self, operator, value):
        if operator not in ("=", "!=", "in", "not in") or not isinstance(
            value, (int, float, list, tuple, set, frozenset)
        ):
            raise UserError(self.env._("A difference is searched by an amount."))
        wanted = value if operator in ("in", "not in") else [value]
        cents = {to_cents(amount) for amount in wanted}
        rows = self.search([("company_id", "in", self.env.companies.ids)])
        found = rows.filtered(lambda row: to_cents(row.difference) in cents)
        return [("id", "in" if operator in ("=", "in") else "not in", found.ids)]

    @api.depends_context("allowed_company_ids", "uid", "lang")
    def _compute_documents(self):
        mirror = self.env["cocare.mirror"]
        field = self.env["cocare.clearing.document"]._fields["reason"]
        reasons = dict(field._description_selection(self.env))
        for row in self:
            firms = row.company_id | row.partner_company_id
            told = []
            if row.difference and row.kind != "current":
                pairings = mirror._pairings(firms)
                for key, pairing in sorted(pairings.items(), key=lambda p: p[0]):
                    creditor = row._creditor()
                    if key[0] == creditor.id and pairing.claim != pairing.debt:
                        reason = mirror._reason(key, pairing, firms, None)
                        told.append(f"{key[2]}: {reasons[reason]}")
            row.documents = "\n".join(told)

    def _creditor(self):
        return self.company_id if self.kind == "receivable" else self.partner_company_id

    def action_open_items(self):
        """Open the items that make the balance, in both books where they are ticked."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "account.action_account_moves_all"
        )
        own, other = self.company_id, self.partner_company_id
        types = {"receivable": "asset_receivable", "payable": "liability_payable"}
        sides = (
            (own, other, self.kind),
            (other, own, MIRRORED_BY[self.kind]),
        )
        domain = []
        for firm, partner, kind in sides:
            where = (
                [
                    "|",
                    ("account_id.code", "=like", "451%"),
                    ("account_id.code", "=like", "467%"),
                ]
                if kind == "current"
                else [("account_id.account_type", "=", types[kind])]
            )
            domain.append(
                [
                    ("company_id", "=", firm.id),
                    ("partner_id", "child_of", partner.partner_id.ids),
                    ("parent_state", "=", "posted"),
                    *where,
                ]
            )
        return {
            **action,
            "domain": list(fields.Domain.OR(domain)),
            "context": {"create": False},
        }
