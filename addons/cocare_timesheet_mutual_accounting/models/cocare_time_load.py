from dateutil.relativedelta import relativedelta

from odoo import fields, models
from odoo.tools import SQL

#: months shown: those that were, and those that were agreed on
BEFORE, AHEAD = 11, 2


class CocareTimeLoad(models.Model):
    """Hours of an accountant for a firm in a month: agreed on, and spent.

    The hours agreed on are the volumes of the agreements in force for services that
    are metered by time sheets; they are the load of whoever keeps the firm at the end
    of the month. The hours spent are those of whoever spent them, on any mission; those
    of missions with a service are the ones that were agreed on.

    Read only, worked out when it is looked at: the last twelve months and the next two.
    """

    _name = "cocare.time.load"
    _description = "Load of the accountants"
    _auto = False
    _order = "month desc, user_id, company_id"
    _depends = {
        "cocare.agreement": [
            "company_id",
            "date_end",
            "date_start",
            "service_id",
            "state",
            "volume",
        ],
        "cocare.firm.accountant": ["company_id", "user_id", "valid_from"],
        "cocare.service": ["meter", "uom_id"],
        "cocare.time.entry": ["company_id", "date", "hours", "service_id", "user_id"],
        "uom.uom": ["factor"],
    }

    id = fields.Id()
    company_id = fields.Many2one("res.company", string="Firm", readonly=True)
    user_id = fields.Many2one("res.users", string="Who", readonly=True)
    month = fields.Date(readonly=True)
    agreed_hours = fields.Float(
        string="Hours agreed on",
        readonly=True,
        help="Of the firms they keep, a month, as the agreements say.",
    )
    shared_hours = fields.Float(
        string="Spent on agreements",
        readonly=True,
        help="On missions whose hours are a usage of a service.",
    )
    left_hours = fields.Float(
        string="Hours left",
        readonly=True,
        help="Agreed on and not spent; below zero, more was spent than agreed on.",
    )
    hours = fields.Float(string="Hours spent", readonly=True, help="On all missions.")

    @property
    def _table_query(self):
        this_month = fields.Date.context_today(self).replace(day=1)
        return SQL(
            """
            SELECT ROW_NUMBER() OVER (ORDER BY month, user_id, company_id) AS id,
                   month,
                   user_id,
                   company_id,
                   SUM(agreed_hours) AS agreed_hours,
                   SUM(shared_hours) AS shared_hours,
                   SUM(agreed_hours) - SUM(shared_hours) AS left_hours,
                   SUM(hours) AS hours
              FROM (
                SELECT month.first AS month,
                       keeper.user_id,
                       agreement.company_id,
                       agreement.volume * unit.factor / %(hour)s AS agreed_hours,
                       0 AS shared_hours,
                       0 AS hours
                  FROM (
                    SELECT day::date AS first,
                           (day + INTERVAL '1 month - 1 day')::date AS last
                      FROM generate_series(
                            %(first)s::date, %(last)s::date, INTERVAL '1 month'
                           ) day
                  ) month
                  JOIN cocare_agreement agreement
                    ON agreement.state IN ('signed', 'ended')
                   AND agreement.date_start <= month.last
                   AND (agreement.date_end IS NULL
                        OR agreement.date_end >= month.first)
                  JOIN cocare_service service
                    ON service.id = agreement.service_id
                   AND service.meter = 'time'
                  JOIN uom_uom unit ON unit.id = service.uom_id
                  JOIN LATERAL (
                    SELECT assignment.user_id
                      FROM cocare_firm_accountant assignment
                     WHERE assignment.company_id = agreement.company_id
                       AND (assignment.valid_from <= month.last
                            OR NOT EXISTS (
                                SELECT 1
                                  FROM cocare_firm_accountant earlier
                                 WHERE earlier.company_id = agreement.company_id
                                   AND earlier.valid_from < assignment.valid_from
                            ))
                     ORDER BY assignment.valid_from DESC
                     LIMIT 1
                  ) keeper ON TRUE
                 UNION ALL
                SELECT date_trunc('month', entry.date)::date,
                       entry.user_id,
                       entry.company_id,
                       0,
                       CASE WHEN entry.service_id IS NULL THEN 0
                            ELSE entry.hours END,
                       entry.hours
                  FROM cocare_time_entry entry
                 WHERE entry.date >= %(first)s
              ) load
             GROUP BY month, user_id, company_id
            HAVING SUM(agreed_hours) <> 0 OR SUM(hours) <> 0
            """,
            first=this_month - relativedelta(months=BEFORE),
            last=this_month + relativedelta(months=AHEAD),
            hour=self.env.ref("uom.product_uom_hour").factor,
        )

    def action_open_entries(self):
        """Open the entries the hours spent add up."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "cocare_timesheet.cocare_time_entry_action"
        )
        domain = [
            ("user_id", "=", self.user_id.id),
            ("company_id", "=", self.company_id.id),
            ("date", ">=", fields.Date.to_string(self.month)),
            (
                "date",
                "<=",
                fields.Date.to_string(fields.Date.end_of(self.month, "month")),
            ),
        ]
        return {**action, "domain": domain, "context": {}}
