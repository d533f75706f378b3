from markupsafe import Markup

from odoo import fields, models
from odoo.fields import Command

from odoo.addons.cocare_network.models.res_company import VAT_STATUSES

from ..allocation import allocate, from_cents, to_cents
from ..cost_sharing_group import MENTION
from .cocare_rebilling import DISBURSEMENT_MENTION
from .res_company import CHARGING

#: Art. 293 E CGI.
FRANCHISE_MENTION = "TVA non applicable, art. 293 B du CGI"


class CocareRecharge(models.Model):
    """VAT of a recharge: which tax a line takes, what the firm recovers, mentions.

    What decides it is frozen on the day of the invoice, on both sides: a credit note
    undoes the VAT that there was, whatever became of the statuses since.
    """

    # One idea a file.
    _inherit = "cocare.recharge"  # pylint: disable=consider-merging-classes-inherited

    operator_vat_status = fields.Selection(
        VAT_STATUSES, string="VAT status of the operator", readonly=True
    )
    exempt_service_ids = fields.Many2many(
        "cocare.service", string="Exempt from VAT", readonly=True
    )
    recovered_percent = fields.Integer(
        string="VAT recovered (%)", readonly=True, aggregator=None
    )

    def _freeze_vat(self, date):
        """Note what decides the VAT of these recharges, as of their invoice date."""
        exempt = self.env["cocare.vat.exemption"]._exempt_services(
            self.company_id, date
        )
        none = self.env["cocare.service"]
        for operator, recharges in self.grouped("operator_id").items():
            status = operator._cocare_vat_status_on(date)
            alike = recharges.grouped(
                lambda r: (
                    exempt.get(r.company_id, none),
                    r.company_id._cocare_vat_recovered_on(date),
                )
            )
            for (services, percent), group in alike.items():
                group.write(
                    {
                        "operator_vat_status": status,
                        "exempt_service_ids": [Command.set(services.ids)],
                        "recovered_percent": percent,
                    }
                )

    def _sale_tax(self, share):
        """The tax that the share of a firm takes on the operator's invoice.

        :return: ``account.tax``, empty when the operator charges no VAT
        """
        self.ensure_one()
        if self.operator_vat_status not in CHARGING or share._is_disbursement():
            return self.env["account.tax"]
        if share.service_id in self.exempt_service_ids:
            return self.operator_id._cocare_exempt_tax()
        return self.operator_id.cocare_recharge_sale_tax_id

    def _vat_mentions(self, amounts):
        """What the law wants on the invoice, in French whoever reads it.

        :param list amounts: (``cocare.allocation.share``, cents), its lines
        :return: ``Markup``, empty when there is nothing to say
        """
        self.ensure_one()
        disbursements = [s for s, _cents in amounts if s._is_disbursement()]
        said = Markup()
        if disbursements:
            said += Markup("<p>%s : %s</p>") % (
                DISBURSEMENT_MENTION,
                ", ".join(share.display_name for share in disbursements),
            )
        if self.operator_vat_status == "franchise":
            return said + Markup("<p>%s</p>") % FRANCHISE_MENTION
        services = self.env["cocare.service"].union(
            *(s.service_id for s, _c in amounts)
        )
        exempt = services & self.exempt_service_ids
        if not exempt or self.operator_vat_status not in CHARGING:
            return said
        if exempt == services and not disbursements:
            return Markup("<p>%s</p>") % MENTION
        names = exempt.with_context(lang=self.company_id.partner_id.lang).mapped("name")
        return said + Markup("<p>%s : %s</p>") % (MENTION, ", ".join(names))

    def _mirror_lines(self, invoice, amounts, accounts):
        """Lines of the bill: those of the invoice, with the VAT that the firm recovers.

        A firm that recovers a part of the VAT has two lines for one: the part of the
        price whose VAT it recovers, and the rest with its VAT.

        :param invoice: the posted ``account.move``
        :param list amounts: (``cocare.allocation.share``, cents), its lines
        :param dict accounts: see ``_accounts``
        :return: list of values of ``account.move.line``; with their VAT they add up to
            the invoice
        """
        self.ensure_one()
        firm = self.company_id
        percent = self.recovered_percent
        tax = firm.cocare_recharge_purchase_tax_id
        rows, with_vat = [], []
        lines = invoice.invoice_line_ids
        for line, (share, _cents) in zip(lines, amounts, strict=True):
            price, total = to_cents(line.price_subtotal), to_cents(line.price_total)
            values = {
                "name": line.name,
                "quantity": 1,
                "account_id": accounts[firm, share._expense_account_code()].id,
            }
            recovered = allocate(price, [percent, 100 - percent])[0]
            if not any(line.tax_ids.mapped("amount")):
                rows.append([values, price, tax.browse()])
                continue
            if recovered:
                rows.append([values, recovered, tax])
            if recovered != price:
                rest = total - recovered - self._purchase_vat([recovered])
                rows.append([values, rest, tax.browse()])
                with_vat.append(rows[-1])
        if with_vat:
            # Rounding of the VAT over the whole document.
            vat = self._purchase_vat([cents for _values, cents, taxes in rows if taxes])
            written = sum(cents for _values, cents, _taxes in rows) + vat
            with_vat[0][1] += to_cents(invoice.amount_total) - written
        return [
            {
                **values,
                "price_unit": from_cents(cents),
                "tax_ids": [Command.set(taxes.ids)],
            }
            for values, cents, taxes in rows
        ]

    def _purchase_vat(self, prices):
        """VAT of a bill of the firm with these prices, rounded as its books do.

        :param list prices: cents before tax, one a line
        :rtype: int
        """
        firm = self.company_id
        tax = firm.cocare_recharge_purchase_tax_id
        lines = [
            tax._prepare_base_line_for_taxes_computation(
                {},
                price_unit=from_cents(cents),
                quantity=1.0,
                tax_ids=tax,
                currency_id=firm.currency_id,
            )
            for cents in prices
        ]
        tax._add_tax_details_in_base_lines(lines, firm)
        tax._round_base_lines_tax_details(lines, firm)
        return sum(
            to_cents(part["tax_amount_currency"])
            for line in lines
            for part in line["tax_details"]["taxes_data"]
        )
