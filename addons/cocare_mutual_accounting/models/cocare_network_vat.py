from datetime import date

from odoo import fields, models

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
