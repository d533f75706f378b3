from odoo import api, fields, models
from odoo.fields import Domain

from .. import membership_path


class CocareChecklistItem(models.Model):
    """What has to be done in a stage; each member gets it as a task on entering."""

    _name = "cocare.checklist.item"
    _inherit = "cocare.guarded.mixin"
    _description = "Item of the membership checklist"
    _order = "network_id, stage, sequence, id"

    network_id = fields.Many2one(
        "cocare.network", required=True, index=True, ondelete="cascade"
    )
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    stage = fields.Selection(membership_path.STAGES, required=True)
    kind = fields.Selection(
        selection=lambda self: self.env["cocare.membership"]
        ._fields["kind"]
        ._description_selection(self.env),
        string="For",
        help="Empty: for all.",
    )
    name = fields.Char(string="What", required=True)
    required = fields.Boolean(
        default=True, help="The next step is refused until it is done."
    )
    needs_evidence = fields.Boolean(
        string="Evidence", help="A document has to be attached."
    )
    days = fields.Integer(string="Days to do it", default=30)
    user_id = fields.Many2one(
        "res.users", string="Who", help="Empty: whoever follows the member."
    )

    _days_positive = models.Constraint(
        "CHECK (days >= 0)", "The number of days cannot be negative."
    )

    @api.model
    def _load_usual(self, network):
        """The usual checklist, in the user's language: a network starts with one."""
        return self.create(
            [
                {
                    "network_id": network.id,
                    "stage": stage,
                    "kind": kind,
                    "name": name,
                    "days": days,
                    "required": required,
                    "needs_evidence": evidence,
                }
                for (stage, kind), items in self._usual().items()
                for name, days, required, evidence in items
            ]
        )

    def _usual(self):
        """What most networks ask for, until they have a checklist of their own.

        :return: ``{(stage, kind or False): [(what, days, required, evidence)]}``
        """
        return {
            ("application", False): [
                (self.env._("Meet them and explain the network"), 15, True, False),
            ],
            ("application", "firm"): [
                (self.env._("Statutes and registration received"), 30, True, True),
            ],
            ("application", "project"): [
                (self.env._("Description of the project received"), 30, True, True),
            ],
            ("review", False): [
                (self.env._("Charter read together"), 30, True, False),
            ],
            ("review", "firm"): [
                (self.env._("Accounts of the last year read"), 30, True, True),
                (self.env._("Working people and their hours listed"), 30, True, False),
                (self.env._("Opinion of two member firms heard"), 30, False, False),
            ],
            ("trial", False): [
                (self.env._("Trial reviewed together"), 180, True, False),
            ],
            ("trial", "firm"): [
                (self.env._("Agreements signed"), 30, True, False),
                (
                    self.env._("Charter accepted by the people of the firm"),
                    60,
                    True,
                    False,
                ),
            ],
            ("trial", "project"): [
                (self.env._("First coaching meeting held"), 30, True, False),
            ],
            ("member", "firm"): [
                (self.env._("Share of the operator subscribed"), 60, True, True),
            ],
            ("leaving", False): [
                (self.env._("Leaving talked over with them"), 15, True, False),
            ],
            ("leaving", "firm"): [
                (self.env._("Who takes the books over is known"), 30, True, False),
            ],
        }

    @api.model
    def _for(self, membership, stage):
        """The items of a stage for a member."""
        return self.search(
            Domain("network_id", "=", membership.network_id.id)
            & Domain("stage", "=", stage)
            & Domain("kind", "in", (False, membership.kind))
        )

    def _prepare_task(self, membership):
        self.ensure_one()
        return {
            "membership_id": membership.id,
            "sequence": self.sequence,
            "stage": self.stage,
            "name": self.name,
            "required": self.required,
            "needs_evidence": self.needs_evidence,
            "user_id": (self.user_id or membership.user_id or self.env.user).id,
            "date_due": fields.Date.add(
                fields.Date.context_today(self), days=self.days
            ),
        }
