from markupsafe import Markup, escape

from odoo import models
from odoo.fields import Command

from ..allocation import allocate, from_cents, to_cents
from ..cost_sharing_group import MENTION

#: Art. 293 E CGI.
FRANCHISE_MENTION = "TVA non applicable, art. 293 B du CGI"


class CocareRecharge(models.Model):
    """VAT of a recharge: which tax a line takes, what the firm recovers, mentions.

    Everything is as of the invoice date, on both sides.
    """

    _inherit = "cocare.recharge"

    def _sale_tax(self, share):
        """The tax that the share of a firm takes on the operator's invoice.

        :return: ``account.tax``, empty when the operator charges no VAT
        """
        self.ensure_one()
        operator = self.operator_id
        if not operator._cocare_charges_vat_on(self.run_id.invoice_date):
            return self.env["account.tax"]
        if share.service_id in self._exempt_services():
            return operator._cocare_exempt_tax()
        return operator.cocare_recharge_sale_tax_id

    def _exempt_services(self):
        """Services that are exempt for the firm on the invoice date."""
        self.ensure_one()
        return self.env["cocare.vat.exemption"]._exempt_services(
            self.company_id, self.run_id.invoice_date
        )

    def _vat_mentions(self, shares):
        """What the law wants on the invoice, in French whoever reads it.

        :param shares: those that make its lines
        :return: ``Markup``, empty when there is nothing to say
        """
        self.ensure_one()
        operator, date = self.operator_id, self.run_id.invoice_date
        if operator._cocare_vat_status_on(date) == "franchise":
            return Markup("<p>%s</p>") % FRANCHISE_MENTION
        services = shares.service_id
        exempt = services & self._exempt_services()
        if not exempt or not operator._cocare_charges_vat_on(date):
            return Markup()
        if exempt == services:
            return Markup("<p>%s</p>") % MENTION
        names = exempt.with_context(lang=self.company_id.partner_id.lang).mapped("name")
        return Markup("<p>%s : %s</p>") % (MENTION, escape(", ".join(names)))

    def _mirror_lines(self, invoice, shares):
        """Lines of the bill: those of the invoice, with the VAT that the firm recovers.

        A firm that recovers a part of the VAT has two lines for one: the part of the
        price whose VAT it recovers, and the rest with its VAT.

        :param invoice: the posted ``account.move``
        :param shares: those of the lines of the invoice, in their order
        :return: list of values of ``account.move.line``; with their VAT they add up to
            the invoice
        """
        self.ensure_one()
        firm = self.company_id
        percent = firm._cocare_vat_recovered_on(self.run_id.invoice_date)
        tax = firm.cocare_recharge_purchase_tax_id
        rows, with_vat = [], []
        for line, share in zip(invoice.invoice_line_ids, shares, strict=True):
            price, total = to_cents(line.price_subtotal), to_cents(line.price_total)
            values = {
                "name": line.name,
                "quantity": 1,
                "account_id": firm._cocare_account(
                    share.service_id.expense_account_code
                ).id,
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
