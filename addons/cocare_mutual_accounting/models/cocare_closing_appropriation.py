from odoo import fields, models
from odoo.exceptions import UserError
from odoo.fields import Command

from ..allocation import from_cents
from ..closing_checks import year_result

#: profit and loss of a year, and where they are carried forward (PCG)
PROFIT, LOSS = ("120", "110"), ("129", "119")


class CocareClosing(models.Model):
    """The entry by which the owners decide what becomes of the result of a year.

    No entry closes classes 6 and 7 to 120 or 129: it would empty the income statement,
    and the FEC leaves it out (art. A47 A-1 LPF, VII). Odoo carries the result on, and
    the FEC of the next year opens with it on 120 or 129; the entry takes it from there.
    """

    _inherit = "cocare.closing"  # pylint: disable=consider-merging-classes-inherited

    def action_appropriate(self):
        """Make a draft that carries the result forward, once a year; or open it.

        It is dated today: the day of the meeting, reserves and dividends are typed in.

        :raise UserError: the year is not closed, or there is no result
        """
        self.ensure_one()
        if not self.appropriation_move_id:
            self._check_step("closed", "final")
            self._settle({"appropriation_move_id": self._draft_appropriation().id})
        return {
            "type": "ir.actions.act_window",
            "res_model": "account.move",
            "res_id": self.appropriation_move_id.id,
            "view_mode": "form",
        }

    def _draft_appropriation(self):
        """The draft, written as the user: who may not write entries makes none."""
        if self.kind != "year":
            raise UserError(self.env._("Years have a result to appropriate."))
        result = year_result(self.sudo()._books()[self.sudo()]).amount
        if not result:
            raise UserError(self.env._("The year has no result."))
        company = self.company_id
        source, target = (
            company._cocare_account(prefix)
            for prefix in (PROFIT if result > 0 else LOSS)
        )
        amount = from_cents(result)
        label = self.env._("Result of %(year)s", year=self.period)
        journal = self.env["account.journal"].search(
            [("company_id", "=", company.id), ("type", "=", "general")],
            order="sequence, id",
            limit=1,
        )
        return (
            self.env["account.move"]
            .with_company(company)
            .create(
                {
                    "journal_id": journal.id,
                    "date": fields.Date.context_today(self),
                    "ref": label,
                    "line_ids": [
                        Command.create(
                            {
                                "account_id": account.id,
                                "balance": balance,
                                "name": label,
                            }
                        )
                        for account, balance in ((source, amount), (target, -amount))
                    ],
                }
            )
        )
