from odoo import models
from odoo.exceptions import UserError
from odoo.tools.misc import format_date

from ..closing_checks import to_note

SOFT_LOCKS = {
    "none": (),
    "sale_purchase": ("sale_lock_date", "purchase_lock_date"),
    "fiscalyear": ("fiscalyear_lock_date",),
}


class CocareClosing(models.Model):
    """What a closing locks in Odoo, and how a soft lock is lifted for a while.

    Locks only go forward. A month locks sales and purchases, or all journals, or
    nothing, as the network decided; VAT is locked once the return of the period is
    filed; a year locks all journals. Those locks are soft: opening again leaves them
    and makes an exception (``account.lock_exception``), which Odoo logs. Closing for
    good sets the hard lock, for which there is none.
    """

    # One idea a file.
    _inherit = "cocare.closing"  # pylint: disable=consider-merging-classes-inherited

    def _lock(self):
        """Set the lock dates of the firm; none goes back.

        Runs as superuser: who keeps the books of a firm may not write its company.

        :return: what was locked, in words
        """
        self.ensure_one()
        company = self.company_id.sudo()
        days = dict.fromkeys(self._soft_locks(), self.date_to)
        declared = self._declared_until()
        if declared:
            days["tax_lock_date"] = declared
        ahead = {
            name: day
            for name, day in days.items()
            if not company[name] or company[name] < day
        }
        if ahead:
            company.write(ahead)
        return "\n".join(self._lock_sentences(days, ahead))

    def _lock_sentences(self, days, ahead):
        """One sentence a lock date; one that was later already stays."""
        names = self.company_id.fields_get(days, ["string"])
        for name, day in days.items():
            company = self.company_id.sudo()
            yield self.env._(
                "%(lock)s: %(day)s",
                lock=names[name]["string"],
                day=format_date(self.env, day if name in ahead else company[name]),
            )

    def _soft_locks(self):
        """Names of the lock dates that closing the period sets, beside VAT."""
        if self.kind == "year":
            return SOFT_LOCKS["fiscalyear"]
        if self.kind == "quarter":
            return ()
        return SOFT_LOCKS[self.company_id.cocare_network_id.closing_month_lock]

    def _declared_until(self):
        """The last day of the period, once its VAT return is filed; False before.

        An open return of an earlier period holds it back.
        """
        returns = (
            self.env["cocare.obligation"]
            .sudo()
            .search(
                [
                    ("company_id", "=", self.company_id.id),
                    ("rule_id.amount_from", "=", "vat"),
                    ("date_to", "<=", self.date_to),
                    ("superseded", "=", False),
                ]
            )
        )
        filed = returns.filtered(lambda r: r.state in ("filed", "paid"))
        late = any(record.is_open for record in returns)
        return not late and self.date_to in filed.mapped("date_to") and self.date_to

    def _balances_to_note(self):
        """Cents by account at the end of the year, as the next one has to open."""
        accounts = self.sudo()._books()[self]
        return to_note((a.code, a.balance, a.is_result) for a in accounts)

    def _close_for_good(self):
        """Set the hard lock, once the steps are still in order.

        Runs as superuser, as ``_lock``.
        """
        self.ensure_one()
        self._evaluate()
        self._check_may_close_for_good()
        company = self.company_id.sudo()
        if not company.hard_lock_date or company.hard_lock_date < self.date_to:
            company.hard_lock_date = self.date_to
        lock = self.company_id.fields_get(["hard_lock_date"], ["string"])
        told = self.env._(
            "%(lock)s: %(day)s",
            lock=lock["hard_lock_date"]["string"],
            day=format_date(self.env, company.hard_lock_date),
        )
        self._settle(
            {
                "state": "final",
                "locks": "\n".join(filter(None, [self.locks, told])),
                "balances": self._balances_to_note(),
            }
        )
        inside = self.search(
            [
                ("company_id", "=", self.company_id.id),
                ("state", "=", "closed"),
                ("date_to", "<=", self.date_to),
            ]
        )
        inside._settle({"state": "final"})

    def _check_may_close_for_good(self):
        """:raise UserError: it is no year, or something is left to do"""
        if self.kind != "year":
            raise UserError(self.env._("Years are closed for good, not months."))
        self._check_may_close()
        made = self.env["cocare.fec.export"]._status(self.company_id, self.date_to)
        if made.get(self.company_id, self.env["cocare.fec.export"]).state != "official":
            raise UserError(
                self.env._(
                    "Keep the official ledger file (FEC) of “%(closing)s” first.",
                    closing=self.display_name,
                )
            )

    def _reopen(self, reason, until, everyone=False, with_vat=False):
        """Open a closed period again, by exceptions to the soft locks.

        Runs as superuser, as ``_lock``; the exceptions say who, why and until when.

        :param str reason: why
        :param datetime until: when the exceptions end
        :param bool everyone: for all who keep the firm, and not the user alone
        :param bool with_vat: also what was declared, which then has to be corrected
        :raise UserError: the hard lock, or a year that is closed, holds it
        """
        self.ensure_one()
        company = self.company_id.sudo()
        if company.hard_lock_date and company.hard_lock_date >= self.date_from:
            raise UserError(
                self.env._(
                    "“%(closing)s” is locked for good until %(day)s.",
                    closing=self.display_name,
                    day=format_date(self.env, company.hard_lock_date),
                )
            )
        year = self.search(
            [
                ("company_id", "=", self.company_id.id),
                ("kind", "=", "year"),
                ("state", "!=", "open"),
                ("date_from", "<=", self.date_from),
                ("date_to", ">=", self.date_to),
                ("id", "!=", self.id),
            ],
            limit=1,
        )
        if year:
            raise UserError(
                self.env._("Open “%(year)s” again first.", year=year.display_name)
            )
        self._except_from_locks(reason, until, everyone, with_vat)
        self._settle(
            {
                "state": "open",
                "closed_on": False,
                "closed_by_id": False,
                "locks": False,
                "balances": False,
            }
        )
        self.sudo().message_post(
            body=self.env._(
                "Opened again by %(user)s: %(reason)s",
                user=self.env.user.name,
                reason=reason,
            )
        )

    def _except_from_locks(self, reason, until, everyone, with_vat):
        """One exception for each soft lock that holds the period, up to its eve."""
        company = self.company_id.sudo()
        eve = self._eve()
        names = ["fiscalyear_lock_date", "sale_lock_date", "purchase_lock_date"]
        names += ["tax_lock_date"] if with_vat else []
        self.env["account.lock_exception"].sudo().create(
            [
                {
                    "company_id": company.id,
                    "user_id": not everyone and self.env.user.id,
                    "reason": reason,
                    "end_datetime": until,
                    "lock_date_field": name,
                    "lock_date": eve,
                }
                for name in names
                if company[name] and company[name] >= self.date_from
            ]
        )
