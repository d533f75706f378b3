from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL
from odoo.tools.misc import format_date, formatLang
from odoo.tools.translate import LazyTranslate

# There is no environment at import time: these are translated when they are shown.
# pylint: disable=prefer-env-translation
_lt = LazyTranslate(__name__)

#: (code, words): what may remain to be done, the most pressing first
CODES = [
    ("obligation", "To file"),
    ("limit", "Limits of regimes"),
    ("contest", "Contested recharges"),
    ("bank", "Bank lines to match"),
    ("bank_file", "Bank files that wait"),
    ("bank_missing", "Statements missing"),
    ("document", "Documents to process"),
    ("request", "Documents asked for"),
    ("draft", "Draft entries"),
    ("suspense", "Suspense accounts"),
    ("receivable", "Overdue receivables"),
    ("payable", "Overdue payables"),
    ("mirror", "Books that differ"),
    ("closing", "Periods to close"),
    ("fec", "Ledger files (FEC)"),
    ("month", "State of the month"),
]
#: what is said of each, some by their subject
WORDS = {
    "obligation": _lt("%(subject)s: %(amount)s"),
    "limit_tolerated": _lt("Above the limit of the regime: %(amount)s"),
    "limit_beyond": _lt("Regime ended, limit exceeded: %(amount)s"),
    "contest": _lt("Contested: %(count)s"),
    "bank": _lt("Bank, to match: %(count)s"),
    "bank_file": _lt("Bank files: %(count)s"),
    "bank_missing": _lt("Statements missing: %(count)s"),
    "document": _lt("To process: %(count)s"),
    "request": _lt("Asked for: %(count)s"),
    "draft": _lt("Drafts: %(count)s"),
    "suspense": _lt("Account %(subject)s: %(amount)s"),
    "receivable": _lt("Receivables: %(count)s"),
    "payable": _lt("Payables: %(count)s"),
    "mirror": _lt("%(firm)s: %(amount)s apart"),
    "closing_month": _lt("Month to close, steps left: %(count)s"),
    "closing_quarter": _lt("Quarter to close, steps left: %(count)s"),
    "closing_year": _lt("Year to close, steps left: %(count)s"),
    "fec_none": _lt("FEC to make"),
    "fec_conform": _lt("FEC to keep as official"),
    "fec_not_conform": _lt("FEC to correct"),
    "fec_blocked": _lt("FEC to correct"),
    "month_open": _lt("Open"),
    "month_tax": _lt("VAT locked"),
    "month_locked": _lt("Locked"),
}
#: days before an obligation is due from which it is shown
AHEAD = 31


