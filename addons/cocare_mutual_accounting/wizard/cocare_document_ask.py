from odoo import fields, models
from odoo.exceptions import UserError

from ..models.cocare_document import KINDS


class CocareDocumentAsk(models.TransientModel):
    """Ask several firms for the same document at once."""

    _name = "cocare.document.ask"
    _description = "Ask firms for a document"

    company_ids = fields.Many2many(
        "res.company",
        string="Firms",
        required=True,
        default=lambda self: self.env.companies
        - self.env.companies.cocare_network_id.operator_id,
        domain=lambda self: [("id", "in", self.env.companies.ids)],
    )
    name = fields.Char(string="What", required=True)
    kind = fields.Selection(KINDS, required=True, default="statement")
    note = fields.Text(help="What the people of the firm should know to find it.")
    due_date = fields.Date(
        string="Due",
        required=True,
        default=lambda self: fields.Date.add(fields.Date.context_today(self), days=7),
    )

    def action_ask(self):
        """Ask, and open what was asked."""
        self.ensure_one()
        if self.due_date < fields.Date.context_today(self):
            raise UserError(self.env._("The document is due today or later."))
        requests = self.env["cocare.document.request"].create(
            [
                {
                    "company_id": firm.id,
                    "name": self.name,
                    "kind": self.kind,
                    "note": self.note,
                    "due_date": self.due_date,
                }
                for firm in self.company_ids.sorted("id")
            ]
        )
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "cocare_mutual_accounting.cocare_document_request_action"
        )
        return {**action, "domain": [("id", "in", requests.ids)]}
