from odoo import fields, models
from odoo.exceptions import UserError
from odoo.tools.misc import format_date

from ..allocation import to_cents
from .account_move import CLEARING


class CocareClearing(models.Model):
    """How a clearing gets into the books of every firm."""

    _inherit = "cocare.clearing"  # pylint: disable=consider-merging-classes-inherited

    def _post_entries(self):
        """Book the clearing in the books of every firm, and match its documents.

        Writes as superuser in the books of all firms, by their mandate, in one
        transaction: a debt that is cleared in one of the two books only must not exist.
        """
        self.ensure_one()
        clearing = self.sudo()
        clearing._set_entry_date(clearing._day_of_entries())
        pairings = clearing._leave_out_what_changed()
        clearing._check_something_to_clear()
        clearing._check_locks(clearing.entry_date)
        plan = []
        for position in clearing.position_ids:
            items = clearing._items_of(position.company_id, pairings)
            values = position._prepare_entry(items)
            if not values["line_ids"]:
                # the operator, when the firms owe each other the same and it nothing
                continue
            move = clearing._moves().create(values)
            move._post(soft=False)
            position.move_id = move
            # the first lines of the entry are those of the items, in their order
            plan += [
                item | line
                for item, line in zip(items, move.line_ids.sorted("id"), strict=False)
            ]
        clearing._items()._reconcile_plan(plan)
        clearing._check_cleared(pairings)

    def _day_of_entries(self):
        today = fields.Date.context_today(self)
        day = self.entry_date or today
        if day < self.date_to or day > today:
            raise UserError(
                self.env._(
                    "The date of the entries is between the end of the month and today."
                )
            )
        return day

    def _leave_out_what_changed(self):
        """A document of which the books say something else by now is not cleared.

        :return: ``{key: Pairing}`` of the documents that are, see ``cocare.mirror``
        """
        pairings = self._pairings()
        kept = {}
        for document in self.document_ids.filtered(lambda d: d.state == "agreed"):
            key = document._key()
            pairing = pairings.get(key)
            if pairing and to_cents(document.amount) == pairing.claim == pairing.debt:
                kept[key] = pairing
            else:
                document.write({"state": "differs", "reason": "changed"})
        self._update_positions()
        return kept

    def _items_of(self, firm, pairings):
        """What a firm's entry settles, in the order of the documents."""
        items = self._items()
        for (creditor, debtor, _number), pairing in pairings.items():
            if creditor == firm.id:
                items += pairing.claims
            if debtor == firm.id:
                items += pairing.debts
        return items

    def _items(self):
        return self._in_all_books("account.move.line")

    def _moves(self):
        return self._in_all_books("account.move")

    def _in_all_books(self, model):
        """A model that may be written in the books of every firm of the clearing.

        Superuser, by the firms' mandate; see ``_post_entries`` and ``_cancel``.
        """
        return (
            self.env[model]
            .sudo()
            .with_context(
                allowed_company_ids=self._firms().ids,
                cocare_clearing=CLEARING,
                mail_create_nolog=True,
                tracking_disable=True,
            )
        )

    def _check_locks(self, date):
        """Odoo moves an entry out of a closed period silently; refuse instead."""
        for firm in self.position_ids.company_id:
            journal = firm.cocare_clearing_journal_id
            if not journal.default_account_id:
                raise UserError(
                    self.env._(
                        "%(firm)s has no journal for the clearing: load its chart of "
                        "accounts and complete it from the template.",
                        firm=firm.name,
                    )
                )
            # with VAT: what is cleared makes the VAT on payment due
            if firm._get_violated_lock_dates(date, True, journal):
                raise UserError(
                    self.env._(
                        "The books of %(firm)s are locked on %(date)s: choose a later "
                        "date for the entries or open the period.",
                        firm=firm.name,
                        date=format_date(self.env, date),
                    )
                )

    def _check_cleared(self, pairings):
        """The last gate: both books settled, and the positions on account 467."""
        for document in self.document_ids.filtered(lambda d: d.state == "agreed"):
            pairing = pairings[document._key()]
            if pairing.claim or pairing.debt:
                raise UserError(
                    self.env._(
                        "“%(number)s” is not settled in both books.",
                        number=document.name,
                    )
                )
        for position in self.position_ids:
            position._check_booked()
