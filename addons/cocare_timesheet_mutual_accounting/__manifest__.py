{
    "name": "Co-CARE Time Sheets of Accountants",
    "summary": "Time from the cockpit, and the load of each accountant",
    "version": "19.0.1.0.0",
    "development_status": "Alpha",
    "category": "Accounting/Accounting",
    "website": "https://github.com/co-care/co-care",
    "author": "Co-CARE",
    "license": "AGPL-3",
    "depends": [
        "cocare_network",
        "cocare_timesheet",
        "cocare_mutual_accounting",
    ],
    "auto_install": True,
    "data": [
        "security/ir.model.access.csv",
        "security/cocare_timesheet_security.xml",
        "views/cocare_time_load_views.xml",
    ],
    "assets": {
        "web.assets_backend": ["cocare_timesheet_mutual_accounting/static/src/**/*"],
        "web.assets_tests": [
            "cocare_timesheet_mutual_accounting/static/tests/tours/**/*"
        ],
    },
}
