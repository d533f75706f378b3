from hypothesis import given
from hypothesis import strategies as st
from stdnum import luhn

from odoo.tests import BaseCase, tagged

from .. import registration_numbers as numbers

digits = st.text("0123456789", min_size=8, max_size=8)


def _siren(stem):
    return stem + luhn.calc_check_digit(stem)


@tagged("post_install", "-at_install")
class TestRegistrationNumbers(BaseCase):
    """What holds for every number; examples are in the module itself."""

    @given(digits, st.text("0123456789", min_size=4, max_size=4))
    def test_siret_with_separators_is_cleaned(self, stem, establishment):
        stem = _siren(stem) + establishment
        siret = stem + luhn.calc_check_digit(stem)
        if siret.startswith("356000000"):
            return
        spaced = f" {siret[:3]} {siret[3:6]}.{siret[6:9]}-{siret[9:]}\u00a0"
        self.assertEqual(numbers.check_siret(spaced), numbers.Check(siret))
        self.assertEqual(numbers.siren_of(spaced), siret[:9])

    @given(digits, st.text("0123456789", min_size=4, max_size=4))
    def test_lost_zeros_are_found_again(self, stem, establishment):
        stem = _siren(f"0{stem[1:]}") + establishment
        siret = stem + luhn.calc_check_digit(stem)
        lost = siret.lstrip("0")
        check = numbers.check_siret(lost)
        if len(lost) >= 14 - numbers.LOST_ZEROS:
            self.assertEqual((check.problem, check.offer), ("missing_zero", siret))
            self.assertEqual(numbers.siren_of(lost), siret[:9])
        else:
            self.assertFalse(check.offer)

    @given(digits)
    def test_computed_vat_number_verifies(self, stem):
        siren = _siren(stem)
        self.assertFalse(numbers.check_vat(numbers.vat_of(siren), siren).problem)

    @given(st.text(max_size=20))
    def test_no_text_breaks_a_check(self, text):
        for check in (
            numbers.check_siren,
            numbers.check_siret,
            numbers.check_vat,
            numbers.check_iban,
            numbers.check_postcode,
        ):
            found = check(text)
            if found.offer:
                self.assertFalse(check(found.offer).problem)

    @given(digits, st.integers(0, 8), st.integers(1, 9))
    def test_one_wrong_digit_is_noticed(self, stem, place, by):
        siren = _siren(stem)
        wrong = str((int(siren[place]) + by) % 10)
        wrong = siren[:place] + wrong + siren[place + 1 :]
        self.assertEqual(numbers.check_siren(wrong).problem, "checksum")
