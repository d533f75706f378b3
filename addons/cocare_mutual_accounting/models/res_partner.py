from odoo import api, fields, models
from odoo.fields import Domain


class ResPartner(models.Model):
    _inherit = "res.partner"

    # Odoo has the invoices addressed to a contact; these are the others that name it.
    cocare_entity_move_ids = fields.One2many(
        "account.move", "commercial_partner_id", string="Invoices of the entity"
    )
    cocare_delivered_move_ids = fields.One2many(
        "account.move", "partner_shipping_id", string="Invoices delivered there"
    )

    @api.model
    def _cocare_kept_domain(self, company_ids):
        """A posted invoice is kept ten years (art. L123-22 C. com.): who reads it reads
        whom it names, and nobody else of theirs."""
        kept = super()._cocare_kept_domain(company_ids)
        if not self.env.su and not (
            self.env.user._is_internal() and self.env["account.move"].has_access("read")
        ):
            return kept
        posted = Domain("state", "=", "posted") & Domain(
            "company_id", "in", company_ids
        )
        named = Domain.OR(
            Domain(name, "any", posted)
            for name in (
                "invoice_ids",
                "cocare_entity_move_ids",
                "cocare_delivered_move_ids",
            )
        )
        # Asked first, and true of few: every search of contacts would otherwise go
        # through every invoice.
        given = Domain("to_company_id", "in", company_ids)
        ever_given = Domain.OR(
            Domain(f"{whose}cocare_consent_ids", "any", given)
            for whose in ("", "parent_id.", "child_ids.")
        )
        return kept | (ever_given & named)
