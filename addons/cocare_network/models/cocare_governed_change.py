from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError


class CocareGovernedChange(models.Model):
    """A change proposed to a governed record, and what was decided of it.

    proposed → adopted → applied on its date, or refused, or withdrawn. It is made by
    ``cocare.governed.mixin`` and decided by ``_cocare_decide``: that method is the
    contract with whatever keeps the decisions of the network.
    """

    _name = "cocare.governed.change"
    _description = "Change by decision"
    _order = "id desc"

    name = fields.Char(string="Subject", required=True, readonly=True)
    network_id = fields.Many2one(
        "cocare.network", required=True, index=True, readonly=True, ondelete="cascade"
    )
    res_model = fields.Char(string="Model", required=True, readonly=True)
    res_id = fields.Many2oneReference(
        string="Record",
        model_field="res_model",
        required=True,
        readonly=True,
        index=True,
    )
    values = fields.Json(required=True, readonly=True)
    previous_values = fields.Json(readonly=True)
    # Whoever may read the change reads what it would change, record or not.
    description = fields.Text(
        string="Change", compute="_compute_description", compute_sudo=True
    )
    reason = fields.Text(readonly=True)
    effective_date = fields.Date(string="Takes effect on", readonly=True)
    state = fields.Selection(
        [
            ("proposed", "Proposed"),
            ("adopted", "Adopted, not yet in force"),
            ("applied", "Applied"),
            ("refused", "Refused"),
            ("withdrawn", "Withdrawn"),
        ],
        required=True,
        default="proposed",
        readonly=True,
    )
    proposed_by_id = fields.Many2one("res.users", string="Proposed by", readonly=True)
    decision_ref = fields.Char(
        string="Decision",
        readonly=True,
        help="The decision: assembly, date, resolution.",
    )
    decided_on = fields.Date(readonly=True)
    decided_by_id = fields.Many2one("res.users", string="Recorded by", readonly=True)
    applied_on = fields.Date(readonly=True)

    _one_pending = models.UniqueIndex(
        "(res_model, res_id) WHERE state IN ('proposed', 'adopted')",
        "Another change of this record waits for a decision or for its date.",
    )
    _decision_named = models.Constraint(
        "CHECK (state IN ('proposed', 'withdrawn') OR "
        "(decision_ref IS NOT NULL AND decided_on IS NOT NULL))",
        "Name the decision and its day.",
    )

    @api.depends("values", "previous_values", "res_model")
    @api.depends_context("lang")
    def _compute_description(self):
        for change in self:
            if change.res_model not in self.env:
                # The addon that governed it was uninstalled; the decision stays.
                change.description = False
                continue
            target = self.env[change.res_model]
            record = target.browse(change.res_id).exists()
            before = change.previous_values or {}
            lines = []
            for name, value in change.values.items():
                field = target._fields[name]
                if name in before:
                    old = field.convert_to_cache(before[name], target)
                else:
                    old = field.convert_to_cache(record[name], record)
                lines.append(
                    self.env._(
                        "%(field)s: %(old)s → %(new)s",
                        field=field._description_string(self.env),
                        old=change._in_words(field, old),
                        new=change._in_words(
                            field, field.convert_to_cache(value, target)
                        ),
                    )
                )
            change.description = "\n".join(lines)

    def _in_words(self, field, value):
        """A value as people read it: the label of a choice, the name of a record."""
        record = self.env[self.res_model]
        if value in (None, False, ()) and field.type != "boolean":
            return "∅"
        if field.type == "selection":
            choices = dict(field._description_selection(self.env))
            return choices.get(value, value)
        if field.type == "many2one":
            return field.convert_to_record(value, record).display_name
        if field.type == "date":
            return value.strftime("%d/%m/%Y")
        return str(value)

    def _terms_for(self, firm):
        """What the record says beside its name, for the people of a firm.

        Runs as superuser: worker-members read no draft. See ``_cocare_terms``.

        :param firm: ``res.company``
        :return: list of texts
        """
        self.ensure_one()
        if self.res_model not in self.env:
            # The addon that governed it was uninstalled; the decision stays.
            return []
        record = self.env[self.res_model].sudo().browse(self.res_id).exists()
        return record._cocare_terms(firm) if record else []

    def action_open_record(self):
        """Open the record that would change."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": self.res_model,
            "res_id": self.res_id,
            "view_mode": "form",
        }

    def action_decide(self):
        """Ask for the decision, then record it."""
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Record the decision"),
            "res_model": "cocare.governed.decision",
            "view_mode": "form",
            "target": "new",
            "context": {"default_change_ids": self.ids},
        }

    def action_withdraw(self):
        """Take a proposal back before it is decided."""
        self._check_may_propose()
        self._check_state("proposed")
        self.sudo().state = "withdrawn"

    def _cocare_decide(self, adopted, decision_ref, decided_on):
        """Record what was decided, and apply what takes effect by today.

        The contract with the governance of a network. Runs as superuser once
        ``_check_may_decide`` agreed: nobody writes changes otherwise.

        :param bool adopted: False when the change was refused
        :param str decision_ref: the decision: assembly, date, resolution
        :param date decided_on: the day of the decision
        :raise AccessError: the user records no decisions
        :raise UserError: it was decided already, or the decision has no name
        """
        self._check_may_decide()
        self._check_state("proposed")
        if not (decision_ref or "").strip() or not decided_on:
            raise UserError(self.env._("Name the decision and its day."))
        if decided_on > fields.Date.context_today(self):
            raise UserError(
                self.env._("A decision is recorded once it is taken, not before.")
            )
        changes = self.sudo()
        changes.write(
            {
                "state": "adopted" if adopted else "refused",
                "decision_ref": decision_ref.strip(),
                "decided_on": decided_on,
                "decided_by_id": self.env.uid,
            }
        )
        if adopted:
            for change in changes:
                change.effective_date = change.effective_date or decided_on
            changes._apply_due()

    def _apply_due(self):
        """Apply the adopted changes whose date has come."""
        today = fields.Date.context_today(self)
        for change in self:
            record = self.env[change.res_model].browse(change.res_id)
            if change.state == "adopted" and record._cocare_is_due(change, today):
                before = record.read(list(change.values), load=None)[0]
                change.previous_values = {
                    name: fields.Date.to_string(value)
                    if record._fields[name].type == "date"
                    else value
                    for name, value in before.items()
                    if name in change.values
                }
                record._cocare_apply_change(change)
                change.write({"state": "applied", "applied_on": today})

    @api.model
    def _cron_apply_due(self):
        """Apply what takes effect today; runs often, over what is due and not done."""
        self.search(
            [
                ("state", "=", "adopted"),
                ("effective_date", "<=", fields.Date.context_today(self)),
            ]
        )._apply_due()

    def _check_may_propose(self):
        if not self.env.su and not self.env.user.has_group(
            "cocare_network.group_facilitator"
        ):
            raise AccessError(self.env._("Only a facilitator can do this."))
        self.check_access("read")

    def _check_may_decide(self):
        """Who records decisions: an addon that keeps them replaces this.

        :raise AccessError: the user does not
        """
        if not self.env.su and not self.env.user.has_group(
            "cocare_network.group_decision_recorder"
        ):
            raise AccessError(
                self.env._("You are not authorised to record the network's decisions.")
            )
        self.check_access("read")

    def _check_state(self, state):
        other = self.filtered(lambda c: c.state != state)[:1]
        if other:
            raise UserError(
                self.env._(
                    "“%(change)s” is no longer waiting for a decision.",
                    change=other.name,
                )
            )
