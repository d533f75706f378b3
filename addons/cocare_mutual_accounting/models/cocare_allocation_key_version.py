from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import SQL


class CocareAllocationKeyVersion(models.Model):
    _inherit = "cocare.allocation.key.version"

    method = fields.Selection(
        selection_add=[("turnover", "Turnover of the month")],
        ondelete={"turnover": "cascade"},
    )
    simulation_ids = fields.One2many(
        "cocare.key.simulation", "version_id", string="Simulations", readonly=True
    )
    simulation_id = fields.Many2one(
        "cocare.key.simulation", compute="_compute_simulation_id"
    )

    @api.depends("simulation_ids")
    def _compute_simulation_id(self):
        for version in self:
            version.simulation_id = version.simulation_ids.sorted("id")[-1:]

    @api.ondelete(at_uninstall=False)
    def _unlink_simulations(self):
        # What was shown before a decision refuses.
        self.sudo().simulation_ids.unlink()

    def action_propose(self):
        """Put the versions to a decision, with what they would have cost each firm."""
        result = super().action_propose()
        for version in self:
            simulations = self.env["cocare.key.simulation"]
            if simulations._closed_lines(version):
                simulations._simulate(version)
        return result

    def action_simulate(self):
        """Work out what each firm would have paid under this version, and show it."""
        self.ensure_one()
        self._check_may_simulate()
        self._check_complete()
        return self.env["cocare.key.simulation"]._simulate(self).action_open()

    def action_open_simulation(self):
        """Open what was worked out last."""
        self.ensure_one()
        return self.simulation_id.action_open()

    def _check_may_simulate(self):
        self.check_access("read")
        if not self.env.su and not any(
            self.env.user.has_group(group)
            for group in (
                "cocare_network.group_facilitator",
                "cocare_mutual_accounting.group_accountant",
            )
        ):
            raise AccessError(
                self.env._("Only a facilitator or an accountant simulates a key.")
            )
        if self.state != "draft":
            raise UserError(
                self.env._(
                    "“%(version)s” was adopted: the months since show what it does. "
                    "Simulate a draft.",
                    version=self.display_name,
                )
            )

    def _rule(self):
        """What the version says, to tell whether another one says the same.

        :return: dict, as JSON knows it
        """
        self.ensure_one()
        percents = sorted([line.company_id.id, line.percent] for line in self.line_ids)
        return {
            "method": self.method,
            "service": self.method == "usage" and self.service_id.id,
            "percents": self.method == "percent" and percents,
        }

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
