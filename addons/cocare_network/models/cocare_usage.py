from datetime import date

from odoo import api, fields, models
from odoo.exceptions import UserError


class CocareUsage(models.Model):
    """What one firm used of one service on one day, and the record that says so.

    Append-only, like a ledger: nobody has the right to change or delete a usage, and
    the code refuses it to the superuser too. A source that changes leaves a
    correction, numbered by ``revision``; the sum is what counts.
    """

    _name = "cocare.usage"
    _description = "Usage of a shared service"
    _order = "date desc, id desc"
    _check_company_auto = True

    company_id = fields.Many2one(
        "res.company", string="Firm", required=True, index=True, readonly=True
    )
    service_id = fields.Many2one(
        "cocare.service",
        required=True,
        index=True,
        readonly=True,
        ondelete="restrict",
    )
    network_id = fields.Many2one(
        related="service_id.network_id", store=True, index=True
    )
    family = fields.Selection(related="service_id.family", store=True)
    uom_id = fields.Many2one(related="service_id.uom_id")
    date = fields.Date(required=True, readonly=True, index=True)
    quantity = fields.Float(digits=(16, 3), required=True, readonly=True)
    name = fields.Char(string="Description", readonly=True)
    res_model = fields.Char(string="Source model", required=True, readonly=True)
    res_id = fields.Many2oneReference(
        string="Source", model_field="res_model", required=True, readonly=True
    )
    revision = fields.Integer(
        readonly=True, help="0 for the first usage of a source, then one a correction."
    )

    _source_unique = models.UniqueIndex(
        "(res_model, res_id, service_id, revision)",
        "This source already left its usage of this service.",
    )
    _period_idx = models.Index("(service_id, date, company_id)")

    @api.model_create_multi
    def create(self, vals_list):
        usages = super().create(vals_list)
        usages._check_period_open()
        return usages

    def write(self, vals):  # pylint: disable=method-required-super
        raise UserError(
            self.env._(
                "A usage is never changed: correct the record it comes from, "
                "which leaves a correction."
            )
        )

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(
            self.env._(
                "A usage is never deleted: correct the record it comes from, "
                "which leaves a correction."
            )
        )

    def action_open_source(self):
        """Open the record this usage comes from."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": self.res_model,
            "res_id": self.res_id,
            "view_mode": "form",
        }

    def _check_period_open(self):
        lock_dates = self.network_id._read_usage_lock_dates()
        for usage in self:
            lock_date = lock_dates[usage.network_id.id]
            if lock_date and usage.date <= lock_date:
                raise UserError(
                    self.env._(
                        "%(service)s for %(firm)s on %(date)s: usages are closed until "
                        "%(lock)s because that period was allocated. Date it later.",
                        service=usage.service_id.name,
                        firm=usage.company_id.name,
                        date=usage.date.strftime("%d/%m/%Y"),
                        lock=lock_date.strftime("%d/%m/%Y"),
                    )
                )

    @api.model
    def _redate_corrections(self, network, lock_date):
        """Bring corrections back to the days they correct, once these are open again.

        :param network: a ``cocare.network`` whose usages were opened
        :param lock_date: usages are closed until then, False for none
        """
        corrections = self.search(
            [
                ("network_id", "=", network.id),
                ("revision", ">", 0),
                ("date", ">", lock_date or date.min),
            ]
        )
        for model, usages in corrections.grouped("res_model").items():
            sources = self.env[model].browse(set(usages.mapped("res_id"))).exists()
            sources._cocare_sync_usages()

    @api.model
    def _quantities(self, service, companies, date_from, date_to):
        """Net quantity of a service over a period.

        :return: ``{company: quantity}``, only firms that left a usage
        """
        groups = self._read_group(
            [
                ("service_id", "=", service.id),
                ("company_id", "in", companies.ids),
                ("date", ">=", date_from),
                ("date", "<=", date_to),
            ],
            ["company_id"],
            ["quantity:sum"],
        )
        return dict(groups)
