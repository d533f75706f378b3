from odoo import fields, models


class CrmTeam(models.Model):
    """A team of the operator follows the leads of its network."""

    _inherit = "crm.team"

    cocare_network_id = fields.Many2one(
        "cocare.network",
        string="Leads of the network",
        index="btree_not_null",
        copy=False,
        ondelete="restrict",
    )

    _one_per_network = models.UniqueIndex(
        "(cocare_network_id) WHERE cocare_network_id IS NOT NULL",
        "This network has a team for its leads already.",
    )
