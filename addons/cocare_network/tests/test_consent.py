import io
import json
import zipfile
from datetime import timedelta

from psycopg2.errors import UniqueViolation

from odoo import fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger

from .consent_common import ConsentCommon


class TestConsent(ConsentCommon):
    def test_a_consent_is_for_one_purpose_and_one_firm(self):
        self._consent("delivery", self.firm_a, self.firm_b)
        may = self.customer._cocare_may_use
        self.assertEqual(may("delivery", self.firm_b), self.customer)
        self.assertFalse(may("newsletter", self.firm_b))
        self.assertFalse(may("shared_catalogue", self.firm_b))
        self.assertFalse(may("delivery", self.firm_c))
        self.assertTrue(self._sees(self.firm_b))
        self.assertFalse(self._sees(self.firm_c))

    def test_the_firm_itself_needs_one_for_news_only(self):
        may = self.customer._cocare_may_use
        self.assertTrue(may("delivery", self.firm_a))
        self.assertFalse(may("newsletter", self.firm_a))
        self._consent("newsletter", self.firm_a, self.firm_a)
        self.assertTrue(may("newsletter", self.firm_a))

    def test_an_unknown_purpose_is_refused(self):
        with self.assertRaisesRegex(UserError, "no purpose “resale”"):
            self.customer._cocare_may_use("resale", self.firm_a)

    def test_a_withdrawal_takes_at_once(self):
        consent = self._consent("delivery", self.firm_a, self.firm_b)
        self.assertTrue(self._sees(self.firm_b))
        reader = self.readers[self.firm_b]
        consent.with_user(reader)._withdraw("Said so on the phone")
        self.assertFalse(self._sees(self.firm_b))
        self.assertFalse(self.customer._cocare_may_use("delivery", self.firm_b))
        self.assertEqual(consent.withdrawn_by_id, reader)
        self.assertEqual(consent.withdrawn_why, "Said so on the phone")
        self._consent("delivery", self.firm_a, self.firm_b)
        self.assertTrue(self._sees(self.firm_b))

    def test_a_withdrawal_happens_once(self):
        consent = self._consent("delivery", self.firm_a, self.firm_b)
        consent._withdraw("First")
        first = consent.withdrawn_at
        consent._withdraw("Second")
        self.assertEqual(consent.withdrawn_at, first)
        self.assertEqual(consent.withdrawn_why, "First")

    def test_the_window_asks_why(self):
        consent = self._consent("delivery", self.firm_a, self.firm_b)
        action = consent.action_withdraw()
        wizard = (
            self.env[action["res_model"]]
            .with_user(self.readers[self.firm_a])
            .with_context(**action["context"])
            .create({"why": "By letter"})
        )
        wizard.action_withdraw()
        self.assertEqual(consent.withdrawn_why, "By letter")

    def test_other_firms_neither_read_nor_withdraw(self):
        consent = self._consent("delivery", self.firm_a, self.firm_b)
        outsider = consent.with_user(self.readers[self.firm_c])
        self.assertFalse(outsider.search([("id", "=", consent.id)]))
        with self.assertRaises(AccessError):
            outsider._withdraw("Not mine")

    def test_it_is_never_rewritten_nor_deleted(self):
        consent = self._consent("delivery", self.firm_a, self.firm_b)
        for user in (self.readers[self.firm_a], self.facilitator):
            with self.assertRaises(UserError):
                consent.with_user(user).write({"to_company_id": self.firm_c.id})
            with self.assertRaises(UserError):
                consent.with_user(user).unlink()
        with self.assertRaisesRegex(UserError, "not deleted"):
            consent.unlink()

    def test_it_is_born_live(self):
        with self.assertRaisesRegex(UserError, "with its button"):
            self._consent(
                "delivery",
                self.firm_a,
                self.firm_b,
                withdrawn_at=fields.Datetime.now(),
            )

    def test_it_has_a_proof(self):
        with self.assertRaisesRegex(ValidationError, "proof"):
            self._consent("delivery", self.firm_a, self.firm_b, note=" ")

    def test_it_is_not_of_the_future(self):
        later = fields.Datetime.now() + timedelta(days=1)
        with self.assertRaisesRegex(ValidationError, "future"):
            self._consent("delivery", self.firm_a, self.firm_b, given_at=later)

    def test_it_is_not_passed_on(self):
        self._consent("delivery", self.firm_a, self.firm_b)
        with self.assertRaisesRegex(ValidationError, "not passed on"):
            self._consent("delivery", self.firm_b, self.firm_c)

    def test_who_has_it_from_the_person_may_share(self):
        self._consent("contact", self.firm_b, self.firm_b)
        self._consent("delivery", self.firm_b, self.firm_c)
        self.assertTrue(self._sees(self.firm_c))

    def test_another_firm_cannot_record_it(self):
        taker = self.env["cocare.consent"].with_user(self.readers[self.firm_b])
        with self.assertRaises(AccessError):
            taker.create(
                {
                    "partner_id": self.customer.id,
                    "purpose_id": self.purposes["delivery"].id,
                    "from_company_id": self.firm_a.id,
                    "to_company_id": self.firm_b.id,
                    "note": "We say so",
                }
            )

    def test_one_lets_nobody_see_whom_one_does_not_see(self):
        taker = self.env["cocare.consent"].with_user(self.readers[self.firm_b])
        with self.assertRaises(AccessError):
            taker.create(
                {
                    "partner_id": self.customer.id,
                    "purpose_id": self.purposes["contact"].id,
                    "from_company_id": self.firm_b.id,
                    "to_company_id": self.firm_b.id,
                    "note": "We say so",
                }
            )

    def test_one_live_consent_of_a_kind(self):
        self._consent("delivery", self.firm_a, self.firm_b)
        with (
            mute_logger("odoo.sql_db"),
            self.assertRaises(UniqueViolation),
            self.cr.savepoint(),
        ):
            self._consent("delivery", self.firm_a, self.firm_b)

    def test_a_text_somebody_read_is_frozen(self):
        consent = self._consent("delivery", self.firm_a, self.firm_b)
        with self.assertRaisesRegex(UserError, "new version"):
            consent.text_id.body = "Anything goes"
        newer = consent.text_id.copy({"valid_from": "2025-07-01"})
        newer.body = "Clearer words"
        self.assertEqual(
            self.env["cocare.consent.text"]._current(
                self.network, self.purposes["delivery"]
            ),
            newer,
        )

    def test_a_purpose_somebody_consented_to_is_frozen(self):
        self._consent("newsletter", self.firm_a, self.firm_b)
        with self.assertRaisesRegex(UserError, "does not change"):
            self.purposes["newsletter"].owner_needs_consent = False

    # Who saw

    def _disclosures(self, firm=None):
        return (
            self.env["cocare.disclosure"]
            .with_user(self.readers[firm] if firm else self.env.user)
            .search([("partner_id", "=", self.customer.id)])
        )

    def test_reading_is_noted_once_a_day(self):
        self._consent("delivery", self.firm_a, self.firm_b)
        reader = self.readers[self.firm_b]
        reader.group_ids |= self.env.ref("base.group_allow_export")
        seen = self.customer.with_user(reader)
        seen.read(["name"])
        seen.web_read({"name": {}})
        self.assertEqual(len(self._disclosures()), 1)
        self.assertEqual(self._disclosures().user_id, self.readers[self.firm_b])
        seen.export_data(["name"])
        self.assertEqual(sorted(self._disclosures().mapped("kind")), ["export", "read"])
        self.assertEqual(len(self._disclosures(self.firm_a)), 2)
        self.assertFalse(self._disclosures(self.firm_b))
        self.assertFalse(self._disclosures(self.firm_c))

    def test_groups_that_tell_who_it_is_are_noted(self):
        """What a list grouped by e-mail shows is what a list shows."""
        self._consent("delivery", self.firm_a, self.firm_b)
        partners = self.env["res.partner"].with_user(self.readers[self.firm_b])
        camille = [("id", "=", self.customer.id)]
        for what, groups in {
            "by e-mail": lambda: partners.formatted_read_group(
                camille, ["email"], ["__count"]
            ),
            "a list": lambda: partners.web_read_group(camille, ["email"], []),
            "a pivot": lambda: partners.formatted_read_grouping_sets(
                camille, [[], ["country_id", "email"]], ["__count"]
            ),
            "names in groups": lambda: partners.formatted_read_group(
                camille, ["country_id"], ["name:array_agg"]
            ),
        }.items():
            with self.subTest(what), self.cr.savepoint() as savepoint:
                self.assertIn("amille", str(groups()))
                self.assertEqual(self._disclosures().kind, "read")
                savepoint.rollback()
                self.env.invalidate_all()

    def test_groups_are_read_as_they_were(self):
        """The contacts that are asked for besides do not come out."""
        self._consent("delivery", self.firm_a, self.firm_b)
        partners = self.env["res.partner"].with_user(self.readers[self.firm_b])
        rows = partners._read_group(
            [("id", "=", self.customer.id)], ["email"], ["__count"]
        )
        self.assertEqual(rows, [("camille@example.org", 1)])
        self.assertEqual(
            partners._read_grouping_sets(
                [("id", "=", self.customer.id)], [["email"], []], ["__count"]
            ),
            [rows, [(1,)]],
        )

    def test_groups_that_tell_of_nobody_are_not_noted(self):
        self._consent("delivery", self.firm_a, self.firm_b)
        other = self.env["res.partner"].create(
            {"name": "Aline", "email": "aline@example", "company_id": self.firm_b.id}
        )
        partners = self.env["res.partner"].with_user(self.readers[self.firm_b])
        both = [("id", "in", (self.customer | other).ids)]
        partners.formatted_read_group(both, ["country_id"], ["__count"])
        partners.formatted_read_group(both, ["create_date:month"], ["__count"])
        self.assertFalse(self._disclosures())
        # one page of groups, which the customer is not on
        partners.formatted_read_group(both, ["email"], ["__count"], limit=1)
        self.assertFalse(self._disclosures())

    def test_the_owner_discloses_nothing_to_itself(self):
        self._consent("delivery", self.firm_a, self.firm_b)
        self.customer.with_user(self.readers[self.firm_a]).read(["name"])
        self.assertFalse(self._disclosures())

    def test_what_was_disclosed_stays_written(self):
        self._consent("delivery", self.firm_a, self.firm_b)
        self.customer.with_user(self.readers[self.firm_b]).read(["name"])
        with self.assertRaisesRegex(UserError, "stays written"):
            self._disclosures().kind = "export"

    # Its end

    def test_what_a_firm_wrote_keeps_the_name(self):
        consent = self._consent("delivery", self.firm_a, self.firm_b)
        note = self.env["ir.attachment"].create({"name": "Delivery note"})
        message = self.firm_b.partner_id.message_post(
            body="Delivered", author_id=self.customer.id, attachment_ids=note.ids
        )
        consent._withdraw("Enough")
        self.assertEqual(message.sudo().author_id.name, "Camille")
        self.assertFalse(self._sees(self.firm_b))


