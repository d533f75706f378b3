from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import float_compare
from odoo.tools.misc import format_date

HOURS_A_DAY = 24


class CocareTimeEntry(models.Model):
    """Time that somebody spent on a mission for a firm, on one day.

    It leaves a usage of the service of its mission, dated and named like it: the firm
    sees what was done, not who did it.
    """

    _name = "cocare.time.entry"
    _inherit = ["cocare.guarded.mixin", "cocare.usage.mixin"]
    _description = "Time spent"
    _order = "date desc, id desc"

    company_id = fields.Many2one(
        "res.company",
        string="Firm",
        required=True,
        index=True,
        domain="[('cocare_network_id', '!=', False)]",
    )
    network_id = fields.Many2one(related="company_id.cocare_network_id", store=True)
    user_id = fields.Many2one(
        "res.users",
        string="Who",
        required=True,
        index=True,
        default=lambda self: self.env.user,
    )
    mission_id = fields.Many2one(
        "cocare.mission",
        required=True,
        index=True,
        ondelete="restrict",
        default=lambda self: self._default_mission_id(),
        domain="[('network_id', '=', network_id)]",
    )
    service_id = fields.Many2one(
        "cocare.service",
        compute="_compute_service_id",
        store=True,
        index="btree_not_null",
        ondelete="restrict",
        help="That of the mission on the day the time was recorded.",
    )
    date = fields.Date(required=True, index=True, default=fields.Date.context_today)
    hours = fields.Float(digits=(6, 3), required=True)
    name = fields.Char(string="Description")
    is_covered = fields.Boolean(
        string="Agreed on",
        compute="_compute_is_covered",
        help="The firm has an agreement for the service on that day. Without one it "
        "takes no part in the cost of the service.",
    )

    _hours_of_a_day = models.Constraint(
        f"CHECK (hours >= 0 AND hours <= {HOURS_A_DAY})",
        "There are 24 hours in a day.",
    )

    @api.model
    def _default_mission_id(self):
        """What they did last: one does the same for several firms in a row."""
        return self.search([("user_id", "=", self.env.uid)], limit=1).mission_id

    # Not of ``mission_id.service_id``: what was recorded stays what it was.
    @api.depends("mission_id")
    def _compute_service_id(self):
        for entry in self:
            entry.service_id = entry.mission_id.service_id

    @api.depends("company_id", "service_id", "date")
    def _compute_is_covered(self):
        dated = self.filtered(lambda e: e.service_id and e.company_id and e.date)
        (self - dated).is_covered = True
        if not dated:
            return
        agreements = self.env["cocare.agreement"]._in_force(
            min(dated.mapped("date")),
            max(dated.mapped("date")),
            services=dated.service_id,
            companies=dated.company_id,
        )
        by_firm = agreements.grouped(lambda a: (a.company_id, a.service_id))
        for entry in dated:
            entry.is_covered = any(
                agreement.date_start <= entry.date
                and (not agreement.date_end or agreement.date_end >= entry.date)
                for agreement in by_firm.get((entry.company_id, entry.service_id), ())
            )

    @api.depends("mission_id", "company_id", "date")
    def _compute_display_name(self):
        for entry in self:
            day = entry.date and format_date(self.env, entry.date)
            parts = (entry.mission_id.name, entry.company_id.name, day)
            entry.display_name = ", ".join(filter(None, parts))

    @api.constrains("company_id", "mission_id")
    def _check_same_network(self):
        for entry in self.sudo():
            if entry.mission_id.network_id != entry.company_id.cocare_network_id:
                raise ValidationError(
                    self.env._(
                        "“%(mission)s” is no mission of the network of %(firm)s.",
                        mission=entry.mission_id.name,
                        firm=entry.company_id.name,
                    )
                )

    @api.constrains("date")
    def _check_not_to_come(self):
        today = fields.Date.context_today(self)
        for entry in self:
            if entry.date > today:
                raise ValidationError(
                    self.env._(
                        "%(date)s is still to come: time is recorded once it is spent.",
                        date=format_date(self.env, entry.date),
                    )
                )

    @api.constrains("user_id", "date", "hours")
    def _check_hours_of_the_day(self):
        # As superuser: a day is as long whichever firms one looks at.
        groups = self.sudo()._read_group(
            [
                ("user_id", "in", self.user_id.ids),
                ("date", "in", list(set(self.mapped("date")))),
            ],
            ["user_id", "date:day"],
            ["hours:sum"],
        )
        for user, date, hours in groups:
            if float_compare(hours, HOURS_A_DAY, precision_digits=2) > 0:
                raise ValidationError(
                    self.env._(
                        "%(hours)s hours of %(user)s on %(date)s: there are 24 in a "
                        "day.",
                        hours=round(hours, 2),
                        user=user.name,
                        date=format_date(self.env, date),
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        entries = super().create(vals_list)
        entries._cocare_sync_usages()
        return entries

    def write(self, vals):
        result = super().write(vals)
        self._cocare_sync_usages()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_without_usage(self):
        for entry in self:
            if entry.cocare_usage_count:
                raise UserError(
                    self.env._(
                        "“%(entry)s” left a usage of “%(service)s”: it is not deleted. "
                        "Set its time to 0, which leaves a correction.",
                        entry=entry.display_name,
                        service=entry.service_id.name,
                    )
                )

    def _cocare_usages(self):
        self.ensure_one()
        if not self.service_id or not self.hours:
            return []
        hour = self.env.ref("uom.product_uom_hour")
        # Typed in once the month was allocated, it counts in the month after.
        lock_date = self.service_id.network_id.usage_lock_date
        late = lock_date and self.date <= lock_date
        return [
            {
                "company_id": self.company_id.id,
                "service_id": self.service_id.id,
                "date": fields.Date.add(lock_date, days=1) if late else self.date,
                "quantity": hour._compute_quantity(
                    self.hours, self.service_id.uom_id, round=False
                ),
                "name": " – ".join(filter(None, (self.mission_id.name, self.name))),
            }
        ]
