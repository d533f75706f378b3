from odoo import api, models
from odoo.exceptions import UserError
from odoo.tools import html2plaintext


class CocareDocument(models.Model):
    """Documents that are sent by e-mail to the address of a firm."""

    # One idea a file.
    _inherit = "cocare.document"  # pylint: disable=consider-merging-classes-inherited

    @api.model
    def message_new(self, msg_dict, custom_values=None):
        """Keep each attached file as a document; nothing of the message is lost.

        What is not taken is said on what is. A message without any file that is taken
        is kept as a text, a file that was received before is told on the first one.

        :param custom_values: ``company_id`` of the address
        :return: ``cocare.document`` that the message is put on
        """
        firm = self.env["res.company"].browse((custom_values or {})["company_id"])
        kept, notes = self.browse(), []
        for name, content in self._files_of(msg_dict):
            try:
                with self.env.cr.savepoint():
                    kept |= self._receive(
                        firm, [(name, content)], "bill", "mail", msg_dict["email_from"]
                    )
            except UserError as refused:
                notes.append(refused.args[0])
        if not kept:
            kept = self._receive(
                firm,
                [(msg_dict.get("subject") or "mail", self._as_text(msg_dict, notes))],
                "other",
                "mail",
                msg_dict["email_from"],
            )
        if notes:
            kept[0].message_post(body="\n".join(notes))
        # The files are documents now.
        msg_dict["attachments"] = []
        return kept[0]

    @api.model
    def _files_of(self, msg_dict):
        """Attached files; pictures that are a part of the text are none.

        :return: list of (name, bytes)
        """
        files = []
        for attachment in msg_dict.get("attachments", ()):
            content = attachment.content
            if (attachment.info or {}).get("cid"):
                continue
            if isinstance(content, str):
                content = content.encode()
            files.append((attachment.fname or "document", content))
        return files

    @api.model
    def _as_text(self, msg_dict, notes):
        body = html2plaintext(msg_dict.get("body") or "")
        lines = (
            ("From", msg_dict.get("email_from")),
            ("Date", msg_dict.get("date")),
            ("Subject", msg_dict.get("subject")),
            ("Message-Id", msg_dict.get("message_id")),
        )
        head = "\n".join(f"{name}: {value}" for name, value in lines)
        return "\n\n".join([head, *notes, body]).encode()