@tagged("post_install", "-at_install")
class TestConsentPages(ConsentCommon, HttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.person = cls._new_user("camille", "base.group_portal", cls.firm_a)
        cls.customer = cls.person.partner_id
        cls.customer.write({"company_id": cls.firm_a.id, "name": "=Camille"})

    def _as(self, user):
        self.authenticate(user.login, user.login)
        self.opener.cookies["frontend_lang"] = "en_US"

    def _post(self, path):
        page = self.url_open("/my/consents")
        token = page.text.partition('name="csrf_token"')[2].split('"')[1]
        return self.url_open(path, data={"csrf_token": token})

    def test_the_person_sees_and_withdraws(self):
        consent = self._consent("delivery", self.firm_a, self.firm_b)
        self._as(self.person)
        page = self.url_open("/my/consents")
        self.assertIn("Delivery: Firm A → Firm B", page.text)
        self._post(f"/my/consents/{consent.id}/withdraw")
        self.assertFalse(consent.live)
        self.assertEqual(consent.withdrawn_by_id, self.person)
        self.assertFalse(self._sees(self.firm_b))

    def test_nobody_withdraws_for_another(self):
        self._consent("newsletter", self.firm_a, self.firm_c)
        other = self.env["res.partner"].create(
            {"name": "Other", "company_id": self.firm_a.id}
        )
        consent = self._consent(
            "delivery", self.firm_a, self.firm_b, partner_id=other.id
        )
        self._as(self.person)
        self.assertEqual(
            self._post(f"/my/consents/{consent.id}/withdraw").status_code, 404
        )
        self.assertTrue(consent.live)

    def _archive(self, path):
        answer = self.url_open(path)
        self.assertEqual(answer.status_code, 200)
        self.assertEqual(answer.headers["Content-Type"], "application/zip")
        return zipfile.ZipFile(io.BytesIO(answer.content))

    def test_the_person_takes_their_data_along(self):
        self._consent("delivery", self.firm_a, self.firm_b)
        self.customer.with_user(self.readers[self.firm_b]).read(["name"])
        self._as(self.person)
        archive = self._archive("/my/consents/data")
        data = json.loads(archive.read("data.json"))
        self.assertEqual(data["contact"][0]["Name"], "=Camille")
        self.assertEqual(data["consents"][0]["To"], "Firm B")
        self.assertEqual(data["disclosures"][0]["Seen by"], "Firm B")
        # A name that is a formula stays a text in a spreadsheet.
        self.assertIn("'=Camille", archive.read("contact.csv").decode("utf-8-sig"))

    def test_the_firm_of_the_contact_exports_and_no_other(self):
        self._consent("delivery", self.firm_a, self.firm_b)
        path = f"/cocare/person/{self.customer.id}/data"
        self._as(self.readers[self.firm_a])
        self.assertIn("consents.csv", self._archive(path).namelist())
        self._as(self.readers[self.firm_b])
        with mute_logger("odoo.http"):
            self.assertEqual(self.url_open(path).status_code, 403)
        self._as(self.readers[self.firm_c])
        self.assertEqual(self.url_open(path).status_code, 404)
        self._as(self.person)
        self.assertEqual(self.url_open(path).status_code, 404)
