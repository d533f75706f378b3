from collections import defaultdict

from odoo import models
from odoo.tools import SQL

from ..allocation import to_cents
from ..closing_checks import Result, found, in_debit, not_zero, shown
from ..obligation_dates import to_euro

FILED = ("filed", "paid")


class CocareClosingStep(models.Model):
    """The checks of months and years, each for many firms at once.

    ``_check_<code>(books)`` answers ``{step: closing_checks.Result}`` for the steps it
    is called on; ``books`` are those of ``cocare.closing._books``.
    """

    _inherit = "cocare.closing.step"  # pylint: disable=consider-merging-classes-inherited

    def _shown(self, accounts):
        """The balances of the accounts of one step."""
        return shown(accounts, self.rule_id._prefixes())

    def _check_zero(self, books):
        return {
            step: not_zero(books[step.closing_id], step.rule_id._prefixes())
            for step in self
        }

    def _check_in_debit(self, books):
        return {
            step: in_debit(books[step.closing_id], step.rule_id._prefixes())
            for step in self
        }

    def _found(self, query):
        """The results of a query that lists what is wrong.

        :param SQL query: rows of (id of the step, what it is, amount or NULL)
        """
        rows = self._rows(query)
        return {step: found(rows[step.id]) for step in self}

    def _rows(self, query):
        """Rows of a query by step.

        :param SQL query: rows of (id of the step, what it is, amount or NULL)
        :return: ``{id of the step: [(what it is, cents or None)]}``
        """
        self.env.cr.execute(query)
        rows = defaultdict(list)
        for id_, label, amount in self.env.cr.fetchall():
            cents = None if amount is None else to_cents(amount)
            rows[id_].append((label, cents))
        return rows

    def _check_bank(self, books):
        """The balance of each bank account on the last day, in books and statements.

        The statement that runs on that day tells it, or the last one before, when it
        ends within the last month and no later day is known of it. What is cash must
        not be negative.
        """
        return self._found(
            SQL(
                """
                SELECT id, label,
                       CASE WHEN type = 'cash' THEN booked ELSE booked - said END
                  FROM (
                    SELECT step.id, journal.type, journal.id AS journal_id,
                           concat_ws(' ',
                               account.code_store->>(closing.company_id::text),
                               COALESCE(journal.name->>partner.lang,
                                        journal.name->>'en_US')) AS label,
                           (SELECT SUM(line.amount_currency)
                              FROM account_move_line line
                             WHERE line.account_id = account.id
                               AND line.company_id = closing.company_id
                               AND line.parent_state = 'posted'
                               AND line.date <= closing.date_to) AS booked,
                           CASE
                           WHEN before.day = closing.date_to THEN before.balance
                           WHEN after.balance IS NOT NULL THEN after.balance
                           WHEN NOT before.is_dated
                            AND before.day >= date_trunc('month', closing.date_to)
                           THEN before.balance
                           END AS said
                      FROM cocare_closing_step step
                      JOIN cocare_closing closing ON closing.id = step.closing_id
                      JOIN res_company company ON company.id = closing.company_id
                      JOIN res_partner partner ON partner.id = company.partner_id
                      JOIN account_journal journal
                        ON journal.company_id = closing.company_id
                       AND journal.type IN ('bank', 'cash')
                      JOIN account_account account
                        ON account.id = journal.default_account_id
                      LEFT JOIN LATERAL (
                           SELECT statement.balance_end_real AS balance,
                                  GREATEST(statement.date,
                                           statement.cocare_closing_day) AS day,
                                  statement.cocare_closing_day IS NOT NULL AS is_dated
                             FROM account_bank_statement statement
                            WHERE statement.journal_id = journal.id
                              AND GREATEST(statement.date,
                                           statement.cocare_closing_day)
                                  <= closing.date_to
                            ORDER BY day DESC, first_line_index DESC NULLS LAST
                            LIMIT 1
                           ) before ON true
                      LEFT JOIN LATERAL (
                           SELECT statement.balance_start + COALESCE((
                                    SELECT SUM(item.amount)
                                      FROM account_bank_statement_line item
                                      JOIN account_move move ON move.id = item.move_id
                                     WHERE item.statement_id = statement.id
                                       AND move.state = 'posted'
                                       AND move.date <= closing.date_to
                                  ), 0) AS balance
                             FROM account_bank_statement statement
                            WHERE statement.journal_id = journal.id
                              AND GREATEST(statement.date,
                                           statement.cocare_closing_day)
                                  > closing.date_to
                            ORDER BY GREATEST(statement.date,
                                              statement.cocare_closing_day),
                                     first_line_index
                            LIMIT 1
                           ) after ON true
                     WHERE step.id IN %s
                  ) account
                 WHERE booked IS NOT NULL
                   AND CASE WHEN type = 'cash' THEN booked < 0
                            ELSE booked IS DISTINCT FROM said END
                 ORDER BY id, label
                """,
                tuple(self.ids),
            )
        )

    def _check_drafts(self, books):
        """Entries that are drafts, on the last day or before."""
        return self._found(
            SQL(
                """
                SELECT step.id,
                       concat_ws(' ', move.date, NULLIF(move.name, '/'), move.ref),
                       move.amount_total_signed
                  FROM cocare_closing_step step
                  JOIN cocare_closing closing ON closing.id = step.closing_id
                  JOIN account_move move
                    ON move.company_id = closing.company_id
                   AND move.state = 'draft' AND move.date <= closing.date_to
                 WHERE step.id IN %s
                 ORDER BY step.id, move.date, move.id
                """,
                tuple(self.ids),
            )
        )

    def _check_open_items(self, books):
        """Third parties with receivable or payable items that are old and unmatched."""
        return self._found(
            SQL(
                """
                SELECT step.id, COALESCE(partner.name, account.code_store->>(
                           closing.company_id::text)),
                       SUM(line.amount_residual)
                  FROM cocare_closing_step step
                  JOIN cocare_closing closing ON closing.id = step.closing_id
                  JOIN cocare_closing_rule rule ON rule.id = step.rule_id
                  JOIN account_move_line line
                    ON line.company_id = closing.company_id
                   AND line.parent_state = 'posted'
                   AND NOT line.reconciled
                   AND line.amount_residual != 0
                   AND line.date <= closing.date_to - rule.days
                  JOIN account_account account
                    ON account.id = line.account_id
                   AND account.account_type IN ('asset_receivable', 'liability_payable')
                   AND account.code_store->>(closing.company_id::text)
                       SIMILAR TO '(40|41)%%'
                  LEFT JOIN res_partner partner ON partner.id = line.partner_id
                 WHERE step.id IN %s
                 GROUP BY step.id, 2
                 ORDER BY step.id, abs(SUM(line.amount_residual)) DESC, 2
                """,
                tuple(self.ids),
            )
        )

    def _check_third_parties(self, books):
        """Suppliers in debit (40 less 409), customers in credit (41 less 419)."""
        return self._found(
            SQL(
                """
                SELECT step.id,
                       concat_ws(' ', side.class, COALESCE(partner.name, '')),
                       SUM(line.balance)
                  FROM cocare_closing_step step
                  JOIN cocare_closing closing ON closing.id = step.closing_id
                  JOIN account_move_line line
                    ON line.company_id = closing.company_id
                   AND line.parent_state = 'posted'
                   AND line.date <= closing.date_to
                  JOIN account_account account ON account.id = line.account_id
                  JOIN LATERAL (
                       SELECT left(code, 2) AS class
                         FROM (SELECT account.code_store->>(closing.company_id::text)
                                   AS code) coded
                        WHERE code SIMILAR TO '(40|41)%%'
                          AND code NOT SIMILAR TO '(409|419)%%'
                       ) side ON true
                  LEFT JOIN res_partner partner ON partner.id = line.partner_id
                 WHERE step.id IN %s
                 GROUP BY step.id, side.class, partner.id
                HAVING CASE side.class WHEN '40' THEN SUM(line.balance) > 0
                                       ELSE SUM(line.balance) < 0 END
                 ORDER BY step.id, abs(SUM(line.balance)) DESC, 2
                """,
                tuple(self.ids),
            )
        )

    def _check_documents(self, books):
        """What was asked of the firm and did not come, or came and was not processed.

        Until the day by which the period is closed: a bill of July comes in August.
        """
        return self._found(
            SQL(
                """
                SELECT step.id, waiting.name, NULL
                  FROM cocare_closing_step step
                  JOIN cocare_closing closing ON closing.id = step.closing_id
                  JOIN LATERAL (
                       SELECT request.name, request.due_date AS day
                         FROM cocare_document_request request
                        WHERE request.company_id = closing.company_id
                          AND request.state = 'asked'
                          AND request.asked_on <= closing.latest_on
                       UNION ALL
                       SELECT document.name, document.received_on::date
                         FROM cocare_document document
                        WHERE document.company_id = closing.company_id
                          AND document.state = 'received'
                          AND document.received_on::date <= closing.latest_on
                       ) waiting ON true
                 WHERE step.id IN %s
                 ORDER BY step.id, waiting.day, waiting.name
                """,
                tuple(self.ids),
            )
        )

    def _check_vouchers(self, books):
        """Bills of the period without a file.

        What the network invoices has its voucher: the invoice in the operator's books.
        """
        return self._found(
            SQL(
                """
                SELECT step.id,
                       concat_ws(' ', move.name, partner.name), abs(move.amount_total)
                  FROM cocare_closing_step step
                  JOIN cocare_closing closing ON closing.id = step.closing_id
                  JOIN account_move move
                    ON move.company_id = closing.company_id
                   AND move.state = 'posted'
                   AND move.move_type IN ('in_invoice', 'in_refund', 'in_receipt')
                   AND move.date BETWEEN closing.date_from AND closing.date_to
                  LEFT JOIN res_partner partner ON partner.id = move.partner_id
                 WHERE step.id IN %(ids)s
                   AND NOT EXISTS (
                       SELECT 1 FROM ir_attachment file
                        WHERE file.res_model = 'account.move' AND file.res_id = move.id)
                   AND NOT EXISTS (
                       SELECT 1 FROM cocare_recharge recharge
                        WHERE recharge.bill_id = move.id)
                   AND NOT EXISTS (
                       SELECT 1 FROM cocare_recharge recharge
                        WHERE recharge.bill_id = move.reversed_entry_id)
                 ORDER BY step.id, move.date, move.id
                """,
                ids=tuple(self.ids),
            )
        )

    def _returns(self):
        """The VAT returns of the firms that may be within the periods, in one query.

        :return: ``{closing: cocare.obligation}``
        """
        closings = self.closing_id
        returns = (
            self.env["cocare.obligation"]
            .search(
                [
                    ("company_id", "in", closings.company_id.ids),
                    ("rule_id.amount_from", "=", "vat"),
                    ("superseded", "=", False),
                    ("date_from", ">=", min(closings.mapped("date_from"))),
                    ("date_to", "<=", max(closings.mapped("date_to"))),
                ],
                order="date_from",
            )
            .grouped("company_id")
        )
        nothing = self.env["cocare.obligation"]
        return {
            closing: returns.get(closing.company_id, nothing).filtered(
                lambda r, c=closing: c.date_from <= r.date_from
                and r.date_to <= c.date_to
            )
            for closing in closings
        }

    def _check_vat(self, books):
        """Each return of the period beside the VAT of the books today.

        :return: what was declared in ``amount``; differences in the lines
        """
        returns = self._returns()
        every = self.env["cocare.obligation"].union(*returns.values())
        in_books = every._vat_of_books()
        results = {}
        for step in self:
            tolerance = to_cents(step.rule_id.tolerance)
            mine = returns[step.closing_id]
            wrong = [] if mine else [(step.rule_id.name, None)]
            for record in mine:
                label = f"{record.form} {record.date_to:%m/%Y}"
                vat = in_books.get(record)
                due = vat and (
                    vat.collected - vat.deductible - vat.carried - vat.advances
                )
                apart = to_euro(due or 0) - to_cents(record.amount)
                if record.is_open:
                    wrong.append((label, None))
                elif abs(apart) > tolerance:
                    wrong.append((label, apart))
            declared = sum(to_cents(record.amount) for record in mine)
            results[step] = found(wrong) if wrong else Result(True, len(mine), declared)
        return results

    def _check_vat_settled(self, books):
        """What the return of the period leaves: nothing on 4457 and 4456, the tax on
        4455, or the credit on 44567. VAT due on payment (44574, 44564) stays."""
        returns = self._returns()
        results = {}
        for step in self:
            closing = step.closing_id
            filed = returns[closing].filtered(
                lambda r, c=closing: r.state in FILED and r.date_to == c.date_to
            )[-1:]
            if not filed:
                results[step] = found([(step.rule_id.name, None)])
                continue
            accounts = books[closing]
            wrong = [
                (account.label, account.balance)
                for account in accounts
                if account.code.startswith(("4457", "4456"))
                and not account.code.startswith(("44574", "44564", "44567"))
                and account.balance
            ]
            left = sum(
                account.balance
                for account in accounts
                if account.code.startswith(("4455", "44567"))
            )
            declared = to_cents(filed.amount)
            if left != -declared:
                wrong.append(("4455 / 44567", left + declared))
            results[step] = found(wrong)
        return results

    def _check_mirrors(self, books):
        """The other firms whose books do not say the opposite, on the last day.

        Told of another firm: that it disagrees, as a clearing tells it of a document.
        Amounts are those of the firm's own books, and what only the other booked shows
        in the other's closing.
        """
        return self._found(
            SQL(
                """
                WITH said AS (
                    SELECT company_id, partner_company_id AS partner_id, date, kind,
                           SUM(balance) AS balance
                      FROM (%(items)s) item
                     WHERE company_id IN %(firms)s OR partner_company_id IN %(firms)s
                     GROUP BY 1, 2, 3, 4
                )
                SELECT both_sides.step_id, partner.name, SUM(own)
                  FROM (
                    SELECT step.id AS step_id, said.partner_id AS other_id, said.kind,
                           said.balance AS own, 0 AS mirrored, true AS is_own
                      FROM cocare_closing_step step
                      JOIN cocare_closing closing ON closing.id = step.closing_id
                      JOIN said ON said.company_id = closing.company_id
                       AND said.date <= closing.date_to
                     WHERE step.id IN %(ids)s
                     UNION ALL
                    SELECT step.id, said.company_id,
                           CASE said.kind WHEN 'receivable' THEN 'payable'
                                          WHEN 'payable' THEN 'receivable'
                                          ELSE said.kind END,
                           0, said.balance, false
                      FROM cocare_closing_step step
                      JOIN cocare_closing closing ON closing.id = step.closing_id
                      JOIN said ON said.partner_id = closing.company_id
                       AND said.date <= closing.date_to
                     WHERE step.id IN %(ids)s
                  ) both_sides
                  JOIN res_company other ON other.id = both_sides.other_id
                  JOIN res_partner partner ON partner.id = other.partner_id
                 GROUP BY both_sides.step_id, other.id, partner.name, both_sides.kind
                HAVING bool_or(is_own) AND SUM(own) != -SUM(mirrored)
                 ORDER BY both_sides.step_id, partner.name
                """,
                ids=tuple(self.ids),
                items=self.env["cocare.pair.balance"]._items_query(),
                firms=tuple(self.closing_id.company_id.ids),
            )
        )
