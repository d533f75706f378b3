{
    "name": "Co-CARE Isolation",
    "summary": "Firms of one database do not see each other through Odoo's own models",
    "version": "19.0.1.0.0",
    "development_status": "Alpha",
    "category": "Services/Network",
    "website": "https://github.com/co-care/co-care",
    "author": "Co-CARE",
    "license": "AGPL-3",
    # sms: its templates are read by every internal user; Odoo installs it with crm
    "depends": ["cocare_network", "sms"],
    "data": [
        "views/calendar_event_views.xml",
        "views/discuss_channel_views.xml",
        "views/ir_filters_views.xml",
        "views/mail_canned_response_views.xml",
        "views/mail_template_views.xml",
        "views/sms_template_views.xml",
    ],
}
