from datetime import date

from odoo.fields import Command
from odoo.tests import tagged

from odoo.addons.cocare_network.tests.common import CocareCommon

from ..allocation import from_cents, to_cents


@tagged("post_install", "-at_install")
class CocareBooksCommon(CocareCommon):
    """The network of ``CocareCommon`` with French books, two services and a rent.

    Coaching is shared by its hours, bookkeeping by entries posted, the rent is a
    support cost.
    """

    @classmethod
    def setUpCompanies(cls):  # pylint: disable=missing-return
        super().setUpCompanies()
        # Tests of reviews give some.
        cls.network.recharge_review_days = 0

    @classmethod
    def _set_up_operator(cls, operator):
        operator._cocare_load_chart("fr")
        operator._cocare_set_up_recharges()

    @classmethod
    def setUpUsers(cls):  # pylint: disable=missing-return
        super().setUpUsers()
        cls.accountant = cls._new_user(
            "accountant",
            "cocare_mutual_accounting.group_accountant",
            cls.operator | cls.firms,
        )

    @classmethod
    def setUpServices(cls):  # pylint: disable=missing-return
        super().setUpServices()
        cls.bookkeeping = cls.env["cocare.service"].create(
            {
                "name": "Bookkeeping",
                "code": "BOOKS",
                "network_id": cls.network.id,
                "meter": "entries",
                "expense_account_code": "6226",
            }
        )
        cls.agreements |= cls.env["cocare.agreement"].create(
            [
                {
                    "company_id": firm.id,
                    "service_id": cls.bookkeeping.id,
                    "date_start": cls.JULY,
                    "state": "signed",
                }
                for firm in cls.firms
            ]
        )
        cls.pools = cls.env["cocare.cost.pool"].create(
            [
                cls._pool_values("Coaches", "6411", cls.coaching),
                cls._pool_values("Bookkeepers", "6413", cls.bookkeeping),
                {
                    "name": "Rent",
                    "network_id": cls.network.id,
                    "kind": "support",
                    "date_start": cls.JULY,
                    "account_ids": [Command.set(cls._account("6132").ids)],
                },
            ]
        )
        references = cls.env["cocare.alone.cost"].create(
            [
                {
                    "service_id": cls.coaching.id,
                    "valid_from": cls.JULY,
                    "unit_price": 95,
                    "source": "Price list of a consultant",
                },
                {
                    "service_id": cls.bookkeeping.id,
                    "valid_from": cls.JULY,
                    "monthly_amount": 120,
                    "unit_price": 2.5,
                    "source": "Three quotes of accounting firms",
                },
            ]
        )
        cls._adopt(references)

    @classmethod
    def _account(cls, code, company=None):
        return (company or cls.operator)._cocare_account(code)

    @classmethod
    def _pool_values(cls, name, code, service):
        key = cls.env["cocare.allocation.key"].create(
            {"name": f"Use of {service.name}", "network_id": cls.network.id}
        )
        cls._adopt_version(key, method="usage", service_id=service.id)
        return {
            "name": name,
            "network_id": cls.network.id,
            "service_id": service.id,
            "key_id": key.id,
            "date_start": cls.JULY,
            "account_ids": [Command.set(cls._account(code).ids)],
        }

    @classmethod
    def _adopt_version(cls, key, valid_from=None, **values):
        version = cls.env["cocare.allocation.key.version"].create(
            {
                "key_id": key.id,
                "valid_from": valid_from or cls.JULY,
                **values,
            }
        )
        cls._adopt(version)
        return version

    @classmethod
    def _entry(cls, company, day, *items):
        """Post a balanced entry.

        :param items: ``(code prefix, balance)``
        """
        journal = cls.env["account.journal"].search(
            [("company_id", "=", company.id), ("type", "=", "general")], limit=1
        )
        move = (
            cls.env["account.move"]
            .with_company(company)
            .create(
                {
                    "journal_id": journal.id,
                    "date": day,
                    "line_ids": [
                        Command.create(
                            {
                                "account_id": cls._account(code, company).id,
                                "balance": balance,
                                "name": "Test",
                            }
                        )
                        for code, balance in items
                    ],
                }
            )
        )
        move._post(soft=False)
        return move

    @classmethod
    def _pay_by_bank(cls, move, day, share=1):
        """Pay a document, or a part of it, as the bank statement says."""
        owed = move.line_ids.filtered(
            lambda line: line.account_type in ("asset_receivable", "liability_payable")
        )
        code = owed.account_id.with_company(move.company_id).code
        cents = round(to_cents(sum(owed.mapped("amount_residual"))) * share)
        paid = cls._entry(
            move.company_id,
            day,
            (code, from_cents(-cents)),
            ("512", from_cents(cents)),
        )
        paid.line_ids.partner_id = owed.partner_id
        same = paid.line_ids.filtered(lambda line: line.account_id == owed.account_id)
        (owed | same).reconcile()

    @classmethod
    def _costs(cls, day, coaches=0, bookkeepers=0, rent=0):
        """Post a month's costs in the operator's books."""
        for code, cost in (("6411", coaches), ("6413", bookkeepers), ("6132", rent)):
            if cost:
                cls._entry(cls.operator, day, (code, cost), ("512", -cost))

    def _run(self, month, **values):
        return self.env["cocare.allocation.run"].create(
            {"network_id": self.network.id, "date_from": month, **values}
        )

    def _close(self, month):
        run = self._run(month)
        run.action_compute()
        run.action_post()
        return run

    def _invoiced(self, run, service):
        shares = run.share_ids.filtered(lambda s: s.service_id == service)
        return [share.invoiced for share in shares.sorted(lambda s: s.company_id.id)]

    @property
    def july(self):
        return date(2025, 7, 1)
