import logging
from datetime import date

from psycopg2 import IntegrityError

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command
from odoo.tests import freeze_time, tagged
from odoo.tools import mute_logger

from ..allocation import to_cents
from .common import CocareBooksCommon

_figure = logging.getLogger("cocare.figure")
ADDON = "cocare_mutual_accounting"


class ObligationCommon(CocareBooksCommon):
    """Firms in Sélestat that are kept since July 2025; two accountants keep them."""

    @classmethod
    def setUpServices(cls):
        # nothing is shared here
        return

    @classmethod
    def setUpCompanies(cls):  # pylint: disable=missing-return
        super().setUpCompanies()
        cls.firms.write({"zip": "67600", "cocare_legal_form": "sarl"})
        for firm, siret in zip(
            cls.firms,
            ("00220262000015", "00320263700017", "00420264400011"),
            strict=True,
        ):
            firm.company_registry = siret

    @classmethod
    def setUpUsers(cls):  # pylint: disable=missing-return
        super().setUpUsers()
        cls.colleague = cls._new_user(
            "colleague", f"{ADDON}.group_accountant", cls.operator | cls.firms
        )

    @classmethod
    def _regime(cls, name, firm=None, day="2026-01-01", **values):
        return cls.env["cocare.firm.regime"].create(
            {
                "company_id": (firm or cls.firm_a).id,
                "regime_id": cls.env.ref(f"{ADDON}.regime_{name}").id,
                "valid_from": day,
                "source": "Letter of the tax office",
                **values,
            }
        )

    @classmethod
    def _assignment(cls, firm=None, **values):
        return cls.env["cocare.firm.accountant"].create(
            {
                "company_id": (firm or cls.firm_a).id,
                "user_id": cls.accountant.id,
                "backup_id": cls.colleague.id,
                "valid_from": "2026-01-01",
                **values,
            }
        )

    def _obligations(self, code=None, firm=None, state=None):
        domain = [("company_id", "=", (firm or self.firm_a).id)]
        domain += [("code", "=", code)] if code else []
        domain += [("state", "=", state)] if state else []
        return self.env["cocare.obligation"].search(domain, order="due_date, id")

    def _dues(self, *args, **kwargs):
        return [
            str(day) for day in self._obligations(*args, **kwargs).mapped("due_date")
        ]

    def _rule(self, name):
        return self.env.ref(f"{ADDON}.rule_{name}")

    def _file(self, obligation):
        receipt = self.env["ir.attachment"].create(
            {"name": "Receipt.pdf", "raw": b"accepted by the tax office"}
        )
        obligation.evidence_ids = [Command.link(receipt.id)]
        obligation.action_file()
        return receipt


