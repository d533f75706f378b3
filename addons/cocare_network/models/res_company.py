from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tools.misc import format_date

VAT_STATUSES = [
    ("taxable", "Taxable"),
    ("mixed", "Partly taxable"),
    ("franchise", "Below the threshold (art. 293 B)"),
    ("non_taxable", "Not taxable"),
    ("farm_flat_rate", "Farm flat-rate (art. 298 quater)"),
]

#: statuses of firms that have a VAT number
HAS_VAT_NUMBER = ("taxable", "mixed")

LEGAL_FORMS = [
    ("sole_trader", "Sole trader"),
    ("micro", "Micro-enterprise"),
    ("eurl", "EURL"),
    ("sarl", "SARL"),
    ("sas", "SAS"),
    ("sa", "SA"),
    ("scop_sarl", "SCOP SARL"),
    ("scop_sas", "SCOP SAS"),
    ("scop_sa", "SCOP SA"),
    ("scic_sarl", "SCIC SARL"),
    ("scic_sas", "SCIC SAS"),
    ("scic_sa", "SCIC SA"),
    ("cae", "CAE"),
    ("gaec", "GAEC"),
    ("earl", "EARL"),
    ("scea", "SCEA"),
    ("cuma", "CUMA"),
    ("gie", "GIE"),
    ("association_1901", "Association (law of 1901)"),
    ("association_alsace_moselle", "Association (local law of Alsace-Moselle)"),
    ("public", "Public body"),
    ("other", "Other"),
]


class ResCompany(models.Model):
    _inherit = "res.company"

    cocare_network_id = fields.Many2one(
        "cocare.network", string="Network", index="btree_not_null", copy=False
    )
    cocare_joined_on = fields.Date(string="In the network since", copy=False)
    cocare_membership_ids = fields.One2many(
        "cocare.membership", "company_id", string="Memberships"
    )
    cocare_legal_form = fields.Selection(
        LEGAL_FORMS,
        string="Legal form",
        help="An association seated in Bas-Rhin, Haut-Rhin or Moselle follows the "
        "local civil code (art. 21 to 79), not the law of 1901.",
    )
    cocare_vat_status = fields.Selection(
        VAT_STATUSES,
        string="VAT status",
        required=True,
        default="taxable",
        help="Today's. A taxable firm recovers the VAT of what it is recharged, a "
        "partly taxable one a part of it; for the others it is part of the cost.",
    )
    cocare_left_on = fields.Date(
        string="Left the network on", readonly=True, copy=False
    )
    cocare_is_operator = fields.Boolean(
        string="Operator of the network", compute="_compute_cocare_is_operator"
    )
    cocare_agreement_ids = fields.One2many(
        "cocare.agreement", "company_id", string="Agreements"
    )

    @api.depends("cocare_network_id.operator_id")
    def _compute_cocare_is_operator(self):
        for company in self:
            network = company.sudo().cocare_network_id
            company.cocare_is_operator = network.operator_id == company

    @api.constrains("cocare_network_id", "parent_id")
    def _check_cocare_sibling(self):
        for company in self:
            if company.cocare_network_id and company.parent_id:
                raise ValidationError(
                    self.env._(
                        "%(firm)s is a branch of %(parent)s: a firm of a network "
                        "keeps its own books and must be a company of its own.",
                        firm=company.name,
                        parent=company.parent_id.name,
                    )
                )

    @api.constrains("cocare_network_id")
    def _check_cocare_agreements_ended(self):
        for company in self:
            agreement = company.sudo().cocare_agreement_ids.filtered(
                lambda a, n=company.cocare_network_id: a.service_id.network_id != n
            )[:1]
            if agreement:
                raise ValidationError(
                    self.env._(
                        "%(firm)s still has an agreement for “%(service)s” in its "
                        "network.",
                        firm=company.name,
                        service=agreement.service_id.name,
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        # The contact of a company is the company: it belongs to no firm.
        bare = self.with_context(cocare_contact_of_company=True)
        return super(ResCompany, bare).create(vals_list).with_env(self.env)

    @api.ondelete(at_uninstall=False)
    def _unlink_kept(self):
        today = fields.Date.context_today(self)
        for departure in self.env["cocare.departure"].search(
            [("company_id", "in", self.ids), ("readable_until", ">=", today)]
        ):
            raise UserError(
                self.env._(
                    "%(firm)s left the network: its books are kept until %(date)s.",
                    firm=departure.company_id.name,
                    date=format_date(self.env, departure.readable_until),
                )
            )

    def _cocare_apply_template(self, template):
        """Complete ``self`` with what ``template`` has and it lacks. Safe to repeat.

        What there is to compare is in ``cocare.firm.completer``. Each addon extends
        this with what a firm needs whatever its template.

        :param template: the ``res.company`` to take the settings from
        """
        self.ensure_one()
        completer = self.env["cocare.firm.completer"].sudo()
        completer._add(self, template, completer._differences(self, template))

    def _cocare_settings_to_copy(self):
        """What a new firm takes from ``self``, its template: when it changes, the
        golden company is made anew. Each addon adds what it copies.

        :return: list, as JSON knows it
        """
        self.ensure_one()
        return [self.currency_id.id, self.country_id.id, self.partner_id.lang]

    def _check_member(self):
        """Refuse who does not work for the firm, on the portal.

        :raise AccessError: the user is no worker-member of it
        """
        self.ensure_one()
        user = self.env.user
        if (
            not user.has_group("cocare_network.group_worker_member")
            or self not in user.company_ids
        ):
            raise AccessError(
                self.env._("Only a worker-member of %(firm)s can.", firm=self.name)
            )

    def _cocare_members(self):
        """The worker-members of the firm, who see its pages on the portal.

        Runs as superuser: the office writes to people whose accounts it may not read.

        :return: ``res.users``
        """
        self.ensure_one()
        members = self.env.ref("cocare_network.group_worker_member").sudo()
        return members.all_user_ids.filtered(lambda user: self in user.company_ids)

    def _cocare_was_member(self, month):
        """Whether the firm was in its network all along a month.

        :param date month: first day of the month
        """
        self.ensure_one()
        end = fields.Date.end_of(month, "month")
        return (not self.cocare_joined_on or self.cocare_joined_on <= month) and (
            not self.cocare_left_on or self.cocare_left_on > end
        )

    def _cocare_latest_month(self):
        """First day of the month that a dashboard of these firms opens on."""
        return fields.Date.context_today(self).replace(day=1)

    def _cocare_dashboard(self, month):
        """What a firm's dashboard shows; read with the rights of who looks.

        Each addon of the suite adds its part, and its piece of the page.

        :param date month: first day of the month
        :return: dict of values for the portal template
        """
        self.ensure_one()
        return {
            "agreements": self.env["cocare.agreement"]._in_force(
                month, fields.Date.end_of(month, "month"), companies=self
            ),
            "families": self.env["cocare.dashboard"]._cards(self, month),
        }
