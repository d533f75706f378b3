from odoo import api, fields, models

ACTIONS = [
    ("generate", "Make the checklists"),
    ("evaluate", "Check"),
    ("close", "Close"),
    ("final", "Close for good"),
]


class CocareClosingOutcome(models.Model):
    """What was done of a closing when several were asked for at once, or why not.

    One line a firm, kept; those made together have the same name.
    """

    _name = "cocare.closing.outcome"
    _inherit = "cocare.guarded.mixin"
    _description = "Outcome of a closing among several"
    _order = "asked_on desc, is_refused desc, company_id, id desc"

    name = fields.Char(string="Asked for", required=True, readonly=True, index=True)
    company_id = fields.Many2one(
        "res.company", string="Firm", required=True, index=True, readonly=True
    )
    closing_id = fields.Many2one(
        "cocare.closing", readonly=True, ondelete="cascade", index=True
    )
    action = fields.Selection(ACTIONS, required=True, readonly=True)
    is_refused = fields.Boolean(string="Refused", readonly=True)
    result = fields.Text(string="What became of it", required=True, readonly=True)
    user_id = fields.Many2one("res.users", string="Asked by", readonly=True)
    asked_on = fields.Datetime(readonly=True, required=True)

    def action_open(self):
        """Open the closing."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "cocare.closing",
            "res_id": self.closing_id.id,
            "view_mode": "form",
        }

    @api.model
    def _report(self, name, action, rows):
        """Keep what became of each.

        Runs as superuser: nobody writes reports by hand.

        :param str name: of what was asked for
        :param list rows: (company, closing or none, whether refused, what became of it)
        """
        now = fields.Datetime.now()
        records = self.sudo().create(
            [
                {
                    "name": name,
                    "company_id": company.id,
                    "closing_id": closing.id,
                    "action": action,
                    "is_refused": refused,
                    "result": told,
                    "user_id": self.env.user.id,
                    "asked_on": now,
                }
                for company, closing, refused, told in rows
            ]
        )
        return records.with_env(self.env)
