from odoo.fields import Command
from odoo.tests import tagged

from .fec_export_case import SIRET, FecExportCase


@tagged("post_install", "-at_install")
class TestFecRoundTrip(FecExportCase):
    """What is exported and taken over in an empty firm is exported the same again."""

    def _take_over(self, export):
        firm = self._create_firm("Pressoir d'essai, ailleurs")
        firm.write({"company_registry": SIRET, "vat": False})
        firm.partner_id.lang = self.firm.partner_id.lang
        self.accountant.company_ids |= firm
        content = self._content(export)
        take_over = self._import(content, export.filename, firm)
        take_over.action_import()
        return firm

    def _assert_same_again(self, **form):
        first = self._export(**form)
        self.assertEqual(
            (first.verdict_office, first.verdict_books), ("conform", "clean")
        )
        other = self._take_over(first)
        Export = self.env["cocare.fec.export"].with_user(self.accountant)
        again = Export.with_context(allowed_company_ids=other.ids).create(
            {
                "company_id": other.id,
                "date_from": first.date_from,
                "date_to": first.date_to,
                **form,
            }
        )
        again.action_make()
        self.assertEqual(
            self._content(again).decode(first.encoding),
            self._content(first).decode(first.encoding),
        )
        self.assertEqual(again.sha256, first.sha256)
        self.assertEqual(again.filename, first.filename)
        return other

    def test_byte_for_byte(self):
        self._play()
        self._assert_same_again()

    def test_byte_for_byte_in_another_form(self):
        self._play()
        self._assert_same_again(separator="pipe", encoding="iso-8859-15")

    def test_own_accounts_and_journals(self):
        """Accounts, journals and third parties that the other firm does not have."""
        self._play()
        self.env["account.account"].create(
            {
                "code": "70110007",
                "name": "Nectars d'été | vrac",
                "account_type": "income",
                "company_ids": [Command.set(self.firm.ids)],
            }
        )
        journal = self.env["account.journal"].create(
            {
                "name": "Opérations du marché",
                "code": "MARCH",
                "type": "general",
                "company_id": self.firm.id,
            }
        )
        member = self.env["res.partner"].create(
            {"name": "Sociétaire Ç", "company_id": self.firm.id}
        )
        for cents in (10.0, -7.5):
            self._entry(
                "2025-07-14",
                ("455", -cents, {"partner_id": member.id}),
                ("70110007", cents, {"name": ""}),
                journal_id=journal.id,
            )
        self._assert_same_again()
