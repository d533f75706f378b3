import logging
from datetime import date

from odoo.exceptions import UserError
from odoo.tests import HttpCase, freeze_time, tagged

from .common import CocareBooksCommon

_figure = logging.getLogger("cocare.figure")

SHARE_MODELS = (
    "cocare.allocation.share",
    "cocare.firm.month",
    "cocare.recharge",
)
OPERATOR_MODELS = (
    "cocare.allocation.run",
    "cocare.allocation.run.line",
    "cocare.cost.pool",
)


@freeze_time("2025-12-15")
@tagged("post_install", "-at_install")
class TestBooksSecurity(CocareBooksCommon, HttpCase):
    """Shares, recharges and figures of a firm stay with it and the operator."""

    # Recognisable amounts: if they come out at another firm, they leaked.
    COACHING = {0: 7, 1: 11, 2: 13}

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._costs(date(2025, 7, 15), coaches=73541.17, rent=1000)
        for rank, hours in cls.COACHING.items():
            cls._read(cls.firms[rank], date(2025, 7, 3), hours)
            cls._entry(
                cls.firms[rank],
                date(2025, 7, 4),
                ("512", 1111.11 * (rank + 1)),
                ("706", -1111.11 * (rank + 1)),
            )
        cls.july_run = cls.env["cocare.allocation.run"].create(
            {"network_id": cls.network.id, "date_from": date(2025, 7, 1)}
        )
        cls.july_run.action_compute()
        cls.july_run.action_post()
        cls.env.flush_all()

    def _refused_or_empty(self, call):
        try:
            return not call()
        except UserError:
            return True

    def test_firms_do_not_see_each_other(self):
        tried = 0
        for users in (self.members, self.readers):
            for firm, user in users.items():
                for other in self.firms - firm:
                    for model in SHARE_MODELS:
                        ids = (
                            self.env[model].search([("company_id", "=", other.id)]).ids
                        )
                        self.assertTrue(ids, model)
                        Model = self.env[model].with_user(user)
                        for call in (
                            lambda m=Model, i=ids: m.search([("id", "in", i)]),
                            lambda m=Model, i=ids: m.browse(i).read(),
                            lambda m=Model, i=ids: m.formatted_read_group(
                                [("id", "in", i)], ["company_id"], ["__count"]
                            ),
                            lambda m=Model, i=ids: m.browse(i).write({"state": "x"}),
                            lambda m=Model, i=ids: m.browse(i).unlink(),
                        ):
                            tried += 1
                            self.assertTrue(self._refused_or_empty(call), (user, model))
        _figure.info("%s=%s", "books.leak_probes", tried)

    def test_operators_books_stay_with_the_operator(self):
        for users in (self.members, self.readers):
            for user in users.values():
                for model in OPERATOR_MODELS:
                    search = self.env[model].with_user(user).search
                    self.assertTrue(self._refused_or_empty(lambda s=search: s([])))

    def test_member_of_the_operator_sees_no_share_of_a_firm(self):
        member = self._new_user(
            "operator_member", "cocare_network.group_worker_member", self.operator
        )
        shares = self.env["cocare.allocation.share"].with_user(member).search([])
        self.assertFalse(shares)

    def test_accountant_sees_what_is_ticked(self):
        shares = (
            self.env["cocare.allocation.share"]
            .with_user(self.accountant)
            .with_context(allowed_company_ids=self.firm_a.ids)
            .search([])
        )
        self.assertEqual(shares.company_id, self.firm_a)

    def test_reader_cannot_close_a_month(self):
        user = self._new_user(
            "office", "cocare_network.group_network_reader", self.operator
        )
        run = self.july_run.with_user(user)
        self.assertTrue(run.has_access("read"))
        for action in (run.action_compute, run.action_post, run.action_credit):
            with self.assertRaises(UserError):
                action()

    def test_portal_page_shows_the_firm_and_explains_its_cost(self):
        member = self.members[self.firm_a]
        self.authenticate(member.login, member.login)
        self.opener.cookies["frontend_lang"] = "en_US"
        page = self.url_open("/my/firm?month=2025-07").text
        for text in ("Coaching", "1,111.11", "7 of 31"):
            self.assertIn(text, page)
        shares = self.july_run.share_ids
        for share in shares.filtered(lambda s: s.company_id != self.firm_a):
            if share.invoiced:
                self.assertNotIn(f"{share.invoiced:,.2f}", page)
        self.assertNotIn("2,222.22", page)
        page = self.url_open("/my/firm?month=2025-08").text
        self.assertIn("not closed yet", page)
