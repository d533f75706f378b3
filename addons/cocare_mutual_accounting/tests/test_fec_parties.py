from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged

from .fec_common import (
    NEXT_NAME,
    FecCase,
    fec_bytes,
    fec_row,
    next_ledger,
    only,
    small_ledger,
)


@tagged("post_install", "-at_install")
class TestFecParties(FecCase):
    """Third parties of a file go to the contacts that people see and choose."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.other_firm = cls._create_firm("Pressoir voisin")

    def _contact(self, name, ref=False, firm=None):
        firm = firm or self.firm
        return self.env["res.partner"].create(
            {"name": name, "ref": ref, "company_id": firm.id}
        )

    def _checked(self, rows, *args):
        take_over = self._import(fec_bytes(rows), *args)
        self.assertTrue(take_over.action_check(), take_over.problem_ids.mapped("code"))
        return take_over

    def _lines(self, take_over):
        return {line.file_code: line for line in take_over.party_ids}

    def _told(self, take_over):
        return {
            code: (line.partner_id, line.found_by)
            for code, line in self._lines(take_over).items()
        }

    def test_proposals(self):
        """By number, by name, by words; contacts of others do not count."""
        rows = small_ledger()
        for number, name in (
            ("C001", "Le café"),
            ("C002", "Léa Muller"),
            ("C003", "BOULANGERIE DU RIED"),
            ("C004", "Noé Klein"),
            ("C005", "Verger voisin"),
        ):
            who = {"partner": number, "partner_label": name}
            rows[:0] = [
                fec_row(f"9{number[1:]}", "41100000", "1,00", **who),
                fec_row(f"9{number[1:]}", "70100000", "0,00", "1,00"),
            ]
        by_number = self._contact("Café de l'Étang", "C001")
        by_name = self._contact("Léa Muller", "ancien 12")
        by_words = self._contact("Boulangerie du Ried")
        for _twice in range(2):
            self._contact("Noé Klein")
        self._contact("Verger voisin", "C005", self.other_firm)
        self.env["res.partner"].create({"name": "Verger voisin", "ref": "C005"})
        none = self.env["res.partner"]
        take_over = self._checked(rows)
        self.assertEqual(
            self._told(take_over),
            {
                "C001": (by_number, "ref"),
                "C002": (by_name, "name"),
                "C003": (by_words, "near"),
                "C004": (none, "new"),
                "C005": (none, "new"),
                "F001": (none, "new"),
            },
        )
        self.assertFalse(take_over.mapping_ids.filtered("found_by"))
        self.assertFalse(self.env["account.move"].search([("ref", "=", "P9002")]))

    def test_choice_either_way(self):
        """Both ways of writing book the chosen contacts, and create the others."""
        for way in ("fast", "orm"):
            with self.subTest(way), self.env.cr.savepoint() as savepoint:
                chosen = self._contact("Autre nom", "X1")
                proposed = self._contact("Verrerie du Ried", "X2")
                take_over = self._checked(small_ledger())
                lines = self._lines(take_over)
                self.assertEqual(lines["F001"].partner_id, proposed)
                lines["C001"].partner_id = chosen
                lines["F001"].partner_id = False
                self.assertEqual(take_over.state, "draft", "to be looked at again")
                self.assertTrue(take_over.action_check())
                none = self.env["res.partner"]
                expected = {"C001": (chosen, "chosen"), "F001": (none, "refused")}
                self.assertEqual(self._told(take_over), expected)
                contacts = self.env["res.partner"].search_count([])
                with only(self, way):
                    take_over.action_import()
                self.assertEqual(self.env["res.partner"].search_count([]), contacts + 1)
                partners = take_over.move_ids.line_ids.partner_id
                made = partners - chosen
                self.assertEqual((made.name, made.ref), ("Verrerie du Ried", "F001"))
                self.assertEqual(made.company_id, self.firm)
                self.assertNotIn(proposed, partners)
                told = {"C001": (chosen, "chosen"), "F001": (made, "kept")}
                self.assertEqual(self._told(take_over), told)
                with self.assertRaisesRegex(UserError, "taken over"):
                    self._lines(take_over)["C001"].partner_id = False
                savepoint.rollback()
            self.env.invalidate_all()

    def test_two_numbers_of_one_contact(self):
        """A customer that supplies as well; the next opening is compared so."""
        for way in ("fast", "orm"):
            with self.subTest(way), self.env.cr.savepoint() as savepoint:
                one = self._contact("Verrerie et café")
                take_over = self._checked(small_ledger())
                for line in take_over.party_ids:
                    line.partner_id = one
                self.assertTrue(take_over.action_check())
                with only(self, way):
                    take_over.action_import()
                self.assertEqual(take_over.move_ids.line_ids.partner_id, one)
                later = self._checked(next_ledger(), NEXT_NAME)
                self.assertEqual(
                    set(later.problem_ids.mapped("code")), {"opening_kept"}
                )
                with only(self, way):
                    later.action_import()
                self.assertEqual(later.move_ids.line_ids.partner_id, one)
                savepoint.rollback()
            self.env.invalidate_all()

    def test_second_exercise_makes_no_duplicates(self):
        """Whatever became of names and references in between."""
        for way in ("fast", "orm"):
            with self.subTest(way), self.env.cr.savepoint() as savepoint:
                known = self._contact("Café de l'Étang", "du fichier client")
                # straight in, as a command does, without a look at it first
                first = self._import(fec_bytes(small_ledger()))
                with only(self, way):
                    first.action_import()
                partners = first.move_ids.line_ids.partner_id
                self.assertIn(known, partners)
                for rank, partner in enumerate(partners):
                    partner.write({"name": f"Renommé {rank}", "ref": f"R{rank}"})
                contacts = self.env["res.partner"].search_count([])
                rows = next_ledger()
                for row in rows:
                    if row["CompAuxNum"] == "C001":
                        row["CompAuxLib"] = "Café bis"
                second = self._checked(rows, NEXT_NAME)
                self.assertEqual(second.party_ids.partner_id, partners)
                self.assertEqual(self._lines(second)["C001"].name, "Café bis")
                self.assertEqual(set(second.party_ids.mapped("found_by")), {"kept"})
                with only(self, way):
                    second.action_import()
                self.assertEqual(second.move_ids.line_ids.partner_id, partners)
                self.assertEqual(self.env["res.partner"].search_count([]), contacts)
                savepoint.rollback()
            self.env.invalidate_all()

    def test_what_was_shown_is_done(self):
        """A contact that comes between the check and the import changes nothing."""
        take_over = self._checked(small_ledger())
        late = self._contact("Verrerie du Ried")
        take_over.action_import()
        self.assertNotIn(late, take_over.move_ids.line_ids.partner_id)

    def test_chosen_contact_that_is_gone(self):
        take_over = self._checked(small_ledger())
        gone = self._contact("De passage")
        self._lines(take_over)["C001"].partner_id = gone
        gone.unlink()
        self.env.invalidate_all()
        self.assertTrue(take_over.action_check())
        self.assertEqual(
            self._told(take_over)["C001"], (self.env["res.partner"], "new")
        )

    def test_contact_that_went_to_another_firm(self):
        take_over = self._checked(small_ledger())
        moved = self._contact("De passage")
        self._lines(take_over)["C001"].partner_id = moved
        moved.company_id = self.other_firm
        self.env.flush_all()
        self.assertTrue(take_over.action_check())
        self.assertFalse(self._lines(take_over)["C001"].partner_id)

    def test_contacts_of_others_are_refused(self):
        take_over = self._checked(small_ledger())
        line = self._lines(take_over)["C001"]
        for contact in (
            self._contact("Verger voisin", firm=self.other_firm),
            self.env["res.partner"].create({"name": "À tous"}),
            self.other_firm.partner_id,
        ):
            with (
                self.assertRaisesRegex(ValidationError, "C001 goes to a contact of"),
                self.env.cr.savepoint(),
            ):
                line.partner_id = contact.id
            self.env.invalidate_all()
            self.assertFalse(line.partner_id)
        self.assertEqual(take_over.state, "checked")

    def test_nobody_else_chooses(self):
        take_over = self._checked(small_ledger())
        line = self._lines(take_over)["C001"]
        with self.assertRaisesRegex(UserError, "can be chosen"):
            line.found_by = "kept"
        stranger = self.accountant.copy(
            {
                "login": "fec_stranger",
                "company_id": self.other_firm.id,
                "company_ids": [(6, 0, self.other_firm.ids)],
            }
        )
        with self.assertRaises(AccessError):
            line.with_user(stranger).partner_id = False

    def test_another_file_instead(self):
        """Third parties that are no longer in the file are not shown."""
        take_over = self._checked(small_ledger())
        kept = self._lines(take_over)["F001"]
        kept.partner_id = self._contact("Autre nom")
        rows = [row for row in small_ledger() if row["JournalCode"] != "HA"]
        for row in rows:
            row["CompAuxNum"] = row["CompAuxNum"].replace("C001", "C009")
        take_over.file = self._import(fec_bytes(rows)).file
        self.assertTrue(take_over.action_check())
        self.assertEqual(take_over.party_ids.mapped("file_code"), ["C009"])
        self.assertTrue(kept.exists(), "what was chosen is kept for later files")
