import itertools
import time
from functools import partial
from types import SimpleNamespace
from unittest.mock import patch

from odoo.tests import HttpCase, tagged

from ..controllers import join
from .join_common import JoinCommon

SIRET = "05720093300042"
EMAIL = "lea@zorn.example"


def a_minute_between_pages():
    """Patch the clock of the form: who fills it in takes their time, the test none."""
    minutes = itertools.count(int(time.time()), 60)
    return patch.object(join, "time", SimpleNamespace(time=partial(next, minutes)))


@tagged("post_install", "-at_install")
class TestTours(JoinCommon, HttpCase):
    """A firm comes in, clicked through by everybody who has a hand in it."""

    def test_from_the_join_form_to_the_first_login(self):
        with a_minute_between_pages():
            self._visit("/join", "cocare_join")
        self.assertFalse(self._leads(), "the owner of the e-mail did not confirm yet")
        self._visit(self._mailed_link(EMAIL, "/join/confirm/"), "cocare_join_confirm")
        self._work(self.facilitator, "cocare_lead_to_proposal")
        self._work(self.recorder, "cocare_decide_trial")
        self._work(self.facilitator, "cocare_bring_in")
        file = self._leads().cocare_membership_id
        self.assertEqual(file.worker_ids.portal_state, "invited")
        self._visit(self._mailed_link(EMAIL, "/web/signup"), "cocare_first_login")
        self._check_origin(file)
        self._check_firm(file)
        self._check_moves(file)

    def _visit(self, link, tour):
        """Somebody who is not logged in opens a link."""
        self.authenticate(None, None)
        self.start_tour(link, tour, login=None)

    def _work(self, user, tour):
        """Somebody of the shared office logs in, and starts from the menu."""
        self.start_tour("/odoo", tour, login=user.login, timeout=120)

    def _check_origin(self, file):
        """The file leads back to what was sent, and to what was consented to."""
        sent = self._requests()
        self.assertEqual((sent.state, sent.email), ("confirmed", EMAIL))
        self.assertEqual(file.lead_id, sent.lead_id)
        self.assertEqual(file.presentation, sent.message)
        consent = self.env["cocare.consent"].search(
            [("partner_id", "=", sent.lead_id.partner_id.id)]
        )
        self.assertEqual(consent.text_id, sent.text_id)

    def _check_firm(self, file):
        """The firm is there with its right number, and its person looks at it."""
        firm, person = file.company_id, file.worker_ids.user_id
        self.assertEqual(firm.cocare_network_id, self.network)
        self.assertEqual(firm.company_registry, SIRET)
        self.assertEqual(file.company_registry, SIRET)
        self.assertEqual((firm.email, firm.city), (EMAIL, "Brumath"))
        self.assertEqual(person.company_ids, firm)
        self.assertTrue(person.login_date)
        self.assertEqual(file.worker_ids.portal_state, "open")

    def _check_moves(self, file):
        """Each step says who made it and why; the trial, who decided it."""
        moves = file.move_ids.sorted("id")
        office, recorder = self.facilitator, self.recorder
        self.assertEqual(
            [(move.to_stage, move.user_id, move.reason) for move in moves],
            [
                ("contact", office, "New file"),
                ("application", office, "From the lead “Zorn Brewery”"),
                ("review", office, "They want what we do"),
                ("trial", recorder, "Their deliveries go where ours do"),
            ],
        )
        decision = moves[-1].change_id
        self.assertEqual(decision.proposed_by_id, office)
        self.assertEqual(decision.decided_by_id, recorder)
        self.assertEqual(
            decision.decision_ref, "General meeting of 12 June, resolution 3"
        )
        done = file.task_ids.filtered("done_on")
        self.assertEqual(done.done_by_id, office)
        self.assertEqual(
            sorted(done.evidence_ids.mapped("name")), ["accounts.pdf", "statutes.pdf"]
        )
