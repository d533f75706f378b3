from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain
from odoo.tools import SQL

from .. import join_form


class CrmLead(models.Model):
    """Who wants to join a network, help it or start a project with it.

    These leads are the operator's and follow stages of their own. One step makes a
    lead the file of an applicant.
    """

    _inherit = "crm.lead"

    cocare_intent = fields.Selection(
        selection=lambda self: self.env["cocare.join.request"]
        ._fields["intent"]
        ._description_selection(self.env),
        string="Wants to",
        index="btree_not_null",
    )
    cocare_network_id = fields.Many2one(
        "cocare.network", string="Network", index="btree_not_null", ondelete="restrict"
    )
    cocare_kind = fields.Selection(
        selection=lambda self: self.env["cocare.membership"]
        ._fields["kind"]
        ._description_selection(self.env),
        string="Would be",
        compute="_compute_cocare_kind",
        store=True,
        readonly=False,
    )
    cocare_supporter_type = fields.Selection(
        selection=lambda self: self.env["cocare.membership"]
        ._fields["supporter_type"]
        ._description_selection(self.env),
        string="Kind of supporter",
    )
    cocare_sector_ids = fields.Many2many("cocare.sector", string="Sectors")
    # A text and not the description, which is HTML: it came from anybody.
    cocare_message = fields.Text(string="Their message")
    cocare_membership_id = fields.Many2one(
        "cocare.membership",
        string="Application",
        readonly=True,
        copy=False,
        index="btree_not_null",
    )

    @api.depends("cocare_intent")
    def _compute_cocare_kind(self):
        for lead in self:
            if lead.cocare_intent and not lead.cocare_kind:
                lead.cocare_kind = join_form.kind(lead.cocare_intent)[0]

    @api.model
    def default_get(self, fields):
        """A lead typed in from the menu of a network is of that network."""
        values = super().default_get(fields)
        if self.env.context.get("cocare_leads"):
            network = self.env["cocare.network"].search([], limit=1)
            values["cocare_network_id"] = network.id
            values["team_id"] = network and network._lead_team().id
            values["company_id"] = network.operator_id.id
            values["type"] = "opportunity"
        return values

    @api.constrains("cocare_network_id", "cocare_intent", "company_id", "team_id")
    def _check_cocare_network(self):
        """Runs as superuser: the network may be foreign to who tries."""
        for lead in self.sudo():
            network = lead.cocare_network_id
            if bool(network) != bool(lead.cocare_intent):
                raise ValidationError(
                    self.env._("Say both the network and what they want of it.")
                )
            if network and lead.company_id != network.operator_id:
                raise ValidationError(
                    self.env._(
                        "“%(lead)s” belongs to %(operator)s, the operator.",
                        lead=lead.name,
                        operator=network.operator_id.name,
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        self._check_not_linked(vals_list)
        return super().create(vals_list)

    def write(self, vals):
        self._check_not_linked([vals])
        return super().write(vals)

    def _inverse_email_from(self):
        return super(CrmLead, self._not_of_a_network())._inverse_email_from()

    def _inverse_phone(self):
        return super(CrmLead, self._not_of_a_network())._inverse_phone()

    def _not_of_a_network(self):
        """What a form says of somebody does not overwrite what was known of them."""
        return self.filtered(lambda lead: not lead.cocare_intent)

    def _check_not_linked(self, vals_list):
        if not self.env.su and any("cocare_membership_id" in v for v in vals_list):
            raise UserError(self.env._("An application is made with its button."))

    @api.model
    def _read_group_stage_ids(self, stages, domain):
        if not self.env.context.get("cocare_leads"):
            return super()._read_group_stage_ids(stages, domain)
        return stages.sudo().search(self._cocare_stages())

    def _stage_find(self, team_id=False, domain=None, order="sequence, id", limit=1):
        teams = self.team_id | self.env["crm.team"].browse(team_id or ())
        if teams.sudo().cocare_network_id:
            domain = self._cocare_stages() & Domain(domain or Domain.TRUE)
        return super()._stage_find(team_id, domain, order, limit)

    def _cocare_stages(self):
        stages = self.env["cocare.network"]._lead_stages()
        return Domain("id", "in", stages.ids)

    def action_make_application(self):
        """Make this lead the file of an applicant, and open it."""
        self.ensure_one()
        membership = self._make_application()
        return {
            "type": "ir.actions.act_window",
            "res_model": "cocare.membership",
            "res_id": membership.id,
            "view_mode": "form",
        }

    def _make_application(self):
        """The ``cocare.membership`` of a lead, made when there is none yet.

        The lead's row is written first: whoever clicks at the same time waits, is
        retried, and finds the file.

        :raise UserError: it is no lead of a network, or says too little
        """
        self.ensure_one()
        self.check_access("write")
        self.env["cocare.membership"].check_access("create")
        if not self.cocare_network_id:
            raise UserError(self.env._("This lead is of no network."))
        self.flush_recordset()
        self.env.cr.execute(
            SQL("UPDATE crm_lead SET write_date = write_date WHERE id = %s", self.id)
        )
        if self.cocare_membership_id:
            return self.cocare_membership_id
        membership = self.env["cocare.membership"].create(self._prepare_membership())
        membership._step(
            "application", self.env._("From the lead “%(lead)s”", lead=self.name)
        )
        self._link_application(membership)
        return membership

    def _link_application(self, membership):
        """Runs as superuser: nobody but the button links the two."""
        self.sudo().cocare_membership_id = membership
        self.action_set_won()

    def _prepare_membership(self):
        if self.cocare_kind == "supporter" and not self.cocare_supporter_type:
            raise UserError(
                self.env._("Say what kind of supporter “%(lead)s” is.", lead=self.name)
            )
        name = self.partner_name or self.contact_name or self.partner_id.name
        return {
            "name": name or self.name,
            "network_id": self.cocare_network_id.id,
            "kind": self.cocare_kind,
            "supporter_type": self.cocare_kind == "supporter"
            and self.cocare_supporter_type,
            "user_id": (self.user_id or self.env.user).id,
            "partner_id": self._applicant().id,
            "sector_ids": [(6, 0, self.cocare_sector_ids.ids)],
            "presentation": self.cocare_message,
            "lead_id": self.id,
        }

    def _applicant(self):
        """The contact of the file: the organisation when one is named, with the person
        at it; else the person. New ones are the operator's."""
        operator = self.cocare_network_id.operator_id
        person = self.partner_id
        if self.cocare_kind == "person" or not self.partner_name:
            return person or self._create_applicant(
                self.contact_name or self.name, False, operator
            )
        if person.is_company:
            return person
        if person.parent_id:
            return person.parent_id
        organisation = self._create_applicant(self.partner_name, True, operator)
        person.parent_id = organisation
        return organisation

    def _create_applicant(self, name, is_company, operator):
        return self.env["res.partner"].create(
            {
                "name": name,
                "is_company": is_company,
                "email": self.email_from,
                "phone": self.phone,
                "street": self.street,
                "zip": self.zip,
                "city": self.city,
                "company_id": operator.id,
            }
        )
