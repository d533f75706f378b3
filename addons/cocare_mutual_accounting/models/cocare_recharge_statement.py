from odoo import models
from odoo.tools.misc import format_date


class CocareRecharge(models.Model):
    """What a firm is told of its recharge: messages, page, statement."""

    _inherit = "cocare.recharge"

    def _link(self):
        """The page of a recharge, to be clicked in a message."""
        return self.company_id._cocare_link(f"/my/recharges/{self.id}")

    def _period(self):
        """What the recharge is of: a month, or the true-up of a year, in words."""
        self.ensure_one()
        run = self.sudo().run_id
        if run.kind == "true_up":
            return self.env._(
                "True-up to %(date)s", date=format_date(self.env, run.date_to)
            )
        month = format_date(self.env, run.date_from, date_format="MMMM yyyy")
        return f"{month[:1].upper()}{month[1:]}"

    def _notify_sent(self):
        """Ask the people of each firm to read their lines."""
        for recharge in self:
            until = recharge.run_id.review_until
            recharge._notify_firm(
                lambda r: r.env._(
                    "%(run)s: please check what your firm will be charged",
                    run=r.run_id.display_name,
                ),
                lambda r, until=until: r.env._(
                    "Accept or contest each line until %(date)s: %(link)s",
                    date=r.env["ir.qweb.field.date"].value_to_html(until, {}),
                    link=r._link(),
                ),
            )

    def _notify_firm(self, subject, body):
        """Write to the people of the firm, each in their language.

        :param subject: what makes the subject, from the recharge in a language
        :param body: what makes the body
        """
        self.ensure_one()
        for lang, users in self.company_id._cocare_members().grouped("lang").items():
            recharge = self.with_context(lang=lang)
            self.env["mail.thread"].message_notify(
                partner_ids=users.partner_id.ids,
                subject=subject(recharge),
                body=body(recharge),
            )

    def action_print_statement(self):
        """Open the statement."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_url",
            "url": f"/cocare/recharge/{self.id}/statement",
            "target": "new",
        }

    def _own_shares(self):
        """The shares of the firm in the run, those that say something."""
        self.ensure_one()
        return self.run_id._shares_of(self.company_id).filtered(
            lambda share: share.full_cost or share.key_value
        )

    def _file_name(self):
        month = self.date_from.strftime("%Y-%m")
        firm = "".join(
            c for c in self.sudo().company_id.name if c.isalnum() or c == " "
        )
        return f"{month} {firm}.pdf"
