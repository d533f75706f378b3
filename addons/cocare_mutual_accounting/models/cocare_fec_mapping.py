from odoo import api, fields, models
from odoo.exceptions import UserError

#: what people write; the rest is what was found in a file
CHOSEN = {"account_id", "journal_id"}


class CocareFecMapping(models.Model):
    """Where an account or a journal of a firm's former software goes in its books.

    Lines appear when a file holds a code that the books do not: they say what would be
    created. Whoever chooses an account or a journal of the books instead is heard by
    this file and by those of the next exercises.
    """

    _name = "cocare.fec.mapping"
    _inherit = "cocare.guarded.mixin"
    _description = "Code of a Ledger File in the Books"
    _order = "kind desc, file_code"
    _rec_name = "file_code"
    _check_company_auto = True

    company_id = fields.Many2one(
        "res.company", string="Firm", required=True, index=True, readonly=True
    )
    import_id = fields.Many2one(
        "cocare.fec.import",
        string="Seen in",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
        check_company=True,
    )
    kind = fields.Selection(
        [("account", "One account"), ("journal", "One journal")],
        required=True,
        readonly=True,
    )
    file_code = fields.Char(string="In the file", required=True, readonly=True)
    name = fields.Char(readonly=True)
    new_code = fields.Char(string="Would be created as", readonly=True)
    new_type = fields.Char(readonly=True)
    type_label = fields.Char(string="Type", compute="_compute_type_label")
    account_id = fields.Many2one(
        "account.account",
        string="Account of the books",
        check_company=True,
        domain="[('company_ids', 'in', company_id)]",
    )
    journal_id = fields.Many2one(
        "account.journal",
        string="Journal of the books",
        check_company=True,
        domain="[('company_id', '=', company_id)]",
    )

    _code_once = models.UniqueIndex(
        "(company_id, kind, file_code)",
        "This code of the file has its line already.",
    )
    _one_target = models.Constraint(
        "CHECK ((kind = 'account' OR account_id IS NULL)"
        " AND (kind = 'journal' OR journal_id IS NULL))",
        "An account of the file goes to an account, a journal to a journal.",
    )

    @api.depends_context("lang")
    @api.depends("kind", "new_type")
    def _compute_type_label(self):
        for record in self:
            model, name = (
                ("account.account", "account_type")
                if record.kind == "account"
                else ("account.journal", "type")
            )
            labels = self.env[model]._fields[name]._description_selection(self.env)
            record.type_label = dict(labels).get(record.new_type)

    def write(self, vals):
        chosen = vals.keys() & CHOSEN
        if vals.keys() - CHOSEN and not self.env.su:
            raise UserError(self.env._("Only what takes the code can be chosen."))
        if chosen and set(self.import_id.mapped("state")) & {"queued", "done"}:
            raise UserError(
                self.env._("This file has been taken over: nothing was changed.")
            )
        result = super().write(vals)
        if chosen:
            # what was found and shown is no longer what would be done
            self.import_id.state = "draft"
        return result

    @api.model
    def _chosen(self, company):
        """What people chose for the files of a firm.

        :return: ``{code: account code}``, ``{code: journal id}``, by codes of the file
        """
        chosen = self.search([("company_id", "=", company.id)])
        return (
            {m.file_code: m.account_id.code for m in chosen if m.account_id},
            {m.file_code: m.journal_id.id for m in chosen if m.journal_id},
        )

    @api.model
    def _propose(self, take_over, plan):
        """Show the codes that the books do not have, and those somebody chose for."""
        wanted = {
            ("account", item.file_code): (item.label, item.code, item.kind)
            for item in plan.written_accounts()
            if not item.exists
        }
        wanted |= {
            ("journal", item.file_code): (item.label, item.code, item.kind)
            for item in plan.written_journals()
            if not item.existing
        }
        company = take_over.company_id
        # Nobody else makes lines: a refused one would say that a firm has the code.
        self = self.sudo()  # noqa: PLW0642
        known = {
            (m.kind, m.file_code): m
            for m in self.search([("company_id", "=", company.id)])
        }
        for (kind, code), mapping in known.items():
            chosen = mapping.account_id or mapping.journal_id
            held = plan.accounts if kind == "account" else plan.journals
            if (kind, code) in wanted or (chosen and code in held):
                mapping.import_id = take_over
            elif not chosen and mapping.import_id in (take_over, self.import_id):
                mapping.unlink()
        self.create(
            [
                {
                    "company_id": company.id,
                    "import_id": take_over.id,
                    **{"kind": kind, "file_code": code},
                    **{"name": label, "new_code": new_code, "new_type": new_type},
                }
                for (kind, code), (label, new_code, new_type) in wanted.items()
                if (kind, code) not in known
            ]
        )
