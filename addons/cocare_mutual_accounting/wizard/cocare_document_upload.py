from odoo import fields, models
from odoo.exceptions import UserError

from ..models.cocare_document import KINDS


class CocareDocumentUpload(models.TransientModel):
    """Put files of a firm in from the office, paper that was scanned."""

    _name = "cocare.document.upload"
    _description = "Add documents of a firm"

    company_id = fields.Many2one(
        "res.company",
        string="Firm",
        required=True,
        default=lambda self: self.env.company,
        domain=lambda self: [("id", "in", self.env.companies.ids)],
    )
    kind = fields.Selection(KINDS, required=True, default="bill")
    file_ids = fields.Many2many("ir.attachment", string="Files")

    def action_add(self):
        """Receive the files, and open what they became."""
        self.ensure_one()
        if not self.file_ids:
            raise UserError(self.env._("Choose a file."))
        if self.company_id not in self.env.companies:
            raise UserError(self.env._("Tick the firm first."))
        documents = self.env["cocare.document"]._receive(
            self.company_id,
            [(file.name, file.raw) for file in self.file_ids],
            self.kind,
            "office",
            self.env.user.name,
        )
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "cocare_mutual_accounting.cocare_document_action"
        )
        return {**action, "domain": [("id", "in", documents.ids)], "context": {}}
