from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from .. import membership_path
from .cocare_governed_mixin import DECIDED
from .res_company import LEGAL_FORMS, VAT_STATUSES

#: facts of the file that the firm's company starts from
FIRM_FACTS = {
    "name": "name",
    "company_registry": "company_registry",
    "vat": "vat",
    "legal_form": "cocare_legal_form",
    "vat_status": "cocare_vat_status",
    "email": "email",
    "phone": "phone",
    "street": "street",
    "zip": "zip",
    "city": "city",
}

#: those that are the file's own; the others are its contact's
OWN_FACTS = ("company_registry", "vat", "legal_form", "vat_status")


class CocareMembership(models.Model):
    """Where a firm, a project, a person or a supporter stands with the network.

    The path is in ``membership_path.py``. Steps that the network decides (trial,
    member) are proposed and take effect by a decision; the others are made by a
    facilitator, who says why. Every step leaves a ``cocare.membership.move``.
    """

    _name = "cocare.membership"
    _inherit = ["cocare.governed.mixin", "mail.thread", "mail.activity.mixin"]
    _description = "Membership"
    _order = "stage_since desc, id desc"
    _check_company_auto = True

    name = fields.Char(required=True, tracking=True)
    active = fields.Boolean(default=True)
    network_id = fields.Many2one(
        "cocare.network",
        required=True,
        index=True,
        default=lambda self: self._default_network(),
    )
    kind = fields.Selection(
        [
            ("firm", "Firm"),
            ("project", "Project"),
            ("person", "Person"),
            ("supporter", "Supporter"),
        ],
        required=True,
        default="firm",
    )
    supporter_type = fields.Selection(
        [
            ("public", "Public body"),
            ("company", "Company"),
            ("individual", "Individual"),
        ]
    )
    stage = fields.Selection(
        membership_path.STAGES,
        required=True,
        default="contact",
        readonly=True,
        copy=False,
        index=True,
        tracking=True,
        group_expand=True,
    )
    stage_since = fields.Date(readonly=True, copy=False)
    user_id = fields.Many2one(
        "res.users",
        string="Followed by",
        default=lambda self: self.env.user,
        domain="[('id', 'in', office_user_ids)]",
        tracking=True,
    )
    office_user_ids = fields.Many2many("res.users", compute="_compute_office_user_ids")
    company_id = fields.Many2one(
        "res.company",
        string="Company",
        readonly=True,
        copy=False,
        index="btree_not_null",
        help="The company of the firm, once it was brought in.",
    )
    partner_id = fields.Many2one(
        "res.partner",
        string="Contact",
        required=True,
        index=True,
        copy=False,
        help="Contact of the operator until the firm has a company of its own.",
    )
    email = fields.Char(related="partner_id.email", readonly=False)
    phone = fields.Char(related="partner_id.phone", readonly=False)
    street = fields.Char(related="partner_id.street", readonly=False)
    zip = fields.Char(related="partner_id.zip", string="Postcode", readonly=False)
    city = fields.Char(related="partner_id.city", readonly=False)
    legal_form = fields.Selection(LEGAL_FORMS)
    company_registry = fields.Char(string="SIRET")
    vat = fields.Char(string="VAT number")
    vat_status = fields.Selection(VAT_STATUSES, string="VAT status")
    sector_ids = fields.Many2many("cocare.sector", string="Sectors")
    label_ids = fields.Many2many("cocare.label", string="Labels")
    presentation = fields.Text(help="What they do, what they look for, in their words.")
    task_ids = fields.One2many("cocare.membership.task", "membership_id")
    open_task_count = fields.Integer(
        string="Left to do", compute="_compute_open_task_count"
    )
    move_ids = fields.One2many("cocare.membership.move", "membership_id")
    worker_ids = fields.One2many("cocare.worker", "membership_id")
    meeting_ids = fields.One2many("cocare.coaching.meeting", "membership_id")
    contribution_ids = fields.One2many("cocare.contribution", "membership_id")
    departure_ids = fields.One2many("cocare.departure", "membership_id")
    acceptance_ids = fields.One2many("cocare.charter.acceptance", "membership_id")
    currency_id = fields.Many2one(related="network_id.currency_id")
    contributed = fields.Monetary(
        string="Received from them", compute="_compute_contributed"
    )
    charter_accepted = fields.Boolean(compute="_compute_charter_accepted")

    _one_per_company = models.UniqueIndex(
        "(company_id) WHERE company_id IS NOT NULL AND stage NOT IN ('left', 'closed')",
        "This firm has a membership already.",
    )
    _supporter_has_type = models.Constraint(
        "CHECK (kind != 'supporter' OR supporter_type IS NOT NULL)",
        "Say what the supporter is: public body, company or individual.",
    )

    def _default_network(self):
        return self.env["cocare.network"].search([], limit=1)

    @api.depends("network_id")
    def _compute_office_user_ids(self):
        for membership in self:
            network = membership.network_id
            membership.office_user_ids = network and network._office_users()

    @api.depends("task_ids.done_on")
    def _compute_open_task_count(self):
        for membership in self:
            membership.open_task_count = len(
                membership.task_ids.filtered(lambda task: not task.done_on)
            )

    @api.depends("contribution_ids.amount", "contribution_ids.received_on")
    def _compute_contributed(self):
        for membership in self:
            membership.contributed = sum(
                membership.contribution_ids.filtered("received_on").mapped("amount")
            )

    @api.depends("acceptance_ids", "network_id")
    def _compute_charter_accepted(self):
        today = fields.Date.context_today(self)
        for membership in self:
            version = membership.network_id._charter_at(today)
            membership.charter_accepted = not version or (
                version in membership.acceptance_ids.version_id
            )

    @api.constrains("company_id", "network_id")
    def _check_company_network(self):
        for membership in self.sudo().filtered("company_id"):
            if membership.company_id.cocare_network_id != membership.network_id:
                raise ValidationError(
                    self.env._(
                        "%(firm)s is no firm of this network.",
                        firm=membership.company_id.name,
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        today = fields.Date.context_today(self)
        prepared = []
        for vals in vals_list:
            # A file starts with the first contact; the rest of the path is walked.
            self._cocare_check_decided(vals)
            prepared.append({**self._with_contact(vals), "stage_since": today})
        memberships = super().create(prepared)
        for membership in memberships:
            membership._enter("contact", False, self.env._("New file"))
        return memberships

    def write(self, vals):
        if "network_id" in vals and self.filtered(
            lambda m: m.network_id.id != vals["network_id"]
        ):
            raise UserError(self.env._("A file stays in its network."))
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_first_contacts(self):
        if self.filtered(lambda m: m.stage not in ("contact", "closed")):
            raise UserError(
                self.env._("What went beyond a first contact is archived, not deleted.")
            )

    def _cocare_governed_fields(self):
        return {"stage", "stage_since", "company_id"}

    def _cocare_apply_change(self, change):
        self._move(change.values["stage"], change.reason, change)

    def _with_contact(self, vals):
        """Values with a contact: a new one, of the operator, when none is named."""
        if vals.get("partner_id"):
            return vals
        network_id = vals.get("network_id") or self._default_network().id
        network = self.env["cocare.network"].browse(network_id)
        partner = self.env["res.partner"].create(
            {
                "name": vals["name"],
                "is_company": vals.get("kind", "firm") in ("firm", "project"),
                "company_id": network.operator_id.id,
            }
        )
        return {**vals, "partner_id": partner.id}

    # Steps

    def action_step(self):
        """Ask why, then make the step that the button names in its context."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.name,
            "res_model": "cocare.membership.step",
            "view_mode": "form",
            "target": "new",
            "context": {
                "default_membership_id": self.id,
                "default_target": self.env.context.get("cocare_target"),
            },
        }

    def action_open_departure(self):
        """Open what remains to be settled before the firm leaves."""
        self.ensure_one()
        departure = self.departure_ids.filtered(lambda d: d.state != "cancelled")
        return {
            "type": "ir.actions.act_window",
            "res_model": "cocare.departure",
            "res_id": departure.id,
            "view_mode": "form",
        }

    def action_bring_in(self):
        """Open the onboarding of the firm, filled in from the file."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "cocare_network.cocare_firm_onboarding_action"
        )
        defaults = {
            f"default_{name}": self[fact]
            for fact, name in FIRM_FACTS.items()
            if self[fact]
        }
        defaults["default_network_id"] = self.network_id.id
        defaults["default_membership_id"] = self.id
        return {**action, "context": defaults}

    def _step(self, target, reason, effective_date=None):
        """Make one step of the path, or propose it where the network decides.

        :param str target: the stage to go to
        :param str reason: why
        :param date effective_date: when a decided step takes effect
        :raise UserError: it is no step of this path, something required is left to
            do, a firm has no company yet
        """
        self.ensure_one()
        self.check_access("write")
        if not membership_path.is_step(self.kind, self.stage, target):
            stages = dict(self._fields["stage"]._description_selection(self.env))
            raise UserError(
                self.env._(
                    "%(name)s: “%(target)s” does not follow “%(stage)s”.",
                    name=self.name,
                    target=stages.get(target, target),
                    stage=stages[self.stage],
                )
            )
        self._check_step(target)
        if membership_path.needs_decision(self.stage, target):
            self._cocare_propose({"stage": target}, effective_date, reason)
        else:
            self._move(target, reason)

    def _check_step(self, target):
        """Refuse a step that comes too early, naming what is missing.

        :param str target: the stage to go to
        :raise UserError: what is missing
        """
        self.ensure_one()
        if self.cocare_pending_change_id:
            raise UserError(
                self.env._("%(name)s waits for a decision already.", name=self.name)
            )
        if target in ("closed", "leaving") or self.stage == "closed":
            return
        if target == "left" and self.company_id:
            raise UserError(
                self.env._(
                    "%(name)s leaves by its departure, once everything is settled.",
                    name=self.name,
                )
            )
        if target == membership_path.next_stages(self.kind, self.stage)[0]:
            todo = self.task_ids.filtered(lambda t: t.required and not t.done_on)
            if todo:
                raise UserError(
                    self.env._(
                        "%(name)s: still to do before this step:\n%(tasks)s",
                        name=self.name,
                        tasks="\n".join(f"– {task.name}" for task in todo),
                    )
                )
        if target == "member" and self.kind == "firm" and not self.company_id:
            raise UserError(
                self.env._(
                    "%(name)s has no company yet: bring the firm in first.",
                    name=self.name,
                )
            )

    def _move(self, target, reason, change=None):
        """Write a step, and open the checklist of the stage it leads to.

        :param str target: the stage to go to
        :param str reason: why
        :param change: the ``cocare.governed.change`` of a decided step
        """
        self.ensure_one()
        previous = self.stage
        self.with_context(cocare_decided=DECIDED).write(
            {"stage": target, "stage_since": fields.Date.context_today(self)}
        )
        self._enter(target, previous, reason, change)

    def _enter(self, stage, previous, reason, change=None):
        """Record a step and give out what is to be done in its stage.

        Runs as superuser: the history is nobody's to write, and whoever steps was
        checked before.
        """
        self.env["cocare.membership.move"].sudo().create(
            {
                "membership_id": self.id,
                "from_stage": previous,
                "to_stage": stage,
                "reason": reason,
                "user_id": self.env.uid,
                "change_id": change and change.id,
            }
        )
        if stage == "leaving" and self.company_id:
            self.env["cocare.departure"].sudo().create(
                {"membership_id": self.id, "keeper_ids": self.user_id.ids}
            )
        elif previous == "leaving" and stage == "member":
            self.departure_ids._cancel()
        items = self.env["cocare.checklist.item"].sudo()._for(self, stage)
        self.env["cocare.membership.task"].sudo().create(
            [item._prepare_task(self) for item in items]
        )

    def _link_company(self, company):
        """The firm of this file was brought in: it is ``company`` from now on.

        Its company's own contact takes over from the applicant's, which is archived,
        and what the company is registered as from what the applicant said.
        """
        self.ensure_one()
        self.check_access("write")
        contact = self.partner_id
        # A firm that left may come back: its records live again.
        company.sudo().cocare_left_on = False
        self.with_context(cocare_decided=DECIDED).write(
            {
                "company_id": company.id,
                "partner_id": company.partner_id.id,
                **self._registered(company),
            }
        )
        if contact != company.partner_id and not contact.user_ids:
            contact.sudo().active = False

    def _registered(self, company):
        """Values of a file that its company says: a number was put right meanwhile."""
        said = {fact: company.sudo()[FIRM_FACTS[fact]] for fact in OWN_FACTS}
        return {fact: value for fact, value in said.items() if value}

    def _remind(self, user, tasks):
        """Write to the owner of late tasks.

        :param user: ``res.users`` who is reminded
        :param tasks: ``cocare.membership.task`` of this file
        """
        self.ensure_one()
        self = self.with_context(lang=user.lang)
        self.message_notify(
            partner_ids=user.partner_id.ids,
            subject=self.env._("%(name)s: late tasks", name=self.name),
            body=Markup("<ul>%s</ul>")
            % Markup().join(
                Markup("<li>%s</li>")
                % self.env._(
                    "%(task)s (before %(date)s)",
                    task=task.name,
                    date=task.date_due.strftime("%d/%m/%Y"),
                )
                for task in tasks
            ),
        )
