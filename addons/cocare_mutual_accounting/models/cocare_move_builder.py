import logging
from collections import defaultdict

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tools.misc import formatLang

from ..allocation import from_cents, to_cents

_logger = logging.getLogger(__name__)

#: What a document and its lines may say; anything else is Odoo's to make of.
MOVE_VALUES = {
    "move_type",
    "company_id",
    "journal_id",
    "partner_id",
    "invoice_date",
    "date",
    "ref",
    "payment_reference",
    "narration",
    "cocare_recharge_id",
    "cocare_credit_id",
    "reversed_entry_id",
    "invoice_line_ids",
}
NEEDED_VALUES = {"name", "quantity", "price_unit", "account_id", "tax_ids"}
LINE_VALUES = NEEDED_VALUES | {"analytic_distribution"}
#: Direction of a document, as Odoo's ``direction_sign``.
SIGNS = {"out_invoice": -1, "in_refund": -1, "in_invoice": 1, "out_refund": 1}
#: Odoo's own steps that complete lines need no more. Its checks all stay on: the entry
#: is balanced, the accounts are the firm's, the period is open.
COMPLETE = {
    "cocare_complete": True,
    "skip_invoice_sync": True,
    "skip_invoice_line_sync": True,
    "skip_account_move_synchronization": True,
    "skip_is_manually_modified": True,
    "disable_abnormal_invoice_detection": True,
}
#: The methods of Odoo that are taken the place of. An addon that extends one of them
#: expects to be asked.
REPLACED = {
    "account.move": (
        "_get_sync_stack",
        "_sync_dynamic_lines",
        "_sync_dynamic_line",
        "_sync_tax_lines",
        "_sync_rounding_lines",
        "_sync_non_deductible_base_lines",
        "_sync_invoice",
        "_compute_needed_terms",
        "_compute_invoice_date_due",
        "_compute_fiscal_position_id",
        "_compute_invoice_payment_term_id",
        "_compute_partner_shipping_id",
        "_compute_currency_id",
        "_get_rounded_base_and_tax_lines",
        "_prepare_product_base_line_for_taxes_computation",
        "_get_product_base_line_currency_rate",
    ),
    "account.move.line": (
        "_sync_invoice",
        "_compute_account_id",
        "_compute_display_type",
        "_compute_partner_id",
        "_compute_totals",
        "_compute_sequence",
    ),
}
#: Addons whose computed columns were compared, see ``tests/test_move_builder.py``.
KNOWN_ADDONS = {
    "account",
    "account_financial_report",
    "account_payment_base_oca",
    "analytic",
    "mail",
}


#: Of these Odoo fills in the partner's fiscal position, terms and addresses.
HEAD_VALUES = (
    "move_type",
    "company_id",
    "journal_id",
    "partner_id",
    "invoice_date",
    "date",
)
#: What a partner has in the books of each company.
PARTNER_PROPERTIES = (
    "property_account_payable_id",
    "property_account_position_id",
    "property_account_receivable_id",
    "property_inbound_payment_method_line_id",
    "property_outbound_payment_method_line_id",
    "property_payment_term_id",
    "property_supplier_payment_term_id",
)
#: What only a line with a price has.
NO_PRODUCT = {"product_uom_id": False, "price_subtotal": 0.0, "price_total": 0.0}
#: Kinds of lines, in Odoo's order. No distribution: no model is there to give one.
SHAPES = {
    "product": {
        "display_type": "product",
        "sequence": 100,
        "product_uom_id": False,
        "analytic_distribution": False,
    },
    "tax": {"display_type": "tax", "sequence": 10000, **NO_PRODUCT},
    "payment_term": {
        "display_type": "payment_term",
        "sequence": 12000,
        **NO_PRODUCT,
        "analytic_distribution": False,
    },
}
#: Odoo takes a line on one of these for an instalment.
TERM_ACCOUNTS = ("asset_receivable", "liability_payable")


class Uncovered(Exception):
    """Says what makes documents better left to Odoo."""


