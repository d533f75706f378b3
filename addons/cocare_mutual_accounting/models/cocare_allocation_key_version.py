from odoo import fields, models


class CocareAllocationKeyVersion(models.Model):
    _inherit = "cocare.allocation.key.version"

    method = fields.Selection(
        selection_add=[("turnover", "Turnover of the month")],
        ondelete={"turnover": "cascade"},
    )

    def _key_values_turnover(self, companies, date_from, date_to):
        """Turnover (accounts 70) posted in the period; a negative one counts as 0."""
        groups = self.env["cocare.firm.month"]._read_group(
            [
                ("company_id", "in", companies.ids),
                ("month", ">=", date_from),
                ("month", "<=", date_to),
            ],
            ["company_id"],
            ["turnover:sum"],
        )
        return {company: max(turnover, 0) for company, turnover in groups}
