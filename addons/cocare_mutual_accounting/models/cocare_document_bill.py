from odoo import fields, models
from odoo.exceptions import UserError, ValidationError


class CocareDocument(models.Model):
    """The draft bill that is made of a supplier's document.

    Odoo reads electronic invoices (Factur-X, UBL) in it; of any other file, it is a
    draft with the file beside it.
    """

    # One idea a file.
    _inherit = "cocare.document"  # pylint: disable=consider-merging-classes-inherited

    move_id = fields.Many2one(
        "account.move",
        string="Entry",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
        check_company=True,
    )
    problem = fields.Char(
        readonly=True, help="Why no draft could be made of it by itself."
    )
    same_as_id = fields.Many2one(
        "account.move",
        string="Looks like",
        compute="_compute_same_as_id",
        help="A bill of the same supplier with the same number, or amount and day.",
    )

    def _compute_same_as_id(self):
        for document in self:
            document.same_as_id = document.move_id.duplicated_ref_ids[:1]

    def action_make_bill(self):
        """Make the draft bill of what was received as something else, or again."""
        self.check_access("write")
        self._check_to_process()
        for document in self:
            document._draft_bill()

    def action_open_entry(self):
        """Open the draft, or the entry that became of it."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "account.move",
            "view_mode": "form",
            "res_id": self.move_id.id,
        }

    def _draft_bills(self):
        """Make the drafts of the supplier's bills among these.

        A file of which Odoo can make nothing is kept, and says why.
        """
        for document in self.filtered(lambda d: d.kind == "bill"):
            try:
                with self.env.cr.savepoint():
                    document._draft_bill()
            except (UserError, ValidationError) as refused:
                document._step({"problem": refused.args[0]})

    def _draft_bill(self):
        """The draft has a copy of the file: this one stays where the firm sees it."""
        self.ensure_one()
        firm = self.company_id
        journal = firm._cocare_bill_journal()
        copy = self.attachment_id.copy({"res_model": False, "res_id": 0})
        move = (
            journal.with_company(firm)
            .with_context(default_move_type="in_invoice")
            ._create_document_from_attachment(copy.ids)
        )
        self._step({"move_id": move.id, "state": "booked", "problem": False})
        self.request_id._check_done()
