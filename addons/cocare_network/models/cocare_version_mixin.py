from odoo import api, fields, models
from odoo.exceptions import UserError

from .cocare_governed_mixin import DECIDED


class CocareVersionMixin(models.AbstractModel):
    """A dated version of a rule (key, tariff, charter), put in force by a decision.

    A draft is free to edit; once adopted it never changes. A new rule is a new
    version with a later date, and the past keeps the version that applied then.
    """

    _name = "cocare.version.mixin"
    _inherit = "cocare.governed.mixin"
    _description = "Version adopted by decision"

    valid_from = fields.Date(required=True)
    state = fields.Selection(
        [("draft", "Draft"), ("adopted", "Adopted")],
        required=True,
        default="draft",
        readonly=True,
        copy=False,
    )
    decision_ref = fields.Char(string="Adopted by", readonly=True, copy=False)
    adopted_on = fields.Date(readonly=True, copy=False)
    adopted_by_id = fields.Many2one("res.users", readonly=True, copy=False)

    _adopted_by_decision = models.Constraint(
        "CHECK (state = 'draft' OR decision_ref IS NOT NULL)",
        "Name the decision that adopts this version.",
    )

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            self._cocare_check_decided(vals)
        return super().create(vals_list)

    def write(self, vals):
        self._check_draft()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_draft_only(self):
        self._check_draft()

    def action_propose(self):
        """Put the version to the decision of the network; it is frozen meanwhile."""
        for version in self:
            version._check_draft()
            version._check_complete()
            version._cocare_propose({"state": "adopted"}, version.valid_from)

    def _check_complete(self):
        """Refuse to propose or adopt a version that says nothing that can be applied.

        :raise UserError: what is missing
        """

    def _cocare_governed_fields(self):
        return {"state", "decision_ref", "adopted_on", "adopted_by_id"}

    def _cocare_is_due(self, change, today):
        # Its own date says from when it applies; no job may come too late for that.
        return True

    def _cocare_apply_change(self, change):
        self.ensure_one()
        self._check_complete()
        self.with_context(cocare_decided=DECIDED).write(
            {
                **change.values,
                "decision_ref": change.decision_ref,
                "adopted_on": change.decided_on,
                "adopted_by_id": change.decided_by_id.id,
            }
        )

    def _check_draft(self):
        """Refuse to change what was adopted, or what is being decided."""
        if self.env.context.get("cocare_decided") is DECIDED:
            return
        adopted = self.filtered(lambda v: v.state == "adopted")[:1]
        if adopted:
            raise UserError(
                self.env._(
                    "“%(version)s” was adopted and never changes; "
                    "make a new version with a later date.",
                    version=adopted.display_name,
                )
            )
        proposed = self.filtered("cocare_pending_change_id")[:1]
        if proposed:
            raise UserError(
                self.env._(
                    "“%(version)s” waits for a decision: withdraw the proposal "
                    "before changing it.",
                    version=proposed.display_name,
                )
            )
