from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command, Domain
from odoo.tools import email_normalize


class CocareWorker(models.Model):
    """Somebody who works in a firm looks at it: their account is opened and closed.

    A worker-member has a portal account, which reads the pages of their firms and
    nothing else. It is open from the day a facilitator opens it until the last day of
    their work; the day after, the firm is taken from the account, and an account
    without firm is archived. The people of a firm that left keep it as they were, for
    the ten years they may read its books.
    """

    _inherit = "cocare.worker"

    # Not for the members: colleagues read who works in the firm, not their address.
    email = fields.Char(string="E-mail", groups="cocare_network.group_network_reader")
    user_id = fields.Many2one(
        "res.users",
        string="Account",
        readonly=True,
        copy=False,
        index="btree_not_null",
        groups="cocare_network.group_network_reader",
    )
    portal_state = fields.Selection(
        [
            ("none", "No account"),
            ("invited", "Invited"),
            ("open", "Open"),
            ("closed", "Closed"),
        ],
        string="Portal",
        compute="_compute_portal_state",
        compute_sudo=True,
        groups="cocare_network.group_network_reader",
    )

    @api.depends("user_id.active", "user_id.company_ids", "user_id.login_date")
    def _compute_portal_state(self):
        for worker in self:
            user = worker.user_id
            if not user:
                worker.portal_state = "none"
            elif not user.active or worker.company_id not in user.company_ids:
                worker.portal_state = "closed"
            else:
                worker.portal_state = "open" if user.login_date else "invited"

    @api.model_create_multi
    def create(self, vals_list):
        if any(vals.get("user_id") for vals in vals_list) and not self.env.su:
            raise AccessError(self.env._("Accounts are opened by their button."))
        return super().create(vals_list)

    def write(self, vals):
        if "user_id" in vals and not self.env.su:
            raise AccessError(self.env._("Accounts are opened by their button."))
        return super().write(vals)

    def action_open_portal(self):
        """Give these people a look at their firm, and invite who has no password yet.

        Safe to repeat: who is invited already is sent the invitation again.
        """
        self.check_access("write")
        for worker in self:
            worker._open_portal()

    def _open_portal(self):
        """Open the account of one person, or add their firm to the one they have.

        Runs as superuser: a facilitator brings people in, and manages no users.

        :raise UserError: what is missing, or who the address belongs to
        """
        self.ensure_one()
        email = self._check_portal()
        user = self._find_account(email)
        if user and not user.share:
            raise UserError(
                self.env._(
                    "%(email)s is the account of somebody of the shared office: give "
                    "them the firm among the people who work for it.",
                    email=email,
                )
            )
        member = self.env.ref("cocare_network.group_worker_member")
        if user:
            user.write(
                {
                    "active": True,
                    "group_ids": [Command.link(member.id)],
                    "company_ids": [Command.link(self.company_id.id)],
                }
            )
            if user.company_id.cocare_network_id != self.network_id:
                user.company_id = self.company_id
        else:
            user = self._create_account(email, member)
        worker = self.sudo()
        if worker.user_id and worker.user_id != user:
            # Their address was somebody else's.
            worker._close_portal()
        worker.user_id = user
        if not user.login_date:
            self._invite(user)

    def _check_portal(self):
        """:return: the e-mail address of somebody who may have an account"""
        email = email_normalize(self.email or "")
        if not self.company_id:
            raise UserError(
                self.env._(
                    "%(name)s: the firm has no company yet, bring it in first.",
                    name=self.name,
                )
            )
        if not email:
            raise UserError(
                self.env._("%(name)s has no e-mail address.", name=self.name)
            )
        if self._has_ended():
            raise UserError(
                self.env._("%(name)s no longer works there.", name=self.name)
            )
        self._check_firm_has_not_left()
        return email

    def _has_ended(self):
        return bool(self.date_end and self.date_end < fields.Date.context_today(self))

    def _find_account(self, email):
        """The account of a person or of their address, archived or not."""
        Users = self.env["res.users"].sudo().with_context(active_test=False)
        account = self.sudo().user_id
        if account and account.login == email:
            return account
        return Users.search([("login", "=", email)], limit=1)

    def _create_account(self, email, group):
        """A portal account of this firm alone, with a contact that is the firm's."""
        company = self.company_id.sudo()
        lang = company.partner_id.lang or self.env.lang
        partner = (
            self.env["res.partner"]
            .sudo()
            .create(
                {
                    "name": self.name,
                    "email": email,
                    "lang": lang,
                    "parent_id": company.partner_id.id,
                    "company_id": company.id,
                }
            )
        )
        return (
            self.env["res.users"]
            .sudo()
            .with_context(no_reset_password=True)
            .create(
                {
                    "login": email,
                    "partner_id": partner.id,
                    "tz": self.env.user.tz,
                    "company_id": company.id,
                    "company_ids": [Command.set(company.ids)],
                    "group_ids": [Command.set(group.ids)],
                }
            )
        )

    def _invite(self, user):
        """Send Odoo's own invitation, with the link to choose a password.

        It is queued: a mail server that is down keeps nobody from bringing a firm in.
        """
        user.partner_id.signup_prepare()
        template = self.env.ref("auth_signup.portal_set_password_email").sudo()
        template.with_context(
            dbname=self.env.cr.dbname, lang=user.lang, medium="portalinvite"
        ).send_mail(user.id)

    @api.model
    def _cron_close_ended(self):
        """Close the accounts of those whose work ended, once it has.

        Runs over everybody whose last day is over and whose account still has the firm;
        who works there otherwise keeps it.
        """
        today = fields.Date.context_today(self)
        ended = self.search(
            Domain("date_end", "<", today)
            & Domain("user_id.active", "=", True)
            & Domain("company_id.cocare_left_on", "=", False)
        )
        ended._close_portal()

    @api.ondelete(at_uninstall=False)
    def _unlink_close_portal(self):
        self._close_portal()

    def _close_portal(self):
        """Take the firm from these people's accounts, unless they work there otherwise.

        Runs as superuser, as the opening does.
        """
        today = fields.Date.context_today(self)
        for worker in self.sudo():
            user, company = worker.user_id, worker.company_id
            goes_on = self.sudo().search_count(
                [
                    ("id", "not in", self.ids),
                    ("user_id", "=", user.id),
                    ("company_id", "=", company.id),
                    "|",
                    ("date_end", "=", False),
                    ("date_end", ">=", today),
                ],
                limit=1,
            )
            if user.share and company in user.company_ids and not goes_on:
                user._cocare_lose(company)
