from markupsafe import Markup

from odoo import fields, models
from odoo.exceptions import UserError


class ResCompany(models.Model):
    """Where a firm's documents go, and the address they are sent to."""

    # One idea a file.
    _inherit = "res.company"  # pylint: disable=consider-merging-classes-inherited

    cocare_document_alias_id = fields.Many2one(
        "mail.alias",
        string="Address for documents",
        readonly=True,
        copy=False,
        ondelete="set null",
    )

    def action_cocare_open_document_address(self):
        """Open the address that the firm, or its suppliers, send documents to.

        Runs as superuser once the accountant was found to be of the firm: addresses
        are the administrator's.
        """
        if not self.env.user.has_group("cocare_mutual_accounting.group_accountant"):
            raise UserError(self.env._("Only an accountant opens an address."))
        if self - self.env.companies:
            raise UserError(self.env._("Tick the firm first."))
        for firm in self.sudo().filtered(lambda c: not c.cocare_document_alias_id):
            firm.cocare_document_alias_id = (
                self.env["mail.alias"]
                .sudo()
                .create(
                    {
                        "alias_name": f"documents-{firm._cocare_slug()}",
                        "alias_model_id": self.env["ir.model"]
                        ._get("cocare.document")
                        .id,
                        "alias_defaults": repr({"company_id": firm.id}),
                        "alias_contact": "everyone",
                    }
                )
            )

    def _cocare_document_address(self):
        """Where documents are sent to by e-mail, empty where there is none.

        Runs as superuser: members read no alias.
        """
        alias = self.sudo().cocare_document_alias_id
        return alias.alias_full_name if alias.alias_domain_id else ""

    def _cocare_slug(self):
        """The name of the firm as it may stand in an address, with its number."""
        return f"{self.env['ir.http']._slugify(self.name)}-{self.id}"

    def _cocare_bill_journal(self):
        """The journal of the firm's purchases, not that of recharges.

        :raise UserError: it has none
        """
        self.ensure_one()
        journal = self.env["account.journal"].search(
            [
                ("company_id", "=", self.id),
                ("type", "=", "purchase"),
                ("id", "!=", self.cocare_recharge_purchase_journal_id.id),
            ],
            order="sequence, id",
            limit=1,
        )
        if not journal:
            raise UserError(
                self.env._("%(firm)s has no journal for its bills.", firm=self.name)
            )
        return journal

    def _cocare_link(self, path):
        """A page of the suite, to be clicked in a message."""
        address = f"{self.get_base_url()}{path}"
        return Markup('<a href="%s">%s</a>') % (address, address)
