from datetime import date

from odoo import fields, models
from odoo.tools import SQL

from ..allocation import to_cents

#: a difference that is a rounding, in cents
ROUNDING = 1


class CocareNetwork(models.Model):
    """The network as a cost-sharing group: art. 261 B CGI."""

    # One idea a file.
    _inherit = "cocare.network"  # pylint: disable=consider-merging-classes-inherited

    general_interest_from = fields.Date(
        help="From that day the group is of the exempt sectors of general interest "
        "(art. 261 B CGI): members without exemption do not cost the others theirs.",
    )
    general_interest_until = fields.Date(help="Empty: until further notice.")
    general_interest_source = fields.Char(
        help="Which sector, and what says so: ruling, statutes, text."
    )

    _general_interest_sourced = models.Constraint(
        "CHECK (general_interest_from IS NULL"
        " OR COALESCE(general_interest_source, '') != '')",
        "Say what makes the group one of general interest.",
    )

    def _is_general_interest(self, date_from, date_to):
        """Tell whether the group is of general interest for the whole of a period."""
        self.ensure_one()
        since, until = self.general_interest_from, self.general_interest_until
        return bool(since) and since <= date_from and (not until or until >= date_to)

    def _off_exact_cost(self, year):
        """What firms were invoiced in a year beyond their exact part of its cost.

        Until the last month that was shared, as a true-up would find it.

        Runs as superuser, as ``_true_up``.

        :param int year: calendar year
        :return: ``{(service, firm): cents}``, negative when too little was invoiced;
            who is right to the cent is left out
        """
        self.ensure_one()
        first, last = date(year, 1, 1), date(year, 12, 31)
        lines = self.sudo()._shared_lines(first, last)
        if not any(lines.mapped("full_cost")):
            return {}
        pools = self._true_up(first, max(lines.run_id.mapped("date_to")))
        off = {
            (pool.service_id, firm): figures["called"].get(firm, 0) - due
            for pool, figures in pools.items()
            for firm, due in figures["due"].items()
        }
        return {key: cents for key, cents in off.items() if abs(cents) > ROUNDING}

    def _receipts_outside(self, year, members):
        """What the operator sold in a year to others than the members of the group.

        Sales are the accounts 70 of its posted books, receipts all income accounts.
        An item is of its partner; one without, as in a ledger that was taken over, of
        who owes its entry. What is nobody's (sales over the counter) is of others.

        Runs as superuser: two sums are read in the operator's books.

        :param int year: calendar year
        :param members: ``res.company``
        :return: (cents sold to others, cents of all receipts)
        """
        self.ensure_one()
        operator = self.sudo().operator_id
        self.env.flush_all()
        self.env.cr.execute(
            SQL(
                """
                SELECT COALESCE(SUM(-line.balance) FILTER (WHERE
                           account.code_store->>%(key)s LIKE '70%%'
                           AND NOT COALESCE(
                               partner.commercial_partner_id = ANY(%(members)s),
                               (
                                   SELECT BOOL_AND(COALESCE(
                                       buyer.commercial_partner_id = ANY(%(members)s),
                                       FALSE
                                   ))
                                     FROM account_move_line owed
                                     JOIN account_account receivable
                                       ON receivable.id = owed.account_id
                                     LEFT JOIN res_partner buyer
                                       ON buyer.id = owed.partner_id
                                    WHERE owed.move_id = line.move_id
                                      AND receivable.account_type = 'asset_receivable'
                               ),
                               FALSE
                           )
                       ), 0),
                       COALESCE(SUM(-line.balance), 0)
                  FROM account_move_line line
                  JOIN account_account account ON account.id = line.account_id
                  LEFT JOIN res_partner partner ON partner.id = line.partner_id
                 WHERE line.company_id = %(company)s
                   AND line.parent_state = 'posted'
                   AND line.date BETWEEN %(first)s AND %(last)s
                   AND account.account_type IN ('income', 'income_other')
                """,
                key=str(operator.id),
                company=operator.id,
                members=members.sudo().partner_id.commercial_partner_id.ids,
                first=date(year, 1, 1),
                last=date(year, 12, 31),
            )
        )
        outside, total = self.env.cr.fetchone()
        return to_cents(outside), to_cents(total)
