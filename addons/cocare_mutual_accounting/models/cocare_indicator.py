from decimal import Decimal

from odoo import models

#: what makes a figure of a month known
KNOWN = {
    "turnover": "traded",
    "network_cost": "shared",
    "alone_cost": "referenced",
    "gain": "referenced",
}


class CocareIndicator(models.Model):
    _inherit = "cocare.indicator"

    def _series_firm_months(self, companies, months):
        """Figures of the books and of what was shared; see ``cocare.firm.month``.

        Cash carries on through a month without entries. After the last entry nothing
        is known: the books are not there yet.
        """
        rows = self.env["cocare.firm.month"].search_fetch(
            [("company_id", "in", companies.ids)],
            ["company_id", "month", "booked", "cash", *KNOWN, *set(KNOWN.values())],
            order="company_id, month",
        )
        figures = {code: {} for code in ("cash", *KNOWN)}
        for company, theirs in rows.grouped("company_id").items():
            by_month = theirs.grouped("month")
            booked = theirs.filtered("booked").mapped("month")
            for month in months:
                if booked and booked[0] <= month <= booked[-1]:
                    last = theirs.filtered(lambda row, m=month: row.month <= m)[-1]
                    figures["cash"][company, month] = _exact(last.cash)
                row = by_month.get(month)
                for code, known in KNOWN.items():
                    if row and row[known]:
                        figures[code][company, month] = _exact(row[code])
        return figures


def _exact(amount):
    """An amount of the database, to the cent that it has there."""
    return Decimal(f"{amount:.2f}")
