from datetime import date

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError

from .. import cost_sharing_group as group_rules
from ..allocation import from_cents, to_cents

FIRST_YEAR, LAST_YEAR = 2013, 2100
#: what was declared and proved; rests once an accountant validated it
FACTS = {
    "company_id",
    "service_id",
    "year",
    "taxed_receipts",
    "total_receipts",
    "evidence",
    "evidence_ids",
}
#: what the buttons and the job write, and nothing else
OUTCOME = {
    "state",
    "validated_by_id",
    "validated_on",
    "revoked_by_id",
    "revoked_on",
    "measured_taxed",
    "measured_total",
    "measured_on",
    "risks",
    "at_risk",
}


class CocareVatExemption(models.Model):
    """A service of the group is exempt from VAT for a firm, in a year: art. 261 B CGI.

    Recharges carry VAT unless an accountant validated that the conditions are met, with
    evidence: the firm's taxed receipts are below the limit, the group has members, and
    sums claimed are each one's exact part of the costs (they are what the run shares).
    What may cost the exemption is watched and told, it changes no invoice by itself.
    """

    _name = "cocare.vat.exemption"
    _inherit = [
        "cocare.guarded.mixin",
        "cocare.evidence.mixin",
        "mail.thread",
        "mail.activity.mixin",
    ]
    _description = "Exemption from VAT (art. 261 B CGI)"
    _order = "year desc, company_id, service_id"

    company_id = fields.Many2one(
        "res.company", string="Firm", required=True, index=True
    )
    service_id = fields.Many2one(
        "cocare.service", required=True, index=True, ondelete="restrict"
    )
    network_id = fields.Many2one(
        related="service_id.network_id", store=True, index=True
    )
    operator_id = fields.Many2one(
        related="network_id.operator_id", store=True, index=True
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    year = fields.Integer(
        required=True,
        default=lambda self: fields.Date.context_today(self).year,
        aggregator=None,
        help="Calendar year of the invoices.",
    )
    taxed_receipts = fields.Monetary(
        help="Receipts of the firm that carry VAT, before tax."
    )
    total_receipts = fields.Monetary(help="All receipts of the firm, before tax.")
    percent = fields.Float(
        string="Taxed (%)",
        digits=(5, 2),
        compute="_compute_percent",
        store=True,
        aggregator=None,
    )
    limit_percent = fields.Integer(string="Limit (%)", compute="_compute_limit")
    limit_source = fields.Char(string="Source of the limit", compute="_compute_limit")
    evidence = fields.Text(
        string="What proves it",
        required=True,
        help="Where the receipts come from, and that the service is used directly and "
        "exclusively for exempt operations.",
    )
    state = fields.Selection(
        [("draft", "To validate"), ("validated", "Validated"), ("revoked", "Revoked")],
        required=True,
        default="draft",
        readonly=True,
        copy=False,
        tracking=True,
    )
    validated_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    validated_on = fields.Date(readonly=True, copy=False)
    revoked_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    revoked_on = fields.Date(readonly=True, copy=False)
    measured_taxed = fields.Monetary(
        string="Taxed receipts in the books", readonly=True, copy=False
    )
    measured_total = fields.Monetary(
        string="Receipts in the books", readonly=True, copy=False
    )
    measured_percent = fields.Float(
        string="Taxed in the books (%)",
        digits=(5, 2),
        compute="_compute_measured_percent",
        store=True,
        aggregator=None,
    )
    measured_on = fields.Date(readonly=True, copy=False)
    risks = fields.Json(
        readonly=True, copy=False, help="Codes of what may cost the exemption."
    )
    at_risk = fields.Boolean(readonly=True, copy=False)
    risk_text = fields.Text(string="At risk", compute="_compute_risk_text")
    exact_cost_text = fields.Text(
        string="Exact cost", compute="_compute_exact_cost_text", compute_sudo=True
    )

    _once_a_year = models.UniqueIndex(
        "(company_id, service_id, year) WHERE state != 'revoked'",
        "The exemption of this firm, service and year is already recorded.",
    )
    _receipts = models.Constraint(
        "CHECK (taxed_receipts >= 0 AND total_receipts >= taxed_receipts)",
        "Taxed receipts are a part of all receipts.",
    )
    _calendar_year = models.Constraint(
        f"CHECK (year BETWEEN {FIRST_YEAR} AND {LAST_YEAR})",
        "The year has four digits, as in 2026.",
    )

    @api.depends("company_id", "service_id", "year")
    def _compute_display_name(self):
        for record in self:
            known = record.sudo()
            record.display_name = (
                f"{known.company_id.name}, {known.service_id.name}, {record.year}"
            )

    @api.depends("taxed_receipts", "total_receipts")
    def _compute_percent(self):
        for record in self:
            record.percent = group_rules.percentage(
                to_cents(record.taxed_receipts), to_cents(record.total_receipts)
            )

    @api.depends("measured_taxed", "measured_total")
    def _compute_measured_percent(self):
        for record in self:
            record.measured_percent = group_rules.percentage(
                to_cents(record.measured_taxed), to_cents(record.measured_total)
            )

    @api.depends("year")
    def _compute_limit(self):
        for record in self:
            limit = record._limit()
            record.limit_percent = limit.percent
            record.limit_source = limit.source

    @api.depends("risks")
    @api.depends_context("lang")
    def _compute_risk_text(self):
        for record in self:
            record.risk_text = "\n".join(
                record._risk_sentence(code, details)
                for code, details in record.risks or []
            )

    @api.depends("company_id", "service_id", "year", "state")
    @api.depends_context("lang")
    def _compute_exact_cost_text(self):
        validated = self.filtered(lambda record: record.state == "validated")
        off_by_record = validated._off_exact_cost()
        (self - validated).exact_cost_text = False
        for record in validated:
            off = off_by_record[record]
            record.exact_cost_text = (
                self.env._(
                    "What was invoiced in %(year)s is off the exact part of the costs "
                    "by %(amount)s: a true-up is due before the year ends.",
                    year=record.year,
                    amount=record.currency_id.format(from_cents(off)),
                )
                if off
                else self.env._(
                    "What was invoiced in %(year)s is the exact part of the costs that "
                    "were shared.",
                    year=record.year,
                )
            )

    @api.constrains("company_id", "service_id")
    def _check_same_network(self):
        for record in self:
            if record.company_id.cocare_network_id != record.network_id:
                raise ValidationError(
                    self.env._(
                        "%(firm)s and “%(service)s” are not of the same network.",
                        firm=record.company_id.name,
                        service=record.service_id.name,
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            self._check_not_typed(vals)
        return super().create(vals_list)

    def write(self, vals):
        self._check_not_typed(vals)
        settled = self.filtered(lambda record: record.state != "draft")[:1]
        if settled and FACTS & vals.keys():
            raise UserError(
                self.env._(
                    "“%(exemption)s” was validated on these figures: revoke it and "
                    "record another one.",
                    exemption=settled.display_name,
                )
            )
        return super().write(vals)

    def _check_not_typed(self, vals):
        """Refuse what the form does not offer; a remote call could still send it."""
        given = (vals[name] for name in OUTCOME & vals.keys())
        if any(value not in (False, "draft") for value in given):
            raise UserError(self.env._("An exemption is validated by its button."))

    @api.ondelete(at_uninstall=False)
    def _unlink_draft(self):
        settled = self.filtered(lambda record: record.state != "draft")[:1]
        if settled:
            raise UserError(
                self.env._(
                    "“%(exemption)s” is kept: invoices were written by it.",
                    exemption=settled.display_name,
                )
            )

    def action_validate(self):
        """Recharges of the year carry no VAT for this firm and service any more.

        :raise UserError: a condition is not met, or it is no accountant's doing
        """
        self._check_accountant()
        for record in self:
            if record.state != "draft":
                raise UserError(
                    self.env._(
                        "“%(exemption)s” is not to be validated.",
                        exemption=record.display_name,
                    )
                )
            record._check_conditions()
            record._settle(
                {
                    "state": "validated",
                    "validated_by_id": self.env.user.id,
                    "validated_on": fields.Date.context_today(self),
                }
            )
        self._watch_group()
        return True

    def action_revoke(self):
        """From now on recharges of this firm and service carry VAT again."""
        self._check_accountant()
        for record in self:
            if record.state != "validated":
                raise UserError(
                    self.env._(
                        "“%(exemption)s” is not in force.",
                        exemption=record.display_name,
                    )
                )
            record._settle(
                {
                    "state": "revoked",
                    "revoked_by_id": self.env.user.id,
                    "revoked_on": fields.Date.context_today(self),
                    "risks": False,
                    "at_risk": False,
                }
            )
        self._watch_group()
        return True

    def action_measure(self):
        """Measure the receipts in the firm's books again, and what is at risk."""
        self._check_accountant()
        self._watch()
        return True

    def _check_accountant(self):
        self.check_access("write")
        if not self.env.su and not self.env.user.has_group(
            "cocare_mutual_accounting.group_accountant"
        ):
            raise AccessError(
                self.env._("An accountant decides on exemptions from VAT.")
            )

    def _settle(self, values):
        """The only way its outcome is written; at once, so clicks are serialised."""
        result = super().write(values)
        self.flush_recordset()
        return result

    def _limit(self):
        """The limit at the end of the year; a year being typed in may be any number."""
        self.ensure_one()
        year = min(max(self.year, FIRST_YEAR), LAST_YEAR)
        return group_rules.limit_on(date(year, 12, 31))

    def _check_conditions(self):
        """Art. 261 B: what the software can check; the rest is in the evidence."""
        self.ensure_one()
        limit = self._limit()
        if self.company_id == self.operator_id:
            raise UserError(
                self.env._(
                    "%(firm)s is the operator: nothing is recharged to it.",
                    firm=self.company_id.name,
                )
            )
        if not group_rules.is_below(
            to_cents(self.taxed_receipts), to_cents(self.total_receipts), limit.percent
        ):
            raise UserError(
                self.env._(
                    "%(exemption)s: taxed receipts are %(percent)s %% of all receipts, "
                    "and have to be below %(limit)s %% (%(rule)s).",
                    exemption=self.display_name,
                    percent=f"{self.percent:.2f}",
                    limit=limit.percent,
                    rule=limit.source,
                )
            )
        if not self.evidence_ids:
            raise UserError(
                self.env._(
                    "%(exemption)s: attach what proves the receipts.",
                    exemption=self.display_name,
                )
            )
        if len(self._members()) < group_rules.LEAST_MEMBERS:
            raise UserError(
                self.env._(
                    "%(exemption)s: a group has %(count)s members at least, with "
                    "agreements in the year.",
                    exemption=self.display_name,
                    count=group_rules.LEAST_MEMBERS,
                )
            )

    # What is exempt

    @api.model
    def _exempt_services(self, firms, day):
        """Services that are exempt for firms on a day: validated for its year.

        Runs as superuser: who closes the month may not have the firms among theirs.

        :return: ``{firm: cocare.service}``, the firms that have any
        """
        records = self.sudo().search(
            [
                ("company_id", "in", firms.ids),
                ("year", "=", day.year),
                ("state", "=", "validated"),
            ]
        )
        return {
            firm: theirs.service_id
            for firm, theirs in records.grouped("company_id").items()
        }

    def _members(self):
        """Members of the group: firms with an agreement in the year, no operator.

        Runs as superuser: they are counted, whoever asks.
        """
        self.ensure_one()
        network = self.sudo().network_id
        firms = (
            self.env["cocare.agreement"]
            .sudo()
            ._in_force(
                *self._year_dates(), companies=network.company_ids - self.operator_id
            )
            .company_id
        )
        return firms.sorted("id")

    def _year_dates(self):
        return date(self.year, 1, 1), date(self.year, 12, 31)

    def _off_exact_cost(self):
        """What was invoiced to each firm for the service in the year beyond its part.

        :return: ``{record: cents}``
        """
        off = {
            (network, year): network._off_exact_cost(year)
            for network, year in {(r.network_id, r.year) for r in self}
        }
        return {
            record: off[record.network_id, record.year].get(
                (record.service_id, record.company_id), 0
            )
            for record in self
        }
