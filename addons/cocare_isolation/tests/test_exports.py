import csv
import io
import json

from openpyxl import load_workbook

from odoo.http import Request
from odoo.tests import HttpCase, new_test_user, tagged

PAYLOADS = ("=1+1", "+1+1", "-1+1", "@SUM(A1)", "\t=1+1", "\r=1+1", " =1+1", "plain")
LINK = "https://example.org/cocare"


@tagged("post_install", "-at_install")
class TestExports(HttpCase):
    """What people typed comes back from a spreadsheet as they typed it, as text."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        new_test_user(
            cls.env,
            login="exporter",
            groups="base.group_user,base.group_partner_manager,base.group_allow_export",
        )
        cls.tags = cls.env["res.partner.category"].create(
            [{"name": payload} for payload in (*PAYLOADS, LINK)]
        )

    def _export(self, kind, **more):
        self.authenticate("exporter", "exporter")
        data = {
            "model": "res.partner.category",
            "fields": [
                {"name": "name", "label": "=Name", "type": "char"},
                {"name": "color", "label": "Color", "type": "integer"},
            ],
            "ids": self.tags.ids,
            "domain": [],
            "groupby": [],
            "import_compat": False,
            "context": {},
            **more,
        }
        answer = self.url_open(
            f"/web/export/{kind}",
            data={"data": json.dumps(data), "csrf_token": Request.csrf_token(self)},
        )
        answer.raise_for_status()
        return answer.content

    def _cells(self, **more):
        book = load_workbook(io.BytesIO(self._export("xlsx", **more)))
        return [cell for row in book.active.iter_rows() for cell in row]

    def test_xlsx_has_no_formula(self):
        cells = self._cells()
        self.assertFalse([cell.value for cell in cells if cell.data_type == "f"])
        self.assertFalse([cell.value for cell in cells if cell.hyperlink])
        texts = {cell.value for cell in cells if cell.data_type == "s"}
        self.assertIn("=Name", texts)
        self.assertLessEqual({"=1+1", "@SUM(A1)", "plain", LINK}, texts)

    def test_xlsx_numbers_stay_numbers(self):
        numbers = [cell for cell in self._cells() if cell.data_type == "n"]
        self.assertGreaterEqual(len(numbers), len(self.tags))

    def test_grouped_xlsx_has_no_formula(self):
        cells = self._cells(
            groupby=["name"], ids=False, domain=[("id", "in", self.tags.ids)]
        )
        self.assertFalse([cell.value for cell in cells if cell.data_type == "f"])
        texts = {cell.value for cell in cells if cell.data_type == "s"}
        self.assertIn("=1+1 (1)", texts)

    def test_csv_has_no_formula(self):
        content = self._export("csv").decode("utf-8-sig")
        header, *rows = csv.reader(io.StringIO(content, newline=""))
        self.assertEqual(header, ["'=Name", "Color"])
        names = {name for name, _color in rows}
        self.assertEqual(
            names,
            {f"'{payload}" for payload in PAYLOADS if payload != "plain"}
            | {"plain", LINK},
        )
