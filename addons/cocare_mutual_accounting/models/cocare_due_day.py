from odoo import api, fields, models

from ..obligation_dates import DueDay, find_due_day

KINDS = [
    ("sole_trader", "Sole trader"),
    ("company", "Company other than SA"),
    ("sa", "SA"),
    ("other", "Other (associations…)"),
]

#: what a legal form is for the table; what is not here is of the last kind
KIND_OF_FORM = {
    **dict.fromkeys(("sole_trader", "micro"), "sole_trader"),
    **dict.fromkeys(("sa", "scop_sa", "scic_sa"), "sa"),
    **dict.fromkeys(
        ("eurl", "sarl", "sas", "scop_sarl", "scop_sas", "scic_sarl", "scic_sas")
        + ("gaec", "earl", "scea"),
        "company",
    ),
}
#: legal forms that do not tell it: a CAE is a company or an SA
UNTOLD = ("cae", "other")


class CocareDueDay(models.Model):
    """A line of the table of due days of VAT returns: ann. IV art. 39 CGI."""

    _name = "cocare.due.day"
    _inherit = "cocare.dated.parameter.mixin"
    _description = "Due day of VAT returns"
    _order = "kind, departments, low, id"

    kind = fields.Selection(KINDS, string="For", required=True)
    departments = fields.Char(
        string="Départements",
        help="Codes, as in 75, 92. Empty: those that have no line of their own.",
    )
    low = fields.Char(
        string="From",
        help="First letter of the family name, or first digits of the SIREN.",
    )
    high = fields.Char(string="To")
    day = fields.Integer(string="Day of the month", required=True, aggregator=None)

    _a_day = models.Constraint(
        "CHECK (day BETWEEN 1 AND 31)", "A day of the month is between 1 and 31."
    )

    @api.depends("kind", "departments", "low", "high", "day")
    def _compute_display_name(self):
        kinds = dict(self._fields["kind"]._description_selection(self.env))
        for line in self:
            parts = [kinds.get(line.kind, ""), line.departments]
            if line.low:
                parts.append(f"{line.low}–{line.high}")
            told = ", ".join(part for part in parts if part)
            line.display_name = self.env._(
                "day %(day)s: %(whom)s", day=line.day, whom=told
            )

    def _line(self):
        """The line as ``obligation_dates`` wants it."""
        self.ensure_one()
        return DueDay(
            kind=self.kind,
            day=self.day,
            departments=self._codes(self.departments),
            low=(self.low or "").upper(),
            high=(self.high or "").upper(),
            key=self.id,
        )

    @api.model
    def _dated_lines(self):
        """All the lines, in one query.

        :return: list of (first day, last day, ``obligation_dates.DueDay``)
        """
        return [
            (line.valid_from, line._last_day(), line._line())
            for line in self.sudo().search([])
        ]

    @api.model
    def _of(self, table, company, department, day):
        """The line of a firm for a return of a period.

        :param table: see ``_dated_lines``
        :param company: ``res.company``
        :param str department: where it is
        :param date day: last day of the period
        :return: see ``obligation_dates.find_due_day``
        """
        form = company.cocare_legal_form
        kind = KIND_OF_FORM.get(form, "other") if form and form not in UNTOLD else ""
        # of a sole trader the family name counts, which is not that of the firm
        by_number = kind in ("company", "sa")
        mark = (company.company_registry or "")[:2] if by_number else ""
        in_force = [line for first, last, line in table if first <= day <= last]
        return find_due_day(in_force, kind, department, mark)
