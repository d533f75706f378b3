from odoo import api, fields, models
from odoo.tools.misc import format_date, format_datetime
from odoo.tools.translate import LazyTranslate

# There is no environment at import time: these are translated when they are shown.
# pylint: disable=prefer-env-translation
_lt = LazyTranslate(__name__)

COLUMNS = {
    "firm": _lt("Firm"),
    "service": _lt("Service"),
    "date": _lt("Date"),
    "quantity": _lt("Quantity"),
    "name": _lt("Description"),
}

#: What each problem code of ``usage_csv.py`` and of the import says to who imports.
MESSAGES = {
    "closed": _lt(
        "Usages are closed until %(date)s because that period was allocated. Date it "
        "later."
    ),
    "columns_missing": _lt(
        "These columns are missing: %(columns)s. Download the template to see them."
    ),
    "columns_twice": _lt("This column is there more than once: %(columns)s."),
    "date": _lt("“%(text)s” is not a date: write the day as 31/10/2026 or 2026-10-31."),
    "empty": _lt("%(columns)s: this cell is empty."),
    "fields_count": _lt("Cells found: %(found)s; the header has %(expected)s."),
    "firm_twice": _lt(
        "Several firms are called “%(text)s”: write the SIRET or the code instead."
    ),
    "firm_unknown": _lt(
        "None of the firms you are working in has the name, the SIRET or the code "
        "“%(text)s”."
    ),
    "known": _lt("Imported before: it is not counted again."),
    "malformed": _lt("The quotation marks of this line do not match."),
    "no_agreement": _lt(
        "%(firm)s has no agreement for “%(service)s” in %(month)s: make one first."
    ),
    "no_row": _lt("The file holds no line of readings."),
    "not_text": _lt("This is not a text file: save the sheet as CSV (UTF-8)."),
    "quantity": _lt(
        "“%(text)s” is not a quantity: digits and a decimal comma, without separator "
        "for thousands."
    ),
    "quantity_ambiguous": _lt(
        "“%(text)s” could be read in two ways: write thousands without a separator, "
        "or the decimals with a closing zero."
    ),
    "quantity_negative": _lt(
        "“%(text)s” is negative: a reading is not; correct the reading it takes from."
    ),
    "quantity_precise": _lt("“%(text)s” has more than three decimals."),
    "same_file": _lt("This very file was imported on %(date)s by %(user)s."),
    "service_metered": _lt(
        "“%(service)s” is read by an automatic meter: it is not typed in."
    ),
    "service_twice": _lt(
        "Several services are called “%(text)s”: write the code of the service."
    ),
    "service_unknown": _lt("No service of the network has the code “%(text)s”."),
    "too_big": _lt("The file is larger than %(limit)s MiB."),
    "too_long": _lt("%(columns)s: more than %(limit)s characters."),
    "too_many_columns": _lt("The file has more than %(limit)s columns."),
    "too_many_rows": _lt(
        "The file has more than %(limit)s lines: cut it into several files."
    ),
    "twice": _lt("It says the same as line %(other)s: add a description to either."),
}


class CocareUsageImportLine(models.Model):
    """One line of a file of readings: its text, what it means, what is wrong with it.

    Codes and values are stored, not sentences: each reader sees them in their language.
    """

    _name = "cocare.usage.import.line"
    _description = "Line of an import of readings"
    _order = "import_id desc, line, id"
    _rec_name = "line"

    import_id = fields.Many2one(
        "cocare.usage.import", required=True, index=True, ondelete="cascade"
    )
    line = fields.Integer(aggregator=None)
    firm_text = fields.Char(string="Firm in the file")
    service_text = fields.Char(string="Service in the file")
    date_text = fields.Char(string="Date in the file")
    quantity_text = fields.Char(string="Quantity in the file")
    company_id = fields.Many2one("res.company", string="Firm", index=True)
    service_id = fields.Many2one("cocare.service", ondelete="cascade")
    date = fields.Date()
    quantity = fields.Float(digits=(16, 3))
    uom_id = fields.Many2one(related="service_id.uom_id")
    name = fields.Char(string="Description")
    state = fields.Selection(
        [
            ("error", "To correct"),
            ("known", "Imported before"),
            ("ready", "To import"),
            ("done", "Imported"),
        ],
        required=True,
    )
    problems = fields.Json()
    message = fields.Text(string="Problem", compute="_compute_message")
    import_key = fields.Char(export_string_translation=False)
    reading_id = fields.Many2one(
        "cocare.reading", index="btree_not_null", ondelete="restrict"
    )

    @api.depends("problems")
    @api.depends_context("lang")
    def _compute_message(self):
        for line in self:
            line.message = self._text(line.problems or [], numbered=False)

    def _store_readings(self, readings):
        """Note the reading each line became.

        Runs as superuser: nobody writes the lines otherwise.
        """
        for line, reading in zip(self.sudo(), readings, strict=True):
            line.write({"reading_id": reading.id, "state": "done"})

    @api.model
    def _text(self, problems, numbered=True):
        """All that is wrong with a line, in the user's language.

        :param problems: list of ``[code, line, values]``
        :param bool numbered: name the line
        """
        say = self._located if numbered else self._sentence
        return "\n".join(say(*problem) for problem in problems)

    @api.model
    def _located(self, code, line, values):
        sentence = self._sentence(code, line, values)
        if not line:
            return sentence
        return self.env._("Line %(line)s: %(message)s", line=line, message=sentence)

    @api.model
    def _sentence(self, code, line, values):
        values = dict(values)
        if code == "same_file":
            values["date"] = format_datetime(
                self.env, fields.Datetime.to_datetime(values["date"])
            )
        elif "date" in values:
            values["date"] = format_date(self.env, values["date"])
        if "month" in values:
            values["month"] = format_date(
                self.env, values["month"], date_format="MMMM yyyy"
            )
        if "columns" in values:
            # The column is only known when the problem is.
            values["columns"] = ", ".join(
                self.env._(COLUMNS[name])  # pylint: disable=translation-not-lazy
                for name in values["columns"]
            )
        return self.env._(MESSAGES[code]) % values  # pylint: disable=translation-not-lazy
