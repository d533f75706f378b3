from odoo import http
from odoo.exceptions import UserError
from odoo.http import request

from odoo.addons.cocare_network.controllers.portal import FirmPortal


class RechargePortal(FirmPortal):
    """What a worker-member's firm is recharged: read, accept, contest.

    Every read is made with the member's own rights; what a member does is a named
    method of the share or of the contest. Odoo makes one class of all the controllers
    of a base: names of methods are of the whole portal.
    """

    @http.route("/my/recharges", type="http", auth="user", website=True, readonly=True)
    def recharges(self, **kwargs):
        firms = self._firms()
        if not firms:
            raise request.not_found()
        expected = {
            firm: firm.cocare_network_id._expected_true_up(firm)
            for firm in firms
            if not firm.cocare_left_on
        }
        return request.render(
            "cocare_mutual_accounting.portal_recharges",
            {
                **self._prepare_portal_layout_values(),
                "page_name": "recharges",
                "firms": firms,
                "expected": {firm: told for firm, told in expected.items() if told},
                "recharges": request.env["cocare.recharge"].search(
                    [("company_id", "in", firms.ids)], order="date_from desc, id desc"
                ),
            },
        )

    @http.route(
        "/my/recharges/<int:recharge_id>",
        type="http",
        auth="user",
        website=True,
        readonly=True,
    )
    def recharge(self, recharge_id, error=None, **kwargs):
        recharge = self._recharge(recharge_id)
        shares = request.env["cocare.allocation.share"].search(
            [
                ("run_id", "=", recharge.run_id.id),
                ("company_id", "=", recharge.company_id.id),
            ],
            order="id",
        )
        return request.render(
            "cocare_mutual_accounting.portal_recharge",
            {
                **self._prepare_portal_layout_values(),
                "page_name": "recharges",
                "recharge": recharge,
                "firm": recharge.company_id,
                "shares": shares.filtered(lambda s: s.full_cost or s.key_value),
                "review_until": shares[:1].review_until,
                "error": error,
            },
        )

    @http.route(
        "/my/recharges/<int:recharge_id>/statement",
        type="http",
        auth="user",
        readonly=True,
    )
    def recharge_statement(self, recharge_id):
        return self._statement(self._recharge(recharge_id))

    @http.route(
        "/cocare/recharge/<int:recharge_id>/statement",
        type="http",
        auth="user",
        readonly=True,
    )
    def office_recharge_statement(self, recharge_id):
        """The same document for the staff, by their own rights."""
        recharge = request.env["cocare.recharge"].browse(recharge_id).exists()
        if not recharge.has_access("read"):
            raise request.not_found()
        return self._statement(recharge)

    @http.route(
        "/my/recharges/<int:recharge_id>/document/<int:share_id>",
        type="http",
        auth="user",
        readonly=True,
    )
    def recharge_document(self, recharge_id, share_id):
        """The document of a disbursement, which is in the name of the member's firm."""
        share = self._shares(self._recharge(recharge_id), share_id)
        document = share._claimed_document()
        if not document:
            raise request.not_found()
        stream = request.env["ir.binary"].sudo()._get_stream_from(document)
        return stream.get_response(as_attachment=True)

    @http.route(
        "/my/recharges/<int:recharge_id>/accept",
        type="http",
        auth="user",
        methods=["POST"],
        website=True,
    )
    def accept_recharge(self, recharge_id, share_id=None, **kwargs):
        recharge = self._recharge(recharge_id)
        shares = self._shares(recharge, share_id)
        return self._do_with_recharge(recharge, shares._accept_as_firm)

    @http.route(
        "/my/recharges/<int:recharge_id>/contest/<int:share_id>",
        type="http",
        auth="user",
        methods=["POST"],
        website=True,
    )
    def contest_recharge(self, recharge_id, share_id, comment="", **kwargs):
        recharge = self._recharge(recharge_id)
        share = self._shares(recharge, share_id)
        return self._do_with_recharge(recharge, lambda: share._contest_as_firm(comment))

    @http.route(
        "/my/recharges/<int:recharge_id>/withdraw/<int:contest_id>",
        type="http",
        auth="user",
        methods=["POST"],
        website=True,
    )
    def withdraw_contest(self, recharge_id, contest_id, **kwargs):
        recharge = self._recharge(recharge_id)
        contest = request.env["cocare.contest"].search(
            [
                ("id", "=", contest_id),
                ("run_id", "=", recharge.run_id.id),
                ("company_id", "=", recharge.company_id.id),
            ]
        )
        if not contest:
            raise request.not_found()
        return self._do_with_recharge(recharge, contest._withdraw_as_firm)

    def _do_with_recharge(self, recharge, step):
        """Make a step and show the recharge; with the reason when it is refused."""
        try:
            with request.env.cr.savepoint():
                step()
        except UserError as refused:
            return self.recharge(recharge.id, error=refused.args[0])
        return request.redirect(f"/my/recharges/{recharge.id}")

    def _recharge(self, recharge_id):
        """A recharge of one of the member's firms.

        :raise NotFound: the same answer whether it exists or not
        """
        recharge = request.env["cocare.recharge"].search(
            [("id", "=", recharge_id), ("company_id", "in", self._firms().ids)]
        )
        if not recharge:
            raise request.not_found()
        return recharge

    def _shares(self, recharge, share_id=None):
        """The lines of a recharge, or one of them.

        :raise NotFound: it has no such line
        """
        domain = [
            ("run_id", "=", recharge.run_id.id),
            ("company_id", "=", recharge.company_id.id),
        ]
        if share_id:
            if not str(share_id).isdigit():
                raise request.not_found()
            domain.append(("id", "=", int(share_id)))
        shares = request.env["cocare.allocation.share"].search(domain)
        if not shares:
            raise request.not_found()
        return shares

    def _statement(self, recharge):
        return request.make_response(
            request.env["cocare.recharge.statement"]._pdf(recharge),
            [
                ("Content-Type", "application/pdf"),
                (
                    "Content-Disposition",
                    http.content_disposition(recharge._file_name(), "inline"),
                ),
                ("X-Content-Type-Options", "nosniff"),
            ],
        )
