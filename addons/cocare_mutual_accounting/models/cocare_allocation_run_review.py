from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools.misc import format_date

from ..allocation import to_cents


class CocareAllocationRun(models.Model):
    """What the firms say of a run before it is posted.

    What a firm was sent does not change because another one contests: an arbitration
    changes the line it is about, and the difference goes into the next run.
    """

    _inherit = "cocare.allocation.run"

    review_days = fields.Integer(related="network_id.recharge_review_days")
    review_until = fields.Date(
        readonly=True, copy=False, help="Last day to contest; silence is consent."
    )
    arbitrator_id = fields.Many2one(
        "res.users",
        readonly=True,
        copy=False,
        help="Who decides what is contested, as it was when the run was sent.",
    )
    no_review_reason = fields.Char(
        string="Posted without review because",
        copy=False,
        help="The firms are told why they were not asked.",
    )
    contest_ids = fields.One2many(
        "cocare.contest", "run_id", string="Contested lines", readonly=True
    )
    review_text = fields.Char(compute="_compute_review_text", string="Review")
    settled = fields.Monetary(
        compute="_compute_settled",
        string="Arbitrations",
        help="What they took off the amounts goes into the next run.",
    )

    @api.depends("share_ids.settled")
    def _compute_settled(self):
        for run in self:
            run.settled = sum(run.share_ids.mapped("settled"))

    @api.depends("share_ids.review")
    def _compute_review_text(self):
        for run in self:
            reviews = run._to_review().mapped("review")
            run.review_text = self.env._(
                "%(accepted)s of %(count)s lines accepted, %(contested)s contested",
                accepted=sum(r in ("accepted", "settled") for r in reviews),
                count=len(reviews),
                contested=reviews.count("contested"),
            )

    def write(self, vals):
        if vals.keys() & {"review_until", "arbitrator_id"}:
            raise UserError(self.env._("A run is sent by its button."))
        if "no_review_reason" in vals:
            self._check_state("draft", "computed")
        return super().write(vals)

    def action_send(self):
        """Let each firm read, accept or contest its lines until a date."""
        self.check_access("write")
        for run in self:
            run._check_state("computed")
            network = run.sudo().network_id
            if not network.recharge_review_days:
                raise UserError(
                    self.env._(
                        "“%(network)s” gives its firms no time to review: post.",
                        network=network.name,
                    )
                )
            if not network.arbitrator_id:
                raise UserError(
                    self.env._(
                        "Name who arbitrates what firms contest, on the network "
                        "“%(network)s”.",
                        network=network.name,
                    )
                )
            run._check_shares_add_up()
            run._check_costs_unchanged()
            run._set_state("sent")
            super(CocareAllocationRun, run).write(
                {
                    "review_until": fields.Date.add(
                        fields.Date.context_today(self),
                        days=network.recharge_review_days,
                    ),
                    "arbitrator_id": network.arbitrator_id.id,
                    "no_review_reason": False,
                }
            )
            self.env["cocare.recharge"]._for_run(run)._notify_sent()
        return True

    def action_open_contests(self):
        """Open what was contested."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "cocare_mutual_accounting.cocare_contest_action"
        )
        return {**action, "domain": [("run_id", "=", self.id)], "context": {}}

    def _to_review(self):
        """Shares that somebody else than the operator pays."""
        return self.share_ids.filtered(
            lambda s: s.company_id != s.operator_id and to_cents(s.full_cost)
        )

    def _take_back(self):
        """What was sent and accepted is no longer what is computed.

        Runs as superuser: recharges are written by the steps of a run.
        """
        self.ensure_one()
        self.sudo().recharge_ids.unlink()
        return super().write({"review_until": False, "arbitrator_id": False})

    def _check_not_contested(self):
        if self.sudo().contest_ids:
            raise UserError(
                self.env._(
                    "Lines of %(run)s were contested: what the others were sent does "
                    "not change any more, arbitrate these.",
                    run=self.display_name,
                )
            )

    def _check_reviewed(self):
        """The firms were asked, and what they contested is decided."""
        run = self.sudo()
        if run.state == "computed":
            if run.network_id.recharge_review_days and not run.no_review_reason:
                raise UserError(
                    self.env._(
                        "Send %(run)s to the firms first, or write why it is posted "
                        "without their review.",
                        run=run.display_name,
                    )
                )
            return
        waiting = run.contest_ids.filtered(lambda contest: contest.state == "open")
        if waiting:
            raise UserError(
                self.env._(
                    "“%(service)s” is contested by %(firm)s: %(arbitrator)s has to "
                    "decide first.",
                    service=waiting[0].share_id.display_name,
                    firm=waiting[0].company_id.name,
                    arbitrator=waiting[0].arbitrator_id.name,
                )
            )
        silent = run._to_review().filtered(lambda share: share.review == "waiting")
        if silent and fields.Date.context_today(self) <= run.review_until:
            raise UserError(
                self.env._(
                    "%(firm)s may contest until %(date)s, and has not accepted yet.",
                    firm=silent[0].company_id.name,
                    date=format_date(self.env, run.review_until),
                )
            )
