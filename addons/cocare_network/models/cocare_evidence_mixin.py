from odoo import api, fields, models


class CocareEvidenceMixin(models.AbstractModel):
    """A record with documents that prove it; who reads the record reads them.

    Odoo lets only its author read a document that belongs to no record, which is what
    a many2many upload makes: such documents are given to the record.
    """

    _name = "cocare.evidence.mixin"
    _description = "Has documents as evidence"

    evidence_ids = fields.Many2many("ir.attachment", string="Evidence", copy=False)

    @api.model_create_multi
    def create(self, vals_list):
        records = super().create(vals_list)
        for record in records:
            record._claim_evidence()
        return records

    def write(self, vals):
        result = super().write(vals)
        if "evidence_ids" in vals:
            for record in self:
                record._claim_evidence()
        return result

    def _claim_evidence(self):
        self.evidence_ids.filtered(
            lambda a: not a.res_id and a.create_uid == self.env.user
        ).write({"res_model": self._name, "res_id": self.id})