@freeze_time("2026-05-05")
@tagged("post_install", "-at_install")
class TestGeneration(ObligationCommon):
    """What a firm has to file follows from its regimes and the rules in force."""

    def test_monthly_returns(self):
        self._regime("ca3_month")
        self.assertEqual(
            self._dues("ca3")[:5],
            # 21 February and 21 March are Saturdays, 21 June is a Sunday
            ["2026-02-23", "2026-03-23", "2026-04-21", "2026-05-21", "2026-06-22"],
        )
        # nothing that is due in more than a year
        self.assertEqual(self._dues("ca3")[-1], "2027-04-21")
        first = self._obligations("ca3")[0]
        self.assertEqual(str(first.nominal_date), "2026-02-21")
        self.assertTrue(first.is_certain)
        self.assertIn("Ann. IV art. 39", first.due_text)
        self.assertIn("Saturday", first.due_text)
        self.assertEqual(first.display_name, "CA3, Firm A, January 2026")

    def test_quarterly_returns(self):
        self._regime("ca3_quarter")
        self.assertEqual(
            self._dues("ca3"),
            ["2026-04-21", "2026-07-21", "2026-10-21", "2027-01-21"] + ["2027-04-21"],
        )
        self.assertEqual(self._obligations("ca3")[0].period, "Q1 2026")
        # the limit changes in 2027: somebody has to look
        self.assertEqual(self._dues("check_quarter_2027"), ["2026-12-31"])

    def test_due_day_of_each_kind(self):
        regime = self._regime("ca3_month")
        for form, postcode, siret, day, certain in (
            ("sarl", "67600", "00220262000015", 21, True),
            ("scop_sarl", "75011", "00220262000015", 19, True),
            ("sas", "93100", "70220262000015", 20, True),
            ("sas", "92100", "80220262000015", 21, True),
            ("scic_sa", "67600", "00220262000015", 24, True),
            ("sa", "75011", "00220262000015", 23, True),
            ("association_alsace_moselle", "67600", False, 24, True),
            # A to H on the 16th, I to Z on the 19th, by a name that is not the firm's
            ("sole_trader", "67600", "00220262000015", 16, False),
            ("sarl", "75011", False, 19, False),
            ("sarl", False, "00220262000015", 19, False),
            (False, "67600", "00220262000015", 16, False),
        ):
            self.firm_a.write(
                {
                    "cocare_legal_form": form,
                    "zip": postcode,
                    "company_registry": siret,
                }
            )
            self.env["cocare.obligation"]._generate(self.firm_a)
            april = self._obligations("ca3")[3]
            self.assertEqual(
                (april.nominal_date.day, april.is_certain),
                (day, certain),
                (form, postcode),
            )
        regime.due_day = 19
        april = self._obligations("ca3")[3]
        self.assertEqual((april.nominal_date.day, april.is_certain), (19, True))
        self.assertIn("tax account", april.due_text)

    def test_holidays_of_alsace(self):
        for firm, postcode in ((self.firm_a, "67600"), (self.firm_b, "75011")):
            firm.zip = postcode
            self._regime("ca3_month", firm, "2025-11-01", due_day=26)
        self.assertEqual(self._dues("ca3")[0], "2025-12-29")
        self.assertEqual(self._dues("ca3", self.firm_b)[0], "2025-12-26")

    def test_good_friday_where_accountants_wrote_it(self):
        self._regime("ca3_month", due_day=3)
        self.assertIn("2026-04-03", self._dues("ca3"))
        self.env.ref(f"{ADDON}.holiday_good_friday").postcodes = "67600, 68000"
        self.env["cocare.obligation"]._generate(self.firm_a)
        # Easter Monday too
        self.assertIn("2026-04-07", self._dues("ca3"))

    def test_annual_return_until_it_ends(self):
        self._regime("ca12", day="2025-01-01")
        self.assertEqual(self._dues("ca12"), ["2026-05-05", "2027-05-04"])
        self.assertEqual(self._obligations("ca12").mapped("period"), ["2025", "2026"])
        self.assertEqual(
            self._dues("vat_instalment_july"), ["2025-07-21", "2026-07-21"]
        )
        self.assertEqual(
            self._dues("vat_instalment_december"), ["2025-12-22", "2026-12-21"]
        )
        # the regime is no more: somebody has to choose another one
        self.assertEqual(self._dues("ca12_end"), ["2026-12-31"])

    def test_annual_return_of_another_fiscal_year(self):
        self.firm_a.write({"fiscalyear_last_month": "6", "fiscalyear_last_day": 30})
        self._regime("ca12", day="2024-07-01")
        found = self._obligations("ca12")
        # ended by the law within a fiscal year, which leaves six months to declare
        self.assertEqual(
            [(str(o.date_from), str(o.date_to), str(o.due_date)) for o in found],
            [
                ("2025-07-01", "2026-06-30", "2026-09-30"),
                ("2026-07-01", "2026-12-31", "2027-03-31"),
            ],
        )
        self.assertEqual(found.mapped("form"), ["CA12E", "CA12E"])

    def test_farm(self):
        self._regime("vat_farm", day="2025-01-01")
        self.assertEqual(self._dues("ca12a"), ["2026-05-05", "2027-05-04"])
        instalments = self._obligations("vat_farm_instalment").filtered(
            lambda o: o.date_from.year == 2026
        )
        self.assertEqual(
            [str(day) for day in instalments.mapped("due_date")],
            ["2026-05-05", "2026-08-05", "2026-11-05", "2027-02-05"],
        )

    def test_employers(self):
        self._regime("employer", day="2026-07-01")
        self._regime("employer_50", self.firm_b, day="2026-07-01")
        # 15 August is a holiday and a Saturday, 15 November a Sunday
        self.assertEqual(
            self._dues("dsn")[:4],
            ["2026-08-17", "2026-09-15", "2026-10-15", "2026-11-16"],
        )
        self.assertEqual(
            self._dues("dsn", self.firm_b)[:2], ["2026-08-05", "2026-09-07"]
        )

    def test_fees(self):
        self._regime("fees", day="2025-06-01")
        self.assertEqual(self._dues("das2"), ["2026-05-05", "2027-05-04"])

    def test_a_new_regime_leaves_a_shorter_period(self):
        self._regime("ca12", day="2026-01-01")
        self._regime("ca3_month", day="2026-10-01")
        kept = self._obligations("ca12", state="todo")
        self.assertEqual(str(kept.date_to), "2026-09-30")
        self.assertEqual(self._dues("ca3")[0], "2026-11-23")
        self.assertFalse(self._obligations("vat_instalment_december", state="todo"))

    def test_corporate_tax_and_accounts(self):
        self._regime("corporate_tax")
        self._regime("accounts_company")
        for code, dues in (
            ("is_june", ["2026-06-15", "2027-06-15"][:1]),
            ("is_balance", []),
            ("approval", []),
        ):
            self.assertEqual(self._dues(code), dues, code)
        self.firm_a.write({"fiscalyear_last_month": "3", "fiscalyear_last_day": 31})
        self.env["cocare.obligation"]._generate(self.firm_a)
        # the fifteenth of the fourth month, three months, six months, seven months
        self.assertEqual(self._dues("is_balance", state="todo"), ["2026-07-15"])
        self.assertEqual(self._dues("is_return", state="todo"), ["2026-06-30"])
        self.assertEqual(self._dues("approval", state="todo"), ["2026-09-30"])
        self.assertEqual(self._dues("filing", state="todo"), ["2026-10-31"])

    def test_the_books_before_are_not_the_networks(self):
        self._regime("ca3_month", day="2020-01-01")
        self.assertEqual(self._dues("ca3")[0], "2025-08-21")

    def test_again_and_again(self):
        self._regime("ca3_month")
        before = self._obligations()
        new = self.env["cocare.obligation"]._generate(self.firm_a)
        self.assertFalse(new)
        self.assertEqual(self._obligations(), before)
        row = {
            name: before[0]._fields[name].convert_to_write(before[0][name], before[0])
            for name in ("company_id", "code", "date_from", "date_to", "rule_id")
            + ("form", "nominal_date", "due_date", "due_day_id", "is_certain")
        }
        self.assertFalse(self.env["cocare.obligation"]._insert([row]))
        with self.assertRaises(IntegrityError), mute_logger("odoo.sql_db"):
            with self.cr.savepoint():
                before[0].copy()

    def test_what_was_done_is_never_touched(self):
        self._regime("ca3_month")
        filed, begun, left = self._obligations("ca3")[:3]
        self._file(filed)
        begun.action_start()
        self._rule("ca3_month").months = 2
        self.env["cocare.obligation"]._generate(self.firm_a)
        self.assertEqual(str(filed.due_date), "2026-02-23")
        self.assertEqual(str(begun.due_date), "2026-03-23")
        self.assertEqual(str(left.due_date), "2026-05-21")

    def test_a_rule_that_another_one_replaces(self):
        self._regime("ca3_month")
        before = self._obligations("ca3")
        rule = self._rule("ca3_month")
        rule.valid_until = "2026-08-31"
        rule.copy({"valid_from": "2026-09-01", "valid_until": False, "months": 2})
        self.env["cocare.obligation"]._generate(self.firm_a)
        after = self._obligations("ca3", state="todo")
        # those of the later months are the same ones, dated anew
        self.assertLess(after, before)
        august, september = after.filtered(
            lambda o: str(o.date_from) in ("2026-08-01", "2026-09-01")
        )
        self.assertEqual(str(august.due_date), "2026-09-21")
        self.assertEqual(str(september.due_date), "2026-11-23")

    def test_what_no_regime_asks_for_is_not_due(self):
        regime = self._regime("ca3_month")
        begun = self._obligations("ca3")[0]
        begun.action_start()
        regime.regime_id = self.env.ref(f"{ADDON}.regime_ca3_quarter")
        monthly = self._obligations("ca3").filtered(lambda o: "Q" not in o.period)
        self.assertEqual(begun.state, "doing")
        self.assertEqual(set((monthly - begun).mapped("state")), {"not_due"})
        self.assertTrue(all((monthly - begun).mapped("not_due_reason")))
        regime.regime_id = self.env.ref(f"{ADDON}.regime_ca3_month")
        self.assertEqual(set((monthly - begun).mapped("state")), {"todo"})

    def test_one_regime_of_a_family(self):
        self._regime("ca3_month")
        with self.assertRaises(IntegrityError), mute_logger("odoo.sql_db"):
            with self.cr.savepoint():
                self._regime("ca12")

    def test_a_regime_rests_once_something_was_filed(self):
        regime = self._regime("ca3_month")
        self._file(self._obligations("ca3")[0])
        regime.source = "Letter of 12 January"
        with self.assertRaises(UserError):
            regime.valid_from = "2026-03-01"
        with self.assertRaises(UserError):
            regime.unlink()

    def test_a_parameter_has_its_source(self):
        with self.assertRaises(IntegrityError), mute_logger("odoo.sql_db"):
            with self.cr.savepoint():
                self._rule("ca3_month").copy({"source": False})
        with self.assertRaises(ValidationError):
            self.env.ref(f"{ADDON}.holiday_christmas").day = 32

    def test_the_job(self):
        self._regime("ca3_month")
        self._regime("ca3_month", self.firm_b)
        self._obligations("ca3")[-1].unlink()
        # the job commits between batches, which a test does not
        with self.enter_registry_test_mode():
            self.env.ref(f"{ADDON}.cron_generate_obligations").method_direct_trigger()
        self.assertEqual(self._dues("ca3"), self._dues("ca3", self.firm_b))

    def test_more_firms_take_no_more_queries(self):
        Obligation = self.env["cocare.obligation"]
        more = self.network._create_firms([{"name": f"Firm {n}"} for n in range(12)])
        more.write({"cocare_joined_on": "2025-07-01", "zip": "67600"})
        rows = [
            {
                "company_id": firm.id,
                "regime_id": self.env.ref(f"{ADDON}.regime_{name}").id,
                "valid_from": "2026-01-01",
                "source": "Test",
            }
            for firm in more
            for name in ("ca3_month", "corporate_tax")
        ]
        self.env["cocare.firm.regime"].create(rows)
        counts = {}
        for what, firms in (("few", more[:3]), ("many", more)):
            for turn in ("new", "again"):
                if turn == "new":
                    Obligation.search([("company_id", "in", firms.ids)]).unlink()
                self.env.flush_all()
                self.env.invalidate_all()
                start = self.cr.sql_log_count
                Obligation._generate(firms)
                self.env.flush_all()
                counts[what, turn] = self.cr.sql_log_count - start
        for turn in ("new", "again"):
            _figure.info("obligations.queries_%s=%s", turn, counts["many", turn])
            self.assertLessEqual(counts["many", turn], counts["few", turn] + 2)
        self.env.invalidate_all()
        start = self.cr.sql_log_count
        more.mapped("cocare_late_obligations")
        more.mapped("cocare_accountant_id")
        more.mapped("cocare_vat_regime_id")
        self.assertLess(self.cr.sql_log_count - start, 12)


