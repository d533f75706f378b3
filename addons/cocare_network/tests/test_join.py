import itertools
import logging
import re
import time
from datetime import timedelta
from unittest.mock import patch

from odoo import fields
from odoo.tests import HttpCase, tagged
from odoo.tools import html_escape, mute_logger

from .. import join_form
from .join_common import JoinCommon

_figure = logging.getLogger("cocare.figure")

PER_ADDRESS = "odoo.addons.cocare_network.controllers.join.PER_ADDRESS"
SCRIPT = "<script>alert(1)</script>"
EFFECTS = (
    "cocare.join.request",
    "crm.lead",
    "cocare.membership",
    "cocare.consent",
    "res.partner",
    "res.users",
    "res.company",
    "mail.mail",
)


@tagged("post_install", "-at_install")
class TestJoin(JoinCommon, HttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.secret = cls.env["ir.config_parameter"].sudo().get_param("database.secret")

    def setUp(self):
        super().setUp()
        self.authenticate(None, None)
        page = self.url_open("/join/join")
        self.assertEqual(page.status_code, 200)
        self.token = re.search(r'name="csrf_token"\s+value="([^"]+)"', page.text)[1]
        self.text = re.search(r'name="text"\s+value="(\d+)"', page.text)[1]

    def _values(self, **values):
        return {
            "csrf_token": self.token,
            "shown": join_form.stamp(self.secret, int(time.time()) - 60),
            "name": "Léo",
            "email": "leo@example.org",
            "organisation": "Le Fournil",
            "message": "We bake.",
            "consent": "yes",
            "text": self.text,
            **values,
        }

    def _send(self, intent="join", **values):
        return self.url_open(f"/join/{intent}", data=self._values(**values))

    def _link(self):
        return self._mailed_link("leo@example.org", "/join/confirm/")

    def _confirm(self, link):
        return self.url_open(link, data={"csrf_token": self.token})

    def test_pages_are_open_to_anybody(self):
        self.assertIn("/join/project", self.url_open("/join").text)
        for intent in join_form.INTENTS:
            page = self.url_open(f"/join/{intent}")
            self.assertEqual(page.status_code, 200, intent)
            self.assertIn('name="email"', page.text)
        self.assertEqual(self.url_open("/join/other").status_code, 404)
        self.assertIn("/join", self.url_open("/web/login").text)

    def test_nothing_reaches_us_before_the_owner_of_the_e_mail_confirms(self):
        self.assertIn("One more step", self._send().text)
        request = self._requests()
        self.assertEqual(request.state, "waiting")
        self.assertFalse(self._leads())
        link = self._link()
        self.assertNotIn(link.rpartition("/")[2], request.token_digest)
        # Looking at the link is no confirmation: programs open links too.
        self.assertIn("Is this message yours?", self.url_open(link).text)
        self.assertEqual(request.state, "waiting")
        self.assertIn("has arrived", self._confirm(link).text)
        lead = self._leads()
        self.assertEqual(lead, request.lead_id)
        self.assertEqual(lead.cocare_intent, "join")
        self.assertEqual(lead.cocare_message, "We bake.")
        self.assertEqual(lead.company_id, self.operator)
        self.assertEqual(lead.partner_id.company_id, self.operator)
        consent = self.env["cocare.consent"].search(
            [("partner_id", "=", lead.partner_id.id)]
        )
        self.assertEqual(consent.purpose_id.code, "contact")
        self.assertEqual(consent.text_id, request.text_id)
        self.assertEqual(consent.to_company_id, self.operator)
        self.assertEqual(consent.channel, "form")

    def test_a_second_click_changes_nothing(self):
        self._send()
        link = self._link()
        self._confirm(link)
        self.assertIn("has arrived", self._confirm(link).text)
        self.assertEqual(len(self._leads()), 1)

    def test_a_link_ends(self):
        self._send()
        link = self._link()
        self._requests().expires_at = fields.Datetime.now() - timedelta(hours=1)
        for answer in (self.url_open(link), self._confirm(link)):
            self.assertEqual(answer.status_code, 200)
            self.assertNotIn("has arrived", answer.text)
        self.assertFalse(self._leads())
        self.assertNotIn("has arrived", self._confirm("/join/confirm/guess").text)

    def test_a_known_e_mail_gets_the_same_answer_and_is_not_overwritten(self):
        unknown = self._send().text
        known = self.env["res.partner"].create(
            {
                "name": "Known",
                "email": "leo@example.org",
                "company_id": self.operator.id,
            }
        )
        again = self._send(name="Somebody else").text
        strip = re.compile(r'csrf_token: "[^"]*"|value="[^"]*"')
        self.assertEqual(strip.sub("", unknown), strip.sub("", again))
        self._confirm(self._link())
        self.assertEqual(self._leads().partner_id, known)
        self.assertEqual(known.name, "Known")

    def test_mistakes_are_said_beside_the_fields(self):
        page = self._send(email="nobody", name="", message="Kept " + SCRIPT)
        self.assertIn('id="join_email_problem"', page.text)
        self.assertIn('id="join_name_problem"', page.text)
        self.assertIn("Kept " + html_escape(SCRIPT), page.text)
        self.assertNotIn(SCRIPT, page.text)
        self.assertFalse(self._requests())

    def test_one_consents_to_what_one_read(self):
        """With several networks the text of the one that is chosen counts."""
        other = self.env["res.company"].create({"name": "Other operator"})
        network = self.env["cocare.network"].create(
            {
                "name": "Other network",
                "operator_id": other.id,
                "open_to_applications": True,
            }
        )
        chosen = {"network": str(network.id)}
        shown = self._send(**chosen).text
        self.assertIn('id="join_consent_problem"', shown)
        self.assertIn("Other operator may keep", shown)
        self.assertIn(f'value="{network._contact_text().id}"', shown)
        answer = self._send(**chosen, text=str(network._contact_text().id))
        self.assertIn("One more step", answer.text)
        request = self.env["cocare.join.request"].search(
            [("network_id", "=", network.id)]
        )
        self.assertEqual(request.text_id, network._contact_text())

    def test_a_consent_is_given_not_taken(self):
        self.assertIn('id="join_consent_problem"', self._send(consent="").text)
        self.assertFalse(self._requests())

    def test_an_e_mail_asks_three_times_a_day(self):
        answers = [self._send().text for _time in range(4)]
        self.assertEqual(len(self._requests()), 3)
        self.assertIn("One more step", answers[-1])

    def test_an_address_sends_ten_an_hour(self):
        codes = [
            self._send(email=f"leo{number}@example.org").status_code
            for number in range(11)
        ]
        self.assertEqual(codes, [200] * 10 + [429])
        self.assertEqual(len(self._requests()), 10)
        self.assertNotIn(
            "127.0.0.1", str(self.env["cocare.throttle"].search([]).mapped("bucket"))
        )

    def test_requests_nobody_confirmed_are_forgotten(self):
        self._send()
        request = self._requests()
        later = fields.Datetime.now() + timedelta(days=31)
        self.env["cocare.join.request"]._cron_forget()
        self.assertTrue(request.exists())
        with patch.object(fields.Datetime, "now", lambda *args: later):
            self.env["cocare.join.request"]._cron_forget()
        self.assertFalse(request.exists())

    def test_a_closed_network_takes_nothing(self):
        self.network.open_to_applications = False
        self.assertIn("No network takes applications", self.url_open("/join/join").text)
        self.assertFalse(self._requests())
        self._send(network=str(self.network.id))
        self.assertFalse(self._requests())

    def test_what_was_sent_stays_a_text_for_who_reads_it(self):
        self._send(name="Léo " + SCRIPT, message=SCRIPT, organisation=SCRIPT)
        mail = self.env["mail.mail"].search([("email_to", "=", "leo@example.org")])
        self.assertNotIn("<script", mail.body_html)
        self.assertIn("has arrived", self._confirm(self._link()).text)
        lead = self._leads()
        self.assertEqual(lead.cocare_message, SCRIPT)
        self.assertFalse(lead.description)
        file = lead._make_application()
        self.assertEqual(file.presentation, SCRIPT)
        for message in lead.message_ids | file.message_ids:
            self.assertNotIn("<script", message.body)

    # What robots and worse send: nothing is made, or a request and nothing else

    def _refused(self):
        long = {field: "a" * (size + 1) for field, size in join_form.LENGTHS.items()}
        now = int(time.time())
        stamps = (
            "",
            "1",
            "x.y",
            "é.é",
            str(now - 60),
            join_form.stamp("guess", now - 60),
            join_form.stamp(self.secret, now),
            join_form.stamp(self.secret, now + 600),
            join_form.stamp(self.secret, now - 90000),
        )
        mails = (
            "a",
            "a@b",
            "@b.fr",
            "a@b.fr,c@d.fr",
            "a@b.fr;c@d.fr",
            "a@b.fr\r\nBcc: c@d.fr",
            "Léo <a@b.fr>",
            "a b@c.fr",
            "a@-",
            SCRIPT,
            "a@b.fr'--",
        )
        phones = ("abcdefg", "1", "javascript:1", SCRIPT, "0" * 40)
        return (
            [{field: value} for field, value in long.items()]
            + [{"shown": value} for value in stamps]
            + [{"email": value} for value in mails]
            + [{"phone": value} for value in phones]
            + [
                {field: value}
                for field in ("name", "email", "message", "organisation")
                for value in ("", " ", "\t\r\n", "\u200b", "\x00\x01")
            ]
            + [{"helper": "admin"}, {"offer": "1"}]
            + [{"website": value} for value in ("http://spam.example", "x", SCRIPT)]
            + [{"consent": value} for value in ("", "no", "1", "true")]
            + [{"text": value} for value in ("", "0", "x")]
        )

    def _injected(self):
        names = (
            "id",
            "company_id",
            "company_ids",
            "user_id",
            "partner_id",
            "team_id",
            "stage_id",
            "state",
            "lead_id",
            "text_id",
            "network_id",
            "token_digest",
            "expires_at",
            "confirmed_at",
            "create_uid",
            "groups_id",
            "group_ids",
            "cocare_membership_id",
            "cocare_kind",
            "sudo",
            "context",
        )
        values = ("1", "confirmed", SCRIPT)
        return [dict([pair]) for pair in itertools.product(names, values)]

    def _counts(self):
        counts = {model: self.env[model].search_count([]) for model in EFFECTS}
        counts["res.users"] = (
            self.env["res.users"].with_context(active_test=False).search_count([])
        )
        return counts

    @mute_logger("odoo.http")
    def test_payloads(self):
        before = self._counts()
        with patch(PER_ADDRESS, 10_000):
            for values in self._refused():
                self.assertEqual(self._send(**values).status_code, 200, values)
            for token in ("", "x", self.token[::-1], self.token[:-1]):
                self.assertEqual(self._send(csrf_token=token).status_code, 400)
            self.assertEqual(self._counts(), before)
            for number, values in enumerate(self._injected()):
                answer = self._send(email=f"bot{number}@example.org", **values)
                self.assertIn("One more step", answer.text, values)
        injected = self._requests()
        self.assertEqual(len(injected), len(self._injected()))
        self.assertEqual(set(injected.mapped("state")), {"waiting"})
        self.assertEqual(set(injected.mapped("intent")), {"join"})
        self.assertEqual(injected.network_id, self.network)
        self.assertFalse(injected.lead_id)
        after = self._counts()
        effects = sum(
            after[model] - before[model]
            for model in EFFECTS
            if model not in ("cocare.join.request", "mail.mail")
        )
        self.assertEqual(effects, 0)
        payloads = len(self._refused()) + 4 + len(injected)
        self.assertGreaterEqual(payloads, 100)
        _figure.info("%s=%s", "join.payloads", payloads)
        _figure.info("%s=%s", "join.effects", effects)
