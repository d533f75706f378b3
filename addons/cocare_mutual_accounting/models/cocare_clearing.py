from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools.misc import format_date

from .. import netting
from ..allocation import from_cents, to_cents

#: days that firms have to object, unless the office gives them more or fewer
DAYS_TO_OBJECT = 10


class CocareClearing(models.Model):
    """A month's debts between firms, netted to one transfer a firm.

    The firms gave the operator a mandate to set off what they owe each other (arts.
    1348-2 and 1984 Code civil): each of them books its receivables and payables against
    account 467, where what it has left to receive from the operator, or to pay to it,
    remains.

    * Draft: what both books agree on is proposed, what they do not is listed.
    * Sent: firms see their position and their documents, and may object until a day;
      who says nothing agrees.
    * Posted: an entry in the books of every firm, all or nothing.
    * Settled: the transfers are in all the books.
    * Cancelled: undone by reversals on all sides; the month may be cleared again.
    """

    _name = "cocare.clearing"
    _inherit = "cocare.month.mixin"
    _description = "Clearing between firms"
    _order = "date_from desc, id desc"

    date_to = fields.Date(
        string="Documents until",
        compute="_compute_date_to",
        store=True,
        precompute=True,
    )
    objection_until = fields.Date(
        string="Objections until",
        required=True,
        default=lambda self: fields.Date.add(
            fields.Date.context_today(self), days=DAYS_TO_OBJECT
        ),
        help="Last day on which a firm may take a document out. Silence is consent.",
    )
    entry_date = fields.Date(
        string="Date of the entries",
        help="The day of posting, if it is left empty. VAT on payment is due that day.",
    )
    state = fields.Selection(
        [
            ("draft", "Draft"),
            ("sent", "Sent to the firms"),
            ("posted", "Posted"),
            ("settled", "Settled"),
            ("cancelled", "Cancelled"),
        ],
        required=True,
        default="draft",
        readonly=True,
        copy=False,
    )
    document_ids = fields.One2many(
        "cocare.clearing.document", "clearing_id", string="Documents", readonly=True
    )
    position_ids = fields.One2many(
        "cocare.clearing.position", "clearing_id", string="Positions", readonly=True
    )
    difference_count = fields.Integer(
        string="Documents left out", compute="_compute_totals"
    )
    cleared_amount = fields.Monetary(
        string="Cleared", compute="_compute_totals", help="Total of what is cleared."
    )
    transfer_amount = fields.Monetary(
        string="To transfer", compute="_compute_totals", help="Total of the transfers."
    )

    _one_a_month = models.UniqueIndex(
        "(network_id, date_from) WHERE state != 'cancelled'",
        "This month is already being cleared, or cleared, for this network.",
    )

    @api.depends("network_id", "date_from")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for clearing in self:
            month = format_date(self.env, clearing.date_from, date_format="MMMM yyyy")
            clearing.display_name = self.env._(
                "Clearing of %(month)s, %(network)s",
                month=month,
                network=clearing.network_id.name,
            )

    @api.depends("date_from")
    def _compute_date_to(self):
        for clearing in self:
            first = clearing.date_from
            clearing.date_to = first and fields.Date.end_of(first, "month")

    @api.depends("document_ids.state", "document_ids.amount", "position_ids.net")
    def _compute_totals(self):
        for clearing in self:
            agreed = clearing.document_ids.filtered(lambda d: d.state == "agreed")
            clearing.difference_count = len(clearing.document_ids - agreed)
            clearing.cleared_amount = sum(abs(d.amount) for d in agreed)
            clearing.transfer_amount = sum(
                abs(p.net) for p in clearing.position_ids if not p._is_operators()
            )

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            if vals.get("state", "draft") != "draft":
                raise UserError(self.env._("A clearing starts as a draft."))
            if vals.get("date_from"):
                vals["date_from"] = fields.Date.to_date(vals["date_from"]).replace(
                    day=1
                )
        clearings = super().create(vals_list)
        for clearing in clearings:
            clearing._check_over()
        return clearings

    def write(self, vals):
        # The form does not offer these; a remote call could still send them.
        if vals.keys() & {"state", "network_id", "date_from"}:
            raise UserError(
                self.env._("The month and the state of a clearing are not typed in.")
            )
        for clearing in self:
            clearing._check_state("draft", "sent")
        return super().write(vals)

    def _set_entry_date(self, day):
        """As ``_set_state``: the date of a clearing that is being posted."""
        return super().write({"entry_date": day})

    @api.ondelete(at_uninstall=False)
    def _unlink_draft(self):
        for clearing in self:
            clearing._check_state("draft")

    def unlink(self):
        self.check_access("unlink")
        self.sudo().document_ids.unlink()
        self.sudo().position_ids.unlink()
        return super().unlink()

    # Steps

    def action_propose(self):
        """Look for what firms owe each other; may be repeated until it is sent."""
        self.check_access("write")
        for clearing in self:
            clearing._check_state("draft")
            clearing._set_state("draft")
            clearing._propose()
        return True

    def action_send(self):
        """Show the firms their positions, tell their people, and let them object."""
        self.check_access("write")
        for clearing in self:
            clearing._check_state("draft")
            if clearing.objection_until < fields.Date.context_today(self):
                raise UserError(
                    self.env._("Give the firms a day until which they may object.")
                )
            clearing._set_state("sent")
            clearing._propose()
            clearing._check_something_to_clear()
            clearing._notify_sent()
        return True

    def action_take_back(self):
        """Back to a draft, which firms do not see. What they objected to stays out."""
        self.check_access("write")
        for clearing in self:
            clearing._check_state("sent")
            clearing._set_state("draft")
        return True

    def action_post(self):
        """Post an entry in the books of every firm, in one transaction."""
        self.check_access("write")
        for clearing in self:
            clearing._check_state("sent")
            # Writing the clearing first is what serialises two clicks: the second fails
            # with a serialisation error, is retried, and finds the state changed.
            clearing._set_state("posted")
            clearing._check_deadline()
            clearing._post_entries()
        return True

    def action_settle(self):
        """Close the clearing once its transfers are in all the books."""
        self.check_access("write")
        for clearing in self:
            clearing._check_state("posted")
            clearing._set_state("settled")
            clearing._check_settled()
        return True

    def action_cancel(self):
        """Undo the clearing by reversals in all books; what was open is open again."""
        self.check_access("write")
        for clearing in self:
            clearing._check_state("posted")
            clearing._set_state("cancelled")
            clearing._cancel()
        return True

    def action_open_moves(self):
        """Open the entries of the clearing, in all books the user is allowed in."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "account.action_move_journal_line"
        )
        return {
            **action,
            "domain": [("cocare_clearing_id", "=", self.id)],
            "context": {"create": False},
        }

    # What is proposed

    def _firms(self):
        """The firms whose debts are cleared, the operator among them."""
        self.ensure_one()
        return (
            self.sudo()
            .network_id.company_ids.filtered(lambda firm: not firm.cocare_left_on)
            .sorted("id")
        )

    def _mirror(self):
        """Documents between firms, read as superuser: by the mandate, the operator
        looks in the books of every firm for what they owe each other, and for nothing
        else."""
        return self.env["cocare.mirror"].sudo()

    def _pairings(self):
        return self._mirror()._pairings(self._firms(), self.date_to)

    def _propose(self):
        """List the open documents: those that both books agree on, and the others.

        Runs as superuser: see ``_mirror``. What a firm objected to stays out.
        """
        self.ensure_one()
        clearing = self.sudo()
        pairings = clearing._pairings()
        documents = clearing.document_ids
        objected = documents.filtered(lambda d: d.state == "objected")
        kept = {document._key(): document for document in objected}
        (documents - objected).unlink()
        agreed, differing = netting.match(
            {key: pairing.claim for key, pairing in pairings.items()},
            {key: pairing.debt for key, pairing in pairings.items()},
        )
        clearing.document_ids.create(
            [
                clearing._prepare_document(key, pairings[key], key in differing)
                for key in (*agreed, *differing)
                if key not in kept
            ]
        )
        clearing._update_positions()

    def _prepare_document(self, key, pairing, differs):
        creditor, debtor, _number = key
        mirror = self._mirror()
        moves = pairing.claims.move_id[:1], pairing.debts.move_id[:1]
        return {
            "clearing_id": self.id,
            "company_id": creditor,
            "debtor_id": debtor,
            "name": mirror._number(moves[0] or moves[1]).strip(),
            "invoice_id": moves[0].id,
            "bill_id": moves[1].id,
            "amount": from_cents(pairing.claim),
            "debt_amount": from_cents(pairing.debt),
            "state": "differs" if differs else "agreed",
            "reason": differs
            and mirror._reason(key, pairing, self._firms(), self.date_to),
        }

    def _update_positions(self):
        """Work out what every firm has to receive and to pay.

        Runs as superuser: a member who objects changes the position of both ends.
        """
        self.ensure_one()
        clearing = self.sudo()
        agreed = clearing.document_ids.filtered(lambda d: d.state == "agreed")
        found = netting.positions(
            (d.company_id.id, d.debtor_id.id, to_cents(d.amount)) for d in agreed
        )
        if found:
            # all settle with the operator, whether it has documents or not
            found.setdefault(clearing.operator_id.id, netting.Position())
        known = {p.company_id.id: p for p in clearing.position_ids}
        for firm_id, position in found.items():
            values = {
                "receivable": from_cents(position.receivable),
                "payable": from_cents(position.payable),
                "net": from_cents(position.net),
            }
            if firm_id in known:
                known.pop(firm_id).write(values)
            else:
                clearing.position_ids.create(
                    {"clearing_id": clearing.id, "company_id": firm_id, **values}
                )
        clearing.position_ids.browse(p.id for p in known.values()).unlink()

    # Settling and undoing

    def _check_settled(self):
        """Every firm's transfer is matched in its books and in the operator's."""
        for position in self.sudo().position_ids:
            open_items = position._clearing_items().filtered("amount_residual")
            if open_items:
                raise UserError(
                    self.env._(
                        "Books of %(firm)s: the transfer of this clearing is not there "
                        "yet, or not matched with %(account)s.",
                        firm=position.company_id.name,
                        account=open_items[0].account_id.display_name,
                    )
                )

    def _cancel(self):
        """Reverse the entry of every firm, and open again what they had settled.

        Writes as superuser in the books of all firms, in one transaction, as
        ``_post_entries``.
        """
        self.ensure_one()
        clearing = self.sudo()
        positions = clearing.position_ids
        positions._check_no_transfer()
        # drafts: nobody confirmed them yet
        positions.order_id.action_cancel()
        date = max(fields.Date.context_today(self), clearing.entry_date)
        clearing._check_locks(date)
        clearing._moves().browse(positions.move_id.ids)._reverse_moves(
            [
                {
                    "date": date,
                    "ref": move.name,
                    "cocare_clearing_id": clearing.id,
                }
                for move in positions.move_id
            ],
            cancel=True,
        )
        pairings = clearing._pairings()
        for document in clearing.document_ids.filtered(lambda d: d.state == "agreed"):
            pairing = pairings.get(document._key())
            if not pairing or pairing.claim != to_cents(document.amount):
                raise UserError(
                    self.env._(
                        "“%(number)s” could not be opened again.", number=document.name
                    )
                )

    # Checks

    def _check_something_to_clear(self):
        if not self.position_ids:
            raise UserError(
                self.env._(
                    "There is nothing to clear for %(month)s that both books agree on.",
                    month=self._month_name(self.date_from),
                )
            )

    def _check_deadline(self):
        if fields.Date.context_today(self) <= self.objection_until:
            raise UserError(
                self.env._(
                    "Firms may object until %(date)s: post it afterwards.",
                    date=format_date(self.env, self.objection_until),
                )
            )
