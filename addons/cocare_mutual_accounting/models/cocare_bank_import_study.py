from datetime import date

from odoo import api, models
from odoo.fields import Command

from .. import bank_chain, bank_file
from ..allocation import to_cents
from ..bank_statement import Problem

LOCKS = ("hard_lock_date", "fiscalyear_lock_date")


class CocareBankImport(models.Model):
    """What a bank file says, beside what the books say."""

    _inherit = "cocare.bank.import"  # pylint: disable=consider-merging-classes-inherited

    def _study(self, more_links=None):
        """Read the file and look at it beside the books.

        :param more_links: ``journal → [Link]``, statements that wait in other files
        :return: reading, list of (statement, journal, previous link), problems
        """
        self.ensure_one()
        reading = self._read()
        problems, found = list(reading.problems), []
        for statement in reading.statements:
            journal, wrong = self._find_journal(statement)
            problems += wrong
            if journal and statement.currency:
                problems += self._study_currency(statement, journal)
            found.append((statement, journal, None))
        firms = self.env["res.company"].union(*(j.company_id for _s, j, _p in found))
        if len(firms) > 1:
            problems.append(
                Problem("two_firms", 0, {"text": ", ".join(firms.mapped("name"))})
            )
        if not any(problem.level == "error" for problem in problems):
            known = self._study_same_file(firms)
            found, wrong = self._study_chain(found, more_links)
            # one reason says it: of the same file, everything is there already
            problems += known or wrong
            for statement, journal, _previous in found:
                problems += self._study_locks(statement, journal)
                if not known and "overlap" not in [problem.code for problem in wrong]:
                    problems += self._study_keys(statement, journal)
        return reading, found, problems

    def _read(self):
        """The ``Reading`` of the file; the columns of a table are proposed once."""
        data = self._content()
        reading = bank_file.read(data)
        self.needs_balances = False
        if reading.errors or reading.format not in bank_file.TABLES:
            return reading
        given = {"currency": self.currency_id.name}
        if self.balances_given:
            for name in ("opening", "closing"):
                given[name] = to_cents(self[name])
        chosen = [column.meaning or "" for column in self.column_ids] or None
        table, meanings, reading = bank_file.read_table(
            data, chosen, self.journal_id.cocare_bank_columns, **given
        )
        if table and len(self.column_ids) != len(table.header):
            self.column_ids = [
                Command.clear(),
                *(
                    Command.create(self._prepare_column_vals(table, rank, meaning))
                    for rank, meaning in enumerate(meanings)
                ),
            ]
        self.needs_balances = "balance" not in meanings
        return reading

    @api.model
    def _prepare_column_vals(self, table, rank, meaning):
        samples = [str(cells[rank]) for _l, cells in table.rows if rank < len(cells)]
        samples = [sample for sample in samples if sample][:3]
        return {
            "rank": rank,
            "name": table.header[rank] or "–",
            "sample": " | ".join(samples),
            "meaning": meaning or False,
        }

    def _find_journal(self, statement):
        """Return the journal of a statement and what keeps it from being found."""
        number, chosen = statement.number, self.journal_id
        if not statement.iban:
            if not chosen:
                return chosen, [Problem("journal_wanted", number)]
            if not _is_part(statement.account, chosen.bank_account_id):
                values = {"found": statement.account, "expected": chosen.display_name}
                return chosen.browse(), [Problem("other_account", number, values)]
            return chosen, []
        journals = self._journals_of(statement.iban)
        values = {"iban": statement.iban}
        if len(journals) == 1 and chosen in (journals, chosen.browse()):
            return journals, []
        if len(journals) == 1:
            values["expected"] = chosen.display_name
            return chosen.browse(), [Problem("other_iban", number, values)]
        if journals:
            values["text"] = ", ".join(journals.mapped("display_name"))
            return chosen.browse(), [Problem("iban_twice", number, values)]
        own = self.with_context(allowed_company_ids=self.env.user.company_ids.ids)
        elsewhere = own._journals_of(statement.iban)[:1]
        if elsewhere:
            values["firm"] = elsewhere.company_id.name
            return chosen.browse(), [Problem("firm_not_ticked", number, values)]
        return chosen.browse(), [Problem("no_journal", number, values)]

    def _journals_of(self, iban):
        """The bank journals on an IBAN, of the firms that are ticked."""
        return self.env["account.journal"].search(
            [
                ("type", "=", "bank"),
                ("bank_account_id.sanitized_acc_number", "=", iban),
                ("company_id", "in", self.env.companies.ids),
            ]
        )

    def _study_currency(self, statement, journal):
        expected = journal.currency_id or journal.company_id.currency_id
        if expected.name == statement.currency and expected.decimal_places == 2:
            return []
        values = {"found": statement.currency, "expected": expected.name}
        return [Problem("currency", statement.number, values)]

    def _study_same_file(self, firm):
        twin = self.search(
            [
                ("sha256", "=", self.sha256),
                ("company_id", "=", firm.id),
                ("state", "in", ("checked", "done")),
                ("id", "!=", self.id),
            ],
            order="state desc, id",
            limit=1,
        )
        if not twin:
            return []
        code = "same_file" if twin.state == "done" else "same_file_waits"
        values = {
            "name": twin.filename,
            "day": (twin.imported_on or twin.create_date).date(),
            "user": (twin.imported_by_id or twin.create_uid).sudo().name,
        }
        return [Problem(code, 0, values)]

    def _study_chain(self, found, more_links):
        """Place each statement after those of its journal, in the books or waiting."""
        links, placed, problems, first = {}, [], [], False
        for statement, journal, _none in sorted(
            found, key=lambda item: (item[0].first_day, item[0].last_day)
        ):
            if journal not in links:
                links[journal] = journal._cocare_statement_links()
                links[journal] += more_links(journal) if more_links else []
            link = bank_chain.Link(
                statement.name or self.filename,
                *(statement.first_day, statement.last_day),
                *(statement.opening, statement.closing),
            )
            previous, wrong = bank_chain.place(link, links[journal], statement.number)
            problems += wrong
            if not previous and not wrong:
                begins, wrong = self._study_first(statement, journal)
                first, problems = first or begins, problems + wrong
            if statement.lines:
                links[journal].append(link)
            else:
                problems.append(Problem("no_movement", statement.number, {}, "warning"))
            placed.append((statement, journal, previous))
        self.needs_opening = first
        return placed, problems

    def _study_first(self, statement, journal):
        """The first statement opens with the balance of the books, or somebody says so.

        :return: whether it has to be accepted, problems
        """
        books = journal._cocare_balance_before(statement.first_day)
        if books == statement.opening:
            return False, []
        values = {
            "account": journal.default_account_id.display_name,
            **{"opening": statement.opening, "books": books},
            **{"gap": statement.opening - books, "day": statement.first_day},
        }
        level = "warning" if self.opening_accepted else "error"
        return True, [Problem("first", statement.number, values, level)]

    def _study_locks(self, statement, journal):
        """Odoo would date such movements on the next open day without a word."""
        problems = []
        for lock in LOCKS:
            day = journal.company_id[f"user_{lock}"] or date.min
            late = [line for line in statement.lines if line.day <= day]
            if late:
                values = {"count": len(late), "day": day, "lock": lock}
                problems.append(Problem("locked", late[0].number, values))
        return problems

    def _study_keys(self, statement, journal):
        """Movements that an earlier statement of the account holds already."""
        keys = dict(zip(statement.keys, statement.lines, strict=True))
        known = self.env["account.bank.statement.line"].search(
            [
                ("journal_id", "=", journal.id),
                ("cocare_bank_key", "in", list(keys)),
            ]
        )
        return [
            Problem(
                "known_line",
                keys[line.cocare_bank_key].number,
                values={"text": line.payment_ref, "name": line.statement_id.name},
            )
            for line in known
        ]

    def _waiting_links(self, journal):
        """Statements of the journal in files that are ready and not imported yet."""
        waiting = self.env["cocare.bank.import.statement"].search(
            [
                ("journal_id", "=", journal.id),
                ("import_id.state", "=", "checked"),
                ("import_id", "not in", self.ids),
                ("line_count", ">", 0),
            ]
        )
        return [statement._link() for statement in waiting]

    def _journals_before_all(self):
        """Journals that an earlier check found, and the one that was chosen."""
        return self.journal_id | self.statement_ids.journal_id


def _is_part(account, bank_account):
    """Whether the number that a file gives instead of an IBAN is the account's."""
    number = (account or "").split()[-1:]
    iban = bank_account.sanitized_acc_number or ""
    return not number or not iban or number[0] in iban
