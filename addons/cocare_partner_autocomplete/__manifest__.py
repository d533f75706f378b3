{
    "name": "Co-CARE Partner Autocomplete",
    "summary": "What is known of a firm or a contact is not sent to be completed",
    "version": "19.0.1.0.0",
    "development_status": "Alpha",
    "category": "Services/Network",
    "website": "https://github.com/co-care/co-care",
    "author": "Co-CARE",
    "license": "AGPL-3",
    "depends": ["cocare_network", "partner_autocomplete"],
    "auto_install": True,
}
