from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

#: what people write; the rest is what was found in a file
CHOSEN = {"account_id", "journal_id", "partner_id"}


class CocareFecMapping(models.Model):
    """Where a code of a firm's former software goes in its books.

    Lines of accounts and journals appear when a file holds a code that the books do
    not: they say what would be created. Third parties all have a line, which says who
    they are taken for (``fec_parties.py``). Whoever chooses otherwise is heard by this
    file and by those of the next exercises. Who is who stays once a file was taken
    over, whatever becomes of names and references.
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
        [
            ("account", "One account"),
            ("journal", "One journal"),
            ("partner", "One third party"),
        ],
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
    partner_id = fields.Many2one(
        "res.partner",
        string="Contact of the firm",
        check_company=True,
        index="btree_not_null",
        domain="[('company_id', '=', company_id)]",
    )
    found_by = fields.Selection(
        [
            ("ref", "Same number"),
            ("name", "Same name"),
            ("near", "Same words"),
            ("chosen", "Chosen"),
            ("kept", "Earlier file"),
            ("new", "To be created"),
            ("refused", "To be created, as chosen"),
        ],
        string="Because of",
        readonly=True,
    )

    _code_once = models.UniqueIndex(
        "(company_id, kind, file_code)",
        "This code of the file has its line already.",
    )
    _one_target = models.Constraint(
        "CHECK ((kind = 'account' OR account_id IS NULL)"
        " AND (kind = 'journal' OR journal_id IS NULL)"
        " AND (kind = 'partner' OR partner_id IS NULL))",
        "An account of the file goes to an account, a journal to a journal, a third "
        "party to a contact.",
    )

    @api.constrains("partner_id", "company_id")
    def _check_own_contact(self):
        """A contact without firm is seen by all: it is no firm's third party."""
        for mapping in self:
            # whose it is may be nothing that the user sees
            contact = mapping.sudo().partner_id
            if contact and contact.company_id != mapping.company_id:
                raise ValidationError(
                    self.env._(
                        "Third party %(code)s goes to a contact of %(firm)s alone; "
                        "the one chosen is not.",
                        code=mapping.file_code,
                        firm=mapping.company_id.display_name,
                    )
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
        if "partner_id" in vals:
            vals = {**vals, "found_by": "chosen" if vals["partner_id"] else "refused"}
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
        chosen = self.search(
            [("company_id", "=", company.id), ("kind", "!=", "partner")]
        )
        return (
            {m.file_code: m.account_id.code for m in chosen if m.account_id},
            {m.file_code: m.journal_id.id for m in chosen if m.journal_id},
        )

    @api.model
    def _propose(self, take_over, plan):
        """Show the codes that the books do not have, those somebody chose for, and who
        third parties are taken for."""
        self._tell_partners(
            take_over,
            plan,
            {
                number: (plan.contacts[number], plan.found[number])
                for number in plan.written_partners()
            },
        )
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
            for m in self.search(
                [("company_id", "=", company.id), ("kind", "!=", "partner")]
            )
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

    # Third parties

    @api.model
    def _settled(self, take_over, own):
        """What is not to be found out again of the third parties of a firm: what people
        chose, what an earlier file did, and what was shown of a file that was checked.

        :param own: ids of the firm's contacts
        :return: ``{number: (id of a contact, or None: it is made, how it was found)}``
        """
        checked = take_over.state in ("checked", "queued")
        settled = {}
        for mapping in self.search(
            [("company_id", "=", take_over.company_id.id), ("kind", "=", "partner")]
        ):
            contact, how = mapping.partner_id.id or None, mapping.found_by
            shown = checked and mapping.import_id == take_over
            stays = how in (("chosen", "kept") if contact else ("refused",))
            if (shown or stays) and (contact in own or not contact):
                settled[mapping.file_code] = contact, how
        return settled

    @api.model
    def _keep_partners(self, take_over, plan, partners):
        """Keep what became of third parties.

        :param partners: ``{number: res.partner}``
        """
        wanted = {
            number: (
                partner.id,
                "chosen" if plan.found[number] == "chosen" else "kept",
            )
            for number, partner in partners.items()
        }
        self._tell_partners(take_over, plan, wanted)

    @api.model
    def _tell_partners(self, take_over, plan, wanted):
        """Write the lines of third parties.

        :param wanted: ``{number: (id of a contact or None, how it was found)}``
        """
        company = take_over.company_id
        # Nobody else makes lines, as above.
        self = self.sudo()  # noqa: PLW0642
        known = self.search([("company_id", "=", company.id), ("kind", "=", "partner")])
        for mapping in known.filtered(lambda m: m.file_code not in wanted):
            if mapping.found_by in ("chosen", "kept", "refused"):
                if mapping.import_id == take_over:
                    mapping.import_id = False
            elif mapping.import_id in (take_over, self.import_id):
                mapping.unlink()
        known = known.exists().filtered(lambda m: m.file_code in wanted)
        known.filtered(lambda m: m.import_id != take_over).import_id = take_over
        for mapping in known:
            contact, how = wanted[mapping.file_code]
            # the name of this file: people see where a number is somebody else
            told = plan.partners[mapping.file_code] or False, contact or False, how
            if (mapping.name, mapping.partner_id.id, mapping.found_by) != told:
                mapping._set_partner(*told)
        missing = wanted.keys() - set(known.mapped("file_code"))
        self.create(
            [
                {
                    "company_id": company.id,
                    "import_id": take_over.id,
                    **{"kind": "partner", "file_code": number},
                    "name": plan.partners[number] or False,
                    **dict(zip(("partner_id", "found_by"), how, strict=True)),
                }
                for number, how in wanted.items()
                if number in missing
            ]
        )

    def _set_partner(self, name, contact, how):
        """Say who it is; unlike a choice, it leaves the file as it was checked."""
        return super().write({"name": name, "partner_id": contact, "found_by": how})