@freeze_time("2026-05-05")
@tagged("post_install", "-at_install")
class TestSettled(ObligationCommon):
    """Filed with a receipt, paid, or not due with a reason; late until then."""

    @classmethod
    def setUpServices(cls):  # pylint: disable=missing-return
        super().setUpServices()
        cls._regime("ca3_month")
        cls._assignment()

    def setUp(self):
        super().setUp()
        self.env = self.env(
            user=self.accountant,
            context={**self.env.context, "allowed_company_ids": self.firms.ids},
        )

    def test_filed_with_its_receipt(self):
        january = self._obligations("ca3")[0]
        with self.assertRaises(UserError):
            january.action_file()
        receipt = self._file(january)
        self.assertEqual(january.state, "filed")
        self.assertEqual(january.filed_by_id, self.accountant)
        self.assertEqual(
            (receipt.res_model, receipt.res_id), (january._name, january.id)
        )
        january.action_pay()
        self.assertEqual(january.state, "paid")
        self.assertEqual(january.paid_on, date(2026, 5, 5))

    def test_what_was_filed_rests(self):
        january = self._obligations("ca3")[0]
        self._file(january)
        for values in (
            {"amount": 12},
            {"user_id": self.colleague.id},
            {"evidence_ids": [Command.clear()]},
        ):
            with self.assertRaises(UserError), self.cr.savepoint():
                january.write(values)
        january.note = "Accepted at once"
        with self.assertRaises(UserError):
            january.action_file()
        january.action_reopen()
        self.assertEqual((january.state, january.filed_on), ("doing", False))
        self.assertTrue(january.evidence_ids)

    def test_dates_and_states_are_not_typed_in(self):
        january = self._obligations("ca3")[0]
        for values in (
            {"state": "filed"},
            {"due_date": "2026-12-31"},
            {"filed_on": "2026-02-01"},
            {"company_id": self.firm_b.id},
            {"superseded": True},
        ):
            with self.assertRaises(UserError):
                january.write(values)
        with self.assertRaises(AccessError):
            january.unlink()
        with self.assertRaises(AccessError):
            january.copy()

    def test_not_due_for_a_reason(self):
        january = self._obligations("ca3")[0]
        with self.assertRaises(UserError):
            january.action_not_due()
        january.not_due_reason = "The firm was dormant"
        january.action_not_due()
        self.env["cocare.obligation"]._generate(self.firm_a)
        self.assertEqual(january.state, "not_due")

    def test_late_ones_first(self):
        january, february, march, april = self._obligations("ca3")[:4]
        self.assertEqual(january.days_late, 71)
        self.assertTrue(march.is_late)
        self.assertFalse(april.is_late)
        self._file(february)
        mine = self.env["cocare.obligation"].search([("code", "=", "ca3")])
        self.assertEqual(mine[:3], january + march + april)
        self.assertEqual(mine[-1], february)
        late = [("is_late", "=", True), ("code", "=", "ca3")]
        self.assertEqual(self.env["cocare.obligation"].search(late), january + march)
        self.assertNotIn(
            january, self.env["cocare.obligation"].search([("is_late", "=", False)])
        )
        # how late it was filed stays
        self.assertEqual((february.is_late, february.days_late), (False, 43))
        self.assertEqual(self.firm_a.with_env(self.env).cocare_late_obligations, 2)

    def test_readers_read(self):
        january = self._obligations("ca3")[0]
        mine = january.with_context(allowed_company_ids=self.firm_a.ids)
        reader = mine.with_user(self.readers[self.firm_a])
        self.assertEqual(reader.form, "CA3")
        for step in ("action_start", "action_file", "action_generate", "action_take"):
            with self.assertRaises(AccessError):
                getattr(reader, step)()
        theirs = january.with_context(allowed_company_ids=self.firm_b.ids)
        other = theirs.with_user(self.readers[self.firm_b])
        with self.assertRaises(AccessError):
            other.read(["form"])
        with self.assertRaises(AccessError):
            mine.with_user(self.members[self.firm_a]).read(["form"])

    def test_firms_that_leave(self):
        departure = self.env["cocare.departure"].new(
            {"company_id": self.firm_a.id, "last_day": "2026-04-30"}
        )
        (told,) = departure._obstacles_to_file()
        self.assertIn("3", told["name"])


