from datetime import date, timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..french_calendar import department
from ..obligation_dates import due_date, working_date

#: what makes obligations; rests once one of them was filed
FACTS = {"company_id", "regime_id", "valid_from"}


class CocareFirmRegime(models.Model):
    """The regime of a firm from a day on, with what proves it.

    It lasts until another one of the same family takes over. It is about returns;
    whether a firm charges and recovers VAT is ``cocare.vat.period``.
    """

    _name = "cocare.firm.regime"
    _inherit = ["cocare.guarded.mixin", "cocare.evidence.mixin"]
    _description = "Regime of a firm from a day on"
    _order = "company_id, family, valid_from desc"

    company_id = fields.Many2one(
        "res.company", string="Firm", required=True, index=True
    )
    regime_id = fields.Many2one(
        "cocare.regime", required=True, index=True, ondelete="restrict"
    )
    family = fields.Selection(related="regime_id.family", store=True)
    valid_from = fields.Date(string="From", required=True)
    due_day = fields.Integer(
        string="Due day in the tax account",
        aggregator=None,
        help="The day of the month that the tax account of the firm shows, when it is "
        "not the one of the table. Zero: as the table says.",
    )
    source = fields.Char(
        required=True, help="Letter of the tax office, option, statutes."
    )
    regime_source = fields.Char(
        related="regime_id.source", string="Source of the regime"
    )

    _once_a_day = models.UniqueIndex(
        "(company_id, family, valid_from)",
        "A firm has one regime of a family from a day on.",
    )
    _a_day = models.Constraint(
        "CHECK (due_day IS NULL OR due_day BETWEEN 0 AND 31)",
        "A day of the month is between 1 and 31.",
    )

    @api.depends("company_id", "regime_id")
    def _compute_display_name(self):
        for record in self:
            known = record.sudo()
            record.display_name = f"{known.company_id.name}, {known.regime_id.name}"

    @api.model_create_multi
    def create(self, vals_list):
        records = super().create(vals_list)
        self.env["cocare.obligation"]._generate(records.company_id)
        return records

    def write(self, vals):
        if FACTS & vals.keys():
            self._check_nothing_filed()
        companies = self.company_id
        result = super().write(vals)
        self.env["cocare.obligation"]._generate(companies | self.company_id)
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_nothing_filed(self):
        self._check_nothing_filed()

    def unlink(self):
        companies = self.company_id
        result = super().unlink()
        self.env["cocare.obligation"]._generate(companies)
        return result

    def _check_nothing_filed(self):
        """Refuse to change a regime under which something was filed."""
        for record, first, last in self._spans():
            filed = self.env["cocare.obligation"].search(
                [
                    ("company_id", "=", record.company_id.id),
                    ("rule_id.regime_id", "=", record.regime_id.id),
                    ("date_to", ">=", first),
                    ("date_from", "<=", last),
                    ("state", "in", ("filed", "paid")),
                ],
                limit=1,
            )
            if filed:
                raise UserError(
                    self.env._(
                        "“%(obligation)s” was filed under this regime: note another "
                        "one from the day it changed.",
                        obligation=filed.display_name,
                    )
                )

    def _obligations(self, rule, span, horizon, table, working_days):
        """What a rule of the regime asks of the firm.

        :param rule: ``cocare.obligation.rule``
        :param tuple span: first and last day of the regime
        :param date horizon: nothing that is due later
        :param table: see ``cocare.due.day._dated_lines``
        :param working_days: ``french_calendar.WorkingDays`` of the firm
        :return: iterable of values of ``cocare.obligation``
        """
        self.ensure_one()
        first, last = span
        company = self.company_id
        year_end = company._cocare_year_end()
        since = company._cocare_kept_since()
        if not rule._is_for(year_end):
            return
        for period in rule._periods(year_end, max(first, since), min(last, horizon)):
            day, line, certain = self._due_day(rule, period, table)
            kept = rule._keep(period, first, last, day)
            if not kept:
                continue
            nominal = due_date(rule._due_rule(), kept, day)
            if rule.frequency == "once":
                nominal = rule.once_on
            due = working_date(rule._due_rule(), nominal, working_days)
            over = nominal if rule.from_start else kept.last
            if over < since or due > horizon:
                continue
            yield {
                "company_id": company.id,
                "code": rule.code,
                "date_from": kept.first,
                "date_to": kept.last,
                "rule_id": rule.id,
                "form": rule.form,
                "nominal_date": nominal,
                "due_date": due,
                "due_day_id": line,
                "is_certain": certain,
            }

    def _due_day(self, rule, period, table):
        """The day of the month on which the firm's returns of a period are due.

        :return: the day, the line of the table (an id) or False, whether it is certain
        """
        if rule.how != "table":
            return 0, False, True
        if self.due_day:
            return self.due_day, False, True
        line, certain = self.env["cocare.due.day"]._of(
            table,
            self.company_id,
            department(self.company_id.zip or ""),
            period.last,
        )
        # no line at all: the first day that there may be
        return (line.day, line.key, certain) if line else (1, False, False)

    def _spans(self):
        """Each regime with its first and last day, in one query.

        :return: iterable of (``cocare.firm.regime``, date, date)
        """
        every = self.search(
            [("company_id", "in", self.company_id.ids)], order="valid_from"
        )
        for _key, theirs in every.grouped(lambda r: (r.company_id, r.family)).items():
            ends = [record.valid_from - timedelta(1) for record in theirs[1:]]
            for record, last in zip(theirs, [*ends, date.max], strict=True):
                if record in self:
                    yield record, record.valid_from, last
