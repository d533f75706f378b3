from odoo import api, fields, models
from odoo.tools import SQL

from .. import cost_sharing_group as group_rules
from ..allocation import from_cents, to_cents


class CocareVatExemption(models.Model):
    """What may cost an exemption: measured in the books, kept, and told once."""

    _inherit = "cocare.vat.exemption"

    def _watch_group(self):
        """Watch the exemptions in force of the same groups and years.

        Runs as superuser: what one firm is changes what the others risk.
        """
        self.sudo().search(
            [
                ("network_id", "in", self.sudo().network_id.ids),
                ("year", "in", list(set(self.mapped("year")))),
                ("state", "=", "validated"),
            ]
        )._watch()

    @api.model
    def _cron_watch(self):
        """Measure the exemptions of this year and the last one, tell what is new."""
        year = fields.Date.context_today(self).year
        self.search([("state", "=", "validated"), ("year", ">=", year - 1)])._watch()

    def _watch(self):
        """Measure the books, keep the risks, and tell an accountant of new ones, once.

        Runs as superuser: the books of the firms are summed, nothing of them is told
        but the two sums; of the operator's, whether a limit is exceeded.
        """
        today = fields.Date.context_today(self)
        records = self.sudo()
        off = records._off_exact_cost()
        outside = records._are_outside_limit()
        for record in records:
            taxed, total = record._measure()
            record._settle(
                {
                    "measured_taxed": from_cents(taxed),
                    "measured_total": from_cents(total),
                    "measured_on": today,
                }
            )
            if record.state != "validated":
                continue
            known = {code for code, _details in record.risks or []}
            risks = record._find_risks(taxed, total, off[record], outside[record])
            record._settle({"risks": risks, "at_risk": bool(risks)})
            if {code for code, _details in risks} - known:
                record._tell_accountant()

    def _measure(self):
        """Receipts of the year in the firm's posted books, so far.

        Receipts are the income accounts. They are taxed when their line carries a tax;
        lines of a ledger that was taken over carry none, they are when their entry has
        VAT collected (4457).

        :return: cents taxed, cents in all
        """
        self.ensure_one()
        self.env.flush_all()
        first, last = self._year_dates()
        self.env.cr.execute(
            SQL(
                """
                SELECT COALESCE(SUM(-line.balance) FILTER (WHERE
                           EXISTS (
                               SELECT 1
                                 FROM account_move_line_account_tax_rel rel
                                 JOIN account_tax tax ON tax.id = rel.account_tax_id
                                WHERE rel.account_move_line_id = line.id
                                  AND tax.amount != 0
                           )
                           OR move.cocare_fec_import_id IS NOT NULL AND EXISTS (
                               SELECT 1
                                 FROM account_move_line vat
                                 JOIN account_account owed ON owed.id = vat.account_id
                                WHERE vat.move_id = line.move_id
                                  AND owed.code_store->>%(firm)s LIKE '4457%%'
                           )
                       ), 0),
                       COALESCE(SUM(-line.balance), 0)
                  FROM account_move_line line
                  JOIN account_move move ON move.id = line.move_id
                  JOIN account_account account ON account.id = line.account_id
                 WHERE line.company_id = %(company)s
                   AND line.parent_state = 'posted'
                   AND line.date BETWEEN %(first)s AND %(last)s
                   AND account.account_type IN ('income', 'income_other')
                """,
                firm=str(self.company_id.id),
                company=self.company_id.id,
                first=first,
                last=last,
            )
        )
        taxed, total = self.env.cr.fetchone()
        return to_cents(taxed), to_cents(total)

    def _outside_limit(self):
        """What the group may sell to others than its members, as the year ends."""
        self.ensure_one()
        return group_rules.limit_on(self._year_dates()[1], group_rules.OUTSIDE_LIMITS)

    def _are_outside_limit(self):
        """Whether the operator sold too much of the year to others than members.

        :return: ``{record: bool}``; measured once a group and year
        """
        exceeded = {}
        for (network, year), records in self.grouped(
            lambda record: (record.network_id, record.year)
        ).items():
            one = records[:1]
            sums = network._receipts_outside(year, one._members())
            limit = one._outside_limit().percent
            exceeded |= dict.fromkeys(records, not group_rules.is_within(*sums, limit))
        return exceeded

    def _find_risks(self, taxed, total, off, outside):
        """What may cost the exemption.

        :param int taxed, total: cents of receipts measured in the books
        :param int off: cents invoiced beyond the exact part of the costs
        :param bool outside: the group sells too much to others than its members
        :return: list of ``[code, details]``, see ``_risk_sentence``
        """
        self.ensure_one()
        first, last = self._year_dates()
        members = self._members()
        risks = []
        if total > 0 and not group_rules.is_below(taxed, total, self._limit().percent):
            risks.append(["books_over_limit", {}])
        if len(members) < group_rules.LEAST_MEMBERS:
            risks.append(["alone", {}])
        others = members - self._exempt_members()
        if others and not self.network_id._is_general_interest(first, last):
            risks.append(["mixed_group", {"count": len(others)}])
        if outside:
            risks.append(["outside_limit", {}])
        if last < fields.Date.context_today(self) and off:
            risks.append(["off_exact_cost", {}])
        return risks

    def _exempt_members(self):
        """Members of the group who are exempt in the year, for some service."""
        return self.search(
            [
                ("network_id", "=", self.network_id.id),
                ("year", "=", self.year),
                ("state", "=", "validated"),
            ]
        ).company_id

    def _risk_sentence(self, code, details):
        """A risk in words; other firms are counted and not named."""
        self.ensure_one()
        if code == "mixed_group":
            return self.env._(
                "Members of the group without exemption in %(year)s: %(count)s. The "
                "group is not of the exempt sectors of general interest, where it "
                "may have such members.",
                year=self.year,
                count=details["count"],
            )
        return {
            "books_over_limit": self.env._(
                "In the books of %(year)s, taxed receipts reached %(limit)s %% of all "
                "receipts.",
                year=self.year,
                limit=self.limit_percent,
            ),
            "alone": self.env._(
                "The group has fewer than %(count)s members.",
                count=group_rules.LEAST_MEMBERS,
            ),
            "outside_limit": self.env._(
                "In the operator's books of %(year)s, sales to others than members of "
                "the group are more than %(limit)s %% of all its receipts.",
                year=self.year,
                limit=self._outside_limit().percent,
            ),
            "off_exact_cost": self.env._(
                "The year is over and what was invoiced is not the exact part of the "
                "costs."
            ),
        }[code]

    def _tell_accountant(self):
        """Put the risks on the list of who validated the exemption, or a colleague."""
        self.ensure_one()
        office = (
            self.env.ref("cocare_mutual_accounting.group_accountant")
            .sudo()
            .all_user_ids.filtered(lambda user: self.operator_id in user.company_ids)
        )
        user = (self.validated_by_id & office) or office[:1]
        told = self.with_context(
            lang=user.lang or self.env.lang, mail_activity_quick_update=True
        )
        told.activity_schedule(
            "mail.mail_activity_data_todo",
            date_deadline=fields.Date.context_today(self),
            summary=told.env._(
                "Exemption from VAT at risk: %(exemption)s",
                exemption=told.display_name,
            ),
            note=told.risk_text,
            user_id=user.id or self.env.uid,
        )
