import base64
import doctest
import io
import zipfile
from datetime import date
from unittest.mock import patch

from odoo.exceptions import AccessError, UserError
from odoo.http import Request
from odoo.tests import HttpCase, freeze_time, tagged
from odoo.tools import mute_logger

from .. import voucher_file
from .common import CocareBooksCommon

PDF = b"%PDF-1.4\nA bill of 12.00\n%%EOF"
JPEG = b"\xff\xd8\xff\xe0 a photo of a receipt"


class DocumentCommon(CocareBooksCommon):
    """Firms send documents to their bookkeepers."""

    def _receive(self, *files, kind="other", firm=None, source="office", **more):
        return self.env["cocare.document"]._receive(
            firm or self.firm_a, list(files), kind, source, **more
        )

    def _ask(self, name="Statement of July", firm=None, **values):
        return (
            self.env["cocare.document.request"]
            .with_user(self.accountant)
            .create(
                {
                    "company_id": (firm or self.firm_a).id,
                    "name": name,
                    "kind": "statement",
                    "due_date": date(2025, 8, 10),
                    **values,
                }
            )
        )

    def _told(self, firm):
        """Messages to the people of a firm."""
        return self.env["mail.message"].search(
            [("partner_ids", "in", self.members[firm].partner_id.ids)]
        )