@freeze_time("2026-05-05")
@tagged("post_install", "-at_install")
class TestAssigned(ObligationCommon):
    """Each firm has an accountant and a backup, from a day on."""

    def test_assigned_to_the_accountant_of_the_day(self):
        self._regime("ca3_month")
        self.assertFalse(self._obligations().user_id)
        self._assignment()
        self.assertEqual(self._obligations().user_id, self.accountant)
        self._assignment(
            valid_from="2026-09-01", user_id=self.colleague.id, backup_id=False
        )
        for obligation in self._obligations("ca3"):
            later = obligation.due_date >= date(2026, 9, 1)
            self.assertEqual(
                obligation.user_id, self.colleague if later else self.accountant
            )

    def test_the_backup_stands_in(self):
        self._regime("ca3_month")
        assignment = self._assignment()
        assignment.write({"away_from": "2026-05-15", "away_until": "2026-05-31"})
        may = self._obligations("ca3").filtered(lambda o: o.due_date.month == 5)
        self.assertEqual(may.user_id, self.colleague)
        self.assertEqual((self._obligations("ca3") - may).user_id, self.accountant)
        assignment.write({"away_from": False, "away_until": False})
        self.assertEqual(may.user_id, self.accountant)

    def test_given_by_hand(self):
        self._regime("ca3_month")
        assignment = self._assignment()
        first, second = self._obligations("ca3")[:2]
        first.action_hand_over()
        second.with_user(self.colleague).with_context(
            allowed_company_ids=self.firms.ids
        ).action_take()
        assignment.backup_id = False
        self.assertEqual((first + second).user_id, self.colleague)
        # nobody in particular: the accountant's again
        first.user_id = False
        self.env["cocare.obligation"]._generate(self.firm_a)
        self.assertEqual(first.user_id, self.accountant)
        with self.assertRaises(UserError):
            first.action_hand_over()

    def test_who_has_no_access_keeps_nothing(self):
        stranger = self._new_user("stranger", f"{ADDON}.group_accountant", self.firm_b)
        with self.assertRaises(ValidationError):
            self._assignment(user_id=stranger.id)
        assignment = self._assignment()
        self.assertEqual(
            assignment.accountant_ids & (self.accountant | self.colleague | stranger),
            self.accountant | self.colleague,
        )

    def test_done_stays_with_who_did_it(self):
        self._regime("ca3_month")
        assignment = self._assignment()
        first = self._obligations("ca3")[0]
        self._file(first)
        third = self._new_user("third", f"{ADDON}.group_accountant", self.firms)
        assignment.user_id = third
        self.assertEqual(first.user_id, self.accountant)


