from babel.numbers import format_decimal

from odoo import api, fields, models
from odoo.tools.misc import babel_locale_parse, formatLang, get_lang

from ..allocation import to_cents

#: What is shared, and what is said of it.
MEASURES = ("direct_cost", "full_cost", "invoiced", "alone_cost", "gain")
#: With fewer firms, the total of a turnover key would tell one firm another's turnover.
FIRMS_FOR_A_TOTAL = 4


class CocareAllocationShare(models.Model):
    """One firm's part of one shared cost of a month, with all that explains it."""

    _name = "cocare.allocation.share"
    _description = "Share of a cost"
    _order = "run_id desc, company_id, id"
    _check_company_auto = True

    line_id = fields.Many2one(
        "cocare.allocation.run.line", required=True, index=True, ondelete="cascade"
    )
    run_id = fields.Many2one(related="line_id.run_id", store=True, index=True)
    operator_id = fields.Many2one(related="line_id.operator_id", store=True, index=True)
    state = fields.Selection(related="run_id.state", store=True)
    kind = fields.Selection(related="run_id.kind", store=True)
    date_from = fields.Date(related="run_id.date_from", store=True, string="Month")
    company_id = fields.Many2one(
        "res.company", string="Firm", required=True, index=True
    )
    service_id = fields.Many2one(related="line_id.service_id", store=True)
    key_version_id = fields.Many2one(related="line_id.key_version_id", store=True)
    key_name = fields.Char(related="key_version_id.key_id.name", string="Key")
    currency_id = fields.Many2one(related="company_id.currency_id")
    key_value = fields.Float(
        digits=(16, 3),
        readonly=True,
        aggregator=None,
        help="Value of the key for this firm, frozen.",
    )
    key_total = fields.Float(
        digits=(16, 3),
        compute="_compute_key_total",
        compute_sudo=True,
        help="Sum of the key's values over the firms that share the cost; 0 when it "
        "would disclose another firm's turnover.",
    )
    direct_cost = fields.Monetary(readonly=True)
    full_cost = fields.Monetary(
        readonly=True, help="With the part of the support costs."
    )
    invoiced = fields.Monetary(
        readonly=True,
        help="Full cost, give or take a cent: rounding evens out over the year.",
    )
    settled = fields.Monetary(
        string="Arbitration",
        readonly=True,
        help="Part of the amount that an arbitration added, or took off.",
    )
    credited = fields.Monetary(readonly=True, help="By credit notes, since.")
    called = fields.Monetary(
        readonly=True,
        help="Of a true-up: what the firm was charged of the year before it.",
    )
    has_reference = fields.Boolean(readonly=True)
    alone_cost = fields.Monetary(
        string="Standing alone",
        readonly=True,
        help="What the firm would have paid standing alone.",
    )
    gain = fields.Monetary(compute="_compute_gain", store=True)

    _firm_once = models.UniqueIndex(
        "(line_id, company_id)", "A firm has one share of a cost."
    )

    @api.depends("line_id.share_ids.key_value")
    def _compute_key_total(self):
        for share in self:
            shares = share.line_id.share_ids
            told = share.kind == "month" and (
                share.key_version_id.method != "turnover"
                or len(shares) >= FIRMS_FOR_A_TOTAL
            )
            share.key_total = told and sum(shares.mapped("key_value"))

    @api.depends("alone_cost", "invoiced", "credited", "has_reference")
    def _compute_gain(self):
        for share in self:
            paid = share.invoiced - share.credited
            share.gain = share.alone_cost - paid if share.has_reference else 0

    def _totals(self):
        """Sum of each measure over these shares.

        :return: ``{"direct_cost": cents, "full_cost": …, "invoiced": …, …}``
        """
        return {
            measure: sum(to_cents(share[measure]) for share in self)
            for measure in MEASURES
        }

    def _returned(self):
        """Cents of the cost that the firm does not bear after all."""
        self.ensure_one()
        return to_cents(self.credited) - to_cents(self.settled)

    def _weight(self):
        """The frozen key value in thousandths, as the arithmetic wants it."""
        self.ensure_one()
        return round(self.key_value * 1000)

    def _key_text(self):
        """The firm's part of the key in words, as people of the language write it."""
        self.ensure_one()
        if self.kind == "true_up":
            return self.env._(
                "real cost of the year %(real)s, less %(called)s charged before",
                real=formatLang(
                    self.env, self.key_value, currency_obj=self.currency_id
                ),
                called=formatLang(self.env, self.called, currency_obj=self.currency_id),
            )
        locale = babel_locale_parse(get_lang(self.env).code)
        value, total = (
            format_decimal(number, format="#,##0.###", locale=locale)
            for number in (self.key_value, self.key_total)
        )
        version = self.key_version_id.sudo()
        unit = (
            version.service_id._unit_text(self.key_total or self.key_value)
            if version.method == "usage"
            else ""
        )
        if not self.key_total:
            return f"{value} {unit}".rstrip()
        return self.env._(
            "%(value)s of %(total)s %(unit)s", value=value, total=total, unit=unit
        ).rstrip()
