from datetime import date

from odoo import fields, models
from odoo.exceptions import UserError


class CocareNetwork(models.Model):
    _inherit = "cocare.network"

    pool_ids = fields.One2many("cocare.cost.pool", "network_id", string="Cost pools")
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

    def _month_run(self, month):
        """The run that counts for a month, if there is one.

        :param date month: first day of the month
        """
        self.ensure_one()
        return self.env["cocare.allocation.run"].search(
            [
                ("network_id", "=", self.id),
                ("date_from", "=", month),
                ("state", "!=", "credited"),
            ]
        )

    def _alone_reference(self, service, date):
        self.ensure_one()
        return self.env["cocare.alone.cost"].search(
            [("service_id", "=", service.id), ("valid_from", "<=", date)],
            order="valid_from desc",
            limit=1,
        )

    def _check_ready_to_share(self):
        """Refuse early what would stop the closing half-way, naming what to set up."""
        self.ensure_one()
        if not self.pool_ids:
            raise UserError(
                self.env._(
                    "The network “%(network)s” has no cost pool to share.",
                    network=self.name,
                )
            )
        # An analytic account may have moved to another plan since.
        self.pool_ids._check_items_once()

    def _is_general_interest(self, date_from, date_to):
        """Tell whether the group is of general interest for the whole of a period."""
        self.ensure_one()
        since, until = self.general_interest_from, self.general_interest_until
        return bool(since) and since <= date_from and (not until or until >= date_to)

    def _off_exact_cost(self, year):
        """What was invoiced in the months of a year beyond each one's exact part.

        The exact part is that of the full cost by the frozen values of the key; a
        difference below a cent is a rounding and is left out.

        :param int year: calendar year
        :return: ``{(service, firm): cents}``, negative when too little was invoiced
        """
        self.ensure_one()
        lines = (
            self.env["cocare.allocation.run.line"]
            .sudo()
            .search(
                [
                    ("run_id.network_id", "=", self.id),
                    ("run_id.state", "=", "posted"),
                    ("run_id.date_from", ">=", date(year, 1, 1)),
                    ("run_id.date_to", "<=", date(year, 12, 31)),
                ]
            )
        )
        off = {}
        for service, shared in lines.grouped("service_id").items():
            entitled, invoiced = shared._entitled_and_invoiced()
            for firm, cents in invoiced.items():
                # Towards zero: less than a cent cannot be invoiced.
                beyond = int(cents - entitled[firm])
                if beyond:
                    off[service, firm] = beyond
        return off
