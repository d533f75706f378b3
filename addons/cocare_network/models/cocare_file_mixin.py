import base64
import hashlib

from odoo import api, fields, models


class CocareFileMixin(models.AbstractModel):
    """A file that somebody gave, kept with its fingerprint."""

    _name = "cocare.file.mixin"
    _description = "Keeps a file that was given"
    _rec_name = "filename"

    file = fields.Binary(required=True, attachment=True)
    filename = fields.Char(string="File name", required=True)
    sha256 = fields.Char(string="SHA-256", compute="_compute_sha256", store=True)

    @api.depends("file")
    def _compute_sha256(self):
        for record in self:
            content = record._content()
            record.sha256 = content and hashlib.sha256(content).hexdigest()

    def _content(self):
        """:return: bytes of the file, empty when there is none"""
        self.ensure_one()
        return base64.b64decode(self.with_context(bin_size=False).file or b"")
