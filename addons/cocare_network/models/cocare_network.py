from odoo import api, fields, models
from odoo.exceptions import AccessError, ValidationError
from odoo.tools import SQL


class CocareNetwork(models.Model):
    """A network: the operator, the firms that own it, and what they share.

    The network is the parent row that money and meters of a period meet on:
    closing a period *writes* ``usage_lock_date``, recording a usage *locks* the row.
    At PostgreSQL's REPEATABLE READ that is what keeps a late usage out of a month
    that somebody else is closing.
    """

    _name = "cocare.network"
    _description = "Network of firms"
    _order = "name"

    name = fields.Char(required=True)
    active = fields.Boolean(default=True)
    operator_id = fields.Many2one(
        "res.company",
        required=True,
        index=True,
        help="Company that does the shared work, bears its cost and recharges it.",
    )
    template_id = fields.Many2one(
        "res.company",
        string="Template company",
        help="Company whose settings every new firm starts from. It has no books.",
    )
    company_ids = fields.One2many(
        "res.company", "cocare_network_id", string="Firms", readonly=True
    )
    firm_count = fields.Integer(compute="_compute_firm_count")
    currency_id = fields.Many2one(related="operator_id.currency_id")
    usage_lock_date = fields.Date(
        string="Usages closed until",
        readonly=True,
        copy=False,
        help="No usage may be dated on or before this day: its period was allocated.",
    )

    _operator_unique = models.UniqueIndex(
        "(operator_id)", "A company can operate one network only."
    )

    @api.depends("company_ids")
    def _compute_firm_count(self):
        for network in self:
            network.firm_count = len(network.company_ids - network.operator_id)

    @api.constrains("operator_id", "template_id")
    def _check_companies(self):
        for network in self:
            if network.template_id == network.operator_id:
                raise ValidationError(
                    self.env._(
                        "%(company)s cannot be both operator and template.",
                        company=network.operator_id.name,
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        networks = super().create(vals_list)
        for network in networks:
            network.operator_id.sudo().cocare_network_id = network
        return networks

    def action_open_firms(self):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "cocare_network.res_company_action_firms"
        )
        return {**action, "domain": [("cocare_network_id", "=", self.id)]}

    def _create_firm(self, values):
        """Bring a new firm into the network, set up like the template company.

        :param dict values: ``res.company`` values, at least ``name``
        :return: the new ``res.company``
        :raise AccessError: when the user is no facilitator

        Runs as superuser: a facilitator may create firms in their own network but
        is no database administrator. The context key keeps Odoo from installing
        localisation modules (a commit) in the middle of the transaction.
        """
        self.ensure_one()
        if not self.env.su and not self.env.user.has_group(
            "cocare_network.group_facilitator"
        ):
            raise AccessError(
                self.env._("Only a facilitator can bring a firm into the network.")
            )
        self.check_access("read")
        origin = self.template_id or self.operator_id
        company = (
            self.env["res.company"]
            .sudo()
            .with_context(chart_template_load=True)
            .create(
                {
                    "currency_id": origin.currency_id.id,
                    "country_id": origin.country_id.id,
                    "cocare_joined_on": fields.Date.context_today(self),
                    **values,
                    "cocare_network_id": self.id,
                }
            )
        )
        company.partner_id.lang = origin.partner_id.lang
        company._cocare_apply_template(origin)
        # Members of the shared office follow the network, not one firm.
        return company.with_env(self.env)

    def _lock_usages(self, until):
        """Close usages until a date; writing the row is what serialises closings."""
        self.ensure_one()
        if not self.usage_lock_date or self.usage_lock_date < until:
            self.sudo().usage_lock_date = until

    def _read_usage_lock_dates(self):
        """Lock the rows against a concurrent closing and return their lock dates.

        A closing that commits after this transaction started makes the SELECT fail
        with a serialisation error, which Odoo retries on a fresh snapshot.

        :return: ``{network id: date or None}``
        """
        if not self:
            return {}
        self.flush_recordset(["usage_lock_date"])
        self.env.cr.execute(
            SQL(
                "SELECT id, usage_lock_date FROM cocare_network"
                " WHERE id IN %s ORDER BY id FOR SHARE",
                tuple(self.ids),
            )
        )
        return dict(self.env.cr.fetchall())
