from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command

STAGES = ("lead_stage_new", "lead_stage_talk", "lead_stage_met", "lead_stage_applied")


class CocareNetwork(models.Model):
    """How people come to a network: its public form, its leads, their consents."""

    _inherit = "cocare.network"

    open_to_applications = fields.Boolean(
        help="The public form /join offers this network.",
    )

    @api.model_create_multi
    def create(self, vals_list):
        networks = super().create(vals_list)
        for network in networks:
            network._lead_team()
            self.env["cocare.consent.text"]._load_usual(network)
        return networks

    def _lead_team(self):
        """The operator's team for the leads of the network; made the first time.

        Runs as superuser: a facilitator is no sales administrator.
        """
        self.ensure_one()
        Team = self.env["crm.team"].sudo().with_context(active_test=False)
        team = Team.search([("cocare_network_id", "=", self.id)])
        if not team:
            team = Team.create(
                {
                    "name": self.name,
                    "company_id": self.operator_id.id,
                    "cocare_network_id": self.id,
                    "user_id": False,
                }
            )
            self._lead_stages().sudo().write({"team_ids": [Command.link(team.id)]})
        return team

    @api.model
    def _lead_stages(self):
        """The stages of such leads, shared by all networks, in their order."""
        return self.env["crm.stage"].union(
            *(self.env.ref(f"cocare_network.{stage}") for stage in STAGES)
        )

    def _contact_text(self):
        """What applicants consent to, as it reads today.

        :raise UserError: nobody wrote it
        """
        self.ensure_one()
        purpose = self.env["cocare.consent.purpose"]._of_code("contact")
        text = self.env["cocare.consent.text"]._current(self, purpose)
        if not text:
            raise UserError(
                self.env._(
                    "%(network)s: write first what applicants consent to.",
                    network=self.name,
                )
            )
        return text

    @api.model
    def _open_networks(self):
        """The networks that anybody may apply to.

        Runs as superuser: the public reads no table; their names are public.
        """
        return self.sudo().search([("open_to_applications", "=", True)])
