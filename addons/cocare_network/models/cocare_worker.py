from decimal import Decimal

from odoo import api, fields, models
from odoo.tools import SQL


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
    def _weekly_hours(self, companies, date):
        """Hours that people work in firms in the week of a day.

        :param companies: ``res.company``
        :param date date: the day
        :return: ``{company: Decimal}`` in hours a week, firms without people left out

        Runs in SQL: the allocation of a month reads the hours of all the firms, names
        of nobody.
        """
        self.flush_model(["company_id", "date_start", "date_end", "weekly_hours"])
        self.env.cr.execute(
            SQL(
                """
                SELECT company_id, SUM(weekly_hours)
                  FROM cocare_worker
                 WHERE company_id IN %(companies)s
                   AND date_start <= %(date)s
                   AND COALESCE(date_end, %(date)s) >= %(date)s
                 GROUP BY company_id
                """,
                companies=tuple(companies.ids) or (0,),
                date=date,
            )
        )
        return {
            companies.browse(company_id): Decimal(str(hours))
            for company_id, hours in self.env.cr.fetchall()
        }
