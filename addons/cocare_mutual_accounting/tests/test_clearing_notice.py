from datetime import date

from odoo.exceptions import UserError
from odoo.tests import freeze_time, tagged

from .clearing_common import CocareClearingCommon


@freeze_time("2025-12-05")
@tagged("post_install", "-at_install")
class TestClearingNotice(CocareClearingCommon):
    """The people of each firm are told once that a clearing waits for them."""

    def setUp(self):
        super().setUp()
        self.invoice, _bill = self._trade(self.firm_a, self.firm_b, 1234)
        self.clearing = self._clearing()
        self.clearing.action_propose()

    def _told(self, step):
        """What a step tells whom.

        :return: ``{partner: mail.message}``
        """
        Message = self.env["mail.message"]
        before = Message.search([])
        step()
        told = (Message.search([]) - before).filtered("partner_ids")
        self.assertTrue(
            all(len(m.partner_ids) == 1 for m in told), "one person, one language"
        )
        people = told.partner_ids
        self.assertEqual(len(people), len(told), "nobody is told twice")
        return {message.partner_ids: message for message in told}

    def _partner(self, firm):
        return self.members[firm].partner_id

    def test_people_of_the_firms_that_have_documents(self):
        told = self._told(self.clearing.action_send)
        self.assertEqual(
            set(told), {self._partner(self.firm_a), self._partner(self.firm_b)}
        )
        for firm in self.firm_a | self.firm_b:
            message = told[self._partner(firm)]
            self.assertIn("July 2025", message.subject)
            self.assertIn(firm.name, message.subject)
            self.assertRegex(message.body, rf'<a href="[^"]+/my/clearing/{firm.id}"')
            self.assertIn("12/15/2025", message.body)
            other = (self.firm_a | self.firm_b) - firm
            self.assertNotIn(other.name, message.subject + message.body)
            self.assertNotIn("1,234", message.body)

    def test_firm_that_has_left_out_documents_only(self):
        self._document("out_invoice", self.firm_c, self.firm_a, 10, date(2025, 7, 20))
        told = self._told(self.clearing.action_send)
        self.assertIn(self._partner(self.firm_c), told)

    def test_each_in_their_language(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        self.members[self.firm_b].lang = "fr_FR"
        told = self._told(self.clearing.action_send)
        self.assertIn("please check", told[self._partner(self.firm_a)].subject)
        french = told[self._partner(self.firm_b)]
        self.assertIn("juillet 2025", french.subject)
        self.assertIn("merci de vérifier", french.subject)
        self.assertIn("15/12/2025", french.body)

    def test_sent_again_as_it_was_is_not_told_again(self):
        self.assertTrue(self._told(self.clearing.action_send))
        self.clearing.action_take_back()
        self.assertFalse(self._told(self.clearing.action_send))

    def test_sent_again_tells_those_for_whom_it_changed(self):
        self._told(self.clearing.action_send)
        self.clearing.action_take_back()
        self._trade(self.firm_c, self.firm_a, 50)
        told = self._told(self.clearing.action_send)
        self.assertEqual(
            set(told), {self._partner(self.firm_a), self._partner(self.firm_c)}
        )
        self.clearing.action_take_back()
        self.clearing.objection_until = date(2025, 12, 20)
        told = self._told(self.clearing.action_send)
        self.assertEqual(set(told), {self._partner(firm) for firm in self.firms})
        self.assertIn("12/20/2025", told[self._partner(self.firm_b)].body)

    def test_accountant_of_the_operator_alone_tells_the_firms(self):
        office = self._new_user(
            "office", "cocare_mutual_accounting.group_accountant", self.operator
        )
        told = self._told(self.clearing.with_user(office).action_send)
        self.assertEqual(len(told), 2)

    def test_nothing_is_told_when_nothing_is_sent(self):
        self.clearing.objection_until = date(2025, 12, 1)

        def send():
            with self.assertRaises(UserError), self.env.cr.savepoint():
                self.clearing.action_send()

        self.assertFalse(self._told(send))

    def test_what_was_told_is_not_typed_in(self):
        clearing = self.clearing.with_user(self.accountant)
        with self.assertRaisesRegex(UserError, "Firms are told"):
            clearing.told = {str(self.firm_a.id): "x"}
        with self.assertRaisesRegex(UserError, "Firms are told"):
            self._clearing(date(2025, 8, 1), told={str(self.firm_a.id): "x"})
