from odoo import api, fields, models
from odoo.tools.misc import format_date, formatLang

from odoo.addons.cocare_network.report.fonts import font_files

from ..allocation import from_cents
from . import statement_pdf

#: months of the curve
MONTHS = 12
#: readings listed a service; the page of the firm has all of them
READINGS = 40
COLUMNS = ("direct_cost", "full_cost", "invoiced", "alone_cost", "gain")


class CocareRechargeStatement(models.AbstractModel):
    """The facts of a recharge as its statement tells them, in the firm's language."""

    _name = "cocare.recharge.statement"
    _description = "Statement of a recharge"

    @api.model
    def _pdf(self, recharge):
        """The statement of a recharge as it stands.

        :param recharge: ``cocare.recharge``, readable by the caller
        :return: bytes
        """
        lang = recharge.sudo().company_id.partner_id.lang or self.env.lang
        facts = self.with_context(lang=lang)._facts(recharge.with_context(lang=lang))
        return statement_pdf.render(facts, font_files())

    def _facts(self, recharge):
        """Runs as superuser from here on: a member reads no run, no key version and
        no account of the office; what is told is of their firm's recharge."""
        recharge = recharge.sudo()
        shares = recharge._own_shares()
        totals = shares._totals()
        known = any(shares.mapped("has_reference"))
        return statement_pdf.Statement(
            title=self.env._("Statement of shared services"),
            subtitle=f"{recharge.company_id.name} – {recharge._period()}",
            reference=recharge.display_name,
            author=recharge.operator_id.name,
            facts=self._about(recharge),
            costs_heading=self.env._("What the firm pays, and what it would pay alone"),
            columns=[
                self.env._("Before tax"),
                self.env._("Direct cost"),
                self.env._("Full cost"),
                self.env._("Invoiced"),
                self.env._("Alone"),
                self.env._("Gain"),
            ],
            costs=[self._cost(share) for share in shares],
            totals=[
                self._money(recharge, from_cents(totals[name]))
                if known or name not in ("alone_cost", "gain")
                else "–"
                for name in COLUMNS
            ],
            total_name=self.env._("Total"),
            details_heading=self.env._("Where each amount comes from"),
            words={
                "key": self.env._("Key:"),
                "decision": self.env._("Adopted by:"),
            },
            curve=self._curve(recharge),
            notes=self._notes(shares),
            page=self.env._("Page {page}"),
        )

    def _about(self, recharge):
        run = recharge.run_id
        facts = [
            (self.env._("Issued by"), recharge.operator_id.name),
            (self.env._("To"), recharge.company_id.name),
        ]
        if recharge.invoice_id:
            facts += [
                (
                    self.env._("Invoice"),
                    self.env._(
                        "%(number)s of %(date)s, %(total)s with tax",
                        number=recharge.invoice_id.name,
                        date=self._day(recharge.invoice_id.invoice_date),
                        total=self._money(recharge, recharge.amount_total),
                    ),
                )
            ]
        if run.state == "sent":
            facts += [
                (self.env._("To contest until"), self._day(run.review_until)),
                (self.env._("Arbitrated by"), run.arbitrator_id.name),
            ]
        if run.no_review_reason:
            facts += [(self.env._("Without review because"), run.no_review_reason)]
        return facts

    def _cost(self, share):
        usages = share._readings()
        return statement_pdf.Cost(
            name=share.display_name,
            amounts=[
                self._money(share, share[name])
                if share.has_reference or name not in ("alone_cost", "gain")
                else "–"
                for name in COLUMNS
            ],
            key=", ".join(filter(None, [share.key_name, share._key_text()])),
            decision=self._decision(share),
            readings=[
                (
                    self._day(usage.date),
                    usage.name or usage.service_id.name,
                    usage.service_id._quantity_text(usage.quantity),
                )
                for usage in usages[:READINGS]
            ],
            more=self.env._(
                "And %(count)s more, on the page of the firm.",
                count=len(usages) - READINGS,
            )
            if len(usages) > READINGS
            else "",
            contests=[
                self._contest(contest)
                for contest in share.contest_ids.sorted("id")
                if contest.state != "withdrawn"
            ],
        )

    def _decision(self, share):
        if not share._decision():
            return ""
        return self.env._(
            "%(decision)s, version from %(date)s",
            decision=share._decision(),
            date=self._day(share._version_from()),
        )

    def _contest(self, contest):
        if contest.state == "open":
            return self.env._("Contested: %(comment)s", comment=contest.comment)
        return self.env._(
            "Contested: %(comment)s\nDecided by %(arbitrator)s: %(answer)s "
            "(%(before)s, then %(after)s)",
            comment=contest.comment,
            arbitrator=contest.arbitrator_id.name,
            answer=contest.answer,
            before=self._money(contest, contest.amount_before),
            after=self._money(contest, contest.amount_after),
        )

    def _curve(self, recharge):
        """The twelve months up to the recharge, read from the posted shares."""
        months = [
            fields.Date.subtract(recharge.date_from, months=back)
            for back in reversed(range(MONTHS))
        ]
        shares = (
            self.env["cocare.allocation.share"]
            .sudo()
            .search(
                [
                    ("company_id", "=", recharge.company_id.id),
                    ("date_from", ">=", months[0]),
                    ("date_from", "<=", months[-1]),
                    "|",
                    ("state", "=", "posted"),
                    ("run_id", "=", recharge.run_id.id),
                ]
            )
        )
        by_month = shares.grouped("date_from")
        return statement_pdf.Curve(
            heading=self.env._("The last twelve months"),
            names=[self.env._("invoiced"), self.env._("standing alone")],
            months=[
                (
                    format_date(self.env, month, date_format="MM/yy"),
                    *self._two(by_month.get(month)),
                )
                for month in months
            ],
            write=lambda amount: formatLang(self.env, amount, digits=0),
        )

    def _two(self, shares):
        """What was invoiced in a month and what it would be alone; None if unknown."""
        if not shares:
            return None, None
        totals = shares._totals()
        known = all(s.has_reference for s in shares if s.invoiced)
        return (
            from_cents(totals["invoiced"]),
            from_cents(totals["alone_cost"]) if known else None,
        )

    def _notes(self, shares):
        notes = [
            self.env._(
                "Direct cost: what the service itself cost. Full cost: with its part "
                "of the support costs. Roundings even out over the year."
            )
        ]
        if any(share.settled for share in shares):
            notes.append(
                self.env._(
                    "What an arbitration took off goes into the cost of the next month."
                )
            )
        references = {
            (share.service_id, reference)
            for share in shares.filtered("has_reference")
            for reference in share.run_id.network_id._alone_reference(
                share.service_id, share.run_id.date_to
            )
        }
        notes += sorted(
            self.env._(
                "Alone, %(service)s: %(origin)s, from %(date)s",
                service=service.name,
                origin=reference.source,
                date=self._day(reference.valid_from),
            )
            for service, reference in references
        )
        return notes

    def _money(self, record, amount):
        return formatLang(self.env, amount, currency_obj=record.currency_id)

    def _day(self, day):
        return format_date(self.env, day)
