import base64
import io

from PIL import Image

from odoo.tests import BaseCase, tagged

from .. import agreements, story


@tagged("post_install", "-at_install")
class TestAgreements(BaseCase):
    def test_every_service_has_a_price(self):
        services = {*story.SERVICES, agreements.FINANCING["code"]}
        self.assertEqual(set(agreements.TARIFFS), services)
        for by_unit, a_month, note in agreements.TARIFFS.values():
            self.assertTrue(by_unit or a_month)
            self.assertTrue(note)

    def test_use_is_foreseen_for_what_is_priced_by_unit(self):
        priced = {code for code, tariff in agreements.TARIFFS.items() if tariff[0]}
        self.assertEqual(set(agreements.VOLUMES), priced)
        for volumes in agreements.VOLUMES.values():
            self.assertEqual(set(volumes), set(story.FIRMS))

    def test_signed_before_they_begin(self):
        for key in story.FIRMS:
            signed, countersigned = agreements.SIGNED.get(
                key, agreements.SIGNED_BY_FOUNDERS
            )
            joined = story.COMPANIES[key]["cocare_joined_on"]
            self.assertLess(signed.date(), joined)
            self.assertLess(signed, countersigned)

    def test_drawings_are_pictures_of_their_own(self):
        first, second = (agreements._drawing(name) for name in ("Zoé", "Max"))
        self.assertNotEqual(first, second)
        image = Image.open(io.BytesIO(base64.b64decode(first)))
        self.assertGreater(image.width, image.height / 2)
