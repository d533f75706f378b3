import json
import logging
from unittest.mock import patch

from odoo.tests import tagged

from .fec_common import NAME, FecCase, fec_bytes, fec_row, only, small_ledger

_figure = logging.getLogger("cocare.figure")

#: not compared, and why
SKIPPED = {
    "account_move": {
        # who and when
        *("id", "create_uid", "write_uid", "create_date", "write_date"),
        # another firm, another file
        *("company_id", "cocare_fec_import_id", "commercial_partner_id"),
    },
    "account_move_line": {
        *("id", "create_uid", "write_uid", "create_date", "write_date"),
        *("company_id",),
    },
    "account_partial_reconcile": {
        *("id", "create_uid", "write_uid", "create_date", "write_date"),
        *("company_id",),
    },
    "account_full_reconcile": {
        *("id", "create_uid", "write_uid", "create_date", "write_date"),
    },
}


def rich_ledger():
    """What real files hold: letters over partners and dates, drafts, gaps, zeros."""
    rows = small_ledger()
    sale = {"journal": "VE", "journal_label": "Ventes"}
    bank = {"journal": "BQ", "journal_label": "Banque du Ried", "letter": "AB"}
    for number, (partner, amount) in enumerate(
        [("C001", "30,00"), ("C002", "50,00"), ("C003", "20,00"), ("C001", "45,10")], 3
    ):
        who = {"partner": partner, "partner_label": f"Client {partner}"}
        day = f"202502{number:02d}"
        rows += [
            fec_row(
                str(number), "41100000", amount, **sale, **who, letter="AB", day=day
            ),
            fec_row(str(number), "70100000", "0,00", amount, **sale, day=day),
        ]
    for number, (partner, amount) in enumerate(
        [("C002", "60,10"), ("C001", "25,00"), ("C003", "60,00")], 20
    ):
        bank["day"] = f"202503{number:02d}"
        rows += [
            fec_row(str(number), "41100000", "0,00", amount, **bank, partner=partner),
            fec_row(str(number), "51210000", amount, **{**bank, "letter": ""}),
        ]
    rows += [
        # nothing on one of its lines, a negative amount, marks that COPY reads
        fec_row("40", "41100000", "0,00", "0,00", **sale, partner="C002"),
        fec_row("40", "70100000", "-12,00", "0,00", **sale, text="back\\slash\\N"),
        fec_row("40", "41100000", "0,00", "-12,00", **sale, partner="C002"),
        # letters within one account, on a day and out of order, and one left open
        fec_row("7", "46700000", "15,00", letter="B", journal="OD", day="20250301"),
        fec_row(
            "7", "46710000", "0,00", "15,00", letter="Z", journal="OD", day="20250301"
        ),
        fec_row(
            "5", "46700000", "0,00", "15,00", letter="B", journal="OD", day="20250302"
        ),
        fec_row("5", "47100000", "15,00", journal="OD", day="20250302"),
    ]
    drafts = [
        fec_row("41", "41100000", "8,00", **sale, partner="C003", partner_label="C"),
        fec_row("41", "70100000", "0,00", "8,00", **sale),
        fec_row("9", "60260000", "8,00", journal="HA", journal_label="Achats"),
        fec_row("9", "40100000", "0,00", "8,00", journal="HA", partner="F001"),
        # a letter that waits for a draft
        fec_row("42", "41100000", "9,00", **sale, partner="C002", letter="AD"),
        fec_row("42", "70100000", "0,00", "9,00", **sale),
        fec_row("", "46700000", "0,00", journal="OD", day="20250302"),
    ][:6]
    for row in drafts:
        row["ValidDate"] = ""
    bank = {**bank, "letter": "AD", "day": "20250310"}
    paid = [
        fec_row("43", "41100000", "0,00", "9,00", **bank, partner="C002"),
        fec_row("43", "51210000", "9,00", **{**bank, "letter": ""}),
    ]
    return rows + drafts + paid