@freeze_time("2025-08-05 10:00:00")
@tagged("post_install", "-at_install")
class TestDocument(DocumentCommon):
    """What is sent is kept once, becomes a draft bill, or is sent back."""

    def test_doctests(self):
        self.assertFalse(doctest.testmod(voucher_file).failed)

    def test_file_is_kept_as_it_was_sent_under_a_name_that_says_what_it_is(self):
        document = self._receive(("../../IMG_1.exe", JPEG), kind="contract")
        self.assertEqual(document.name, "IMG_1")
        self.assertEqual(document.attachment_id.name, "IMG_1.jpg")
        self.assertEqual(document.attachment_id.mimetype, "image/jpeg")
        self.assertEqual(document.attachment_id.raw, JPEG)
        self.assertEqual(document.state, "received")

    def test_same_file_is_received_once_a_firm(self):
        self._receive(("bill.pdf", PDF))
        with self.assertRaisesRegex(UserError, "already received .* as “bill”"):
            self._receive(("again.pdf", PDF))
        self._receive(("bill.pdf", PDF), firm=self.firm_b)

    def test_what_is_no_document_is_refused_and_named(self):
        page = b"<html><script>alert(1)</script></html>"
        macros = io.BytesIO()
        with zipfile.ZipFile(macros, "w") as archive:
            archive.writestr("xl/workbook.xml", "<workbook/>")
            archive.writestr("xl/vbaProject.bin", "macro")
        for name, content, message in (
            ("empty.pdf", b"", "“empty.pdf” is empty"),
            ("run.pdf", b"MZ\x90\x00", "“run.pdf” is no photo"),
            ("page.pdf", page, "“page.pdf” is no photo"),
            ("macros.xlsx", macros.getvalue(), "“macros.xlsx” is no photo"),
        ):
            with self.subTest(name), self.assertRaisesRegex(UserError, message):
                self._receive(("fine.pdf", PDF), (name, content))
        with patch.object(voucher_file, "MAX_BYTES", 10):
            with self.assertRaisesRegex(UserError, "larger than"):
                self._receive(("fine.pdf", PDF))
        self.assertFalse(self.env["cocare.document"].search([]))

    def test_bill_becomes_a_draft_in_the_journal_of_the_firm(self):
        document = self._receive(("bill.pdf", PDF), kind="bill")
        move = document.move_id
        self.assertEqual(document.state, "booked")
        self.assertEqual(move.state, "draft")
        self.assertEqual(move.move_type, "in_invoice")
        self.assertEqual(move.company_id, self.firm_a)
        self.assertEqual(move.journal_id.type, "purchase")
        self.assertNotEqual(
            move.journal_id, self.firm_a.cocare_recharge_purchase_journal_id
        )
        files = self.env["ir.attachment"].search(
            [("res_model", "=", "account.move"), ("res_id", "=", move.id)]
        )
        self.assertEqual(files.raw, PDF)
        self.assertEqual(document.attachment_id.res_model, "cocare.document")
        with self.assertRaisesRegex(UserError, "processed already"):
            document.action_make_bill()
        with self.assertRaisesRegex(UserError, "kept with its entry"):
            document.unlink()

    def test_electronic_invoice_fills_the_draft_and_its_copy_is_noticed(self):
        xml = self._electronic_invoice()
        document = self._receive(("invoice.xml", xml), kind="bill")
        move = document.move_id
        self.assertEqual(move.ref, "F-77")
        self.assertEqual(move.amount_total, 120)
        self.assertEqual(move.partner_id.name, "Hydro SA")
        self.assertEqual(move.company_id, self.firm_a)
        self.assertFalse(document.same_as_id)
        again = self._receive(("copy.xml", xml + b"\n"), kind="bill")
        self.assertEqual(again.same_as_id, move)

    def _electronic_invoice(self):
        """An invoice of a supplier to the firm, as Odoo writes it (UBL, BIS 3)."""
        supplier = self.firm_b
        supplier.partner_id.write(
            {"name": "Hydro SA", "vat": "FR23334175221", "street": "1 quai"}
        )
        self.firm_a.partner_id.write(
            {"vat": "FR05677404089", "street": "2 rue", "zip": "67600"}
        )
        tax = self.env["account.tax"].search(
            [
                ("company_id", "=", supplier.id),
                ("type_tax_use", "=", "sale"),
                ("amount", "=", 20),
                ("price_include", "=", False),
            ],
            limit=1,
        )
        invoice = (
            self.env["account.move"]
            .with_company(supplier)
            .create(
                {
                    "move_type": "out_invoice",
                    "company_id": supplier.id,
                    "partner_id": self.firm_a.partner_id.id,
                    "name": "F-77",
                    "invoice_date": date(2025, 7, 20),
                    "invoice_line_ids": [
                        (
                            0,
                            0,
                            {
                                "name": "Repair",
                                "quantity": 1,
                                "price_unit": 100,
                                "tax_ids": [(6, 0, tax.ids)],
                            },
                        )
                    ],
                }
            )
        )
        invoice._post(soft=False)
        xml, _errors = self.env["account.edi.xml.ubl_bis3"]._export_invoice(invoice)
        # The one who sends it is no firm of the network, and unknown here.
        invoice.button_draft()
        return xml

    def test_a_remote_call_writes_no_file_and_no_state(self):
        """Else the page of a firm would hand out the file of another one."""
        theirs = self._receive(("secret.pdf", PDF), firm=self.firm_b)
        mine = self._receive(("mine.jpg", JPEG)).sudo(False).with_user(self.accountant)
        asked = self._ask()
        for record, values in (
            (mine, {"attachment_id": theirs.attachment_id.id}),
            (mine, {"state": "booked"}),
            (mine, {"company_id": self.firm_b.id}),
            (asked, {"state": "done"}),
            (asked, {"company_id": self.firm_b.id}),
        ):
            with self.subTest(values), self.assertRaises(UserError):
                record.write(values)
        mine.write({"name": "Receipt", "kind": "contract"})

    def test_file_of_which_no_draft_can_be_made_is_kept_and_says_why(self):
        journals = self.env["account.journal"].search(
            [("company_id", "=", self.firm_a.id), ("type", "=", "purchase")]
        )
        (journals - self.firm_a.cocare_recharge_purchase_journal_id).active = False
        document = self._receive(("bill.pdf", PDF), kind="bill")
        self.assertEqual(document.state, "received")
        self.assertIn("has no journal for its bills", document.problem)

    def test_request_is_answered_processed_and_done(self):
        asked = self._ask()
        document = self._receive(("statement.pdf", PDF), request=asked)
        self.assertEqual(asked.state, "received")
        document.with_user(self.accountant).action_file()
        self.assertEqual(asked.state, "done")

    def test_what_is_sent_back_is_asked_for_again(self):
        asked = self._ask()
        document = self._receive(("statement.pdf", PDF), request=asked)
        document = document.with_user(self.accountant)
        with self.assertRaisesRegex(UserError, "Write what is wrong"):
            document.action_refuse()
        document.refused_because = "The second page is missing"
        document.action_refuse()
        self.assertEqual(asked.state, "asked")
        self._receive(("whole.pdf", PDF + b" "), request=asked)
        self.assertEqual(asked.state, "received")

    def test_people_of_the_firm_are_told_and_reminded_every_week(self):
        self.network.document_reminder_days = 7
        before = len(self._told(self.firm_a))
        asked = self._ask()
        told = self._told(self.firm_a)
        self.assertEqual(len(told), before + 1)
        self.assertIn("Statement of July", told[0].subject)
        self.assertIn(f'/my/documents/{self.firm_a.id}">', told[0].body)
        cron = self.env["cocare.document.request"]._cron_remind
        seen = []
        for day in (10, 11, 12, 17, 18, 25):
            with freeze_time(f"2025-08-{day} 09:00:00"):
                cron()
                cron()
                seen.append(asked.reminder_count)
        self.assertEqual(seen, [0, 1, 1, 1, 2, 3])
        self.assertEqual(len(self._told(self.firm_a)), before + 4)
        self.network.document_reminder_days = 0
        with freeze_time("2025-10-01"):
            cron()
        self.assertEqual(asked.reminder_count, 3)

    def test_one_sitting_asks_all_firms(self):
        wizard = (
            self.env["cocare.document.ask"]
            .with_user(self.accountant)
            .with_context(allowed_company_ids=(self.operator | self.firms).ids)
            .create({"name": "Statement of July"})
        )
        self.assertEqual(wizard.company_ids, self.firms)
        asked = self.env["cocare.document.request"].search(
            wizard.action_ask()["domain"]
        )
        self.assertEqual(asked.company_id, self.firms)
        wizard.due_date = date(2025, 8, 4)
        with self.assertRaisesRegex(UserError, "today or later"):
            wizard.action_ask()

    @mute_logger("odoo.addons.base.models.ir_rule", "odoo.addons.base.models.ir_model")
    def test_members_send_for_their_firm_and_write_nothing(self):
        member = self.members[self.firm_a]
        Document = self.env["cocare.document"].with_user(member)
        sent = Document._receive_as_firm(self.firm_a, [("r.jpg", JPEG)], "other")
        self.assertEqual((sent.sender, sent.source), (member.name, "portal"))
        with self.assertRaises(AccessError):
            Document._receive_as_firm(self.firm_b, [("r.jpg", JPEG)], "other")
        with self.assertRaises(AccessError):
            sent.sudo(False).with_user(member).write({"name": "x"})
        with self.assertRaises(AccessError):
            sent.sudo(False).with_user(self.members[self.firm_b]).read(["name"])
        cancelled = self._ask()
        cancelled.action_cancel()
        with self.assertRaisesRegex(UserError, "not asked for any more"):
            Document._receive_as_firm(
                self.firm_a, [("r.pdf", PDF)], "other", cancelled.with_user(member)
            )


