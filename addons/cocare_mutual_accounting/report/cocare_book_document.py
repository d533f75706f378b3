from odoo import api, fields, models
from odoo.tools.misc import format_date, format_datetime

from odoo.addons.cocare_network.report.fonts import font_files

from .. import fec_file
from . import book_pdf


class CocareBookDocument(models.AbstractModel):
    """The PDF of a report on the books: the tables of its spreadsheet, printed."""

    _name = "cocare.book.document"
    _description = "Document of a report on the books"

    @api.model
    def _pdf(self, report):
        """:param report: ``cocare.book.report``
        :return: bytes
        """
        firms = report._firms()
        kinds = dict(report._fields["kind"]._description_selection(self.env))
        lang = self.env["res.lang"]._lang_get(self.env.lang or "en_US")

        def write(number, num_format):
            if num_format.endswith("%"):
                return lang.format("%.2f", number * 100, grouping=True) + "\u00a0%"
            decimals = len(num_format.partition(".")[2])
            return lang.format(f"%.{decimals}f", number, grouping=True)

        document = book_pdf.BookReport(
            title=kinds[report.kind],
            reference=format_date(self.env, report.date_to),
            author=self.env.user.name,
            firms=[
                book_pdf.FirmReport(
                    name=firm.name,
                    facts=self._facts(report, firm),
                    tables=report._tables(firm),
                )
                for firm in firms
            ],
            empty=self.env._("Nothing in the books for these days."),
            write=write,
            continued=self.env._("{title} (continued)"),
            page=self.env._("Page {page} / {pages}"),
        )
        return book_pdf.render(document, font_files())

    def _facts(self, report, firm):
        first, last = (
            format_date(self.env, day) for day in (report.date_from, report.date_to)
        )
        now = format_datetime(self.env, fields.Datetime.now(), dt_format="short")
        number = fec_file.siren(firm.company_registry, firm.vat)
        return [
            (self.env._("SIREN"), " ".join(number[i : i + 3] for i in (0, 3, 6))),
            (self.env._("State on"), last)
            if report.is_of_a_day or report.kind == "balance_sheet"
            else (
                self.env._("Period"),
                self.env._("%(first)s to %(last)s", first=first, last=last),
            ),
            (self.env._("Entries"), self.env._("Posted, in %s", firm.currency_id.name)),
            (self.env._("Printed on"), now),
        ]
