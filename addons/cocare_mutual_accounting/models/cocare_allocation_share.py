from collections import defaultdict
from decimal import Decimal
from fractions import Fraction

from odoo import api, fields, models

from ..allocation import to_cents

#: What is shared, and what is said of it.
MEASURES = ("direct_cost", "full_cost", "invoiced", "alone_cost", "gain")
#: With fewer firms, the total of a private key (turnover, margin, people…) would tell
#: one firm the figure of another.
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
        help="Value of the key for this firm, frozen; of a key of one part.",
    )
    key_total = fields.Float(
        digits=(16, 3),
        compute="_compute_key_total",
        compute_sudo=True,
        help="Sum of the key's values over the firms that share the cost; 0 when it "
        "would disclose another firm's figure.",
    )
    key_detail = fields.Json(
        readonly=True, required=True, default=lambda self: {"parts": []}
    )
    key_text = fields.Char(
        string="Key of the month",
        compute="_compute_key_text",
        help="What was measured for the firm, and what the key makes of it.",
    )
    # It would tell how much the others have: for the arithmetic only.
    exact_cents = fields.Char(
        string="Exact cents",
        readonly=True,
        groups="base.group_system",
        help="The part of the full cost before any rounding, a fraction.",
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

    @api.depends("service_id.name", "line_id.rebilling_id.name")
    @api.depends_context("lang")
    def _compute_display_name(self):
        # What the line is called on the invoice, the page of the firm, the statement.
        for share in self:
            known = share.sudo()
            re_billed = known.line_id.rebilling_id.name
            share.display_name = re_billed or known.service_id.name

    @api.depends("line_id.share_ids.key_value")
    def _compute_key_total(self):
        for share in self:
            shares = share.line_id.share_ids
            told = share.kind == "month" and share._tells(share.key_version_id)
            share.key_total = told and sum(shares.mapped("key_value"))

    @api.depends(
        "key_detail",
        "key_value",
        "called",
        "full_cost",
        "line_id.full_cost",
        "line_id.share_ids.key_detail",
    )
    @api.depends_context("lang")
    def _compute_key_text(self):
        texts = self._key_texts()
        for share in self:
            share.key_text = texts[share]

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

    # The frozen key

    @api.model
    def _frozen_key(self, firm, measured, terms, bound):
        """What is kept of a key for one firm: its own figures and no other's.

        :param measured: ``{part: {firm: Decimal}}``
        :param terms: of the firm, see ``cocare.allocation.key.version._terms``
        :param bound: ``floor``, ``ceiling`` or None
        :return: values of the share; numbers as text, which JSON keeps exact
        """
        parts = [
            {
                "part": part.id,
                "value": str(values[firm]),
                "weight": self._as_text(part._formula(values).weights()[firm]),
            }
            for part, values in measured.items()
        ]
        detail = {"parts": parts, **{name: str(n) for name, n in terms.items()}}
        return {
            "key_detail": detail | ({"bound": bound} if bound else {}),
            "key_value": float(parts[0]["value"]) if len(parts) == 1 else 0,
        }

    def _as_text(self, weight):
        """A weight as a decimal number: thousandths by thousandths of a percent, so
        that it always ends."""
        return f"{Decimal(weight.numerator) / weight.denominator:f}"

    def _exact(self):
        """The part of the full cost before any rounding, in cents.

        :rtype: Fraction
        """
        self.ensure_one()
        return Fraction(self.exact_cents)

    def _tells(self, key):
        """Tell whether a sum over the firms may be told with the share.

        :param key: a part or a version of a key
        """
        known = self.sudo()
        return (
            not key.sudo()._is_private()
            or len(known.line_id.share_ids) >= FIRMS_FOR_A_TOTAL
        )

    def _key_text(self):
        """The firm's part of the key in words, as people of the language write it."""
        self.ensure_one()
        return self._key_texts()[self]

    def _key_texts(self):
        """The same for many shares.

        Runs as superuser: totals are over all the firms, and told where they may be.

        :return: ``{share: text}``
        """
        totals = defaultdict(int)
        for other in self.sudo().line_id.share_ids:
            for said in other.key_detail["parts"]:
                totals[other.line_id, said["part"]] += Decimal(said["weight"])
        return {share: share._key_in_words(totals) for share in self}

    def _key_in_words(self, totals):
        """See ``_key_texts``.

        :param totals: ``{(line, id of a part): sum of the weights of all firms}``
        """
        if self.kind == "true_up":
            return self._true_up_text()
        known = self.sudo()
        detail = known.key_detail
        version = known.key_version_id
        texts = []
        for said in detail["parts"]:
            part = version.part_ids.browse(said["part"])
            total = totals[known.line_id, part.id]
            text = known._part_text(part, said, total)
            if len(detail["parts"]) > 1:
                text = self.env._(
                    "%(part)s (%(values)s)", part=part.display_name, values=text
                )
            texts.append(text)
        terms = known._terms_text(detail)
        bound = detail.get("bound")
        said_already = bound and version[f"{bound}_kind"] == "percent"
        if (len(detail["parts"]) > 1 or terms) and not said_already:
            terms += known._percent_text()
        return version.part_ids._one_after_the_other([", ".join(texts), *terms])

    def _part_text(self, part, said, total):
        """What was measured of a part, and its total where it may be told.

        What comes out of brackets is said to the cent, and kept exactly.

        :param total: of the weights of all firms
        """
        number, value = part._number, Decimal(said["value"])
        text = number(value)
        if part.bracket_ids:
            total = round(total, 2)
            text = self.env._(
                "%(value)s, by brackets %(weight)s",
                value=text,
                weight=number(round(Decimal(said["weight"]), 2)),
            )
        unit = (
            part.service_id._unit_text(total if self._tells(part) else value)
            if part.method == "usage"
            else ""
        )
        if not self._tells(part):
            return f"{text} {unit}".rstrip()
        return self.env._(
            "%(value)s of %(total)s %(unit)s",
            value=text,
            total=number(total),
            unit=unit,
        ).rstrip()

    def _terms_text(self, detail):
        """What changed the weight of the firm, then its share."""
        number, texts = self.key_version_id.part_ids._number, []
        if "coefficient" in detail:
            texts.append(
                self.env._(
                    "solidarity coefficient %(number)s",
                    number=number(Decimal(detail["coefficient"])),
                )
            )
        if "discount" in detail:
            texts.append(
                self.env._(
                    "start-up discount −%(percent)s %%",
                    percent=number(Decimal(detail["discount"])),
                )
            )
        if detail.get("bound") == "floor":
            texts.append(
                self.env._(
                    "brought up to the floor, %(bound)s",
                    bound=self.key_version_id._bound_text("floor"),
                )
            )
        if detail.get("bound") == "ceiling":
            texts.append(
                self.env._(
                    "held at the ceiling, %(bound)s",
                    bound=self.key_version_id._bound_text("ceiling"),
                )
            )
        return texts

    def _percent_text(self):
        """The percentage of the cost, where it does not tell what the others have."""
        cost = to_cents(self.line_id.full_cost)
        if not cost or not self._tells(self.key_version_id):
            return []
        percent = round(Decimal(to_cents(self.full_cost)) * 100 / cost, 2)
        return [
            self.env._(
                "%(percent)s %% of the cost",
                percent=self.key_version_id.part_ids._number(percent),
            )
        ]
