from collections import defaultdict
from fractions import Fraction

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import SQL
from odoo.tools.misc import format_date, formatLang

from ..allocation import from_cents, to_cents

#: art. 267, II-2° CGI, in French whoever reads it
DISBURSEMENT_MENTION = "Débours, art. 267, II-2° du CGI"
#: first digits of the transit account that disbursements go through
TRANSIT = "467"


class CocareRebilling(models.Model):
    """An item of the operator, or a part of it, that goes another way than the pools.

    * *Re-billed*: shared between the firms that are chosen, with VAT as the service it
      is a part of.
    * *Disbursement*: advanced in the name and on behalf of one firm, claimed to the
      cent and without VAT; the four conditions of art. 267, II-2° CGI are checked.
    * *Kept*: borne by the operator, for a reason that is told.

    Once confirmed, the pools count without it. The next month that is closed carries
    what firms pay as a line of its own, which they review as the others.
    """

    _name = "cocare.rebilling"
    _inherit = ["mail.thread", "cocare.guarded.mixin"]
    _description = "Re-billed item"
    _order = "date_to desc, id desc"
    _check_company_auto = True

    name = fields.Char(string="Subject", required=True)
    network_id = fields.Many2one(
        "cocare.network",
        required=True,
        index=True,
        ondelete="restrict",
        default=lambda self: self.env["cocare.network"].search([], limit=1),
    )
    company_id = fields.Many2one(
        related="network_id.operator_id", store=True, index=True, string="Operator"
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    item_id = fields.Many2one(
        "account.move.line",
        required=True,
        index=True,
        ondelete="restrict",
        check_company=True,
        help="The line of a supplier's bill, or another posted item of the operator.",
    )
    move_id = fields.Many2one(related="item_id.move_id", string="Entry")
    partner_id = fields.Many2one(related="item_id.partner_id", string="Supplier")
    item_amount = fields.Monetary(related="item_id.balance", string="Cost of the item")
    amount_left = fields.Monetary(
        string="Left of it",
        compute="_compute_amount_left",
        help="What other re-billings leave of the item.",
    )
    amount = fields.Monetary(
        compute="_compute_amount",
        store=True,
        readonly=False,
        tracking=True,
        help="The part of the item that does not go by the pools, before tax.",
    )
    kind = fields.Selection(
        [
            ("service", "Re-billed"),
            ("disbursement", "Disbursement"),
            ("kept", "Kept by the operator"),
        ],
        required=True,
        default="service",
        tracking=True,
    )
    reason = fields.Char(
        required=True,
        tracking=True,
        help="Why it does not go by the pools; the firms that pay read it.",
    )
    service_id = fields.Many2one(
        "cocare.service",
        ondelete="restrict",
        index="btree_not_null",
        domain="[('network_id', '=', network_id)]",
        help="Says the accounts and the VAT.",
    )
    split = fields.Selection(
        [
            ("equal", "In equal parts"),
            ("key", "By a key"),
            ("amounts", "Amounts by hand"),
        ],
        required=True,
        default="equal",
    )
    key_id = fields.Many2one(
        "cocare.allocation.key",
        ondelete="restrict",
        index="btree_not_null",
        domain="[('network_id', '=', network_id)]",
    )
    date_from = fields.Date(
        string="Period from",
        compute="_compute_period",
        store=True,
        precompute=True,
        readonly=False,
        required=True,
        help="What the key measures, and the first month that may carry it.",
    )
    date_to = fields.Date(
        string="Until",
        compute="_compute_period",
        store=True,
        precompute=True,
        readonly=False,
        required=True,
    )
    line_ids = fields.One2many("cocare.rebilling.line", "rebilling_id", string="Firms")
    run_line_ids = fields.One2many(
        "cocare.allocation.run.line",
        "rebilling_id",
        string="Lines of months",
        readonly=True,
    )
    run_id = fields.Many2one(
        "cocare.allocation.run", compute="_compute_run_id", string="Carried by"
    )
    state = fields.Selection(
        [("draft", "Draft"), ("confirmed", "Confirmed"), ("billed", "Billed")],
        required=True,
        default="draft",
        readonly=True,
        copy=False,
        tracking=True,
    )

    _period_in_order = models.Constraint(
        "CHECK (date_from <= date_to)", "The period ends before it begins."
    )
    _service_known = models.Constraint(
        "CHECK (kind != 'service' OR service_id IS NOT NULL)",
        "Say which service the item is a part of: it tells the accounts and the VAT.",
    )
    _key_known = models.Constraint(
        "CHECK (kind != 'service' OR split != 'key' OR key_id IS NOT NULL)",
        "Say which key the item is shared by.",
    )

    @api.depends("item_id")
    def _compute_amount(self):
        for rebilling in self:
            if rebilling.state == "draft" and rebilling.item_id:
                rebilling.amount = rebilling.amount_left

    @api.depends("item_id")
    def _compute_period(self):
        for rebilling in self:
            day = rebilling.item_id.date
            if rebilling.state == "draft" and day:
                rebilling.date_from = day.replace(day=1)
                rebilling.date_to = fields.Date.end_of(day, "month")

    @api.depends("item_id", "state", "amount")
    def _compute_amount_left(self):
        for rebilling in self:
            rebilling.amount_left = from_cents(rebilling._cents_left())

    @api.depends("run_line_ids.run_id.state")
    def _compute_run_id(self):
        for rebilling in self:
            runs = rebilling.run_line_ids.run_id
            rebilling.run_id = runs.filtered(lambda r: r.state != "credited")[-1:]

    @api.constrains("network_id", "service_id", "key_id")
    def _check_same_network(self):
        for rebilling in self:
            for part in (rebilling.service_id, rebilling.key_id):
                if part and part.network_id != rebilling.network_id:
                    raise ValidationError(
                        self.env._(
                            "“%(part)s” belongs to another network.",
                            part=part.sudo().name,
                        )
                    )

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            if vals.get("state", "draft") != "draft":
                raise UserError(self.env._("A re-billing starts as a draft."))
        return super().create(vals_list)

    def write(self, vals):
        # The form does not offer these; a remote call could still send them.
        if "state" in vals:
            raise UserError(self.env._("A re-billing is confirmed by its button."))
        said = {name for name in vals if not name.startswith(("message_", "activity_"))}
        if said:
            self._check_draft()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_draft_only(self):
        self._check_draft()

    def action_take_all_firms(self):
        """Write a line for every firm of the network that has none."""
        self._check_draft()
        for rebilling in self:
            network = rebilling.network_id
            firms = network.company_ids - network.operator_id
            missing = firms - rebilling.line_ids.company_id
            self.env["cocare.rebilling.line"].create(
                [
                    {"rebilling_id": rebilling.id, "company_id": firm.id}
                    for firm in missing.sorted("id")
                ]
            )

    def action_confirm(self):
        """Take the amount out of the pools; the next month that is closed bills it."""
        self.check_access("write")
        self._check_draft()
        for rebilling in self:
            rebilling._hold_item()
            rebilling._check_item()
            rebilling._check_amount()
            rebilling._check_firms()
            if rebilling.kind == "disbursement":
                rebilling._check_disbursement()
            rebilling._set_state("confirmed")

    def action_draft(self):
        """Give the amount back to the pools, before a month that was sent has it."""
        self.check_access("write")
        for rebilling in self:
            rebilling._hold_item()
            run = rebilling.sudo().run_id
            if run.state in ("sent", "posted"):
                raise UserError(
                    self.env._(
                        "“%(name)s” is in %(run)s, which the firms were sent: compute "
                        "it again, or undo it, first.",
                        name=rebilling.name,
                        run=run.display_name,
                    )
                )
            rebilling._set_state("draft")

    def _set_state(self, state):
        """The only way a record moves on; at once, so that clicks are serialised."""
        result = super().write({"state": state})
        self.flush_recordset(["state"])
        return result

    def _bill(self):
        """The month that carries them is being posted: it, and no other."""
        for rebilling in self:
            if rebilling.state != "confirmed":
                raise UserError(
                    self.env._(
                        "“%(name)s” changed since: compute again.", name=rebilling.name
                    )
                )
            rebilling._set_state("billed")

    def _unbill(self):
        """The month that carried them is undone: they wait for the next one."""
        for rebilling in self:
            rebilling._set_state("confirmed")

    def _hold_item(self):
        """Two re-billings of one entry are confirmed one after the other.

        The second fails with a serialisation error, is retried, and sees what the
        first left.
        """
        self.env.flush_all()
        self.env.cr.execute(
            SQL(
                "UPDATE account_move SET write_date = write_date WHERE id IN %s",
                tuple(self.sudo().move_id.ids),
            )
        )

    def _mail_get_partner_fields(self, introspect_fields=False):
        # Nobody writes to the supplier about who pays in the end.
        return []

    def _check_draft(self):
        done = self.filtered(lambda rebilling: rebilling.state != "draft")[:1]
        if done:
            raise UserError(
                self.env._(
                    "“%(name)s” is confirmed: put it back to draft first.",
                    name=done.name,
                )
            )

    # What is taken of items

    @api.model
    def _taken(self, company, domain, but=None):
        """What goes another way than the pools, of posted items of the operator.

        :param company: the operator
        :param domain: of ``account.move.line``
        :param but: ``cocare.allocation.run`` that is being worked out
        :return: ``{item: cents}``, items without any left out
        """
        rebillings = self.sudo().search(
            [
                ("company_id", "=", company.id),
                ("state", "in", ("confirmed", "billed")),
            ]
        )
        if not rebillings:
            return {}
        items = self.env["account.move.line"].search(
            [*domain, ("id", "in", rebillings.item_id.ids)]
        )
        taken = defaultdict(int)
        for rebilling in rebillings:
            if rebilling.item_id in items:
                taken[rebilling.item_id.with_env(self.env)] += rebilling._borne(but)
        return dict(taken)

    def _borne(self, but=None):
        """What does not go back to the pools, in cents.

        A credit note, or an arbitration, of what was billed gives a part back, to
        whatever is shared after it.

        :param but: ``cocare.allocation.run`` that is being worked out
        """
        self.ensure_one()
        lines = self.run_line_ids.filtered(
            lambda line: line.run_id.state == "posted" and line.run_id != but
        )
        returned = sum(share._returned() for share in lines.share_ids)
        return to_cents(self.amount) - returned

    def _cents_left(self):
        """What the other re-billings leave of the item, in cents."""
        self.ensure_one()
        if not self.item_id:
            return 0
        others = self.sudo().search(
            [
                ("item_id", "=", self.item_id.id),
                ("id", "!=", self._origin.id),
                ("state", "in", ("confirmed", "billed")),
            ]
        )
        return to_cents(self.item_id.balance) - sum(o._borne() for o in others)

    # What firms pay

    def _key_version(self):
        """The version of the key that shares the item, if one does.

        :raise UserError: none was in force
        """
        self.ensure_one()
        if self.kind == "service" and self.split == "key":
            return self.key_id._version_at(self.date_to)
        return self.env["cocare.allocation.key.version"]

    def _firms(self):
        """The firms that pay, in their order."""
        self.ensure_one()
        paying = self.line_ids.filtered(lambda line: not line.excluded)
        return paying.company_id.sorted("id")

    def _exact(self):
        """What each firm pays before rounding, where no key says it.

        :return: ``{firm: Fraction}`` in cents
        """
        self.ensure_one()
        firms = self._firms()
        if self.kind == "service" and self.split == "amounts":
            lines = self.line_ids.grouped("company_id")
            return {firm: Fraction(to_cents(lines[firm].amount)) for firm in firms}
        return {firm: Fraction(to_cents(self.amount), len(firms)) for firm in firms}

    def _document(self):
        """The supplier's document, as it was attached to the entry.

        :return: ``ir.attachment``, empty when there is none
        """
        self.ensure_one()
        move = self.move_id
        files = self.env["ir.attachment"].search(
            [
                ("res_model", "=", "account.move"),
                ("res_id", "=", move.id),
                ("res_field", "=", False),
            ],
            order="id",
        )
        return (files & move.message_main_attachment_id) or files[:1]

    def _source_text(self):
        """What is re-billed, and how, as the firms that pay read it."""
        self.ensure_one()
        item = self.item_id
        texts = [
            self.env._(
                "%(amount)s of %(whole)s, %(supplier)s, %(entry)s of %(date)s",
                amount=formatLang(self.env, self.amount, currency_obj=self.currency_id),
                whole=formatLang(self.env, item.balance, currency_obj=self.currency_id),
                supplier=self.partner_id.name or item.name or "",
                entry=item.move_id.ref or item.move_id.name,
                date=format_date(self.env, item.move_id.invoice_date or item.date),
            )
        ]
        if self.kind == "disbursement":
            texts.append(DISBURSEMENT_MENTION)
        elif len(self._firms()) == 1:
            texts.append(self.env._("for this firm alone"))
        elif self.split == "equal":
            texts.append(
                self.env._(
                    "in equal parts between %(count)s firms", count=len(self._firms())
                )
            )
        elif self.split == "amounts":
            texts.append(
                self.env._(
                    "by amounts decided for %(count)s firms", count=len(self._firms())
                )
            )
        texts.append(self.reason)
        texts += [
            self.env._(
                "%(firm)s does not pay: %(reason)s",
                firm=line.company_id.name,
                reason=line.reason,
            )
            for line in self.line_ids
            if line.excluded
        ]
        return texts
