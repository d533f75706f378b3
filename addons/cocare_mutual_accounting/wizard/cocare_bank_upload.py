from odoo import fields, models
from odoo.exceptions import UserError


class CocareBankUpload(models.TransientModel):
    """Hand in the files of one or several banks, for one or several firms, at once."""

    _name = "cocare.bank.upload"
    _description = "Hand in bank files"

    attachment_ids = fields.Many2many("ir.attachment", string="Files")
    journal_id = fields.Many2one(
        "account.journal",
        string="Account of the tables",
        domain="[('type', '=', 'bank'), ('company_id', 'in', allowed_company_ids)]",
        help="For tables (CSV, XLSX), which do not say whose account they are of. "
        "Other files name their account.",
    )

    def action_read(self):
        """Make a ``cocare.bank.import`` of each file, read it, show what was found."""
        self.ensure_one()
        if not self.attachment_ids:
            raise UserError(self.env._("Choose one file or several."))
        # the account is for the files that do not name theirs
        imports = self.env["cocare.bank.import"].create(
            [
                {"filename": attachment.name, "file": attachment.datas}
                for attachment in self.attachment_ids
            ]
        )
        self.attachment_ids.unlink()
        imports.action_check()
        if self.journal_id:
            nameless = imports.filtered(
                lambda i: "journal_wanted" in i.problem_ids.mapped("code")
            )
            nameless.write({"journal_id": self.journal_id.id})
        # the oldest first, so that each file finds those it follows
        for record in imports.sorted(lambda i: (str(i.date_from or ""), i.id)):
            record.action_check()
        action = self.env["ir.actions.actions"]._for_xml_id(
            "cocare_mutual_accounting.cocare_bank_import_action"
        )
        if len(imports) == 1:
            return {
                **action,
                "res_id": imports.id,
                "views": [(False, "form")],
                "view_mode": "form",
            }
        return {**action, "domain": [("id", "in", imports.ids)]}
