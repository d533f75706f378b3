from dateutil.relativedelta import relativedelta

from odoo import api, models
from odoo.tools import SQL

from .cocare_cockpit_reason import AHEAD

#: months whose state is told
MONTHS = 13


class CocareCockpitReason(models.Model):
    """The reasons that the books and the desk of the accountants hold.

    Each query reads what is open only: it takes no longer when there is more history.
    """

    _inherit = "cocare.cockpit.reason"  # pylint: disable=consider-merging-classes-inherited

    @api.model
    def _reason_queries(self, today):
        return [
            *super()._reason_queries(today),
            *self._bank_queries(today),
            *self._desk_queries(today),
            self._limit_query(today),
            *self._book_queries(today),
            self._mirror_query(today),
            *self._closing_queries(today),
            self._month_query(today),
        ]

    @api.model
    def _bank_queries(self, today):
        to_match = SQL(
            """
            SELECT line.company_id,
                   date_trunc('month', move.date)::date AS month,
                   'bank' AS code,
                   NULL AS subject,
                   NULL::int AS other_company_id,
                   COUNT(*)::int AS item_count,
                   SUM(ABS(line.amount)) AS amount,
                   MIN(move.date) AS since,
                   NULL::date AS due
              FROM account_bank_statement_line line
              JOIN account_move move ON move.id = line.move_id
             WHERE line.is_reconciled IS NOT TRUE
               AND move.state = 'posted'
             GROUP BY 1, 2
            """
        )
        files = SQL(
            """
            SELECT company_id,
                   date_trunc('month', COALESCE(date_to, create_date))::date,
                   'bank_file', NULL, NULL::int, COUNT(*)::int, NULL::numeric,
                   MIN(create_date)::date, NULL::date
              FROM cocare_bank_import
             WHERE state != 'done'
             GROUP BY 1, 2
            """
        )
        # From the day after the last statement on, for months that are over. An account
        # of which there is no statement at all lacks the last month.
        missing = SQL(
            """
            SELECT company_id,
                   COALESCE(
                       date_trunc('month', last_day + 1),
                       date_trunc('month', %(today)s::date) - interval '1 month'
                   )::date,
                   'bank_missing', NULL, NULL::int, COUNT(*)::int, NULL::numeric,
                   MIN(last_day), NULL::date
              FROM (
                SELECT journal.company_id, journal.bank_account_id,
                       MAX(statement.date) AS last_day
                  FROM account_journal journal
                  LEFT JOIN account_bank_statement statement
                    ON statement.journal_id = journal.id
                 WHERE journal.type = 'bank' AND journal.active
                 GROUP BY journal.id
              ) bank
             WHERE last_day + 1 < date_trunc('month', %(today)s::date)
                OR last_day IS NULL AND bank_account_id IS NOT NULL
             GROUP BY 1, 2
            """,
            today=today,
        )
        return [to_match, files, missing]

    @api.model
    def _desk_queries(self, today):
        obligations = SQL(
            """
            SELECT company_id,
                   date_trunc('month', LEAST(date_to, %(today)s))::date,
                   'obligation', form, NULL::int, COUNT(*)::int,
                   SUM(amount) FILTER (WHERE amount_origin != 'unknown'),
                   MIN(date_to), MIN(due_date)
              FROM cocare_obligation
             WHERE is_open AND due_date <= %(today)s::date + %(ahead)s
             GROUP BY 1, 2, form
            """,
            today=today,
            ahead=AHEAD,
        )
        contests = SQL(
            """
            SELECT contest.company_id,
                   date_trunc('month', run.date_to)::date,
                   'contest', NULL, NULL::int, COUNT(*)::int, NULL::numeric,
                   MIN(contest.create_date)::date, MIN(contest.answer_by)
              FROM cocare_contest contest
              JOIN cocare_allocation_run run ON run.id = contest.run_id
             WHERE contest.state = 'open'
             GROUP BY 1, 2
            """
        )
        requests = SQL(
            """
            SELECT company_id,
                   date_trunc('month', LEAST(due_date, %(today)s))::date,
                   'request', NULL, NULL::int, COUNT(*)::int, NULL::numeric,
                   MIN(asked_on), MIN(due_date)
              FROM cocare_document_request
             WHERE state = 'asked'
             GROUP BY 1, 2
            """,
            today=today,
        )
        documents = SQL(
            """
            SELECT company_id,
                   date_trunc('month', received_on)::date,
                   'document', NULL, NULL::int, COUNT(*)::int, NULL::numeric,
                   MIN(received_on)::date, NULL::date
              FROM cocare_document
             WHERE state = 'received'
             GROUP BY 1, 2
            """
        )
        return [obligations, contests, requests, documents]

    @api.model
    def _book_queries(self, today):
        drafts = SQL(
            """
            SELECT company_id,
                   date_trunc('month', date)::date,
                   'draft', NULL, NULL::int, COUNT(*)::int,
                   SUM(ABS(amount_total_signed)), MIN(date), NULL::date
              FROM account_move
             WHERE state = 'draft' AND auto_post = 'no' AND date <= %s
             GROUP BY 1, 2
            """,
            today,
        )
        overdue = SQL(
            """
            SELECT line.company_id,
                   date_trunc('month', line.date)::date,
                   CASE account.account_type
                   WHEN 'asset_receivable' THEN 'receivable' ELSE 'payable' END,
                   NULL, NULL::int, COUNT(*)::int, ABS(SUM(line.amount_residual)),
                   MIN(COALESCE(line.date_maturity, line.date)), NULL::date
              FROM account_move_line line
              JOIN account_account account ON account.id = line.account_id
             WHERE line.parent_state = 'posted'
               AND line.reconciled IS NOT TRUE
               AND line.amount_residual != 0
               AND COALESCE(line.date_maturity, line.date) < %s
               AND account.account_type IN ('asset_receivable', 'liability_payable')
             GROUP BY 1, 2, 3
            """,
            today,
        )
        # In the month since when the balance has never been zero at the end.
        suspense = SQL(
            """
            SELECT company_id, MIN(month), 'suspense', prefix, NULL::int, 1,
                   MAX(remains), MIN(month), NULL::date
              FROM (
                SELECT company_id, prefix, month, ended_at,
                       SUM(change) OVER firm AS remains,
                       MAX(month) FILTER (WHERE ended_at = 0) OVER firm AS clear
                  FROM (
                    SELECT book.company_id, prefix.prefix, book.month,
                           SUM(book.balance) AS change,
                           SUM(SUM(book.balance)) OVER (
                               PARTITION BY book.company_id, prefix.prefix
                               ORDER BY book.month
                           ) AS ended_at
                      FROM cocare_book_month book
                      JOIN account_account account ON account.id = book.account_id
                      JOIN (VALUES ('471'), ('472'), ('58')) prefix (prefix)
                        ON starts_with(
                            account.code_store->>book.company_id::text, prefix.prefix
                        )
                     GROUP BY 1, 2, 3
                  ) running
                WINDOW firm AS (PARTITION BY company_id, prefix)
              ) balance
             WHERE remains != 0 AND (clear IS NULL OR month > clear)
             GROUP BY company_id, prefix
            """
        )
        return [drafts, overdue, suspense]

    @api.model
    def _limit_query(self, today):
        """Firms above a limit of the regime they are under today.

        By the year before, the regime ends with this one (tolerated), or at once
        where nothing more is; so it does as soon as the figure of this year is more
        than is tolerated (beyond). See ``obligation_dates.standing``.
        """
        last_year = today.replace(month=1, day=1) - relativedelta(years=1)
        return SQL(
            """
            SELECT regime.company_id, date_trunc('month', %(today)s::date)::date,
                   'limit',
                   CASE WHEN figure.amount
                             > COALESCE(NULLIF(bound.leaving, 0), bound.entry)
                        THEN 'beyond' ELSE 'tolerated' END,
                   NULL::int, COUNT(*)::int, MAX(figure.amount), NULL::date, NULL::date
              FROM (
                SELECT DISTINCT ON (dated.company_id, dated.family)
                       dated.company_id, dated.regime_id
                  FROM cocare_firm_regime dated
                 WHERE dated.valid_from <= %(today)s
                 ORDER BY dated.company_id, dated.family, dated.valid_from DESC
              ) regime
              JOIN cocare_regime_limit bound
                ON bound.regime_id = regime.regime_id
               AND bound.valid_from <= %(today)s
               AND COALESCE(bound.valid_until, %(today)s) >= %(today)s
              JOIN (%(figures)s) figure
                ON figure.company_id = regime.company_id
               AND figure.measure = bound.measure
               AND figure.amount > CASE WHEN figure.year = %(year)s
                       THEN COALESCE(NULLIF(bound.leaving, 0), bound.entry)
                       ELSE bound.entry END
             GROUP BY 1, 2, 4
            """,
            today=today,
            year=today.year,
            figures=self.env["cocare.regime.limit"]._figures_query(
                SQL(
                    """
                    SELECT dated.company_id
                      FROM cocare_firm_regime dated
                      JOIN cocare_regime_limit bound
                        ON bound.regime_id = dated.regime_id
                    """
                ),
                last_year,
                today.replace(month=12, day=31),
            ),
        )

    @api.model
    def _mirror_query(self, today):
        """Firms whose books say otherwise than those of another firm, today.

        A row is about two firms, so both have to be ticked to read it.
        """
        return SQL(
            """
            SELECT pair.firm, date_trunc('month', %(today)s::date)::date,
                   'mirror', NULL, pair.other, COUNT(*)::int,
                   SUM(ABS(pair.apart)), NULL::date, NULL::date
              FROM (
                SELECT CASE side WHEN 1 THEN company_id ELSE partner_company_id END
                           AS firm,
                       CASE side WHEN 1 THEN partner_company_id ELSE company_id END
                           AS other,
                       CASE WHEN kind = 'current' THEN kind
                            WHEN (side = 1) = (kind = 'payable') THEN 'debt'
                            ELSE 'claim' END AS kind,
                       SUM(balance) AS apart
                  FROM (%(balances)s) balance
                 CROSS JOIN (VALUES (1), (2)) side (side)
                 GROUP BY 1, 2, 3
              ) pair
             WHERE pair.apart != 0
             GROUP BY 1, 2, pair.other
            """,
            today=today,
            balances=self.env["cocare.pair.balance"]._table_query,
        )

    @api.model
    def _closing_queries(self, today):
        closings = SQL(
            """
            SELECT company_id, date_trunc('month', date_to)::date, 'closing', kind,
                   NULL::int, steps_open, NULL::numeric, date_to, latest_on
              FROM cocare_closing
             WHERE state = 'open' AND date_to < %s
            """,
            today,
        )
        # Of the last exercise that is over, if the firm has books of it, until its file
        # is official; accounts are approved within six months (art. L223-26 C. com.).
        files = SQL(
            """
            SELECT year.company_id, date_trunc('month', year.last)::date, 'fec',
                   COALESCE(
                       (SELECT export.verdict_office
                          FROM cocare_fec_export export
                         WHERE export.company_id = year.company_id
                           AND export.date_to = year.last
                           AND export.state = 'made'
                         ORDER BY export.id DESC
                         LIMIT 1), 'none'
                   ),
                   NULL::int, 1, NULL::numeric, year.last,
                   (date_trunc('month', year.last)
                       + interval '7 months - 1 day')::date
              FROM (
                SELECT id AS company_id, MAX(ends) AS last
                  FROM (
                    SELECT company.id,
                           CASE WHEN fiscalyear_last_month = '2'
                                 AND fiscalyear_last_day >= 28
                                THEN month.last
                                ELSE LEAST(month.first + fiscalyear_last_day - 1,
                                           month.last) END AS ends
                      FROM res_company company
                     CROSS JOIN generate_series(-1, 0) shift
                     CROSS JOIN LATERAL (
                        SELECT first,
                               (first + interval '1 month - 1 day')::date AS last
                          FROM make_date(
                                   EXTRACT(YEAR FROM %(today)s::date)::int + shift,
                                   fiscalyear_last_month::int, 1
                               ) first
                     ) month
                  ) company
                 WHERE ends < %(today)s
                 GROUP BY id
              ) year
             WHERE EXISTS (
                    SELECT 1
                      FROM cocare_book_month book
                     WHERE book.company_id = year.company_id
                       AND book.month > year.last - 366
                       AND book.month <= year.last
                       AND book.items > 0
                   )
               AND NOT EXISTS (
                    SELECT 1
                      FROM cocare_fec_export export
                     WHERE export.company_id = year.company_id
                       AND export.date_to = year.last
                       AND export.state = 'official'
                   )
            """,
            today=today,
        )
        return [closings, files]

    @api.model
    def _month_query(self, today):
        """How far each of the last months is locked: open, tax, locked."""
        return SQL(
            """
            SELECT firm.id, month.first::date, 'month',
                   CASE WHEN GREATEST(firm.fiscalyear_lock_date, firm.hard_lock_date)
                             >= month.last THEN 'locked'
                        WHEN firm.tax_lock_date >= month.last THEN 'tax'
                        ELSE 'open' END,
                   NULL::int, 0, NULL::numeric, NULL::date, NULL::date
              FROM res_company firm
             CROSS JOIN (
                SELECT first, (first + interval '1 month - 1 day')::date AS last
                  FROM generate_series(
                           date_trunc('month', %(today)s::date)
                               - interval '1 month' * %(before)s,
                           date_trunc('month', %(today)s::date),
                           interval '1 month'
                       ) first
             ) month
            """,
            today=today,
            before=MONTHS - 1,
        )
