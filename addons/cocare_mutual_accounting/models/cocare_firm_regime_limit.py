from odoo import api, fields, models
from odoo.tools import SQL

from ..allocation import from_cents, to_cents


class CocareFirmRegime(models.Model):
    """Whether a firm is still within the limits of its regime, by its books."""

    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "cocare.firm.regime"

    limit_text = fields.Text(string="Limits of the regime", compute="_compute_limits")

    @api.depends("company_id", "regime_id")
    @api.depends_context("lang")
    def _compute_limits(self):
        today = fields.Date.context_today(self)
        year = today.year - 1
        measured = self._measured(year)
        for record in self:
            limits = record.regime_id.limit_ids.filtered(
                lambda limit: limit.valid_from <= today <= limit._last_day()
            )
            record.limit_text = "\n".join(
                record._limit_sentence(limit, year, measured[found])
                for limit in limits
                if (found := (record.company_id.id, limit.measure)) in measured
            )

    def _limit_sentence(self, limit, year, cents):
        """A limit and what the books say, in words."""
        self.ensure_one()
        words = {
            "measure": dict(limit._fields["measure"]._description_selection(self.env))[
                limit.measure
            ],
            "year": year,
            "amount": limit.currency_id.format(from_cents(cents)),
            "limit": limit.currency_id.format(limit.entry),
        }
        return {
            "within": self.env._(
                "%(measure)s in %(year)s: %(amount)s, within %(limit)s.", **words
            ),
            "tolerated": self.env._(
                "%(measure)s in %(year)s: %(amount)s, above %(limit)s: the regime ends "
                "with the year.",
                **words,
            ),
            "beyond": self.env._(
                "%(measure)s in %(year)s: %(amount)s, above %(limit)s and more than is "
                "tolerated: the regime has ended.",
                **words,
            ),
        }[limit._standing(cents)]

    def _measured(self, year):
        """What limits are about, in the books of a calendar year, in two queries.

        Turnover is account 70, of goods 701 to 703 and 707; VAT is that of the returns
        of the year, before credits.

        :return: ``{(id of the firm, measure): cents}``, what the books know
        """
        companies = self.company_id
        if not companies:
            return {}
        self.env.flush_all()
        first, last = f"{year}-01-01", f"{year}-12-31"
        self.env.cr.execute(
            SQL(
                """
                SELECT line.company_id, SUM(-line.balance),
                       COALESCE(SUM(-line.balance) FILTER (WHERE
                           account.code_store->>(line.company_id::text)
                           SIMILAR TO '(701|702|703|707)%%'), 0)
                  FROM account_move_line line
                  JOIN account_account account ON account.id = line.account_id
                 WHERE line.company_id IN %(companies)s
                   AND line.parent_state = 'posted'
                   AND line.date BETWEEN %(first)s AND %(last)s
                   AND account.code_store->>(line.company_id::text) LIKE '70%%'
                 GROUP BY line.company_id
                """,
                companies=tuple(companies.ids),
                first=first,
                last=last,
            )
        )
        measured = {}
        for company_id, total, goods in self.env.cr.fetchall():
            measured[company_id, "turnover"] = to_cents(total)
            measured[company_id, "turnover_goods"] = to_cents(goods)
            measured[company_id, "turnover_services"] = to_cents(total - goods)
        for company, vat in self.env["cocare.obligation"]._read_group(
            [
                ("company_id", "in", companies.ids),
                ("rule_id.amount_from", "=", "vat"),
                ("amount_origin", "!=", "unknown"),
                ("date_to", ">=", first),
                ("date_to", "<=", last),
            ],
            ["company_id"],
            ["base_amount:sum"],
        ):
            measured[company.id, "vat"] = to_cents(vat)
        return measured
