from collections import defaultdict, namedtuple

from odoo import api, fields, models
from odoo.tools import SQL

from ..closing_checks import latest_day
from ..obligation_dates import periods

#: what rules ask of a firm: its regimes and VAT status on the last day of a period,
#: codes of the accounts it used until then
Facts = namedtuple("Facts", "regimes vat_status codes")
FREQUENCIES = {"month": "month", "quarter": "quarter", "year": "fiscal_year"}
QUARTERLY = "cocare_mutual_accounting.regime_ca3_quarter"
#: firms that the job brings up to date between two commits
BATCH = 50


class CocareClosing(models.Model):
    """How closings and their steps are made, again and again."""

    _inherit = "cocare.closing"  # pylint: disable=consider-merging-classes-inherited

    @api.model
    def _cron_generate(self):
        """Make what is missing for all firms, and check what is open.

        Some firms at a time; done twice, it does no harm.
        """
        companies = self.env["res.company"].search(
            [("cocare_network_id", "!=", False), ("cocare_left_on", "=", False)]
        )
        for start in range(0, len(companies), BATCH):
            batch = companies[start : start + BATCH]
            self._generate(batch)
            today = fields.Date.context_today(self)
            over = self.search(
                [
                    ("company_id", "in", batch.ids),
                    ("state", "=", "open"),
                    ("date_to", "<", today),
                ]
            )
            over._evaluate()
            self.env["ir.cron"]._commit_progress(
                len(batch), remaining=len(companies) - start - len(batch)
            )

    def action_generate(self):
        """Bring the closings of the firms that are ticked up to date."""
        self.check_access("write")
        self._generate(self.env.companies)
        return {"type": "ir.actions.client", "tag": "soft_reload"}

    @api.model
    def _generate(self, companies):
        """Make closings and steps that are missing.

        Months and years from the day the network keeps the books, not before the last
        fiscal year; quarters of firms that file quarterly. What is locked for good, or
        in all journals, was closed elsewhere. Steps of open closings follow the
        checklist: new ones come in, those that nobody signed and no rule asks for any
        more go.

        Safe to repeat, also at the same time: a closing is one row by a unique index,
        and who comes second is retried. Runs as superuser: the caller checked that the
        user keeps the firms.

        :param companies: ``res.company``
        :return: the closings that are new
        """
        companies = companies.sudo().filtered(
            lambda c: c.cocare_network_id and not c.cocare_left_on
        )
        Closing = self.sudo().with_context(tracking_disable=True)
        new = Closing._insert_closings(companies)
        open_ones = Closing.search(
            [("company_id", "in", companies.ids), ("state", "=", "open")]
        )
        open_ones._bring_steps()
        return new.with_env(self.env)

    @api.model
    def _wanted_closings(self, companies):
        """:return: iterable of (company, kind, first day, last day)"""
        today = fields.Date.context_today(self)
        quarterly = self.env.ref(QUARTERLY)
        regimes = self.env["cocare.firm.regime"].search(
            [("company_id", "in", companies.ids), ("regime_id", "=", quarterly.id)]
        )
        spans = defaultdict(list)
        for regime, first, last in regimes._spans():
            spans[regime.company_id].append((first, last))
        for company in companies:
            year_end = company._cocare_year_end()
            last_year = fields.Date.subtract(today, years=1)
            year = periods("fiscal_year", year_end, last_year, last_year)[0]
            since = max(company._cocare_kept_since(), year.first)
            locks = (company.hard_lock_date, company.fiscalyear_lock_date)
            locked = max(filter(None, locks), default=None)
            for kind, frequency in FREQUENCIES.items():
                for period in periods(frequency, year_end, since, max(since, today)):
                    if period.last < since or period.first > today:
                        continue
                    if locked and period.last <= locked:
                        continue
                    if kind == "quarter" and not any(
                        first <= period.last <= last for first, last in spans[company]
                    ):
                        continue
                    yield company, kind, period.first, period.last

    @api.model
    def _insert_closings(self, companies):
        """Write new closings in one statement; those that are there stay."""
        now, uid = self.env.cr.now(), self.env.uid
        rows = [
            (
                *(company.id, kind, first, last, latest_day(kind, last), "open", 0, 0),
                *(uid, now, uid, now),
            )
            for company, kind, first, last in self._wanted_closings(companies)
        ]
        if not rows:
            return self.browse()
        self.env.flush_all()
        self.env.cr.execute(
            SQL(
                """
                INSERT INTO cocare_closing (
                    company_id, kind, date_from, date_to, latest_on, state,
                    steps_open, steps_count,
                    create_uid, create_date, write_uid, write_date
                ) VALUES %s ON CONFLICT DO NOTHING RETURNING id
                """,
                SQL(", ").join(SQL("%s", row) for row in rows),
            )
        )
        return self.browse(id_ for (id_,) in self.env.cr.fetchall())

    def _bring_steps(self):
        """Give closings the steps that the checklist asks for, in one statement.

        Steps that nobody signed or waived, and that no rule asks for any more, go.
        """
        rules = self.env["cocare.closing.rule"].search(
            [("kind", "in", self.mapped("kind"))]
        )
        facts = self._facts()
        wanted = {
            (closing.id, rule.id)
            for closing in self
            for rule in rules
            if rule.kind == closing.kind and rule._is_for(closing, facts[closing])
        }
        Step = self.env["cocare.closing.step"]
        known = Step.search([("closing_id", "in", self.ids)])
        known.filtered(
            lambda step: (step.closing_id.id, step.rule_id.id) not in wanted
            and step.state not in ("signed", "waived")
            and not step.note
            and not step.evidence_ids
        ).unlink()
        missing = wanted - {(s.closing_id.id, s.rule_id.id) for s in known.exists()}
        Step._insert(missing)

    def _facts(self):
        """What the rules ask of the firms, on the last day of each closing.

        :return: ``{closing: Facts}``
        """
        regimes = self.env["cocare.firm.regime"].search(
            [("company_id", "in", self.company_id.ids)]
        )
        spans = defaultdict(list)
        for regime, first, last in regimes._spans():
            spans[regime.company_id].append((regime.regime_id, first, last))
        statuses = defaultdict(list)
        for period in self.env["cocare.vat.period"].search(
            [("company_id", "in", self.company_id.ids)], order="valid_from"
        ):
            statuses[period.company_id].append(period)
        codes = self._codes_used() if self else {}
        return {
            closing: Facts(
                regimes=self.env["cocare.regime"].union(
                    *(
                        regime
                        for regime, first, last in spans[closing.company_id]
                        if first <= closing.date_to <= last
                    )
                ),
                vat_status=closing._vat_status(statuses[closing.company_id]),
                codes=codes.get(closing.id, ()),
            )
            for closing in self
        }

    def _vat_status(self, periods_of_firm):
        """The VAT status on the last day; before the first one known, the first.

        :param periods_of_firm: ``cocare.vat.period`` of the firm, the oldest first
        """
        self.ensure_one()
        begun = [p for p in periods_of_firm if p.valid_from <= self.date_to]
        known = begun[-1:] or periods_of_firm[:1]
        return known[0].status if known else self.company_id.cocare_vat_status

    def _codes_used(self):
        """Codes of the accounts with items until the last day of each closing.

        :return: ``{id of the closing: set of codes}``
        """
        self.env.flush_all()
        self.env.cr.execute(
            SQL(
                """
                SELECT closing.id,
                       array_agg(DISTINCT used.code)
                  FROM cocare_closing closing
                  JOIN (SELECT book.company_id, min(book.month) AS since,
                               account.code_store->>(book.company_id::text) AS code
                          FROM cocare_book_month book
                          JOIN account_account account ON account.id = book.account_id
                         WHERE book.company_id IN %(firms)s
                         GROUP BY book.company_id, account.id
                        HAVING SUM(book.items) > 0) used
                    ON used.company_id = closing.company_id
                   AND used.since <= closing.date_to
                 WHERE closing.id IN %(ids)s
                 GROUP BY closing.id
                """,
                ids=tuple(self.ids),
                firms=tuple(self.company_id.ids),
            )
        )
        return {
            id_: {code for code in codes if code}
            for id_, codes in self.env.cr.fetchall()
        }
