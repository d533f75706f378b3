from unittest.mock import patch

from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import SQL

from .test_golden_firm import GoldenCommon

#: tables whose rows are compared before and after
TABLES = (
    "account_account",
    "account_tax",
    "account_tax_repartition_line",
    "account_tax_group",
    "account_fiscal_position",
    "account_journal",
    "account_reconcile_model",
    "account_analytic_account",
    "ir_default",
    "ir_sequence",
    "res_company",
    "res_partner",
)


@tagged("post_install", "-at_install")
class TestCompletion(GoldenCommon):
    """What a firm lacks of a new firm's set-up is shown and added, nothing else."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        plan = cls.env["account.analytic.plan"].create({"name": "Places"})
        cls.env["account.analytic.account"].create(
            {"name": "Market", "plan_id": plan.id, "company_id": cls.template.id}
        )
        cls.env["account.journal"].create(
            {
                "name": "Market stall",
                "code": "STAL",
                "type": "cash",
                "company_id": cls.template.id,
            }
        )
        cls.env["ir.sequence"].create(
            {
                "name": "Delivery notes",
                "code": "test.delivery",
                "prefix": "BL/",
                "company_id": cls.template.id,
            }
        )
        cls.firm = cls.network._create_firm({"name": "The firm"})
        cls.completer = cls.env["cocare.firm.completer"]
        cls.model_firm = cls.network._model_company()
        cls.chart = cls.env["account.chart.template"].with_company(cls.firm)

    def _found(self, state="missing", firm=None):
        found = self.completer._differences(firm or self.firm, self.model_firm)
        return {(d.kind, d.key) for d in found if d.state == state}

    def _screen(self):
        action = self.env["cocare.firm.completion"]._open(self.firm)
        return self.env["cocare.firm.completion"].browse(action["res_id"])

    def _rows(self):
        """Every row of every table, to the last column.

        But for whether a tax is domestic: Odoo works it out from its fiscal positions,
        and one that is added comes with its taxes.
        """
        self.env.flush_all()
        rows = {}
        for table in TABLES:
            self.env.cr.execute(
                SQL(
                    "SELECT id, (to_jsonb(t) - 'is_domestic')::text FROM %s AS t",
                    SQL.identifier(table),
                )
            )
            rows |= {(table, row_id): row for row_id, row in self.env.cr.fetchall()}
        return rows

    def _remove_pieces(self):
        """Take from the firm one piece of each kind; their names in the chart."""
        self.chart.ref("caba").unlink()
        self.chart.ref("tva_acq_encaissement").unlink()
        self.firm._cocare_account("6226").unlink()
        self.chart.ref("fiscal_position_template_import_export").unlink()
        self.env["ir.sequence"].search(
            [("company_id", "=", self.firm.id), ("code", "=", "test.delivery")]
        ).unlink()
        self.env["account.analytic.account"].search(
            [("company_id", "=", self.firm.id), ("name", "=", "Market")]
        ).unlink()
        self.firm.account_sale_tax_id = False

    def test_new_firm_lacks_nothing(self):
        self.assertFalse(self._found())
        self.assertFalse(self._found("different"))
        self.assertEqual(self._screen().summary, "")

    def test_new_firm_has_what_the_template_has_beyond_its_chart(self):
        for model, domain in (
            ("account.analytic.account", [("name", "=", "Market")]),
            ("ir.sequence", [("code", "=", "test.delivery")]),
            ("account.journal", [("code", "=", "STAL")]),
        ):
            own = self.env[model].search([("company_id", "=", self.firm.id), *domain])
            self.assertEqual(len(own), 1, model)
        accounts = self.env["account.account"].search(
            [("company_ids", "in", self.firm.ids), ("name", "=", "Market stall")]
        )
        self.assertEqual(accounts, own.default_account_id, "the journal's own, once")

    def test_services_are_taxed_on_payment(self):
        for name in ("tva_normale_encaissement", "tva_acq_encaissement"):
            tax = self.chart.ref(name)
            self.assertEqual(tax.company_id, self.firm)
            self.assertEqual(tax.tax_exigibility, "on_payment")
            self.assertTrue(tax.cash_basis_transition_account_id)
        self.assertTrue(self.firm.tax_exigibility)

    def test_what_was_removed_is_offered_and_added(self):
        removed = self.chart.ref("tva_acq_encaissement").name
        self._remove_pieces()
        missing = self._found()
        self.assertEqual(
            {kind for kind, _key in missing},
            {
                "account",
                "tax",
                "fiscal_position",
                "journal",
                "sequence",
                "analytic",
                "setting",
            },
        )
        for piece in (
            ("account", "pcg_6226"),
            ("tax", "tva_acq_encaissement"),
            ("journal", "caba"),
            ("fiscal_position", "fiscal_position_template_import_export"),
            ("sequence", "test.delivery"),
            ("setting", "account_sale_tax_id"),
            ("setting", "cocare_recharge_purchase_tax_id"),
        ):
            self.assertIn(piece, missing)
        self.assertLess(len(missing), 12, missing)
        before = self._rows()
        screen = self._screen()
        self.assertFalse(
            screen.missing_ids.filtered(
                lambda line: line.kind == "account" and line.ticked
            ),
            "what is often removed on purpose is offered, not forced",
        )
        screen.missing_ids.ticked = True
        screen.action_add()
        self.assertFalse(self._found())
        self.assertFalse(self._found("different"))
        self.assertEqual(self._screen().summary, "")
        after = self._rows()
        changed = {key for key in before if before[key] != after.get(key)}
        self.assertEqual(changed, {("res_company", self.firm.id)})
        self.assertEqual(self.firm.account_sale_tax_id, self.chart.ref("tva_normale"))
        self.assertEqual(self.chart.ref("tva_acq_encaissement").name, removed)
        rows = len(after)
        self.completer._add(
            self.firm,
            self.model_firm,
            self.completer._differences(self.firm, self.model_firm),
        )
        self.assertEqual(len(self._rows()), rows, "the second time adds nothing")

    def test_what_is_added_is_what_a_new_firm_has(self):
        self._remove_pieces()
        self.completer._add(
            self.firm,
            self.model_firm,
            self.completer._differences(self.firm, self.model_firm),
        )
        twins = self.completer._twins(self.firm, self.model_firm)
        compared = 0
        for record, own in twins.of.items():
            for name in self.completer._copied(record, twins.kind[record]):
                theirs, mine = record[name], own[name]
                if name in ("company_id", "company_ids"):
                    continue
                if record._fields[name].relational:
                    theirs = theirs.browse().union(
                        *(twins.of.get(value, value) for value in theirs)
                    )
                elif record._fields[name].type == "char":
                    # Odoo names some records after their company
                    theirs = theirs and theirs.replace(
                        self.model_firm.name, self.firm.name
                    )
                self.assertEqual(mine, theirs, f"{record}.{name}")
                compared += 1
        self.assertGreater(compared, 10_000)
        tax, model = (
            self.chart.with_company(company).ref("tva_acq_encaissement")
            for company in (self.firm, self.model_firm)
        )
        for line, theirs in zip(
            tax.repartition_line_ids.sorted("id"),
            model.repartition_line_ids.sorted("id"),
            strict=True,
        ):
            self.assertEqual(line.tag_ids, theirs.tag_ids)
            self.assertEqual(
                line.account_id, twins.of.get(theirs.account_id, theirs.account_id)
            )
            self.assertEqual(line.factor_percent, theirs.factor_percent)

    def test_only_what_is_ticked(self):
        self._remove_pieces()
        screen = self._screen()
        screen.missing_ids.ticked = False
        with self.assertRaisesRegex(UserError, "Tick"):
            screen.action_add()
        journal = screen.missing_ids.filtered(lambda line: line.kind == "journal")
        journal.ticked = True
        missing = self._found()
        screen.action_add()
        self.assertEqual(missing - self._found(), {("journal", "caba")})
        # Somebody else was quicker: the same screen adds nothing twice.
        journals = self.env["account.journal"].search_count(
            [("company_id", "=", self.firm.id)]
        )
        screen.action_add()
        self.assertEqual(
            self.env["account.journal"].search_count(
                [("company_id", "=", self.firm.id)]
            ),
            journals,
        )

    def test_what_is_needed_comes_along(self):
        account = self.chart.ref("tva_normale_encaissement")
        account = account.cash_basis_transition_account_id
        self.env["account.tax"].with_context(active_test=False).search(
            [("cash_basis_transition_account_id", "=", account.id)]
        ).unlink()
        code = account.with_company(self.firm).code
        account.unlink()
        wanted = [
            d
            for d in self.completer._differences(self.firm, self.model_firm)
            if d.key == "tva_normale_encaissement"
        ]
        self.completer._add(self.firm, self.model_firm, wanted)
        tax = self.chart.ref("tva_normale_encaissement")
        self.assertEqual(tax.cash_basis_transition_account_id.company_ids, self.firm)
        self.assertEqual(
            tax.cash_basis_transition_account_id.with_company(self.firm).code, code
        )

    def test_what_came_along_is_not_made_twice(self):
        """An account that another record needed first, as with Odoo's stock."""
        account = self.chart.ref("tva_normale_encaissement")
        account = account.cash_basis_transition_account_id
        self.env["account.tax"].with_context(active_test=False).search(
            [("cash_basis_transition_account_id", "=", account.id)]
        ).unlink()
        account.unlink()
        completer = type(self.completer)
        kinds = self.completer._kinds()
        with patch.object(completer, "_kinds", lambda self: list(reversed(kinds))):
            wanted = self.completer._differences(self.firm, self.model_firm)
            missing = {d.kind for d in wanted if d.state == "missing"}
            self.assertLessEqual({"account", "tax"}, missing)
            self.completer._add(self.firm, self.model_firm, wanted)
            self.assertFalse(self._found())

    def test_what_is_named_after_the_model_is_named_after_the_firm(self):
        name = self.model_firm.name
        self.env["ir.sequence"].create(
            {
                "name": f"{name} Sequence scrap",
                "code": "test.scrap",
                "prefix": f"{name}/",
                "company_id": self.model_firm.id,
            }
        )
        self.env["account.analytic.account"].create(
            {
                "name": f"Stall of {name}",
                "plan_id": self.env["account.analytic.plan"].search([], limit=1).id,
                "company_id": self.model_firm.id,
            }
        )
        self.assertEqual(len(self._found()), 2)
        self.completer._add(
            self.firm,
            self.model_firm,
            self.completer._differences(self.firm, self.model_firm),
        )
        self.assertFalse(self._found(), "it is found again by its own name")
        own = self.env["ir.sequence"].search(
            [("company_id", "=", self.firm.id), ("code", "=", "test.scrap")]
        )
        self.assertEqual(own.name, f"{self.firm.name} Sequence scrap")
        self.assertEqual(own.prefix, f"{self.firm.name}/")
        self.assertFalse(self._found("different"))

    def test_what_the_firm_changed_is_shown_and_left(self):
        journal = self.chart.ref("sale")
        journal.write({"name": "Farm shop", "code": "SHOP"})
        account = self.firm._cocare_account("706")
        account.name = "Baskets"
        self.firm.write({"fiscalyear_last_month": "6", "fiscalyear_last_day": 30})
        self.assertFalse(self._found())
        found = {
            d.key: d
            for d in self.completer._differences(self.firm, self.model_firm)
            if d.state == "different"
        }
        self.assertIn("Farm shop", found["sale"].detail)
        self.assertIn("fiscalyear_last_month", found)
        before = self._rows()
        self.completer._add(self.firm, self.model_firm, list(found.values()))
        self.assertEqual(self._rows(), before)

    def test_company_without_books_is_given_the_chart(self):
        company = (
            self.env["res.company"]
            .with_context(chart_template_load=True)
            .create({"name": "Bare", "country_id": self.env.ref("base.fr").id})
        )
        found = self._found(firm=company)
        self.assertIn(("chart", "fr"), found)
        self.assertNotIn("account", {kind for kind, _key in found})
        for _turn in range(2):
            self.completer._add(
                company,
                self.model_firm,
                self.completer._differences(company, self.model_firm),
            )
        self.assertFalse(self._found(firm=company))

    def test_accounts_of_ones_own_are_kept(self):
        """A company with accounts and no chart: missing ones are added beside them."""
        company = (
            self.env["res.company"]
            .with_context(chart_template_load=True)
            .create({"name": "Own books", "country_id": self.env.ref("base.fr").id})
        )
        own = (
            self.env["account.account"]
            .with_company(company)
            .create(
                {
                    "name": "Ours",
                    "code": "622600",
                    "account_type": "expense",
                    "company_ids": [(6, 0, company.ids)],
                }
            )
        )
        found = self._found(firm=company)
        self.assertNotIn("chart", {kind for kind, _key in found})
        self.assertIn(("account", "pcg_6061"), found)
        self.assertNotIn(("account", "pcg_6226"), found)
        self.completer._add(
            company,
            self.model_firm,
            self.completer._differences(company, self.model_firm),
        )
        self.assertEqual(own.with_company(company).code, "622600")
        self.assertEqual(own.name, "Ours")
        self.assertFalse(self._found(firm=company))

    def test_bank_account_opens_the_bank_journal(self):
        iban = "FR7630006000011234567890189"
        bank = self.env["account.journal"].search(
            [("company_id", "=", self.firm.id), ("type", "=", "bank")]
        )
        self.assertEqual(len(bank), 1)
        for _again in range(2):
            account = self.firm._cocare_open_bank_account(iban)
        self.assertEqual(bank.bank_account_id, account)
        self.assertEqual(account.partner_id, self.firm.partner_id)
        self.firm._cocare_open_bank_account("DE89370400440532013000")
        banks = self.env["account.journal"].search(
            [("company_id", "=", self.firm.id), ("type", "=", "bank")]
        )
        self.assertEqual(len(banks.bank_account_id), 2)