@tagged("post_install", "-at_install")
class TestFecFast(FecCase):
    """The set-based way leaves what the ORM leaves, column by column."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.twin = cls._create_firm("Pressoir jumeau")

    def _by(self, way, firm, content):
        take_over = self._import(content, NAME, firm, self.env.user)
        with only(self, way):
            take_over.action_import()
        self.env.flush_all()
        return take_over

    def test_every_stored_column(self):
        content = fec_bytes(rich_ledger())
        compared = 0
        found = [
            self._contents(self._by(way, firm, content))
            for way, firm in (("orm", self.firm), ("fast", self.twin))
        ]
        for table in found[0]:
            orm, fast = found[0][table], found[1][table]
            self.assertEqual(len(orm), len(fast), table)
            self.assertTrue(orm, table)
            for row, other in zip(orm, fast, strict=True):
                self.assertEqual(row, other, table)
                compared += len(row)
        _figure.info("fec.fast.columns_compared=%d", compared)
        _figure.info("fec.fast.columns_different=0")

    def _contents(self, take_over):
        """{table: rows of a take-over}, ids of the firm's records as what they are."""
        moves = take_over.move_ids.sorted("id")
        lines = moves.line_ids.sorted("id")
        partials = lines.matched_debit_ids | lines.matched_credit_ids
        fulls = lines.full_reconcile_id
        firm = take_over.company_id
        names = {
            "account_journal": {j.id: j.code for j in moves.journal_id},
            "account_account": {
                a.id: a.code for a in lines.account_id.with_company(firm)
            },
            "res_partner": {p.id: p.ref for p in lines.partner_id},
            "account_move": {m.id: rank for rank, m in enumerate(moves)},
            "account_move_line": {li.id: rank for rank, li in enumerate(lines)},
        }
        names["account_full_reconcile"] = {
            full.id: tuple(
                names["account_move_line"][i.id]
                for i in full.reconciled_line_ids.sorted("id")
            )
            for full in fulls
        }
        contents = {}
        for records in (moves, lines, partials, fulls):
            rows = [self._named(records, row, names) for row in self._rows(records)]
            contents[records._table] = (
                rows
                if records in (moves, lines)
                else sorted(rows, key=lambda row: json.dumps(row, default=str))
            )
        return contents

    def _rows(self, records):
        self.env.cr.execute(
            f"SELECT * FROM {records._table} WHERE id = ANY(%s) ORDER BY id",  # noqa: S608
            [records.ids],
        )
        return self.env.cr.dictfetchall()

    def _named(self, records, row, names):
        named = {}
        for column, value in row.items():
            if column in SKIPPED[records._table]:
                continue
            field = records._fields.get(column)
            known = names.get(
                field
                and field.type == "many2one"
                and self.env[field.comodel_name]._table
            )
            if column == "matching_number" and value:
                value = names["account_full_reconcile"][int(value)]
            elif known and value in known:
                value = known[value]
            named[column] = value
        if records._name == "account.full.reconcile":
            named["lines"] = names["account_full_reconcile"][row["id"]]
        return named

    def test_ranks_of_partners(self):
        content = fec_bytes(rich_ledger())
        ranks = []
        for way, firm in (("orm", self.firm), ("fast", self.twin)):
            partners = self._by(way, firm, content).move_ids.line_ids.partner_id
            pending = self.env.cr.postcommit.data
            ranks.append(
                sorted(
                    (
                        partner.ref,
                        *(
                            partner[name]
                            + pending.get(
                                f"account.res.partner.increase_rank.{name}", {}
                            ).get(partner.id, 0)
                            for name in ("customer_rank", "supplier_rank")
                        ),
                    )
                    for partner in partners
                )
            )
        self.assertEqual(*ranks)

    def test_no_message_either_way(self):
        content = fec_bytes(small_ledger())
        for way, firm in (("orm", self.firm), ("fast", self.twin)):
            moves = self._by(way, firm, content).move_ids
            self.assertFalse(moves.message_ids)
            self.assertFalse(moves.message_follower_ids)

    def test_what_comes_after_in_odoo(self):
        moves = self._by("fast", self.firm, fec_bytes(small_ledger())).move_ids
        sale = moves.filtered(lambda move: move.journal_id.type == "sale")
        after = sale.copy({"date": "2025-02-01"})
        after.action_post()
        self.assertEqual(after.name, "VE/2025/00000002")
        self.assertFalse(after.made_sequence_gap)
        customer = sale.line_ids.filtered("partner_id")
        self.assertEqual(customer.matching_number, str(customer.full_reconcile_id.id))
        customer.remove_move_reconcile()
        self.assertEqual(customer.amount_residual, 120)
        sale.button_draft()
        sale.action_post()
        self.assertEqual(sale.name, "VE/2025/00000001")

    def test_gap_that_the_file_fills(self):
        self._by("fast", self.firm, fec_bytes(small_ledger(number="2")))
        [late] = self.env["account.move"].search(
            [
                ("company_id", "=", self.firm.id),
                ("journal_id.cocare_fec_code", "=", "VE"),
            ]
        )
        self.assertTrue(late.made_sequence_gap)
        rows = small_ledger(number="1")[:4]
        rows[0]["EcritureLet"] = ""
        self._by("fast", self.firm, fec_bytes(rows))
        self.env.invalidate_all()
        self.assertFalse(late.made_sequence_gap)

    def test_falls_back(self):
        """What the columns do not cover goes Odoo's way, to the same books."""
        cases = {
            "currency": lambda rows, firm: rows[1].update(
                Idevise="CHF", Montantdevise="95,00"
            ),
            "analytic": lambda rows, firm: self._analytic_model(firm),
        }
        for name, change in cases.items():
            with self.subTest(name), self.env.cr.savepoint() as savepoint:
                rows = small_ledger()
                change(rows, self.firm)
                take_over = self._import(fec_bytes(rows), user=self.env.user)
                importer = type(take_over)
                with patch.object(
                    importer,
                    "_write_by_orm",
                    autospec=True,
                    side_effect=importer._write_by_orm,
                ) as by_orm:
                    take_over.action_import()
                by_orm.assert_called_once()
                self.assertEqual(self._book_balances(take_over)["701000"], -100)
                savepoint.rollback()
            self.env.invalidate_all()

    def _analytic_model(self, firm):
        plan = self.env["account.analytic.plan"].create({"name": "Essai"})
        account = self.env["account.analytic.account"].create(
            {"name": "Essai", "plan_id": plan.id, "company_id": firm.id}
        )
        self.env["account.analytic.distribution.model"].create(
            {
                "account_prefix": "70",
                "company_id": firm.id,
                "analytic_distribution": {str(account.id): 100},
            }
        )

    def test_foreign_currency_is_kept(self):
        rows = small_ledger()
        rows[1].update(Idevise="CHF", Montantdevise="95,00")
        take_over = self._import(fec_bytes(rows), user=self.env.user)
        take_over.action_import()
        [line] = take_over.move_ids.line_ids.filtered(
            lambda item: item.currency_id.name == "CHF"
        )
        self.assertEqual((line.balance, line.amount_currency), (-100, -95))
