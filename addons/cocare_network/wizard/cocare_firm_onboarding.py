from odoo import api, fields, models
from odoo.exceptions import ValidationError

from .. import registration_numbers as numbers
from ..models.res_company import LEGAL_FORMS, VAT_STATUSES


class CocareFirmOnboarding(models.TransientModel):
    """One screen to bring a firm into the network, set up like the template company.

    A company that exists is taken in as it is; what it lacks is added afterwards, by
    ``cocare.firm.completion``.
    """

    _name = "cocare.firm.onboarding"
    _inherit = "cocare.registration.mixin"
    _description = "Bring a firm into the network"

    network_id = fields.Many2one(
        "cocare.network",
        required=True,
        default=lambda self: self.env["cocare.network"].search([], limit=1),
    )
    membership_id = fields.Many2one("cocare.membership", string="File", readonly=True)
    existing_company_id = fields.Many2one(
        "res.company",
        string="Existing company",
        domain="[('id', 'in', adoptable_company_ids)]",
        help="A company of this database that comes in with its books. Nothing it has "
        "is changed.",
    )
    adoptable_company_ids = fields.Many2many(
        "res.company", compute="_compute_adoptable_company_ids"
    )
    name = fields.Char(
        string="Firm",
        required=True,
        compute="_compute_name",
        store=True,
        readonly=False,
        precompute=True,
    )
    company_registry = fields.Char(string="SIRET")
    vat = fields.Char(string="VAT number")
    cocare_legal_form = fields.Selection(LEGAL_FORMS, string="Legal form")
    cocare_vat_status = fields.Selection(
        VAT_STATUSES,
        string="VAT status",
        required=True,
        compute="_compute_cocare_vat_status",
        store=True,
        readonly=False,
        precompute=True,
        help="A taxable firm recovers the VAT of what it is recharged; "
        "for the others it is part of the cost.",
    )
    street = fields.Char()
    zip = fields.Char(string="Postcode")
    city = fields.Char()
    email = fields.Char()
    phone = fields.Char()
    iban = fields.Char(
        string="IBAN",
        help="The firm's bank account; its bank journal is opened on it.",
    )
    iban_note = fields.Char(compute="_compute_iban_note")
    cocare_joined_on = fields.Date(
        string="In the network since",
        required=True,
        default=fields.Date.context_today,
    )

    office_user_ids = fields.Many2many(
        "res.users", string="Office users", compute="_compute_office_user_ids"
    )
    user_ids = fields.Many2many(
        "res.users",
        string="Who works for it",
        compute="_compute_user_ids",
        store=True,
        readonly=False,
        help="Staff of the shared office who get access to the books of the firm.",
    )
    worker_ids = fields.Many2many(
        "cocare.worker",
        string="Who works in it",
        compute="_compute_worker_ids",
        store=True,
        readonly=False,
    )
    open_portal = fields.Boolean(
        string="Open the portal",
        default=True,
        help="Those who have an e-mail address are sent an invitation to choose a "
        "password and look at their firm.",
    )

    @api.depends("network_id")
    def _compute_adoptable_company_ids(self):
        """The user's companies of no network, but for the templates."""
        templates = self.env["cocare.network"].sudo().search([]).template_id
        own = self.env.user.company_ids.filtered(lambda c: not c.cocare_network_id)
        for wizard in self:
            wizard.adoptable_company_ids = own - templates

    @api.depends("existing_company_id")
    def _compute_name(self):
        for wizard in self:
            wizard.name = wizard.existing_company_id.name or wizard.name

    @api.depends("iban")
    def _compute_iban_note(self):
        for wizard in self:
            wizard.iban_note = wizard.iban and self._cocare_told(
                "iban", numbers.check_iban(wizard.iban)
            )

    @api.depends("membership_id")
    def _compute_worker_ids(self):
        for wizard in self:
            wizard.worker_ids = wizard.membership_id.worker_ids.filtered(
                lambda worker: not worker._has_ended()
            )

    @api.depends("company_registry", "network_id")
    def _compute_cocare_registry_note(self):
        return super()._compute_cocare_registry_note()

    @api.depends("network_id")
    def _compute_office_user_ids(self):
        for wizard in self:
            network = wizard.network_id
            wizard.office_user_ids = network and network._office_users()

    @api.depends("network_id")
    def _compute_user_ids(self):
        for wizard in self:
            wizard.user_ids = wizard.office_user_ids

    @api.depends("vat")
    def _compute_cocare_vat_status(self):
        for wizard in self:
            # Without a number, rather than deduct a VAT that nobody gives back.
            wizard.cocare_vat_status = "taxable" if wizard.vat else "non_taxable"

    def action_create_firm(self):
        """Create the company, or take in the one that exists, and open it.

        By its address and not by its form: the web client reads no company that is
        not ticked, and this one is new.
        """
        self.ensure_one()
        if self.iban_note:
            raise ValidationError(
                self.env._(
                    "IBAN “%(number)s”: %(problem)s",
                    number=self.iban,
                    problem=self.iban_note,
                )
            )
        values = self._prepare_company_values()
        if self.existing_company_id:
            company = self.network_id._adopt(
                self.existing_company_id, values, self.user_ids
            )
        else:
            company = self.network_id._create_firm(values, self.user_ids)
        self = self._with_ticked(company)
        if self.membership_id:
            self.membership_id._link_company(company)
        self._open_accounts(company)
        return {
            "type": "ir.actions.act_url",
            "url": f"/cocare/firm/{company.id}",
            "target": "self",
        }

    def _with_ticked(self, company):
        """The new firm beside those that are ticked: its file is written from now on
        by who works for it, and the web client does not know of it yet."""
        ticked = self.env.companies | company
        return self.with_context(allowed_company_ids=ticked.ids)

    def _open_accounts(self, company):
        """The bank account of the firm, and the portal accounts of its people.

        The bank account as superuser: a facilitator has no right to books.
        """
        if self.iban:
            company.sudo()._cocare_open_bank_account(self.iban)
        if self.open_portal:
            workers = self.worker_ids & self.membership_id.worker_ids
            workers.filtered("email").action_open_portal()

    def _prepare_company_values(self):
        self.ensure_one()
        names = ["name", "street", "zip", "city", "email", "phone"]
        names += ["company_registry", "vat", "cocare_joined_on"]
        names += ["cocare_legal_form", "cocare_vat_status"]
        return {name: self[name] for name in names if self[name]}

    def _cocare_take(self, name, offer):
        """Take an offered number and stay on the screen."""
        super()._cocare_take(name, offer)
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "cocare_network.cocare_firm_onboarding_action"
        )
        return {**action, "res_id": self.id}

    def _cocare_in_france(self):
        return self.network_id.operator_id.sudo().country_id.code in (False, "FR")

    def _cocare_wants_vat(self):
        return True

    def _cocare_twin_note(self):
        siren = numbers.siren_of(self.company_registry)
        twin = self.network_id and self.network_id._firm_of_siren(
            siren, self.existing_company_id
        )
        return self.network_id._told_twin(twin)[0] if twin else False
