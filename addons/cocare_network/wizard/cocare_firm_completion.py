from collections import Counter

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command

from ..models.res_company_onboarding import PEOPLE


class CocareFirmCompletion(models.TransientModel):
    """What a firm lacks beside a new firm of its network: shown, ticked, added.

    What it has otherwise is shown too, and left as it is. The comparison is made again
    when the ticked is added: what somebody else added meanwhile is not added twice.
    """

    _name = "cocare.firm.completion"
    _description = "Complete the set-up of a firm"

    company_id = fields.Many2one(
        "res.company", string="Firm", required=True, readonly=True
    )
    summary = fields.Char(readonly=True)
    missing_ids = fields.One2many(
        "cocare.firm.completion.line",
        "completion_id",
        domain=[("state", "=", "missing")],
    )
    different_ids = fields.One2many(
        "cocare.firm.completion.line",
        "completion_id",
        domain=[("state", "=", "different")],
        readonly=True,
    )

    @api.model
    def _open(self, company):
        """Compare a firm, and show what comes out.

        :param company: ``res.company`` of a network
        :return: action
        """
        found = self._compare(company)
        completion = self.create(
            {
                "company_id": company.id,
                "summary": self._summary(found),
                "missing_ids": self._lines(found, "missing"),
                "different_ids": self._lines(found, "different"),
            }
        )
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Complete the set-up of %(firm)s", firm=company.name),
            "res_model": self._name,
            "res_id": completion.id,
            "view_mode": "form",
            "target": "new",
        }

    def _lines(self, found, state):
        order = list(self._kinds())
        return [
            Command.create(
                {
                    "kind": d.kind,
                    "key": d.key,
                    "name": d.label,
                    "state": d.state,
                    "detail": d.detail,
                    "ticked": d.ticked,
                }
            )
            for d in sorted(found, key=lambda d: (order.index(d.kind), d.label))
            if d.state == state
        ]

    def _summary(self, found):
        """How much of each kind is missing, in one line."""
        counts = Counter(d.kind for d in found if d.state == "missing")
        return " · ".join(
            f"{label} ({counts[kind]})"
            for kind, label in self._kinds().items()
            if counts[kind]
        )

    def _kinds(self):
        """:return: ``{kind: label}``"""
        return self.env["cocare.firm.completer"]._kind_labels()

    def _compare(self, company):
        """:return: list of ``Difference``

        Runs as superuser: the golden company is nobody's, and a facilitator reads no
        charts of accounts; what is told are names of the firm's and the model's set-up.
        """
        company._cocare_check_mine()
        company._check_cocare_in_network()
        company = company.sudo()
        reference = company.cocare_network_id._model_company()
        completer = self.env["cocare.firm.completer"].sudo()
        return [
            *completer._differences(company, reference),
            *company._cocare_people_differences(),
        ]

    def action_add(self):
        """Add what is ticked, and compare again."""
        self.ensure_one()
        ticked = {(line.kind, line.key) for line in self.missing_ids if line.ticked}
        if not ticked:
            raise UserError(self.env._("Tick what is to be added."))
        company = self.company_id
        wanted = [
            d
            for d in self._compare(company)
            if d.state == "missing" and (d.kind, d.key) in ticked
        ]
        self._add(company, wanted)
        return self._open(company)

    def _add(self, company, wanted):
        """Runs as superuser: a facilitator sets firms up, within what was compared."""
        setup = [d for d in wanted if d.kind not in PEOPLE]
        people = [d for d in wanted if d.kind in PEOPLE]
        company_sudo = company.sudo()
        if setup:
            self.env["cocare.firm.completer"].sudo()._add(
                company_sudo, company_sudo.cocare_network_id._model_company(), setup
            )
        company_sudo._cocare_add_people(people)
        file = company_sudo.cocare_membership_ids.filtered(
            lambda m: m.stage not in ("left", "closed")
        )[:1]
        if file and wanted:
            labels = self._kinds()
            file.message_post(
                body=self.env._(
                    "Set-up completed by %(user)s: %(added)s",
                    user=self.env.user.name,
                    added="; ".join(f"{labels[d.kind]}: {d.label}" for d in wanted),
                )
            )