class CocareMoveBuilder(models.AbstractModel):
    """Invoices and bills created with complete lines, many at once, and posted.

    Odoo completes a document line by line: it saves it, computes its taxes, saves them,
    computes its instalments, saves them, and looks again at each step whether anything
    changed. Here the lines are made first, of Odoo's own tax computation and payment
    terms, and all documents are created and posted in one go.

    Odoo's own way stays: it is taken for whatever is not known to come out the same,
    and the tests compare every stored column of both.
    """

    _name = "cocare.move.builder"
    _description = "Documents posted many at once"

    @api.model
    def _create_and_post(self, vals_list):
        """Create and post customer invoices, vendor bills and their refunds.

        The caller chooses in the environment who writes, in whose books and what is
        kept in the chatter, as for ``account.move.create``.

        :param list vals_list: dicts of ``account.move`` values with invoice lines as
            plain create commands; companies and types may be mixed
        :return: the posted ``account.move``, in the order of the values
        :raise UserError: whatever Odoo refuses; or a total that is not the one computed
        """
        try:
            self._check_known_code()
            self._fetch(vals_list)
            documents = [self._complete(vals) for vals in vals_list]
            self._foresee(documents)
        except Uncovered as reason:
            return self._leave_to_odoo(vals_list, reason)
        # The last number of each journal, asked for once.
        context = {**COMPLETE, "cocare_sequence_formats": {}}
        moves = self.env["account.move"].with_context(**context).create(documents)
        self._keep_totals(moves.line_ids)
        self._check_as_computed(moves, documents)
        moves._post(soft=False)
        return moves.with_env(self.env)

    def _leave_to_odoo(self, vals_list, reason):
        """Create and post documents by Odoo's own way.

        :param reason: why, for the log
        """
        _logger.info("%s documents are left to Odoo: %s", len(vals_list), reason)
        moves = self.env["account.move"].create(vals_list)
        moves._post(soft=False)
        return moves

    def _complete(self, vals):
        """One document with all its lines, as Odoo would make them.

        :return: dict of ``account.move`` values with ``line_ids``
        :raise Uncovered: it is not known to come out the same
        """
        head = self._head(vals)
        company, currency = head.company_id, head.company_id.currency_id
        common = {
            "partner_id": head.commercial_partner_id.id,
            "currency_id": currency.id,
        }
        lines = [self._line(command) for command in vals["invoice_line_ids"]]
        base_lines = [self._base_line(head, line) for line in lines]
        Tax = self.env["account.tax"]
        Tax._add_tax_details_in_base_lines(base_lines, company)
        totals = [self._totals(company, base_line) for base_line in base_lines]
        Tax._round_base_lines_tax_details(base_lines, company)
        Tax._add_accounting_data_in_base_lines_tax_details(base_lines, company)
        computed = Tax._prepare_tax_lines(base_lines, company)
        amounts = [amounts for _line, amounts in computed["base_lines_to_update"]]
        products = [
            {**SHAPES["product"], **line, **common, **amount, **total}
            for line, amount, total in zip(lines, amounts, totals, strict=True)
        ]
        taxes = [{**SHAPES["tax"], **line} for line in computed["tax_lines_to_add"]]
        terms = [
            {**SHAPES["payment_term"], **line, **common}
            for line in self._term_lines(head, products, taxes)
        ]
        complete = {
            **vals,
            "fiscal_position_id": head.fiscal_position_id.id,
            "invoice_payment_term_id": head.invoice_payment_term_id.id,
            "invoice_date_due": max(line["date_maturity"] for line in terms),
            "partner_shipping_id": head.partner_shipping_id.id,
            "line_ids": [Command.create(line) for line in (*products, *taxes, *terms)],
        }
        del complete["invoice_line_ids"]
        return complete

    def _fetch(self, vals_list):
        """Read what the documents refer to at once, rather than one by one.

        :raise Uncovered: lines that cannot be read
        """
        for vals in vals_list:
            if {*HEAD_VALUES, "invoice_line_ids"} - vals.keys():
                raise Uncovered("values that Odoo fills in")
        lines = [self._line(c) for vals in vals_list for c in vals["invoice_line_ids"]]
        accounts = self.env["account.account"].browse(
            {line["account_id"] for line in lines}
        )
        taxes = self.env["account.tax"].browse(
            {tax_id for line in lines for tax_id in self._tax_ids(line)}
        )
        shares = taxes.invoice_repartition_line_ids | taxes.refund_repartition_line_ids
        partners = self.env["res.partner"].browse(
            {vals["partner_id"] for vals in vals_list}
        )
        positions = self.env["account.fiscal.position"].search(
            [("company_id", "in", [vals["company_id"] for vals in vals_list])]
        )
        for records, names in (
            (accounts, ("account_type", "tax_ids")),
            (taxes, ("amount_type", "cash_basis_transition_account_id")),
            (shares, ("factor", "tag_ids", "account_id")),
            (partners, ("name", "child_ids", "user_ids")),
            (positions, ("name", "state_ids", "account_ids", "tax_ids")),
        ):
            for name in names:
                records.mapped(name)
        partners_of = defaultdict(set)
        for vals in vals_list:
            partners_of[vals["company_id"]].add(vals["partner_id"])
        for company_id, partner_ids in partners_of.items():
            known = partners.browse(partner_ids).with_company(company_id)
            known.fetch(PARTNER_PROPERTIES)

    def _head(self, vals):
        """The document without its lines, in memory: Odoo fills in what it knows."""
        head = self.env["account.move"].new({name: vals[name] for name in HEAD_VALUES})
        self._check_covered_head(head, vals)
        return head

    def _line(self, command):
        """The values of a line, with all that it needs."""
        match command:
            case [Command.CREATE, _, line] if not NEEDED_VALUES - line.keys():
                return line
        raise Uncovered("lines that Odoo fills in")

    def _base_line(self, head, line):
        """A line as Odoo's tax computation wants it."""
        account = self.env["account.account"].browse(line["account_id"])
        taxes = self.env["account.tax"].browse(self._tax_ids(line))
        self._check_covered_line(line, account, taxes)
        return taxes._prepare_base_line_for_taxes_computation(
            None,
            name=line["name"],
            price_unit=line["price_unit"],
            quantity=line["quantity"],
            account_id=account,
            tax_ids=taxes,
            analytic_distribution=line.get("analytic_distribution"),
            partner_id=head.commercial_partner_id,
            currency_id=head.currency_id,
            sign=SIGNS[head.move_type],
            is_refund=head.move_type in ("out_refund", "in_refund"),
        )

    def _totals(self, company, base_line):
        """What a line says before and after tax: Odoo rounds it alone for that."""
        self.env["account.tax"]._round_base_lines_tax_details([base_line], company)
        details = base_line["tax_details"]
        return {
            "price_subtotal": details["total_excluded_currency"],
            "price_total": details["total_included_currency"],
        }

    def _foresee(self, documents):
        """Give with each line what Odoo computes of it once it is there.

        Odoo computes it all the same: what comes out alike is not written again.
        """
        lines = [
            (document, line)
            for document in documents
            for _command, _id, line in document["line_ids"]
        ]
        accounts = self.env["account.account"].browse(
            {line["account_id"] for _document, line in lines}
        )
        open_items = set(accounts.filtered("reconcile").ids)
        for document, line in lines:
            left = line["balance"] if line["account_id"] in open_items else 0.0
            line.update(
                parent_state="draft",
                date=document["date"],
                invoice_date=document["invoice_date"],
                ref=document.get("ref"),
                amount_residual=left,
                amount_residual_currency=left,
                reconciled=line["account_id"] in open_items and not left,
            )

    def _keep_totals(self, lines):
        """Odoo would compute the totals given once more, as they are read-only."""
        for name in ("price_subtotal", "price_total"):
            self.env.remove_to_compute(lines._fields[name], lines)

    def _tax_ids(self, line):
        match line.get("tax_ids"):
            case [[Command.SET, _, ids]]:
                return ids
        raise Uncovered("taxes that are not set")

    def _term_lines(self, head, products, taxes):
        """What is to be paid, by date.

        :return: list of ``account.move.line`` values
        """
        company, currency = head.company_id, head.company_id.currency_id
        untaxed = -currency.round(sum(line["balance"] for line in products))
        tax = -currency.round(sum(line["balance"] for line in taxes))
        terms = head.invoice_payment_term_id
        due = {}
        if terms:
            inbound = head.move_type in ("out_invoice", "in_refund")
            instalments = terms._compute_terms(
                date_ref=head.invoice_date,
                currency=currency,
                company=company,
                tax_amount=tax,
                tax_amount_currency=tax,
                untaxed_amount=untaxed,
                untaxed_amount_currency=untaxed,
                sign=1 if inbound else -1,
            )
            for line in instalments["line_ids"]:
                day = fields.Date.to_date(line["date"])
                due[day] = due.get(day, 0) + line["company_amount"]
        else:
            # Odoo makes what has no terms due on the day it is booked.
            due[fields.Date.context_today(self)] = untaxed + tax
        account = self._term_account(head)
        if not account or currency.is_zero(untaxed + tax):
            raise Uncovered(f"nothing to pay, or no account ({company.name})")
        return [
            {
                "account_id": account.id,
                "date_maturity": day,
                "balance": currency.round(amount),
                "amount_currency": currency.round(amount),
                "discount_date": False,
                "discount_balance": 0.0,
                "discount_amount_currency": 0.0,
            }
            for day, amount in due.items()
        ]

    def _term_account(self, head):
        """The partner's receivable or payable account; empty when there is none."""
        side = "receivable" if head.journal_id.type == "sale" else "payable"
        partner = head.commercial_partner_id.with_company(head.company_id)
        account = partner[f"property_account_{side}_id"]
        return head.fiscal_position_id.map_account(account)

    def _check_as_computed(self, moves, documents):
        """The gate before posting: what Odoo kept is what its helpers computed."""
        for move, vals in zip(moves, documents, strict=True):
            sums = {"product": 0, "tax": 0, "payment_term": 0}
            for _command, _id, line in vals["line_ids"]:
                sums[line["display_type"]] += to_cents(line["balance"])
            kept = (
                to_cents(move.amount_untaxed_signed),
                to_cents(move.amount_tax_signed),
                to_cents(move.amount_total_signed),
                len(move.line_ids),
            )
            expected = (
                -sums["product"],
                -sums["tax"],
                sums["payment_term"],
                len(vals["line_ids"]),
            )
            if kept != expected:
                raise UserError(
                    self.env._(
                        "The document of %(partner)s in the books of %(company)s came "
                        "out at %(kept)s instead of %(expected)s.",
                        partner=move.partner_id.display_name,
                        company=move.company_id.name,
                        kept=formatLang(self.env, from_cents(kept[2])),
                        expected=formatLang(self.env, from_cents(expected[2])),
                    )
                )

    def _check_known_code(self):
        """:raise Uncovered: an addon extends what is taken the place of here"""
        for name, methods in REPLACED.items():
            for cls in type(self.env[name]).mro():
                extended = cls.__dict__.keys() & methods
                if extended and cls.__module__.split(".")[2] != "account":
                    raise Uncovered(f"{cls.__module__} extends {extended}")
            for field in self.env[name]._fields.values():
                unknown = set(field._modules) - KNOWN_ADDONS
                if unknown and field.store and field.compute:
                    raise Uncovered(f"{name}.{field.name} is computed by {unknown}")
        if self.env["account.analytic.distribution.model"].search_count([], limit=1):
            raise Uncovered("analytic distribution models")

    def _check_covered_head(self, head, vals):
        company, terms = head.company_id, head.invoice_payment_term_id
        for reason, found in {
            "unknown values": vals.keys() - MOVE_VALUES,
            "kind of document": head.move_type not in SIGNS,
            "default values": any(
                key.startswith("default_") for key in self.env.context
            ),
            "a branch": company.parent_id,
            "storno accounting": company.account_storno,
            "currency": head.currency_id != company.currency_id,
            "early payment discount": terms.early_discount,
        }.items():
            if found:
                raise Uncovered(f"{reason} ({company.name})")

    def _check_covered_line(self, line, account, taxes):
        for reason, found in {
            "unknown values": line.keys() - LINE_VALUES,
            "several taxes": len(taxes) > 1,
            "kind of tax": set(taxes.mapped("amount_type")) - {"percent"},
            "taxes of the account": account.tax_ids,
            "kind of account": account.account_type in TERM_ACCOUNTS,
        }.items():
            if found:
                raise Uncovered(f"{reason} ({account.display_name})")
