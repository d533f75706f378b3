import base64

from odoo.fields import Command
from odoo.tests import tagged

from . import bank_files
from .common import CocareBooksCommon


@tagged("post_install", "-at_install")
class BankCommon(CocareBooksCommon):
    """The network of ``CocareBooksCommon``; two firms have a bank account."""

    @classmethod
    def setUpCompanies(cls):  # pylint: disable=missing-return
        super().setUpCompanies()
        cls.journal = cls._open_account(cls.firm_a, bank_files.IBAN)
        cls.other_journal = cls._open_account(cls.firm_b, bank_files.OTHER_IBAN)

    @classmethod
    def _open_account(cls, firm, iban):
        firm._cocare_open_bank_account(iban)
        return cls.env["account.journal"].search(
            [
                ("company_id", "=", firm.id),
                ("bank_account_id.sanitized_acc_number", "=", iban),
            ]
        )

    def _as_accountant(self, firms=None, user=None):
        """The environment of an accountant who ticked firms."""
        firms = firms or self.firms
        return self.env(
            user=user or self.accountant,
            context={**self.env.context, "allowed_company_ids": firms.ids},
        )

    def _hand_in(self, content, filename="statement.xml", firms=None, **values):
        """A file handed in and read; the first statement may open as it does."""
        record = self._as_accountant(firms)["cocare.bank.import"].create(
            {
                "filename": filename,
                "file": base64.b64encode(content),
                "opening_accepted": True,
                **values,
            }
        )
        record.action_check()
        return record

    def _import(self, content, filename="statement.xml", **values):
        record = self._hand_in(content, filename, **values)
        self.assertEqual(record.state, "checked", self._told(record))
        record.action_import()
        return record

    def _told(self, record):
        return [(p.code, p.line) for p in record.problem_ids]

    def _codes(self, record):
        return record.problem_ids.mapped("code")

    def _booked(self, journal=None):
        """What the books hold of a journal: (day, cents), in cents."""
        lines = self.env["account.bank.statement.line"].search(
            [("journal_id", "=", (journal or self.journal).id)]
        )
        return sorted((line.date, round(line.amount * 100)) for line in lines)

    def _upload(self, **files):
        """Hand several files in at once, as the dialog does."""
        env = self._as_accountant()
        attachments = env["ir.attachment"].create(
            [{"name": name, "raw": content} for name, content in files.items()]
        )
        return env["cocare.bank.upload"].create(
            {"attachment_ids": [Command.set(attachments.ids)]}
        )
