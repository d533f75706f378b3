from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import tagged

from .common import CocareBooksCommon


@tagged("post_install", "-at_install")
class TestBankRules(CocareBooksCommon):
    """Reconciliation rules of the template are those of the firms."""

    @classmethod
    def setUpCompanies(cls):  # pylint: disable=missing-return
        super().setUpCompanies()
        cls.template = cls.env["res.company"].create(
            {"name": "Template", "country_id": cls.env.ref("base.fr").id}
        )
        cls.template._cocare_load_chart("fr")
        cls.network.template_id = cls.template

    def _rule(self, name="Bank fees", code="627", **values):
        return (
            self.env["account.reconcile.model"]
            .with_company(self.template)
            .create(
                {
                    "name": name,
                    "company_id": self.template.id,
                    "match_label": "contains",
                    "match_label_param": "FRAIS",
                    "line_ids": [
                        Command.create(
                            {
                                "account_id": self._account(code, self.template).id,
                                "label": name,
                            }
                        )
                    ],
                    **values,
                }
            )
        )

    def _of(self, rule, firm):
        return rule.with_context(active_test=False).cocare_shared_ids.filtered(
            lambda copy: copy.company_id == firm
        )

    def test_firms_get_the_rule_with_their_own_accounts(self):
        rule = self._rule()
        for firm in self.operator | self.firms:
            copy = self._of(rule, firm)
            self.assertEqual(copy.match_label_param, "FRAIS")
            self.assertEqual(copy.line_ids.account_id, self._account("627", firm))
            self.assertTrue(copy.can_be_proposed)

    def test_changes_follow(self):
        rule = self._rule()
        rule.match_label_param = "COTISATION"
        rule.line_ids.account_id = self._account("6226", self.template)
        copy = self._of(rule, self.firm_a)
        self.assertEqual(copy.match_label_param, "COTISATION")
        self.assertEqual(copy.line_ids.account_id, self._account("6226", self.firm_a))
        rule.active = False
        self.assertFalse(copy.active)
        rule.unlink()
        self.assertFalse(copy.exists())

    def test_taxes_journals_and_accounts_of_the_firm(self):
        Tax = self.env["account.tax"].with_context(active_test=False)
        tax = Tax.search(
            [("company_id", "=", self.template.id), ("type_tax_use", "=", "purchase")],
            limit=1,
        )
        bank = self.env["account.journal"].search(
            [("company_id", "=", self.template.id), ("type", "=", "bank")], limit=1
        )
        own = (
            self.env["account.account"]
            .with_company(self.template)
            .create(
                {
                    "name": "Fees of the network's bank",
                    "code": "627950",
                    "account_type": "expense",
                    "company_ids": [Command.set(self.template.ids)],
                }
            )
        )
        rule = self._rule(
            match_journal_ids=[Command.set(bank.ids)],
            line_ids=[
                Command.create(
                    {"account_id": own.id, "tax_ids": [Command.set(tax.ids)]}
                )
            ],
        )
        copy = self._of(rule, self.firm_b)
        self.assertEqual(copy.match_journal_ids.company_id, self.firm_b)
        self.assertEqual(copy.line_ids.tax_ids.company_id, self.firm_b)
        self.assertEqual(copy.line_ids.tax_ids.name, tax.name)
        account = copy.line_ids.account_id.with_company(self.firm_b)
        self.assertEqual((account.code, account.company_ids), ("627950", self.firm_b))

    def test_rule_of_the_firm_with_the_same_name(self):
        own = self.env["account.reconcile.model"].create(
            {"name": "Bank fees", "company_id": self.firm_a.id}
        )
        rule = self._rule()
        self.assertFalse(self._of(rule, self.firm_a))
        self.assertFalse(own.match_label)
        rule.action_cocare_share()
        self.assertEqual(self._of(rule, self.firm_a), own)
        self.assertEqual(own.match_label_param, "FRAIS")

    def test_a_firm_archives_a_shared_rule_and_does_not_change_it(self):
        rule = self._rule()
        copy = self._of(rule, self.firm_a).with_env(self.env(user=self.accountant))
        with self.assertRaisesRegex(UserError, "shared by the network"):
            copy.match_label_param = "OTHER"
        with self.assertRaisesRegex(UserError, "shared by the network"):
            copy.line_ids.label = "Other"
        with self.assertRaisesRegex(UserError, "shared by the network"):
            copy.unlink()
        copy.active = False
        rule.match_label_param = "COTISATION"
        self.assertFalse(copy.active)

    def test_new_firm_has_the_rules_of_the_template(self):
        rule = self._rule()
        firm = self.network._create_firm({"name": "Newcomer"})
        self.assertEqual(self._of(rule, firm).name, "Bank fees")
        rule.match_label_param = "COTISATION"
        self.assertEqual(self._of(rule, firm).match_label_param, "COTISATION")

    def test_rules_of_firms_are_their_own(self):
        rule = self.env["account.reconcile.model"].create(
            {"name": "Mine", "company_id": self.firm_a.id}
        )
        self.assertFalse(rule.cocare_shared_ids)
        rule.name = "Still mine"
