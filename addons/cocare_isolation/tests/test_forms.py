from datetime import date

from odoo.exceptions import AccessError
from odoo.tests import Form, tagged

from odoo.addons.cocare_network.tests.common import CocareCommon


@tagged("post_install", "-at_install")
class TestForms(CocareCommon):
    """A form is filled in from records that its user may read."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        outside = cls.env["res.company"].create({"name": "Outside"})
        other = cls.env["cocare.network"].create(
            {"name": "CANARY", "operator_id": outside.id}
        )
        cls.foreign = cls.coaching.copy({"network_id": other.id, "code": "OTHER"})
        cls.key = cls.env["cocare.allocation.key"].create(
            {"name": "Key", "network_id": cls.network.id}
        )
        cls.Version = cls.env["cocare.allocation.key.version"].with_user(
            cls.facilitator
        )
        cls.Line = cls.env["cocare.allocation.key.line"].with_user(cls.facilitator)

    def _fill(self, model, values):
        spec = {"network_id": {"fields": {"display_name": {}}}}
        return model.onchange(values, list(values), spec)

    def test_what_one_reads_fills_the_form_in(self):
        filled = self._fill(
            self.Version, {"service_id": self.coaching.id, "key_id": self.key.id}
        )
        self.assertEqual(
            filled["value"]["network_id"]["display_name"], self.network.name
        )

    def test_what_one_does_not_read_is_refused(self):
        condition = self.env["cocare.service.condition"].with_user(self.facilitator)
        with self.assertRaises(AccessError):
            self._fill(condition, {"service_id": self.foreign.id})

    def test_nor_in_a_line_nor_around_it(self):
        foreign = self.foreign.id
        version = self.Version.create(
            {"key_id": self.key.id, "valid_from": date(2025, 8, 1), "method": "equal"}
        )
        key = self.key.with_user(self.facilitator)
        with self.assertRaises(AccessError):
            self._fill(key, {"version_ids": [[0, "v", {"service_id": foreign}]]})
        with self.assertRaises(AccessError):
            self._fill(self.Line, {"version_id": {"service_id": foreign}})
        with self.assertRaises(AccessError):
            self._fill(
                self.Line, {"version_id": {"id": version.id, "service_id": foreign}}
            )

    def test_lines_of_a_new_form(self):
        """A line is sent with the values of its form, which has no number yet."""
        around = {"version_id": {"key_id": self.key.id, "method": "percent"}}
        filled = self._fill(self.Line, around)["value"]
        self.assertEqual(filled["network_id"]["display_name"], self.network.name)
        with Form(self.Version) as form:
            form.key_id = self.key.with_user(self.facilitator)
            form.valid_from = date(2025, 8, 1)
            form.method = "percent"
            for firm, percent in ((self.firm_a, 60), (self.firm_b, 40)):
                with form.line_ids.new() as line:
                    line.company_id = firm.with_user(self.facilitator)
                    line.percent = percent
        self.assertEqual(form.record.line_ids.mapped("percent"), [60, 40])
