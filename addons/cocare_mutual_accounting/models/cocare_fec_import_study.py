from collections import defaultdict
from datetime import date, timedelta
from decimal import Decimal
from types import SimpleNamespace

from odoo import api, models
from odoo.fields import Domain
from odoo.tools import date_utils, split_every

from .. import fec, fec_books, fec_opening, fec_parties

#: entries looked for in the books at a time
BATCH = 1000
LOCKS = (
    *("hard_lock_date", "fiscalyear_lock_date", "tax_lock_date"),
    *("sale_lock_date", "purchase_lock_date"),
)
#: lines of entries that were taken over and that nobody has posted yet
NOT_FINAL = [
    ("parent_state", "=", "draft"),
    ("move_id.cocare_fec_import_id", "!=", False),
    ("move_id.posted_before", "=", False),
]


# pylint: disable=consider-merging-classes-inherited
class CocareFecImport(models.Model):
    """What a ledger file would do to the books, before anything is written."""

    _inherit = "cocare.fec.import"

    def _exercise_of(self, day):
        company = self.company_id
        return date_utils.get_fiscal_year(
            day,
            day=company.fiscalyear_last_day,
            month=int(company.fiscalyear_last_month),
        )

    def _study(self):
        """Return the ledger of the file, its problems, and the plan to book it."""
        self.ensure_one()
        self = self.with_company(self.company_id)  # noqa: PLW0642
        with self._open() as file:
            ledger = fec.read(
                *(file, self.filename, self._exercise_of, self.given_encoding or "")
            )
        problems, plan = list(ledger.problems), None
        if not (self.company_id.chart_template or "").startswith("fr"):
            problems.append(fec.Problem("no_chart"))
        elif not ledger.errors:
            plan = self._plan(ledger)
            problems += self._study_later_openings(ledger)
            problems += self._study_openings(ledger, plan)
            problems += self._study_archived(plan)
            problems += self._study_locks(plan)
            problems += self._study_names(plan)
            problems += self._study_letters(plan)
            problems += self._study_currencies(ledger)
        problems += self._study_siren()
        return ledger, problems, plan

    def _plan(self, ledger):
        chart = {code: item.account_type for code, item in self._chart().items()}
        journals = [
            (journal.id, journal.code, journal.type, journal.cocare_fec_code)
            for journal in self._journals()
        ]
        chosen = self.env["cocare.fec.mapping"]._chosen(self.company_id)
        plan = fec_books.plan(ledger, chart, journals, *chosen)
        contacts = self._contacts()
        own = {contact.id for contact in contacts}
        settled = self.env["cocare.fec.mapping"]._settled(self, own)
        plan.settle_partners(contacts, settled)
        return plan

    def _contacts(self):
        """The firm's own contacts, those in use first: a contact without firm is
        everybody's, and takes nothing of one firm's books."""
        contacts = self.env["res.partner"].with_context(active_test=False)
        contacts = contacts.search_fetch(
            [("company_id", "=", self.company_id.id)],
            ["ref", "name", "parent_id", "active"],
            order="active DESC, id",
        )
        return [
            fec_parties.Contact(
                *(contact.id, contact.ref or "", contact.name or ""),
                alone=contact.active and not contact.parent_id,
            )
            for contact in contacts
        ]

    def _chart(self):
        """Return {code: account} of the firm, archived accounts included."""
        accounts = self.env["account.account"].with_context(active_test=False)
        domain = [("company_ids", "in", self.company_id.ids)]
        return {account.code: account for account in accounts.search(domain)}

    def _journals(self):
        journals = self.env["account.journal"].with_context(active_test=False)
        return journals.search([("company_id", "=", self.company_id.id)])

    def _study_openings(self, ledger, plan):
        """Leave each opening out where the books already say the same, or refuse it.

        The exercises that the file holds before it are books for the next one.
        """
        problems, added = [], defaultdict(Decimal)
        for exercise in ledger.exercises:
            books = self._balances_before(exercise[0], plan)
            for key, balance in added.items():
                books[key] += balance
            if books:
                problems += self._study_opening(ledger, plan, exercise, books)
            written = (
                entry
                for entry in ledger.entries_of(exercise)
                if entry.key not in plan.left_out
            )
            if exercise != ledger.exercises[-1]:
                for key, balance in fec_books.balances(plan, written).items():
                    added[key] += balance
        return problems

    def _study_opening(self, ledger, plan, exercise, books):
        first_day, opening = exercise[0], plan.openings[exercise]
        entries = ledger.entries_of(exercise)
        problems = [
            fec.Problem(
                *("opening_unsure", entry.lines[0].number, "", {"entry": str(entry)}),
                level="error" if named else "warning",
            )
            for entry, named in fec_opening.unsure(entries, opening, first_day)
        ]
        if not opening:
            return problems
        codes = {code: account.code for code, account in plan.accounts.items()}
        parties = fec_parties.same(plan.contacts)
        found = fec_opening.differences(opening, codes, parties, books)
        plan.leave_out(opening)
        day = str(first_day - timedelta(days=1))
        if found:
            return problems + [self._opening_problem(item, day) for item in found]
        number, values = opening[0].lines[0].number, {"count": len(opening)}
        values["date"] = day
        return [*problems, fec.Problem("opening_kept", number, "", values, "warning")]

    def _opening_problem(self, difference, day):
        code = "opening_account" if difference.account else "opening_result"
        values = {
            "date": day,
            "opening": str(difference.opening),
            "books": str(difference.books),
        }
        if difference.account:
            values["account"] = difference.account
        if difference.partner:
            code, values["partner"] = "opening_partner", difference.partner
        return fec.Problem(code, difference.line, values=values)

    def _balances_before(self, day, plan):
        """Return {(account code, number of the third party or ""): balance}.

        A contact goes by its number in the file, others by their reference.
        An entry that was taken over, and is not final yet, counts as well: it will be.
        """
        numbers = {
            plan.contacts[number]: first
            for number, first in fec_parties.same(plan.contacts).items()
            if plan.contacts[number]
        }

        def party(partner):
            """A number of the file that is somebody else is not this one's."""
            ref = partner.ref or ""
            other = partner.display_name if ref in plan.contacts else ref
            return numbers.get(partner.id, other)

        groups = self.env["account.move.line"]._read_group(
            Domain("company_id", "=", self.company_id.id)
            & (Domain("parent_state", "=", "posted") | Domain(NOT_FINAL))
            & Domain("account_id", "!=", False)
            & Domain("date", "<", day),
            ["account_id", "partner_id"],
            ["balance:sum"],
        )
        books = defaultdict(Decimal)
        for account, partner, balance in groups:
            books[account.code, party(partner)] += Decimal(f"{balance:.2f}")
        return books

    def _study_later_openings(self, ledger):
        """The opening of a later exercise holds all that this file would add again."""
        later = self.search(
            [
                ("company_id", "=", self.company_id.id),
                ("state", "=", "done"),
                ("date_from", ">", ledger.exercise[1]),
            ],
            order="date_from",
        )
        problems = []
        for take_over in later:
            for entry in take_over._written_opening():
                values = {"name": entry.number, "date": str(entry.date)}
                problems.append(fec.Problem("later_opening", values=values))
        return problems

    def _written_opening(self):
        """Return the opening entries of a take-over that are still in the books."""
        moves = self.move_ids.filtered(
            lambda move: (
                move.date == self.date_from
                and (
                    move.state == "posted"
                    or (move.state == "draft" and not move.posted_before)
                )
            )
        )
        entries = [
            fec.Entry(
                *(move.journal_id.cocare_fec_code or "", move.journal_id.name),
                *(move.name, move.date, move.ref),
                [
                    SimpleNamespace(account=item.account_id.code)
                    for item in move.line_ids
                ],
            )
            for move in moves.sorted("id")
        ]
        return fec_opening.find(entries, self.date_from)

    def _study_archived(self, plan):
        chart = self._chart()
        codes = [account.code for account in plan.written_accounts()]
        return [
            fec.Problem("account_archived", values={"text": code})
            for code in codes
            if code in chart and not chart[code].active
        ]

    def _study_locks(self, plan):
        """The ORM would move such entries to the next open day without a word."""
        days = {lock: self.company_id[f"user_{lock}"] or date.min for lock in LOCKS}
        late = {}
        if plan.ledger.exercise[0] > max(days.values()):
            return []
        for entry in plan.entries:
            for lock, day in days.items():
                if entry.date <= day:
                    number = entry.lines[0].number
                    count, first = late.get(lock, (0, number))
                    late[lock] = count + 1, min(first, number)
        return [
            fec.Problem(
                *("locked", number, ""),
                {"count": count, "date": str(days[lock]), "lock": lock},
            )
            for lock, (count, number) in late.items()
        ]

    def _study_names(self, plan):
        """Each entry gets its own name, free in its journal and right for its date."""
        problems, seen = [], {}
        fits = self._name_check()
        for entries in split_every(BATCH, plan.entries):
            known = self._known(plan, entries)
            for entry in entries:
                name, number = plan.name(entry), entry.lines[0].number
                values = {"entry": str(entry), "name": name}
                if name in known or self._key_of(entry) in known:
                    told = {**values, "name": known.get(self._key_of(entry), name)}
                    problems.append(fec.Problem("entry_exists", number, values=told))
                if name in seen:
                    told = {**values, "twin": seen[name]}
                    problems.append(fec.Problem("same_name", number, values=told))
                seen[name] = str(entry)
                if not fits(name, entry.date, entry.first_day):
                    problems.append(fec.Problem("entry_name", number, values=values))
        return problems

    def _known(self, plan, entries):
        """Names and keys of entries of the file that the books have: {either: name}."""
        journals = {plan.journals[entry.journal].existing for entry in entries}
        names = [plan.name(entry) for entry in entries]
        keys = [self._key_of(entry) for entry in entries]
        found = self.env["account.move"].search_fetch(
            Domain("company_id", "=", self.company_id.id)
            & (
                Domain("journal_id", "in", list(journals - {None}))
                & Domain("name", "in", names)
                | Domain("cocare_fec_key", "in", keys)
            ),
            ["name", "cocare_fec_key"],
        )
        return {
            **{move.name: move.name for move in found},
            **{move.cocare_fec_key: move.name for move in found if move.cocare_fec_key},
        }

    @api.model
    def _key_of(self, entry):
        """What an entry is known by, in whichever journal it was put and however the
        file is written: first day of the exercise, journal and number."""
        return f"{entry.first_day:%Y%m%d}|{entry.journal}|{entry.number}"

    def _name_check(self):
        """Return ``(name, day, first day of its exercise) → whether the ORM lets it``.

        It is what ``_sequence_matches_date`` says, without a record for each entry.
        """
        probe = self.env["account.move"].new({"company_id": self.company_id.id})

        known = {}

        def years(reset, day, first_day):
            """The same for all days of one year in one exercise."""
            key = reset, day.year, first_day
            if key not in known:
                probe.date = day
                first, last, own_first, own_last = probe._get_sequence_date_range(reset)
                known[key] = own_first or first.year, own_last or last.year
            return known[key]

        def fits(name, day, first_day):
            values = probe._get_sequence_format_param(name)[1]
            reset = probe._deduce_sequence_number_reset(name)
            first, last = years(reset, day, first_day)
            return (
                (not values["year"] or probe._year_match(values["year"], first))
                and (
                    not values["year_end"]
                    or probe._year_match(values["year_end"], last)
                )
                and (not values["month"] or values["month"] == day.month)
            )

        return fits

    def _study_letters(self, plan):
        problems = []
        for group in plan.letters.still_open:
            values = {"letter": group.letter, "account": group.account}
            values["gap"] = str(group.gap)
            problem = fec.Problem("letter_open", group.number, "", values, "warning")
            problems.append(problem)
        waiting = plan.letters.waiting
        if waiting:
            number = min(group.number for group in waiting.values())
            values = {"count": len(waiting)}
            problem = fec.Problem("letter_waits", number, "", values, "warning")
            problems.append(problem)
        return problems

    def _study_currencies(self, ledger):
        """Amounts in currencies that nobody knows are told, not taken."""
        if not any(problem.code == "currency" for problem in ledger.problems):
            return []
        known, unknown = self._currencies(), {}
        for line in (line for entry in ledger.entries for line in entry.lines):
            if line.currency and line.currency not in known:
                unknown.setdefault(line.currency, line.number)
        return [
            fec.Problem(
                *("currency_unknown", number, "Idevise", {"text": code}, "warning")
            )
            for code, number in unknown.items()
        ]

    def _currencies(self):
        """Return {ISO code: currency}, those not in use included."""
        currencies = self.env["res.currency"].with_context(active_test=False)
        return {currency.name: currency for currency in currencies.search([])}

    def _study_siren(self):
        found, _closing = fec.split_file_name(self.filename)
        expected = (self.company_id.company_registry or "").replace(" ", "")[:9]
        if not found or not expected or found == expected:
            return []
        values = {"found": found, "expected": expected}
        return [fec.Problem("other_siren", values=values, level="warning")]
