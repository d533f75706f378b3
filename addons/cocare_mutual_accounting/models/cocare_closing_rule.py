import re

from odoo import api, fields, models
from odoo.exceptions import ValidationError

KINDS = [("month", "Month"), ("quarter", "Quarter"), ("year", "Year")]
#: what a firm is for a rule; a legal form that is not here is of the last kind
FORMS = {
    **dict.fromkeys(("sole_trader", "micro"), "sole_trader"),
    **dict.fromkeys(
        ("eurl", "sarl", "sas", "sa", "scop_sarl", "scop_sas", "scop_sa")
        + ("scic_sarl", "scic_sas", "scic_sa", "cae"),
        "company",
    ),
}
CHARGING = ("taxable", "mixed")
#: checks that look at accounts which the rule names
OF_ACCOUNTS = ("zero", "in_debit")
PREFIX = re.compile(r"\d+")


class CocareClosingRule(models.Model):
    """A step of the checklist of a closing: what is looked at, for which firms.

    A step checks itself from the books, or is signed by somebody, who is shown the
    balances of the accounts that the rule names. Closings take the rules that are in
    force on their last day.
    """

    _name = "cocare.closing.rule"
    _inherit = "cocare.dated.parameter.mixin"
    _description = "Step of a closing checklist"
    _order = "kind, sequence, id"

    name = fields.Char(required=True, translate=True)
    description = fields.Text(
        string="What to do", translate=True, help="How it is put in order."
    )
    sequence = fields.Integer(default=10)
    kind = fields.Selection(KINDS, string="Closing", required=True, default="month")
    check = fields.Selection(
        [
            ("bank", "Bank and cash are what the statements say"),
            ("zero", "Accounts are empty"),
            ("in_debit", "Accounts are not in debit"),
            ("drafts", "No entry is a draft"),
            ("open_items", "No old item is unmatched"),
            ("third_parties", "No third party is on the wrong side"),
            ("documents", "No document is waited for"),
            ("vouchers", "Every bill has its voucher"),
            ("vat", "VAT of the books is what was declared"),
            ("vat_settled", "VAT that was declared is settled"),
            ("mirrors", "The other firms say the same"),
            ("opening", "The year opens as the last one ended"),
            ("result", "Classes 7 less 6 are the result"),
            ("depreciation", "Assets, depreciation and its charge agree"),
            ("fec", "The ledger file (FEC) would be accepted"),
        ],
        string="Checks itself",
        help="Empty: somebody signs it.",
    )
    evidence_required = fields.Boolean(
        string="Wants evidence", help="It is not signed without a document."
    )
    accounts = fields.Char(
        string="Accounts looked at", help="First digits, as in 471, 58."
    )
    only_if = fields.Char(
        string="Only if used",
        help="First digits of accounts: the step is for firms that have items there.",
    )
    days = fields.Integer(
        string="Days old", aggregator=None, help="Items that are younger are left out."
    )
    currency_id = fields.Many2one(
        "res.currency", required=True, default=lambda self: self.env.ref("base.EUR")
    )
    tolerance = fields.Monetary(
        string="Difference that is accepted",
        help="Each line of a VAT return is rounded to the euro.",
    )
    regime_ids = fields.Many2many(
        "cocare.regime",
        string="Under a regime",
        help="Firms under one of them on the last day; empty: all firms.",
    )
    for_vat = fields.Selection(
        [
            ("any", "Any firm"),
            ("charging", "Taxable, or partly"),
            ("other", "Not taxable"),
        ],
        string="VAT status",
        required=True,
        default="any",
    )
    for_form = fields.Selection(
        [
            ("any", "Any firm"),
            ("company", "Companies"),
            ("sole_trader", "Sole traders"),
            ("other", "Associations and others"),
        ],
        string="Legal form",
        required=True,
        default="any",
    )

    _signed_with_evidence = models.Constraint(
        'CHECK (NOT evidence_required OR "check" IS NULL)',
        "A step that checks itself is not signed.",
    )

    @api.constrains("check", "accounts", "only_if")
    def _check_accounts(self):
        for rule in self:
            texts = [rule.accounts or "", rule.only_if or ""]
            if any(re.sub(r"[\d\s,;]", "", text) for text in texts):
                raise ValidationError(
                    rule.env._(
                        "“%(rule)s”: accounts are first digits, as in 471, 58.",
                        rule=rule.name,
                    )
                )
            if rule.check in OF_ACCOUNTS and not rule._prefixes():
                raise ValidationError(
                    rule.env._(
                        "“%(rule)s”: say which accounts it looks at.", rule=rule.name
                    )
                )

    def _prefixes(self, name="accounts"):
        """First digits of accounts, as a tuple.

        :param str name: ``accounts`` or ``only_if``
        """
        self.ensure_one()
        return tuple(PREFIX.findall(self[name] or ""))

    def _is_for(self, closing, facts):
        """Tell whether the step belongs to a closing.

        A legal form that is not known has the steps of all forms: rather one too many.

        :param closing: ``cocare.closing``, whose kind is the rule's
        :param facts: see ``cocare.closing._facts``
        """
        self.ensure_one()
        if not self.valid_from <= closing.date_to <= self._last_day():
            return False
        if self.regime_ids and not self.regime_ids & facts.regimes:
            return False
        charging = "charging" if facts.vat_status in CHARGING else "other"
        if self.for_vat not in ("any", charging):
            return False
        form = closing.company_id.cocare_legal_form
        if form and self.for_form not in ("any", FORMS.get(form, "other")):
            return False
        prefixes = self._prefixes("only_if")
        return not prefixes or any(code.startswith(prefixes) for code in facts.codes)
