from odoo import api, fields, models

from ..models.res_company import LEGAL_FORMS, VAT_STATUSES


class CocareFirmOnboarding(models.TransientModel):
    """One screen to bring a firm into the network, set up like the template company."""

    _name = "cocare.firm.onboarding"
    _description = "Bring a firm into the network"

    network_id = fields.Many2one(
        "cocare.network",
        required=True,
        default=lambda self: self.env["cocare.network"].search([], limit=1),
    )
    membership_id = fields.Many2one("cocare.membership", string="File", readonly=True)
    name = fields.Char(string="Firm", required=True)
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
        """Create the company and open it.

        By its address and not by its form: the web client reads no company that is
        not ticked, and this one is new.
        """
        self.ensure_one()
        company = self.network_id._create_firm(
            self._prepare_company_values(), self.user_ids
        )
        if self.membership_id:
            self.membership_id._link_company(company)
        return {
            "type": "ir.actions.act_url",
            "url": f"/cocare/firm/{company.id}",
            "target": "self",
        }

    def _prepare_company_values(self):
        self.ensure_one()
        names = ["name", "street", "zip", "city", "email", "phone"]
        names += ["company_registry", "vat", "cocare_joined_on"]
        names += ["cocare_legal_form", "cocare_vat_status"]
        return {name: self[name] for name in names if self[name]}
