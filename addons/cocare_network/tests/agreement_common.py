import base64
import io
from datetime import date

from PIL import Image

from odoo.fields import Command

from .common import CocareCommon


class AgreementCommon(CocareCommon):
    """A service with a tariff, a key and clauses, and a draft for firm A."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.key = cls.env["cocare.allocation.key"].create(
            {"name": "Pallet-days", "network_id": cls.network.id}
        )
        cls.key_version = cls.env["cocare.allocation.key.version"].create(
            {"key_id": cls.key.id, "valid_from": cls.JULY, "method": "equal"}
        )
        cls._adopt(cls.key_version)
        cls.storage = cls.env["cocare.service"].create(
            {
                "name": "Entrepôt",
                "code": "STORE",
                "family": "logistics",
                "network_id": cls.network.id,
                "description": "Palettes à Sélestat",
                "clauses": "<p>Chacun <b>étiquette</b> ses palettes.</p>"
                "<ol><li>Pas d'œufs</li><li>Rien > 2 m</li></ol>"
                "<script>alert(1)</script>",
            }
        )
        cls.tariff = cls._tariff(cls.JULY, 0.95, 20)
        cls._adopt(cls.tariff)
        cls.drawing = cls._drawing()

    @classmethod
    def _tariff(cls, valid_from, unit_price, monthly_price):
        return cls.env["cocare.tariff.version"].create(
            {
                "service_id": cls.storage.id,
                "valid_from": valid_from,
                "unit_price": unit_price,
                "monthly_price": monthly_price,
            }
        )

    @classmethod
    def _drawing(cls):
        png = io.BytesIO()
        Image.new("RGB", (60, 20), "#123456").save(png, "PNG")
        return base64.b64encode(png.getvalue()).decode()

    @classmethod
    def _draft(cls, firm=None, **values):
        """A draft, written by the facilitator."""
        return (
            cls.env["cocare.agreement"]
            .with_user(cls.facilitator)
            .create(
                {
                    "company_id": (firm or cls.firm_a).id,
                    "service_id": cls.storage.id,
                    "date_start": date(2025, 8, 1),
                    "key_id": cls.key.id,
                    "volume": 330,
                    **values,
                }
            )
        )

    @classmethod
    def _proposed(cls, firm=None, **values):
        agreement = cls._draft(firm, **values)
        agreement.action_propose()
        return agreement

    @classmethod
    def _sign(cls, agreement):
        """The firm's member signs, as on the portal."""
        agreement = agreement.with_user(cls.members[agreement.company_id])
        return agreement._sign_as_firm(
            "Zoé Müller", cls.drawing, agreement.text_sha256, "192.0.2.7"
        )

    @classmethod
    def _signed(cls, firm=None, **values):
        agreement = cls._proposed(firm, **values)
        cls._sign(agreement)
        return agreement

    @classmethod
    def _only_for(cls, *conditions):
        cls.storage.condition_ids = [Command.create(values) for values in conditions]