@freeze_time("2025-08-05 10:00:00")
@tagged("post_install", "-at_install")
class TestDocumentMail(DocumentCommon):
    """Documents that come in by e-mail, at the address of the firm."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        domain = cls.env["mail.alias.domain"].create({"name": "papers.example"})
        cls.operator.alias_domain_id = cls.firms.alias_domain_id = domain
        firm = cls.firm_a.with_user(cls.accountant).with_context(
            allowed_company_ids=cls.firms.ids
        )
        firm.action_cocare_open_document_address()
        cls.address = cls.firm_a._cocare_document_address()

    def _mail(self, *parts, subject="Bills", number=1):
        bodies = "".join(
            f"--B\r\nContent-Type: {kind}\r\n{more}"
            f'Content-Disposition: {where}; filename="{name}"\r\n'
            f"Content-Transfer-Encoding: base64\r\n\r\n"
            f"{base64.b64encode(content).decode()}\r\n"
            for name, kind, content, where, more in parts
        )
        message = (
            "From: Supplier <bills@supplier.example>\r\n"
            f"To: {self.address}\r\nSubject: {subject}\r\n"
            f"Message-Id: <{number}@supplier.example>\r\nMIME-Version: 1.0\r\n"
            'Content-Type: multipart/mixed; boundary="B"\r\n\r\n'
            "--B\r\nContent-Type: text/plain\r\n\r\nHere they are.\r\n"
            f"{bodies}--B--\r\n"
        )
        with mute_logger("odoo.addons.mail.models.mail_thread"):
            self.env["mail.thread"].message_process(False, message)
        return self.env["cocare.document"].search(
            [("company_id", "=", self.firm_a.id)], order="id"
        )

    def _file(self, name, content, kind="application/pdf"):
        return name, kind, content, "attachment", ""

    def test_each_file_is_a_document_and_a_draft(self):
        self.assertIn("@papers.example", self.address)
        logo = (
            "logo.png",
            "image/png",
            b"\x89PNG\r\n\x1a\n",
            "inline",
            "Content-ID: <logo>\r\n",
        )
        documents = self._mail(
            self._file("one.pdf", PDF), self._file("two.pdf", PDF + b"2"), logo
        )
        self.assertEqual(documents.mapped("name"), ["one", "two"])
        self.assertEqual(set(documents.mapped("source")), {"mail"})
        self.assertIn("bills@supplier.example", documents[0].sender)
        self.assertEqual(documents.move_id.company_id, self.firm_a)
        self.assertEqual(len(documents.move_id), 2)

    def test_what_is_not_taken_is_said_and_nothing_is_lost(self):
        documents = self._mail(
            self._file("one.pdf", PDF), self._file("run.exe", b"MZ\x90\x00")
        )
        self.assertEqual(documents.mapped("name"), ["one"])
        notes = " ".join(documents.message_ids.mapped("body"))
        self.assertIn("run.exe", notes)
        self.assertIn("Here they are.", notes)
        documents = self._mail(self._file("again.pdf", PDF), number=2)
        self.assertEqual(len(documents), 2)
        text = documents[1].attachment_id.raw.decode()
        self.assertEqual(documents[1].kind, "other")
        for said in ("already received", "bills@supplier.example", "Here they are."):
            self.assertIn(said, text)

    def test_address_is_opened_once_and_by_accountants(self):
        alias = self.firm_a.cocare_document_alias_id
        self.firm_a.with_user(self.accountant).with_context(
            allowed_company_ids=self.firms.ids
        ).action_cocare_open_document_address()
        self.assertEqual(self.firm_a.cocare_document_alias_id, alias)
        with self.assertRaisesRegex(UserError, "Only an accountant"):
            self.firm_b.with_user(
                self.facilitator
            ).action_cocare_open_document_address()


@freeze_time("2025-08-05 10:00:00")
@tagged("post_install", "-at_install")
class TestDocumentPortal(DocumentCommon, HttpCase):
    """A worker-member answers from their phone."""

    def setUp(self):
        super().setUp()
        member = self.members[self.firm_a]
        member.password = "a long enough password"
        self.authenticate(member.login, "a long enough password")
        self.page = f"/my/documents/{self.firm_a.id}"

    def _send(self, *files, page=None, **values):
        self.url_open(self.page)
        return self.url_open(
            f"{page or self.page}/send",
            data={**values, "csrf_token": Request.csrf_token(self)},
            files=[("files", file) for file in files],
        )

    def test_answers_with_a_photo(self):
        asked = self._ask(note="On the website of the bank")
        page = self.url_open("/my/documents").text
        self.assertIn("Statement of July", page)
        self.assertIn("On the website of the bank", page)
        page = self._send(("a.jpg", JPEG), ("b.pdf", PDF), request_id=asked.id)
        self.assertIn("Received, thank you.", page.text)
        self.assertEqual(asked.state, "received")
        self.assertEqual(asked.document_ids.mapped("kind"), ["statement"] * 2)
        self.assertNotIn("Statement of July", self.url_open(self.page).text)
        file = asked.document_ids.filtered(lambda d: d.name == "a")
        answer = self.url_open(f"{self.page}/file/{file.id}")
        self.assertEqual(answer.content, JPEG)
        self.assertIn("attachment", answer.headers["Content-Disposition"])

    def test_refusal_is_told_and_nothing_is_kept(self):
        page = self._send(("a.jpg", JPEG), ("b.exe", b"MZ\x90\x00"), kind="other")
        self.assertIn("“b.exe” is no photo", page.text)
        self.assertFalse(self.env["cocare.document"].search([]))
        self.assertIn("Say what kind", self._send(("a.jpg", JPEG), kind="x").text)

    def test_pages_of_other_firms_are_not_found(self):
        theirs = self._receive(("secret.pdf", PDF), firm=self.firm_b)
        other = f"/my/documents/{self.firm_b.id}"
        asked = self._ask(firm=self.firm_b)
        for answer in (
            self.url_open(other),
            self.url_open(f"{other}/file/{theirs.id}"),
            self.url_open(f"{self.page}/file/{theirs.id}"),
            self._send(("a.jpg", JPEG), page=other, kind="other"),
            self._send(("a.jpg", JPEG), request_id=asked.id),
            self._send(("a.jpg", JPEG), request_id="x"),
        ):
            self.assertEqual(answer.status_code, 404)
