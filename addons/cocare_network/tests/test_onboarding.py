from datetime import date
from unittest.mock import patch

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, freeze_time, tagged

from odoo.addons.base.models.ir_module import IrModuleModule

from .test_membership import MembershipCommon

SIRET, LOST_ZERO = "05720093300042", "5720093300042"
VAT = "FR14057200933"


@tagged("post_install", "-at_install")
class TestNumbersOfAFirm(MembershipCommon):
    """A number is checked where it is written; a wrong one keeps a firm out."""

    def _wizard(self, **values):
        return (
            self.env["cocare.firm.onboarding"]
            .with_user(self.facilitator)
            .create({"name": "Newcomer", "network_id": self.network.id, **values})
        )

    def _created(self, wizard):
        url = wizard.action_create_firm()["url"]
        return self.env["res.company"].browse(int(url.rpartition("/")[2]))

    def test_lost_zero_is_explained_and_offered_in_the_file(self):
        file = self._apply(company_registry=LOST_ZERO)
        self.assertIn("Zeros are missing", file.cocare_registry_note)
        self.assertEqual(file.cocare_registry_offer, SIRET)
        file.action_cocare_take_registry()
        self.assertEqual(file.company_registry, SIRET)
        self.assertFalse(file.cocare_registry_note)

    def test_number_put_right_on_the_way_in_is_right_in_the_file(self):
        file = self._apply(company_registry=LOST_ZERO, legal_form="scop_sarl")
        wizard = self._wizard(membership_id=file.id, company_registry=SIRET)
        self._created(wizard)
        file = file.sudo()
        self.assertEqual(file.company_registry, SIRET)
        self.assertFalse(file.cocare_registry_note)
        self.assertEqual(file.legal_form, "scop_sarl")

    def test_note_follows_what_is_typed(self):
        with Form(self._apply()) as form:
            form.company_registry = "73282932000075"
            self.assertIn("does not exist", form.cocare_registry_note)
            self.assertFalse(form.cocare_registry_offer)
            form.company_registry = "73282932000074"
            self.assertFalse(form.cocare_registry_note)
            form.zip = "1400"
            self.assertEqual(form.cocare_zip_offer, "01400")
            form.zip = "67600"
            self.assertFalse(form.cocare_zip_note)

    def test_words_are_the_users(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        file = self._apply(company_registry="12")
        english = file.cocare_registry_note
        french = file.with_context(lang="fr_FR")
        french.invalidate_recordset()
        self.assertNotEqual(french.cocare_registry_note, english)

    def test_vat_number_is_computed_and_compared(self):
        wizard = self._wizard(company_registry=SIRET)
        self.assertEqual(wizard.cocare_vat_offer, VAT)
        wizard.vat = "FR44732829320"
        self.assertIn("another SIREN", wizard.cocare_vat_note)
        action = wizard.action_cocare_take_vat()
        self.assertEqual(action["res_id"], wizard.id)
        self.assertEqual(wizard.vat, VAT)
        self.assertFalse(wizard.cocare_vat_note)

    def test_wrong_numbers_keep_a_firm_out(self):
        for values, words in (
            ({"company_registry": LOST_ZERO}, f"Take “{SIRET}”"),
            ({"company_registry": "5,72009E+12"}, "rounded"),
            ({"company_registry": "732829320"}, "SIREN of the firm"),
            ({"company_registry": SIRET, "vat": "FR44732829320"}, VAT),
            ({"zip": "1400"}, "01400"),
            ({"cocare_legal_form": "sarl"}, "has one"),
            ({"iban": "FR7630006000011234567890198"}, "IBAN"),
        ):
            with self.assertRaisesRegex(ValidationError, words):
                self._wizard(**values).action_create_firm()

    def test_no_number_where_there_may_be_none(self):
        firm = self._created(self._wizard(cocare_legal_form="association_1901"))
        self.assertEqual(firm.cocare_network_id, self.network)

    def test_numbers_are_kept_as_the_register_writes_them(self):
        firm = self._created(
            self._wizard(company_registry="057 200 933 00042", vat="fr 14 057200933")
        )
        self.assertEqual((firm.company_registry, firm.vat), (SIRET, VAT))

    def test_the_post_office_comes_in(self):
        firm = self._created(self._wizard(company_registry="356 000 000 49837"))
        self.assertEqual(firm.company_registry, "35600000049837")

    def test_same_firm_does_not_come_in_twice(self):
        self.firm_a.company_registry = "057 200 933 00042"
        wizard = self._wizard(company_registry=SIRET)
        self.assertIn("Firm A", wizard.cocare_registry_note)
        with self.assertRaisesRegex(ValidationError, "already: Firm A"):
            wizard.action_create_firm()
        self.facilitator.write(
            {
                "company_id": self.operator.id,
                "company_ids": [(6, 0, self.operator.ids)],
            }
        )
        with self.assertRaises(ValidationError) as refusal:
            self._wizard(company_registry=SIRET).action_create_firm()
        self.assertIn("already", str(refusal.exception))
        self.assertNotIn("Firm A", str(refusal.exception))

    def test_two_of_one_sitting_are_not_the_same(self):
        values = {"company_registry": SIRET}
        with self.assertRaisesRegex(ValidationError, "One has the same SIREN"):
            self.network._create_firms(
                [{"name": "One", **values}, {"name": "Two", **values}]
            )

    def test_number_of_a_company_is_put_right_by_its_facilitator(self):
        self.firm_a.company_registry = LOST_ZERO
        firm = self.firm_a.with_user(self.facilitator)
        self.assertEqual(firm.cocare_registry_offer, SIRET)
        with self.assertRaises(AccessError):
            self.firm_a.with_user(
                self.readers[self.firm_a]
            ).action_cocare_take_registry()
        firm.action_cocare_take_registry()
        self.assertEqual(self.firm_a.company_registry, SIRET)

    def test_bank_account_is_opened_once(self):
        iban = "FR76 3000 6000 0112 3456 7890 189"
        firm = self._created(self._wizard(iban=iban))
        firm._cocare_open_bank_account(iban)
        accounts = self.env["res.partner.bank"].search(
            [("partner_id", "=", firm.partner_id.id)]
        )
        self.assertEqual(
            accounts.mapped("sanitized_acc_number"), ["FR7630006000011234567890189"]
        )

    def test_no_module_is_installed_meanwhile(self):
        with (
            patch.object(IrModuleModule, "button_immediate_install") as install,
            patch.object(IrModuleModule, "button_install") as mark,
        ):
            firm = self._created(self._wizard(company_registry=SIRET))
            firm.with_user(self.facilitator).action_cocare_complete()
        install.assert_not_called()
        mark.assert_not_called()


@tagged("post_install", "-at_install")
class TestAdoption(MembershipCommon):
    """A company that exists comes into the network as it is."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.outside = cls.env["res.company"].create(
            {"name": "Outside", "company_registry": SIRET, "city": "Barr"}
        )

    def _wizard(self):
        return (
            self.env["cocare.firm.onboarding"]
            .with_user(self.facilitator)
            .create(
                {
                    "network_id": self.network.id,
                    "existing_company_id": self.outside.id,
                    "cocare_vat_status": "taxable",
                }
            )
        )

    def test_company_comes_in_with_what_it_has(self):
        self.facilitator.company_ids += self.outside
        wizard = self._wizard()
        self.assertEqual(wizard.name, "Outside")
        self.assertIn(self.outside, wizard.adoptable_company_ids)
        self.assertNotIn(self.firm_a, wizard.adoptable_company_ids)
        before = len(self.env["res.company"].search([]))
        wizard.action_create_firm()
        self.assertEqual(len(self.env["res.company"].search([])), before)
        self.assertEqual(self.outside.cocare_network_id, self.network)
        self.assertEqual(self.outside.city, "Barr")
        with self.assertRaisesRegex(UserError, "belongs to a network"):
            self._wizard().action_create_firm()

    def test_by_somebody_who_works_for_it(self):
        with self.assertRaises(AccessError):
            self._wizard().action_create_firm()
        self.assertFalse(self.outside.cocare_network_id)


@tagged("post_install", "-at_install")
class TestPortalAccess(MembershipCommon):
    """The account of who works in a firm: opened once, closed when work ends."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.startClassPatcher(freeze_time("2025-07-10 12:00:00"))

    def setUp(self):
        super().setUp()
        self.file = self._apply(name="File of A")
        self.file.sudo()._link_company(self.firm_a)

    def _worker(self, email="lea@firm-a.example", file=None, **values):
        return (
            self.env["cocare.worker"]
            .with_user(self.facilitator)
            .create(
                {
                    "membership_id": (file or self.file).id,
                    "name": "Léa",
                    "weekly_hours": 35,
                    "email": email,
                    "date_start": date(2025, 1, 1),
                    **values,
                }
            )
        )

    def _invitations(self, user):
        """The mails that wait to be sent to somebody."""
        mails = self.env["mail.mail"].sudo().search([("state", "=", "outgoing")])
        return mails.filtered(
            lambda mail: user.partner_id in mail.recipient_ids
            or user.email in (mail.email_to or "")
        )

    def test_account_is_a_members_and_no_more(self):
        worker = self._worker()
        worker.action_open_portal()
        user = worker.user_id.sudo()
        self.assertEqual(worker.portal_state, "invited")
        self.assertTrue(user.share)
        self.assertFalse(user.has_group("base.group_user"))
        self.assertTrue(user.has_group("cocare_network.group_worker_member"))
        self.assertEqual(user.company_ids, self.firm_a)
        self.assertEqual(user.partner_id.company_id, self.firm_a)
        self.assertFalse(user.password)
        mails = self._invitations(user)
        self.assertEqual(len(mails), 1)
        self.assertIn("token=", mails.body_html)

    def test_safe_to_repeat(self):
        worker = self._worker()
        for _again in range(2):
            worker.action_open_portal()
        users = self.env["res.users"].search([("login", "=", "lea@firm-a.example")])
        self.assertEqual(len(users), 1)
        self.assertEqual(len(self._invitations(users)), 2, "invited again")

    def test_second_firm_is_added_to_the_account(self):
        other = self._apply(name="File of B")
        other.sudo()._link_company(self.firm_b)
        first, second = self._worker(), self._worker("Lea@Firm-A.example", other)
        (first | second).action_open_portal()
        self.assertEqual(first.user_id, second.user_id)
        self.assertEqual(first.user_id.sudo().company_ids, self.firm_a | self.firm_b)

    def test_staff_is_not_made_a_member(self):
        staff = self.readers[self.firm_a]
        staff.login = "staff@firm-a.example"
        with self.assertRaisesRegex(UserError, "shared office"):
            self._worker(staff.login).action_open_portal()

    def test_refused_without_company_address_or_work(self):
        project = self._apply(name="No company")
        for worker, words in (
            (self._worker(file=project), "no company yet"),
            (self._worker(False), "no e-mail address"),
            (self._worker("not an address"), "no e-mail address"),
            (self._worker(date_end=date(2025, 7, 9)), "no longer works"),
        ):
            with self.assertRaisesRegex(UserError, words):
                worker.action_open_portal()

    def test_only_facilitators_open_accounts(self):
        worker = self._worker()
        for user in (self.readers[self.firm_a], self.members[self.firm_a]):
            with self.assertRaises(AccessError):
                worker.with_user(user).action_open_portal()
        with self.assertRaises(AccessError):
            worker.user_id = self.members[self.firm_b]

    def test_members_do_not_read_addresses(self):
        self._worker()
        members_own = self.env["cocare.worker"].with_user(self.members[self.firm_a])
        worker = members_own.search([("name", "=", "Léa")])
        self.assertTrue(worker)
        with self.assertRaises(AccessError):
            worker.read(["email"])

    def test_account_closes_when_work_ends(self):
        other = self._apply(name="File of B")
        other.sudo()._link_company(self.firm_b)
        worker, second = self._worker(), self._worker(file=other)
        (worker | second).action_open_portal()
        user = worker.user_id.sudo()
        (worker | second).date_end = date(2025, 7, 31)
        second.date_end = date(2025, 9, 30)
        with freeze_time("2025-07-31 12:00:00"):
            self.env["cocare.worker"]._cron_close_ended()
            self.assertEqual(user.company_ids, self.firm_a | self.firm_b)
        with freeze_time("2025-08-01 12:00:00"):
            self.env["cocare.worker"]._cron_close_ended()
            self.assertEqual(user.company_ids, self.firm_b)
            self.assertTrue(user.active)
            self.assertEqual(worker.portal_state, "closed")
        with freeze_time("2025-10-01 12:00:00"):
            self.env["cocare.worker"]._cron_close_ended()
            self.assertFalse(user.active)

    def test_who_works_there_otherwise_keeps_it(self):
        first = self._worker(date_end=date(2025, 7, 31))
        second = self._worker(date_start=date(2025, 7, 1), name="Léa, manager")
        (first | second).action_open_portal()
        with freeze_time("2025-08-01 12:00:00"):
            self.env["cocare.worker"]._cron_close_ended()
            self.assertTrue(first.user_id.sudo().active)

    def test_closed_account_opens_again(self):
        worker = self._worker(date_end=date(2025, 7, 31))
        worker.action_open_portal()
        user = worker.user_id.sudo()
        with freeze_time("2025-08-05 12:00:00"):
            self.env["cocare.worker"]._cron_close_ended()
            self.assertFalse(user.active)
            worker.date_end = False
            worker.action_open_portal()
        self.assertTrue(user.active)
        self.assertEqual(worker.user_id, user)
        self.assertEqual(user.company_ids, self.firm_a)

    def test_new_address_is_a_new_account(self):
        worker = self._worker()
        worker.action_open_portal()
        former = worker.user_id.sudo()
        worker.email = "noor@firm-a.example"
        worker.action_open_portal()
        self.assertNotEqual(worker.user_id, former)
        self.assertFalse(former.active)

    def test_deleted_person_loses_the_account(self):
        worker = self._worker()
        worker.action_open_portal()
        user = worker.user_id.sudo()
        worker.unlink()
        self.assertFalse(user.active)

    def test_people_of_a_firm_that_left_go_on_reading(self):
        worker = self._worker(date_end=date(2025, 7, 31))
        worker.action_open_portal()
        user = worker.user_id.sudo()
        self.firm_a.cocare_left_on = date(2025, 7, 31)
        with freeze_time("2025-08-01 12:00:00"):
            self.env["cocare.worker"]._cron_close_ended()
        self.assertTrue(user.active)

    def test_completion_offers_accounts_to_people(self):
        self._worker()
        self._worker(False, name="Noor")
        office = self._new_user(
            "office", "cocare_network.group_network_reader", self.operator
        )
        action = self.firm_a.with_user(self.facilitator).action_cocare_complete()
        screen = (
            self.env["cocare.firm.completion"]
            .with_user(self.facilitator)
            .browse(action["res_id"])
        )
        portal = screen.missing_ids.filtered(lambda line: line.kind == "portal")
        self.assertEqual(portal.mapped("name"), ["Léa, lea@firm-a.example"])
        noor = screen.different_ids.filtered(lambda line: line.name == "Noor")
        self.assertIn("No e-mail", noor.detail)
        offered = screen.missing_ids.filtered(lambda line: line.key == office.login)
        self.assertFalse(offered.ticked)
        self.assertIn("Shared office", offered.name)
        offered.ticked = True
        action = screen.action_add()
        again = self.env["cocare.firm.completion"].browse(action["res_id"])
        self.assertNotIn("portal", again.missing_ids.mapped("kind"))
        self.assertIn(self.firm_a, office.company_ids)
        self.assertIn("Léa", self.file.message_ids.mapped("body")[0])

    def test_only_the_firms_facilitator_completes_it(self):
        Completion = self.env["cocare.firm.completion"]
        outsider = self._new_user(
            "other", "cocare_network.group_facilitator", self.firm_b
        )
        for user in (self.readers[self.firm_a], outsider):
            with self.assertRaises(AccessError):
                self.firm_a.with_user(user).action_cocare_complete()
        forged = Completion.with_user(outsider).create(
            {
                "company_id": self.firm_a.id,
                "missing_ids": [
                    (
                        0,
                        0,
                        {
                            "kind": "user",
                            "key": outsider.login,
                            "state": "missing",
                            "ticked": True,
                        },
                    )
                ],
            }
        )
        with self.assertRaises(AccessError):
            forged.action_add()
