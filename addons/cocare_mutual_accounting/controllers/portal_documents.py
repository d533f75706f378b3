from odoo import fields, http
from odoo.exceptions import UserError
from odoo.http import request

from odoo.addons.cocare_network.controllers.portal import FirmPortal

#: how many documents the page goes back
SHOWN = 20


class DocumentPortal(FirmPortal):
    """What the bookkeepers of a worker-member's firm wait for, and what was sent.

    Every read is made with the member's own rights; sending is a named method of the
    document.
    """

    @http.route(
        ["/my/documents", "/my/documents/<int:company_id>"],
        type="http",
        auth="user",
        website=True,
        readonly=True,
    )
    def documents(self, company_id=None, error=None, sent=None, **kwargs):
        firms = self._firms()
        firm = self._firm(company_id or firms[:1].id)
        Asked = request.env["cocare.document.request"]
        Document = request.env["cocare.document"]
        mine = [("company_id", "=", firm.id)]
        return request.render(
            "cocare_mutual_accounting.portal_documents",
            {
                **self._prepare_portal_layout_values(),
                "page_name": "documents",
                "firm": firm,
                "firms": firms,
                "asked": Asked.search([*mine, ("state", "=", "asked")]),
                "documents": Document.search(mine, limit=SHOWN),
                "kinds": Document._fields["kind"]._description_selection(request.env),
                "address": firm._cocare_document_address(),
                "today": fields.Date.context_today(firm),
                "error": error,
                "sent": sent,
            },
        )

    @http.route(
        "/my/documents/<int:company_id>/send",
        type="http",
        auth="user",
        methods=["POST"],
        website=True,
    )
    def send_documents(self, company_id, kind="bill", request_id=None, **kwargs):
        firm = self._firm(company_id)
        asked = self._asked(firm, request_id)
        uploads = request.httprequest.files.getlist("files")
        files = [(upload.filename, upload.read()) for upload in uploads if upload]
        try:
            with request.env.cr.savepoint():
                sent = request.env["cocare.document"]._receive_as_firm(
                    firm, files, kind, asked
                )
        except UserError as refused:
            return self.documents(firm.id, error=refused.args[0])
        return request.redirect(f"/my/documents/{firm.id}?sent={len(sent)}")

    @http.route(
        "/my/documents/<int:company_id>/file/<int:received_id>",
        type="http",
        auth="user",
        readonly=True,
    )
    def sent_document(self, company_id, received_id):
        """A file as it was sent."""
        firm = self._firm(company_id)
        document = request.env["cocare.document"].search(
            [("id", "=", received_id), ("company_id", "=", firm.id)]
        )
        if not document:
            raise request.not_found()
        # Read as superuser: a portal account reads no attachment, and this one is of a
        # document that the member may read.
        stream = request.env["ir.binary"]._get_stream_from(
            document.sudo().attachment_id
        )
        return stream.get_response(as_attachment=True)

    def _asked(self, firm, request_id):
        """What the firm answers to, if it does.

        :raise NotFound: it is not asked of the firm
        """
        Asked = request.env["cocare.document.request"]
        if not request_id:
            return Asked
        if not str(request_id).isdigit():
            raise request.not_found()
        asked = Asked.search(
            [("id", "=", int(request_id)), ("company_id", "=", firm.id)]
        )
        if not asked:
            raise request.not_found()
        return asked
