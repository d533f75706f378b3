from odoo import fields, models


class CocareService(models.Model):
    _inherit = "cocare.service"

    meter = fields.Selection(
        selection_add=[("entries", "Journal entries posted")],
        ondelete={"entries": "set default"},
    )
    income_account_code = fields.Char(
        string="Income account",
        required=True,
        default="706",
        help="First digits of the account the operator books the recharge on.",
    )
    expense_account_code = fields.Char(
        string="Expense account",
        required=True,
        default="6228",
        help="First digits of the account the firm books the recharge on.",
    )
    alone_cost_ids = fields.One2many(
        "cocare.alone.cost", "service_id", string="Cost of standing alone"
    )

    def _measure(self, companies, date_from, date_to):
        if self.meter != "entries":
            return super()._measure(companies, date_from, date_to)
        return self.env["account.move"]._cocare_count(companies, date_from, date_to)

    def _shared_by(self, date):
        """The key of the pool that holds the cost of the service.

        Runs as superuser: pools are the operator's, and an agreement may be written
        by who works for the firm alone. Keys are shared by the network.
        """
        pool = (
            self.env["cocare.cost.pool"]
            .sudo()
            .search(
                [
                    ("service_id", "=", self.id),
                    ("kind", "=", "service"),
                    ("date_start", "<=", date),
                    "|",
                    ("date_end", "=", False),
                    ("date_end", ">=", date),
                ],
                limit=1,
            )
        )
        return pool.key_id.with_env(self.env) or super()._shared_by(date)
