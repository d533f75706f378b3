from odoo import api, fields, models

from ..benchmark import told_median

#: complete months made anew by the job
MONTHS = 13


class CocareIndicatorGroup(models.Model):
    """What a network tells all its firms about a figure of theirs in a month.

    Members read this and nothing else of other firms. It is made from the firms'
    figures by ``_publish`` only, and can be made again at any time.
    """

    _name = "cocare.indicator.group"
    _description = "Figure of the network"
    _order = "month desc, indicator_id"

    network_id = fields.Many2one(
        "cocare.network", required=True, index=True, readonly=True, ondelete="cascade"
    )
    indicator_id = fields.Many2one(
        "cocare.indicator", required=True, index=True, readonly=True, ondelete="cascade"
    )
    month = fields.Date(required=True, readonly=True)
    contributors = fields.Integer(
        string="Firms", readonly=True, help="Firms that have the figure."
    )
    told = fields.Boolean(readonly=True, help="Enough firms have it for a median.")
    median = fields.Float(
        digits=(16, 3), readonly=True, aggregator=None, help="In two digits."
    )
    named = fields.Json(
        readonly=True,
        help="Figure of each firm, where the network decided to tell them by name.",
    )

    _once = models.UniqueIndex(
        "(network_id, indicator_id, month)",
        "There is one figure of a network, an indicator and a month.",
    )

    @api.model
    def _publish(self, networks=None, months=None):
        """Make what is told again, as the network's rules say. Safe to repeat.

        :param networks: ``cocare.network``, all that tell something when left out
        :param list months: first days of months that are over, oldest first; the last
            thirteen when left out

        Runs as superuser: the one place where figures of several firms meet. What is
        told is for the firms of the network alike. The operator and firms that were
        not members all along the month are left out.
        """
        group = self.sudo()
        networks = (
            networks
            or group.env["cocare.transparency.rule"]
            .search([("visibility", "!=", "own")])
            .network_id
        )
        this_month = fields.Date.context_today(self).replace(day=1)
        for network in networks.sudo():
            group._publish_network(
                network,
                [
                    month
                    for month in months or _months_before(this_month)
                    if month < this_month
                ],
            )

    @api.model
    def _cron_publish(self):
        """Every night, over the last thirteen months."""
        self._publish()

    def _publish_network(self, network, months):
        rules = self.env["cocare.transparency.rule"].search(
            [("network_id", "=", network.id), ("visibility", "!=", "own")]
        )
        wanted = self._figures(network, rules, months)
        since = {rule.indicator_id: rule.since for rule in rules}
        for row in self.search([("network_id", "=", network.id)]):
            first = since.get(row.indicator_id)
            if not first or row.month < first:
                row.unlink()
            elif row.month in months:
                values = wanted.pop((row.indicator_id, row.month))
                if any((row[name] or False) != values[name] for name in values):
                    row.write(values)
        self.create(
            [
                {
                    "network_id": network.id,
                    "indicator_id": indicator.id,
                    "month": month,
                    **values,
                }
                for (indicator, month), values in wanted.items()
            ]
        )

    def _figures(self, network, rules, months):
        """What the rules let be told.

        :return: ``{(indicator, month): values of a record}``
        """
        if not rules or not months:
            return {}
        firms = network.with_context(active_test=False).company_ids
        firms = (firms - network.operator_id).sorted("name")
        series = rules.indicator_id._series(firms, months)
        figures = {}
        for rule in rules:
            for month in months:
                if month < rule.since:
                    continue
                known = {
                    firm: series[rule.indicator_id][firm, month]
                    for firm in firms
                    if firm._cocare_was_member(month)
                    and (firm, month) in series[rule.indicator_id]
                }
                median = told_median(known.values())
                figures[rule.indicator_id, month] = {
                    "contributors": len(known),
                    "told": median is not None,
                    "median": float(median or 0),
                    "named": [
                        [firm.name, str(value)]
                        for firm, value in known.items()
                        if rule.visibility == "named"
                    ]
                    or False,
                }
        return figures


def _months_before(month):
    """The months before one, oldest first."""
    return [fields.Date.subtract(month, months=back) for back in range(MONTHS, 0, -1)]
