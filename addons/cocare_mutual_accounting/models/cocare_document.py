import hashlib
from pathlib import PurePosixPath

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools.misc import format_date

from .. import voucher_file

KINDS = [
    ("bill", "Supplier's bill"),
    ("invoice", "Customer invoice"),
    ("statement", "Bank statement"),
    ("payroll", "Payroll"),
    ("tax", "Tax"),
    ("contract", "Contract"),
    ("other", "Other"),
]


#: what the form offers; a discussion writes its own
OFFERED = {"name", "kind", "refused_because"}


class CocareDocument(models.Model):
    """A document that a firm handed to its bookkeepers, however it came in.

    The file is kept as it was sent. The same file is there once a firm; a supplier's
    bill gets its draft at once, see ``cocare_document_bill.py``.
    """

    _name = "cocare.document"
    _inherit = ["mail.thread.main.attachment", "cocare.guarded.mixin"]
    _description = "Document of a firm"
    _order = "received_on desc, id desc"
    _check_company_auto = True

    name = fields.Char(required=True)
    company_id = fields.Many2one(
        "res.company", string="Firm", required=True, index=True, ondelete="restrict"
    )
    kind = fields.Selection(KINDS, required=True, default="bill")
    request_id = fields.Many2one(
        "cocare.document.request",
        string="Asked for",
        index="btree_not_null",
        ondelete="set null",
        check_company=True,
    )
    attachment_id = fields.Many2one(
        "ir.attachment", string="File", readonly=True, ondelete="restrict"
    )
    sha256 = fields.Char(string="SHA-256", required=True, readonly=True)
    source = fields.Selection(
        [("portal", "Page of the firm"), ("mail", "E-mail"), ("office", "Office")],
        required=True,
        default="office",
        readonly=True,
    )
    sender = fields.Char(readonly=True)
    received_on = fields.Datetime(
        required=True, readonly=True, default=fields.Datetime.now
    )
    state = fields.Selection(
        [
            ("received", "To process"),
            ("booked", "Booked"),
            ("filed", "Put away"),
            ("refused", "Sent back"),
        ],
        required=True,
        default="received",
        readonly=True,
        tracking=True,
    )
    refused_because = fields.Char(
        string="What is wrong",
        help="What is wrong with it, as the firm reads it.",
        tracking=True,
    )

    _file_once = models.UniqueIndex(
        "(company_id, sha256)", "This file was already received."
    )

    def write(self, vals):
        # A remote call could still send the file of somebody else, or another state.
        given = {name for name in vals if not name.startswith("message_")}
        if not self.env.su and given - OFFERED:
            raise UserError(self.env._("A document is processed by its buttons."))
        return super().write(vals)

    def _step(self, vals):
        """What a button writes, and nobody types."""
        return super().write(vals)

    @api.model
    def _receive(self, firm, files, kind, source, sender="", request=None):
        """Keep files that somebody hands to the bookkeepers of a firm.

        Runs as superuser: members and senders of mail write nothing by themselves. All
        or nothing: a file that is not taken keeps the others out, and is named.

        :param firm: ``res.company``
        :param list files: (file name, bytes)
        :param str kind: of ``KINDS``
        :param request: ``cocare.document.request`` that is answered
        :return: ``cocare.document``, in the order of the files
        :raise UserError: a file is refused, or was received before
        """
        documents = self.sudo().browse()
        for name, content in files:
            self._check_file(name, content)
        for name, content in files:
            documents |= self.sudo()._keep(
                firm, name, content, kind=kind, source=source, sender=sender
            )
        if request:
            documents.request_id = request
            request.sudo()._answered()
        documents._draft_bills()
        return documents

    def _keep(self, firm, name, content, **values):
        what = self._check_file(name, content)
        digest = hashlib.sha256(content).hexdigest()
        known = self.search([("company_id", "=", firm.id), ("sha256", "=", digest)])
        if known:
            raise UserError(
                self.env._(
                    "“%(name)s” was already received on %(date)s as “%(known)s”.",
                    name=name,
                    date=format_date(self.env, known.received_on),
                    known=known.name,
                )
            )
        extension, mimetype = voucher_file.TYPES[what]
        stem = PurePosixPath(name.replace("\\", "/")).stem or self.env._("document")
        document = self.create(
            {"name": stem, "company_id": firm.id, "sha256": digest, **values}
        )
        file = self.env["ir.attachment"].create(
            {
                "name": stem + extension,
                "raw": content,
                "mimetype": mimetype,
                "res_model": self._name,
                "res_id": document.id,
                "company_id": firm.id,
            }
        )
        # The main one is shown beside the form.
        document.write(
            {"attachment_id": file.id, "message_main_attachment_id": file.id}
        )
        return document

    def _check_file(self, name, content):
        """What the file is, see ``voucher_file.check``, or in words why it is not."""
        try:
            return voucher_file.check(content)
        except voucher_file.RefusedFile as refused:
            reason = {
                "empty": self.env._("“%(name)s” is empty.", name=name),
                "size": self.env._(
                    "“%(name)s” is larger than %(size)s MB: send it in parts.",
                    name=name,
                    size=voucher_file.MAX_BYTES // 2**20,
                ),
                "type": self.env._(
                    "“%(name)s” is no photo, PDF, electronic invoice or spreadsheet.",
                    name=name,
                ),
            }
            raise UserError(reason[refused.code]) from refused

    def _receive_as_firm(self, firm, files, kind, request=None):
        """The same for a worker-member, from the page of their firm.

        :raise AccessError: they do not work for it
        """
        firm.with_env(self.env)._check_member()
        if not files:
            raise UserError(self.env._("Choose a file, or take a photo."))
        if kind not in dict(KINDS):
            raise UserError(self.env._("Say what kind of document it is."))
        if request and request.sudo().state not in ("asked", "received"):
            raise UserError(
                self.env._("“%(name)s” is not asked for any more.", name=request.name)
            )
        return self._receive(
            firm,
            files,
            request.sudo().kind if request else kind,
            source="portal",
            sender=self.env.user.name,
            request=request,
        )

    def action_file(self):
        """There is nothing to book: it is kept."""
        self.check_access("write")
        self._check_to_process()
        self._step({"state": "filed", "refused_because": False})
        self.request_id._check_done()

    def action_refuse(self):
        """Send it back: the firm reads why, and what was asked is asked again."""
        self.check_access("write")
        self._check_to_process()
        for document in self:
            if not (document.refused_because or "").strip():
                raise UserError(
                    self.env._(
                        "Write what is wrong with “%(name)s”: the firm reads it.",
                        name=document.name,
                    )
                )
        self._step({"state": "refused"})
        self.request_id._ask_again()

    def action_process(self):
        """Back to what has to be processed."""
        self.check_access("write")
        for document in self:
            if document.state == "booked":
                raise UserError(
                    self.env._(
                        "“%(name)s” is booked: delete its draft first.",
                        name=document.name,
                    )
                )
        self._step({"state": "received"})

    def _check_to_process(self):
        done = self.filtered(lambda document: document.state != "received")[:1]
        if done:
            raise UserError(
                self.env._("“%(name)s” was processed already.", name=done.name)
            )

    @api.ondelete(at_uninstall=False)
    def _unlink_unbooked(self):
        if self.filtered(lambda document: document.state == "booked"):
            raise UserError(
                self.env._("A document that is booked is kept with its entry.")
            )

    def unlink(self):
        files = self.sudo().attachment_id
        result = super().unlink()
        files.exists().unlink()
        return result
