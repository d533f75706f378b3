from odoo import fields, models


class AccountMoveLine(models.Model):
    _inherit = "account.move.line"

    cocare_fec_letter = fields.Char(
        string="Letter to apply",
        readonly=True,
        copy=False,
        index="btree_not_null",
        help="The letter in the software that it was taken over from, with the line of "
        "the file where it begins. It is applied when the last draft is posted.",
    )
    cocare_fec_letter_date = fields.Date(
        string="Lettered there on", readonly=True, copy=False
    )

    # The cockpit reads what is open of all firms, however much history there is.
    _cocare_open_idx = models.Index(
        "(company_id, account_id) WHERE parent_state = 'posted'"
        " AND reconciled IS NOT TRUE AND amount_residual != 0"
    )

    def _cocare_letter_balances(self):
        """Whether lines of one letter can be matched as they are in the file: all
        posted, none matched in part, in one account, and nothing would be left."""
        account = self.account_id
        return (
            len(account) == 1
            and account.reconcile
            and set(self.mapped("parent_state")) == {"posted"}
            and not self.matched_debit_ids
            and not self.matched_credit_ids
            and self.company_id.currency_id.is_zero(sum(self.mapped("balance")))
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
