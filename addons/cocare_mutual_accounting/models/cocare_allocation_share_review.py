from decimal import Decimal

from odoo import fields, models
from odoo.exceptions import UserError
from odoo.tools.misc import format_date, formatLang

from ..allocation import allocate_cumulative, from_cents, to_cents


class CocareAllocationShare(models.Model):
    """What a firm says of a line it was sent, and what an arbitration makes of it."""

    _inherit = "cocare.allocation.share"

    review = fields.Selection(
        [
            ("waiting", "To review"),
            ("accepted", "Accepted"),
            ("contested", "Contested"),
            ("settled", "Arbitrated"),
        ],
        required=True,
        default="waiting",
        readonly=True,
    )
    reviewed_on = fields.Datetime(readonly=True)
    reviewed_by_id = fields.Many2one("res.users", readonly=True)
    review_until = fields.Date(related="run_id.review_until", related_sudo=True)
    contest_ids = fields.One2many("cocare.contest", "share_id", readonly=True)

    def _readings(self):
        """What the firm used in the month of what the key measures, and of the service
        itself, with the reader's rights; a true-up has none of its own.

        :return: ``cocare.usage``
        """
        self.ensure_one()
        if self.kind == "true_up":
            return self.env["cocare.usage"]
        first, last = self._period()
        return self.env["cocare.usage"].search(
            [
                ("company_id", "=", self.company_id.id),
                ("service_id", "in", self._metered_services().ids),
                ("date", ">=", first),
                ("date", "<=", last),
            ],
            order="date, id",
        )

    def _period(self):
        """First and last day of what the key measures."""
        return self.date_from, fields.Date.end_of(self.date_from, "month")

    def _metered_services(self):
        """The service, and those whose meter its key reads; keys bind the network."""
        version = self.key_version_id.sudo()
        return self.service_id | version.part_ids.service_id.with_env(self.env)

    def _decision(self):
        """The decision that adopted the key, in words; keys bind the whole network."""
        return self.key_version_id.sudo().decision_ref

    def _version_from(self):
        """The day the version of the key is in force from; keys bind the network."""
        return self.key_version_id.sudo().valid_from

    def _is_open(self):
        """Whether the firm may still accept or contest."""
        self.ensure_one()
        until = self.review_until
        return (
            self.state == "sent"
            and until
            and fields.Date.context_today(self) <= until
            and self.review != "settled"
        )

    def _accept_as_firm(self):
        """A worker-member accepts lines of their firm; again changes nothing.

        Runs as superuser once the member was found to work for the firm: members
        write no share.
        """
        for share in self._open_for_member():
            if share.review == "waiting":
                share._review("accepted")

    def _contest_as_firm(self, comment):
        """A worker-member contests a line: the arbitrator is told.

        Runs as superuser once the member was found to work for the firm.

        :param str comment: why
        :return: the ``cocare.contest``, the open one if there is one
        """
        self.ensure_one()
        share = self._open_for_member()
        comment = (comment or "").strip()
        if not comment:
            raise UserError(self.env._("Write what is wrong with this line."))
        waiting = share.contest_ids.filtered(lambda c: c.state == "open")
        if waiting:
            return waiting.with_env(self.env)
        if share.review == "settled":
            raise UserError(
                self.env._("This line was arbitrated: the decision is below it.")
            )
        contest = self.env["cocare.contest"].sudo()._open(share, comment)
        share._review("contested")
        return contest.with_env(self.env)

    def _open_for_member(self):
        """These shares as superuser, when the member may still say something.

        :raise UserError: it is too late
        """
        self.check_access("read")
        for company in self.company_id:
            company._check_member()
        today = fields.Date.context_today(self)
        for share in self.sudo():
            if share.state != "sent" or today > share.run_id.review_until:
                raise UserError(
                    self.env._(
                        "“%(service)s” could be contested until %(date)s; write to "
                        "the shared office.",
                        service=share.display_name,
                        date=format_date(
                            self.env, share.run_id.review_until or share.date_from
                        ),
                    )
                )
        return self.sudo()

    def _review(self, review):
        self.write(
            {
                "review": review,
                "reviewed_on": fields.Datetime.now(),
                "reviewed_by_id": self.env.uid,
            }
        )

    def _settle(self, cents):
        """Set what the firm pays after an arbitration; nobody else pays more now.

        :param int cents: instead of what was computed
        """
        self.ensure_one()
        computed = to_cents(self.invoiced) - to_cents(self.settled)
        self.write(
            {
                "settled": from_cents(cents - computed),
                "invoiced": from_cents(cents),
            }
        )

    def _remeasured(self):
        """What the firm would pay by what is recorded of it now, the others as sent.

        Runs as superuser: keys are measured in every firm's books.

        :return: (what was measured of the firm, in words; cents)
        """
        share = self.sudo()
        if share.kind == "true_up":
            raise UserError(
                self.env._("A true-up is worked out from the months: decide an amount.")
            )
        share._bring_back_corrections()
        line, firm, run = share.line_id, share.company_id, share.run_id
        version, firms = line.key_version_id, line.share_ids.company_id
        measured = version._measure(firms, run.date_from, run.date_to)
        for other in line.share_ids - share:
            for part, value in other._frozen_values().items():
                measured[part][other.company_id] = value
        line._check_measured(measured)
        full, direct = to_cents(line.full_cost), to_cents(line.direct_cost)
        terms = version._terms(firms, run.date_from)
        key = line._key_shares(measured, terms, full, direct)
        exact = {firm: full * part for firm, part in key.shares.items()}
        cents = allocate_cumulative(exact, *line._history())
        values = {part: values[firm] for part, values in measured.items()}
        return share._values_text(values), cents[firm]

    def _frozen_values(self):
        """What was measured of the firm.

        :return: ``{part of the key: Decimal}``
        """
        self.ensure_one()
        parts = self.sudo().key_version_id.part_ids
        return {
            parts.browse(said["part"]): Decimal(said["value"])
            for said in self.key_detail["parts"]
        }

    def _values_text(self, values):
        """What was measured of the firm, part by part, in words.

        :param dict values: ``{part of the key: Decimal}``
        """
        texts = []
        for part, value in values.items():
            unit = part.service_id._unit_text(value) if part.service_id else ""
            texts.append(f"{part._number(value)} {unit}".rstrip())
        return ", ".join(texts)

    def _true_up_text(self):
        """What a true-up is made of, in words."""
        real, called = (
            formatLang(self.env, amount, currency_obj=self.currency_id)
            for amount in (self.key_value, self.called)
        )
        return self.env._(
            "real cost of the year %(real)s, less %(called)s charged before",
            real=real,
            called=called,
        )

    def _bring_back_corrections(self):
        """Date in the month what was corrected since it was closed, for this line only.

        The month is opened and closed within this transaction: the network's row is
        written, so that no usage is recorded meanwhile.
        """
        self.ensure_one()
        network, run = self.run_id.network_id, self.run_id
        until = network.usage_lock_date
        mine = [
            ("company_id", "=", self.company_id.id),
            ("service_id", "in", self._metered_services().ids),
        ]
        Usage = self.env["cocare.usage"]
        in_month = Usage.search(
            [*mine, ("date", ">=", run.date_from), ("date", "<=", run.date_to)]
        )
        later = Usage.search([*mine, ("date", ">", run.date_to), ("revision", ">", 0)])
        network._unlock_usages(fields.Date.subtract(run.date_from, days=1))
        for model, usages in later.grouped("res_model").items():
            sources = set(usages.mapped("res_id")) & set(
                in_month.filtered(lambda u, m=model: u.res_model == m).mapped("res_id")
            )
            self.env[model].browse(sources).exists()._cocare_sync_usages()
        network._lock_usages(until)
