from odoo import api, fields, models
from odoo.exceptions import ValidationError


class CocareContribution(models.Model):
    """A grant or a donation of a supporter, in money or in kind.

    A register of what was promised and received; the books have their own entries.
    """

    _name = "cocare.contribution"
    _inherit = ["cocare.membership.mixin", "cocare.evidence.mixin"]
    _description = "Contribution of a supporter"
    _order = "promised_on desc, id desc"

    name = fields.Char(string="What", required=True)
    nature = fields.Selection(
        [
            ("grant", "Grant"),
            ("donation", "Donation of money"),
            ("kind", "Donation in kind"),
        ],
        required=True,
        default="grant",
    )
    currency_id = fields.Many2one(related="network_id.currency_id")
    amount = fields.Monetary(
        string="Amount or value",
        required=True,
        help="In kind: the value it was estimated at.",
    )
    estimated_by = fields.Char(
        string="How it was estimated", help="Price list, quotation, market price…"
    )
    beneficiary_id = fields.Many2one(
        "res.company",
        string="For",
        domain="[('cocare_network_id', '=', network_id)]",
        help="The firm it is meant for; empty: the network.",
    )
    promised_on = fields.Date(required=True, default=fields.Date.context_today)
    received_on = fields.Date()
    evidence_ids = fields.Many2many(string="Agreement, receipt")

    _amount_positive = models.Constraint(
        "CHECK (amount > 0)", "A contribution is worth something."
    )

    @api.constrains("nature", "estimated_by", "beneficiary_id")
    def _check_contribution(self):
        for contribution in self.sudo():
            if contribution.nature == "kind" and not contribution.estimated_by:
                raise ValidationError(
                    self.env._(
                        "“%(name)s” is in kind: say how its value was estimated.",
                        name=contribution.name,
                    )
                )
            firm = contribution.beneficiary_id
            if firm and firm.cocare_network_id != contribution.network_id:
                raise ValidationError(
                    self.env._("%(firm)s is no firm of this network.", firm=firm.name)
                )
