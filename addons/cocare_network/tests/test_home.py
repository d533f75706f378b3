from odoo.tests import HttpCase, tagged

from .common import CocareCommon


@tagged("post_install", "-at_install")
class TestHome(CocareCommon, HttpCase):
    """Which companies are ticked when somebody opens Odoo."""

    def _cids(self, user, ticked=None):
        self.authenticate(user.login, user.login)
        if ticked:
            self.opener.cookies["cids"] = ticked
        return self.url_open("/odoo").cookies.get("cids")

    def test_shared_office_starts_with_all_its_firms(self):
        ids = [self.operator.id, *self.firms.ids]
        self.assertEqual(self._cids(self.facilitator), "-".join(map(str, ids)))

    def test_choice_is_kept(self):
        self.assertIsNone(self._cids(self.facilitator, str(self.firm_a.id)))

    def test_choice_of_somebody_else_is_not(self):
        reader = self.readers[self.firm_a]
        self.assertEqual(self._cids(reader, str(self.firm_b.id)), str(self.firm_a.id))

    def test_opening_a_firm_ticks_it(self):
        self.authenticate(self.facilitator.login, self.facilitator.login)
        self.opener.cookies["cids"] = str(self.operator.id)
        page = self.url_open(f"/cocare/firm/{self.firm_b.id}", allow_redirects=False)
        self.assertEqual(page.status_code, 303)
        ticked = page.cookies["cids"].split("-")
        self.assertEqual(set(ticked), {str(self.operator.id), str(self.firm_b.id)})

    def test_foreign_firm_is_not_opened(self):
        reader = self.readers[self.firm_a]
        self.authenticate(reader.login, reader.login)
        page = self.url_open(f"/cocare/firm/{self.firm_b.id}", allow_redirects=False)
        self.assertEqual(page.status_code, 404)
