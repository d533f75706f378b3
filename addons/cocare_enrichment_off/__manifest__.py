{
    "name": "Co-CARE Enrichment Off",
    "summary": "What is known of firms, contacts and leads is not sent to be completed",
    "version": "19.0.1.0.0",
    "development_status": "Alpha",
    "category": "Services/Network",
    "website": "https://github.com/co-care/co-care",
    "author": "Co-CARE",
    "license": "AGPL-3",
    # the two by which Odoo asks outside; it installs both with crm
    "depends": ["cocare_network", "crm_iap_enrich", "partner_autocomplete"],
    "auto_install": True,
}
