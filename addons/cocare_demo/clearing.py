"""What the firms sold each other in the last closed month, and its clearing."""

from datetime import date

#: (seller, buyer, day, amount, account of the sale, of the purchase, what)
TRADE = (
    ("atelier", "epicerie", date(2026, 9, 11), 420.0, "706", "615", "Rayonnages"),
    ("epicerie", "association", date(2026, 9, 18), 96.5, "707", "607", "Goûter"),
    ("jardins", "association", date(2026, 9, 22), 134.0, "701", "607", "Paniers"),
    ("association", "operator", date(2026, 9, 25), 180.0, "706", "622", "Animation"),
)
#: as above, of which the buyer has no bill yet
WITHOUT_BILL = (
    (
        "atelier",
        "jardins",
        date(2026, 9, 29),
        260.0,
        "706",
        "615",
        "Réparation",
    ),
)
IBANS = {
    "operator": "FR7630006000011234567890189",
    "jardins": "FR7610107001011234567890129",
    "atelier": "FR7611315000011234567890138",
    "epicerie": "FR7630004000031234567890143",
    "association": "FR7630001007941234567890185",
}


def play(network, companies, month):
    """Firms trade, and the accountant sends them what they may clear.

    :param date month: the last one that is closed, whose recharges are not paid yet
    """
    for key, iban in IBANS.items():
        if not companies[key].partner_id.bank_ids:
            companies[key]._cocare_open_bank_account(iban)
    for deal in TRADE:
        _bill(companies, deal, _invoice(companies, deal))
    for deal in WITHOUT_BILL:
        _invoice(companies, deal)
    user = network.env["res.users"].search([("login", "=", "comptable")])
    clearing = (
        network.env["cocare.clearing"]
        .with_user(user)
        .with_context(allowed_company_ids=user.company_ids.ids)
        .create({"network_id": network.id, "date_from": month})
    )
    clearing.action_propose()
    clearing.action_send()


def _invoice(companies, deal):
    seller, buyer, day, amount, account, _account, what = deal
    seller = companies[seller]
    taxed = seller.cocare_vat_status == "taxable"
    return _document(
        seller,
        companies[buyer],
        "out_invoice",
        day,
        amount=amount,
        tax=seller.cocare_recharge_sale_tax_id if taxed else None,
        account=account,
        name=what,
    )


def _bill(companies, deal, invoice):
    """The mirror of an invoice; who does not recover the VAT books it as a cost."""
    seller, buyer, day, amount, _account, account, what = deal
    buyer = companies[buyer]
    recovers = buyer.cocare_vat_status == "taxable" and bool(invoice.amount_tax)
    return _document(
        buyer,
        companies[seller],
        "in_invoice",
        day,
        amount=amount if recovers else invoice.amount_total,
        tax=buyer.cocare_recharge_purchase_tax_id if recovers else None,
        account=account,
        name=what,
        ref=invoice.name,
    )


def _document(company, other, move_type, day, amount, tax, account, name, ref=None):
    """A posted document, in the firm's own journal and not in that of the recharges."""
    env = company.with_company(company).env
    journal = env["account.journal"].search(
        [
            ("company_id", "=", company.id),
            ("type", "=", "sale" if move_type == "out_invoice" else "purchase"),
            ("cocare_fec_code", "!=", False),
        ],
        limit=1,
    )
    move = env["account.move"].create(
        {
            "move_type": move_type,
            "company_id": company.id,
            "journal_id": journal.id,
            "partner_id": other.partner_id.id,
            "invoice_date": day,
            "date": day,
            "ref": ref,
            "invoice_line_ids": [
                (
                    0,
                    0,
                    {
                        "name": name,
                        "quantity": 1,
                        "price_unit": amount,
                        "account_id": company._cocare_account(account).id,
                        "tax_ids": [(6, 0, tax.ids if tax else [])],
                    },
                )
            ],
        }
    )
    move.action_post()
    return move
