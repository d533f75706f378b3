import re

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from .. import treasury
from ..allocation import to_cents

KINDS = [
    ("sale", "Sales"),
    ("grant", "Grants"),
    ("purchase", "Purchases and overheads"),
    ("wages", "Wages and contributions"),
    ("tax", "Taxes"),
    ("loan", "Loans"),
    ("investment", "Investments"),
    ("other", "Something else"),
]
DIRECTIONS = [("in", "Comes in"), ("out", "Goes out")]
#: what the page of a firm asks for; the rest is of the office or of the code
TYPED = ("name", "kind", "direction", "amount", "date_from", "date_to", "every")
LONGEST = 120


class CocareForecastLine(models.Model):
    """Money that a firm, or its coach, expects to come or to go, in a month or several.

    What the books know already (open invoices and bills) and what has to be filed is
    not typed in: the forecast finds it, see ``res_company_treasury.py``.
    """

    _name = "cocare.forecast.line"
    _inherit = "cocare.guarded.mixin"
    _description = "Line of a cash forecast"
    _order = "company_id, date_from, id"

    company_id = fields.Many2one(
        "res.company",
        string="Firm",
        required=True,
        index=True,
        default=lambda self: self.env.company,
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    name = fields.Char(string="What", required=True)
    kind = fields.Selection(KINDS, required=True, default="other")
    direction = fields.Selection(DIRECTIONS, required=True, default="out")
    amount = fields.Monetary(required=True, help="Each time, taxes included.")
    date_from = fields.Date(
        string="First month",
        required=True,
        default=lambda self: fields.Date.context_today(self).replace(day=1),
    )
    date_to = fields.Date(string="Last month", help="Empty: it goes on.")
    every = fields.Integer(
        string="Every … months", help="0: once. 1: every month. 3: every quarter."
    )
    side = fields.Selection(
        [("firm", "The firm"), ("office", "The shared office")],
        string="Typed in by",
        required=True,
        default="office",
        readonly=True,
    )
    note = fields.Text()

    _amount_positive = models.Constraint(
        "CHECK (amount > 0)",
        "An amount is above zero: say whether it comes in or goes out.",
    )
    _months_in_order = models.Constraint(
        "CHECK (date_to IS NULL OR date_to >= date_from)",
        "The last month is not before the first one.",
    )
    _every_some_months = models.Constraint(
        f"CHECK (every BETWEEN 0 AND {LONGEST})",
        "It comes again after 1 to 120 months; 0 is for what comes once.",
    )

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            self._check_side(vals)
        return super().create(vals_list)

    def write(self, vals):
        self._check_side(vals)
        return super().write(vals)

    def _check_side(self, vals):
        """Refuse what no form offers; a remote call could still send it."""
        if not self.env.su and vals.get("side", "office") != "office":
            raise AccessError(
                self.env._("What the firm expects is typed in on its own page.")
            )

    def _cents(self):
        """What it brings each time: negative when it goes out."""
        self.ensure_one()
        sign = 1 if self.direction == "in" else -1
        return sign * to_cents(self.amount)

    def _falls_in(self, month):
        """Tell whether it comes or goes in a month."""
        self.ensure_one()
        return treasury.falls_in(month, self.date_from, self.date_to, self.every)

    @api.model
    def _add_as_firm(self, firm, form):
        """A worker-member adds a line to the forecast of their firm.

        Runs as superuser once they were found to work for it: members write nothing.

        :param firm: ``res.company``
        :param dict form: texts of the page, see ``_read_form``
        :raise AccessError: they do not work for it
        :raise UserError: something is missing or cannot be read
        """
        firm.with_env(self.env)._check_member()
        values = self._read_form(form)
        line = self.sudo().create(
            {**values, "company_id": firm.id, "side": "firm"},
        )
        return line.with_env(self.env)

    def _change_as_firm(self, form):
        """A worker-member changes a line that their firm typed in."""
        self._check_as_firm()
        self.sudo().write(self._read_form(form))

    def _remove_as_firm(self):
        """A worker-member takes a line of their firm away."""
        self._check_as_firm()
        self.sudo().unlink()

    def _check_as_firm(self):
        """:raise AccessError: not of their firm, or typed in by the office"""
        self.ensure_one()
        self.check_access("read")
        self.company_id._check_member()
        if self.side != "firm":
            raise AccessError(
                self.env._(
                    "“%(name)s” was typed in by the shared office, which changes it.",
                    name=self.name,
                )
            )

    @api.model
    def _read_form(self, form):
        """Values of a line from the texts of the page.

        :param dict form: texts by the names of ``TYPED``; months as ``2027-01``
        :return: dict
        :raise UserError: with what is missing or cannot be read
        """
        name = (form.get("name") or "").strip()
        if not name:
            raise UserError(self.env._("Say what it is."))
        values = {"name": name, "amount": self._read_amount(form.get("amount"))}
        for field in ("kind", "direction"):
            if form.get(field) not in dict(self._fields[field].selection):
                raise UserError(
                    self.env._("Say whether it comes in or goes out, and of what kind.")
                )
            values[field] = form[field]
        values["date_from"] = self._read_month(form.get("date_from"))
        if not values["date_from"]:
            raise UserError(self.env._("Say in which month."))
        values["date_to"] = self._read_month(form.get("date_to"))
        if values["date_to"] and values["date_to"] < values["date_from"]:
            raise UserError(self.env._("The last month is not before the first one."))
        every = form.get("every") or "0"
        if not re.fullmatch(r"[0-9]{1,3}", every) or int(every) > LONGEST:
            raise UserError(
                self.env._(
                    "It comes again after 1 to 120 months; 0 is for what comes once."
                )
            )
        return {**values, "every": int(every)}

    def _read_amount(self, text):
        """``"1 250,50"`` → 1250.5

        :raise UserError: it is no amount above zero, with two decimals at most
        """
        clean = re.sub(r"[\s€]", "", text or "").replace(",", ".")
        if not re.fullmatch(r"[0-9]{1,10}(\.[0-9]{1,2})?", clean) or not float(clean):
            raise UserError(
                self.env._(
                    "“%(text)s” is no amount: write it as in 1250,50.", text=text or ""
                )
            )
        return float(clean)

    def _read_month(self, text):
        """``"2027-01"`` → first day of the month; False when there is none.

        :raise UserError: it is no month
        """
        if not text:
            return False
        match = re.fullmatch(r"(20[0-9]{2})-(0[1-9]|1[0-2])", text)
        if not match:
            raise UserError(
                self.env._("“%(text)s” is no month: write it as in 2027-01.", text=text)
            )
        return fields.Date.to_date(f"{text}-01")
