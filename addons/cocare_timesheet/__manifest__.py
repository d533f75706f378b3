{
    "name": "Co-CARE Time Sheets",
    "summary": "Time spent per firm and mission, as usages of a shared service",
    "version": "19.0.1.0.0",
    "development_status": "Alpha",
    "category": "Services/Network",
    "website": "https://github.com/co-care/co-care",
    "author": "Co-CARE",
    "license": "AGPL-3",
    # Odoo's hr_timesheet is not used: see "Time" in docs/architecture.md
    "depends": ["cocare_network"],
    "data": [
        "security/ir.model.access.csv",
        "security/cocare_timesheet_security.xml",
        "views/cocare_mission_views.xml",
        "views/cocare_time_entry_views.xml",
        "views/cocare_timesheet_menus.xml",
    ],
}
