from . import abstract_report_xlsx
from . import cocare_book_document
from . import cocare_recharge_statement
from . import report_aged_partner_balance_xlsx
from . import report_journal_ledger_xlsx
from . import report_trial_balance_xlsx
from . import report_xlsx_abstract
