import logging
import time
from datetime import date
from statistics import median

from odoo.fields import Command
from odoo.tests import TransactionCase, tagged

from odoo.addons.cocare_network.tests.same_company import Company, differences

from .common import CocareBooksCommon

_figure = logging.getLogger("cocare.figure")

#: how many firms are copied at once when the ratio is measured
SITTING = 30


class GoldenCommon(TransactionCase):
    """A network with a template that has French books, and no firm."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env = cls.env(context=dict(cls.env.context, tracking_disable=True))
        Company_ = cls.env["res.company"].with_context(chart_template_load=True)
        base = {
            "country_id": cls.env.ref("base.fr").id,
            "currency_id": cls.env.ref("base.EUR").id,
        }
        cls.operator = Company_.create({"name": "Golden operator", **base})
        cls.template = Company_.create({"name": "Golden template", **base})
        cls.template._cocare_load_chart("fr")
        cls.network = cls.env["cocare.network"].create(
            {
                "name": "Golden network",
                "operator_id": cls.operator.id,
                "template_id": cls.template.id,
            }
        )
        cls.cloner = cls.env["cocare.firm.cloner"]
        cls.golden = cls.env["cocare.golden.firm"]._for(cls.network)

    @classmethod
    def _made(cls, name="Made by Odoo"):
        """A company by Odoo's own way, with its rows."""
        before = cls.cloner._last_ids()
        company = cls.network._make_companies([name])
        return Company(cls.env, company, cls.cloner._rows_since(before))

    @classmethod
    def _copied(cls, *names):
        """Companies copied in one go, each with its rows."""
        before = cls.cloner._last_ids()
        companies = cls.golden._copies(list(names))
        cls.cloner._link_users(companies)
        rows = cls.cloner._rows_since(before)
        copies = []
        for number, company in enumerate(companies):
            mine = {
                table: ids[number :: len(names)]
                if len(ids) == len(names)
                else ids[
                    number * len(ids) // len(names) : (number + 1)
                    * len(ids)
                    // len(names)
                ]
                for table, ids in rows.items()
            }
            copies.append(Company(cls.env, company, mine))
        return copies


