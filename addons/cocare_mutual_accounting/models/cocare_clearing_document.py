from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools.misc import format_date

from .. import netting


class CocareClearingDocument(models.Model):
    """A document that is open between two firms, as both books have it.

    Seen by its two ends, and by the operator, which holds the mandate to clear it.
    """

    _name = "cocare.clearing.document"
    _description = "Document of a clearing"
    _inherit = "cocare.guarded.mixin"
    _order = "clearing_id desc, company_id, debtor_id, name, id"

    clearing_id = fields.Many2one(
        "cocare.clearing", required=True, index=True, ondelete="restrict"
    )
    clearing_state = fields.Selection(
        related="clearing_id.state", store=True, string="State of the clearing"
    )
    date_from = fields.Date(related="clearing_id.date_from", store=True, string="Month")
    objection_until = fields.Date(related="clearing_id.objection_until", store=True)
    operator_id = fields.Many2one(
        related="clearing_id.operator_id", store=True, index=True
    )
    company_id = fields.Many2one(
        "res.company", string="Creditor", required=True, index=True
    )
    debtor_id = fields.Many2one(
        "res.company", string="Debtor", required=True, index=True
    )
    name = fields.Char(string="Number", required=True)
    invoice_id = fields.Many2one(
        "account.move",
        string="In the creditor's books",
        index="btree_not_null",
    )
    bill_id = fields.Many2one(
        "account.move", string="In the debtor's books", index="btree_not_null"
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    amount = fields.Monetary(
        string="Open claim",
        help="What the creditor's books have open; negative for a credit note.",
    )
    debt_amount = fields.Monetary(
        string="Open debt", help="What the debtor's books have open."
    )
    state = fields.Selection(
        [("agreed", "Cleared"), ("differs", "Left out"), ("objected", "Objected to")],
        required=True,
    )
    reason = fields.Selection(
        [
            ("no_bill", "The bill is missing"),
            ("no_invoice", "The invoice is missing"),
            ("draft", "A draft on one side"),
            ("date", "Later on one side"),
            ("amount", "Other amount"),
            ("paid", "Paid on one side only"),
            ("changed", "Changed since it was sent"),
        ],
        string="Why it is left out",
    )
    objection = fields.Text()
    objected_by_id = fields.Many2one("res.company", string="Objected by")

    _once = models.UniqueIndex(
        "(clearing_id, company_id, debtor_id, name)",
        "A document is in a clearing once.",
    )
    _two_ends = models.Constraint(
        "CHECK (company_id != debtor_id)", "A firm owes nothing to itself."
    )

    @api.depends("name", "company_id", "debtor_id")
    def _compute_display_name(self):
        # either end may be a firm that is not ticked
        for document in self:
            known = document.sudo()
            document.display_name = (
                f"{known.name}, {known.company_id.name} → {known.debtor_id.name}"
            )

    def _key(self):
        """How ``cocare.mirror`` knows the document."""
        self.ensure_one()
        return (
            self.company_id.id,
            self.debtor_id.id,
            netting.same_number(self.name),
        )

    # As a worker-member reads it

    def _other_name(self, firm):
        """Name of the other end. As superuser: a member reads no other company, and may
        know with whom their firm deals."""
        return ((self.sudo().company_id | self.sudo().debtor_id) - firm).name

    def _objector_name(self):
        """Name of the end that objected, for either of them; as ``_other_name``."""
        return self.sudo().objected_by_id.name

    def _signed_amount(self, firm):
        """What the books of a firm have open, or the other's when they have nothing:
        positive when it is owed to the firm."""
        if self.company_id == firm:
            return self.amount or self.debt_amount
        return -(self.debt_amount or self.amount)

    def _reason_text(self):
        return dict(self._fields["reason"]._description_selection(self.env))[
            self.reason
        ]

    # Objecting

    def _object(self, firm, why):
        """A worker-member of one of the two ends takes the document out.

        Runs as superuser once that is checked: members write nothing themselves.

        :param firm: ``res.company``
        :param str why: what is wrong with it
        :raise AccessError: the user does not work for the firm, or it is another's
        :raise UserError: too late, or without a reason
        """
        self._check_may_object(firm)
        if self.state != "agreed":
            raise UserError(
                self.env._("“%(number)s” is not to be cleared.", number=self.name)
            )
        if not why.strip():
            raise UserError(
                self.env._("Say what is wrong with “%(number)s”.", number=self.name)
            )
        self.sudo().write(
            {"state": "objected", "objection": why.strip(), "objected_by_id": firm.id}
        )
        self.sudo().clearing_id._update_positions()

    def _withdraw_objection(self, firm):
        """The firm that objected lets the document be cleared after all.

        Runs as superuser, as ``_object`` does, which says what it raises.
        """
        self._check_may_object(firm)
        if self.state != "objected" or self.objected_by_id != firm:
            raise UserError(
                self.env._(
                    "%(firm)s did not object to “%(number)s”.",
                    firm=firm.name,
                    number=self.name,
                )
            )
        self.sudo().write(
            {"state": "agreed", "objection": False, "objected_by_id": False}
        )
        self.sudo().clearing_id._update_positions()

    def _check_may_object(self, firm):
        self.ensure_one()
        firm.with_env(self.env)._check_member()
        if firm not in self.company_id | self.debtor_id:
            raise AccessError(
                self.env._(
                    "“%(number)s” is no document of %(firm)s.",
                    number=self.name,
                    firm=firm.name,
                )
            )
        clearing = self.sudo().clearing_id
        clearing._check_state("sent")
        if fields.Date.context_today(self) > clearing.objection_until:
            raise UserError(
                self.env._(
                    "Objections to %(clearing)s were possible until %(date)s.",
                    clearing=clearing.display_name,
                    date=format_date(self.env, clearing.objection_until),
                )
            )
