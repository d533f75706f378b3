from odoo import fields, models


class CocareAllocationRun(models.Model):
    """What an accountant should know of the VAT before a month is posted."""

    # One idea a file.
    _inherit = "cocare.allocation.run"  # pylint: disable=consider-merging-classes-inherited

    vat_notes = fields.Text(
        string="VAT", compute="_compute_vat_notes", compute_sudo=True
    )

    def _compute_vat_notes(self):
        # Not stored: it is what the records say when the month is looked at.
        for run in self:
            run.vat_notes = "\n".join(run._vat_notes())

    def _vat_notes(self):
        """:return: list of sentences, each names the firm"""
        self.ensure_one()
        day = self.invoice_date
        firms = self.share_ids.company_id - self.operator_id
        if not day or not firms:
            return []
        exemptions = self.env["cocare.vat.exemption"].search(
            [
                ("company_id", "in", firms.ids),
                ("service_id", "in", self.share_ids.service_id.ids),
                ("year", "=", day.year),
                ("state", "=", "validated"),
                ("at_risk", "=", True),
            ]
        )
        unknown = firms.filtered(lambda f: f._cocare_misses_recovery_on(day))
        return [
            self.env._(
                "%(exemption)s: the exemption from VAT is at risk. %(risks)s",
                exemption=exemption.display_name,
                risks=exemption.risk_text,
            )
            for exemption in exemptions
        ] + [
            self.env._(
                "%(firm)s is partly taxable and what it recovers in %(year)s is not "
                "set: all the VAT goes with its expense.",
                firm=firm.name,
                year=day.year,
            )
            for firm in unknown
        ]
