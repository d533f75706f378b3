from odoo import api, fields, models
from odoo.exceptions import ValidationError


class CocareFirmAccountant(models.Model):
    """Who keeps the books of a firm from a day on, and who stands in for them.

    It lasts until another assignment of the firm takes over. What is due while the
    accountant is away is the backup's.
    """

    _name = "cocare.firm.accountant"
    _inherit = "cocare.guarded.mixin"
    _description = "Accountant of a firm"
    _order = "company_id, valid_from desc"

    company_id = fields.Many2one(
        "res.company", string="Firm", required=True, index=True
    )
    valid_from = fields.Date(
        string="From", required=True, default=fields.Date.context_today
    )
    user_id = fields.Many2one(
        "res.users",
        string="Accountant",
        required=True,
        index=True,
        domain="[('id', 'in', accountant_ids)]",
    )
    backup_id = fields.Many2one(
        "res.users",
        string="Backup",
        index="btree_not_null",
        domain="[('id', 'in', accountant_ids), ('id', '!=', user_id)]",
    )
    away_from = fields.Date(
        help="What is due from this day on is the backup's, until the last day."
    )
    away_until = fields.Date()
    accountant_ids = fields.Many2many(
        "res.users", string="Who may do it", compute="_compute_accountant_ids"
    )

    _once_a_day = models.UniqueIndex(
        "(company_id, valid_from)", "A firm has one accountant from a day on."
    )
    _two_people = models.Constraint(
        "CHECK (backup_id IS NULL OR backup_id != user_id)",
        "The backup is somebody else than the accountant.",
    )
    _days_away = models.Constraint(
        "CHECK ((away_from IS NULL) = (away_until IS NULL)"
        " AND (away_from IS NULL OR away_until >= away_from))",
        "An absence has a first and a last day.",
    )

    @api.depends("company_id")
    def _compute_accountant_ids(self):
        for record in self:
            record.accountant_ids = record.company_id._cocare_accountants()

    @api.depends("company_id", "user_id")
    def _compute_display_name(self):
        for record in self:
            known = record.sudo()
            record.display_name = f"{known.company_id.name}, {known.user_id.name}"

    @api.constrains("company_id", "user_id", "backup_id")
    def _check_work_for_the_firm(self):
        for record in self.sudo():
            for user in record.user_id | record.backup_id:
                if record.company_id not in user.company_ids:
                    raise ValidationError(
                        self.env._(
                            "%(user)s has no access to %(firm)s.",
                            user=user.name,
                            firm=record.company_id.name,
                        )
                    )

    @api.model_create_multi
    def create(self, vals_list):
        records = super().create(vals_list)
        records._assign_obligations(records.company_id)
        return records

    def write(self, vals):
        companies = self.company_id
        result = super().write(vals)
        self._assign_obligations(companies | self.company_id)
        return result

    def unlink(self):
        companies = self.company_id
        result = super().unlink()
        self._assign_obligations(companies)
        return result

    def _assign_obligations(self, companies):
        """What is open of these firms goes to whoever keeps them."""
        self.env["cocare.obligation"].sudo().with_context(tracking_disable=True).search(
            [("company_id", "in", companies.ids), ("is_open", "=", True)]
        )._assign()

    @api.model
    def _of(self, companies):
        """The assignments of firms, the last one first, in one query.

        :return: ``{res.company: cocare.firm.accountant}``
        """
        found = self.search([("company_id", "in", companies.ids)])
        return found.grouped("company_id")

    def _on(self, day):
        """Among the assignments of a firm, the one of a day; before the first one, it.

        :param self: the last one first
        """
        return self.filtered(lambda record: record.valid_from <= day)[:1] or self[-1:]

    def _in_charge(self, day):
        """Who does what is due on a day.

        :param self: the assignments of one firm, the last one first
        :return: ``res.users``, empty when the firm has no accountant
        """
        record = self._on(day)
        away = record.away_from and record.away_from <= day <= record.away_until
        return away and record.backup_id or record.user_id
