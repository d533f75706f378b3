import base64
import io
from datetime import date
from decimal import Decimal

import openpyxl

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import freeze_time, new_test_user, tagged

from .fec_export_case import FecExportCase
from .fec_export_common import codes, verdict


@tagged("post_install", "-at_install")
class TestFecExport(FecExportCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._play()

    def test_both_verdicts(self):
        export = self._export()
        self.assertEqual(export.verdict_office, "conform")
        self.assertFalse(export.findings)
        self.assertEqual(export.verdict_books, "clean")
        self.assertEqual(export.filename, "123456782FEC20251231.txt")
        rows = self._rows(export)
        self.assertEqual(export.line_count, len(rows))
        debit = sum(Decimal(row["Debit"].replace(",", ".")) for row in rows)
        credit = sum(Decimal(row["Credit"].replace(",", ".")) for row in rows)
        self.assertEqual(debit, credit)
        self.assertEqual(Decimal(str(export.debit)), debit)
        self.assertTrue(self._content(export).endswith(b"\r\n"))

    def test_opening(self):
        """Balances by account and third party first; results of 2024 are one line."""
        rows = self._rows(self._export())
        opening = [row for row in rows if row["JournalCode"] == "AN"]
        self.assertEqual(opening, rows[: len(opening)])
        balances = {
            (row["CompteNum"][:3], row["CompAuxNum"]): (row["Debit"], row["Credit"])
            for row in opening
        }
        self.assertEqual(
            balances,
            {
                ("120", ""): ("0,00", "900,00"),
                ("401", str(self.supplier.id)): ("0,00", "400,00"),
                ("411", "C001"): ("300,00", "0,00"),
                ("512", ""): ("1000,00", "0,00"),
            },
        )
        self.assertEqual({row["EcritureNum"] for row in opening}, {"AN/2025/00001"})
        # a loss stands on 129; what was shared out of 120 is taken off
        self._entry("2024-12-31", ("601", 1000.0), ("512", -1000.0))
        rows = self._rows(self._export())
        loss = next(row for row in rows if row["CompteNum"].startswith("129"))
        self.assertEqual((loss["Debit"], loss["Credit"]), ("100,00", "0,00"))

    def test_order_of_validation(self):
        rows = self._rows(self._export())
        days = [r["ValidDate"] for r in rows if r["JournalCode"] != "AN"]
        self.assertEqual(days, sorted(days))
        self.assertEqual(days[0], "20250701")
        self.assertEqual(set(days[2:]), {"20260201"})

    def test_posted_before_its_day(self):
        self._entry("2025-12-31", ("613", 1.0), ("512", -1.0), posted_on="2025-12-01")
        rows = self._rows(self._export())
        valid = {r["ValidDate"] for r in rows if r["EcritureDate"] == "20251231"}
        self.assertEqual(valid, {"20251231"})

    def test_letters(self):
        """Letters by account, of groups that balance within the file."""
        rows = self._rows(self._export())
        letters = [
            (row["CompteNum"][:3], row["EcritureDate"], row["EcritureLet"])
            for row in rows
            if row["EcritureLet"]
        ]
        self.assertEqual(
            sorted(letters),
            [
                ("401", "20250215", "AA"),
                ("401", "20250315", "AA"),
                ("411", "20250110", "AA"),
                ("411", "20250210", "AA"),
            ],
        )
        self.assertTrue(all(row["DateLet"] for row in rows if row["EcritureLet"]))
        # the other side of this one is in the year before
        old = [row for row in rows if row["EcritureDate"] == "20250501"]
        self.assertEqual([row["EcritureLet"] for row in old], ["", ""])

    def test_texts_amounts_currency(self):
        rows = self._rows(self._export())
        labels = {row["EcritureLib"] for row in rows}
        self.assertIn("Nectars / de pomme et de poire", labels)
        names = {row["CompAuxLib"] for row in rows}
        self.assertIn("Café de l'Étang / Ried", names)
        self.assertIn("Verrerie du Ried", names)
        foreign = [(r["Montantdevise"], r["Idevise"]) for r in rows if r["Idevise"]]
        self.assertEqual(foreign, [("100,00", "USD"), ("-100,00", "USD")])
        self.assertFalse([r for r in rows if r["Montantdevise"] and not r["Idevise"]])
        bill = next(row for row in rows if row["PieceRef"] == "F-2025-7")
        self.assertEqual(bill["Debit"], "50,00")

    def test_forms(self):
        pipe = self._export(separator="pipe", encoding="iso-8859-15")
        self.assertEqual(
            (pipe.verdict_office, pipe.verdict_books), ("conform", "clean")
        )
        self.assertEqual(pipe.encoding_found, "iso-8859-15")
        rows = self._rows(pipe, "iso-8859-15", "|")
        self.assertEqual(rows, self._rows(self._export()))
        self._entry("2025-08-01", ("613", 1.0, {"name": "Łódź"}), ("512", -1.0))
        with self.assertRaisesRegex(UserError, "Łódź.*UTF-8"):
            self._export(encoding="iso-8859-15")

    def test_closing_entries_are_left_out(self):
        closing = self._entry(
            "2025-12-31", ("706", 190.0), ("601", -50.0), ("120", -140.0)
        )
        export = self._export()
        self.assertEqual(export.left_out, closing.name)
        self.assertFalse(
            [r for r in self._rows(export) if r["CompteNum"][:2] == "12"][1:]
        )
        # an expense of the last day is none
        self._entry("2025-12-31", ("613", 5.0), ("512", -5.0))
        self.assertEqual(self._export().left_out, closing.name)

    def test_own_opening_entry(self):
        """The first exercise of a firm opens by an entry of its books."""
        journal = self.env["account.journal"].create(
            {
                "name": "À-nouveaux",
                "code": "RAN",
                "type": "general",
                "company_id": self.firm.id,
            }
        )
        self._entry(
            "2023-01-01",
            ("512", 10.0),
            ("101", -10.0),
            journal_id=journal.id,
            posted_on="2026-03-01",
        )
        self._entry("2023-01-01", ("613", 1.0), ("512", -1.0))
        export = self._export(2023)
        self.assertEqual(export.verdict_books, "clean", export.findings)
        journals = [row["JournalCode"] for row in self._rows(export)]
        self.assertEqual(journals[:2], ["RAN", "RAN"])
        self.assertNotIn("AN", journals)

    def test_other_companies_stay_out(self):
        """Branches have no file, and none of their entries comes in."""
        branch = (
            self.env["res.company"]
            .sudo()
            .create({"name": "Antenne", "parent_id": self.firm.id})
        )
        self.accountant.company_ids |= branch
        before = self._content(self._export())
        journal = (
            self.env["account.journal"]
            .sudo()
            .create(
                {"name": "A", "code": "ANT", "type": "general", "company_id": branch.id}
            )
        )
        move = (
            self.env["account.move"]
            .sudo()
            .with_company(branch)
            .create(
                {
                    "journal_id": journal.id,
                    "date": "2025-03-03",
                    "line_ids": [
                        Command.create(
                            {"account_id": self._account(c).id, "balance": b}
                        )
                        for c, b in (("613", 7.0), ("512", -7.0))
                    ],
                }
            )
        )
        move.action_post()
        self.assertEqual(self._content(self._export()), before)
        with self.assertRaisesRegex(UserError, "branch"):
            self._export(company_id=branch.id, user=self.env.user)

    def test_no_siren(self):
        self.firm.company_registry = False
        with self.assertRaisesRegex(UserError, "no SIREN"):
            self._export()
        self.firm.partner_id.with_context(no_vat_validation=True).vat = "FR83404833048"
        self.assertEqual(self._export().filename, "404833048FEC20251231.txt")

    def test_drafts_and_locks(self):
        """A file locks nothing; the official one waits for drafts."""
        draft = self._entry("2025-09-01", ("613", 1.0), ("512", -1.0))
        draft.button_draft()
        export = self._export()
        self.assertEqual(export.draft_count, 1)
        self.assertFalse(
            [r for r in self._rows(export) if r["EcritureDate"] == "20250901"]
        )
        self.assertEqual(
            self.env["account.move"].search(export.action_drafts()["domain"]), draft
        )
        with freeze_time("2026-02-01"), self.assertRaisesRegex(UserError, "drafts"):
            export.action_keep()
        draft.action_post()
        with freeze_time("2026-02-01"), self.assertRaisesRegex(UserError, "changed"):
            export.action_keep()
        export.action_make()
        with freeze_time("2025-12-31"), self.assertRaisesRegex(UserError, "final"):
            export.action_keep()
        with freeze_time("2026-02-01"):
            export.action_keep()
        self.assertEqual(
            (export.state, export.kept_by_id), ("official", self.accountant)
        )
        for lock in ("fiscalyear_lock_date", "hard_lock_date", "tax_lock_date"):
            self.assertFalse(self.firm[lock])
        # it does not change any more, another one can be made
        for change in (
            export.action_make,
            export.unlink,
            lambda: export.write({"date_to": date(2025, 11, 30)}),
        ):
            with self.assertRaisesRegex(UserError, "official"):
                change()
        again = self._export()
        status = again._status(self.firm, date(2025, 12, 31))
        self.assertEqual(status, {self.firm: export})

    def test_states_and_verdicts_are_not_typed(self):
        export = self._export()
        for vals in ({"state": "official"}, {"verdict_books": "clean"}, {"file": b""}):
            with self.assertRaisesRegex(UserError, "buttons"):
                export.write(vals)
        with self.assertRaisesRegex(UserError, "buttons"):
            export.create({"company_id": self.firm.id, "state": "made"})

    def test_odoos_own_file_is_noticed(self):
        """What the exporter of Odoo does, the verdicts say."""
        wizard = self.env["l10n_fr.fec.export.wizard"].with_company(self.firm)
        wizard = wizard.create(
            {"date_from": "2025-01-01", "date_to": "2025-12-31", "test_file": True}
        )
        made = wizard.generate_fec()
        self.assertEqual(made["file_name"], "FEC20251231.txt")
        found = verdict(made["file_content"], made["file_name"])
        self.assertEqual(found.office, "blocked")
        self.assertIn("file_name", codes(found, "office"))
        found = verdict(made["file_content"], "123456782FEC20251231.txt")
        self.assertEqual(
            codes(found, "books").keys()
            & {
                "valid_copied",
                "letter_digits",
                "currency_euro",
                "amount_padded",
                "letter",
            },
            {
                "valid_copied",
                "letter_digits",
                "currency_euro",
                "amount_padded",
                "letter",
            },
        )
        self.assertFalse(self.firm.fiscalyear_lock_date)
        wizard.test_file = False
        wizard.generate_fec()
        self.assertEqual(self.firm.fiscalyear_lock_date, date(2025, 12, 31))

    def test_rights(self):
        export = self._export()
        other = self._create_firm("Brasserie d'essai")
        stranger, portal = (
            new_test_user(
                self.env,
                login,
                groups=group,
                company_id=firm.id,
                company_ids=[fields.Command.set(firm.ids)],
            )
            for login, group, firm in (
                ("fec_stranger", "cocare_mutual_accounting.group_accountant", other),
                ("fec_portal", "base.group_portal", self.firm),
            )
        )
        for user in (stranger, portal):
            with self.assertRaises(AccessError):
                export.with_user(user).read(["file"])
            with self.assertRaises(AccessError):
                self._export(user=user)

    def test_verdicts_as_a_spreadsheet(self):
        check = (
            self.env["cocare.fec.check"]
            .with_user(self.accountant)
            .create(
                {
                    "filename": "=1+1FEC.txt",
                    "file": base64.b64encode(
                        self._content(self._export()).replace(b"50,00", b"=1+1")
                    ),
                    "company_id": self.firm.id,
                }
            )
        )
        moves = self.env["account.move"].search_count([])
        check.action_check()
        self.assertEqual(check.verdict_office, "blocked")
        self.assertIn("=1+1", check.verdict_html)
        book = openpyxl.load_workbook(io.BytesIO(check._verdict_report()))
        cells = [cell for sheet in book for row in sheet for cell in row]
        self.assertFalse([cell for cell in cells if cell.data_type == "f"])
        self.assertEqual(self.env["account.move"].search_count([]), moves)
        check.action_verdict_report()
        with self.assertRaisesRegex(UserError, "not typed"):
            check.write({"verdict_office": "conform"})
