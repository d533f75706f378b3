from odoo import fields, models
from odoo.tools import SQL


class CocareAllocationKeyVersion(models.Model):
    _inherit = "cocare.allocation.key.version"

    method = fields.Selection(
        selection_add=[("turnover", "Turnover of the month")],
        ondelete={"turnover": "cascade"},
    )

    def _key_values_turnover(self, companies, date_from, date_to):
        """Turnover posted in the period; a negative one counts as 0.

        Accounts 70, without the recharges themselves: the operator's would feed the
        key that makes them.
        """
        lines = self.env["account.move.line"]
        lines.flush_model(["account_id", "balance", "company_id", "date"])
        self.env["account.move"].flush_model(["cocare_recharge_id", "state"])
        self.env.cr.execute(
            SQL(
                """
                SELECT line.company_id, -SUM(line.balance)
                  FROM account_move_line line
                  JOIN account_move move ON move.id = line.move_id
                  JOIN account_account account ON account.id = line.account_id
                 WHERE move.state = 'posted'
                   AND move.cocare_recharge_id IS NULL
                   AND line.company_id IN %(companies)s
                   AND line.date BETWEEN %(date_from)s AND %(date_to)s
                   AND account.code_store->>line.company_id::text LIKE '70%%'
                 GROUP BY 1
                """,
                companies=tuple(companies.ids) or (0,),
                date_from=date_from,
                date_to=date_to,
            )
        )
        return {
            companies.browse(company_id): max(turnover, 0)
            for company_id, turnover in self.env.cr.fetchall()
        }
