from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError

CHANNELS = [
    ("form", "Form of the network"),
    ("portal", "Their page"),
    ("paper", "On paper"),
    ("mail", "By e-mail"),
    ("voice", "By word of mouth"),
]


class CocareConsent(models.Model):
    """A person lets a firm use their particulars, for one purpose.

    From one firm to another it is a sharing; from a firm to itself the person gave
    them to that firm directly. Rows are added, never changed nor deleted: a withdrawal
    is the one thing that happens to them, and record rules read it at once.
    """

    _name = "cocare.consent"
    _inherit = ["cocare.guarded.mixin", "cocare.evidence.mixin"]
    _description = "Consent of a person"
    _order = "given_at desc, id desc"

    partner_id = fields.Many2one(
        "res.partner", string="Person", required=True, index=True, ondelete="restrict"
    )
    purpose_id = fields.Many2one(
        "cocare.consent.purpose", required=True, index=True, ondelete="restrict"
    )
    from_company_id = fields.Many2one(
        "res.company",
        string="From",
        required=True,
        index=True,
        default=lambda self: self.env.company,
        help="The firm whose contact they are, or that has their consent directly.",
    )
    to_company_id = fields.Many2one(
        "res.company",
        string="To",
        required=True,
        index=True,
        help="The firm that may use them. "
        "The same on both sides: given to it directly.",
    )
    network_id = fields.Many2one(
        related="text_id.network_id", store=True, index=True, string="Network"
    )
    text_id = fields.Many2one(
        "cocare.consent.text",
        string="Text",
        required=True,
        index=True,
        ondelete="restrict",
        domain="[('purpose_id', '=', purpose_id)]",
    )
    body = fields.Text(related="text_id.body", string="What the person read")
    given_at = fields.Datetime(
        string="Given on", required=True, default=fields.Datetime.now
    )
    channel = fields.Selection(CHANNELS, required=True, default="paper")
    evidence_ids = fields.Many2many(string="Proof")
    note = fields.Char(string="How it was given")
    recorded_by_id = fields.Many2one(
        "res.users",
        string="Recorded by",
        required=True,
        readonly=True,
        default=lambda self: self.env.user,
    )
    withdrawn_at = fields.Datetime(string="Withdrawn on", readonly=True, copy=False)
    withdrawn_by_id = fields.Many2one(
        "res.users", string="Withdrawn by", readonly=True, copy=False
    )
    withdrawn_why = fields.Char(string="Why", readonly=True, copy=False)
    live = fields.Boolean(compute="_compute_live", search="_search_live")

    _one_live = models.UniqueIndex(
        "(partner_id, purpose_id, from_company_id, to_company_id) "
        "WHERE withdrawn_at IS NULL",
        "This person consented to that already.",
    )

    @api.depends("withdrawn_at")
    def _compute_live(self):
        for consent in self:
            consent.live = not consent.withdrawn_at

    def _search_live(self, operator, value):
        if operator != "in":
            return NotImplemented
        return [("withdrawn_at", "=" if True in value else "!=", False)]

    @api.depends("purpose_id", "from_company_id", "to_company_id")
    def _compute_display_name(self):
        for consent in self:
            names = {
                "purpose": consent.purpose_id.name,
                "giver": consent.from_company_id.sudo().name,
                "taker": consent.to_company_id.sudo().name,
            }
            if consent.from_company_id == consent.to_company_id:
                consent.display_name = self.env._("%(purpose)s: %(taker)s", **names)
            else:
                consent.display_name = self.env._(
                    "%(purpose)s: %(giver)s → %(taker)s", **names
                )

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            if {"withdrawn_at", "withdrawn_by_id", "withdrawn_why"} & set(vals):
                raise UserError(self.env._("A consent is withdrawn with its button."))
            if "recorded_by_id" in vals and not self.env.su:
                raise UserError(self.env._("Who records a consent signs it."))
            if not vals.get("text_id"):
                vals["text_id"] = self._default_text(vals).id
        # One cannot let others see whom one does not see; asked before, because the
        # consent itself would show the person.
        ids = [vals["partner_id"] for vals in vals_list if vals.get("partner_id")]
        self.env["res.partner"].browse(ids).check_access("read")
        return super().create(vals_list)

    def _claim_evidence(self):
        """Runs as superuser: who writes no consent writes no proof of it afterwards."""
        return super(CocareConsent, self.sudo())._claim_evidence()

    def write(self, vals):
        if not self.env.su:
            raise UserError(
                self.env._(
                    "A consent is not rewritten: withdraw it, and record a new one."
                )
            )
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(self.env._("A consent is withdrawn, not deleted."))

    def _default_text(self, vals):
        """The text in force when nothing else is said.

        :raise UserError: there is none
        """
        company = self.env["res.company"].browse(
            vals.get("from_company_id") or self.env.company.id
        )
        purpose = self.env["cocare.consent.purpose"].browse(vals.get("purpose_id"))
        network = company.sudo().cocare_network_id
        text = self.env["cocare.consent.text"].sudo()._current(network, purpose)
        if not text:
            raise UserError(
                self.env._(
                    "“%(purpose)s”: write first what the person consents to.",
                    purpose=purpose.name,
                )
            )
        return text

    @api.constrains(
        "partner_id",
        "purpose_id",
        "from_company_id",
        "to_company_id",
        "text_id",
        "given_at",
        "channel",
        "note",
        "evidence_ids",
    )
    def _check_consent(self):
        """Runs as superuser: compares the two firms, of which one may be foreign."""
        for consent in self.sudo():
            consent._check_firms()
            consent._check_proof()

    def _check_firms(self):
        firms = self.from_company_id | self.to_company_id
        if firms.cocare_network_id != self.text_id.network_id or not all(
            firm.cocare_network_id for firm in firms
        ):
            raise ValidationError(
                self.env._("Both firms and the text have to be of one network.")
            )
        left = firms.filtered("cocare_left_on")[:1]
        if left:
            raise ValidationError(
                self.env._("%(firm)s left the network.", firm=left.name)
            )
        if not self.partner_id.company_id:
            raise ValidationError(
                self.env._(
                    "%(person)s is nobody's contact: give the contact to a firm first.",
                    person=self.partner_id.name,
                )
            )
        if self.from_company_id == self.to_company_id:
            return
        if self.from_company_id == self.partner_id.company_id:
            return
        # A consent is not passed on: who received it from another firm has no right
        # to hand it over, who has it from the person has.
        direct = self.search_count(
            [
                ("partner_id", "=", self.partner_id.id),
                ("from_company_id", "=", self.from_company_id.id),
                ("to_company_id", "=", self.from_company_id.id),
                ("live", "=", True),
            ],
            limit=1,
        )
        if not direct:
            raise ValidationError(
                self.env._(
                    "%(person)s is no contact of %(firm)s, and gave it no consent "
                    "directly: a consent is not passed on.",
                    person=self.partner_id.name,
                    firm=self.from_company_id.name,
                )
            )

    def _check_proof(self):
        if self.text_id.purpose_id != self.purpose_id:
            raise ValidationError(self.env._("This is the text of another purpose."))
        if self.given_at > fields.Datetime.now():
            raise ValidationError(self.env._("A consent is not given in the future."))
        if not self.evidence_ids and not (self.note or "").strip():
            raise ValidationError(
                self.env._("Attach the proof of the consent, or say how it was given.")
            )

    # Withdrawal

    def action_withdraw(self):
        """Ask why, then withdraw."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.display_name,
            "res_model": "cocare.consent.withdrawal",
            "view_mode": "form",
            "target": "new",
            "context": {"default_consent_id": self.id},
        }

    def _withdraw(self, why):
        """Withdraw from now on; what was withdrawn already stays as it was.

        :param str why: in the words of the person, or of who records it
        :raise AccessError: who asks is neither the person nor of one of both firms

        Runs as superuser: nobody may write a consent, and withdrawing is as easy as
        giving. Those who may read a consent may withdraw it.
        """
        self.check_access("read")
        person = self.env.user.partner_id
        if self.env.user.share and self.partner_id - person:
            raise AccessError(self.env._("This is the consent of another person."))
        live = self.sudo().filtered("live")
        live.write(
            {
                "withdrawn_at": fields.Datetime.now(),
                "withdrawn_by_id": self.env.uid,
                "withdrawn_why": why,
            }
        )
        # Record rules read it: nothing that was read before counts any more.
        live.flush_recordset()
        self.env["res.partner"].invalidate_model()
