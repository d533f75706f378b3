import base64
import io
import zipfile

from odoo.fields import Command
from odoo.tests import tagged

from .fec_export_case import FecExportCase


@tagged("post_install", "-at_install")
class TestFecBatch(FecExportCase):
    def test_several_firms(self):
        """One archive; a firm that cannot be made is named and stops nobody."""
        self._play()
        nameless = self._create_firm("../Sans / numéro")
        nameless.company_registry = False
        empty = self._create_firm("Vide")
        firms = self.firm | nameless | empty
        self.accountant.company_ids = firms
        Batch = self.env["cocare.fec.batch"].with_user(self.accountant)
        batch = Batch.with_context(allowed_company_ids=firms.ids).create(
            {"company_ids": [Command.set(firms.ids)], "date_to": "2025-06-30"}
        )
        batch.action_make()
        refusals = {line.company_id: line.refusal for line in batch.line_ids}
        self.assertFalse(refusals[self.firm])
        self.assertIn("no SIREN", refusals[nameless])
        self.assertIn("no posted entry", refusals[empty])
        content = base64.b64decode(batch.with_context(bin_size=False).archive)
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            names = archive.namelist()
            made = batch.line_ids.export_id
            self.assertEqual(len(made), 1)
            self.assertEqual(archive.read(names[0]), self._content(made))
        self.assertEqual(
            names,
            [
                f"Pressoir d'essai {self.firm.id}/123456782FEC20251231.txt",
                "report.xlsx",
            ],
        )
