import logging
from datetime import date

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged

from .common import CocareCommon

_figure = logging.getLogger("cocare.figure")

FIRM_MODELS = ("cocare.agreement", "cocare.reading", "cocare.usage")


@tagged("post_install", "-at_install")
class TestSecurity(CocareCommon):
    """What a firm leaves must not reach another one, whoever asks and however."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        for firm in cls.firms:
            reading = cls._read(firm, date(2025, 7, 3), 1)
            reading.name = f"CANARY {firm.name}"
            cls.env["cocare.usage"].flush_model()

    def _owned(self, model, firm):
        records = self.env[model].search([("company_id", "=", firm.id)])
        self.assertTrue(records, f"{model}: nothing of {firm.name} to leak")
        return records

    def _probes(self, Model, ids):
        yield "search", lambda: Model.search([("id", "in", ids)]).ids
        yield "count", lambda: Model.search_count([("id", "in", ids)])
        yield "read", lambda: Model.browse(ids).read(["company_id"])
        yield "export", lambda: Model.browse(ids).export_data(["id", "company_id"])
        yield (
            "group",
            lambda: Model.formatted_read_group(
                [("id", "in", ids)], ["company_id"], ["__count"]
            ),
        )
        yield "names", lambda: Model.name_search(domain=[("id", "in", ids)])
        yield "write", lambda: Model.browse(ids).write({"company_id": 1})
        yield "unlink", lambda: Model.browse(ids).unlink()

    def test_no_role_of_a_firm_reaches_another_firm(self):
        tried = 0
        for users in (self.members, self.readers):
            for firm, user in users.items():
                for other in self.firms - firm:
                    for model in FIRM_MODELS:
                        ids = self._owned(model, other).ids
                        Model = self.env[model].with_user(user)
                        for probe, call in self._probes(Model, ids):
                            with self.subTest(user=user.login, model=model, p=probe):
                                tried += 1
                                try:
                                    found = call()
                                except UserError:
                                    continue
                                self.assertFalse(found)
        self.assertTrue(tried)
        _figure.info("%s=%s", "network.leak_probes", tried)

    def test_each_firm_reads_its_own(self):
        for users in (self.members, self.readers):
            for firm, user in users.items():
                for model in FIRM_MODELS:
                    records = self._owned(model, firm)
                    found = self.env[model].with_user(user).search([])
                    self.assertEqual(found, records)

    def test_foreign_company_cannot_be_ticked(self):
        Usage = self.env["cocare.usage"].with_user(self.members[self.firm_a])
        with self.assertRaises(AccessError):
            Usage.with_context(allowed_company_ids=self.firm_b.ids).search([])

    def test_ticking_one_firm_shows_that_firm_only(self):
        Usage = self.env["cocare.usage"].with_user(self.facilitator)
        usages = Usage.with_context(allowed_company_ids=self.firm_a.ids).search([])
        self.assertEqual(usages.company_id, self.firm_a)

    def test_another_network_is_invisible(self):
        outside = self.env["res.company"].create({"name": "Outside"})
        user = self._new_user("outsider", "cocare_network.group_facilitator", outside)
        for model in ("cocare.network", "cocare.service", *FIRM_MODELS):
            self.assertFalse(self.env[model].with_user(user).search([]), model)

    def test_member_writes_nothing(self):
        member = self.members[self.firm_a]
        for model in (*FIRM_MODELS, "cocare.service", "cocare.network"):
            record = self.env[model].with_user(member).search([], limit=1)
            self.assertTrue(record, model)
            with self.assertRaises(UserError):
                record.write({"active": True} if "active" in record else {"name": "x"})

    def test_records_do_not_move_into_foreign_firms(self):
        reader = self.readers[self.firm_a]
        reading = self.env["cocare.reading"].search(
            [("company_id", "=", self.firm_a.id)]
        )
        with self.assertRaises(AccessError), self.env.cr.savepoint():
            reading.with_user(reader).company_id = self.firm_b
        agreement = self.agreements[0].copy().with_user(self.facilitator)
        agreement = agreement.with_context(allowed_company_ids=self.firm_a.ids)
        with self.assertRaises(AccessError), self.env.cr.savepoint():
            agreement.write(
                {"company_id": self.firm_c.id, "date_start": date(2025, 7, 15)}
            )

    def test_services_stay_within_their_network(self):
        outside = self.env["res.company"].create({"name": "Outside"})
        network = self.env["cocare.network"].create(
            {"name": "Other", "operator_id": outside.id}
        )
        service = self.coaching.copy({"network_id": network.id})
        with self.assertRaises(ValidationError):
            self.agreements[0].service_id = service
        with self.assertRaises(ValidationError):
            self._read(self.firm_a, date(2025, 7, 5), 1, service)

    def test_facilitator_does_not_rewire_the_network(self):
        network = self.network.with_user(self.facilitator)
        for vals in (
            {"operator_id": self.firm_a.id},
            {"usage_lock_date": date(2025, 1, 1)},
        ):
            with self.assertRaises(UserError):
                network.write(vals)
        with self.assertRaises(UserError):
            network.create({"name": "Mine", "operator_id": self.firm_a.id})

    def test_automatic_reading_is_not_typed_in(self):
        with self.assertRaises(AccessError):
            self.env["cocare.reading"].with_user(self.facilitator).create(
                {
                    "company_id": self.firm_a.id,
                    "service_id": self.coaching.id,
                    "date": date(2025, 7, 9),
                    "quantity": 1,
                    "automatic": True,
                }
            )
