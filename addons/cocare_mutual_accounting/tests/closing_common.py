from odoo.fields import Command
from odoo.tests import freeze_time, tagged

from .common import CocareBooksCommon

ADDON = "cocare_mutual_accounting"


@freeze_time("2025-11-05")
@tagged("post_install", "-at_install")
class ClosingCommon(CocareBooksCommon):
    """Three firms that are kept since July 2025; the accountant closes September."""

    LAST = "2025-09-30"

    @classmethod
    def setUpServices(cls):
        # nothing is shared here
        return

    @classmethod
    def setUpCompanies(cls):  # pylint: disable=missing-return
        super().setUpCompanies()
        cls.firms.write({"zip": "67600", "cocare_legal_form": "sarl"})

    def _closings(self, firms=None, kind="month", day=None, user=None):
        """The closings of firms, made, for the accountant who ticked all firms."""
        firms = firms or self.firm_a
        self.env["cocare.closing"]._generate(firms)
        env = self.env(
            user=user or self.accountant,
            context={**self.env.context, "allowed_company_ids": self.firms.ids},
        )
        return env["cocare.closing"].search(
            [
                ("company_id", "in", firms.ids),
                ("kind", "=", kind),
                ("date_from", "<=", day or self.LAST),
                ("date_to", ">=", day or self.LAST),
            ]
        )

    def _step(self, closing, name):
        """The step of a rule; ``bank``, ``suspense``…"""
        rule = self.env.ref(f"{ADDON}.closing_{closing.kind}_{name}")
        return closing.step_ids.filtered(lambda step: step.rule_id == rule)

    def _state(self, closing, name):
        """Evaluate a step, and say where it stands."""
        step = self._step(closing, name)
        step.action_evaluate()
        return step.state

    def _settle_steps(self, closing):
        """Everything else is fine: evaluate, and waive or sign what is open."""
        closing.action_evaluate()
        for step in closing.step_ids.filtered("is_open"):
            step.note = "Not the point of this test"
            step.action_waive()

    def _close_until(self, closing):
        """Close a closing, and those before it."""
        before = closing.search(
            [
                ("company_id", "=", closing.company_id.id),
                ("state", "=", "open"),
                ("date_to", "<=", closing.date_to),
            ],
            order="date_to, kind",
        )
        for each in before.sorted(lambda c: (c.date_to, c.kind == "year")):
            self._settle_steps(each)
            each.action_close()

    def _third_party_entry(self, firm, day, partner, *items):
        """An entry whose receivable and payable items are a partner's."""
        move = self.env["account.move"].create(
            {
                "journal_id": self.env["account.journal"]
                .search(
                    [("company_id", "=", firm.id), ("type", "=", "general")], limit=1
                )
                .id,
                "date": day,
                "line_ids": [
                    Command.create(
                        {
                            "account_id": self._account(code, firm).id,
                            "partner_id": partner.id,
                            "balance": balance,
                            "name": "Test",
                        }
                    )
                    for code, balance in items
                ],
            }
        )
        move._post(soft=False)
        return move

    def _evidence(self, step):
        proof = step.env["ir.attachment"].create({"name": "Proof.pdf", "raw": b"%PDF"})
        step.evidence_ids = [Command.link(proof.id)]
