from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

# Only code holds it: a remote call cannot write what a decision has to write.
DECIDED = object()


class CocareGovernedMixin(models.AbstractModel):
    """A record of which some fields change by a decision only.

    How to use: inherit it, give ``_cocare_governed_fields`` and a ``network_id``, and
    offer a button that calls ``_cocare_propose``.

    How it works: a proposed change is a record of its own. Whoever decides (the
    governance of the network where it is installed, an authorised facilitator
    otherwise) adopts or refuses it, naming the decision; an adopted change takes
    effect on its date. The changes of a record are its history.
    """

    _name = "cocare.governed.mixin"
    _inherit = "cocare.guarded.mixin"
    _description = "Changes by decision"

    cocare_change_ids = fields.One2many(
        "cocare.governed.change",
        "res_id",
        string="Decisions",
        domain=lambda self: [("res_model", "=", self._name)],
        readonly=True,
        copy=False,
    )
    cocare_pending_change_id = fields.Many2one(
        "cocare.governed.change",
        string="Waits for a decision",
        compute="_compute_cocare_pending_change_id",
    )
    cocare_pending_description = fields.Text(
        string="What would change", compute="_compute_cocare_pending_description"
    )

    @api.depends("cocare_change_ids.state")
    def _compute_cocare_pending_change_id(self):
        for record in self:
            record.cocare_pending_change_id = record.cocare_change_ids.filtered(
                lambda change: change.state in ("proposed", "adopted")
            )[:1]

    @api.depends("cocare_change_ids.state")
    def _compute_cocare_pending_description(self):
        for record in self:
            change = record.cocare_pending_change_id
            record.cocare_pending_description = change.description

    def action_decide(self):
        """Record the decision that the records wait for."""
        return self.cocare_pending_change_id.action_decide()

    def action_withdraw(self):
        """Take back what was put to a decision."""
        self.cocare_pending_change_id.action_withdraw()

    def write(self, vals):
        self._cocare_check_decided(vals)
        return super().write(vals)

    def unlink(self):
        changes = self.cocare_change_ids
        result = super().unlink()
        # What was never decided goes with its record; a decision stays in the register.
        changes.sudo().filtered(lambda c: c.state in ("proposed", "withdrawn")).unlink()
        return result

    def _cocare_governed_fields(self):
        """Names of the fields that only a decision changes.

        :return: set of field names
        """
        raise NotImplementedError(self._name)

    def _cocare_check_decided(self, vals):
        if self.env.context.get("cocare_decided") is DECIDED:
            return
        governed = self._cocare_governed_fields() & set(vals)
        if governed:
            raise AccessError(
                self.env._(
                    "%(fields)s: this changes by a decision only; propose the change.",
                    fields=", ".join(
                        self._fields[name]._description_string(self.env)
                        for name in sorted(governed)
                    ),
                )
            )

    def _cocare_propose(self, values, effective_date=None, reason=None):
        """Propose a change to this record.

        :param dict values: the governed fields and what they would become, as JSON
            knows them (ids for records, ``YYYY-MM-DD`` for dates)
        :param date effective_date: the day it takes effect, when adopted; today or
            the day of the decision when left out
        :param str reason: why, in the words of whoever proposes
        :return: the ``cocare.governed.change``
        :raise UserError: when another change of this record waits already

        Runs as superuser once the right to write the record was checked: nobody
        creates changes otherwise.
        """
        self.ensure_one()
        self.check_access("write")
        if self.cocare_pending_change_id:
            raise UserError(
                self.env._(
                    "“%(record)s” waits for a decision already.",
                    record=self.display_name,
                )
            )
        changes = self.env["cocare.governed.change"].sudo()
        # The index that allows one pending change must see the decision of the last.
        changes.flush_model(["state"])
        return changes.create(
            {
                "res_model": self._name,
                "res_id": self.id,
                "network_id": self.sudo().network_id.id,
                "name": self.display_name,
                "values": values,
                "effective_date": effective_date,
                "reason": reason,
                "proposed_by_id": self.env.uid,
            }
        ).with_env(self.env)

    def _cocare_terms(self, firm):
        """What the record says beside its name, to those who are to decide on it.

        :param firm: ``res.company`` of who reads: nothing is said of the others
        :return: list of texts
        """
        self.ensure_one()
        return []

    def _cocare_is_due(self, change, today):
        """Tell whether an adopted change is to be applied by now.

        :param change: the ``cocare.governed.change``
        :param date today: the day
        """
        return change.effective_date <= today

    def _cocare_apply_change(self, change):
        """Make an adopted change true; models with more to do extend it.

        :param change: the ``cocare.governed.change``
        """
        self.ensure_one()
        self.with_context(cocare_decided=DECIDED).write(change.values)
