from odoo.exceptions import AccessError
from odoo.tests import tagged

from odoo.addons.cocare_network.tests.common import CocareCommon


@tagged("post_install", "-at_install")
class TestWizards(CocareCommon):
    """A form that is open is of who opened it, Odoo's own forms too."""

    def test_of_who_opened_it(self):
        mine, colleague = (
            self._new_user(login, "base.group_system", self.firm_a)
            for login in ("mine", "colleague")
        )
        form = (
            self.env["base_import.import"]
            .with_user(mine)
            .create({"res_model": "res.partner", "file": b"CANARY"})
        )
        self.assertEqual(form.search([]), form)
        self.assertEqual(form.read(["file"])[0]["file"], b"CANARY")
        theirs = form.with_user(colleague)
        self.assertFalse(theirs.search([]))
        self.assertFalse(theirs.search_count([]))
        with self.assertRaises(AccessError):
            theirs.read(["file"])
        with self.assertRaises(AccessError):
            theirs.write({"file": b"other"})
        with self.assertRaises(AccessError):
            theirs.unlink()

    def test_superuser_reads_every_form(self):
        mine = self._new_user("mine", "base.group_system", self.firm_a)
        form = self.env["base_import.import"].with_user(mine).create({})
        self.assertTrue(form.sudo().read(["file"]))
