from odoo import api, fields, models
from odoo.exceptions import ValidationError

from .. import membership_path
from .res_company import LEGAL_FORMS, VAT_STATUSES


class CocareServiceCondition(models.Model):
    """One thing that lets a firm take a service: a stage, a legal form, a sector…

    Conditions of one kind are alternatives; a firm meets every kind there is.
    """

    _name = "cocare.service.condition"
    _inherit = "cocare.guarded.mixin"
    _description = "Who may take a service"
    _order = "service_id, kind, id"

    service_id = fields.Many2one(
        "cocare.service", required=True, index=True, ondelete="cascade"
    )
    network_id = fields.Many2one(
        related="service_id.network_id", store=True, index=True
    )
    kind = fields.Selection(
        [
            ("stage", "Stage"),
            ("member_kind", "Kind of member"),
            ("legal_form", "Legal form"),
            ("vat_status", "VAT status"),
            ("sector", "Sector"),
        ],
        string="Condition",
        required=True,
        default="stage",
    )
    stage = fields.Selection([("trial", "On trial"), ("member", "Member")])
    member_kind = fields.Selection([("firm", "Firm"), ("project", "Project")])
    legal_form = fields.Selection(LEGAL_FORMS)
    vat_status = fields.Selection(VAT_STATUSES, string="VAT status")
    sector_id = fields.Many2one("cocare.sector", ondelete="restrict")

    @api.constrains(
        "kind", "stage", "member_kind", "legal_form", "vat_status", "sector_id"
    )
    def _check_has_value(self):
        for condition in self:
            if not condition._wanted():
                kinds = dict(self._fields["kind"]._description_selection(self.env))
                raise ValidationError(
                    self.env._(
                        "“%(service)s”, who may subscribe: choose the %(kind)s.",
                        service=condition.service_id.name,
                        kind=kinds[condition.kind],
                    )
                )

    def _wanted(self):
        """What the condition asks for: the value of a choice, or a sector."""
        self.ensure_one()
        return self.sector_id if self.kind == "sector" else self[self.kind]

    def _in_words(self):
        self.ensure_one()
        if self.kind == "sector":
            return self.sector_id.name
        field = self._fields[self.kind]
        return dict(field._description_selection(self.env))[self[self.kind]]

    def _obstacles(self, company):
        """The kinds of conditions that a firm does not meet, in words.

        :param company: ``res.company``
        :return: list of texts
        """
        facts = self._facts(company)
        kinds = dict(self._fields["kind"]._description_selection(self.env))
        return [
            self.env._(
                "%(kind)s: this service is for %(wanted)s.",
                kind=kinds[kind],
                wanted=", ".join(condition._in_words() for condition in conditions),
            )
            for kind, conditions in self.grouped("kind").items()
            if not any(condition._wanted() in facts[kind] for condition in conditions)
        ]

    @api.model
    def _facts(self, company):
        """What is known of a firm, by kind of condition.

        Runs as superuser: a worker-member does not read the file of the firm, and is
        told no more than whether the firm may subscribe.

        :return: dict of containers of values
        """
        company = company.sudo()
        membership = company.cocare_membership_ids.filtered(
            lambda m: m.stage in membership_path.WITHIN
        )[:1]
        return {
            "stage": (membership.stage,),
            "member_kind": (membership.kind,),
            "legal_form": (company.cocare_legal_form or membership.legal_form,),
            "vat_status": (company.cocare_vat_status,),
            "sector": membership.sector_ids.with_env(self.env),
        }
