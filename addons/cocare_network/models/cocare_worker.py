from odoo import api, fields, models
from odoo.tools import SQL

#: hours a week of a full-time job
FULL_TIME = 35
NO_STAFF = ("volunteer", "trainee")


class CocareWorker(models.Model):
    """Somebody who works in a firm, from a day to a day, for so many hours a week."""

    _name = "cocare.worker"
    _inherit = "cocare.membership.mixin"
    _description = "Working person"
    _order = "date_end desc, name"

    name = fields.Char(required=True)
    status = fields.Selection(
        [
            ("employee", "Employee"),
            ("associate", "Employed associate"),
            ("manager", "Manager"),
            ("self_employed", "Self-employed"),
            ("farmer", "Farmer"),
            ("volunteer", "Volunteer"),
            ("trainee", "Trainee or apprentice"),
        ],
        required=True,
        default="employee",
    )
    role = fields.Char(string="What they do")
    weekly_hours = fields.Float(string="Hours a week", digits=(5, 2), required=True)
    date_start = fields.Date(
        string="From", required=True, default=fields.Date.context_today
    )
    date_end = fields.Date(string="Until")

    _hours_in_a_week = models.Constraint(
        "CHECK (weekly_hours >= 0 AND weekly_hours <= 168)",
        "There are 168 hours in a week.",
    )
    _dates_in_order = models.Constraint(
        "CHECK (date_end IS NULL OR date_end >= date_start)",
        "Somebody cannot leave before they came.",
    )

    @api.model
    def _full_time_equivalents(self, companies, date_from, date_to):
        """Full-time equivalents of firms over a period.

        A person counts for their hours a week over 35 (art. L3121-27 C. trav.), for 1
        at most, and for the days of the period that they work in the firm. Volunteers
        and trainees are no staff (art. L1111-3 C. trav.).

        :param companies: ``res.company``
        :param date date_from: first day of the period
        :param date date_to: last day of the period
        :return: ``{company: Decimal}`` in full-time equivalents, firms without people
            left out

        Runs in SQL: the allocation of a month reads the hours of all the firms, names
        of nobody.
        """
        self.flush_model(
            ["company_id", "date_start", "date_end", "status", "weekly_hours"]
        )
        self.env.cr.execute(
            SQL(
                """
                SELECT company_id,
                       SUM(
                           LEAST(weekly_hours::numeric, %(full_time)s)
                           * (LEAST(COALESCE(date_end, %(date_to)s), %(date_to)s)
                              - GREATEST(date_start, %(date_from)s) + 1)
                       ) / (%(full_time)s * (%(date_to)s - %(date_from)s + 1))
                  FROM cocare_worker
                 WHERE company_id IN %(companies)s
                   AND status NOT IN %(no_staff)s
                   AND date_start <= %(date_to)s
                   AND COALESCE(date_end, %(date_to)s) >= %(date_from)s
                 GROUP BY company_id
                """,
                companies=tuple(companies.ids) or (0,),
                date_from=date_from,
                date_to=date_to,
                full_time=FULL_TIME,
                no_staff=NO_STAFF,
            )
        )
        return {
            companies.browse(company_id): number
            for company_id, number in self.env.cr.fetchall()
        }