class CocareCockpitReason(models.Model):
    """What remains to be done in the books of a firm for a month, and why.

    A view over the records that say so, one row for each firm, month, kind of reason
    and subject (a form, an account, another firm). Nothing is stored: what was done is
    gone from it. Addons add kinds by :meth:`_reason_queries` and ``_open_<code>``.

    Rows of kind ``month`` say nothing remains: they hold how far each month is locked.

    A month has to be closed by the end of the next one (PCG art. 921-4): unless a
    reason has a day of its own, that is when it is late.
    """

    _name = "cocare.cockpit.reason"
    _description = "What remains to be done"
    _auto = False
    _order = "due, code, month, company_id"

    #: what is read has to be in the database first
    _depends = {
        "account.bank.statement": ["date", "journal_id"],
        "account.bank.statement.line": ["amount", "is_reconciled", "move_id"],
        "account.journal": ["active", "bank_account_id", "company_id", "type"],
        "account.move": ["amount_total_signed", "auto_post", "date", "state"],
        "account.move.line": [
            *("account_id", "amount_residual", "company_id", "credit", "date"),
            *("date_maturity", "debit", "parent_state", "partner_id", "reconciled"),
        ],
        "cocare.bank.import": ["company_id", "date_to", "state"],
        "cocare.closing": ["company_id", "date_to", "kind", "state", "steps_open"],
        "cocare.contest": ["answer_by", "company_id", "run_id", "state"],
        "cocare.document": ["company_id", "received_on", "state"],
        "cocare.document.request": ["asked_on", "company_id", "due_date", "state"],
        "cocare.fec.export": ["company_id", "date_to", "state", "verdict_office"],
        "cocare.firm.accountant": [
            *("away_from", "away_until", "backup_id", "company_id", "user_id"),
            "valid_from",
        ],
        "cocare.obligation": [
            *("amount", "amount_origin", "company_id", "date_to", "due_date"),
            *("form", "is_open"),
        ],
        "cocare.firm.regime": ["company_id", "regime_id", "valid_from"],
        "cocare.regime.limit": ["entry", "leaving", "measure", "regime_id"],
        "res.company": [
            *("cocare_left_on", "cocare_network_id", "fiscalyear_last_day"),
            *("fiscalyear_last_month", "fiscalyear_lock_date", "hard_lock_date"),
            *("partner_id", "tax_lock_date"),
        ],
    }

    company_id = fields.Many2one("res.company", string="Firm", readonly=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    user_id = fields.Many2one(
        "res.users",
        string="Accountant",
        readonly=True,
        help="Who is in charge today: the backup while the accountant is away.",
    )
    month = fields.Date(readonly=True)
    code = fields.Selection(CODES, string="What", readonly=True)
    subject = fields.Char(readonly=True)
    other_company_id = fields.Many2one("res.company", string="With", readonly=True)
    item_count = fields.Integer(string="How many", readonly=True)
    amount = fields.Monetary(readonly=True)
    since = fields.Date(readonly=True)
    due = fields.Date(string="By", readonly=True)
    name = fields.Char(string="Reason", compute="_compute_name")
    delay = fields.Char(compute="_compute_name")
    level = fields.Selection(
        [("late", "Late"), ("soon", "Within a week"), ("later", "Later")],
        compute="_compute_level",
    )

    @property
    def _table_query(self):
        today = fields.Date.context_today(self)
        # Materialized: PostgreSQL would ask each query again for each firm, where it
        # does not know yet how many firms there are.
        return SQL(
            """
            WITH reason AS MATERIALIZED (%(reasons)s)
            SELECT hashtextextended(
                       concat_ws(
                           '/', firm.id, reason.month, reason.code, reason.subject,
                           reason.other_company_id
                       ), 0
                   ) & %(largest)s AS id,
                   firm.id AS company_id,
                   charge.user_id,
                   reason.month,
                   reason.code,
                   reason.subject,
                   reason.other_company_id,
                   reason.item_count,
                   reason.amount,
                   reason.since,
                   COALESCE(
                       reason.due,
                       CASE WHEN reason.code != 'month'
                       THEN (reason.month + interval '2 months - 1 day')::date END
                   ) AS due
              FROM reason
              JOIN res_company firm
                ON firm.id = reason.company_id
               AND firm.cocare_network_id IS NOT NULL
               AND firm.cocare_left_on IS NULL
              LEFT JOIN (%(charges)s) charge ON charge.company_id = firm.id
            """,
            # Numbers that a browser holds exactly.
            largest=2**52 - 1,
            reasons=SQL(" UNION ALL ").join(
                SQL("(%s)", query) for query in self._reason_queries(today)
            ),
            charges=self._charge_query(today),
        )

    @api.model
    def _charge_query(self, today):
        """Who is in charge of each firm, as ``cocare.firm.accountant`` says it."""
        return SQL(
            """
            SELECT DISTINCT ON (company_id)
                   company_id,
                   CASE WHEN backup_id IS NOT NULL
                         AND %(today)s BETWEEN away_from AND away_until
                        THEN backup_id ELSE user_id END AS user_id
              FROM cocare_firm_accountant
             ORDER BY company_id,
                      valid_from <= %(today)s DESC,
                      CASE WHEN valid_from <= %(today)s THEN valid_from END DESC,
                      valid_from
            """,
            today=today,
        )

    @api.model
    def _reason_queries(self, today):
        """What may remain to be done: a query for each kind.

        :param date today: day on which it is asked
        :return: a list of ``SQL``, each with the columns ``company_id, month, code,
            subject, other_company_id, item_count, amount, since, due``; ``due`` is
            empty where the month's own limit counts
        """
        return []

    @api.depends("code", "item_count", "amount", "since", "due", "subject")
    @api.depends_context("lang")
    def _compute_name(self):
        today = fields.Date.context_today(self)
        for reason in self:
            reason.name = reason._words()
            days = reason.since and (today - reason.since).days or 0
            if reason.code in ("obligation", "contest"):
                reason.delay = reason.due and reason._due_words(today)
            else:
                reason.delay = days > 0 and self.env._("%(count)s d", count=days)

    def _due_words(self, today):
        late = (today - self.due).days
        if late > 0:
            return self.env._("late by %(count)s d", count=late)
        day = format_date(self.env, self.due, date_format="d MMM")
        return self.env._("by %(day)s", day=day)

    def _words(self):
        """The reason in a few words, with its figure."""
        self.ensure_one()
        if self.code == "obligation" and not self.amount:
            return self.subject
        words = self.env._(WORDS.get(self.code) or WORDS[f"{self.code}_{self.subject}"])
        return words % {
            "count": self.item_count,
            "subject": self.subject,
            "firm": self.other_company_id.name,
            "amount": self._money(),
        }

    def _money(self):
        return formatLang(self.env, self.amount, currency_obj=self.currency_id)

    @api.depends("due")
    def _compute_level(self):
        today = fields.Date.context_today(self)
        for reason in self:
            left = reason.due and (reason.due - today).days
            if not reason.due or left > 7:
                reason.level = "later"
            else:
                reason.level = "late" if left < 0 else "soon"

    @api.model
    def _remaining(self, companies, until):
        """What remains to be done of firms up to the end of a month.

        :param date until: a day of the last month that counts
        :return: ``{res.company: cocare.cockpit.reason}``
        """
        domain = (
            Domain("company_id", "in", companies.ids)
            & Domain("month", "<=", until)
            & Domain("code", "!=", "month")
        )
        return self.search(domain).grouped("company_id")
