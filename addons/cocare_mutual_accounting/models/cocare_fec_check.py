from odoo import api, fields, models
from odoo.exceptions import UserError

from .. import fec_file

#: what somebody gives; the rest is what was found
GIVEN = {"file", "filename", "company_id"}


class CocareFecCheck(models.Model):
    """A ledger file that was given to be looked at; nothing is written in any books.

    How to use::

        check = env["cocare.fec.check"].create(
            {"company_id": firm.id, "filename": name, "file": base64_of_the_file}
        )
        check.action_check()
        check.verdict_office, check.verdict_books
    """

    _name = "cocare.fec.check"
    _inherit = [
        "cocare.guarded.mixin",
        "cocare.file.mixin",
        "cocare.fec.verdict.mixin",
    ]
    _description = "Check of a ledger file (FEC)"
    _order = "id desc"

    company_id = fields.Many2one(
        "res.company",
        string="Firm",
        required=True,
        index=True,
        default=lambda self: self.env.company,
        help="Whose books the file is of, or is thought to be.",
    )
    file = fields.Binary(string="FEC file")
    checked_on = fields.Datetime(readonly=True, copy=False)

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            self._check_given(vals)
        return super().create(vals_list)

    def write(self, vals):
        self._check_given(vals)
        if vals.keys() & GIVEN:
            vals = {
                "verdict_office": False,
                "verdict_books": False,
                "findings": False,
                **vals,
            }
        return super().write(vals)

    def _check_given(self, vals):
        if not self.env.su and vals.keys() - GIVEN:
            raise UserError(self.env._("Verdicts are not typed in: check the file."))

    def action_check(self):
        """Read the files again and keep what is found."""
        for record in self:
            record.check_access("write")
            company = record.company_id
            number = fec_file.siren(company.company_registry, company.vat)
            with record._open_file() as stream:
                vals = record._verdict_vals(stream, record.filename, siren=number)
            # verdicts are nobody's to write, rights were checked
            record.sudo().write({**vals, "checked_on": fields.Datetime.now()})
        return True

    @api.model
    def _check_given_file(self, company, filename, file):
        """Look at a file that is in another record, such as a take-over.

        :param file: base64
        :return: action that opens both verdicts
        """
        record = self.create(
            {"company_id": company.id, "filename": filename, "file": file}
        )
        record.action_check()
        return record._opened()

    def _opened(self):
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Check of a ledger file"),
            "res_model": self._name,
            "res_id": self.id,
            "view_mode": "form",
            "views": [(False, "form")],
        }
