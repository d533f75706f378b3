from odoo import models
from odoo.tools import SQL

from ..allocation import to_cents
from ..closing_checks import Account


class CocareClosing(models.Model):
    """What the checks of closings read of the books."""

    # One idea a file.
    _inherit = "cocare.closing"  # pylint: disable=consider-merging-classes-inherited

    def _books(self):
        """The accounts of each firm at the end of the period, in one query.

        What was before is read by month, so that years of books cost nothing.

        :return: ``{closing: list of closing_checks.Account}``
        """
        self.env.flush_all()
        self.env.cr.execute(
            SQL(
                """
                SELECT closing.id,
                       account.code_store->>(closing.company_id::text),
                       COALESCE(account.name->>partner.lang, account.name->>'en_US'),
                       SUM(sums.before),
                       SUM(sums.moved),
                       split_part(account.account_type, '_', 1) IN ('income', 'expense')
                  FROM cocare_closing closing
                  JOIN res_company company ON company.id = closing.company_id
                  JOIN res_partner partner ON partner.id = company.partner_id
                 CROSS JOIN LATERAL (
                    SELECT account_id, balance AS before, 0 AS moved
                      FROM cocare_book_month
                     WHERE company_id = closing.company_id
                       AND month < date_trunc('month', closing.date_from)
                     UNION ALL
                    SELECT account_id,
                           CASE WHEN date < closing.date_from THEN balance ELSE 0 END,
                           CASE WHEN date >= closing.date_from THEN balance ELSE 0 END
                      FROM account_move_line
                     WHERE company_id = closing.company_id
                       AND parent_state = 'posted'
                       AND date BETWEEN date_trunc('month', closing.date_from)
                                    AND closing.date_to
                  ) sums
                  JOIN account_account account ON account.id = sums.account_id
                 WHERE closing.id IN %s
                 GROUP BY closing.id, account.id, partner.lang
                """,
                tuple(self.ids),
            )
        )
        books = {closing: [] for closing in self}
        for id_, code, name, before, moved, is_result in self.env.cr.fetchall():
            books[self.browse(id_)].append(
                Account(code or "", name, to_cents(before), to_cents(moved), is_result)
            )
        return books
