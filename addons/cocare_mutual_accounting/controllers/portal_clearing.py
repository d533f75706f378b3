from odoo import fields, http
from odoo.exceptions import UserError
from odoo.http import request

from odoo.addons.cocare_network.controllers.portal import FirmPortal

#: how many clearings the page goes back
SHOWN = 12


class ClearingPortal(FirmPortal):
    """What a worker-member's firm has to receive or to pay by the clearing.

    Every read is made with the member's own rights; objecting is a named method of the
    document.
    """

    @http.route(
        ["/my/clearing", "/my/clearing/<int:company_id>"],
        type="http",
        auth="user",
        website=True,
        readonly=True,
    )
    def clearing(self, company_id=None, error=None, **kwargs):
        firms = self._firms()
        firm = self._firm(company_id or firms[:1].id)
        positions = request.env["cocare.clearing.position"].search(
            [("company_id", "=", firm.id)],
            order="date_from desc, clearing_id desc",
            limit=SHOWN,
        )
        # A firm all of whose documents are left out has no position, and sees them.
        documents = request.env["cocare.clearing.document"].search(
            [
                "|",
                ("clearing_id", "in", positions.clearing_id.ids),
                ("clearing_state", "=", "sent"),
                "|",
                ("company_id", "=", firm.id),
                ("debtor_id", "=", firm.id),
            ]
        )
        today = fields.Date.context_today(firm)
        return request.render(
            "cocare_mutual_accounting.portal_clearing",
            {
                **self._prepare_portal_layout_values(),
                "page_name": "clearing",
                "firm": firm,
                "firms": firms,
                "months": [
                    {
                        "position": positions.filtered(
                            lambda p, c=clearing_id: p.clearing_id.id == c
                        ),
                        "documents": theirs,
                        "is_open": theirs[0].clearing_state == "sent"
                        and theirs[0].objection_until >= today,
                        "first": theirs[0],
                    }
                    for clearing_id, theirs in self._by_clearing(documents)
                ],
                "error": error,
            },
        )

    @http.route(
        "/my/clearing/<int:company_id>/<int:document_id>/object",
        type="http",
        auth="user",
        methods=["POST"],
        website=True,
    )
    def object_to_document(self, company_id, document_id, reason="", **kwargs):
        firm = self._firm(company_id)
        document = self._clearing_document(firm, document_id)
        return self._do_clearing(firm, lambda: document._object(firm, reason))

    @http.route(
        "/my/clearing/<int:company_id>/<int:document_id>/accept",
        type="http",
        auth="user",
        methods=["POST"],
        website=True,
    )
    def withdraw_objection(self, company_id, document_id, **kwargs):
        firm = self._firm(company_id)
        document = self._clearing_document(firm, document_id)
        return self._do_clearing(firm, lambda: document._withdraw_objection(firm))

    def _by_clearing(self, documents):
        """Documents of each clearing, the latest month first."""
        grouped = {}
        for document in documents:
            known = grouped.get(document.clearing_id.id, documents.browse())
            grouped[document.clearing_id.id] = known | document
        return sorted(
            grouped.items(), key=lambda group: (group[1][0].date_from, group[0])
        )[::-1]

    def _clearing_document(self, firm, document_id):
        """A document of the firm that the member may read.

        :raise NotFound: the same answer whether it exists or not
        """
        document = request.env["cocare.clearing.document"].search(
            [
                ("id", "=", document_id),
                "|",
                ("company_id", "=", firm.id),
                ("debtor_id", "=", firm.id),
            ]
        )
        if not document:
            raise request.not_found()
        return document

    def _do_clearing(self, firm, step):
        """Make a step and show the page; with the reason when it is refused."""
        try:
            with request.env.cr.savepoint():
                step()
        except UserError as refused:
            return self.clearing(firm.id, error=refused.args[0])
        return request.redirect(f"/my/clearing/{firm.id}")
