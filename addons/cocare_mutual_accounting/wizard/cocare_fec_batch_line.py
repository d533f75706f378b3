from odoo import fields, models


class CocareFecBatchLine(models.TransientModel):
    """What became of one firm's ledger file."""

    _name = "cocare.fec.batch.line"
    _description = "Ledger file of a firm, made or refused"

    batch_id = fields.Many2one("cocare.fec.batch", required=True, ondelete="cascade")
    company_id = fields.Many2one("res.company", string="Firm", required=True)
    export_id = fields.Many2one("cocare.fec.export", string="File")
    verdict_office = fields.Selection(related="export_id.verdict_office")
    verdict_books = fields.Selection(related="export_id.verdict_books")
    draft_count = fields.Integer(related="export_id.draft_count")
    refusal = fields.Text(string="Not made")

    def _verdict_words(self, field):
        """:return: str, empty where there is no file"""
        return self.export_id._selection_label(field) if self.export_id else ""
