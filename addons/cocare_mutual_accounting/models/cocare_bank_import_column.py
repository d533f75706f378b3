from odoo import fields, models


class CocareBankImportColumn(models.Model):
    """A column of a table of movements, and what the accountant says it holds."""

    _name = "cocare.bank.import.column"
    _inherit = "cocare.guarded.mixin"
    _description = "Column of a bank file"
    _order = "import_id desc, rank"

    import_id = fields.Many2one(
        "cocare.bank.import", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="import_id.company_id", store=True, index=True)
    rank = fields.Integer(required=True, readonly=True)
    name = fields.Char(string="Column", required=True, readonly=True)
    sample = fields.Char(string="For example", readonly=True)
    meaning = fields.Selection(
        [
            ("date", "Date"),
            ("label", "Label"),
            ("more", "More of the label"),
            ("amount", "Amount, with its sign"),
            ("debit", "Debit: money out"),
            ("credit", "Credit: money in"),
            ("balance", "Balance after the movement"),
            ("partner", "Third party"),
            ("reference", "Reference"),
            ("currency", "Currency"),
            ("iban", "IBAN of the account"),
        ],
        string="Holds",
        help="Left empty, the column is not read.",
    )

    def write(self, vals):
        if "meaning" in vals:
            self.import_id._check_not_done()
            self.import_id.filtered(lambda i: i.state == "checked").state = "draft"
        return super().write(vals)
