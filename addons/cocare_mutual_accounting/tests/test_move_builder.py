import logging
import re
from datetime import date
from unittest.mock import patch

from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import freeze_time, tagged

from odoo.addons.account.models.sequence_mixin import SequenceMixin
from odoo.addons.cocare_network.tests.same_company import Company, foreign_keys

from ..allocation import to_cents
from .common import CocareBooksCommon

_figure = logging.getLogger("cocare.figure")


@freeze_time("2025-12-15")
@tagged("post_install", "-at_install")
class TestMoveBuilder(CocareBooksCommon):
    """Documents made complete are those that Odoo makes, to the last column."""

    DAY = date(2025, 11, 30)

    @classmethod
    def setUpServices(cls):  # pylint: disable=missing-return
        super().setUpServices()
        cls.plan = cls.env["account.analytic.plan"].create({"name": "Plan"})
        cls.analytic = cls.env["account.analytic.account"].create(
            {"name": "Project", "plan_id": cls.plan.id, "company_id": False}
        )
        cls.halves = cls.env["account.payment.term"].create(
            {
                "name": "Two thirds at once",
                "line_ids": [
                    Command.create(
                        {"value": "percent", "value_amount": 66.67, "nb_days": 0}
                    ),
                    Command.create(
                        {"value": "percent", "value_amount": 33.33, "nb_days": 45}
                    ),
                ],
            }
        )
        on_payment = cls.operator.cocare_recharge_sale_tax_id
        cls.exempt = cls.env["account.tax"].create(
            {
                "name": "261 B",
                "amount": 0,
                "type_tax_use": "sale",
                "company_id": cls.operator.id,
                "tax_group_id": on_payment.tax_group_id.id,
                "country_id": cls.operator.country_id.id,
            }
        )
        companies = cls.operator | cls.firms
        cls.env = cls.env(
            context={
                **cls.env.context,
                "allowed_company_ids": companies.ids,
                "mail_create_nolog": True,
            }
        )
        cls.builder = cls.env["cocare.move.builder"]

    def _tax(self, company, xmlid):
        chart = self.env["account.chart.template"].with_company(company)
        return chart.ref(xmlid)

    def _values(self, move_type, company, partner_company, *lines, **more):
        """Values of a document.

        :param lines: (price, account prefix, tax or empty, more values)
        """
        side = "sale" if move_type.startswith("out") else "purchase"
        return {
            "move_type": move_type,
            "company_id": company.id,
            "journal_id": company[f"cocare_recharge_{side}_journal_id"].id,
            "partner_id": partner_company.partner_id.id,
            "invoice_date": self.DAY,
            "date": self.DAY,
            "invoice_line_ids": [
                Command.create(
                    {
                        "name": f"Line {number}",
                        "quantity": 1,
                        "price_unit": price,
                        "account_id": self._account(code, company).id,
                        "tax_ids": [Command.set(tax.ids)],
                        **line_values,
                    }
                )
                for number, (price, code, tax, line_values) in enumerate(lines)
            ],
            **more,
        }

    def _sample(self):
        """Documents of every kind that is covered, in four books."""
        operator, a, b, c = self.operator, *self.firms
        on_payment = operator.cocare_recharge_sale_tax_id
        on_invoice = self._tax(operator, "tva_normale")
        none = self.env["account.tax"]
        b.partner_id.with_company(operator).property_payment_term_id = self.halves
        operator.partner_id.with_company(
            c
        ).property_supplier_payment_term_id = self.halves
        project = {"analytic_distribution": {str(self.analytic.id): 100}}
        odd = [
            (price, "706", on_payment, {}) for price in (33.33, 0.01, 0.02, 17.17, 1.49)
        ]
        bought = a.cocare_recharge_purchase_tax_id
        return [
            self._values("out_invoice", operator, a, (100, "706", on_payment, {})),
            self._values("out_invoice", operator, b, *odd),
            self._values("out_refund", operator, b, *odd, ref="Too much"),
            self._values(
                "out_invoice",
                operator,
                c,
                (12.35, "706", on_payment, {}),
                (99.99, "708", on_invoice, {}),
                (10, "706", none, {}),
                (-20.07, "706", on_payment, {}),
                narration="A word",
            ),
            self._values("out_invoice", operator, a, (50.05, "706", self.exempt, {})),
            self._values("out_invoice", operator, a, (71.43, "706", none, {})),
            self._values(
                "out_invoice",
                operator,
                b,
                (71.43, "706", on_invoice, project),
                (71.43, "706", on_payment, project),
                (0.01, "706", on_payment, {}),
            ),
            self._values(
                "in_invoice",
                a,
                operator,
                (33.33, "6228", bought, {}),
                (33.33, "6226", bought, {}),
                (-0.05, "6226", bought, {}),
                ref="FAC/1",
                payment_reference="FAC/1",
            ),
            self._values(
                "in_refund",
                a,
                operator,
                (33.34, "6228", bought, {}),
                ref="AV/1",
                payment_reference="AV/1",
            ),
            self._values(
                "in_invoice",
                b,
                operator,
                (120.07, "6228", none, project),
                ref="FAC/2",
            ),
            self._values(
                "in_invoice",
                c,
                operator,
                (19.99, "6228", c.cocare_recharge_purchase_tax_id, {}),
                (20, "6228", self._tax(c, "tva_acq_normale"), {"quantity": 3}),
                ref="FAC/3",
                payment_reference="RF 3",
            ),
        ]

    # Two ways

    def _plainly(self, vals_list):
        """Post documents by Odoo's own way."""
        return self.builder._leave_to_odoo(vals_list, "the test")

    def _fast(self, vals_list):
        """Post documents complete; fails when they are left to Odoo."""
        left = AssertionError("left to Odoo")
        with patch.object(type(self.builder), "_leave_to_odoo", side_effect=left):
            return self.builder._create_and_post(vals_list)

    def _told(self, make, then=None):
        """What a way leaves in the database; it is taken back.

        :param make: ``_plainly`` or ``_fast``
        :param then: what is done with the documents afterwards
        :return: ``{table: rows}`` with ids in words, many2many rows, partners' ranks
        """
        savepoint = self.env.cr.savepoint()
        cloner = self.env["cocare.firm.cloner"]
        before = cloner._last_ids()
        moves = make(self._sample())
        if then:
            then(moves)
        self.env.flush_all()
        rows = cloner._rows_since(before)
        # Odoo makes the taxes of all documents after the lines of all documents.
        lines = self.env["account.move.line"].browse(rows["account_move_line"])
        rows["account_move_line"] = lines.sorted(
            lambda line: (line.move_id.id, line.id)
        ).ids
        whole = Company(self.env, self.operator, rows)
        keys = foreign_keys(self.env.cr)
        told = {table: whole.told(table, keys) for table, ids in rows.items() if ids}
        self._put_ids_in_words(told, whole)
        told["links"] = sorted(whole.links(keys).items())
        told["ranks"] = [
            (partner.name, partner.customer_rank, partner.supplier_rank)
            for partner in (self.operator | self.firms).partner_id
        ]
        savepoint.close(rollback=True)
        self.env.invalidate_all(flush=False)
        self.env.cr.precommit.clear()
        return told

    def _put_ids_in_words(self, told, whole):
        """Where Odoo keeps them in a text, or in a hash."""
        for row in told["account_move"]:
            row["inalterable_hash"] = bool(row["inalterable_hash"])
        for row in told["account_move_line"]:
            if row["matching_number"]:
                part = row["matching_number"].startswith("P")
                table = f"account_{'partial' if part else 'full'}_reconcile"
                number = int(row["matching_number"].removeprefix("P"))
                row["matching_number"] = whole.reference(table, number)
        for row in told.get("mail_message", ()):
            row["body"] = re.sub(r"data-oe-id=\"\d+\"", "", row["body"] or "")
        for row in told.get("account_partial_reconcile", ()):
            row["draft_caba_move_vals"] = re.sub(
                r"\[\"(base|tax)\", (\d+)\]",
                lambda found: whole.reference("account_move_line", int(found[2])),
                str(row["draft_caba_move_vals"]),
            )

    def assertSame(self, then=None):
        """Both ways leave the same, also after something was done with it.

        :return: number of values compared
        """
        plain, fast = self._told(self._plainly, then), self._told(self._fast, then)
        self.assertEqual(
            {table: len(rows) for table, rows in plain.items()},
            {table: len(rows) for table, rows in fast.items()},
        )
        differences = [
            (table, rank, name, mine[name], theirs[name])
            for table in plain.keys() - {"links", "ranks"}
            for rank, (mine, theirs) in enumerate(
                zip(plain[table], fast[table], strict=True)
            )
            for name in mine
            if mine[name] != theirs[name]
        ]
        self.assertFalse(differences[:20])
        self.assertEqual(plain["links"], fast["links"])
        self.assertEqual(plain["ranks"], fast["ranks"])
        return sum(
            len(row) for rows in plain.values() for row in rows if isinstance(row, dict)
        )

    def _pay(self, moves, share=1):
        for move in moves:
            self._pay_by_bank(move, self.DAY, share)

    def test_documents_are_those_of_odoo(self):
        paid_by = self.env["account.payment.method.line"].search(
            [
                ("company_id", "=", self.operator.id),
                ("payment_type", "=", "inbound"),
                ("journal_id", "!=", False),
            ],
            limit=1,
        )
        self.assertTrue(paid_by)
        self.firm_c.partner_id.with_company(
            self.operator
        ).property_inbound_payment_method_line_id = paid_by
        compared = self.assertSame()
        self.assertGreater(compared, 3000)
        _figure.info("%s=%s", "builder.values_compared", compared)
        _figure.info("%s=%s", "builder.differences", 0)

    def test_paid_in_two_times_with_chatter_is_the_same(self):
        """Payments bring the entries of the VAT that is due then."""
        self.env = self.env(
            context={
                **self.env.context,
                "mail_create_nolog": False,
                "tracking_disable": False,
            }
        )
        self.builder = self.env["cocare.move.builder"]

        def pay(moves):
            self._pay(moves, share=0.3)
            self._pay(moves)
            self.assertFalse(any(moves.mapped("amount_residual")))

        self.assertSame(then=pay)

    def test_moved_out_of_a_closed_period_and_reversed_is_the_same(self):
        self.operator.fiscalyear_lock_date = self.DAY

        def reverse(moves):
            for move in moves:
                move._reverse_moves(
                    [{"invoice_date": move.date, "date": move.date}], cancel=True
                )

        self.assertSame(then=reverse)

    def test_back_to_draft_edited_and_posted_again_is_the_same(self):
        def edit(moves):
            for move in moves:
                move.button_draft()
                move.narration = "Another word"
                move.invoice_line_ids[0].price_unit = 200
                move.action_post()

        self.assertSame(then=edit)

    def test_documents_of_a_sealed_journal_are_sealed(self):
        journals = (self.operator | self.firms).mapped(
            "cocare_recharge_sale_journal_id"
        )
        journals.restrict_mode_hash_table = True
        moves = self._fast(self._sample())
        sealed = moves.filtered(lambda move: move.journal_id in journals)
        self.assertTrue(all(sealed.mapped("inalterable_hash")))
        for company in sealed.company_id:
            found = {
                result["status"]
                for result in company._check_hash_integrity()["results"]
            }
            self.assertEqual(found - {"no_data"}, {"verified"})

    def test_next_number_goes_on(self):
        first = self._fast(self._sample())
        second = self._plainly(self._sample()[:1])
        numbers = [int(move.name.rsplit("/", 1)[1]) for move in first + second]
        sold = first.filtered(lambda m: m.move_type == "out_invoice")
        self.assertEqual(numbers[-1], len(sold) + 1)
        self.assertFalse((first + second).filtered("made_sequence_gap"))

    def test_numbers_of_all_journals_are_taken_at_once(self):
        """Odoo, which takes them one by one, finds them taken."""
        increment, taken = SequenceMixin._locked_increment, []

        def note(move, form, values):
            key = form.format(**{**values, "seq": 0}), move.journal_id
            taken.append(key in move._get_sequence_cache())
            return increment(move, form, values)

        with patch.object(SequenceMixin, "_locked_increment", note):
            moves = self._fast(self._sample())
        self.assertEqual(taken, [True] * len(moves))

    def test_numbers_that_somebody_else_took_stay_theirs(self):
        theirs = self._plainly(self._sample())
        # Nobody sees their numbers as long as they have not committed.
        self.env["account.move"]._get_sequence_cache().clear()
        move_class = type(theirs)
        with patch.object(move_class, "_get_last_sequence", lambda *_, **__: None):
            ours = self._fast(self._sample())
        numbers = [(move.journal_id, move.name) for move in theirs + ours]
        self.assertEqual(len(set(numbers)), len(numbers))
        self.assertFalse((theirs + ours).filtered("made_sequence_gap"))

    # What Odoo refuses stays refused

    def _one(self, **values):
        tax = self.operator.cocare_recharge_sale_tax_id
        line = (100, "706", tax, {})
        return {
            **self._values("out_invoice", self.operator, self.firm_a, line),
            **values,
        }

    def test_account_of_another_firm_is_refused(self):
        values = self._one()
        values["invoice_line_ids"][0][2]["account_id"] = self._account(
            "706", self.firm_a
        ).id
        with self.assertRaises(UserError):
            self._fast([values])

    def test_archived_account_is_refused(self):
        account = self._account("706")
        values = self._one()
        account.active = False
        with self.assertRaises(UserError):
            self._fast([values])

    def test_negative_total_is_refused(self):
        values = self._one()
        values["invoice_line_ids"][0][2]["price_unit"] = -100
        with self.assertRaises(UserError):
            self._fast([values])

    def test_total_that_is_not_the_computed_one_is_refused(self):
        move_class = type(self.env["account.move"])
        create = move_class.create

        def one_cent_more(moves, vals_list):
            for vals in vals_list:
                for _command, _id, line in vals["line_ids"][:1]:
                    line["balance"] -= 0.01
                vals["line_ids"][-1][2]["balance"] += 0.01
            created = create(moves, vals_list)
            for vals in vals_list:
                vals["line_ids"][0][2]["balance"] += 0.01
            return created

        with patch.object(move_class, "create", one_cent_more):
            with self.assertRaisesRegex(UserError, "came out at"):
                self._fast([self._one()])

    # What is left to Odoo

    def assertLeftToOdoo(self, *vals_list, reason):
        builder = type(self.builder)
        leave, reasons = builder._leave_to_odoo, []

        def note(this, vals_list, reason):
            reasons.append(str(reason))
            return leave(this, vals_list, reason)

        with patch.object(builder, "_leave_to_odoo", note):
            moves = self.builder._create_and_post(list(vals_list))
        self.assertEqual(len(reasons), 1)
        self.assertIn(reason, reasons[0])
        self.assertEqual(set(moves.mapped("state")), {"posted"})
        return moves

    def test_unknown_value_is_left_to_odoo(self):
        moves = self.assertLeftToOdoo(
            self._one(), self._one(invoice_origin="Elsewhere"), reason="unknown values"
        )
        self.assertEqual(moves[1].invoice_origin, "Elsewhere")

    def test_discount_for_early_payment_is_left_to_odoo(self):
        terms = self.env["account.payment.term"].create(
            {"name": "2/10", "early_discount": True, "discount_percentage": 2}
        )
        self.firm_a.partner_id.with_company(
            self.operator
        ).property_payment_term_id = terms
        move = self.assertLeftToOdoo(self._one(), reason="early payment")
        self.assertTrue(move.line_ids.filtered("discount_date"))

    def test_two_taxes_on_a_line_are_left_to_odoo(self):
        tax = self.operator.cocare_recharge_sale_tax_id
        values = self._one()
        taxes = tax | tax.copy({"amount": 5})
        values["invoice_line_ids"][0][2]["tax_ids"] = [Command.set(taxes.ids)]
        self.assertLeftToOdoo(values, reason="several taxes")

    def test_currency_of_the_journal_is_left_to_odoo(self):
        dollar = self.env.ref("base.USD")
        dollar.active = True
        journal = self.operator.cocare_recharge_sale_journal_id.copy(
            {"currency_id": dollar.id, "code": "RUSD"}
        )
        move = self.assertLeftToOdoo(
            self._one(journal_id=journal.id), reason="currency"
        )
        self.assertEqual(move.currency_id, dollar)

    def test_distribution_models_are_left_to_odoo(self):
        self.env["account.analytic.distribution.model"].create(
            {
                "account_prefix": "706",
                "analytic_distribution": {str(self.analytic.id): 100},
            }
        )
        move = self.assertLeftToOdoo(self._one(), reason="distribution")
        self.assertTrue(move.invoice_line_ids.analytic_distribution)

    def test_code_that_is_not_known_is_left_to_odoo(self):
        other = type(
            "Other",
            (),
            {"__module__": "odoo.addons.other.models", "_sync_tax_lines": 1},
        )
        move_class = type(self.env["account.move"])
        with patch.object(move_class, "mro", lambda: [other]):
            self.assertLeftToOdoo(self._one(), reason="other")

    def test_nothing_to_pay_is_left_to_odoo(self):
        values = self._one()
        values["invoice_line_ids"][0][2]["price_unit"] = 0
        move = self.assertLeftToOdoo(values, reason="nothing to pay")
        self.assertEqual(to_cents(move.amount_total), 0)
