from odoo import api, fields, models
from odoo.exceptions import UserError

from odoo.addons.cocare_network.models.res_company import VAT_STATUSES


class CocareVatPeriod(models.Model):
    """The VAT status of a firm from a day on, with what proves it.

    A status is a question with a date: what is invoiced on a day follows the status of
    that day, whatever became of it since. ``res.company.cocare_vat_status`` is today's.
    """

    _name = "cocare.vat.period"
    _inherit = "cocare.guarded.mixin"
    _description = "VAT status from a day on"
    _order = "company_id, valid_from desc"

    company_id = fields.Many2one(
        "res.company", string="Firm", required=True, index=True, readonly=True
    )
    valid_from = fields.Date(required=True, readonly=True)
    status = fields.Selection(
        VAT_STATUSES, string="VAT status", required=True, readonly=True
    )
    recovery_percent = fields.Integer(
        string="VAT recovered (%)",
        readonly=True,
        help="Of a partly taxable firm: the deduction coefficient of the year in which "
        "the period begins (ann. II art. 206 CGI). In a year without one, all the VAT "
        "goes with the expense.",
    )
    source = fields.Char(
        required=True,
        readonly=True,
        help="Letter of the tax office, option, threshold.",
    )

    _once_a_day = models.UniqueIndex(
        "(company_id, valid_from)", "A firm has one VAT status from a day on."
    )
    _a_percentage = models.Constraint(
        "CHECK (recovery_percent BETWEEN 0 AND 100)",
        "A percentage is between 0 and 100.",
    )
    _partly_taxable_only = models.Constraint(
        "CHECK (recovery_percent = 0 OR status = 'mixed')",
        "Only a partly taxable firm recovers a percentage of the VAT.",
    )

    @api.depends("company_id", "valid_from", "status")
    def _compute_display_name(self):
        statuses = dict(self._fields["status"]._description_selection(self.env))
        for period in self:
            firm = period.sudo().company_id.name
            period.display_name = f"{firm}, {statuses.get(period.status, '')}"

    @api.ondelete(at_uninstall=False)
    def _unlink_future(self):
        today = fields.Date.context_today(self)
        begun = self.filtered(lambda period: period.valid_from <= today)[:1]
        if begun:
            raise UserError(
                self.env._(
                    "“%(period)s” has begun: it is replaced by another status, not "
                    "deleted.",
                    period=begun.display_name,
                )
            )

    @api.model
    def _record(self, company, values):
        """Note the status of a firm from a day on; another of that day is replaced.

        Runs as superuser: accountants, who may not write companies, and the company
        itself when its status is written, both come here.

        :param company: ``res.company``; the caller checked that the user keeps it
        :param dict values: ``valid_from``, ``status``, ``source``,
            ``recovery_percent`` where there is one
        """
        periods = self.sudo()
        periods._open(company, values["valid_from"])
        same_day = periods.search(
            [
                ("company_id", "=", company.id),
                ("valid_from", "=", values["valid_from"]),
            ]
        )
        values = {"recovery_percent": 0, **values, "company_id": company.id}
        if same_day:
            same_day.write(values)
        else:
            periods.create(values)
        periods._follow(company)

    @api.model
    def _open(self, company, before):
        """Keep what a firm was until now, when its status changes for the first time.

        :param before: the day of the change; a firm that joined later needs nothing
        """
        today = fields.Date.context_today(self)
        since = company.cocare_joined_on or min(company.create_date.date(), today)
        if since < before and not self._of(company):
            self.create(
                {
                    "company_id": company.id,
                    "valid_from": since,
                    "status": company.cocare_vat_status,
                    "source": self.env._("Status before the first change recorded"),
                }
            )

    @api.model
    def _of(self, company):
        """The periods of a firm, the last one first."""
        return self.search([("company_id", "=", company.id)], order="valid_from desc")

    def _is_of_year(self, day):
        """Tell whether the period began in the calendar year of a day."""
        return bool(self) and self.valid_from.year == day.year

    @api.model
    def _follow(self, companies):
        """Write today's status on the companies that show another one."""
        today = fields.Date.context_today(self)
        for company in companies.sudo():
            status = company._cocare_vat_status_on(today)
            if company.cocare_vat_status != status:
                company.cocare_vat_status = status

    @api.model
    def _cron_follow(self):
        """Companies take the status that begins; a firm that left stays as it was."""
        today = fields.Date.context_today(self)
        begun = self.search(
            [("valid_from", "<=", today), ("company_id.cocare_left_on", "=", False)]
        )
        self._follow(begun.company_id)
