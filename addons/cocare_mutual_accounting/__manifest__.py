{
    "name": "Co-CARE Mutual Accounting",
    "summary": "Share real costs between firms and keep both books in step",
    "version": "19.0.1.0.0",
    "development_status": "Alpha",
    "category": "Accounting/Accounting",
    "website": "https://github.com/co-care/co-care",
    "author": "Co-CARE",
    "license": "AGPL-3",
    "depends": [
        "cocare_network",
        # French chart, taxes and FEC export
        "l10n_fr_account",
        # OCA/account-financial-reporting: trial balance, general ledger
        "account_financial_report",
        # OCA/account-reconcile: Community has no reconciliation screen
        "account_reconcile_oca",
    ],
    "data": [
        "security/cocare_mutual_accounting_groups.xml",
        "security/ir.model.access.csv",
        "security/cocare_mutual_accounting_security.xml",
        "wizard/cocare_vat_status_change_views.xml",
        "views/cocare_service_views.xml",
        "views/cocare_cost_pool_views.xml",
        "views/cocare_alone_cost_views.xml",
        "views/cocare_allocation_run_views.xml",
        "views/cocare_allocation_share_views.xml",
        "views/cocare_recharge_views.xml",
        "views/cocare_firm_month_views.xml",
        "data/cocare_indicator.xml",
        "views/res_company_views.xml",
        "views/cocare_fec_import_views.xml",
        "views/portal_templates.xml",
        "views/cocare_mutual_accounting_menus.xml",
    ],
    "assets": {
        "web.assets_tests": ["cocare_mutual_accounting/static/tests/tours/**/*"],
    },
}
