from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools.misc import format_date


class CocareReadingSheet(models.Model):
    """The readings of a service for a month, typed in one after the other.

    The sheet proposes a line for every firm that has an agreement. Its lines *are* the
    readings: one that stays at 0 leaves no usage, one that is typed in leaves it at
    once, one that is changed leaves a correction.
    """

    _name = "cocare.reading.sheet"
    _inherit = "cocare.guarded.mixin"
    _description = "Sheet of readings"
    _order = "date_from desc, id desc"

    service_id = fields.Many2one(
        "cocare.service",
        required=True,
        index=True,
        ondelete="restrict",
        domain="[('meter', '=', 'manual')]",
    )
    network_id = fields.Many2one(
        related="service_id.network_id", store=True, index=True
    )
    uom_id = fields.Many2one(related="service_id.uom_id")
    date_from = fields.Date(
        string="Month",
        required=True,
        default=lambda self: fields.Date.context_today(self).replace(day=1),
    )
    date_to = fields.Date(
        string="Until", compute="_compute_date_to", store=True, precompute=True
    )
    closed = fields.Boolean(
        compute="_compute_closed", help="The month was allocated: usages are frozen."
    )
    line_ids = fields.One2many("cocare.reading", "sheet_id", string="Readings")
    quantity = fields.Float(string="Total", digits=(16, 3), compute="_compute_quantity")

    _one_a_month = models.UniqueIndex(
        "(service_id, date_from)",
        "There is a sheet of this service for this month already: open that one.",
    )
    _whole_month = models.Constraint(
        "CHECK (date_from = date_trunc('month', date_from)::date)",
        "A sheet starts on the first day of a month.",
    )

    @api.depends("service_id", "date_from")
    def _compute_display_name(self):
        for sheet in self:
            said = (sheet.service_id.name, sheet._month_name())
            sheet.display_name = ", ".join(filter(None, said))

    @api.depends("date_from")
    def _compute_date_to(self):
        for sheet in self:
            sheet.date_to = sheet.date_from and fields.Date.end_of(
                sheet.date_from, "month"
            )

    @api.depends("date_to", "network_id.usage_lock_date")
    def _compute_closed(self):
        for sheet in self:
            lock_date = sheet.network_id.usage_lock_date
            sheet.closed = bool(
                lock_date and sheet.date_to and sheet.date_to <= lock_date
            )

    @api.depends("line_ids.quantity")
    def _compute_quantity(self):
        for sheet in self:
            sheet.quantity = sum(sheet.line_ids.mapped("quantity"))

    @api.onchange("date_from")
    def _onchange_date_from(self):
        if self.date_from:
            self.date_from = self.date_from.replace(day=1)

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            if vals.get("date_from"):
                month = fields.Date.to_date(vals["date_from"])
                vals["date_from"] = month.replace(day=1)
        sheets = super().create(vals_list)
        for sheet in sheets:
            sheet._check_open()
            sheet.action_propose_firms()
        return sheets

    def write(self, vals):
        if vals.keys() & {"service_id", "date_from"}:
            raise UserError(
                self.env._(
                    "A sheet stays that of its service and month: make another one."
                )
            )
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_lines(self):
        # One by one, not by cascade: a reading that was recorded refuses.
        self.line_ids.unlink()

    def action_propose_firms(self):
        """Add a line at 0 for each firm with an agreement in force that has none.

        Only for the firms whoever types may work for; somebody else adds the others.
        """
        for sheet in self:
            firms = sheet.service_id._firms(sheet.date_from, sheet.date_to)
            firms -= sheet.line_ids.company_id
            self.env["cocare.reading"].create(
                [
                    {
                        "sheet_id": sheet.id,
                        "company_id": firm.id,
                        "service_id": sheet.service_id.id,
                        "date": sheet.date_to,
                        "quantity": 0,
                    }
                    for firm in firms
                    if not firm.cocare_left_on
                ]
            )

    def action_open_month(self):
        """Open the month's usages of the service, firm by firm."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "cocare_network.cocare_usage_month_action"
        )
        return {
            **action,
            "domain": [
                ("service_id", "=", self.service_id.id),
                ("month", "=", fields.Date.to_string(self.date_from)),
            ],
            "context": {},
        }

    def _check_open(self):
        if self.closed:
            raise UserError(
                self.env._(
                    "%(sheet)s: usages are closed until %(date)s because that month "
                    "was allocated. Choose a later month.",
                    sheet=self.display_name,
                    date=format_date(self.env, self.network_id.usage_lock_date),
                )
            )

    def _month_name(self):
        if not self.date_from:
            return ""
        return format_date(self.env, self.date_from, date_format="MMMM yyyy")