@freeze_time("2026-05-05")
@tagged("post_install", "-at_install")
class TestAmounts(ObligationCommon):
    """Read in the books where they say it, a part of a base, or typed in."""

    def _sale(self, day, vat, account="44571"):
        self._entry(
            self.firm_a, day, ("411", 5 * vat + vat), ("706", -5 * vat), (account, -vat)
        )

    def _purchase(self, day, vat, account="44566"):
        self._entry(
            self.firm_a, day, ("6132", 5 * vat), (account, vat), ("401", -6 * vat)
        )

    def _april(self):
        return self._obligations("ca3").filtered(
            lambda o: o.date_to == date(2026, 4, 30)
        )

    def test_vat_of_the_books(self):
        self._regime("ca3_month")
        april = self._april()
        self.assertEqual(april.amount_origin, "unknown")
        self._sale(date(2026, 4, 10), 200.30)
        self._sale(date(2026, 4, 30), 99.90)
        self._sale(date(2026, 5, 1), 1000)
        self._purchase(date(2026, 4, 12), 50.40)
        # on payment: not due before it is paid
        self._sale(date(2026, 4, 15), 500, "44574")
        self._purchase(date(2026, 4, 16), 70, "44564")
        # the credit of the months before, and the entry that settles this month
        self._entry(
            self.firm_a, date(2026, 3, 31), ("44567", 30), ("44571", -10), ("512", -20)
        )
        self._entry(
            self.firm_a,
            date(2026, 4, 30),
            ("44571", 300.20),
            ("44566", -50.40),
            ("44567", -30),
            ("44551", -220),
            ("658", 0.20),
        )
        # what the year opened with
        self._entry(self.firm_a, date(2026, 4, 1), ("101", 40), ("44571", -40))
        april.action_read_amounts()
        # 200.30 + 99.90 - 50.40 - 30.00 = 219.80
        self.assertEqual(to_cents(april.amount), 22000)
        self.assertEqual(april.amount_origin, "books")
        self.assertIn("300.20", april.books_text)
        self.assertIn("30.00", april.books_text)

    def test_service_paid_later(self):
        """Pitfall 3: 1 000 + 200 invoiced in January, 500.00 paid in March."""
        self._regime("ca3_month")
        invoice = (
            self.env["account.move"]
            .with_company(self.firm_a)
            .create(
                {
                    "move_type": "out_invoice",
                    "partner_id": self.firm_b.partner_id.id,
                    "invoice_date": "2026-01-15",
                    "invoice_line_ids": [
                        Command.create(
                            {
                                "name": "Service",
                                "price_unit": 1000,
                                "account_id": self._account("706", self.firm_a).id,
                                "tax_ids": [
                                    Command.set(
                                        self.firm_a.cocare_recharge_sale_tax_id.ids
                                    )
                                ],
                            }
                        )
                    ],
                }
            )
        )
        invoice.action_post()
        self._pay_by_bank(invoice, date(2026, 3, 10), share=500 / 1200)
        due = {}
        for obligation in self._obligations("ca3")[:4]:
            obligation.action_read_amounts()
            due[obligation.date_to.month] = (
                obligation.amount_origin,
                to_cents(obligation.amount),
            )
        self.assertNotEqual(due[1][0], "books")
        self.assertEqual(due[3], ("books", 8300))

    def test_a_credit_is_negative(self):
        self._regime("ca3_month")
        self._purchase(date(2026, 4, 12), 80)
        self._april().action_read_amounts()
        self.assertEqual(to_cents(self._april().amount), -8000)

    def test_what_is_typed_in_stays(self):
        self._regime("ca3_month")
        self._sale(date(2026, 4, 10), 200)
        april = self._april()
        april.amount = 123
        self.env["cocare.obligation"]._generate(self.firm_a)
        self.assertEqual((april.amount, april.amount_origin), (123, "typed"))
        april.action_read_amounts()
        self.assertEqual((april.amount, april.amount_origin), (200, "books"))

    def test_instalments_are_a_part_of_last_year(self):
        self._regime("ca12", day="2025-01-01")
        self._sale(date(2025, 9, 10), 9000)
        self._purchase(date(2025, 9, 12), 1000)
        self._purchase(date(2025, 9, 12), 500, "44562")
        self._entry(self.firm_a, date(2025, 12, 20), ("44581", 1200), ("512", -1200))
        self.env["cocare.obligation"]._generate(self.firm_a)
        annual = self._obligations("ca12")[0]
        # 9 000 - 1 000 - 500 less 1 200 paid; the base has no VAT on fixed assets off
        self.assertEqual((annual.amount, annual.base_amount), (6300, 8000))
        july = self._obligations("vat_instalment_july")[-1]
        december = self._obligations("vat_instalment_december")[-1]
        self.assertEqual((july.amount, july.amount_origin), (4400, "base"))
        self.assertEqual(december.amount, 3200)

    def test_instalments_of_a_farm_are_a_fifth_of_the_year_before(self):
        self._regime("vat_farm", day="2025-01-01")
        self._sale(date(2025, 9, 10), 9000)
        self._sale(date(2026, 2, 10), 500)
        self.env["cocare.obligation"]._generate(self.firm_a)
        instalments = self._obligations("vat_farm_instalment")
        of_2026 = instalments.filtered(lambda o: o.date_from.year == 2026)
        self.assertEqual(of_2026.mapped("amount"), [1800] * len(of_2026))
        self.assertEqual(of_2026[-1].period, "Q4 2026")
        # 2027 goes by the same base until that of 2026 is known, 2025 by none
        self.assertFalse(
            any(
                instalments.filtered(lambda o: o.date_from.year == 2025).mapped(
                    "amount"
                )
            )
        )

    def test_limits_of_the_regime(self):
        regime = self._regime("ca12", day="2025-01-01")
        self.assertFalse(regime.limit_text)
        for code, amount in (("707", 945000), ("706", 286000.01)):
            self._entry(
                self.firm_a, date(2025, 9, 10), ("411", amount), (code, -amount)
            )
        self._sale(date(2025, 10, 1), 20)
        regime.invalidate_recordset(["limit_text"])
        goods, services = regime.limit_text.splitlines()
        self.assertIn("within", goods)
        # 286 000.01 and the 100.00 of the sale
        self.assertIn("286,100.01", services)
        self.assertIn("ends with the year", services)
        self.env["cocare.obligation"]._generate(self.firm_a)
        regime.invalidate_recordset(["limit_text"])
        self.assertIn("VAT of the year in 2025", regime.limit_text)

    def test_no_instalment_below_the_minimum(self):
        self._regime("ca12")
        july = self._obligations("vat_instalment_july")
        december = self._obligations("vat_instalment_december")
        self.assertEqual(july.state, "todo")
        july.base_amount = 999.99
        self.assertEqual(july.state, "not_due")
        self.assertIn("1,000.00", july.not_due_reason)
        december.base_amount = 1000
        self.assertEqual((december.state, december.amount), ("todo", 400))
