from odoo import fields, models
from odoo.tools import SQL


class CocareUsageMonth(models.Model):
    """What a firm used of a service in a month, straight from its usages.

    Read only. ``id`` is that of the first usage of the group, so that it is the same
    whoever looks and whatever they filter.
    """

    _name = "cocare.usage.month"
    _description = "Month of a firm's usages"
    _auto = False
    _order = "month desc, service_id, company_id"
    _depends = {
        "cocare.network": ["usage_lock_date"],
        "cocare.usage": [
            "company_id",
            "date",
            "family",
            "network_id",
            "quantity",
            "res_model",
            "revision",
            "service_id",
        ],
    }

    id = fields.Id()
    company_id = fields.Many2one("res.company", string="Firm", readonly=True)
    service_id = fields.Many2one("cocare.service", readonly=True)
    network_id = fields.Many2one("cocare.network", readonly=True)
    family = fields.Selection(related="service_id.family")
    uom_id = fields.Many2one(related="service_id.uom_id")
    month = fields.Date(readonly=True)
    quantity = fields.Float(digits=(16, 3), readonly=True)
    record_count = fields.Integer(
        string="Records", readonly=True, help="Usages, corrections left out."
    )
    correction_count = fields.Integer(string="Corrections", readonly=True)
    corrected = fields.Float(
        string="Of which corrected",
        digits=(16, 3),
        readonly=True,
        help="What the corrections add to the quantity, or take from it.",
    )
    state = fields.Selection(
        [("open", "Open"), ("frozen", "Frozen")],
        readonly=True,
        help="Frozen: the month was allocated, nothing more is dated in it.",
    )
    res_model = fields.Char(
        string="Source model",
        readonly=True,
        help="Where the usages come from, when they all come from one kind of record.",
    )

    @property
    def _table_query(self):
        return SQL(
            """
            SELECT MIN(usage.id) AS id,
                   usage.company_id,
                   usage.service_id,
                   usage.network_id,
                   date_trunc('month', usage.date)::date AS month,
                   SUM(usage.quantity) AS quantity,
                   COUNT(*) FILTER (WHERE usage.revision = 0) AS record_count,
                   COUNT(*) FILTER (WHERE usage.revision > 0) AS correction_count,
                   COALESCE(
                       SUM(usage.quantity) FILTER (WHERE usage.revision > 0), 0
                   ) AS corrected,
                   CASE WHEN MAX(network.usage_lock_date) >= (
                            date_trunc('month', usage.date)
                            + INTERVAL '1 month - 1 day'
                        )::date
                        THEN 'frozen' ELSE 'open' END AS state,
                   CASE WHEN MIN(usage.res_model) = MAX(usage.res_model)
                        THEN MIN(usage.res_model) END AS res_model
              FROM cocare_usage usage
              JOIN cocare_network network ON network.id = usage.network_id
             GROUP BY usage.company_id, usage.service_id, usage.network_id,
                      date_trunc('month', usage.date)
            """
        )

    def action_open_usages(self):
        """Open the usages and corrections this line adds up."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "cocare_network.cocare_usage_action"
        )
        return {**action, "domain": self._usage_domain(), "context": {}}

    def action_open_sources(self):
        """Open what the usages come from: the record itself when there is one."""
        self.ensure_one()
        if not self.res_model:
            return self.action_open_usages()
        usages = self.env["cocare.usage"].search(self._usage_domain())
        ids = sorted(set(usages.mapped("res_id")))
        action = {
            "type": "ir.actions.act_window",
            "name": self.display_name,
            "res_model": self.res_model,
        }
        if len(ids) == 1:
            return {**action, "res_id": ids[0], "view_mode": "form"}
        return {**action, "domain": [("id", "in", ids)], "view_mode": "list,form"}

    def _compute_display_name(self):
        for line in self:
            line.display_name = self.env._(
                "%(firm)s: %(service)s",
                firm=line.company_id.name,
                service=line.service_id.name,
            )

    def _usage_domain(self):
        return [
            ("company_id", "=", self.company_id.id),
            ("service_id", "=", self.service_id.id),
            ("date", ">=", fields.Date.to_string(self.month)),
            (
                "date",
                "<=",
                fields.Date.to_string(fields.Date.end_of(self.month, "month")),
            ),
        ]
