from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command
from odoo.tools import SQL

from .. import registration_numbers as numbers


class CocareNetwork(models.Model):
    """A network: the operator, the firms that own it, and what they share.

    The network is the parent row that money and meters of a period meet on:
    closing a period *writes* ``usage_lock_date``, recording a usage *locks* the row.
    At PostgreSQL's REPEATABLE READ that is what keeps a late usage out of a month
    that somebody else is closing.
    """

    _name = "cocare.network"
    _inherit = "cocare.guarded.mixin"
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
        for vals in vals_list:
            self._check_values(vals)
        networks = super().create(vals_list)
        for network in networks:
            # The operator is one of the firms; a facilitator cannot write companies.
            network.operator_id.sudo().cocare_network_id = network
            self.env["cocare.checklist.item"]._load_usual(network)
        return networks

    def write(self, vals):
        self._check_values(vals)
        if "operator_id" in vals:
            raise UserError(
                self.env._(
                    "The operator of a network does not change: its books hold what "
                    "was recharged. Create another network."
                )
            )
        return super().write(vals)

    def _check_values(self, vals):
        """Refuse what the form does not offer; a remote call could still send it."""
        if vals.get("usage_lock_date") and not self.env.su:
            raise AccessError(
                self.env._("Usages are closed and opened by the closing of a month.")
            )
        ids = [vals[name] for name in ("operator_id", "template_id") if vals.get(name)]
        companies = self.env["res.company"].browse(ids)
        companies.check_access("read")
        operator = companies.browse(vals.get("operator_id"))
        if operator.sudo().cocare_network_id:
            raise ValidationError(
                self.env._(
                    "%(company)s already belongs to a network.", company=operator.name
                )
            )

    def action_open_firms(self):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "cocare_network.res_company_action_firms"
        )
        return {**action, "domain": [("cocare_network_id", "=", self.id)]}

    def _charter_at(self, date):
        """The charter in force on a day, empty when there is none."""
        return self.env["cocare.charter.version"].search(
            [
                ("network_id", "in", self.ids),
                ("state", "=", "adopted"),
                ("valid_from", "<=", date),
            ],
            order="valid_from desc",
            limit=1,
        )

    def _create_firm(self, values, users=None):
        """Bring a new firm into the network; see ``_create_firms``.

        :param dict values: ``res.company`` values, at least ``name``
        :param users: ``res.users`` of the shared office who will work for the firm,
            beside the current user
        :return: the new ``res.company``
        """
        return self._create_firms([values], users)

    def _create_firms(self, values_list, users=None):
        """Bring new firms into the network, set up like the template company.

        :param list values_list: dicts of ``res.company`` values, at least ``name``
        :param users: ``res.users`` of the shared office who will work for the firms,
            beside the current user
        :return: the new ``res.company``, in the order of the values
        :raise AccessError: when the user is no facilitator

        How it works: copies of a golden company, which Odoo made once; by Odoo's own
        way, one by one, when a copy cannot be proved complete. Runs as superuser: a
        facilitator may create firms in their own network but is no database
        administrator.
        """
        self.ensure_one()
        self._check_facilitator()
        self.check_access("read")
        network = self.sudo()
        # Two sittings at once would each make a golden company.
        network._serialise()
        self._check_newcomers(values_list)
        names = [values["name"] for values in values_list]
        companies = self.env["cocare.golden.firm"].sudo()._for(network)._copies(names)
        if companies is None:
            companies = network._make_companies(names)
        else:
            self.env["cocare.firm.cloner"]._link_users(companies)
        companies.write(
            {
                "cocare_joined_on": fields.Date.context_today(self),
                "cocare_network_id": self.id,
            }
        )
        for company, values in zip(companies, values_list, strict=True):
            own = {name: values[name] for name in values if name != "name"}
            if own:
                company.write(
                    self.env["cocare.registration.mixin"]._cocare_cleaned(own)
                )
        network._give_to_office(companies, users)
        return companies.with_env(self.env)

    def _firm_origin(self):
        """The company whose settings a new firm starts from."""
        self.ensure_one()
        return self.template_id or self.operator_id

    def _make_companies(self, names):
        """Companies by Odoo's own way, completed from the template one by one."""
        companies = self.env["res.company"]
        for name in names:
            company = self._make_company({"name": name})
            company._cocare_apply_template(self._firm_origin())
            companies |= company
        return companies

    def _make_company(self, values):
        """A company with the currency, country and language of the template.

        The context key keeps Odoo from installing localisation modules (a commit) in
        the middle of the transaction.
        """
        origin = self._firm_origin()
        company = (
            self.env["res.company"]
            .with_context(chart_template_load=True)
            .create(
                {
                    "currency_id": origin.currency_id.id,
                    "country_id": origin.country_id.id,
                    **values,
                }
            )
        )
        company.partner_id.lang = origin.partner_id.lang
        return company

    def _office_users(self):
        """Internal users who work for the operator: whom a new firm may be given to."""
        self.ensure_one()
        group = self.env.ref("cocare_network.group_network_reader").sudo()
        return group.all_user_ids.filtered(
            lambda user: self.sudo().operator_id in user.company_ids
        ).with_env(self.env)

    def _check_newcomers(self, values_list, company=None):
        """Refuse firms whose numbers are wrong, or that are in the network already.

        :param list values_list: dicts of ``res.company`` values
        :param company: the ``res.company`` that comes in, when it exists
        :raise ValidationError: what is wrong, firm by firm
        """
        self.ensure_one()
        if self.sudo()._firm_origin().country_id.code not in (False, "FR"):
            return
        Registration = self.env["cocare.registration.mixin"]
        seen = {}
        for values in values_list:
            name = values["name"]
            refusals = Registration._cocare_refusals(values)
            siren = numbers.siren_of(values.get("company_registry"))
            if siren in seen:
                refusals.append(
                    self.env._("%(firm)s has the same SIREN.", firm=seen[siren])
                )
            elif siren:
                seen[siren] = name
                twin = self._firm_of_siren(siren, company)
                refusals += self._told_twin(twin) if twin else []
            if refusals:
                raise ValidationError("\n".join([f"{name}:", *refusals]))

    def _firm_of_siren(self, siren, but=None):
        """The firm of the network that has a SIREN, of whoever's companies it is.

        Runs as superuser: the same firm must not come in twice, also when who brings
        it in does not see the first one. Names are told by ``_told_twin`` only.

        :param but: ``res.company`` that may have it
        """
        self.ensure_one()
        firms = self.sudo().with_context(active_test=False).company_ids
        if but:
            firms -= but.sudo()
        return firms.filtered(
            lambda firm: firm.company_registry
            and numbers.siren_of(firm.company_registry) == siren
        )[:1]

    def _told_twin(self, twin):
        """:return: list of one sentence; names only a firm that the user may see"""
        if twin in self.env.user.company_ids:
            return [
                self.env._(
                    "This SIREN is in the network already: %(firm)s.", firm=twin.name
                )
            ]
        return [self.env._("This SIREN is in the network already.")]

    def _adopt(self, company, values, users=None):
        """Take an existing company into the network, as it is.

        What it has is left alone; what it lacks is shown and added by
        ``cocare.firm.completion``.

        :param company: ``res.company`` of no network
        :param dict values: ``res.company`` values that are written, the empty ones not
        :param users: ``res.users`` of the shared office who will work for it
        :raise UserError: it belongs to a network, or is a template

        Runs as superuser: a facilitator takes firms in, and writes no companies.
        """
        self.ensure_one()
        self._check_facilitator()
        if company not in self.env.user.company_ids:
            raise AccessError(
                self.env._("A company is taken in by somebody who works for it.")
            )
        self.check_access("read")
        network = self.sudo()
        network._serialise()
        taken = network.search([("template_id", "=", company.id)], limit=1)
        if company.sudo().cocare_network_id or taken:
            raise UserError(
                self.env._(
                    "%(company)s already belongs to a network.", company=company.name
                )
            )
        kept = {"name": company.name, **values}
        self._check_newcomers([kept], company)
        own = self.env["cocare.registration.mixin"]._cocare_cleaned(values)
        company.sudo().write(
            {
                "cocare_joined_on": fields.Date.context_today(self),
                **own,
                "cocare_network_id": self.id,
            }
        )
        network._give_to_office(company, users)
        return company

    def _check_facilitator(self):
        if not self.env.su and not self.env.user.has_group(
            "cocare_network.group_facilitator"
        ):
            raise AccessError(
                self.env._("Only a facilitator can bring a firm into the network.")
            )

    def _give_to_office(self, companies, users):
        """Let people of the shared office work for firms."""
        office = (users or self.env["res.users"]) & self._office_users()
        office.sudo().write({"company_ids": [Command.link(c.id) for c in companies]})

    def _model_company(self):
        """What a new firm would be today: the golden company, made if need be."""
        self.ensure_one()
        self._serialise()
        return self.env["cocare.golden.firm"]._for(self).company_id

    def _serialise(self):
        """Make this transaction and those that close, reopen or record usages of the
        network follow one another: whoever comes second is retried on what is true."""
        self._write_lock_date(SQL("usage_lock_date"))

    def _lock_usages(self, until):
        """Close usages until a date.

        The row is written even when the date stays: that is what serialises closings
        with each other and with whoever records a usage.
        """
        self._write_lock_date(
            SQL("GREATEST(COALESCE(usage_lock_date, %(date)s), %(date)s)", date=until)
        )

    def _unlock_usages(self, until):
        """Open usages after a date; ``False`` opens all of them."""
        self._write_lock_date(SQL("%s", until or None))

    def _write_lock_date(self, value):
        self.ensure_one()
        self.flush_recordset()
        self.env.cr.execute(
            SQL(
                "UPDATE cocare_network SET usage_lock_date = %s::date WHERE id = %s",
                value,
                self.id,
            )
        )
        self.invalidate_recordset(["usage_lock_date"])

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
