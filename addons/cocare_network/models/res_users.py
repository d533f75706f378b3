from odoo import api, fields, models


class ResUsers(models.Model):
    _inherit = "res.users"

    cocare_role = fields.Char(
        string="Role in the shared office",
        compute="_compute_cocare_role",
        compute_sudo=True,
        help="What the groups of the shared office let them do in a firm that is "
        "theirs.",
    )

    @api.depends("group_ids")
    @api.depends_context("lang")
    def _compute_cocare_role(self):
        """The groups of Co-CARE that somebody was given, not those they imply."""
        privilege = self.env.ref("cocare_network.privilege_network")
        for user in self:
            groups = user.all_group_ids.filtered(lambda g: g.privilege_id == privilege)
            implied = groups.implied_ids.all_implied_ids
            user.cocare_role = ", ".join((groups - implied).mapped("name"))

    def _cocare_lose(self, company):
        """A company is no longer one of theirs; who had no other loses the account.

        :param company: ``res.company``
        """
        for user in self:
            others = user.company_ids - company
            if not others:
                user.active = False
                continue
            if user.company_id == company:
                user.company_id = others[0]
            user.company_ids = [fields.Command.unlink(company.id)]
