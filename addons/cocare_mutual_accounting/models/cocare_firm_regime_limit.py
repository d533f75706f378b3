from datetime import date

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
        """What limits are about, in the books of a calendar year, in one query.

        :return: ``{(id of the firm, measure): cents}``, what the books know
        """
        if not self.company_id:
            return {}
        self.env.flush_all()
        rows = self.env.execute_query(
            SQL(
                "SELECT company_id, measure, amount FROM (%s) figure",
                self.env["cocare.regime.limit"]._figures_query(
                    SQL(", ").join(SQL("%s", one) for one in self.company_id.ids),
                    date(year, 1, 1),
                    date(year, 12, 31),
                ),
            )
        )
        return {
            (company_id, measure): to_cents(amount)
            for company_id, measure, amount in rows
        }
