import base64
import csv
import io
from datetime import date

from odoo.fields import Command
from odoo.tests import freeze_time, tagged

from .fec_common import FecCase
from .fec_export_common import HEADER

SIRET = "12345678200010"


@tagged("post_install", "-at_install")
class FecExportCase(FecCase):
    """An association without VAT number, and what happened to it in 2024 and 2025."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.firm.write({"company_registry": SIRET, "vat": False})
        cls.firm.partner_id.lang = "en_US"
        cls.env = cls.env(context={**cls.env.context, "lang": "en_US"})
        cls.env = cls.env(
            context={
                **cls.env.context,
                "allowed_company_ids": cls.firm.ids,
                "tracking_disable": True,
            }
        )
        cls.firm = cls.firm.with_env(cls.env)
        cls.usd = cls.env.ref("base.USD")
        cls.usd.active = True
        cls.customer, cls.supplier = cls.env["res.partner"].create(
            [
                {
                    "name": "Café de l'Étang | Ried",
                    "ref": "C001",
                    "company_id": cls.firm.id,
                },
                {"name": "Verrerie\tdu\nRied", "company_id": cls.firm.id},
            ]
        )

    @classmethod
    def _journal(cls, kind):
        return cls.env["account.journal"].search(
            [("company_id", "=", cls.firm.id), ("type", "=", kind)], limit=1
        )

    @classmethod
    def _account(cls, code):
        return cls.env["account.account"].search(
            [("company_ids", "in", cls.firm.ids), ("code", "=like", f"{code}%")],
            limit=1,
        )

    @classmethod
    def _entry(cls, day, *items, kind="general", posted_on="2026-02-01", **values):
        """Post an entry: (account, balance), and more values of a line."""
        lines = [
            Command.create(
                {
                    "account_id": cls._account(code).id,
                    "balance": balance,
                    "name": "Écriture",
                    **(more[0] if more else {}),
                }
            )
            for code, balance, *more in items
        ]
        move = cls.env["account.move"].create(
            {
                "journal_id": cls._journal(kind).id,
                "date": day,
                "line_ids": lines,
                **values,
            }
        )
        with freeze_time(f"{posted_on} 10:00:00"):
            move.action_post()
        return move

    @classmethod
    def _letter(cls, *moves):
        lines = cls.env["account.move.line"].union(*(move.line_ids for move in moves))
        lines = lines.filtered(
            lambda line: line.account_id.account_type
            in ("asset_receivable", "liability_payable")
        )
        lines.reconcile()

    @classmethod
    def _play(cls):
        """A former year, then sales, a bill with VAT, payments, dollars, odd labels."""
        customer, supplier = (
            {"partner_id": cls.customer.id},
            {"partner_id": cls.supplier.id},
        )
        cls._entry("2024-03-01", ("512", 1000.0), ("706", -1000.0))
        cls._entry("2024-12-15", ("411", 300.0, customer), ("706", -300.0))
        cls._entry("2024-12-20", ("601", 400.0), ("401", -400.0, supplier))
        sale = cls._entry(
            "2025-01-10",
            ("411", 120.0, customer),
            ("706", -100.0, {"name": "Nectars | de\tpomme\r\net de poire"}),
            ("44571", -20.0),
            kind="sale",
            ref="Commande n° 12",
        )
        paid = cls._entry(
            "2025-02-10", ("512", 120.0), ("411", -120.0, customer), kind="bank"
        )
        bill = cls._entry(
            "2025-02-15",
            ("601", 50.0),
            ("44566", 10.0),
            ("401", -60.0, supplier),
            kind="purchase",
            ref="F-2025-7",
        )
        settled = cls._entry(
            "2025-03-15", ("401", 60.0, supplier), ("512", -60.0), kind="bank"
        )
        dollars = {"currency_id": cls.usd.id}
        cls._entry(
            "2025-04-01",
            ("411", 90.0, {**customer, **dollars, "amount_currency": 100.0}),
            ("706", -90.0, {**dollars, "amount_currency": -100.0}),
            kind="sale",
        )
        old = cls._entry("2025-05-01", ("512", 300.0), ("411", -300.0, customer))
        # validated before what is dated before it
        cls._entry(
            "2025-06-30", ("613", 12.34), ("512", -12.34), posted_on="2025-07-01"
        )
        cls._letter(sale, paid)
        cls._letter(bill, settled)
        cls._letter(
            old,
            cls.env["account.move"].search(
                [("company_id", "=", cls.firm.id), ("date", "=", "2024-12-15")]
            ),
        )

    def _export(self, year=2025, user=None, **values):
        Export = self.env["cocare.fec.export"].with_user(user or self.accountant)
        export = Export.create(
            {
                "company_id": self.firm.id,
                "date_from": date(year, 1, 1),
                "date_to": date(year, 12, 31),
                **values,
            }
        )
        export.action_make()
        return export

    def _content(self, export):
        return base64.b64decode(export.with_context(bin_size=False).file)

    def _rows(self, export, encoding="utf-8", delimiter="\t"):
        text = io.StringIO(self._content(export).decode(encoding), newline="")
        reader = csv.DictReader(text, delimiter=delimiter, quoting=csv.QUOTE_NONE)
        self.assertEqual(reader.fieldnames, HEADER)
        return list(reader)