@tagged("post_install", "-at_install")
class TestGoldenFirm(GoldenCommon):
    """A copied firm is what Odoo would have made, to the last column."""

    def test_copy_is_equal_row_by_row(self):
        made = self._made()
        self.assertTrue(self.golden.plan, "the copy was not proved complete")
        first, middle, last = self._copied("Copy one", "Copy two", "Cöpy 3 & co")
        for copy in (first, middle, last):
            found, compared = differences(made, copy)
            self.assertEqual(found, [])
            self.assertGreater(compared, 15_000)
        _figure.info("%s=%s", "onboarding.values_compared", 3 * compared)

    def test_difference_is_noticed(self):
        made = self._made()
        (copy,) = self._copied("Copy")
        account = self.env["account.account"].browse(copy.rows["account_account"][5])
        account.reconcile = not account.reconcile
        copy.company.currency_id = self.env.ref("base.USD")
        self.env.flush_all()
        found, _compared = differences(made, copy)
        self.assertEqual(len(found), 2, found)

    def test_names_stay_apart(self):
        copies = [copy.company for copy in self._copied("Elder", "Younger")]
        for company in copies:
            self.assertEqual(company.partner_id.name, company.name)
            self.assertTrue(company.active)
        golden = self.golden.company_id
        self.assertFalse(golden.active)
        self.assertFalse(golden.cocare_network_id)
        aliases = self.env["mail.alias"].search([("alias_name", "like", golden.name)])
        self.assertEqual(set(aliases.ids), set(self.golden.plan["rows"]["mail_alias"]))

    def test_loading_the_chart_again_changes_nothing(self):
        (copy,) = self._copied("Copy")
        counts = {}
        for moment in ("before", "after"):
            for model in ("account.account", "account.tax", "account.journal"):
                domain = self.env[model]._check_company_domain(copy.company)
                counts.setdefault(model, []).append(
                    self.env[model].search_count(domain)
                )
            if moment == "before":
                copy.company._cocare_load_chart("fr")
        for model, (before, after) in counts.items():
            self.assertEqual(before, after, model)

    def test_used_golden_company_is_not_copied(self):
        self.env["account.journal"].create(
            {
                "name": "Used",
                "code": "USED",
                "type": "general",
                "company_id": self.golden.company_id.id,
            }
        )
        self.assertIsNone(self.golden._copies(["Copy"]))
        firm = self.network._create_firm({"name": "Made all the same"})
        self.assertTrue(firm.chart_template)

    def test_unknown_table_is_refused(self):
        self.env.cr.execute(
            "CREATE TABLE cocare_unknown (company_id int REFERENCES res_company)"
        )
        self.env.cr.execute(
            "INSERT INTO cocare_unknown VALUES (%s)", [self.golden.company_id.id]
        )
        self.assertIsNone(self.golden._copies(["Copy"]))

    def test_made_anew_when_the_template_changes(self):
        Golden = self.env["cocare.golden.firm"]
        self.assertEqual(Golden._for(self.network), self.golden)
        self.env["account.journal"].create(
            {
                "name": "Cash desk",
                "code": "DESK",
                "type": "cash",
                "company_id": self.template.id,
            }
        )
        anew = Golden._for(self.network)
        self.assertNotEqual(anew, self.golden)
        firm = self.network._create_firm({"name": "After the change"})
        journals = self.env["account.journal"].search([("company_id", "=", firm.id)])
        self.assertIn("DESK", journals.mapped("code"))

    def test_odoo_goes_on_making_companies(self):
        self._copied("Copy one", "Copy two")
        company = self._made("Another by Odoo").company
        self.assertTrue(company.chart_template)

    def test_ratio(self):
        """Thirty firms in one sitting, beside Odoo's own way in the same run."""
        self._copied("Warm")
        self._made("Warm too")
        spent = {"odoo": [], "copy": []}
        for number in range(3):
            start = time.perf_counter()
            self.network._make_companies([f"Odoo {number}"])
            self.env.flush_all()
            spent["odoo"].append(time.perf_counter() - start)
            start = time.perf_counter()
            firms = self.network._create_firms(
                [
                    {"name": f"Firm {number}/{firm}", "city": "Barr"}
                    for firm in range(SITTING)
                ]
            )
            self.env.flush_all()
            spent["copy"].append((time.perf_counter() - start) / SITTING)
            self.assertEqual(len(firms), SITTING)
        ratio = median(spent["odoo"]) / median(spent["copy"])
        _figure.info("%s=%.1f", "bench.onboarding.ratio", ratio)


@tagged("post_install", "-at_install")
class TestCopiedFirmWorks(CocareBooksCommon):
    """What is done in a firm is done in a copied one: the common firms are copies."""

    def test_firms_of_the_tests_are_copies(self):
        golden = self.env["cocare.golden.firm"].search(
            [("network_id", "=", self.network.id)]
        )
        self.assertTrue(golden.plan)

    def test_invoice_and_payment(self):
        firm = self.firm_b
        tax = (
            self.env["account.chart.template"]
            .with_company(firm)
            .ref("tva_normale_encaissement")
        )
        self.assertEqual(tax.company_id, firm)
        customer = self.env["res.partner"].create(
            {"name": "Customer", "company_id": firm.id}
        )
        invoices = self.env["account.move"]
        for _number in range(2):
            invoice = (
                self.env["account.move"]
                .with_company(firm)
                .create(
                    {
                        "move_type": "out_invoice",
                        "partner_id": customer.id,
                        "invoice_date": date(2025, 7, 10),
                        "invoice_line_ids": [
                            Command.create(
                                {
                                    "name": "Baskets",
                                    "price_unit": 100,
                                    "account_id": self._account("706", firm).id,
                                    "tax_ids": [Command.set(tax.ids)],
                                }
                            )
                        ],
                    }
                )
            )
            invoice._post(soft=False)
            invoices |= invoice
        self.assertEqual(invoices.mapped("amount_total"), [120, 120])
        self.assertEqual(invoices.line_ids.account_id.company_ids, firm)
        self.assertEqual(invoices.mapped("sequence_number"), [1, 2])
        payment = (
            self.env["account.payment.register"]
            .with_company(firm)
            .with_context(active_model="account.move", active_ids=invoices[0].ids)
            .create({"payment_date": date(2025, 7, 20)})
            ._create_payments()
        )
        self.assertEqual(payment.company_id, firm)
        self.assertIn(invoices[0].payment_state, ("paid", "in_payment"))
