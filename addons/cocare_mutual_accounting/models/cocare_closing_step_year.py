from collections import defaultdict
from types import SimpleNamespace

from odoo import models
from odoo.tools import SQL

from ..closing_checks import (
    KEPT_LINES,
    Result,
    depreciation,
    found,
    opening,
    year_result,
)
from ..fec_opening import in_opening_journal


class CocareClosingStep(models.Model):
    """The checks of a year, each for many firms at once."""

    _inherit = "cocare.closing.step"  # pylint: disable=consider-merging-classes-inherited

    def _check_opening(self, books):
        """The eve of the year, beside what was noted when the year before was closed.

        Odoo carries balances on by itself: an opening entry of the year would count
        them twice, unless the books begin with it.
        """
        before = self.env["cocare.closing"].search(
            [
                ("company_id", "in", self.closing_id.company_id.ids),
                ("kind", "=", "year"),
                ("state", "!=", "open"),
            ]
        )
        noted = {(c.company_id, c.date_to): c.balances for c in before}
        entries = self._opening_entries()
        results = {}
        for step in self:
            closing = step.closing_id
            accounts = books[closing]
            begins = not any(account.opening for account in accounts)
            eve = closing._eve()
            balances = noted.get((closing.company_id, eve))
            if balances is not None:
                result = opening(accounts, balances)
            else:
                result = found([] if begins else [(f"{eve:%d/%m/%Y}", None)])
            if not begins and entries[step.id]:
                twice = [(label, None) for label in entries[step.id]]
                result = found([*result.lines, *twice])
            results[step] = result
        return results

    def _opening_entries(self):
        """Entries of the first day in an opening journal, that move no class 6 or 7.

        :return: ``{id of the step: [names]}``
        """
        self.env.cr.execute(
            SQL(
                """
                SELECT step.id, move.name, move.date, closing.date_from,
                       COALESCE(journal.cocare_fec_code, journal.code),
                       journal.name->>'en_US'
                  FROM cocare_closing_step step
                  JOIN cocare_closing closing ON closing.id = step.closing_id
                  JOIN account_move move
                    ON move.company_id = closing.company_id
                   AND move.state = 'posted' AND move.date = closing.date_from
                  JOIN account_journal journal ON journal.id = move.journal_id
                 WHERE step.id IN %s
                   AND NOT EXISTS (
                       SELECT 1
                         FROM account_move_line line
                         JOIN account_account account ON account.id = line.account_id
                        WHERE line.move_id = move.id
                          AND split_part(account.account_type, '_', 1)
                              IN ('income', 'expense'))
                """,
                tuple(self.ids),
            )
        )
        found_entries = defaultdict(list)
        for id_, name, day, first_day, code, label in self.env.cr.fetchall():
            entry = SimpleNamespace(
                date=day, journal=code or "", journal_label=label or ""
            )
            if in_opening_journal(entry, first_day):
                found_entries[id_].append(name)
        return found_entries

    def _check_result(self, books):
        """Classes 7 less 6, and no entry that closes them to 12.

        Such an entry would empty the income statement, and has no place in the FEC
        (art. A47 A-1 LPF, VII): Odoo carries the result on without it.
        """
        closings = self._rows(
            SQL(
                """
                SELECT step.id, move.name, -SUM(line.balance)
                  FROM cocare_closing_step step
                  JOIN cocare_closing closing ON closing.id = step.closing_id
                  JOIN account_move move
                    ON move.company_id = closing.company_id
                   AND move.state = 'posted'
                   AND move.date BETWEEN closing.date_from AND closing.date_to
                  JOIN account_move_line line ON line.move_id = move.id
                  JOIN account_account account ON account.id = line.account_id
                   AND split_part(account.account_type, '_', 1)
                              IN ('income', 'expense')
                 WHERE step.id IN %s
                   AND EXISTS (
                       SELECT 1
                         FROM account_move_line other
                         JOIN account_account result ON result.id = other.account_id
                        WHERE other.move_id = move.id
                          AND (result.account_type = 'equity_unaffected'
                           OR result.code_store->>(closing.company_id::text)
                              LIKE '12%%'))
                 GROUP BY step.id, move.id
                 ORDER BY step.id, move.id
                """,
                tuple(self.ids),
            )
        )
        results = {}
        for step in self:
            result = year_result(books[step.closing_id])
            lines = (*result.lines, *closings[step.id])
            results[step] = Result(
                not lines,
                result.count + len(closings[step.id]),
                result.amount,
                lines[:KEPT_LINES],
            )
        return results

    def _check_depreciation(self, books):
        """Assets, depreciation and its charge; what disposals took off is left out."""
        disposed = self._rows(
            SQL(
                """
                SELECT step.id, '', SUM(line.balance)
                  FROM cocare_closing_step step
                  JOIN cocare_closing closing ON closing.id = step.closing_id
                  JOIN account_move_line line
                    ON line.company_id = closing.company_id
                   AND line.parent_state = 'posted'
                   AND line.date BETWEEN closing.date_from AND closing.date_to
                  JOIN account_account account ON account.id = line.account_id
                   AND account.code_store->>(closing.company_id::text)
                       SIMILAR TO '(280|281)%%'
                 WHERE step.id IN %s
                   AND EXISTS (
                       SELECT 1
                         FROM account_move_line other
                         JOIN account_account asset ON asset.id = other.account_id
                        WHERE other.move_id = line.move_id
                          AND asset.code_store->>(closing.company_id::text)
                              SIMILAR TO '(20|21)%%')
                 GROUP BY step.id
                """,
                tuple(self.ids),
            )
        )
        return {
            step: depreciation(
                books[step.closing_id], sum(cents for _, cents in disposed[step.id])
            )
            for step in self
        }

    def _check_fec(self, books):
        """The file that the tax office may ask for was made, and its tool takes it."""
        export = self.env["cocare.fec.export"]
        results = {}
        for last, steps in self.grouped(lambda step: step.closing_id.date_to).items():
            files = export._status(steps.company_id, last)
            for step in steps:
                made = files.get(step.company_id, export)
                results[step] = Result(made.verdict_office == "conform")
        return results
