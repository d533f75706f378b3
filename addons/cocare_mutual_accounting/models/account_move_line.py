from odoo import models


class AccountMoveLine(models.Model):
    _inherit = "account.move.line"

    # The cockpit reads what is open of all firms, however much history there is.
    _cocare_open_idx = models.Index(
        "(company_id, account_id) WHERE parent_state = 'posted'"
        " AND reconciled IS NOT TRUE AND amount_residual != 0"
    )

    def _check_company(self, fnames=None):
        """Of lines that are made together, Odoo checks one for each account, tax… of
        each of the books, rather than all.
        """
        if fnames is not None or not self.env.context.get("cocare_complete"):
            return super()._check_company(fnames)
        for name, field in self._fields.items():
            if field.relational and field.check_company:
                alike = {(line.company_id, line[name]): line.id for line in self}
                ones = self.browse(alike.values())
                super(AccountMoveLine, ones)._check_company([name])
        return None
