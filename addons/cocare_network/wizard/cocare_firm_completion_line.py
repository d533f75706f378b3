from odoo import fields, models


class CocareFirmCompletionLine(models.TransientModel):
    """One thing that a firm lacks, or has otherwise."""

    _name = "cocare.firm.completion.line"
    _description = "Difference in the set-up of a firm"
    _order = "id"

    completion_id = fields.Many2one(
        "cocare.firm.completion", required=True, index=True, ondelete="cascade"
    )
    kind = fields.Selection(
        selection=lambda self: [
            *self.env["cocare.firm.completer"]._kind_labels().items()
        ],
        readonly=True,
        required=True,
    )
    key = fields.Char(readonly=True, required=True)
    name = fields.Char(readonly=True)
    state = fields.Selection(
        [("missing", "Missing"), ("different", "Different")],
        readonly=True,
        required=True,
    )
    detail = fields.Char(readonly=True)
    ticked = fields.Boolean(string="Add")
