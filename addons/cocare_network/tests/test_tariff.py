from datetime import date

from psycopg2 import IntegrityError

from odoo.exceptions import AccessError, UserError
from odoo.tests import freeze_time, tagged
from odoo.tools import mute_logger

from .agreement_common import AgreementCommon


@tagged("post_install", "-at_install")
class TestTariff(AgreementCommon):
    """An announced price has a date and a decision; who looks sees the one in force."""

    def test_in_force_on_a_date(self):
        later = self._tariff(date(2025, 10, 1), 1.05, 20)
        draft = self._tariff(date(2025, 11, 1), 2, 0)
        self._adopt(later)
        for day, tariff in (
            (date(2025, 6, 30), draft.browse()),
            (date(2025, 7, 1), self.tariff),
            (date(2025, 9, 30), self.tariff),
            (date(2025, 10, 1), later),
            (date(2026, 1, 1), later),
        ):
            self.assertEqual(self.storage._tariff_at(day), tariff)
        with freeze_time("2025-09-30"):
            self.assertEqual(self.storage.current_tariff_id, self.tariff)
        self.storage.invalidate_recordset()
        with freeze_time("2025-10-01"):
            self.assertEqual(
                self.storage.price_text, "1.05\u00a0€ per unit + 20.00\u00a0€ a month"
            )

    def test_adopted_ones_never_change(self):
        with self.assertRaisesRegex(UserError, "never changes"):
            self.tariff.unit_price = 2
        same_day = self._tariff(self.JULY, 3, 0)
        same_day.action_propose()
        with (
            self.assertRaises(IntegrityError),
            self.env.cr.savepoint(),
            mute_logger("odoo.sql_db"),
        ):
            same_day.cocare_pending_change_id._cocare_decide(
                True, "Assembly", date(2025, 6, 30)
            )
            self.env.flush_all()

    def test_an_empty_one_is_not_proposed(self):
        with self.assertRaisesRegex(UserError, "Entrepôt.*price per unit"):
            self._tariff(date(2025, 9, 1), 0, 0).action_propose()

    def test_who_decides(self):
        tariff = self._tariff(date(2025, 9, 1), 1, 0).with_user(self.facilitator)
        with self.assertRaises(AccessError):
            tariff.state = "adopted"
        tariff.action_propose()
        change = tariff.cocare_pending_change_id
        with self.assertRaises(AccessError):
            change._cocare_decide(True, "Mine", date(2025, 6, 30))
        change.with_user(self.recorder)._cocare_decide(
            True, "Assembly", date(2025, 6, 30)
        )
        self.assertEqual(tariff.state, "adopted")

    def test_other_networks_do_not_see_it(self):
        outside = self.env["res.company"].create({"name": "Outside"})
        stranger = self._new_user(
            "stranger", "cocare_network.group_facilitator", outside
        )
        for model in ("cocare.tariff.version", "cocare.service.condition"):
            self.assertFalse(self.env[model].with_user(stranger).search([]), model)
        member = self.members[self.firm_b]
        self.assertEqual(self.tariff.with_user(member).unit_price, 0.95)
        with self.assertRaises(AccessError):
            self._tariff(date(2025, 9, 1), 1, 0).with_user(member).note = "x"

    def test_units_beside_numbers(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        unit = self.env["uom.uom"].create({"name": "Pallet-days"})
        unit.update_field_translations("name", {"fr_FR": "Palettes-jours"})
        self.storage.uom_id = unit
        french = self.storage.with_context(lang="fr_FR")
        for service, quantity, text in (
            (self.storage, 1, "1 pallet-day"),
            (self.storage, 1.5, "1.5 pallet-days"),
            (french, 1.5, "1,5 palette-jour"),
            (french, 330, "330 palettes-jours"),
        ):
            shown = service._quantity_text(quantity)
            self.assertEqual(shown.replace("\N{NO-BREAK SPACE}", " "), text)
        self.assertIn("palette-jour", french._tariff_at(self.JULY)._price_text())
        self.assertNotIn("palettes", french._tariff_at(self.JULY)._price_text())
