"""Which rows of Odoo's own models a firm sees; what stays as Odoo has it, and why.

``company_ids`` are the firms ticked in the switcher, ``user`` is the reader, as in any
record rule. All rules are global: group rules would be OR-ed and open each other.
"""

OWN = "[('company_id', 'in', company_ids)]"
OWN_OR_SHARED = "[('company_id', 'in', company_ids + [False])]"
# settings of a firm serve its branches, as in Odoo's accounting
OWN_OR_PARENT = "[('company_id', 'parent_of', company_ids)]"

# Whoever works in one of the ticked firms; archived accounts do not count.
STAFF = """('{}.user_ids', 'any', [('active', '=', True),
        ('company_ids', 'in', company_ids)])"""

# Records with the firm that ``cocare.firm.mark.mixin`` gives them.
MARKED = "('cocare_company_id', 'in', company_ids + [False])"
MINE = "'|', ('create_uid', '=', user.id)"
CHANNEL = f"'|', ('is_member', '=', True), {MARKED}"
EVENT = f"""'|', '|', ('user_id', '=', user.id),
        ('partner_ids', 'in', user.partner_id.id), {MARKED}"""
THROUGH = "('{}', 'any', [{}])"

RULES = {
    # what a firm sets up, or what tells its volume of business
    "digest.digest": OWN_OR_SHARED,
    "ir.default": """['&', ('company_id', 'in', company_ids + [False]),
        '|', ('user_id', '=', False), ('user_id.company_ids', 'in', company_ids)]""",
    "ir.sequence": OWN_OR_SHARED,
    "ir.sequence.date_range": "[('sequence_id.company_id', 'in',"
    " company_ids + [False])]",
    "mail.activity.plan": OWN_OR_SHARED,
    "mail.activity.plan.template": """[
        ('plan_id.company_id', 'in', company_ids + [False])]""",
    "onboarding.progress": OWN_OR_SHARED,
    "onboarding.progress.step": OWN_OR_SHARED,
    "resource.calendar": OWN_OR_SHARED,
    "resource.calendar.attendance": """[
        ('calendar_id.company_id', 'in', company_ids + [False])]""",
    "snailmail.letter": OWN,
    # what people write for themselves, marked with the firm it was written in
    "calendar.attendee": f"""['|', ('partner_id', '=', user.partner_id.id),
        {THROUGH.format("event_id", EVENT)}]""",
    "calendar.event": f"[{EVENT}]",
    "calendar.filters": "[('user_id', '=', user.id)]",
    "calendar.recurrence": f"""['|', {THROUGH.format("base_event_id", EVENT)},
        {THROUGH.format("calendar_event_ids", EVENT)}]""",
    "discuss.call.history": f"[{THROUGH.format('channel_id', CHANNEL)}]",
    "discuss.channel": f"[{CHANNEL}]",
    "discuss.channel.member": f"""['|', ('partner_id', '=', user.partner_id.id),
        {THROUGH.format("channel_id", CHANNEL)}]""",
    "ir.exports": f"[{MINE}, {MARKED}]",
    "ir.exports.line": f"[{THROUGH.format('export_id', f'{MINE}, {MARKED}')}]",
    "ir.filters": f"['|', ('user_ids', 'in', user.id), {MARKED}]",
    "mail.alias": f"[{MARKED}]",
    "mail.canned.response": f"[{MINE}, {MARKED}]",
    "mail.template": f"[{MARKED}]",
    "sms.template": f"[{MARKED}]",
    # who writes to whom
    "mail.followers": f"""['|', '|', '|', ('partner_id', '=', user.partner_id.id),
        ('partner_id.company_id', 'in', company_ids), {STAFF.format("partner_id")},
        '&', ('partner_id.company_id', '=', False),
        ('partner_id.user_ids', '=', False)]""",
    "mail.notification": f"""['|', '|', '|',
        ('res_partner_id', '=', user.partner_id.id),
        ('author_id', '=', user.partner_id.id),
        {STAFF.format("res_partner_id")}, {STAFF.format("author_id")}]""",
    # A file of a record follows the record. Public files and files of no record are
    # listed to their firm, their author, and the public, who has the link anyway.
    "ir.attachment": """[(1, '=', 1)] if user.share else ['|', '|',
        ('company_id', 'in', company_ids + [False]), ('create_uid', 'in', [1, user.id]),
        '&', ('public', '=', False), ('res_id', '!=', 0)]""",
    # sales and products
    "crm.team.member": "[('crm_team_id.company_id', 'in', company_ids + [False])]",
    "product.combo.item": "[('combo_id.company_id', 'in', company_ids + [False])]",
    "product.uom": OWN_OR_SHARED,
    # the books
    "account.fiscal.position.account": """[
        ('position_id.company_id', 'parent_of', company_ids)]""",
    "account.lock_exception": OWN_OR_PARENT,
    "account.partial.reconcile": OWN,
    "account.payment.term.line": """['|', ('payment_id.company_id', '=', False),
        ('payment_id.company_id', 'parent_of', company_ids)]""",
    "account.payment.method.line": """['|', ('journal_id', '=', False),
        ('journal_id.company_id', 'parent_of', company_ids)]""",
    # of modules that the suite does not ask for
    "hr.work.location": OWN,
    "purchase.bill.line.match": OWN,
    "stock.package.type": OWN_OR_SHARED,
}

# Models with a company and without a global rule, reviewed.
ACCEPTED = {
    "account.code.mapping": "has no table: shows the accounts that the reader may read",
    "iap.account": "Odoo's own rule, on internal users: nobody else has any right",
    "mail.mail": "read by system administrators only, who keep the mail server",
    "mail.message": "Odoo lets through what the reader may read the document of",
    "product.product": "its template has the company, and the rule",
    "res.company": "Odoo's rules, one a kind of user, are on the user's own firms",
}

# Models that every internal user may write to, without a global rule, reviewed.
SHARED = {
    "account.age.report.configuration.line": "columns of a report: numbers of days",
    "auth.passkey.key": "one's own: Odoo looks at nobody else's",
    "base_import.mapping": "headings of imported files: words, no rows",
    "calendar.alarm": "reminders: so many minutes before",
    "discuss.gif.favorite": "one's own, by Odoo's rule on users",
    "iap.account": "see ACCEPTED",
    "ir.embedded.actions": "menus that people arrange: one's own, or of the modules",
    "mail.activity": "Odoo lets through what the reader may read the document of",
    "mail.message": "see ACCEPTED",
    "report.layout": "looks of documents",
    "res.users.settings": "one's own, by Odoo's rule on users",
    "res.users.settings.embedded.action": "one's own, by Odoo's rule on users",
    "res.users.settings.volumes": "one's own, by Odoo's rule on users",
    "spreadsheet.dashboard.share": "one's own, by Odoo's rule on users",
    "utm.campaign": "words that all share",
    "utm.medium": "words that all share",
    "utm.source": "words that all share",
}
