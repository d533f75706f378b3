from datetime import date

from odoo.fields import Command

from ..allocation import to_cents
from .common import CocareBooksCommon

#: accounts of trade between firms: its sale, its purchase
SALE, PURCHASE = "707", "607"


class CocareClearingCommon(CocareBooksCommon):
    """The network of ``CocareBooksCommon``, with trade between its firms."""

    @classmethod
    def _document(cls, move_type, firm, other, amount, day, ref=None, tax=None):
        """A posted invoice, bill or credit note of a firm with another one.

        :param float amount: before tax
        :param tax: ``account.tax``, none by default
        """
        sells = move_type.startswith("out")
        move = (
            cls.env["account.move"]
            .with_company(firm)
            .create(
                {
                    "move_type": move_type,
                    "company_id": firm.id,
                    "partner_id": other.partner_id.id,
                    "invoice_date": day,
                    "date": day,
                    "ref": ref,
                    "invoice_line_ids": [
                        Command.create(
                            {
                                "name": "Vegetables",
                                "quantity": 1,
                                "price_unit": amount,
                                "account_id": cls._account(
                                    SALE if sells else PURCHASE, firm
                                ).id,
                                "tax_ids": [Command.set(tax.ids if tax else [])],
                            }
                        )
                    ],
                }
            )
        )
        move._post(soft=False)
        return move

    @classmethod
    def _trade(cls, seller, buyer, amount, day=None, refund=False):
        """A document and its mirror: the invoice of one, the bill of the other.

        :return: the two ``account.move``
        """
        day = day or date(2025, 7, 20)
        kind = "refund" if refund else "invoice"
        invoice = cls._document(f"out_{kind}", seller, buyer, amount, day)
        bill = cls._document(
            f"in_{kind}", buyer, seller, amount, day, ref=f" {invoice.name.lower()} "
        )
        return invoice, bill

    @classmethod
    def _pay(cls, move, amount, day):
        """Part of a document is paid: a bank entry in its books, matched with it."""
        item = cls._open_item(move)
        sign = 1 if item.balance > 0 else -1
        bank = cls._account("512", move.company_id)
        payment = (
            cls.env["account.move"]
            .with_company(move.company_id)
            .create(
                {
                    "journal_id": cls.env["account.journal"]
                    .search(
                        [
                            ("company_id", "=", move.company_id.id),
                            ("type", "=", "general"),
                        ],
                        limit=1,
                    )
                    .id,
                    "date": day,
                    "line_ids": [
                        Command.create(
                            {
                                "account_id": account.id,
                                "partner_id": item.partner_id.id,
                                "balance": balance,
                            }
                        )
                        for account, balance in (
                            (item.account_id, -sign * amount),
                            (bank, sign * amount),
                        )
                    ],
                }
            )
        )
        payment._post(soft=False)
        (item | payment.line_ids[0]).reconcile()
        return payment

    @classmethod
    def _open_item(cls, move):
        return move.line_ids.filtered(
            lambda line: line.account_type in ("asset_receivable", "liability_payable")
        )

    def _clearing(self, month=None, **values):
        return self.env["cocare.clearing"].create(
            {
                "network_id": self.network.id,
                "date_from": month or self.july,
                "objection_until": date(2025, 12, 15),
                **values,
            }
        )

    def _nets(self, clearing):
        """Net positions in cents, by firm."""
        return {p.company_id: to_cents(p.net) for p in clearing.position_ids}

    def _balance(self, company, code, partner=None):
        """Balance of accounts of a company that start so, in cents."""
        domain = [
            ("company_id", "=", company.id),
            ("parent_state", "=", "posted"),
            ("account_id.code", "=like", f"{code}%"),
        ]
        if partner:
            domain.append(("partner_id", "=", partner.partner_id.id))
        [(balance,)] = (
            self.env["account.move.line"]
            .with_company(company)
            ._read_group(domain, [], ["balance:sum"])
        )
        return to_cents(balance or 0)
