{
    "name": "Co-CARE Demonstration",
    "summary": "An invented network in Alsace: firms, people, three months of books",
    "version": "19.0.1.0.0",
    "development_status": "Alpha",
    "category": "Services/Network",
    "website": "https://github.com/co-care/co-care",
    "author": "Co-CARE",
    "license": "AGPL-3",
    "depends": [
        "cocare_network",
        "cocare_isolation",
        "cocare_mutual_accounting",
        "cocare_enrichment_off",
        "cocare_timesheet",
        "cocare_timesheet_mutual_accounting",
    ],
    # Read by the generator, and by the launcher to print the logins.
    "oca_data_manual": ["data/logins.csv"],
    "post_init_hook": "post_init_hook",
}
