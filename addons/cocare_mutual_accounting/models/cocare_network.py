from odoo import fields, models
from odoo.exceptions import UserError


class CocareNetwork(models.Model):
    _inherit = "cocare.network"

    pool_ids = fields.One2many("cocare.cost.pool", "network_id", string="Cost pools")
    recharge_review_days = fields.Integer(
        string="Days to review recharges",
        default=7,
        required=True,
        help="How long firms may contest what they are sent before it is posted; 0 for "
        "no review.",
    )
    document_reminder_days = fields.Integer(
        string="Days between reminders",
        default=7,
        required=True,
        help="Of a document that a firm was asked for and that is late; 0 for none.",
    )
    arbitrator_id = fields.Many2one(
        "res.users",
        string="Arbitrator of recharges",
        domain="[('share', '=', False)]",
        help="Decides the lines that firms contest, with reasons.",
    )

    _reminder_days_positive = models.Constraint(
        "CHECK (document_reminder_days >= 0)", "Days between reminders are 0 or more."
    )
    _review_days_positive = models.Constraint(
        "CHECK (recharge_review_days >= 0)", "Days to review are 0 or more."
    )

    def _month_run(self, month):
        """The run that counts for a month, if there is one.

        :param date month: first day of the month
        """
        self.ensure_one()
        return self.env["cocare.allocation.run"].search(
            [
                ("network_id", "=", self.id),
                ("kind", "=", "month"),
                ("date_from", "=", month),
                ("state", "!=", "credited"),
            ]
        )

    def _alone_reference(self, service, date):
        self.ensure_one()
        return self.env["cocare.alone.cost"].search(
            [
                ("service_id", "=", service.id),
                ("valid_from", "<=", date),
                ("state", "=", "adopted"),
            ],
            order="valid_from desc",
            limit=1,
        )

    def _check_ready_to_share(self):
        """Refuse early what would stop the closing half-way, naming what to set up."""
        self.ensure_one()
        if not self.pool_ids:
            raise UserError(
                self.env._(
                    "The network “%(network)s” has no cost pool to share.",
                    network=self.name,
                )
            )
        # An analytic account may have moved to another plan since.
        self.pool_ids._check_items_once()
